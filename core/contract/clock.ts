import { z } from 'zod'

/** One boot of the machine. Monotonic times of one boot can be compared, also over restarts of the program. */
export const BootId = z.string().regex(/^[0-9a-f]{8,32}$/, 'expected 8 to 32 hexadecimal digits')
export type BootId = z.infer<typeof BootId>

/**
 * Where a gateway has its time from. What it is worth is told by the uncertainty beside it, never by the name.
 * `none`: nobody told, the machine's own guess; `placed`: a boot that never knew the time, put between those that did.
 */
export const TimeSource = z.enum(['none', 'placed', 'rtc', 'control-room', 'technician', 'ntp', 'gps'])
export type TimeSource = z.infer<typeof TimeSource>

/** How the monotonic time of one boot becomes UTC. */
export const Dating = z
  .object({
    boot: BootId,
    /** UTC minus monotonic time, ms. */
    offsetMs: z.number(),
    /** The true time lies within this many ms of the told one, either way; null where nobody can say. */
    uncertaintyMs: z.number().nonnegative().nullable(),
    source: TimeSource,
  })
  .strict()
export type Dating = z.infer<typeof Dating>

/** A gateway asks for the time; `mono` comes back in the answer, so that a late answer is recognised. */
export const ClockAsk = z.object({ boot: BootId, mono: z.number().nonnegative() }).strict()
export type ClockAsk = z.infer<typeof ClockAsk>

/** The control room's time when it heard the question, and how far it trusts its own clock, ms; null = unknown. */
export const ClockAnswer = ClockAsk.extend({
  at: z.number().nonnegative(),
  uncertaintyMs: z.number().nonnegative().nullable(),
}).strict()
export type ClockAnswer = z.infer<typeof ClockAnswer>
