import type { Health } from '../../../core/contract/http.ts'
import type { MachineReport } from '../../../core/contract/system.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import type { Access } from '../access/access.ts'
import type { Networks } from '../access/networks.ts'
import type { AlarmDesk } from '../alarms/desk.ts'
import type { Archive } from '../archive/archive.ts'
import type { HistoryStore } from '../history/store.ts'
import type { CountyState } from '../ingest/county.ts'
import type { EvidenceStore } from '../ingest/evidence-store.ts'
import type { RefusalCounts } from '../broker/guard.ts'
import type { ConfigDesk } from '../configs/config-desk.ts'
import type { DutyBook } from '../duty/duty-book.ts'
import type { HandoverDesk } from '../handover/handover-desk.ts'
import type { FeedbackDesk } from '../feedback/feedback-desk.ts'
import type { Identity } from '../identity/identity.ts'
import type { MapDesk } from '../map/map-desk.ts'
import type { LinkSeen } from '../notify/link-seen.ts'
import type { AlarmBoard } from '../live/alarm-board.ts'
import type { LiveFeed } from '../live/feed.ts'
import type { ProofDesk } from '../proof/proof-desk.ts'
import type { SiteRegister } from '../register/register.ts'
import type { RulesDesk } from '../rules/rules-desk.ts'
import type { ChannelActs } from '../notify/channel-acts.ts'

/** What the HTTP side stands on. It owns none of it. */
export interface HttpServices {
  readonly access: Access
  readonly desk: AlarmDesk
  readonly county: CountyState
  readonly board: AlarmBoard
  readonly history: HistoryStore
  readonly archive: Archive
  readonly evidence: EvidenceStore
  readonly feed: LiveFeed
  readonly identity: Identity
  readonly configs: ConfigDesk
  readonly feedback: FeedbackDesk
  readonly duty: DutyBook
  readonly handovers: HandoverDesk
  readonly proof: ProofDesk
  readonly register: SiteRegister
  readonly rules: RulesDesk
  readonly channels: ChannelActs
  readonly linkSeen: LinkSeen
  readonly map: MapDesk
  /** Whom the embedded broker has turned away. */
  readonly refusals: () => RefusalCounts
  readonly health: () => Promise<Health>
  readonly machine: () => Promise<MachineReport>
  readonly log: Log
  /** The county's time, by which certificates are issued. */
  readonly clock: Clock
  /** Proxies whose word on where a request comes from is believed. */
  readonly proxies: Networks
  /** How people reach this server when it is not by its own host and port. */
  readonly publicUrl: string | null
  /** Folder of the built page. */
  readonly pageFolder: string
  /** The Node-RED editor behind /flows. */
  readonly flows: { readonly url: string; readonly token: string | null } | null
}
