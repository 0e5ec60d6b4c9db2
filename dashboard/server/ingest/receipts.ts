import type { Receipt, Verdict } from '../../../core/contract/lanes.ts'
import { topicText } from '../../../core/contract/topics.ts'
import { messageOf } from '../../../core/kit/errors.ts'
import type { Log } from '../../../platform/log.ts'
import type { BrokerPublish } from '../broker/link.ts'

/** Publishes receipts. One that cannot be sent is dropped: without it the edge sends again and gets the next. */
export type SendReceipt = (site: string, receipt: Receipt) => Promise<void>

export interface ReceiptDeps {
  readonly group: string
  readonly publish: (topic: string, payload: Uint8Array | string, how: BrokerPublish) => Promise<void>
  readonly log: Log
}

const MOST_REASON = 300

export function openReceipts({ group, publish, log }: ReceiptDeps): SendReceipt {
  return async (site, receipt) => {
    try {
      await publish(topicText({ kind: 'receipt', group, site }), JSON.stringify(receipt), { qos: 1 })
    } catch (error) {
      log.debug({ site, why: messageOf(error) }, 'a receipt could not be sent')
    }
  }
}

/** The verdict of a receipt, with why where it is no good one. */
export function verdict(is: Verdict, why?: unknown): { readonly verdict: Verdict; readonly reason?: string } {
  return why === undefined ? { verdict: is } : { verdict: is, reason: messageOf(why).slice(0, MOST_REASON) }
}
