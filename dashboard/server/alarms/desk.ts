import { z } from 'zod'
import type { Alarm, AlarmTransition } from '../../../core/contract/alarm.ts'
import type { AlarmRowQuery, AlarmRows } from '../../../core/contract/alarm-row.ts'
import type { AlarmQuery, LedgerPage, LedgerQuery, LedgerVerdict } from '../../../core/contract/http.ts'
import type { UtcMs } from '../../../core/contract/time.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import type { Database, Query } from '../db/database.ts'
import { type AcknowledgeRequest, ownerOf } from './acknowledge.ts'
import { applyAct, applyAcknowledgeMany, type Ask, type NoteBy, type PersonsAct } from './acts.ts'
import { isPictureOf, listAlarms } from './alarm-list.ts'
import { findAlarm, findAlarmOf, findAlarms } from './alarm-rows.ts'
import { listAlarmRows } from './list-rows.ts'
import { alarmChanges } from './changes.ts'
import { openClockWatch } from './clock-watch.ts'
import type { Done } from './commit-steps.ts'
import { appendLedger, type LedgerAction, ledgerEnd, ledgerPage, ledgerVerifier } from './ledger.ts'
import { applyTransition } from './receive.ts'
import { openReceiveLane } from './receive-lane.ts'
import { steadyTime } from './steady-time.ts'
import { applyDue } from './timers.ts'

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
   * Does what a person asks of one alarm; answers it as it is then. What has been done by somebody else meanwhile is no error (I10).
   * Throws `http/not-found`, and `http/invalid`, `http/conflict` or `http/forbidden` for what is refused, which is in the ledger too.
   */
  act(id: string, ask: Ask): Promise<Alarm>
  /**
   * Acknowledges: silences and stops the escalation; closes only what has already returned. A second person's is
   * recorded in the ledger and changes nothing. Throws `http/not-found`, `http/invalid` (note missing).
   */
  acknowledge(id: string, request: AcknowledgeRequest): Promise<Alarm>
  /** Acknowledges up to 200 for one reason, none of them red: all or none. Throws like `acknowledge`. */
  acknowledgeMany(ids: readonly string[], request: AcknowledgeRequest): Promise<Alarm[]>
  /** Acknowledges as the person the link was sent to. Throws `http/not-found` for an unknown link, `http/invalid`. */
  acknowledgeByToken(token: string, note: string): Promise<Alarm>
  /** What a link would acknowledge and as whom; null for an unknown link. */
  linkFacts(token: string): Promise<LinkFacts | null>
  /** Throws `http/not-found`, `http/invalid` (empty or too long). */
  addNote(id: string, note: NoteBy): Promise<Alarm>
  /**
   * Lets timers run out that are due: ends of suppressions, reminders, announcements that waited; and writes down when somebody has set
   * the clock back. Answers by how much, ms; 0 = not. At the start before anything is received, and then every second. Throws `store/failed`.
   */
  runDue(): Promise<{ readonly setBackMs: number }>
  get(id: string): Promise<Alarm | null>
  /** The alarm an occurrence is an activation of. */
  ofOccurrence(occurrence: string): Promise<Alarm | null>
  /** Newest first; of some sites only where they are named. */
  list(query: AlarmQuery, sites?: readonly string[] | null): Promise<Alarm[]>
  /** Rows of a list: every open alarm, and closed ones where they are asked for; of some sites only where they are named. */
  rows(query: AlarmRowQuery, sites?: readonly string[] | null): Promise<AlarmRows>
  /** Whether an alarm of one of these sites names a picture. */
  isPictureOf(sha256: string, sites: readonly string[]): Promise<boolean>
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
  /** Entries of the ledger; only those about some sites and their alarms where sites are named. */
  ledger(query: z.infer<typeof LedgerQuery>, sites?: readonly string[] | null): Promise<LedgerPage>
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
  /** Before the number of every alarm, such as PW. */
  readonly prefix: string
  /** Does what is already known of an occurrence, in the commit that takes a transition of it; absent where nothing can be. */
  readonly alongside?: (q: Query, occurrence: string, now: UtcMs) => Promise<Done>
}

/** Opens the desk over the control room's database. It holds nothing of its own but its followers. */
export function openAlarmDesk({ db, clock, log, prefix, alongside }: DeskDeps): AlarmDesk {
  const steady = steadyTime(clock)
  let floored = false
  // An earlier run may have been ahead of a wall clock that was set back since; its deadlines count on from there.
  const now = async () => {
    if (!floored) steady.atLeast(await db.read(ledgerEnd))
    floored = true
    return steady.now()
  }
  const get = (id: string) => db.read((q) => findAlarm(q, id))
  const among = (ids: readonly string[]) =>
    db.read((q) => findAlarms(q, 'where id in (select value from json_each(?))', JSON.stringify(ids)))
  const changes = alarmChanges(among, log)
  const append = (q: Query, actions: readonly LedgerAction[]) => appendLedger(q, steady, ...actions)
  const clockWatch = openClockWatch(steady)

  const commit = async (work: (q: Query, at: UtcMs) => Promise<PersonsAct>): Promise<void> => {
    const at = await now()
    const { changed, refused } = await db.transaction(async (q) => {
      const done = await work(q, at)
      if (done.actions.length > 0) await append(q, done.actions)
      return done
    })
    changes.changed(changed)
    if (refused === null) return
    const { code, because, expected, came } = refused
    throw new HouseError(code, `expected ${expected}; came ${came}`, { because, expected, came })
  }
  const act = async (id: string, ask: Ask): Promise<Alarm> => {
    await commit((q, at) => applyAct(q, id, ask, at))
    return known(await get(id), id)
  }
  const lane = openReceiveLane(async (group) => {
    const at = await now()
    return await db.transaction(async (q) => {
      const all = []
      for (const transition of group) {
        const received = await applyTransition(q, transition, { now: at, prefix })
        const more = received.known ? undefined : await alongside?.(q, transition.occurrence, at)
        const actions = [...received.actions, ...(more?.actions ?? [])]
        if (actions.length > 0) await append(q, actions)
        all.push({ ...received, changed: [...received.changed, ...(more?.changed ?? [])] })
      }
      return all
    })
  })

  return {
    receive: async (transition) => {
      const { known, changed, oddity } = await lane(transition)
      const { occurrence, n } = transition
      if (oddity !== null) log.info({ code: 'alarm/order', occurrence, n }, oddity)
      changes.changed(changed)
      return known ? 'known' : 'committed'
    },
    act,
    acknowledge: (id, request) => act(id, { do: 'acknowledge', ...request }),
    acknowledgeMany: async (ids, request) => {
      await commit((q, at) => applyAcknowledgeMany(q, ids, { request, now: at }))
      return await among(ids)
    },
    acknowledgeByToken: async (token, note) => {
      const owner = await db.read((q) => ownerOf(q, token))
      if (owner === null) throw new HouseError('http/not-found', 'expected a link from a message, came an unknown one')
      return await act(owner.alarm, { do: 'acknowledge', by: owner.by, note, via: 'phone' })
    },
    linkFacts: (token) =>
      db.read(async (q) => {
        const owner = await ownerOf(q, token)
        const alarm = owner === null ? null : await findAlarm(q, owner.alarm)
        return owner === null || alarm === null ? null : { alarm, by: owner.by }
      }),
    addNote: (id, note) => act(id, { do: 'note', ...note }),
    runDue: async () => {
      for (let more = true; more;) {
        const at = await now()
        const done = await db.transaction(async (q) => {
          const ran = await applyDue(q, at)
          if (ran.actions.length > 0) await append(q, ran.actions)
          return ran
        })
        changes.changed(done.changed)
        more = done.more
      }
      const { entry, setBackMs } = clockWatch.look()
      if (entry !== null) await db.transaction((q) => append(q, [entry]))
      return { setBackMs }
    },
    get,
    ofOccurrence: (occurrence) => db.read((q) => findAlarmOf(q, occurrence)),
    list: (query, sites = null) => db.read((q) => listAlarms(q, query, sites)),
    rows: (query, sites = null) => db.read((q) => listAlarmRows(q, query, sites)),
    isPictureOf: (sha256, sites) => db.read((q) => isPictureOf(q, sha256, sites)),
    open: () => db.read((q) => findAlarms(q, "where state <> 'closed' order by raised_at desc")),
    changes: (signal) => changes.follow(signal),
    changed: (ids) => changes.changed(ids),
    record: (action) => db.transaction((q) => append(q, [action])),
    ledger: (query, sites = null) => db.read((q) => ledgerPage(q, query, sites)),
    verify: ledgerVerifier((work) => db.read(work)),
    noticesWaiting: () => db.read(countWaiting),
    time: now,
    append,
  }
}

function known(alarm: Alarm | null, id: string): Alarm {
  if (alarm === null) throw new HouseError('http/not-found', `expected the id of an alarm, came ${id}`, { id })
  return alarm
}

const Waiting = z.object({ waiting: z.number() })

async function countWaiting(q: Query): Promise<number> {
  // Each state by itself, as each has an index of its own.
  const row = await q.one(
    Waiting,
    `select (select count(*) from notices where state = 'queued') + (select count(*) from notices where state = 'sending')
       as waiting`,
  )
  return row?.waiting ?? 0
}
