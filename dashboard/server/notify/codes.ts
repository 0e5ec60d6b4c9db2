import { randomInt } from 'node:crypto'
import { z } from 'zod'
import type { UtcMs } from '../../../core/contract/time.ts'
import type { Query } from '../db/database.ts'

/** A code answers its message for so long. */
export const CODE_VALID_MS = 48 * 3_600_000
const CODES = 10_000
const TRIES = 24

const Owner = z.object({ notice: z.string(), alarm: z.string(), name: z.string(), channel: z.string() })
const Used = z.object({ used: z.number() })
const Oldest = z.object({ id: z.string(), code: z.string() })

/** The message a code answers. */
export interface CodeOwner {
  readonly notice: string
  readonly alarm: string
  /** What the person was called when the message was queued. */
  readonly name: string
  readonly channel: string
}

/** Gives a message a code of 4 digits that none of the person's usable messages has. */
export async function giveCode(
  q: Query,
  notice: { readonly id: string; readonly person: string },
  now: UtcMs,
): Promise<string> {
  const code = await freeCode(q, notice.person, now)
  await q.run('update notices set code = ? where id = ?', code, notice.id)
  return code
}

/** The message of this person that a code answers now; null for a wrong code, or one that is too old. */
export async function ownerOfCode(
  q: Query,
  { person, code }: { readonly person: string; readonly code: string },
  now: UtcMs,
): Promise<CodeOwner | null> {
  return await q.one(
    Owner,
    `select id as notice, alarm, name, channel from notices
     where person = ? and code = ? and sent_at > ? and alarm is not null order by n desc limit 1`,
    person,
    code,
    now - CODE_VALID_MS,
  )
}

async function freeCode(q: Query, person: string, now: UtcMs): Promise<string> {
  const since = now - CODE_VALID_MS
  const first = randomInt(CODES)
  for (let tried = 0; tried < TRIES; tried += 1) {
    // A stride that shares no factor with the number of codes meets each once.
    const code = String((first + tried * 3_571) % CODES).padStart(4, '0')
    const used = 'select 1 as used from notices where person = ? and code = ? and (sent_at is null or sent_at > ?)'
    if ((await q.one(Used, used, person, code, since)) === null) return code
  }
  // Thousands of messages in two days: the one that has waited longest gives up its code.
  const oldest = await q.one(
    Oldest,
    'select id, code from notices where person = ? and code is not null order by n limit 1',
    person,
  )
  if (oldest === null) return String(first).padStart(4, '0')
  await q.run('update notices set code = null where id = ?', oldest.id)
  return oldest.code
}
