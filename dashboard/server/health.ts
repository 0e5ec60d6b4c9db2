import type { Health } from '../../core/contract/http.ts'
import { VERSION } from '../../platform/version.ts'
import type { AlarmDesk } from './alarms/desk.ts'
import type { RefusalCounts } from './broker/guard.ts'
import type { BrokerLink } from './broker/link.ts'
import type { HistoryStore } from './history/store.ts'
import type { Ingest } from './ingest/ingest.ts'

/** What health is told from. `broker` is filled in when it is opened. */
export interface HealthFacts {
  readonly desk: AlarmDesk
  readonly history: HistoryStore
  readonly ingest: Ingest
  readonly startedAt: Health['startedAt']
  readonly broker: { readonly link: BrokerLink | null; readonly refusals: () => RefusalCounts }
}

/** How the control room is doing, asked anew each time. */
export function healthSource({ desk, history, ingest, startedAt, broker }: HealthFacts): () => Promise<Health> {
  return async () => {
    const isConnected = broker.link?.isConnected() ?? false
    const state = ingest.history()
    return {
      ok: isConnected && state.ok,
      version: VERSION,
      startedAt,
      broker: isConnected ? 'connected' : 'disconnected',
      history: { kind: history.kind, ...state },
      refusedMessages: ingest.refused() + totalOf(broker.refusals()),
      refusals: ingest.refusals(),
      unknownReadings: ingest.unknown(),
      rejectedReadings: history.rejected(),
      noticesWaiting: await desk.noticesWaiting(),
    }
  }
}

function totalOf(counts: RefusalCounts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}
