import { readFileSync } from 'node:fs'
import { type FileHandle, lstat, open, rename } from 'node:fs/promises'
import type { Bus } from '../core/contract/site.ts'
import {
  eventLine,
  headerLine,
  headerOf,
  joinRecordings,
  parseRecording,
  type Recording,
} from '../core/decode/bus-recording.ts'
import { messageOf } from '../core/kit/errors.ts'
import type { Clock } from '../platform/clock.ts'
import { readConfig } from '../platform/config.ts'
import type { Log } from '../platform/log.ts'
import type { TapEvent } from './link/tap.ts'

export interface RecorderOptions {
  /** Most bytes on disk, both files together; Infinity keeps everything in one file. */
  readonly maxBytes: number
  readonly bus: Bus
  /** Stamps the start of each file. */
  readonly clock: Clock
  readonly log: Log
}

/** Keeps what passes on a bus. */
export interface Recorder {
  /** Takes an event; never waits and never throws. */
  readonly tap: (event: TapEvent) => void
  /** Writes what is left and closes the file. */
  close(): Promise<void>
}

/** Characters that may wait for a slow disk; beyond them it is as good as full. */
const MOST_WAITING = 4 * 2 ** 20

/** Text for a file; `turns` where it begins a new one. */
interface Piece {
  readonly turns: boolean
  text: string
}

/**
 * Keeps the last bytes of a bus in the file `path` and, from before it, in `path`.old: a ring of two files. What an earlier run
 * left becomes the older one; a recording without a limit takes its place. A disk that refuses ends the recording, which is said once; the bus goes on.
 */
export function openRecorder(path: string, { maxBytes, bus, clock, log }: RecorderOptions): Recorder {
  let waiting: Piece[] = []
  let startedAt = 0
  /** Bytes of the current file with what waits for it. */
  let size = Infinity
  let state: 'idle' | 'writing' | 'failed' | 'closed' = 'idle'
  let written: Promise<void> = Promise.resolve()
  let file: FileHandle | null = null
  const isRing = Number.isFinite(maxBytes)

  const fail = (why: string) => {
    if (state === 'failed') return
    state = 'failed'
    waiting = []
    log.error({ code: 'store/failed', bus: bus.id, path, why }, 'the disk refuses: the bus is not recorded any more')
  }
  const write = async () => {
    state = 'writing'
    try {
      for (let piece = waiting.shift(); piece !== undefined; piece = waiting.shift()) {
        if (piece.turns) {
          await file?.close()
          file = null
          if (isRing) await makeOlder(path)
          file = await open(path, 'w')
        }
        await file?.appendFile(piece.text)
      }
      state = isFailed() ? 'failed' : 'idle'
    } catch (error) {
      fail(messageOf(error))
    }
  }
  const isFailed = () => state === 'failed'
  const put = (text: string, turns: boolean) => {
    const last = waiting.at(-1)
    if (turns || last === undefined) waiting.push({ turns, text })
    else last.text += text
    size += text.length
    if (waiting.reduce((sum, piece) => sum + piece.text.length, 0) > MOST_WAITING) {
      fail(`${MOST_WAITING} bytes wait to be written`)
    } else if (state === 'idle') written = write()
  }
  return {
    tap: ({ kind, at, bytes = new Uint8Array() }) => {
      if (state === 'failed' || state === 'closed') return
      const line = (since: number) => eventLine({ kind, atUs: Math.max(0, Math.round((at - since) * 1_000)), bytes })
      if (size + line(startedAt).length > maxBytes / 2 || size === Infinity) {
        startedAt = at
        size = 0
        put(headerLine(headerOf(bus, clock.now())), true)
      }
      put(line(startedAt), false)
    },
    close: async () => {
      await written
      if (state !== 'failed') state = 'closed'
      await file?.close().catch((error: unknown) => fail(messageOf(error)))
      file = null
    },
  }
}

/** What stands in the file is the older half from now on. */
async function makeOlder(path: string): Promise<void> {
  try {
    // A device or a folder of that name is left alone.
    if ((await lstat(path)).isFile()) await rename(path, olderOf(path))
  } catch (error) {
    if (!isMissing(error)) throw error
  }
}

/**
 * The recording in `path`, with the older half of its ring where there is one. Throws `config/unreadable`, or `config/invalid` with
 * file and line.
 */
export function readRecording(path: string): Recording {
  const newer = parseRecording(readConfig(path), path)
  const older = olderText(olderOf(path))
  return older === null ? newer : joinRecordings(parseRecording(older, olderOf(path)), newer)
}

function olderText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

function olderOf(path: string): string {
  return `${path}.old`
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
