import type { ModbusPoint } from '../../core/contract/device-profile.ts'
import type { Decoded } from '../../core/decode/point.ts'

/** A point with the raw words it was read from and what they decode to. */
export interface SeenPoint {
  readonly point: ModbusPoint
  readonly words: readonly number[]
  readonly decoded: Decoded
}

/** One thing that speaks for or against a reading of the registers, in numbers; put into words by who shows it. */
export type Sign =
  | { readonly kind: 'in-range'; readonly count: number; readonly of: number }
  | { readonly kind: 'out-of-range'; readonly points: readonly string[] }
  | { readonly kind: 'all-zero' }
  | { readonly kind: 'voltages-alike'; readonly volts: readonly number[] }
  | { readonly kind: 'voltages-differ'; readonly volts: readonly number[] }
  | { readonly kind: 'frequency'; readonly hertz: number }
  | { readonly kind: 'not-a-frequency'; readonly hertz: number }
  | { readonly kind: 'power-fits'; readonly watts: number; readonly expected: number }
  | { readonly kind: 'power-misfits'; readonly watts: number; readonly expected: number }
  | { readonly kind: 'sum-fits'; readonly watts: number }
  | { readonly kind: 'sum-misfits'; readonly watts: number; readonly expected: number }

/** How well values look like those of a real device: above 0 speaks for it, below 0 against it, in natural logarithms. */
export interface Plausibility {
  readonly score: number
  readonly signs: readonly Sign[]
}

interface Weighed {
  readonly score: number
  readonly sign: Sign
}

/** More points of one kind add nothing new: they are wrong together or right together. */
const MOST_FOR_RANGES = 8
const NOMINAL_VOLTS = [12, 24, 48, 57.7, 63.5, 100, 110, 120, 220, 230, 240, 380, 400, 415, 690]
const PHASES = ['', '-l1', '-l2', '-l3'] as const
/** Less apparent power than this proves nothing about the active one. */
const LEAST_VOLT_AMPERES = 2

/**
 * Whether decoded points make sense together: each inside what it can be, phase voltages alike, P = U·I·PF, a mains
 * frequency, phases that add up. The same registers read with the wrong map, scale or word order do not.
 */
export function plausibilityOf(seen: readonly SeenPoint[]): Plausibility {
  if (seen.length === 0) return { score: 0, signs: [] }
  if (seen.every(({ words }) => words.every((word) => word === 0))) return { score: 0, signs: [{ kind: 'all-zero' }] }
  const values = new Map(
    seen.flatMap(({ point, decoded }) =>
      typeof decoded.value === 'number' ? [[point.point, decoded.value] as const] : [],
    ),
  )
  const weighed = [...ranges(seen), ...voltages(values), ...frequencies(seen), ...powers(values), ...sums(values)]
  return { score: weighed.reduce((sum, { score }) => sum + score, 0), signs: weighed.map(({ sign }) => sign) }
}

function ranges(seen: readonly SeenPoint[]): Weighed[] {
  const scores = seen.map((one) => ({ name: one.point.point, score: rangeScore(one) }))
  const good = scores.filter(({ score }) => score >= 0)
  const wrong = scores.filter(({ score }) => score < 0)
  const gained = Math.min(MOST_FOR_RANGES, total(good))
  return [
    ...(good.length > 0
      ? [{ score: gained, sign: { kind: 'in-range', count: good.length, of: seen.length } as const }]
      : []),
    ...(wrong.length > 0
      ? [{ score: total(wrong), sign: { kind: 'out-of-range', points: wrong.map(({ name }) => name) } as const }]
      : []),
  ]
}

function rangeScore({ point, words, decoded }: SeenPoint): number {
  if (decoded.quality !== 'good') {
    // A device says on purpose that it has no value, or before everything is wired.
    return decoded.reason === 'sentinel' || decoded.reason === 'open-loop' ? 0 : -3
  }
  if (words.every((word) => word === 0) || typeof decoded.value === 'boolean') return 0
  if (point.type === 'f32') {
    // Words that are no float at all decode to numbers that are far too small; in range they would be by chance.
    const size = Math.abs(decoded.value)
    return size < 1e-4 ? -3 : 1.2
  }
  return words.length > 1 ? 0.6 : narrowness(point)
}

/** The narrower the range is among all that a register can hold, the more it says that the value lies in it. */
function narrowness({ range, scale }: ModbusPoint): number {
  const share = Math.min(1, Math.abs(range[1] - range[0]) / Math.abs(scale) / 65_536)
  return Math.min(0.9, Math.max(0.1, -0.15 * Math.log(share + 1e-6)))
}

function voltages(values: ReadonlyMap<string, number>): Weighed[] {
  const volts = ['voltage-l1', 'voltage-l2', 'voltage-l3'].flatMap((name) => values.get(name) ?? [])
  const single = values.get('voltage')
  const usual = (value: number) => NOMINAL_VOLTS.some((nominal) => Math.abs(value - nominal) <= 0.1 * nominal)
  if (volts.length < 2) {
    const isUsual = single !== undefined && usual(single)
    return isUsual ? [{ score: 1.5, sign: { kind: 'voltages-alike', volts: [single] } }] : []
  }
  const mean = volts.reduce((sum, value) => sum + value, 0) / volts.length
  if (mean < 1) return []
  const alike = volts.every((value) => Math.abs(value - mean) <= 0.15 * mean)
  if (!alike) return [{ score: -1, sign: { kind: 'voltages-differ', volts } }]
  return [{ score: usual(mean) ? 3 : 1.5, sign: { kind: 'voltages-alike', volts } }]
}

function frequencies(seen: readonly SeenPoint[]): Weighed[] {
  return seen.flatMap(({ point, decoded }): Weighed[] => {
    const hertz = decoded.value
    // A drive's output frequency is what it is; only the mains has to be near 50 or 60.
    if (point.point !== 'frequency' || typeof hertz !== 'number' || hertz === 0) return []
    return hertz >= 45 && hertz <= 65
      ? [{ score: 2, sign: { kind: 'frequency', hertz } }]
      : [{ score: -2, sign: { kind: 'not-a-frequency', hertz } }]
  })
}

function powers(values: ReadonlyMap<string, number>): Weighed[] {
  const found = PHASES.flatMap((phase): Weighed[] => {
    const volts = values.get(`voltage${phase}`)
    const amperes = values.get(`current${phase}`)
    const watts = values.get(`active-power${phase}`)
    if (volts === undefined || amperes === undefined || watts === undefined) return []
    const apparent = Math.abs(volts * amperes)
    if (apparent < LEAST_VOLT_AMPERES) return []
    const factor = values.get(`power-factor${phase}`)
    if (factor === undefined || factor === 0) {
      const ratio = Math.abs(watts) / apparent
      return ratio > 0.2 && ratio <= 1.1
        ? [{ score: 1.5, sign: { kind: 'power-fits', watts, expected: apparent } }]
        : [{ score: -1, sign: { kind: 'power-misfits', watts, expected: apparent } }]
    }
    const expected = apparent * Math.abs(factor)
    return Math.abs(Math.abs(watts) - expected) <= 0.05 * expected + 5
      ? [{ score: 2.5, sign: { kind: 'power-fits', watts, expected } }]
      : [{ score: -1, sign: { kind: 'power-misfits', watts, expected } }]
  })
  // Three phases that fit prove hardly more than one.
  const [best] = found.toSorted((a, b) => b.score - a.score)
  return best === undefined ? [] : [best]
}

function sums(values: ReadonlyMap<string, number>): Weighed[] {
  const watts = values.get('active-power')
  const phases = ['active-power-l1', 'active-power-l2', 'active-power-l3'].flatMap((name) => values.get(name) ?? [])
  if (watts === undefined || phases.length < 3 || watts === 0) return []
  const expected = phases.reduce((sum, value) => sum + value, 0)
  return Math.abs(watts - expected) <= 0.05 * Math.abs(expected) + 5
    ? [{ score: 2, sign: { kind: 'sum-fits', watts } }]
    : [{ score: -1, sign: { kind: 'sum-misfits', watts, expected } }]
}

function total(scores: readonly { readonly score: number }[]): number {
  return scores.reduce((sum, { score }) => sum + score, 0)
}
