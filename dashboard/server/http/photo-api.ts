import { z } from 'zod'
import { Alarm } from '../../../core/contract/alarm.ts'
import { AddPhoto, MOST_PHOTO_BYTES } from '../../../core/contract/photo.ts'
import { alarmId, OPERATORS, route } from './route.ts'

/** Routes of photos from the spot. */
export const PHOTO_API = {
  addPhoto: route({
    method: 'POST',
    path: '/api/alarms/:id/photos',
    about:
      'Adds a photo taken on the spot, at most 8 MB: JPEG, PNG or WebP. It is decoded and encoded anew as a JPEG of at most 1920 px without place or camera in it. The same id again changes nothing.',
    allowed: [...OPERATORS, 'technician'],
    reach: 'alarm',
    params: alarmId,
    query: AddPhoto,
    body: z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'expected the bytes of a photo'),
    answer: Alarm,
    mostBytes: MOST_PHOTO_BYTES,
  }),
} as const
