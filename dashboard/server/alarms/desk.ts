import { z } from 'zod'
import type { Alarm, AlarmTransition } from '../../../core/contract/alarm.ts'
import type { AlarmQuery, LedgerPage, LedgerQuery, LedgerVerdict } from '../../../core/contract/http.ts'
import type { UtcMs } from '../../../core/contract/time.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import type { Database, Query } from '../db/database.ts'
import {
  type AcknowledgeRequest,
  applyAcknowledge,
  applyNote,
  type NoteBy,
  ownerOf,
  type PersonsAct,
} from './acknowledge.ts'
import { findAlarm, findAlarms } from './alarm-rows.ts'
import { alarmChanges } from './changes.ts'
import { appendLedger, type LedgerAction, ledgerEnd, ledgerPage, ledgerVerifier } from './ledger.ts'
import { applyTransition } from './receive.ts'
import { steadyTime } from './steady-time.ts'

/** The message an acknowledge link came in. */
export interface LinkFacts {
  readonly alarm: Alarm
  readonly by: string
}

/** Keeps every alarm of the county. All changes are durable before a promise resolves, and each is in the ledger. */
export interface AlarmDesk {
  /**
   * Takes what an edge (or the control room itself) says of an occurrence. Durable when it resolves; `known` = had
   * it already. Any order and any number of repeats is fine. Throws `store/failed`: then give no receipt.
   */
  receive(transition: AlarmTransition): Promise<'committed' | 'known'>
  /**
   * Acknowledges: silences and stops the escalation; closes only what has already returned. A second person's is
   * recorded in the ledger and changes nothing. Throws `http/not-found`, `http/invalid` (note missing).
   */
  acknowledge(id: string, request: AcknowledgeRequest): Promise<Alarm>
  /** Acknowledges as the person the link was sent to. Throws `http/not-found` for an unknown link, `http/invalid`. */
  acknowledgeByToken(token: string, note: string): Promise<Alarm>
  /** What a link would acknowledge and as whom; null for an unknown link. */
  linkFacts(token: string): Promise<LinkFacts | null>
  /** Throws `http/not-found`, `http/invalid` (empty or too long). */
  addNote(id: string, note: NoteBy): Promise<Alarm>
  get(id: string): Promise<Alarm | null>
  /** Newest first. */
  list(query: AlarmQuery): Promise<Alarm[]>
  /** All that are not closed, newest first. */
  open(): Promise<Alarm[]>
  /**
   * Alarms as they change, each in its newest version; those that change faster than they are read are skipped over.
   */
  changes(signal: AbortSignal): AsyncIterable<Alarm>
  /** Tells the followers of `changes` that somebody else (the dispatcher) has committed a change to these alarms. */
  changed(ids: Iterable<string>): void
  /** Other acts the ledger holds: sign-ins, gateways coming and going. */
  record(action: LedgerAction): Promise<void>
  ledger(query: z.infer<typeof LedgerQuery>): Promise<LedgerPage>
  /** Reads the whole ledger and checks its chain; who asks while that goes on shares its verdict. */
  verify(): Promise<LedgerVerdict>
  /** Messages that are queued or being sent. */
  noticesWaiting(): Promise<number>
  /** The desk's own time: the wall clock, but never going back, neither while running nor over a restart. */
  time(): Promise<UtcMs>
  /** Writes acts into the ledger inside a transaction of the caller's own (the dispatcher's). */
  append(q: Query, actions: readonly LedgerAction[]): Promise<void>
}

export interface DeskDeps {
  readonly db: Database
  readonly clock: Clock
  readonly log: Log
}

/** Opens the desk over the control room's database. It holds nothing of its own but its followers. */
export function openAlarmDesk({ db, clock, log }: DeskDeps): AlarmDesk {
  const steady = steadyTime(clock)
  let floored = false
  // An earlier run may have been ahead of a wall clock that was set back since; its deadlines count on from there.
  const now = async () => {
    if (!floored) steady.atLeast(await db.read(ledgerEnd))
    floored = true
    return steady.now()
  }
  const get = (id: string) => db.read((q) => findAlarm(q, id))
  const changes = alarmChanges(get, log)

  const act = async (id: string, apply: (q: Query, at: UtcMs) => Promise<PersonsAct>): Promise<Alarm> => {
    const at = await now()
    const { alarm, changed } = await db.transaction(async (q) => {
      const done = await apply(q, at)
      if (done.actions.length > 0) await appendLedger(q, steady, ...done.actions)
      return { alarm: await findAlarm(q, id), changed: done.changed }
    })
    if (alarm === null) throw new HouseError('http/not-found', `expected the id of an alarm, came ${id}`, { id })
    if (changed) changes.changed([id])
    return alarm
  }
  const acknowledge = (id: string, request: AcknowledgeRequest) =>
    act(id, (q, at) => applyAcknowledge(q, id, { request, now: at }))

  return {
    receive: async (transition) => {
      const at = await now()
      const done = await db.transaction(async (q) => {
        const received = await applyTransition(q, transition, at)
        if (received.actions.length > 0) await appendLedger(q, steady, ...received.actions)
        return received
      })
      const { occurrence, n } = transition
      if (done.oddity !== null) log.info({ code: 'alarm/order', occurrence, n }, done.oddity)
      changes.changed(done.changed)
      return done.known ? 'known' : 'committed'
    },
    acknowledge,
    acknowledgeByToken: async (token, note) => {
      const owner = await db.read((q) => ownerOf(q, token))
      if (owner === null) throw new HouseError('http/not-found', 'expected a link from a message, came an unknown one')
      return await acknowledge(owner.alarm, { by: owner.by, note, via: 'phone' })
    },
    linkFacts: (token) =>
      db.read(async (q) => {
        const owner = await ownerOf(q, token)
        const alarm = owner === null ? null : await findAlarm(q, owner.alarm)
        return owner === null || alarm === null ? null : { alarm, by: owner.by }
      }),
    addNote: (id, note) => act(id, (q, at) => applyNote(q, id, { ...note, now: at })),
    get,
    list: (query) => db.read((q) => listAlarms(q, query)),
    open: () => db.read((q) => findAlarms(q, "where state <> 'closed' order by raised_at desc")),
    changes: (signal) => changes.follow(signal),
    changed: (ids) => changes.changed(ids),
    record: (action) => db.transaction((q) => appendLedger(q, steady, action)),
    ledger: (query) => db.read((q) => ledgerPage(q, query)),
    verify: ledgerVerifier((work) => db.read(work)),
    noticesWaiting: () => db.read(countWaiting),
    time: now,
    append: (q, actions) => appendLedger(q, steady, ...actions),
  }
}

function listAlarms(q: Query, { state, site, limit }: AlarmQuery): Promise<Alarm[]> {
  const byState = state === 'open' ? "state <> 'closed'" : state === 'all' ? 'true' : 'state = ?'
  const bySite = site === undefined ? 'true' : 'site = ?'
  const values = [...(state === 'open' || state === 'all' ? [] : [state]), ...(site === undefined ? [] : [site])]
  return findAlarms(q, `where ${byState} and ${bySite} order by raised_at desc limit ?`, ...values, limit)
}

async function countWaiting(q: Query): Promise<number> {
  const row = await q.one(
    z.object({ waiting: z.number() }),
    "select count(*) as waiting from notices where state in ('queued', 'sending')",
  )
  return row?.waiting ?? 0
}
