import { z } from 'zod'
import { Feedback } from './activity.ts'
import { OccurrenceId } from './occurrence.ts'
import { Id } from './text.ts'
import { UtcMs } from './time.ts'

/**
 * A command to a gateway: a retained message that moves accepted → running → done | failed.
 * None of them writes to a field device, but `sound` to a declared deterrent, behind its interlock (decision 6).
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
      /** Take what somebody found out about an alarm. */
      z.object({ kind: z.literal('feedback'), feedback: Feedback }).strict(),
      /** Sound a declared output; `done` when it was read back as on. It is not obeyed when it comes late. */
      z
        .object({
          kind: z.literal('sound'),
          output: Id,
          seconds: z.number().int().min(1).max(60),
          /** The alarm it is for; null for a test. */
          occurrence: OccurrenceId.nullable(),
        })
        .strict(),
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
