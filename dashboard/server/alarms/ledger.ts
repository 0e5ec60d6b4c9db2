import { setImmediate as nextTurn } from 'node:timers/promises'
import { z } from 'zod'
import type { LedgerPage, LedgerQuery, LedgerVerdict } from '../../../core/contract/http.ts'
import { type Actor, type LedgerAct, LedgerEntry } from '../../../core/contract/ledger.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import { canonicalJson } from '../../../core/kit/canonical-json.ts'
import { sealEntry, verifyLedger } from '../../../platform/ledger.ts'
import { openSqlite } from '../../../platform/sqlite.ts'
import type { Query } from '../db/database.ts'
import { MIGRATIONS } from '../db/migrations.ts'
import type { SteadyTime } from './steady-time.ts'

const PAGE_ROWS = 500
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
type Row = z.infer<typeof Row>

/** A last row that somebody has spoilt must not stop the alarms that come after it; `verify` names it. */
const Last = z.object({ n: z.number(), at: UtcMs.catch(UtcMs.parse(0)), hash: z.string() })
const LAST = 'select n, at, hash from ledger order by n desc limit 1'
const PAGE = 'select * from ledger where n > ? order by n limit ?'

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
): Promise<LedgerEntry> {
  if (last !== null) time.atLeast(last.at)
  const at = time.now()
  const wallAt = time.wall()
  const entry = sealEntry(last, {
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
    entry.n,
    entry.at,
    entry.actor.kind,
    entry.actor.name,
    entry.act,
    entry.subject,
    canonicalJson(entry.detail),
    entry.prev,
    entry.hash,
  )
  return entry
}

/** When the last entry was written; 0 for an empty ledger. */
export async function ledgerEnd(q: Query): Promise<UtcMs> {
  const last = await q.one(Last, LAST)
  return last?.at ?? UtcMs.parse(0)
}

/** Entries after number `after`, oldest first; rows that are no entries are left out (`verify` names them). */
export async function ledgerPage(q: Query, query: z.infer<typeof LedgerQuery>): Promise<LedgerPage> {
  const about = query.subject === undefined ? '' : 'and subject = ?'
  const subject = query.subject === undefined ? [] : [query.subject]
  const rows = await q.all(
    Row,
    `select * from ledger where n > ? ${about} order by n limit ?`,
    query.after,
    ...subject,
    query.limit,
  )
  const counted = await q.one(
    z.object({ total: z.number() }),
    `select count(*) as total from ledger where true ${about}`,
    ...subject,
  )
  return { entries: rows.map(entryOf).filter((entry) => entry !== null), total: counted?.total ?? 0 }
}

/** Reads the whole ledger in pages through `page` and checks its chain. */
export async function verifyPages(
  page: (after: number, limit: number) => Promise<Row[]> | Row[],
): Promise<LedgerVerdict> {
  async function* entries(): AsyncGenerator<LedgerEntry | null> {
    let after = Number.MIN_SAFE_INTEGER
    while (true) {
      const rows = await page(after, PAGE_ROWS)
      yield* rows.map(entryOf)
      const lastRow = rows.at(-1)
      if (lastRow === undefined) return
      after = lastRow.n
      // Queries settle without leaving the turn of the event loop; a large ledger would hold up everything else.
      await nextTurn()
    }
  }
  return await verifyLedger(entries())
}

/** Verifies the ledger of an open database. Who asks while it is being verified gets the verdict of that run. */
export function ledgerVerifier(read: <T>(work: (q: Query) => Promise<T>) => Promise<T>): () => Promise<LedgerVerdict> {
  let running: Promise<LedgerVerdict> | null = null
  return () =>
    (running ??= verifyPages((after, limit) => read((q) => q.all(Row, PAGE, after, limit))).finally(() => {
      running = null
    }))
}

/**
 * Checks the ledger in a database file without changing anything, also while the control room runs.
 * Throws `store/failed` when there is no such file or it is no control-room database.
 */
export async function verifyLedgerFile(path: string): Promise<LedgerVerdict> {
  using sqlite = openSqlite(path, MIGRATIONS, { readOnly: true })
  return await verifyPages((after, limit) => sqlite.all(Row, PAGE, after, limit))
}

/** null for a row that is no entry, or whose detail is not written as it was hashed. */
function entryOf(row: Row): LedgerEntry | null {
  const parsed = LedgerEntry.safeParse({
    n: row.n,
    at: row.at,
    actor: { kind: row.actor_kind, name: row.actor_name },
    act: row.act,
    subject: row.subject,
    detail: detailOf(row.detail),
    prev: row.prev,
    hash: row.hash,
  })
  return parsed.success && canonicalJson(parsed.data.detail) === row.detail ? parsed.data : null
}

function detailOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
