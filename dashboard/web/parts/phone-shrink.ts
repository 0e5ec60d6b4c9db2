import { MOST_PHOTO_BYTES, PHOTO_EDGE } from '../../../core/contract/photo.ts'

const QUALITY = 0.85

/**
 * A photo small enough for a weak signal: a JPEG of at most 1,920 px. One that this browser cannot read is sent as it is where it is not too
 * large: the control room decides what it is. Null where it can be neither.
 */
export async function shrinkPhoto(file: Blob): Promise<Blob | null> {
  return (await drawn(file).catch(() => null)) ?? (file.size > 0 && file.size <= MOST_PHOTO_BYTES ? file : null)
}

async function drawn(file: Blob): Promise<Blob | null> {
  const picture = await createImageBitmap(file, { imageOrientation: 'from-image' })
  const scale = Math.min(1, PHOTO_EDGE / Math.max(picture.width, picture.height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.round(picture.width * scale))
  canvas.height = Math.max(1, Math.round(picture.height * scale))
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height)
  picture.close()
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', QUALITY))
}
