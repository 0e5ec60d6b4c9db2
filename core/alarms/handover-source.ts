import type { Alarm } from '../contract/alarm.ts'
import type { HoleCause } from '../contract/chain.ts'
import type { HandoverDraft, HandoverShift, OrderRow } from '../contract/handover-draft.ts'
import type { LedgerEntry } from '../contract/ledger.ts'
import type { ChannelLamp } from '../contract/notice.ts'
import type { CheckIn, SpotCheck } from '../contract/roster.ts'
import type { Bilingual } from '../contract/text.ts'
import type { UtcMs } from '../contract/time.ts'

/** An alarm as a hand-over is drafted from it. */
export type ShiftEpisode = Pick<
  Alarm,
  | 'id'
  | 'number'
  | 'site'
  | 'priority'
  | 'ruleType'
  | 'explanation'
  | 'state'
  | 'raisedAt'
  | 'receivedAt'
  | 'raises'
  | 'late'
  | 'reAlarmAt'
  | 'assignee'
  | 'findings'
  | 'suppressions'
  | 'held'
>

/** An entry of the ledger that says what was done in the shift. */
export type ShiftAct = Pick<LedgerEntry, 'at' | 'act' | 'subject' | 'detail'>

/** Somebody of the roster. */
export interface NamedPerson {
  readonly id: string
  readonly name: string
}

/** A time in which a site said nothing, with what the archive knows of it; `causes` null = it was not asked. */
export interface SilentTime {
  readonly site: string
  readonly from: UtcMs
  readonly to: UtcMs | null
  readonly causes: readonly HoleCause[] | null
}

/** A site as it stands. */
export interface SourceSite {
  readonly id: string
  readonly name: Bilingual
  readonly online: boolean
  readonly lastHeardAt: UtcMs | null
  /** Its gateway's own clock minus the told time, ms; null while it has not said. */
  readonly clockAheadMs: number | null
}

/** A stop order or permit of a site, of any time. */
export interface SourceOrder extends Omit<OrderRow, 'site'> {
  readonly site: string
}

/** Everything a hand-over is drafted from: facts of the ledger and the stores, read at one time. Their order does not matter. */
export interface HandoverSource {
  /** When it was read. */
  readonly at: UtcMs
  readonly shift: HandoverShift
  readonly isDayOff: boolean
  readonly crew: readonly NamedPerson[]
  readonly leaders: readonly NamedPerson[]
  readonly next: readonly NamedPerson[]
  /** Everybody of the roster, by their id and by what they sign in as. */
  readonly persons: readonly NamedPerson[]
  /** Of the shift and of the next one. */
  readonly checkIns: readonly CheckIn[]
  readonly spotChecks: readonly SpotCheck[]
  /** Those that came in the shift, those anything was done about in it, and those that are open. */
  readonly episodes: readonly ShiftEpisode[]
  readonly acts: readonly ShiftAct[]
  /** Since when there are more alarms than people can handle; null = there are not. */
  readonly floodSince: UtcMs | null
  readonly sites: readonly SourceSite[]
  readonly silences: readonly SilentTime[]
  readonly channels: HandoverDraft['calls']['channels']
  readonly answers: number
  readonly refusedAnswers: number
  readonly orders: readonly SourceOrder[]
  readonly sitesWithoutPapers: number
  readonly lamps: readonly ChannelLamp[]
  readonly tests: readonly {
    readonly channel: string
    readonly at: UtcMs
    readonly outcome: 'waiting' | 'accepted' | 'delivered' | 'failed'
  }[]
  readonly disk: HandoverDraft['system']['disk']
  readonly clockWithinMs: number | null
  readonly watchman: HandoverDraft['system']['watchman']
  readonly ledgerHead: HandoverDraft['system']['ledger']
  readonly backupAt: UtcMs | null
}

/** Names a site as the control room knows it. */
export type PlaceOf = (site: string) => { id: string; name: Bilingual | null }

/** Names whoever did something by their id or sign-in name. */
export type WhoOf = (id: string) => string

/** What of the shift is over when `at` has come: a shift that runs counts until then. */
export function shiftWindow({ shift, at }: Pick<HandoverSource, 'shift' | 'at'>): {
  readonly from: UtcMs
  readonly to: UtcMs
} {
  return { from: shift.from, to: at < shift.to ? at : shift.to }
}
