import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import type { z } from 'zod'
import { HouseError, messageOf } from '../core/kit/errors.ts'
import { WalSync } from './sqlite-wal.ts'

export type SqlValue = SQLInputValue

/**
 * How much a commit promises. `full`: it survives a power cut. `normal`: it survives a killed process; a power cut only when
 * `synced` has resolved or `sync` has returned after it.
 */
export type Durability = 'full' | 'normal'

export interface Sqlite extends Disposable {
  /** Rows of a query, each checked against `row`. */
  all<T>(row: z.ZodType<T>, sql: string, ...values: readonly SqlValue[]): T[]
  /** The first row of a query, or null. */
  one<T>(row: z.ZodType<T>, sql: string, ...values: readonly SqlValue[]): T | null
  /** Runs a statement; answers how many rows changed and the last row id. */
  run(sql: string, ...values: readonly SqlValue[]): { readonly changes: number; readonly lastId: number }
  /** Runs `work` in one transaction: all of it happens or nothing. Not re-entrant. */
  transaction<T>(work: () => T): T
  /** Resolves when what was committed before the call survives a power cut; the program goes on meanwhile. Throws `store/failed`. */
  synced(): Promise<void>
  /** The same, waiting for it. Throws `store/failed`. */
  sync(): void
  close(): void
}

/**
 * Opens (and where needed creates) a database file in WAL mode and brings its schema up to date.
 * `migrations` run in order, each once, in a transaction; the file remembers how many have run.
 * SQLite binds a JS number as REAL: divide with BigInt or `cast(? as integer)`.
 * Throws `store/failed`, or `store/newer` when the file knows more migrations than this program.
 */
export function openSqlite(
  path: string,
  migrations: readonly string[],
  options: { readonly durability?: Durability; readonly readOnly?: boolean } = {},
): Sqlite {
  const durability = options.durability ?? 'full'
  const db = guarded(path, () => {
    if (options.readOnly !== true) mkdirSync(dirname(path), { recursive: true })
    const opened = new DatabaseSync(path, { readOnly: options.readOnly ?? false })
    opened.exec('pragma busy_timeout = 5000')
    if (options.readOnly !== true) {
      opened.exec(`pragma journal_mode = wal; pragma synchronous = ${durability}; pragma foreign_keys = on`)
      migrate(path, opened, migrations)
    }
    return opened
  })
  const statements = new Map<string, StatementSync>()
  const prepared = (sql: string): StatementSync => {
    const known = statements.get(sql)
    if (known !== undefined) return known
    const made = db.prepare(sql)
    statements.set(sql, made)
    return made
  }
  const run: Sqlite['run'] = (sql, ...values) =>
    guarded(path, () => {
      const { changes, lastInsertRowid } = prepared(sql).run(...values)
      return { changes: Number(changes), lastId: Number(lastInsertRowid) }
    })
  const wal = path === ':memory:' || durability === 'full' ? null : new WalSync(path)
  const close = () => {
    wal?.[Symbol.dispose]()
    statements.clear()
    if (db.isOpen) db.close()
  }
  return {
    all: (row, sql, ...values) => guarded(path, () => prepared(sql).all(...values)).map((found) => row.parse(found)),
    one: (row, sql, ...values) => {
      const found = guarded(path, () => prepared(sql).get(...values))
      return found === undefined ? null : row.parse(found)
    },
    run,
    transaction: (work) => {
      run('begin immediate')
      try {
        const result = work()
        run('commit')
        return result
      } catch (error) {
        if (db.isTransaction) run('rollback')
        throw error
      }
    },
    synced: async () => {
      try {
        await wal?.later()
      } catch (error) {
        throw failure(path, error)
      }
    },
    sync: () => guarded(path, () => wal?.now()),
    close,
    [Symbol.dispose]: close,
  }
}

function migrate(path: string, db: DatabaseSync, migrations: readonly string[]): void {
  const done = Number(db.prepare('pragma user_version').get()?.user_version ?? 0)
  if (done > migrations.length) {
    throw new HouseError(
      'store/newer',
      `${path} was written by a newer Pitwatch (schema ${done}, this program knows ${migrations.length}): start the newer version, or move the file aside`,
      { path, found: done, known: migrations.length },
    )
  }
  for (const [index, sql] of migrations.entries()) {
    if (index < done) continue
    db.exec(`begin immediate; ${sql}; pragma user_version = ${index + 1}; commit`)
  }
}

function guarded<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw failure(path, error)
  }
}

function failure(path: string, error: unknown): HouseError {
  if (error instanceof HouseError) return error
  return new HouseError('store/failed', `${path}: ${messageOf(error)}`, { path }, error)
}
