import { z } from 'zod'
import { openSqlite, type Sqlite } from '../../platform/sqlite.ts'

/** What must outlive a damaged file: alarms above all, and what the rules and drivers have learned. */
export interface Salvage {
  readonly meta: readonly { readonly key: string; readonly value: string }[]
  readonly alarms: readonly { readonly occurrence: string; readonly n: number; readonly body: string }[]
  /** What was done alone. */
  readonly acts: Salvage['alarms']
}

const Kept = z.object({ key: z.string(), value: z.string() })
const Alarm = z.object({ occurrence: z.string(), n: z.number(), body: z.string() })

/** What can still be read of a damaged file. */
export function salvageFrom(path: string): Salvage {
  const read = <T>(sql: string, schema: z.ZodType<T>): readonly T[] => {
    try {
      using db = openSqlite(path, [], { readOnly: true })
      return db.all(schema, sql)
    } catch {
      // It is damaged: whatever it says to that, there is nothing to be had from it.
      return []
    }
  }
  return {
    meta: read(`select key, value from meta where key in ('bd-seq', 'engine-state') or key like 'note/%'`, Kept),
    alarms: read('select occurrence, n, body from alarm where damaged = 0 order by id', Alarm),
    acts: read('select occurrence, n, body from edge_act order by id', Alarm),
  }
}

/** Puts what was salvaged into a new store's tables. Throws `store/failed`. */
export function bringBack(db: Sqlite, { meta, alarms, acts }: Salvage): void {
  db.transaction(() => {
    for (const { key, value } of meta) db.run('insert into meta values (?, ?) on conflict do nothing', key, value)
    for (const { occurrence, n, body } of alarms)
      db.run('insert into alarm (occurrence, n, body) values (?, ?, ?) on conflict do nothing', occurrence, n, body)
    for (const { occurrence, n, body } of acts)
      db.run('insert into edge_act (occurrence, n, body) values (?, ?, ?) on conflict do nothing', occurrence, n, body)
  })
}
