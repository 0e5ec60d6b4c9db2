import { createHash, randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { AcknowledgeVia } from '../../../core/contract/alarm.ts'
import type { OccurrenceId } from '../../../core/contract/occurrence.ts'
import type { UtcMs } from '../../../core/contract/time.ts'
import type { Query } from '../db/database.ts'

export interface AcknowledgeRequest {
  /** Sign-in name, or the name of the person a message was sent to. */
  readonly by: string
  /** At the desk and by a link at least 4 characters for red and orange. */
  readonly note: string
  readonly via: AcknowledgeVia
  /** When it was said, where that was earlier. */
  readonly saidAt?: UtcMs | undefined
  /** The newest raise that whoever says it has seen. */
  readonly seen?: OccurrenceId | undefined
}

/** A new link for a message, good as long as the alarm is kept. Only its hash is stored. */
export async function newToken(
  q: Query,
  { notice, by, now }: { readonly notice: string; readonly by: string; readonly now: UtcMs },
): Promise<string> {
  const token = randomBytes(16).toString('base64url')
  await q.run(
    'insert into notice_tokens (token_hash, notice, by, created_at) values (?, ?, ?, ?)',
    hashed(token),
    notice,
    by,
    now,
  )
  return token
}

/** The alarm a link belongs to and the person it was sent to; null for an unknown link. */
export async function ownerOf(q: Query, token: string): Promise<{ alarm: string; by: string } | null> {
  return await q.one(
    z.object({ alarm: z.string(), by: z.string() }),
    'select notices.alarm, notice_tokens.by from notice_tokens join notices on notices.id = notice_tokens.notice where token_hash = ?',
    hashed(token),
  )
}

function hashed(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
