import { z } from 'zod'
import { Id, Sha256 } from './text.ts'
import { UtcMs } from './time.ts'

/** What a camera says it saw. */
export const CameraTarget = z.enum(['human', 'vehicle', 'unknown'])
export type CameraTarget = z.infer<typeof CameraTarget>

/** One thing a person can look at beside an alarm: today a camera's picture, named by the hash of its bytes. */
export const EvidenceRow = z
  .object({
    kind: z.literal('picture'),
    sha256: Sha256,
    mediaType: z.enum(['image/jpeg', 'image/png']),
    bytes: z.number().int().positive(),
    device: Id,
    target: CameraTarget,
    /** The camera's own event name, such as fielddetection. */
    event: z.string().max(64),
    at: UtcMs,
  })
  .strict()
export type EvidenceRow = z.infer<typeof EvidenceRow>

/**
 * One camera event, put together from repeated messages: starts with the first, ends when they fall silent.
 * Event names are those of the camera's maker.
 */
export const CameraEvent = z
  .object({
    device: Id,
    phase: z.enum(['start', 'end']),
    event: z.string().max(64),
    target: CameraTarget,
    channel: z.number().int().nonnegative(),
    at: UtcMs,
    /** How many messages the camera has sent of this event so far. */
    count: z.number().int().positive(),
  })
  .strict()
export type CameraEvent = z.infer<typeof CameraEvent>

/**
 * The first line of a message on the evidence lane, whose topic names the picture; a part of its bytes follows. Parts are sent in order,
 * small enough that an alarm never waits long behind one, and only the whole is receipted.
 */
export const EvidencePart = z
  .object({
    /** Where the part begins, and how many bytes the whole has. */
    offset: z.number().int().nonnegative(),
    of: z.number().int().positive(),
  })
  .strict()
export type EvidencePart = z.infer<typeof EvidencePart>
