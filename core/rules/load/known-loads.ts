import { z } from 'zod'
import { median, medianOf, type Trail } from './trail.ts'

/** For so long after it was switched a motor runs up, and the meter and the contact tell different stories. */
export const SETTLE_MS = 8_000

/** Over which its power before and after is taken, at least. */
const WINDOW_MS = 20_000

/** Differences a rating is the median of, and from how many on it moves only slowly. */
const DIFFERENCES = 9
const SURE = 5

/** A rating that was learned moves by so much a day, so that what is switched along with the load is not learned as the load. */
const DAILY_MOVE = 0.01

/** A load that runs for so long without ever having been switched is part of what the site always draws. */
const ALWAYS_ON_MS = 24 * 3_600_000

/** Starts, or stops, in a row of which it is known. */
const IN_A_ROW = 3
const Beyond = z.object({ powers: z.array(z.number()).max(IN_A_ROW), mono: z.number() }).strict()

/** By no more than this a load differs from its rating: a share of it, and a lamp, W. */
const TOLERANCE = 0.06
const LAMP_W = 500

/** A known load: what it draws, learned from its edges, and the edge that is being measured. Times are monotonic ms of this boot. */
export const KnownState = z
  .object({
    /** W; null until known. */
    rated: z.number().nullable(),
    differences: z.array(z.number()).max(DIFFERENCES),
    isOn: z.boolean().nullable(),
    /** When its contact was last read, and when it was switched. */
    seen: z.number().nullable(),
    switched: z.number().nullable(),
    /** The power before the edge that is being measured. */
    before: z.number().nullable(),
    /** By how much the last starts and the last stops were stronger than the load, W, and when the last of each was measured. */
    starts: Beyond,
    stops: Beyond,
  })
  .strict()
export type KnownState = z.infer<typeof KnownState>

export function startKnown(rated: number | undefined): KnownState {
  return {
    rated: rated ?? null,
    differences: [],
    isOn: null,
    seen: null,
    switched: null,
    before: null,
    ...nothingBeyond(),
  }
}

/** Monotonic times of another boot are void. */
export function restartKnown(known: KnownState): void {
  known.seen = null
  known.switched = null
  known.before = null
  Object.assign(known, nothingBeyond())
}

/** Its contact was read; answers whether it was just switched. */
export function takeContact(
  known: KnownState,
  contact: { readonly isOn: boolean; readonly mono: number },
  trail: { readonly trail: Trail; readonly stepMs: number },
): boolean {
  const { isOn, mono } = contact
  const isEdge = known.isOn !== null && isOn !== known.isOn && known.seen !== null
  if (isEdge) {
    // It was switched somewhere between this reading of the contact and the one before.
    const to = (known.seen ?? mono) - 2_000
    known.before = medianOf(trail.trail, to - windowMs(trail.stepMs), to)
    known.switched = mono
  } else if (known.isOn === null) known.switched = mono
  known.isOn = isOn
  known.seen = mono
  return isEdge
}

/** Measures the edge once the power after it is known; tells nothing of it where another load was switched meanwhile. */
export function measureEdge(
  known: KnownState,
  mono: number,
  trail: { readonly trail: Trail; readonly stepMs: number },
): void {
  const { switched, before, isOn } = known
  if (switched === null || before === null) return
  const from = switched + settleMs(trail.stepMs)
  if (mono < from + windowMs(trail.stepMs)) return
  known.before = null
  const after = medianOf(trail.trail, from, mono)
  if (after === null) return
  const difference = isOn === true ? after - before : before - after
  if (difference < 200) return
  noteBeyond(known, difference, mono)
  known.differences.push(difference)
  if (known.differences.length > DIFFERENCES) known.differences.shift()
  if (known.differences.length <= SURE) known.rated = learned(known)
}

function nothingBeyond(): Pick<KnownState, 'starts' | 'stops'> {
  return { starts: { powers: [], mono: 0 }, stops: { powers: [], mono: 0 } }
}

function noteBeyond(known: KnownState, difference: number, mono: number): void {
  if (known.rated === null || known.differences.length < SURE) return
  const row = known.isOn === true ? known.starts : known.stops
  row.powers.push(difference - known.rated)
  if (row.powers.length > IN_A_ROW) row.powers.shift()
  row.mono = mono
}

/** What is switched along with a load: so often in a row, and at least so much, W. */
export interface Along {
  readonly times: number
  readonly power: number
}

/** What was switched along with the load the last times; nothing where that was not just seen, or the last one was as it should be. */
export function alongWith({ rated, starts, stops }: KnownState, mono: number): Along {
  const least = TOLERANCE * (rated ?? 0) + LAMP_W
  const atStart = mono - starts.mono > NEWS_MS ? NOTHING : rowOf(starts.powers, least)
  const atStop = mono - stops.mono > NEWS_MS ? NOTHING : rowOf(stops.powers, least)
  return atStop.times > atStart.times ? atStop : atStart
}

/** What was seen at an edge is evidence for so long. */
const NEWS_MS = 300_000

const NOTHING: Along = { times: 0, power: 0 }

function rowOf(list: readonly number[], least: number): Along {
  let row = NOTHING
  for (const power of list) {
    row =
      power <= least ? NOTHING : { times: row.times + 1, power: row.times === 0 ? power : Math.min(row.power, power) }
  }
  return row
}

/** Once a day: the rating follows what was measured. */
export function ageKnown(known: KnownState): void {
  if (known.rated === null || known.differences.length <= SURE) return
  const most = known.rated * DAILY_MOVE
  known.rated += Math.max(-most, Math.min(most, learned(known) - known.rated))
}

/** What it draws now by its contact: NaN where it runs and nobody knows yet what it draws. */
export function drawnBy(known: KnownState, mono: number): number {
  if (known.isOn !== true) return 0
  if (known.rated !== null) return known.rated
  return known.switched !== null && mono - known.switched > ALWAYS_ON_MS ? 0 : NaN
}

export function settleMs(stepMs: number): number {
  return Math.max(SETTLE_MS, 2.5 * stepMs)
}

function windowMs(stepMs: number): number {
  return Math.max(WINDOW_MS, 2.5 * stepMs)
}

function learned({ differences }: KnownState): number {
  return median([...differences])
}
