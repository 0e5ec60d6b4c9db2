import { createHash, randomUUID } from 'node:crypto'
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { HouseError, messageOf } from '../../../core/kit/errors.ts'

export interface EvidencePicture {
  readonly mediaType: 'image/jpeg' | 'image/png'
  readonly bytes: Uint8Array
}

/** Pictures as files named by the SHA-256 of their bytes. */
export interface EvidenceStore {
  /**
   * Durable when it resolves; a picture that is there already stays. Throws `message/malformed` when the bytes are not what
   * the name says or no picture, `store/failed` when they cannot be written.
   */
  put(sha256: string, bytes: Uint8Array): Promise<void>
  /** Null when there is no such picture. Throws `store/failed`, also when the file's bytes no longer fit its name. */
  get(sha256: string): Promise<EvidencePicture | null>
}

export function openEvidenceStore(folder: string): EvidenceStore {
  const pathOf = (sha256: string) => join(folder, sha256.slice(0, 2), sha256)
  const get: EvidenceStore['get'] = async (sha256) => {
    const bytes = await bytesOf(pathOf(sha256))
    if (bytes === null) return null
    const mediaType = mediaTypeOf(bytes)
    if (mediaType === null || digestOf(bytes) !== sha256) {
      throw new HouseError('store/failed', `the picture ${sha256} has changed on the disk`, { sha256 })
    }
    return { mediaType, bytes }
  }
  return {
    get,
    put: async (sha256, bytes) => {
      const digest = digestOf(bytes)
      if (digest !== sha256) {
        throw new HouseError('message/malformed', `picture: expected bytes with SHA-256 ${sha256}, came ${digest}`)
      }
      if (mediaTypeOf(bytes) === null) {
        throw new HouseError('message/malformed', `picture ${sha256}: expected JPEG or PNG, came neither`)
      }
      const known = await get(sha256).catch(() => null)
      if (known === null) await writeWhole(pathOf(sha256), bytes)
    },
  }
}

/** The kind by its first bytes, so that nothing else is ever sent to a browser as a picture. */
function mediaTypeOf(bytes: Uint8Array): EvidencePicture['mediaType'] | null {
  const begins = (...first: number[]) => first.every((byte, index) => bytes[index] === byte)
  if (begins(0xff, 0xd8, 0xff)) return 'image/jpeg'
  if (begins(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'image/png'
  return null
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

async function bytesOf(path: string): Promise<Uint8Array | null> {
  try {
    return await readFile(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw new HouseError('store/failed', `${path}: ${messageOf(error)}`, { path }, error)
  }
}

/** Written beside and renamed, so that a name never stands for half a picture; folder and file are flushed to the disk. */
async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const beside = `${path}.${randomUUID()}`
  try {
    await mkdir(dirname(path), { recursive: true })
    const file = await open(beside, 'wx')
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(beside, path)
    const folder = await open(dirname(path), 'r')
    try {
      await folder.sync()
    } finally {
      await folder.close()
    }
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined)
    throw new HouseError('store/failed', `${path}: ${messageOf(error)}`, { path }, error)
  }
}
