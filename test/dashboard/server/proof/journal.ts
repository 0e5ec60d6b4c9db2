import { readFileSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import type { LedgerEntry } from '../../../../core/contract/ledger.ts'
import { UtcMs } from '../../../../core/contract/time.ts'
import { type LedgerRow, rowOf, sealEntry } from '../../../../platform/ledger.ts'
import { openDatabase } from '../../../../dashboard/server/db/database.ts'

export const JOURNAL_BEGAN = Date.UTC(2026, 0, 11, 0, 0, 0)

/** Writes a control-room database whose ledger has this many entries, two minutes apart. */
export async function writeJournal(path: string, count: number): Promise<void> {
  await openDatabase(path).close()
  const sqlite = new DatabaseSync(path)
  sqlite.exec('pragma synchronous = off; begin')
  const insert = sqlite.prepare('insert into ledger values (?, ?, ?, ?, ?, ?, ?, ?, ?)')
  let last: LedgerEntry | null = null
  for (let n = 1; n <= count; n += 1) {
    const at = UtcMs.parse(JOURNAL_BEGAN + n * 120_000)
    const actor = { kind: n % 3 === 0 ? ('person' as const) : ('system' as const), name: `林-${n % 17}` }
    const detail = { notice: `n${n}`, channel: 'modem', round: n % 5, answer: '+CMGS: 12', x: n / 7 }
    last = sealEntry(last, { at, actor, act: 'notice-accepted', subject: `north-gully.feeder-live.${n % 900}`, detail })
    const row = rowOf(last)
    insert.run(row.n, row.at, row.actor_kind, row.actor_name, row.act, row.subject, row.detail, row.prev, row.hash)
  }
  // Copies of rows in pages that were split are gone afterwards, so that a row lies in the file once.
  sqlite.exec('commit')
  sqlite.exec('vacuum; pragma wal_checkpoint(truncate)')
  sqlite.close()
}

/** One row as it stands. */
export function journalRow(path: string, n: number): LedgerRow {
  const sqlite = new DatabaseSync(path, { readOnly: true })
  const row = sqlite.prepare('select * from ledger where n = ?').get(n) as unknown as LedgerRow
  sqlite.close()
  return row
}

/** Does something to the table itself, past its triggers. */
export function tamper(path: string, work: (sqlite: DatabaseSync) => void): void {
  const sqlite = new DatabaseSync(path)
  const triggers = sqlite.prepare("select name, sql from sqlite_master where type = 'trigger'").all()
  for (const { name } of triggers) sqlite.exec(`drop trigger ${String(name)}`)
  sqlite.exec('begin')
  work(sqlite)
  sqlite.exec('commit')
  for (const { sql } of triggers) sqlite.exec(String(sql))
  sqlite.exec('pragma wal_checkpoint(truncate)')
  sqlite.close()
}

/** Where in the file a row's own bytes lie: from its actor's kind to the end of its hash. */
export function recordOf(path: string, row: LedgerRow): { readonly at: number; readonly length: number } {
  const file = readFileSync(path)
  const text = [row.actor_kind, row.actor_name, row.act, row.subject, row.detail, row.prev, row.hash].join('')
  const bytes = Buffer.from(text)
  // The first rows lie a second time in what is unused of the table's root page, from before it was split.
  return { at: file.lastIndexOf(bytes), length: bytes.length }
}

/** Turns one bit of the file itself over. */
export function flipBit(path: string, offset: number, bit: number): void {
  const file = readFileSync(path)
  file[offset] = file[offset]! ^ (1 << bit)
  writeFileSync(path, file)
}
