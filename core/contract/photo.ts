import { z } from 'zod'
import { Sha256 } from './text.ts'
import { UtcMs } from './time.ts'

/** Bytes a photo may have when it is sent. */
export const MOST_PHOTO_BYTES = 8 << 20
/** Longest edge of a photo that is kept, px. */
export const PHOTO_EDGE = 1_920
/** Photos an alarm may have. */
export const MOST_PHOTOS = 60

/** What a phone calls something it sends, so that it is the same thing when it has to be sent again. */
export const ClientId = z.uuid()
export type ClientId = z.infer<typeof ClientId>

/** A photo taken on the spot, as it is kept: a JPEG named by the hash of its bytes, without anything but pixels in it. */
export const PhotoRow = z
  .object({
    sha256: Sha256,
    bytes: z.number().int().positive(),
    /** Hash of the bytes as they were sent. Those are not kept. */
    sent: Sha256,
  })
  .strict()
export type PhotoRow = z.infer<typeof PhotoRow>

/** What is said beside the bytes of a photo. */
export const AddPhoto = z
  .object({
    id: ClientId,
    /** By the clock of the phone; absent = now. */
    takenAt: z.coerce.number().pipe(UtcMs).optional(),
    note: z.string().max(2_000).default(''),
  })
  .strict()
export type AddPhoto = z.infer<typeof AddPhoto>
