import { appendFile, mkdir, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { HouseError, messageOf } from '../../../core/kit/errors.ts'
import type { Clock } from '../../../platform/clock.ts'

/** Bytes of the file at which it becomes the older one, whose place was taken by the one before. */
const MOST_BYTES = 16 << 20

/** Lines a server will never take, with its words, in `dead-letter.ndjson`: a person can see what and why, mend it and send it again. */
export interface DeadLetters {
  /** Appends lines; they are on the disk when it resolves. Throws `store/failed`. */
  add(lines: readonly string[], words: string): Promise<void>
}

export function openDeadLetters(folder: string, clock: Clock, mostBytes = MOST_BYTES): DeadLetters {
  const path = join(folder, 'dead-letter.ndjson')
  return {
    add: async (lines, words) => {
      const text = lines.map((line) => `${JSON.stringify({ at: clock.now(), words, line })}\n`).join('')
      try {
        await mkdir(folder, { recursive: true })
        if ((await sizeOf(path)) + Buffer.byteLength(text) > mostBytes) {
          await rename(path, join(folder, 'dead-letter.older.ndjson')).catch(ignoreMissing)
        }
        await appendFile(path, text, { flush: true })
      } catch (error) {
        throw new HouseError('store/failed', `${path}: ${messageOf(error)}`, { path }, error)
      }
    },
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size
  } catch (error) {
    ignoreMissing(error)
    return 0
  }
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
}
