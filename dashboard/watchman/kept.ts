import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { UtcMs } from '../../core/contract/time.ts'
import { messageOf } from '../../core/kit/errors.ts'
import type { Log } from '../../platform/log.ts'
import type { SentText } from '../../platform/modem/modem.ts'
import { openSqlite, type Sqlite } from '../../platform/sqlite.ts'
import { WatchEvent } from '../../platform/watch-line/messages.ts'

const MIGRATIONS: readonly string[] = [
  `
  create table texts (
    id text not null,
    number text not null,
    refs text not null,
    at integer not null,
    is_awaited integer not null,
    primary key (id, number)
  ) strict, without rowid;
  create index texts_by_time on texts (at);

  create table events (n integer primary key, at integer not null, event text not null) strict;
  create trigger events_keep_words before update on events begin select raise(abort, 'events are never changed'); end;

  create table marks (one integer primary key check (one = 1), store text not null, confirmed integer not null) strict;
  `,
]

/** Confirmed events are kept this long, ms. */
const KEEP_EVENTS_MS = 90 * 86_400_000
/** A phone that is off is given up by the network long before. */
const KEEP_TEXTS_MS = 4 * 86_400_000

const Texts = z
  .object({ id: z.string(), number: z.string(), refs: z.string(), at: UtcMs, is_awaited: z.number() })
  .transform(({ id, number, refs, at, is_awaited: isAwaited }) => ({
    ...{ id, to: number, at },
    refs: z.array(z.number()).parse(JSON.parse(refs)),
    isAwaited: isAwaited === 1,
  }))
/** A text the network took. */
export type KeptText = z.infer<typeof Texts>

const Events = z
  .object({ n: z.number(), at: UtcMs, event: z.string() })
  .transform(({ n, at, event }) => ({ n, at, event: WatchEvent.parse(JSON.parse(event)) }))

/** Something the control room has to be told; `key` is the same each time. */
export interface KeptEvent {
  readonly key: string
  readonly at: UtcMs
  readonly event: WatchEvent
}

/**
 * What a watchman must know again after it was started anew: texts it sent, and what the control room was not told yet. Where its disk does
 * not take that any more it remembers until it ends, and goes on: it must be able to wake people then.
 */
export interface Kept extends Disposable {
  /** Texts the network took since `from`, oldest first. */
  texts(from: UtcMs): readonly KeptText[]
  took(text: SentText): void
  /** Nothing more is to be heard of a text. */
  settled(id: string): void
  add(event: WatchEvent, at: UtcMs): void
  /** The oldest event that is not confirmed. */
  next(): KeptEvent | null
  confirmed(key: string): void
  /** Events since `from`, oldest first. */
  events(from: UtcMs): readonly KeptEvent[]
}

/** Opens it; a file that cannot be opened is told and replaced by memory. */
export function openKept(path: string, { log, now }: { readonly log: Log; readonly now: UtcMs }): Kept {
  const file = tried(path, log)
  const memory = file ?? openSqlite(':memory:', MIGRATIONS)
  return keptOver(memory, { log, now })
}

function tried(path: string, log: Log): Sqlite | null {
  try {
    return openSqlite(path, MIGRATIONS)
  } catch (error) {
    log.error({ code: 'store/failed', path, error: messageOf(error) }, 'nothing can be kept; going on without')
    return null
  }
}

function keptOver(db: Sqlite, { log, now }: { readonly log: Log; readonly now: UtcMs }): Kept {
  const store = storeOf(db)
  /** What the disk did not take. */
  const unwritten: KeptEvent[] = []
  const write = (work: () => void): boolean => {
    try {
      work()
      return true
    } catch (error) {
      log.error({ code: 'store/failed', error: messageOf(error) }, 'what happened could not be kept')
      return false
    }
  }
  write(() => {
    db.run('delete from events where n <= (select confirmed from marks) and at < ?', now - KEEP_EVENTS_MS)
    db.run('delete from texts where at < ?', now - KEEP_TEXTS_MS)
  })
  const keyed = ({ n, at, event }: z.infer<typeof Events>): KeptEvent => ({ key: `${store}-${n}`, at, event })
  return {
    texts: (from) => db.all(Texts, 'select * from texts where at >= ? order by at', from),
    took: ({ id, to, refs, at }) => {
      write(() => {
        db.run(
          `insert into texts (id, number, refs, at, is_awaited) values (?, ?, ?, ?, 1)
           on conflict (id, number) do update set refs = excluded.refs, at = excluded.at, is_awaited = 1`,
          ...[id, to, JSON.stringify(refs), at],
        )
      })
    },
    settled: (id) => void write(() => db.run('update texts set is_awaited = 0 where id = ?', id)),
    add: (event, at) => {
      const isKept = write(() => db.run('insert into events (at, event) values (?, ?)', at, JSON.stringify(event)))
      if (!isKept) unwritten.push({ key: `${store}-x${randomBytes(6).toString('hex')}`, at, event })
    },
    next: () => {
      const sql = 'select * from events where n > (select confirmed from marks) order by n limit 1'
      const row = db.one(Events, sql)
      return row === null ? (unwritten[0] ?? null) : keyed(row)
    },
    confirmed: (key) => {
      if (unwritten[0]?.key === key) unwritten.shift()
      const n = Number(key.slice(store.length + 1))
      if (!key.startsWith(`${store}-`) || !Number.isSafeInteger(n)) return
      write(() => db.run('update marks set confirmed = max(confirmed, ?)', n))
    },
    events: (from) => [
      ...db.all(Events, 'select * from events where at >= ? order by n', from).map(keyed),
      ...unwritten,
    ],
    [Symbol.dispose]: () => db.close(),
  }
}

/** The store's own name, so that numbers of one that was deleted are not taken for those of the next. */
function storeOf(db: Sqlite): string {
  const row = z.object({ store: z.string() })
  const known = db.one(row, 'select store from marks')
  if (known !== null) return known.store
  const store = randomBytes(6).toString('hex')
  db.run('insert into marks (one, store, confirmed) values (1, ?, 0)', store)
  return store
}
