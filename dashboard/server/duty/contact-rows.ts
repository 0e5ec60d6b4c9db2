import { z } from 'zod'
import { ContactProof } from '../../../core/contract/roster.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import type { Query } from '../db/database.ts'

/** Every proof there is, one a contact. */
export async function allProofs(q: Query): Promise<ContactProof[]> {
  const row = ContactProof.omit({ provenAt: true }).extend({ proven_at: UtcMs })
  const rows = await q.all(row, 'select person, channel, address, proven_at from contact_proofs')
  return rows.map(({ proven_at: provenAt, ...proof }) => ({ ...proof, provenAt }))
}

export async function putProof(q: Query, { person, channel, address, provenAt }: ContactProof): Promise<void> {
  await q.run(
    `insert into contact_proofs (person, channel, address, proven_at) values (?, ?, ?, ?)
     on conflict (person, channel) do update set address = excluded.address, proven_at = excluded.proven_at`,
    ...[person, channel, address, provenAt],
  )
}

/** A code that was sent. */
export interface SentCode {
  readonly n: number
  readonly address: string
  readonly code: string
  readonly sentAt: UtcMs
  readonly tries: number
  readonly usedAt: UtcMs | null
}

const CodeRow = z
  .object({
    n: z.number(),
    address: z.string(),
    code: z.string(),
    sent_at: UtcMs,
    tries: z.number(),
    used_at: UtcMs.nullable(),
  })
  .transform(({ sent_at: sentAt, used_at: usedAt, ...row }): SentCode => ({ ...row, sentAt, usedAt }))

export type ContactKey = Pick<ContactProof, 'person' | 'channel'>

/** Codes sent over a contact from `since` on, the newest first. */
export function codesSince(q: Query, { person, channel }: ContactKey, since: number): Promise<SentCode[]> {
  return q.all(
    CodeRow,
    `select n, address, code, sent_at, tries, used_at from contact_codes
     where person = ? and channel = ? and sent_at > ? order by n desc`,
    ...[person, channel, since],
  )
}

/** Keeps a code; answers its number. */
export async function addCode(
  q: Query,
  { person, channel }: ContactKey,
  { address, code, sentAt }: Pick<SentCode, 'address' | 'code' | 'sentAt'>,
): Promise<number> {
  const row = await q.one(
    z.object({ n: z.number() }),
    'insert into contact_codes (person, channel, address, code, sent_at) values (?, ?, ?, ?, ?) returning n',
    ...[person, channel, address, code, sentAt],
  )
  return row?.n ?? 0
}

/** Counts a try, and where it was right ends the code. */
export async function countTry(q: Query, n: number, usedAt: UtcMs | null): Promise<void> {
  await q.run('update contact_codes set tries = tries + 1, used_at = ? where n = ?', usedAt, n)
}
