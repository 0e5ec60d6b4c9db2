import { QUANTITIES } from '../core/contract/quantity.ts'
import type { RuleConfig } from '../core/contract/site.ts'
import type { Bilingual } from '../core/contract/text.ts'
import { later } from '../core/kit/time.ts'
import { systemClock, type Clock } from '../platform/clock.ts'
import type { HonestClock } from './clock/honest-clock.ts'
import type { Batch, Driver } from './driver.ts'
import type { GatewayStore } from './store/store.ts'
import type { BirthDevice } from './uplink/births.ts'

/** The device a gateway is to itself. No other of the site has its name. */
export const SELF = 'gateway'

/** Everything a gateway says of itself, each a truth that should be false, with the rule that guards it. */
const SIGNS = [
  {
    point: 'store-fault',
    name: { 'zh-CN': '网关存储', en: 'Gateway store' },
    priority: 'orange',
    with: { watches: 'store' },
  },
  {
    point: 'store-reduced',
    name: { 'zh-CN': '网关存储空间', en: 'Room in the gateway store' },
    priority: 'orange',
    with: { watches: 'room' },
  },
  {
    point: 'clock-unsure',
    name: { 'zh-CN': '网关时间', en: "The gateway's time" },
    priority: 'yellow',
    // Whoever starts without the time is told it by the control room within seconds, where there is one.
    with: { watches: 'clock', onDelay: '10min' },
  },
] as const satisfies readonly (Pick<RuleConfig, 'priority' | 'with'> & {
  readonly point: string
  readonly name: Bilingual
})[]

export type Sign = (typeof SIGNS)[number]['point']

/** It says how it is so often, ms, and at once when that changes. */
const EVERY_MS = 60_000
const LOOK_EVERY_MS = 1_000
const VALID_FOR_MS = 150_000

/** What the gateway says of itself, as quantities of points; for rules and the checks of a configuration. */
export const SELF_POINTS = SIGNS.map(({ point, name }) => ({
  ref: `${SELF}/${point}`,
  quantity: 'fault' as const,
  name,
}))

/** The gateway among the devices of its births. */
export function selfBirth(): BirthDevice {
  const { unit } = QUANTITIES.fault
  return {
    device: SELF,
    name: { 'zh-CN': '网关', en: 'Gateway' },
    profile: 'pitwatch/gateway',
    points: SIGNS.map(({ point, name }) => {
      return { device: SELF, point, name, quantity: 'fault', unit, range: null, validForMs: VALID_FOR_MS }
    }),
  }
}

/** The rules that guard what it says, but for points that a configured rule watches; `taken` are ids that are not free. */
export function selfRules(watched: readonly (string | undefined)[], taken: readonly string[]): RuleConfig[] {
  return SIGNS.flatMap(({ point, name, priority, with: params }): RuleConfig[] => {
    const [ref, id] = [`${SELF}/${point}`, `${SELF}-${point}`]
    if (watched.includes(ref) || taken.includes(id)) return []
    return [{ id, type: 'fault', point: ref, priority, name, with: params }]
  })
}

/** A time that may be further off than this does not bear out when somebody was where, ms. */
const SURE_MS = 60_000

/** How its store and its time are, as what the gateway says of itself. */
export function selfSigns(
  store: Pick<GatewayStore, 'hasFault' | 'hasReduced'>,
  clock: Pick<HonestClock, 'dating'>,
): Readonly<Record<Sign, () => boolean>> {
  return {
    'store-fault': () => store.hasFault(),
    'store-reduced': () => store.hasReduced(),
    'clock-unsure': () => (clock.dating().uncertaintyMs ?? Infinity) > SURE_MS,
  }
}

/** Reads the gateway itself: each minute, and as soon as something it says changes. */
export function selfDriver(signs: Readonly<Record<Sign, () => boolean>>, clock: Clock): Driver {
  const batchOf = (values: ReadonlyMap<Sign, boolean>): Batch => {
    const [at, mono] = [clock.now(), clock.mono()]
    const stamp = { at, mono, validUntil: later(at, VALID_FOR_MS) }
    const readings = Array.from(values, ([point, value]) => {
      return { device: SELF, point, value, quality: 'good' as const, reason: null, ...stamp }
    })
    return { device: SELF, readings, pictures: [] }
  }
  return {
    device: SELF,
    batches: async function* (signal) {
      const told = { text: '', mono: -Infinity }
      while (!signal.aborted) {
        const values = new Map(SIGNS.map(({ point }) => [point, signs[point]()]))
        const text = [...values.values()].join()
        const mono = clock.mono()
        if (told.text !== text || mono - told.mono >= EVERY_MS) {
          Object.assign(told, { text, mono })
          yield batchOf(values)
        }
        const pauses = [clock.sleep(LOOK_EVERY_MS, signal), systemClock.sleep(50, signal)]
        await Promise.all(pauses).catch(() => undefined)
      }
    },
  }
}
