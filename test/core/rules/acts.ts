import fc from 'fast-check'
import { type Quantity, QUANTITIES } from '../../../core/contract/quantity.ts'
import type { PointRef } from '../../../core/contract/reading.ts'
import type { PointEvent } from '../../../core/rules/rule.ts'
import { NIGHT, type Said, Watch, type WatchedSite } from './world.ts'

/** All points are read at one moment, or one alone. Which of the values of its quantity each says is in `picks`; one says it oddly. */
export interface Act {
  /** The one that says it oddly, or that is read alone. */
  readonly point: number
  readonly isAlone: boolean
  readonly picks: readonly number[]
  readonly say: 'good' | 'uncertain' | 'bad' | 'nan' | 'infinite' | 'text' | 'nothing' | 'sentinel' | 'repeat' | 'older'
  readonly apartMs: number
  /** The wall clock is off by so much from here on. */
  readonly jumpMs: number
}

/** Values of which some are normal and some are not. */
const VALUES: Partial<Readonly<Record<Quantity, readonly number[]>>> = {
  power: [0, 300, 1_500, 5_000, 9_000, 22_000],
  reactive_power: [0, 300, 4_000],
  voltage: [0, 180, 228, 231, 262],
  current: [0, 0.4, 5, 21, 40],
  frequency: [49.1, 49.99, 50, 50.01, 51.3],
  power_factor: [0.3, 0.82, 0.99],
  level: [0.4, 1.2, 3.1, 4.9],
  gas: [0, 0.0024, 0.5, 1, 2],
  air_velocity: [-2, 0, 0.2, 3, 9],
  temperature: [-20, 4, 30, 90],
}
const OTHER_VALUES = [0, 1, 3, 7, 40]

const says = fc.oneof(
  { weight: 12, arbitrary: fc.constant('good' as const) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      'uncertain' as const,
      'bad' as const,
      'nan' as const,
      'infinite' as const,
      'text' as const,
      'nothing' as const,
      'sentinel' as const,
      'repeat' as const,
      'older' as const,
    ),
  },
)
const aparts = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 1, max: 3_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 3_000, max: 4_000_000 }) },
)
const jumps = fc.oneof(
  { weight: 20, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.integer({ min: -90_000_000, max: 90_000_000 }) },
)
const act = fc.record({
  point: fc.nat(9),
  isAlone: fc.boolean(),
  picks: fc.array(fc.nat(9), { minLength: 8, maxLength: 8 }),
  say: says,
  apartMs: aparts,
  jumpMs: jumps,
})
// Bursts of equal acts, or hardly any delay is ever reached; the clock jumps once in each at most.
export const acts = fc
  .array(fc.tuple(act, fc.integer({ min: 1, max: 12 })), { maxLength: 12 })
  .map((bursts) =>
    bursts.flatMap(([one, times]) =>
      Array.from({ length: times }, (_, n): Act => (n === 0 ? one : { ...one, jumpMs: 0 })),
    ),
  )

export interface Twist {
  readonly twice?: boolean
  readonly reload?: boolean
  readonly extraAdvances?: boolean
  /** Nothing that can be believed is ever said. */
  readonly blind?: boolean
}

/** What a point of this quantity says. */
export function saidOf(
  one: { readonly pick: number; readonly say: Act['say'] },
  quantity: Quantity,
  offMs: number,
): Said {
  const isState = QUANTITIES[quantity].kind === 'boolean'
  const values = VALUES[quantity] ?? OTHER_VALUES
  const value = isState ? one.pick % 2 === 1 : (values[one.pick % values.length] ?? 0)
  const event: PointEvent = { kind: one.pick > 4 ? 'person' : 'vehicle', phase: 'pulse', confidence: 0.8 }
  const good = { value, offMs, ...(quantity === 'presence' && one.pick > 6 ? { event } : {}) }
  switch (one.say) {
    case 'good':
    case 'repeat':
    case 'older':
      return good
    case 'uncertain':
      return { ...good, quality: 'uncertain', reason: 'out-of-range' }
    case 'bad':
      return { ...good, quality: 'bad', reason: 'malformed' }
    case 'sentinel':
      return { value: 65_535, offMs, quality: 'bad', reason: 'sentinel' }
    case 'nan':
      return { value: NaN, offMs }
    case 'infinite':
      return { value: one.pick % 2 === 1 ? Infinity : -Infinity, offMs }
    case 'text':
      return { value: 'word', offMs }
    case 'nothing':
      return { value: null, offMs, quality: 'bad', reason: 'timeout' }
  }
}

/** Reading back what was written takes most of the time of these tests; whole bursts are longer than this. */
const RELOAD_EVERY = 3

/** What is performed at a site, and how. */
export interface Performance {
  /** What each point measures. */
  readonly quantities: Readonly<Record<PointRef, Quantity>>
  readonly list: readonly Act[]
  readonly twist?: Twist
}

/** A site to which all that was said. */
export function perform(site: WatchedSite, { quantities, list, twist = {} }: Performance): Watch {
  const watch = new Watch(site)
  const points = Object.keys(quantities)
  let ms = 10_000
  let offMs = 0
  const pass = (to: number) => watch.advance({ at: Math.max(0, NIGHT + to + offMs), mono: to })
  pass(ms)
  for (const [n, one] of list.entries()) {
    offMs += one.jumpMs
    const isLate = one.say === 'repeat' || one.say === 'older'
    if (twist.extraAdvances === true && !isLate)
      for (let at = ms; at < ms + one.apartMs; at += Math.max(700, one.apartMs / 5)) pass(at)
    if (!isLate) ms += one.apartMs
    const s = (one.say === 'older' ? ms - Math.min(one.apartMs, 900) : ms) / 1_000
    for (const [index, point] of points.entries()) {
      const isOdd = index === one.point % points.length
      if (one.isAlone && !isOdd) continue
      const say = isOdd ? one.say : 'good'
      const isBlind = twist.blind === true && !NOTHING.has(say)
      const act = { pick: one.picks[index % one.picks.length] ?? 0, say: isBlind ? ('bad' as const) : say }
      const said = saidOf(act, quantities[point] ?? 'power', offMs)
      watch.say(s, said, point)
      if (twist.twice === true) watch.say(s, said, point)
      if (twist.reload === true && isOdd && n % RELOAD_EVERY === 0) watch.reload()
    }
  }
  return pass(ms + 60_000)
}

/** What says nothing that can be believed. */
const NOTHING: ReadonlySet<Act['say']> = new Set(['bad', 'nan', 'infinite', 'text', 'nothing', 'sentinel'])
