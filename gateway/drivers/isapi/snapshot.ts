import { createHash } from 'node:crypto'
import { HouseError } from '../../../core/kit/errors.ts'
import type { Picture } from '../../driver.ts'
import type { CameraHttp } from './camera-http.ts'

/** A larger picture would block a 4G line for minutes; cameras give a still of 0.1 to 0.6 MB. */
const MAX_BYTES = 1024 * 1024
const TIMEOUT_MS = 8_000

/**
 * Fetches the picture a camera shows now, named by the SHA-256 of its bytes.
 * Throws `camera/refused` for anything that is no JPEG of at most 1 MB, `link/…` when the camera gives none in time.
 */
export async function fetchSnapshot(http: CameraHttp, path: string, signal: AbortSignal): Promise<Picture> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)])
  try {
    return pictureOf(await readLimited(http, path, limit))
  } catch (error) {
    signal.throwIfAborted()
    if (limit.aborted) throw new HouseError('link/timeout', `no picture came in ${TIMEOUT_MS} ms`, { path }, error)
    throw error
  }
}

async function readLimited(http: CameraHttp, path: string, signal: AbortSignal): Promise<Buffer> {
  const response = await http.get(path, signal)
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > MAX_BYTES) {
      throw new HouseError('camera/refused', `expected a picture of at most ${MAX_BYTES} bytes, more came`, { path })
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** Checked by its first bytes: a camera's error page also comes with status 200. (ITU-T T.81 §B.1.1.3) */
function pictureOf(bytes: Buffer): Picture {
  if (bytes.length < 4 || bytes[0] !== 0xff || bytes[1] !== 0xd8 || bytes[2] !== 0xff) {
    throw new HouseError('camera/refused', `expected a JPEG picture, came ${bytes.length} bytes of something else`)
  }
  return { sha256: createHash('sha256').update(bytes).digest('hex'), mediaType: 'image/jpeg', bytes }
}
