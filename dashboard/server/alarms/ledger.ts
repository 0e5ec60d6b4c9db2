import { z } from 'zod'
import type { LedgerPage, LedgerQuery, LedgerVerdict } from '../../../core/contract/http.ts'
import type { Actor, LedgerAct } from '../../../core/contract/ledger.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import { entryOf, sealRow } from '../../../platform/ledger.ts'
import type { Query } from '../db/database.ts'
import { LEDGER_PAGE, LedgerRows, walkLedger } from '../proof/ledger-walk.ts'
import { checkRoots } from '../proof/root-check.ts'
import { keptRoots } from '../proof/root-rows.ts'
import type { SteadyTime } from './steady-time.ts'

/** A difference between steady and wall time worth writing down. */
const SET_BACK_MS = 1_000

/** Something the ledger shall hold. Its time, number and hashes are added by the ledger. */
export interface LedgerAction {
  readonly actor: Actor
  readonly act: LedgerAct
  /** What it was done to: an alarm id, a site id, a person. */
  readonly subject: string
  readonly detail?: Readonly<Record<string, unknown>>
}

/** A row as it stands in the file, unchecked beyond its column types. */
const Row = z.object({
  n: z.number(),
  at: z.number(),
  actor_kind: z.string(),
  actor_name: z.string(),
  act: z.string(),
  subject: z.string(),
  detail: z.string(),
  prev: z.string(),
  hash: z.string(),
})

/** A last row that somebody has spoilt must not stop the alarms that come after it; `verify` names it. */
const Last = z.object({ n: z.number(), at: UtcMs.catch(UtcMs.parse(0)), hash: z.string() })
const LAST = 'select n, at, hash from ledger order by n desc limit 1'

/**
 * Writes acts into the ledger, in the transaction that makes them true. The first one ever is preceded by
 * `ledger-opened`.
 */
export async function appendLedger(q: Query, time: SteadyTime, ...actions: readonly LedgerAction[]): Promise<void> {
  let last = await q.one(Last, LAST)
  const opened: LedgerAction = {
    actor: { kind: 'system', name: 'control-room' },
    act: 'ledger-opened',
    subject: 'ledger',
  }
  for (const action of last === null ? [opened, ...actions] : actions) {
    last = await appendOne(q, time, last, action)
  }
}

async function appendOne(
  q: Query,
  time: SteadyTime,
  last: z.infer<typeof Last> | null,
  action: LedgerAction,
): Promise<z.infer<typeof Last>> {
  if (last !== null) time.atLeast(last.at)
  const at = time.now()
  const wallAt = time.wall()
  const row = sealRow(last, {
    at,
    // What a stranger typed may be no text a file can hold; what is hashed must be what is stored.
    actor: { ...action.actor, name: action.actor.name.toWellFormed() },
    act: action.act,
    subject: action.subject.toWellFormed(),
    // Where somebody has set the clock back both times are told.
    detail: { ...action.detail, ...(at - wallAt > SET_BACK_MS ? { wallAt } : {}) },
  })
  await q.run(
    'insert into ledger (n, at, actor_kind, actor_name, act, subject, detail, prev, hash) values (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    ...[row.n, row.at, row.actor_kind, row.actor_name, row.act, row.subject, row.detail, row.prev, row.hash],
  )
  return { n: row.n, at, hash: row.hash }
}

/** When the last entry was written; 0 for an empty ledger. */
export async function ledgerEnd(q: Query): Promise<UtcMs> {
  const last = await q.one(Last, LAST)
  return last?.at ?? UtcMs.parse(0)
}

/** What is about some sites: themselves, and their alarms. */
const OF_SITES =
  'and (subject in (select value from json_each(?)) or subject in (select id from alarms where site in (select value from json_each(?))))'

/**
 * Entries after number `after`, oldest first, where `sites` is not null only those about them; rows that are no entries are left out
 * (`verify` names them).
 */
export async function ledgerPage(
  q: Query,
  query: z.infer<typeof LedgerQuery>,
  sites: readonly string[] | null,
): Promise<LedgerPage> {
  const isWhole = query.subject === undefined && sites === null
  const about = `${query.subject === undefined ? '' : 'and subject = ?'} ${sites === null ? '' : OF_SITES}`
  // Numbers have no gaps, so the last one is the count of a whole ledger.
  const total = isWhole ? 'coalesce(max(n), 0)' : 'count(*)'
  const values = [
    ...(query.subject === undefined ? [] : [query.subject]),
    ...(sites === null ? [] : [JSON.stringify(sites), JSON.stringify(sites)]),
  ]
  const rows = await q.all(
    Row,
    `select * from ledger where n > ? ${about} order by n limit ?`,
    query.after,
    ...values,
    query.limit,
  )
  const counted = await q.one(
    z.object({ total: z.number() }),
    `select ${total} as total from ledger where true ${about}`,
    ...values,
  )
  return { entries: rows.map(entryOf).filter((entry) => entry !== null), total: counted?.total ?? 0 }
}

/** Verifies the ledger of an open database. Who asks while it is being verified gets the verdict of that run. */
export function ledgerVerifier(read: <T>(work: (q: Query) => Promise<T>) => Promise<T>): () => Promise<LedgerVerdict> {
  let running: Promise<LedgerVerdict> | null = null
  return () =>
    (running ??= verifyOpen(read).finally(() => {
      running = null
    }))
}

async function verifyOpen(read: <T>(work: (q: Query) => Promise<T>) => Promise<T>): Promise<LedgerVerdict> {
  const kept = await read((q) => keptRoots(q))
  const page = (after: number, limit: number) => read((q) => q.all(LedgerRows, LEDGER_PAGE, after, limit))
  const { intact, entries, brokenAt, fault } = await walkLedger(page, checkRoots(kept))
  return { intact, entries, brokenAt, fault }
}
