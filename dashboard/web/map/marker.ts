import type { Priority } from '../../../core/contract/priority.ts'
import type { SiteKind } from '../../../core/contract/site.ts'
import { isHatched, type SiteView, type Watch } from '../show/site-words.ts'
import { digitOf } from '../stores/alarm-order.ts'

/** What stands for a site on the map. Everything that changes how it is drawn, and nothing else. */
export interface Marker {
  readonly kind: SiteKind
  /** The shape of its worst alarm; null = the quiet drawing of its kind. */
  readonly worst: Priority | null
  readonly unacked: boolean
  readonly isHollow: boolean
  readonly hasClock: boolean
  readonly watch: Watch
}

/** How much room there is: `full` with the drawing of the kind, `small` with a little one, `dot` without. */
export type Detail = 'full' | 'small' | 'dot'

/** How a site is drawn, from how it stands. (shapes: 1 square, 2 triangle, 3 circle, 4 diamond) */
export function markerOf(kind: SiteKind, view: SiteView): Marker {
  const isAlarm = view.worst !== null && (view.state === 'alarm' || view.state === 'returned')
  return {
    kind,
    worst: isAlarm ? view.worst : null,
    unacked: isAlarm && view.unacked,
    isHollow: isAlarm && (view.state === 'returned' || view.held !== null),
    hasClock: isAlarm && view.held !== null,
    watch: view.watch,
  }
}

/** True where what is drawn is not how things are now. */
export function isUnwatched({ watch }: Pick<Marker, 'watch'>): boolean {
  return isHatched({ watch })
}

/** The same for two markers that look alike, without the pulse of what nobody has acknowledged. */
export function spriteKey({ kind, worst, isHollow, hasClock, watch }: Marker): string {
  return `${worst ?? kind} ${isHollow ? 'o' : '-'}${hasClock ? 'c' : '-'} ${watch}`
}

/** The same for two markers that are drawn alike. */
export function markerKey(marker: Marker): string {
  return `${spriteKey(marker)} ${marker.unacked ? '!' : ''}`
}

/** What lies on top where sites lie close together: the worst, then what nobody watches. */
export function rankOf({ worst, unacked, watch }: Marker): number {
  if (worst !== null) return 20 - 2 * digitOf(worst) + (unacked ? 10 : 0)
  return watch === 'watched' ? 0 : watch === 'partly' ? 1 : 2
}

const SIZES = {
  alarm: { full: 36, small: 30, dot: 26 },
  unwatched: { full: 30, small: 22, dot: 15 },
  quiet: { full: 30, small: 20, dot: 9 },
} as const satisfies Record<string, Record<Detail, number>>

/** Width of a marker, px. */
export function markerSize(marker: Marker, detail: Detail): number {
  return SIZES[marker.worst !== null ? 'alarm' : isUnwatched(marker) ? 'unwatched' : 'quiet'][detail]
}

/** How much room each of `count` sites has that share `area` square pixels. */
export function detailFor(count: number, area: number): Detail {
  const apart = Math.sqrt(area / Math.max(1, count))
  if (apart >= 56) return 'full'
  return apart >= 24 ? 'small' : 'dot'
}
