import type { ReasonCode } from '../../core/contract/reading.ts'
import type { PitPoint } from './points.ts'

/** What a camera told with a reading. */
export interface SaidEvent {
  readonly kind: 'person' | 'vehicle'
  readonly phase: 'start' | 'end'
  readonly confidence: number | null
}

/** One reading of a point; the same object is used again for the next. */
export interface Said {
  /** By the gateway's clock, which may be wrong; UTC ms. */
  at: number
  /** Of one boot, ms; 0 a while before the first. */
  mono: number
  /** 1 or 0 for true or false, NaN for nothing. */
  value: number
  kind: 'number' | 'state' | 'none'
  quality: 'good' | 'bad'
  reason: ReasonCode | null
  validMs: number
  event: SaidEvent | null
}

/** Whoever listens to a site. */
export interface Listener {
  take(point: PitPoint, index: number, said: Said): void
  /** Everything read at this poll has been told; `t` is the second of the site. */
  polled(t: number): void
}
