import type { Quality } from '../contract/reading.ts'
import type { PointEvent, Sample } from './rule.ts'

/** What a sample is worth and what it holds, as it stands in a column. */
export const SAMPLE_KINDS = ['number', 'state', 'text', 'none'] as const
export const SAMPLE_QUALITIES = ['good', 'uncertain', 'bad'] as const

/** A sample's kind and quality in one byte. */
export function sampleFlag(kind: Sample['kind'], quality: Quality): number {
  return SAMPLE_KINDS.indexOf(kind) | (SAMPLE_QUALITIES.indexOf(quality) << 2)
}

/** Recorded samples in the order in which they came, as columns of equal length: there may be a hundred million of them. */
export interface SampleColumns {
  readonly length: number
  /** What `pointOf` answered for the point. */
  readonly point: Int32Array
  /** UtcMs */
  readonly at: Float64Array
  /** 1 and 0 for true and false; NaN where there is no number. */
  readonly value: Float64Array
  /** As `sampleFlag` makes it. */
  readonly flag: Uint8Array
  /** Texts and events, by their place in the columns. */
  readonly more: ReadonlyMap<number, SampleExtra>
}

/** From here on downwards numbers in columns may stand for points the site does not have. */
export const UNKNOWN_POINTS = 0x7fffffff

export type SampleExtra = { readonly text: string } | { readonly event: PointEvent }
