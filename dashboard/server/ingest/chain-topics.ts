import type { Topic } from '../../../core/contract/topics.ts'
import { decodeLinkMessage, decodeTrendMessage } from '../../../platform/chain.ts'
import type { HistoryLane } from './history-lane.ts'
import { type SendReceipt, verdict } from './receipts.ts'
import { refusal } from './refusals.ts'

/** Topics on which most comes and each message stands for itself, so that several programs may share them. */
export type ChainTopic = Topic & { readonly kind: 'range' | 'trend' }

export interface ChainDeps {
  readonly readings: Pick<HistoryLane, 'add'>
  readonly receipt: SendReceipt
}

/** Takes a link or a trend. Throws `message/malformed`; where it can be named its gateway has been told then. */
export function takeChained(
  { readings, receipt }: ChainDeps,
  { kind, site }: { readonly kind: ChainTopic['kind']; readonly site: string },
  payload: Uint8Array,
): void {
  if (kind === 'trend') {
    const trend = decodeTrendMessage(payload)
    checkSite(site, trend.head.site)
    readings.add({ site, kind, trend })
    return
  }
  const link = decodeLinkMessage(payload)
  try {
    checkSite(site, link.head.link.site)
  } catch (error) {
    const { stream, n } = link.head.link
    void receipt(site, { lane: 'range', stream, n, hash: link.hash, ...verdict('reject', error) })
    throw error
  }
  readings.add({ site, kind: 'link', link })
}

/** Throws `message/malformed` for a message about another site than its topic's. */
export function checkSite(topicSite: string, came: string): void {
  if (came !== topicSite) throw refusal('other-site', `expected a message about ${topicSite}, came one about ${came}`)
}
