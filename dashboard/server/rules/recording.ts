import type { SampleColumns } from '../../../core/rules/sample-columns.ts'

/** The number that columns name a point by; with the kind of what happened there, where a line tells of an event. */
export type PointNumbers = (ref: string, event?: string) => number

/** Lines that could not be read. */
export interface Malformed {
  readonly count: number
  /** The first of them: its number from 1, and what it begins with. */
  readonly first: { readonly line: number; readonly text: string } | null
}

/** Recorded samples, wherever they come from, in the order of time. */
export interface Recording {
  /** `share`: how much of it has been read, 0–1; null where nobody knows. */
  columns(signal: AbortSignal): AsyncIterable<{ readonly columns: SampleColumns; readonly share: number | null }>
  /** What could not be read so far. */
  malformed(): Malformed
}
