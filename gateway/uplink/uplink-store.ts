import type { Committed, GatewayStore } from '../store/store.ts'

/** What the uplink needs of a store. */
export type UplinkStore = Pick<
  GatewayStore,
  | 'stream'
  | 'durable'
  | 'seal'
  | 'links'
  | 'link'
  | 'decoded'
  | 'receipt'
  | 'openRows'
  | 'nextSeq'
  | 'nextBdSeq'
  | 'alarms'
  | 'alarm'
  | 'receiptAlarm'
  | 'edgeActs'
  | 'edgeAct'
  | 'receiptEdgeAct'
  | 'pictures'
  | 'picture'
  | 'receiptPicture'
>

/** A commit as the uplink is told of it. */
export interface CommittedReadings extends Committed {
  /** How far the times of its readings may be off, ms either way; null where nobody can say. */
  readonly uncertaintyMs: number | null
}
