import { closeSync, existsSync, fsyncSync, openSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { HouseError, messageOf } from '../../core/kit/errors.ts'

/**
 * Remembers over a power cut that a sync of the store has failed. It is a file of its own, because what is written behind a failed
 * sync in the write-ahead log is lost with what came before it.
 */
export interface UnsyncedMark {
  isKept(): boolean
  /** Returns when the mark survives a power cut. Throws `store/failed`. */
  keep(): void
  /** Throws `store/failed`. */
  remove(): void
}

export function unsyncedMark(path: string): UnsyncedMark {
  const guarded = (work: () => void): void => {
    try {
      work()
    } catch (error) {
      throw new HouseError('store/failed', `${path}: ${messageOf(error)}`, { path }, error)
    }
  }
  return {
    isKept: () => existsSync(path),
    keep: () =>
      guarded(() => {
        sync(path, 'w')
        // The name of a new file lies in its folder.
        sync(dirname(path), 'r')
      }),
    remove: () => guarded(() => rmSync(path, { force: true })),
  }
}

function sync(path: string, flags: string): void {
  const descriptor = openSync(path, flags)
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
