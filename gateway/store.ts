import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import { AlarmTransition } from '../core/contract/alarm.ts'
import { StreamId } from '../core/contract/lanes.ts'
import type { Reading } from '../core/contract/reading.ts'
import { isHouseError } from '../core/kit/errors.ts'
import type { Log } from '../platform/log.ts'
import { openSqlite, type Sqlite } from '../platform/sqlite.ts'
import type { Picture } from './driver.ts'
import { Layouts } from './layouts.ts'
import { packReadings, unpackReadings } from './packing.ts'
import { pictureShelf, type PictureShelf } from './store-pictures.ts'
import { unsyncedMark, type UnsyncedMark } from './unsynced-mark.ts'

/** What one step of the pipeline wants kept. */
export interface Commit {
  readonly device: string | null
  readonly readings: readonly Reading[]
  readonly transitions: readonly AlarmTransition[]
  readonly pictures: readonly Picture[]
  /** The engine's state as plain JSON; undefined leaves the last one. */
  readonly engineState?: unknown
}

/** What a commit came to. */
export interface Committed {
  /** The readings of the step, numbered from `firstSeq`; none when they were dropped. */
  readonly device: string | null
  readonly firstSeq: number
  readonly readings: readonly Reading[]
  /** Hashes of pictures that now wait to be sent. */
  readonly pictures: readonly string[]
  /** Readings dropped unsent, because the outbox had reached its bound. */
  readonly dropped: number
}

/** Readings of one batch as they wait for their receipt. */
export interface TelemetryRow {
  readonly device: string
  readonly firstSeq: number
  readonly lastSeq: number
  /** Without the monotonic time, which has no meaning after a restart: it is 0. Empty when the row is damaged. */
  readonly readings: readonly Reading[]
}

/**
 * The gateway's durability line: one SQLite file with the engine's state and everything that waits for a receipt.
 * Every method throws `store/failed` when the disk refuses.
 */
export interface GatewayStore extends Disposable {
  /** The name of the stream of readings this store numbers; a new one after a run in which a sync has failed. */
  readonly stream: StreamId
  /**
   * Keeps all steps or none, in their order. They survive a killed process when it returns, a power cut when `durable` has resolved:
   * nothing of them may be sent before. Answers one outcome a step.
   */
  commit(steps: readonly Commit[]): readonly Committed[]
  /**
   * Resolves when everything committed before the call survives a power cut. After it has thrown, readings below `nextSeq` may be sent
   * all the same: the next start begins a new stream, so that no number is used twice.
   */
  durable(): Promise<void>
  /** The number of the next connection, 0–255 and round again, kept before it is given. [tck-id-topics-nbirth-bdseq-increment] */
  nextBdSeq(): number
  /** The number that was written last, even when its sync has failed; null before the first. Never throws. */
  lastBdSeq(): number | null
  /** The engine's state as it was saved last, or null. */
  engineState(): unknown
  /** What was kept under `key` with `keepNote`, or null. */
  note(key: string): string | null
  keepNote(key: string, text: string): void
  /** The number after that of the last reading that may be sent; in memory all are as durable as they will be. */
  nextSeq(): number
  /** The lowest stream number that still waits, `nextSeq` when none does. */
  floor(): number
  /** Waiting rows that begin at `fromSeq` or later and before `beforeSeq`, oldest first. */
  telemetry(fromSeq: number, beforeSeq: number, limit: number): readonly TelemetryRow[]
  /** Forgets one row unsent. */
  dropTelemetry(firstSeq: number): void
  /** Forgets telemetry up to and including `upTo`. */
  receiptTelemetry(upTo: number): void
  /** Keys of waiting alarm transitions, oldest first. */
  alarms(): readonly { readonly occurrence: string; readonly n: number }[]
  /** Null when it waits no longer, or when its row is damaged: that is logged and set aside, and waits no longer either. */
  alarm(occurrence: string, n: number): AlarmTransition | null
  receiptAlarm(occurrence: string, n: number): void
  /** Hashes of pictures that wait to be sent, oldest first. */
  pictures(): readonly string[]
  picture(sha256: string): Picture | null
  receiptPicture(sha256: string): void
  /** Rows that wait, by lane. */
  waiting(): { readonly telemetry: number; readonly alarm: number; readonly evidence: number }
  close(): void
}

export interface StoreOptions {
  /** Most bytes of packed telemetry that wait, default 1 GiB; beyond it the oldest is dropped. */
  readonly maxTelemetryBytes?: number
  /** Most bytes of pictures that wait, default 256 MiB; beyond it the oldest is dropped, but no transition that names it. */
  readonly maxPictureBytes?: number
  readonly log?: Log
}

const MIGRATIONS = [
  `create table meta (key text primary key, value text not null) strict, without rowid;
   create table telemetry (first_seq integer primary key, last_seq integer not null, device text not null, body text not null) strict;
   create table layout (id integer primary key, points text not null unique) strict;
   create table alarm (id integer primary key autoincrement, occurrence text not null, n integer not null, body text not null, unique (occurrence, n)) strict;
   create table picture (id integer primary key autoincrement, sha256 text not null unique, media_type text not null, wanted integer not null, bytes blob not null) strict;`,
  `alter table alarm add column damaged integer not null default 0;`,
]

/** Opens `<folder>/gateway.db`, new with a new stream where there is none. Throws `store/failed` or `store/newer`. */
export function openGatewayStore(folder: string, options: StoreOptions = {}): GatewayStore {
  const mark = unsyncedMark(join(folder, 'gateway.unsynced'))
  return storeOver(openSqlite(join(folder, 'gateway.db'), MIGRATIONS, { durability: 'normal' }), options, mark)
}

/** A store that lives in memory, under a stream of its own, for a gateway whose disk refuses. */
export function openMemoryStore(options: StoreOptions = {}): GatewayStore {
  return storeOver(openSqlite(':memory:', MIGRATIONS), options, null)
}

const Text = z.object({ value: z.string() })
const Count = z.object({ count: z.number() })
const Row = z.object({ first_seq: z.number(), last_seq: z.number(), device: z.string(), body: z.string() })

function storeOver(db: Sqlite, options: StoreOptions, mark: UnsyncedMark | null): GatewayStore {
  const maxBytes = options.maxTelemetryBytes ?? 2 ** 30
  const meta = (key: string) => db.one(Text, 'select value from meta where key = ?', key)?.value ?? null
  const setMeta = (key: string, value: string) =>
    db.run('insert into meta values (?, ?) on conflict (key) do update set value = excluded.value', key, value)
  const stream = mark?.isKept() === true ? streamAfterFailure(db, setMeta, mark) : streamOf(meta, setMeta)
  const layouts = new Layouts(db)
  const log = options.log ?? null
  const shelf = pictureShelf(db, { maxBytes: options.maxPictureBytes ?? 2 ** 28, log })
  // Kept beside the rows so that neither a bound check nor the health message scans them.
  const size = db.one(
    z.object({ rows: z.number(), bytes: z.number() }),
    'select count(*) as rows, coalesce(sum(octet_length(body)), 0) as bytes from telemetry',
  ) ?? { rows: 0, bytes: 0 }
  const state = { ...size, nextSeq: Number(meta('next-seq') ?? '0') }
  // What a start finds was made durable by the one before it, or is found again by the next.
  const durable = { nextSeq: state.nextSeq, isDoubted: false, isMarked: false }
  const bdSeq = { last: meta('bd-seq') === null ? null : Number(meta('bd-seq')) }
  const mayBeSent = (nextSeq: number): void => {
    // The system tells of a failed sync once; what the later ones promise is worth nothing, because they build on what it has lost.
    if (durable.isDoubted && !durable.isMarked) {
      mark?.keep()
      durable.isMarked = true
    }
    durable.nextSeq = Math.max(durable.nextSeq, nextSeq)
  }
  return {
    stream,
    commit: (steps) => commitTo(db, { steps, state, maxBytes, setMeta, layouts, shelf }),
    durable: async () => {
      const { nextSeq } = state
      try {
        await db.synced()
      } catch (error) {
        durable.isDoubted = true
        // A disk that fails here is told of, and what it may lose in a power cut is sent all the same.
        mayBeSent(nextSeq)
        throw error
      }
      mayBeSent(nextSeq)
    },
    nextBdSeq: () => {
      const next = ((bdSeq.last ?? -1) + 1) % 256
      setMeta('bd-seq', String(next))
      bdSeq.last = next
      try {
        // A death that is still under way must not fit the next birth, whatever happens to the power.
        db.sync()
      } catch (error) {
        durable.isDoubted = true
        throw error
      }
      return next
    },
    lastBdSeq: () => bdSeq.last,
    engineState: () => {
      const text = meta('engine-state')
      return text === null ? null : (JSON.parse(text) as unknown)
    },
    note: (key) => meta(`note/${key}`),
    keepNote: (key, text) => void setMeta(`note/${key}`, text),
    nextSeq: () => (mark === null ? state : durable).nextSeq,
    floor: () =>
      db.one(z.object({ seq: z.number() }), 'select first_seq as seq from telemetry order by first_seq limit 1')?.seq ??
      state.nextSeq,
    telemetry: (fromSeq, beforeSeq, limit) =>
      db
        .all(
          Row,
          'select first_seq, last_seq, device, body from telemetry where first_seq >= ? and first_seq < ? order by first_seq limit ?',
          fromSeq,
          beforeSeq,
          limit,
        )
        .map((row) => ({
          device: row.device,
          firstSeq: row.first_seq,
          lastSeq: row.last_seq,
          readings: readingsIn(row, layouts),
        })),
    dropTelemetry: (firstSeq) => removeTelemetry(db, state, 'first_seq = ?', [firstSeq]),
    receiptTelemetry: (upTo) => removeTelemetry(db, state, 'first_seq <= ? and last_seq <= ?', [upTo, upTo]),
    ...alarmPart(db, log),
    pictures: shelf.pictures,
    picture: shelf.picture,
    receiptPicture: shelf.receiptPicture,
    waiting: () => ({
      telemetry: state.rows,
      alarm: countOf(db, 'select count(*) as count from alarm where damaged = 0'),
      evidence: countOf(db, 'select count(*) as count from picture where wanted = 1'),
    }),
    close: () => db.close(),
    [Symbol.dispose]: () => db.close(),
  }
}

function alarmPart(db: Sqlite, log: Log | null): Pick<GatewayStore, 'alarms' | 'alarm' | 'receiptAlarm'> {
  const Key = z.object({ occurrence: z.string(), n: z.number() })
  const setAside = (occurrence: string, n: number): void => {
    try {
      db.run('update alarm set damaged = 1 where occurrence = ? and n = ?', occurrence, n)
    } catch {
      // A disk that takes no mark: the row is found damaged again after the next start.
    }
    log?.error(
      { code: 'store/failed', occurrence, n },
      'an alarm transition in the store cannot be read; its row is set aside, unsent, and those behind it go on',
    )
  }
  return {
    alarms: () => db.all(Key, 'select occurrence, n from alarm where damaged = 0 order by id'),
    alarm: (occurrence, n) => {
      const sql = 'select body as value from alarm where occurrence = ? and n = ? and damaged = 0'
      const row = db.one(Text, sql, occurrence, n)
      if (row === null) return null
      const transition = transitionIn(row.value)
      if (transition === null) setAside(occurrence, n)
      return transition
    },
    receiptAlarm: (occurrence, n) => void db.run('delete from alarm where occurrence = ? and n = ?', occurrence, n),
  }
}

function transitionIn(body: string): AlarmTransition | null {
  try {
    return AlarmTransition.safeParse(JSON.parse(body)).data ?? null
  } catch {
    return null
  }
}

interface Counters {
  rows: number
  bytes: number
  nextSeq: number
}

interface CommitParts {
  readonly state: Counters
  readonly maxBytes: number
  readonly setMeta: (key: string, value: string) => unknown
  readonly layouts: Layouts
  readonly shelf: PictureShelf
}

function commitTo(
  db: Sqlite,
  { steps, ...parts }: CommitParts & { readonly steps: readonly Commit[] },
): readonly Committed[] {
  const { state, maxBytes, setMeta, layouts } = parts
  const after = { ...state }
  try {
    const committed = db.transaction(() => {
      const made = steps.map((step) => keepStep(db, step, { ...parts, state: after }))
      if (after.nextSeq > state.nextSeq) setMeta('next-seq', String(after.nextSeq))
      const engineState = steps.findLast((step) => step.engineState !== undefined)?.engineState
      if (engineState !== undefined) setMeta('engine-state', JSON.stringify(engineState))
      const dropped = after.bytes > maxBytes ? dropOldest(db, after, maxBytes) : 0
      return made.map((one, index) => (index === made.length - 1 ? { ...one, dropped } : one))
    })
    Object.assign(state, after)
    return committed
  } catch (error) {
    layouts.forget()
    throw error
  }
}

function keepStep(db: Sqlite, step: Commit, { state, layouts, shelf }: CommitParts): Committed {
  const { device, readings, transitions } = step
  const firstSeq = state.nextSeq
  if (device !== null && readings.length > 0) {
    state.nextSeq += readings.length
    const body = packReadings(readings, layouts.idOf(device, readings))
    db.run('insert into telemetry values (?, ?, ?, ?)', firstSeq, state.nextSeq - 1, device, body)
    state.rows += 1
    state.bytes += Buffer.byteLength(body)
  }
  for (const { occurrence, n, ...rest } of transitions) {
    const body = JSON.stringify({ occurrence, n, ...rest })
    db.run('insert into alarm (occurrence, n, body) values (?, ?, ?) on conflict do nothing', occurrence, n, body)
  }
  return { device, firstSeq, readings, pictures: shelf.keep(step), dropped: 0 }
}

/** Drops the oldest rows down to a little below the bound, so that it is not done again with every batch. */
function dropOldest(db: Sqlite, state: Counters, maxBytes: number): number {
  const OldRow = z.object({ first_seq: z.number(), last_seq: z.number(), bytes: z.number() })
  let dropped = 0
  while (state.bytes > maxBytes * 0.98 && state.rows > 1) {
    const row = db.one(
      OldRow,
      'select first_seq, last_seq, octet_length(body) as bytes from telemetry order by first_seq limit 1',
    )
    if (row === null) break
    db.run('delete from telemetry where first_seq = ?', row.first_seq)
    dropped += row.last_seq - row.first_seq + 1
    state.bytes -= row.bytes
    state.rows -= 1
  }
  return dropped
}

function removeTelemetry(db: Sqlite, state: Counters, where: string, values: readonly number[]): void {
  const gone = db.one(
    z.object({ rows: z.number(), bytes: z.number() }),
    `select count(*) as rows, coalesce(sum(octet_length(body)), 0) as bytes from telemetry where ${where}`,
    ...values,
  )
  if (gone === null || gone.rows === 0) return
  db.run(`delete from telemetry where ${where}`, ...values)
  state.rows -= gone.rows
  state.bytes -= gone.bytes
}

function streamOf(meta: (key: string) => string | null, setMeta: (key: string, value: string) => unknown): StreamId {
  const known = meta('stream')
  if (known !== null) return StreamId.parse(known)
  const made = newStream()
  setMeta('stream', made)
  return made
}

/**
 * A new stream for a store of which a power cut may have taken numbers that were given out. On a disk that still refuses the name lives
 * in memory and the mark stays: the next start begins a new stream again.
 */
function streamAfterFailure(
  db: Sqlite,
  setMeta: (key: string, value: string) => unknown,
  mark: UnsyncedMark,
): StreamId {
  const made = newStream()
  try {
    setMeta('stream', made)
    // A further sync would say nothing of what the failed one has lost; a checkpoint writes it anew.
    const left = db.one(z.object({ busy: z.number() }), 'pragma wal_checkpoint(truncate)')
    if (left?.busy === 0) mark.remove()
  } catch (error) {
    if (!isHouseError(error, 'store/failed')) throw error
  }
  return made
}

function newStream(): StreamId {
  return StreamId.parse(randomBytes(10).toString('hex'))
}

function countOf(db: Sqlite, sql: string): number {
  return db.one(Count, sql)?.count ?? 0
}

/** Nothing for a damaged row: it must not hold up those behind it. */
function readingsIn(row: z.infer<typeof Row>, layouts: Layouts): Reading[] {
  try {
    return unpackReadings(row.body, row.device, (layout) => layouts.pointsOf(layout))
  } catch {
    return []
  }
}
