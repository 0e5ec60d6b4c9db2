import { randomUUID } from 'node:crypto'
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { HouseError, messageOf } from '../../../core/kit/errors.ts'

/** What is kept of layers, one file each, named by the hash of its bytes. */
export interface LayerFiles {
  /** Durable when it resolves. Throws `store/failed`. */
  put(id: string, bytes: Uint8Array): Promise<void>
  /** Throws `store/failed`, also where there is none. */
  get(id: string): Promise<Uint8Array>
  /** What cannot be removed stays and is in nobody's way. */
  drop(id: string): Promise<void>
}

export function openLayerFiles(folder: string): LayerFiles {
  const pathOf = (id: string) => join(folder, id)
  const failed = (id: string, error: unknown) =>
    new HouseError('store/failed', `${pathOf(id)}: ${messageOf(error)}`, { id }, error)
  return {
    put: async (id, bytes) => {
      const beside = `${pathOf(id)}.${randomUUID()}`
      try {
        await mkdir(folder, { recursive: true })
        const file = await open(beside, 'wx')
        try {
          await file.writeFile(bytes)
          await file.sync()
        } finally {
          await file.close()
        }
        await rename(beside, pathOf(id))
      } catch (error) {
        await rm(beside, { force: true }).catch(() => undefined)
        throw failed(id, error)
      }
    },
    get: (id) =>
      readFile(pathOf(id)).catch((error: unknown) => {
        throw failed(id, error)
      }),
    drop: (id) => rm(pathOf(id), { force: true }).catch(() => undefined),
  }
}
