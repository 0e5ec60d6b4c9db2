import { HouseError, messageOf } from '../../../core/kit/errors.ts'
import { PHOTO_EDGE } from '../../../core/contract/photo.ts'

/** Pixels of a photo that is still decoded. */
const MOST_PIXELS = 50_000_000
const QUALITY = 82
const EXPECTED = `a JPEG, PNG or WebP photo of at most ${MOST_PIXELS / 1e6} million pixels`

/**
 * A photo that somebody has sent, decoded and encoded anew: a JPEG, upright, without place, camera or anything else that is no pixel. What
 * it is called and what it says it is count for nothing. Throws `http/invalid`.
 */
export async function takePhoto(bytes: Uint8Array): Promise<Uint8Array> {
  const kind = kindOf(bytes)
  if (kind === null) throw refusal('bytes of another kind')
  // Loaded with the first photo: most control rooms start without one.
  const { default: sharp } = await import('sharp')
  try {
    const photo = sharp(bytes, { limitInputPixels: MOST_PIXELS, failOn: 'error' })
    const { format } = await photo.metadata()
    if (format !== kind) throw new Error(`it is ${format}`)
    return await photo
      .autoOrient()
      .resize({ width: PHOTO_EDGE, height: PHOTO_EDGE, fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#808080' })
      .jpeg({ quality: QUALITY })
      .toBuffer()
  } catch (error) {
    throw refusal(`what cannot be read as one: ${messageOf(error)}`, error)
  }
}

function refusal(came: string, cause?: unknown): HouseError {
  return new HouseError(
    'http/invalid',
    `photo: expected ${EXPECTED}, came ${came}`,
    { expected: EXPECTED, came },
    cause,
  )
}

/** What the first bytes say it is; null for anything that is not taken. */
function kindOf(bytes: Uint8Array): 'jpeg' | 'png' | 'webp' | null {
  const head = Buffer.from(bytes.subarray(0, 12)).toString('latin1')
  if (head.startsWith('\xff\xd8\xff')) return 'jpeg'
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'png'
  return head.startsWith('RIFF') && head.endsWith('WEBP') ? 'webp' : null
}
