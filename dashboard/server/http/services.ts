import type { Health } from '../../../core/contract/http.ts'
import type { Log } from '../../../platform/log.ts'
import type { Access } from '../access/access.ts'
import type { AlarmDesk } from '../alarms/desk.ts'
import type { HistoryStore } from '../history/store.ts'
import type { CountyState } from '../ingest/county.ts'
import type { EvidenceStore } from '../ingest/evidence-store.ts'
import type { AlarmBoard } from '../live/alarm-board.ts'
import type { LiveFeed } from '../live/feed.ts'

/** What the HTTP side stands on. It owns none of it. */
export interface HttpServices {
  readonly access: Access
  readonly desk: AlarmDesk
  readonly county: CountyState
  readonly board: AlarmBoard
  readonly history: HistoryStore
  readonly evidence: EvidenceStore
  readonly feed: LiveFeed
  readonly health: () => Promise<Health>
  readonly log: Log
  /** How people reach this server when it is not by its own host and port. */
  readonly publicUrl: string | null
  /** Folder of the built page. */
  readonly pageFolder: string
  /** The Node-RED editor behind /flows. */
  readonly flows: { readonly url: string; readonly token: string | null } | null
}
