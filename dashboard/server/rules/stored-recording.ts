import { QUANTITIES, type Quantity } from '../../../core/contract/quantity.ts'
import { Quality } from '../../../core/contract/reading.ts'
import { type SampleColumns, sampleFlag } from '../../../core/rules/sample-columns.ts'
import { hasValue, type Samples } from '../history/samples.ts'
import type { PointNumbers, Recording } from './recording.ts'
import type { RehearsedSite } from './rehearsed-site.ts'

/** History is read in pieces of so long: a day of a site's seconds is some ten megabytes. */
const PIECE_MS = 6 * 3_600_000

/** A point of the site whose samples are wanted, and the number that columns name it by. */
export interface WantedPoint {
  readonly ref: string
  readonly number: number
  readonly quantity: Quantity
}

/** Samples of the points of one site, as a control room keeps them. */
export interface SampleSource {
  /** Samples of a point in [from, to), oldest first. */
  samples(
    point: WantedPoint,
    span: { readonly from: number; readonly to: number },
    signal: AbortSignal,
  ): Promise<Samples>
  close(): void
}

/** The points of some sites, being one before and after a change, that a rule reads; each with its number. */
export function wantedPoints(
  sites: readonly RehearsedSite[],
  numbers: PointNumbers,
  isRead: (ref: string) => boolean,
): WantedPoint[] {
  const quantities = new Map(sites.flatMap(({ points }) => [...points]).map(([ref, { quantity }]) => [ref, quantity]))
  return [...quantities]
    .filter(([ref]) => isRead(ref))
    .map(([ref, quantity]) => ({ ref, quantity, number: numbers(ref) }))
}

/** What a control room has kept of some points, in the order of time. */
export function storedRecording(
  source: SampleSource,
  points: readonly WantedPoint[],
  span: { readonly from: number; readonly to: number },
): Recording {
  return {
    malformed: () => ({ count: 0, first: null }),
    columns: async function* (signal) {
      for (let from = span.from; from < span.to; from += PIECE_MS) {
        const to = Math.min(span.to, from + PIECE_MS)
        const parts: Part[] = []
        for (const point of points) {
          signal.throwIfAborted()
          parts.push({ point, samples: await source.samples(point, { from, to }, signal), next: 0 })
        }
        yield { columns: merged(parts), share: (to - span.from) / (span.to - span.from) }
      }
    },
  }
}

interface Part {
  readonly point: WantedPoint
  readonly samples: Samples
  next: number
}

/** All samples by time; those of one instant in the order of the points. */
function merged(parts: readonly Part[]): SampleColumns {
  const length = parts.reduce((sum, { samples }) => sum + samples.length, 0)
  const columns = {
    length,
    point: new Int32Array(length),
    at: new Float64Array(length),
    value: new Float64Array(length),
    flag: new Uint8Array(length),
    more: new Map<never, never>(),
  }
  for (let place = 0; place < length; place++) {
    let first: Part | null = null
    let least = Infinity
    for (const part of parts) {
      const at = part.next < part.samples.length ? (part.samples.at[part.next] ?? Infinity) : Infinity
      if (at >= least) continue
      least = at
      first = part
    }
    if (first === null) break
    const bits = first.samples.flag[first.next] ?? 0
    const isThere = hasValue(bits)
    columns.point[place] = first.point.number
    columns.at[place] = least
    columns.value[place] = isThere ? (first.samples.value[first.next] ?? NaN) : NaN
    columns.flag[place] = isThere ? flagOf(first.point.quantity, bits) : NOTHING
    first.next += 1
  }
  return columns
}

const NOTHING = sampleFlag('none', 'bad')

/** What is true or false is kept as 1 or 0; what it is says the point. */
function flagOf(quantity: Quantity, bits: number): number {
  return sampleFlag(QUANTITIES[quantity].kind === 'boolean' ? 'state' : 'number', Quality.options[bits & 0x7f] ?? 'bad')
}
