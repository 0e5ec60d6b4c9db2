import { copyFileSync, rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { entryOf, type LedgerRow, rowOf, sealEntry } from '../../platform/ledger.ts'
import { seededChance } from '../../sim/chance.ts'
import { percentile, rounded } from '../bench.ts'

const COLUMNS = ['at', 'actor_kind', 'actor_name', 'act', 'subject', 'detail', 'prev', 'hash'] as const

export interface FlipPlan {
  readonly flips: number
  /** The journal is filled up to so many rows, or cut down to them. */
  readonly rows: number
  readonly verify: (path: string) => { readonly text: string; readonly code: number | null; readonly ms: number }
}

/** Changes one byte of one cell of a copy of the journal at a time, and asks whether the row is found and named. */
export function flipMany(path: string, { flips, rows, verify }: FlipPlan) {
  const chance = seededChance(7)
  const copy = `${path.replace(/\.sqlite$/, '')}-copy.sqlite`
  fillUp(path, rows)
  const times = [verify(path)].map(({ ms }) => ms)
  let missed = 0
  for (let flip = 0; flip < flips; flip += 1) {
    copyFileSync(path, copy)
    const n = 1 + Math.floor(chance() * rows)
    const column = COLUMNS[Math.floor(chance() * COLUMNS.length)] ?? 'detail'
    changeByte(copy, { n, column, share: chance() })
    const { text, code, ms } = verify(copy)
    times.push(ms)
    if (code !== 1 || !text.includes(`does not fit is ${n}:`)) {
      missed += 1
      console.error(`entry ${n}, ${column}: ${text}`)
    }
    for (const end of ['', '-wal', '-shm']) rmSync(`${copy}${end}`, { force: true })
  }
  return Promise.resolve({
    flips,
    flipsMissed: missed,
    journalRows: rows,
    verifyMs: rounded(percentile(times, 1), 0),
    verifyP50Ms: rounded(percentile(times, 0.5), 0),
  })
}

function fillUp(path: string, rows: number): void {
  const sqlite = new DatabaseSync(path)
  sqlite.exec(
    'pragma foreign_keys = off; drop trigger ledger_keeps_rows; drop trigger ledger_keeps_words; pragma synchronous = off; begin',
  )
  sqlite.prepare('delete from ledger where n > ?').run(rows)
  sqlite.exec('delete from notices; delete from announcements; delete from escalations')
  // Alarms whose raise is cut off go with it.
  const gone =
    "select id from alarms where not exists (select 1 from ledger where subject = id and act = 'alarm-raised')"
  sqlite.exec(
    `delete from activations where alarm in (${gone}); delete from notes where alarm in (${gone}); delete from alarms where id in (${gone})`,
  )
  let last = entryOf(sqlite.prepare('select * from ledger order by n desc limit 1').get() as unknown as LedgerRow)
  const insert = sqlite.prepare('insert into ledger values (?, ?, ?, ?, ?, ?, ?, ?, ?)')
  while (last !== null && last.n < rows) {
    last = sealEntry(last, { ...last, act: 'signed-in', subject: 'lin', detail: { count: last.n } })
    const row = rowOf(last)
    insert.run(row.n, row.at, row.actor_kind, row.actor_name, row.act, row.subject, row.detail, row.prev, row.hash)
  }
  sqlite.exec('commit; pragma wal_checkpoint(truncate)')
  sqlite.close()
}

interface Cell {
  readonly n: number
  readonly column: (typeof COLUMNS)[number]
  readonly share: number
}

function changeByte(path: string, { n, column, share }: Cell): void {
  const sqlite = new DatabaseSync(path)
  const value = sqlite.prepare(`select ${column} as value from ledger where n = ?`).get(n)?.value
  const text = String(value)
  const at = Math.floor(share * text.length)
  const other =
    typeof value === 'number'
      ? value + 256 ** Math.floor(share * 6)
      : `${text.slice(0, at)}${text[at] === 'a' ? 'b' : 'a'}${text.slice(at + 1)}`
  sqlite.prepare(`update ledger set ${column} = ? where n = ?`).run(other, n)
  sqlite.exec('pragma wal_checkpoint(truncate)')
  sqlite.close()
}
