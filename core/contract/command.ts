import { z } from 'zod'
import { Feedback } from './activity.ts'
import { Id } from './text.ts'
import { UtcMs } from './time.ts'

/**
 * A command to a gateway: a retained message that moves accepted → running → done | failed.
 * None of them writes to a field device (decision 6).
 */
export const Command = z
  .object({
    id: Id,
    site: Id,
    order: z.discriminatedUnion('kind', [
      /** Take a picture now. */
      z.object({ kind: z.literal('snapshot'), device: Id }).strict(),
      /** Send births again. */
      z.object({ kind: z.literal('rebirth') }).strict(),
      /** Take what somebody found out about an alarm. The only one that gateways obey yet. */
      z.object({ kind: z.literal('feedback'), feedback: Feedback }).strict(),
    ]),
    by: z.string().min(1),
    requestedAt: UtcMs,
    state: z.enum(['requested', 'accepted', 'running', 'done', 'failed']),
    /** Why it failed, or what it made. */
    result: z.string().max(500).nullable(),
    /** By the authority of the county, over the order; null where there is none that could. */
    signature: z.string().max(1_000).nullable(),
  })
  .strict()
export type Command = z.infer<typeof Command>

/** What the signature of a command is over: everything that does not change on its way. */
export function orderOf({
  id,
  site,
  order,
  by,
  requestedAt,
}: Command): Omit<Command, 'state' | 'result' | 'signature'> {
  return { id, site, order, by, requestedAt }
}
