import { z } from 'zod'
import { MonoMs } from '../../core/contract/time.ts'
import type { RangeBatch } from '../../core/decode/range-body.ts'
import type { Sqlite } from '../../platform/sqlite.ts'
import { Layouts } from './layouts.ts'
import { Packed, packReadings, rangeReadings, unpackJudged, unpackReadings } from './packing.ts'
import type { Meta } from './schema.ts'
import type { Judged, OpenRow } from './store.ts'

/** A row of the table: readings of one batch, packed; null where they are damaged. */
export interface KeptRow {
  readonly device: string
  readonly firstSeq: number
  readonly lastSeq: number
  readonly points: readonly string[]
  readonly packed: Packed | null
  readonly bytes: number
  /** When it was committed, by monotonic time. */
  readonly since: MonoMs
}

/** Readings that follow one another, ready to be a range. */
export interface Cut {
  readonly batches: readonly RangeBatch[]
  readonly from: number
  readonly to: number
}

/** Under this key of `meta` stands the number `OpenRows.judged`. */
const JUDGED = 'judged'

const Stored = z.object({ first_seq: z.number(), last_seq: z.number(), device: z.string(), body: z.string() })

/** So many rows are read at once where all are gone through. */
const ROWS_AT_ONCE = 256

/**
 * Readings that are committed and in no range yet, in the table `telemetry` and in memory, so that closing a range reads nothing back.
 * Rows that are in a range stay in the table until what the engine remembers, as it is kept, has judged them.
 * Methods that write throw `store/failed`; they run inside a transaction, and what is in memory follows when that has succeeded.
 */
export class OpenRows {
  readonly #db: Sqlite
  readonly #meta: Meta
  readonly #layouts: Layouts
  #rows: KeptRow[] = []
  /** Readings before this number are in a range already. */
  #from = 0
  #readings = 0
  #bytes = 0
  /** What the engine remembers has judged the readings before this number. Where nothing of it is kept, no row waits for it. */
  #judged: number

  constructor(db: Sqlite, meta: Meta) {
    this.#db = db
    this.#meta = meta
    this.#layouts = new Layouts(db)
    this.#judged = Number(meta.get(JUDGED) ?? Infinity)
  }

  get judged(): number {
    return this.#judged
  }

  get readings(): number {
    return this.#readings
  }

  get bytes(): number {
    return this.#bytes
  }

  get oldest(): KeptRow | null {
    return this.#rows[0] ?? null
  }

  /** Writes a row. It counts once it has been given to `took`. */
  write({ device, firstSeq, readings, advanced = [] }: OpenRow & Partial<Judged>, since: MonoMs): KeptRow {
    const { id, points } = this.#layouts.of(device, readings)
    return this.rewrite({ device, firstSeq, points, packed: packReadings(readings, id, advanced) }, since)
  }

  /** Writes a row whose points are known. */
  rewrite(row: Pick<KeptRow, 'device' | 'firstSeq' | 'points' | 'packed'>, since: MonoMs): KeptRow {
    const lastSeq = row.firstSeq + row.points.length - 1
    const body = JSON.stringify(row.packed)
    this.#db.run('insert into telemetry values (?, ?, ?, ?)', row.firstSeq, lastSeq, row.device, body)
    return { ...row, lastSeq, bytes: body.length, since }
  }

  took(rows: readonly KeptRow[]): void {
    for (const row of rows) {
      this.#rows.push(row)
      this.#readings += lengthOf(row)
      this.#bytes += row.bytes
    }
  }

  /** Takes what an earlier run has left, of which readings before `from` are in a range already. */
  tookLeft(rows: readonly KeptRow[], from: number): void {
    this.#from = from
    this.#rows = []
    this.#readings = 0
    this.#bytes = 0
    this.took(rows)
    const [first] = rows
    if (first !== undefined) this.#readings -= Math.max(0, from - first.firstSeq)
  }

  /** Notes that what the engine remembers, which is kept in the same transaction, has judged what is before `end`. It counts once it has been given to `judgedTo`. */
  writeJudged(end: number): void {
    this.#meta.set(JUDGED, String(end))
    this.#delete(Math.min(this.#from, end) - 1)
  }

  judgedTo(end: number): void {
    this.#judged = end
  }

  /** What was judged after that, oldest first. A row that is damaged is left out. */
  *unjudged(): Generator<Judged> {
    const sql =
      'select first_seq, last_seq, device, body from telemetry where first_seq > ? and last_seq >= ? order by first_seq limit ?'
    let after = -1
    for (;;) {
      if (this.#judged === Infinity) return
      const stored = this.#db.all(Stored, sql, after, this.#judged, ROWS_AT_ONCE)
      for (const { device, points, packed } of this.#keptRows(stored, MonoMs.parse(0)))
        if (packed !== null) yield unpackJudged(packed, { device, points })
      after = stored.at(-1)?.first_seq ?? 0
      if (stored.length < ROWS_AT_ONCE) return
    }
  }

  /** A transaction was rolled back. */
  forget(): void {
    this.#layouts.forget()
  }

  /** Deletes all rows. */
  eraseAll(): void {
    this.#db.run('delete from telemetry')
  }

  /** Deletes the rows that end at `to` or before, but for those that are to be judged again after a kill. */
  erase(to: number): void {
    this.#delete(Math.min(to, this.#judged - 1))
    this.#layouts.prune()
  }

  /** What stood beside rows that are gone has not to stay. */
  tidy(): void {
    this.#layouts.tidy()
  }

  /** What has been erased is no longer in memory either. */
  erased(to: number): void {
    const gone = this.#rows.findIndex((row) => row.lastSeq > to)
    for (const row of this.#rows.splice(0, gone < 0 ? this.#rows.length : gone)) this.#bytes -= row.bytes
    this.#readings = this.#rows.reduce((sum, row) => sum + lengthOf(row), 0)
    this.#from = to + 1
    if (this.oldest !== null) this.#readings -= Math.max(0, this.#from - this.oldest.firstSeq)
  }

  /** The oldest readings, `most` at most, as whole rows where that is possible; null when there are none. */
  cut(most: number): Cut | null {
    const batches: RangeBatch[] = []
    let [count, to] = [0, -1]
    for (const { device, firstSeq, lastSeq, points, packed } of this.#rows) {
      const skip = Math.max(0, this.#from - firstSeq)
      const whole = lastSeq - firstSeq + 1 - skip
      if (packed === null || (count > 0 && (count + whole > most || firstSeq !== to + 1))) break
      const readings = rangeReadings(packed, points, [skip, skip + Math.min(most, whole)])
      batches.push({ device, firstSeq: firstSeq + skip, readings })
      count += readings.length
      to = firstSeq + skip + readings.length - 1
      if (count >= most) break
    }
    const [first] = batches
    return first === undefined ? null : { batches, from: first.firstSeq, to }
  }

  /** Rows with readings from `fromSeq` on and before `beforeSeq`, oldest first. */
  list(fromSeq: number, beforeSeq: number, limit: number): readonly OpenRow[] {
    const found = this.#rows.filter(({ firstSeq, lastSeq }) => lastSeq >= fromSeq && firstSeq < beforeSeq)
    return found.slice(0, limit).map(({ device, firstSeq, points, packed }) => {
      const skip = Math.max(0, fromSeq - firstSeq)
      const span = [skip, beforeSeq - firstSeq] as const
      const readings = packed === null ? [] : unpackReadings(packed, { device, points }, span)
      return { device, firstSeq: firstSeq + skip, readings }
    })
  }

  /** What an earlier run has left in the table. */
  left(since: MonoMs): KeptRow[] {
    return this.#keptRows(
      this.#db.all(Stored, 'select first_seq, last_seq, device, body from telemetry order by first_seq'),
      since,
    )
  }

  #delete(to: number): void {
    this.#db.run('delete from telemetry where first_seq <= ? and last_seq <= ?', to, to)
  }

  #keptRows(rows: readonly z.infer<typeof Stored>[], since: MonoMs): KeptRow[] {
    return rows.map(({ first_seq: firstSeq, last_seq: lastSeq, device, body }) => {
      const packed = packedIn(body)
      const points = packed === null ? [] : this.#layouts.pointsOf(packed.layout)
      const isWhole = [packed?.values.length, points.length].every((length) => length === lastSeq - firstSeq + 1)
      return { device, firstSeq, lastSeq, points, packed: isWhole ? packed : null, bytes: body.length, since }
    })
  }
}

function packedIn(body: string): Packed | null {
  try {
    return Packed.safeParse(JSON.parse(body)).data ?? null
  } catch {
    return null
  }
}

function lengthOf({ firstSeq, lastSeq }: KeptRow): number {
  return lastSeq - firstSeq + 1
}
