import { z } from 'zod'
import type { Sqlite } from '../../platform/sqlite.ts'

/** The tables of a gateway's store, as they came to be. Rows of `telemetry` are readings in no range yet; links hold the rest. */
export const MIGRATIONS = [
  `create table meta (key text primary key, value text not null) strict, without rowid;
   create table telemetry (first_seq integer primary key, last_seq integer not null, device text not null, body text not null) strict;
   create table layout (id integer primary key, points text not null unique) strict;
   create table alarm (id integer primary key autoincrement, occurrence text not null, n integer not null, body text not null, unique (occurrence, n)) strict;
   create table picture (id integer primary key autoincrement, sha256 text not null unique, media_type text not null, wanted integer not null, bytes blob not null) strict;`,
  `alter table alarm add column damaged integer not null default 0;`,
  // The index bears all that a start has to know, so that it need not read the bodies.
  `create table link (id integer primary key autoincrement, stream text not null, n integer not null, kind text not null, aside integer not null,
     fidelity text not null, first_seq integer, last_seq integer, first_at integer, last_at integer, boot text, bytes integer not null,
     hash text not null, link text not null, body blob not null) strict;
   create index link_key on link (stream, n, kind, aside, fidelity, first_seq, last_seq, first_at, last_at, boot, bytes);`,
  `create table edge_act (id integer primary key autoincrement, occurrence text not null, n integer not null, body text not null, unique (occurrence, n)) strict;`,
]

/** Texts under keys, in the table `meta`. Every method throws `store/failed`. */
export class Meta {
  readonly #db: Sqlite

  constructor(db: Sqlite) {
    this.#db = db
  }

  get(key: string): string | null {
    return this.#db.one(z.object({ value: z.string() }), 'select value from meta where key = ?', key)?.value ?? null
  }

  set(key: string, value: string): void {
    this.#db.run('insert into meta values (?, ?) on conflict (key) do update set value = excluded.value', key, value)
  }

  remove(key: string): void {
    this.#db.run('delete from meta where key = ?', key)
  }

  /** What stands under `key` as JSON, or null where nothing does. Throws what JSON and zod throw when it is damaged. */
  parsed<T>(key: string, schema: z.ZodType<T>): T | null {
    const text = this.get(key)
    return text === null ? null : schema.parse(JSON.parse(text))
  }
}
