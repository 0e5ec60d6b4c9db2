import sharp from 'sharp'
import { HouseError, messageOf } from '../../../core/kit/errors.ts'

/** A picture as it is kept. */
export interface KeptImage {
  readonly bytes: Uint8Array
  readonly mediaType: 'image/jpeg' | 'image/png'
}

/** Pixels of a picture that is still decoded. */
const MOST_PIXELS = 120_000_000
/** Longest edge that is kept: more than a wall of four screens shows. */
const MOST_EDGE = 6_000

/**
 * A picture of the ground that somebody has brought, decoded and encoded anew without anything that is no pixel: JPEG, or PNG where it
 * lets the ground through. Throws `http/invalid`.
 */
export async function takeImage(bytes: Uint8Array): Promise<KeptImage> {
  try {
    const picture = sharp(bytes, { limitInputPixels: MOST_PIXELS, failOn: 'error' })
    const { format, hasAlpha } = await picture.metadata()
    if (format !== 'jpeg' && format !== 'png') throw new Error(`it is ${format}`)
    const fitted = picture.resize({ width: MOST_EDGE, height: MOST_EDGE, fit: 'inside', withoutEnlargement: true })
    const kept = hasAlpha ? fitted.png({ palette: true }) : fitted.flatten().jpeg({ quality: 82, mozjpeg: false })
    return { bytes: await kept.toBuffer(), mediaType: hasAlpha ? 'image/png' : 'image/jpeg' }
  } catch (error) {
    throw new HouseError(
      'http/invalid',
      `file: expected a JPEG or PNG picture of at most ${MOST_PIXELS / 1e6} million pixels, came what cannot be read as one: ${messageOf(error)}`,
      { expected: 'a JPEG or PNG picture' },
      error,
    )
  }
}
