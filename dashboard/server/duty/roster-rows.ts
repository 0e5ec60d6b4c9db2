import { z } from 'zod'
import { Roster } from '../../../core/contract/roster.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import type { Query } from '../db/database.ts'

/** One version of the roster as it was stored. */
export interface RosterVersion {
  readonly version: number
  readonly roster: Roster
  readonly by: string
  readonly at: UtcMs
}

const Row = z
  .object({
    version: z.number(),
    document: z
      .string()
      .transform((text): unknown => JSON.parse(text))
      .pipe(Roster),
    by: z.string(),
    at: UtcMs,
  })
  .transform(({ document, ...row }): RosterVersion => ({ ...row, roster: document }))

/** The newest version; null before the first. */
export function newestRoster(q: Query): Promise<RosterVersion | null> {
  return q.one(Row, 'select version, document, by, at from rosters order by version desc limit 1')
}

/** The newest version. Throws `store/failed` before the first. */
export async function presentRoster(q: Query): Promise<RosterVersion> {
  const newest = await newestRoster(q)
  if (newest !== null) return newest
  throw new HouseError('store/failed', 'expected a roster in the store, came none')
}

/** Hash of the part of control.yaml that was taken over last; null before the first. */
export async function importedHash(q: Query): Promise<string | null> {
  const row = await q.one(
    z.object({ file_hash: z.string() }),
    'select file_hash from rosters where file_hash is not null order by version desc limit 1',
  )
  return row?.file_hash ?? null
}

/** When the newest roster came from control.yaml; 0 before the first. */
export async function importedAt(q: Query): Promise<number> {
  const row = await q.one(
    z.object({ at: UtcMs }),
    'select at from rosters where file_hash is not null order by version desc limit 1',
  )
  return row?.at ?? 0
}

/** Stores the next version. `fileHash` only for one taken over from control.yaml. */
export async function addRoster(
  q: Query,
  { version, roster, by, at, fileHash }: RosterVersion & { readonly fileHash: string | null },
): Promise<void> {
  await q.run(
    'insert into rosters (version, document, file_hash, by, at) values (?, ?, ?, ?, ?)',
    ...[version, JSON.stringify(roster), fileHash, by, at],
  )
}
