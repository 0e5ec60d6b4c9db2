import { setImmediate as nextTurn } from 'node:timers/promises'
import type { z } from 'zod'
import { HouseError } from '../../../core/kit/errors.ts'
import { openSqlite, type Sqlite, type SqlValue } from '../../../platform/sqlite.ts'
import { MIGRATIONS } from './migrations.ts'

/** Statements inside one transaction or one read. Values are bound, never written into the SQL. */
export interface Query {
  /** Rows of a query, each checked against `row`. */
  all<T>(row: z.ZodType<T>, sql: string, ...values: readonly SqlValue[]): Promise<T[]>
  /** The first row of a query, or null. */
  one<T>(row: z.ZodType<T>, sql: string, ...values: readonly SqlValue[]): Promise<T | null>
  /** Runs a statement; answers how many rows changed. */
  run(sql: string, ...values: readonly SqlValue[]): Promise<{ readonly changes: number }>
}

/**
 * The control room's own database. Everything is asynchronous, so that a server such as PostgreSQL can stand behind it
 * where a county outgrows one machine.
 */
export interface Database {
  /** Reads one consistent state. `work` must not wait for anything but its queries. Throws `store/failed`. */
  read<T>(work: (q: Query) => Promise<T>): Promise<T>
  /**
   * All of `work` happens, durably before this resolves, or nothing of it. One transaction runs at a time, so `work`
   * must not begin another nor wait for anything but its queries. Throws `store/failed` and what `work` throws.
   */
  transaction<T>(work: (q: Query) => Promise<T>): Promise<T>
  /** Waits for what is running, then closes. */
  close(): Promise<void>
}

/**
 * Opens (and where needed creates) the database file and brings its schema up to date.
 * Throws `store/failed`, or `store/newer` when the file was written by a newer version.
 */
export function openDatabase(path: string): Database {
  const writer = openSqlite(path, MIGRATIONS, { durability: 'full' })
  const reader = openSqlite(path, MIGRATIONS, { readOnly: true })
  const writes = lane(path, writer, 'begin immediate')
  const reads = lane(path, reader, 'begin')
  return {
    read: (work) => reads.enter(work),
    transaction: (work) => writes.enter(work),
    close: async () => {
      // The writer last: it then takes the write-ahead log back into the file.
      await reads.close()
      await writes.close()
    },
  }
}

interface Lane {
  enter<T>(work: (q: Query) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** One connection on which one piece of work runs at a time, in the order it came. */
function lane(path: string, sqlite: Sqlite, begin: string): Lane {
  const q = queryOver(sqlite)
  let last: Promise<unknown> = Promise.resolve()
  let closed = false
  const runOne = async <T>(work: (q: Query) => Promise<T>): Promise<T> => {
    sqlite.run(begin)
    try {
      const result = await work(q)
      sqlite.run('commit')
      return result
    } catch (error) {
      rollBack(sqlite)
      throw error
    }
  }
  return {
    enter: (work) => {
      if (closed) return Promise.reject(new HouseError('store/failed', `${path}: the database is closed`, { path }))
      const turn = last.then(() => runOne(work))
      // SQLite waits for the disk itself, so work that queues up would run on and on while sockets and timers wait.
      last = turn.catch(() => undefined).then(() => nextTurn())
      return turn
    },
    close: async () => {
      closed = true
      await last
      sqlite.close()
    },
  }
}

function rollBack(sqlite: Sqlite): void {
  try {
    sqlite.run('rollback')
  } catch {
    // SQLite has already ended the transaction itself (disk full, I/O error); the first error is the one to report.
  }
}

function queryOver(sqlite: Sqlite): Query {
  const settle = <T>(work: () => T): Promise<T> => {
    try {
      return Promise.resolve(work())
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new Error(String(error)))
    }
  }
  return {
    all: (row, sql, ...values) => settle(() => sqlite.all(row, sql, ...values)),
    one: (row, sql, ...values) => settle(() => sqlite.one(row, sql, ...values)),
    run: (sql, ...values) => settle(() => ({ changes: sqlite.run(sql, ...values).changes })),
  }
}
