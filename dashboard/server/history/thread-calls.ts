import type { HistoryQuery } from '../../../core/contract/http.ts'
import type { ErrorCode, ErrorFacts } from '../../../core/kit/errors.ts'
import type { BatchWire } from './batch-wire.ts'
import type { HistoryTarget, HistoryTrend, StreamSpan } from './store.ts'

/** What the thread of the embedded history is asked. */
export type Question =
  | { readonly is: 'write'; readonly wire: BatchWire }
  | { readonly is: 'cover'; readonly span: StreamSpan }
  | { readonly is: 'trend'; readonly trend: HistoryTrend }
  | { readonly is: 'query'; readonly target: HistoryTarget; readonly query: HistoryQuery }
  | { readonly is: 'close' }

export type Call = Question & { readonly id: number }

export interface Refused {
  readonly ok: false
  readonly code: ErrorCode
  readonly message: string
  readonly facts: ErrorFacts
}

/** What it answers; the answer to 0, which nobody asks, comes when it has opened its store. */
export type Answer = { readonly id: number } & ({ readonly ok: true; readonly result: unknown } | Refused)
