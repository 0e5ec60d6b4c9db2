import type { ConfigContent } from '../../../core/contract/config-lane.ts'
import type { Judged, RehearsalResult } from '../../../core/contract/rule-rehearsal.ts'
import type { SamplePlace } from './sample-source.ts'

/** An alarm that was really raised at a site, and what people said of it last. */
export interface RealAlarm {
  readonly id: string
  readonly number: string
  readonly rule: string
  readonly from: number
  readonly to: number
  readonly judged: Judged
}

/** Everything a thread needs to rehearse one change. */
export interface RehearsalJob {
  readonly place: SamplePlace
  readonly site: string
  /** The rule that is changed. */
  readonly rule: string
  /** What runs, and what is proposed. */
  readonly base: ConfigContent
  readonly proposed: ConfigContent
  /** From here on it learns; UTC ms. */
  readonly learnFrom: number
  readonly from: number
  readonly to: number
  readonly reals: readonly RealAlarm[]
}

/** What a thread tells of its job. */
export type JobNews =
  | { readonly is: 'share'; readonly share: number }
  | { readonly is: 'done'; readonly result: RehearsalResult }
  | { readonly is: 'failed'; readonly why: string }
