import type { KeyObject } from 'node:crypto'
import type { MonoMs } from '../../../core/contract/time.ts'
import { topicOf } from '../../../core/contract/topics.ts'
import { elapsed } from '../../../core/kit/time.ts'
import { type Clock, systemClock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import type { Archive } from '../archive/archive.ts'
import type { BrokerMessage, BrokerPublish } from '../broker/link.ts'
import type { HistoryStore } from '../history/store.ts'
import { takeChained } from './chain-topics.ts'
import { openHistoryLane } from './history-lane.ts'
import { checkSize } from './limits.ts'
import { openReceipts } from './receipts.ts'
import { openRefusals, refusal } from './refusals.ts'

/** How long a point nobody knows is waited for: the control room writes down what births tell. */
const BIRTH_WITHIN_MS = 60_000

export interface WorkerDeps {
  readonly group: string
  readonly history: HistoryStore
  /** The control room's, which also has what births have told. */
  readonly archive: Archive
  readonly keysOf: (site: string) => readonly KeyObject[]
  readonly publish: (topic: string, payload: Uint8Array | string, how: BrokerPublish) => Promise<void>
  readonly clock: Clock
  readonly log: Log
}

/** A part of the links and trends of a fleet, taken beside the control room by another program. */
export interface IngestWorker {
  /** Takes one message. Never throws. */
  take(message: BrokerMessage): void
  run(signal: AbortSignal): Promise<void>
}

/**
 * Links of one site may reach several workers, in any order: each is judged by what the archive they share has of its neighbours, and
 * the numbers of the links are their order.
 */
export function openIngestWorker(deps: WorkerDeps): IngestWorker {
  const refusals = openRefusals(deps.log)
  const receipt = openReceipts(deps)
  const missedAt = new Map<string, MonoMs>()
  const isBorn = (site: string) => {
    const since = missedAt.get(site) ?? systemClock.mono()
    missedAt.set(site, since)
    return elapsed(since, systemClock.mono()) > BIRTH_WITHIN_MS
  }
  const readings = openHistoryLane({ ...deps, isBorn, receipt, refusals })
  return {
    take: ({ topic: text, payload }) => {
      const topic = topicOf(text)
      const source = topic === null ? 'unknown topic' : `${topic.site} ${'type' in topic ? topic.type : topic.kind}`
      try {
        if (topic?.group !== deps.group || (topic.kind !== 'range' && topic.kind !== 'trend')) {
          throw refusal('unknown-topic', `no topic of a worker: ${text.slice(0, 200)}`)
        }
        checkSize(topic, payload.length)
        takeChained({ readings, receipt }, { kind: topic.kind, site: topic.site }, payload)
        refusals.accepted(source)
      } catch (error) {
        refusals.refused(source, error)
      }
    },
    run: (signal) => readings.run(signal),
  }
}
