import { z } from 'zod'
import { DutySheet, EdgeAct } from '../../../core/contract/edge.ts'
import type { UtcMs } from '../../../core/contract/time.ts'
import type { Query } from '../db/database.ts'

const jsonOf = <T>(schema: z.ZodType<T>) =>
  z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(schema)

/** Keeps an act. False when it was known: whoever sent it had no receipt yet. */
export async function keepAct(q: Query, act: EdgeAct, now: UtcMs): Promise<boolean> {
  const { changes } = await q.run(
    'insert into edge_acts (occurrence, n, act, received_at) values (?, ?, ?, ?) on conflict do nothing',
    ...[act.occurrence, act.n, JSON.stringify(act), now],
  )
  return changes > 0
}

const ActRow = z.object({ act: jsonOf(EdgeAct), applied_at: z.number().nullable() })

/** Every act of an occurrence in its order, and whether its alarm knows of it. */
export async function actsOf(
  q: Query,
  occurrence: string,
): Promise<readonly { readonly act: EdgeAct; readonly isApplied: boolean }[]> {
  const rows = await q.all(ActRow, 'select act, applied_at from edge_acts where occurrence = ? order by n', occurrence)
  return rows.map(({ act, applied_at: at }) => ({ act, isApplied: at !== null }))
}

/** Whether there is anything of an occurrence its alarm does not know of; asked of every transition that comes. */
export async function hasWaitingActs(q: Query, occurrence: string): Promise<boolean> {
  const sql = 'select 1 as one from edge_acts where occurrence = ? and applied_at is null limit 1'
  return (await q.one(z.object({ one: z.number() }), sql, occurrence)) !== null
}

export async function markApplied(q: Query, { occurrence, n }: EdgeAct, now: UtcMs): Promise<void> {
  await q.run('update edge_acts set applied_at = ? where occurrence = ? and n = ?', now, occurrence, n)
}

/** A sheet as it was sent last, and the hash of what it was made from. */
export interface SentSheet {
  readonly hash: string
  readonly sheet: DutySheet
}

export async function lastSheet(q: Query, site: string): Promise<SentSheet | null> {
  return await q.one(
    z.object({ hash: z.string(), sheet: jsonOf(DutySheet) }),
    'select hash, sheet from duty_sheets where site = ?',
    site,
  )
}

export async function keepSheet(q: Query, { hash, sheet }: SentSheet): Promise<void> {
  await q.run(
    `insert into duty_sheets (site, version, hash, sheet) values (?, ?, ?, ?)
     on conflict (site) do update set version = excluded.version, hash = excluded.hash, sheet = excluded.sheet`,
    ...[sheet.site, sheet.version, hash, JSON.stringify(sheet)],
  )
}
