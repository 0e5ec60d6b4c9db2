import { z } from 'zod'
import { Id } from './text.ts'
import { UtcMs } from './time.ts'

/**
 * A command to a gateway: a retained message that moves accepted → running → done | failed.
 * None of them writes to a field device (decision 6).
 */
export const Command = z
  .object({
    id: z.string().min(1).max(64),
    site: Id,
    order: z.discriminatedUnion('kind', [
      /** Take a picture now. */
      z.object({ kind: z.literal('snapshot'), device: Id }).strict(),
      /** Send births again. */
      z.object({ kind: z.literal('rebirth') }).strict(),
    ]),
    by: z.string().min(1),
    requestedAt: UtcMs,
    state: z.enum(['requested', 'accepted', 'running', 'done', 'failed']),
    /** Why it failed, or what it made. */
    result: z.string().max(500).nullable(),
  })
  .strict()
export type Command = z.infer<typeof Command>
