import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Worker } from 'node:worker_threads'
import { HouseError, messageOf } from '../../core/kit/errors.ts'
import type { SampleColumns } from '../../core/rules/sample-columns.ts'
import type { Malformed, PointNumbers, Recording } from '../../dashboard/server/rules/recording.ts'
import type { ParsedChunk } from './line-thread.ts'

const CHUNK_BYTES = 1 << 20
/** Chunks the thread may have before the first is judged. */
const AHEAD = 4
/** No reading is longer. */
const LONGEST_LINE = 1 << 20
const LF = 10

/** Lines of a file, or of the standard input for `-`; read in a thread of their own. Throws `config/unreadable`. */
export function recordedLines(path: string, numberOf: PointNumbers): Recording {
  let malformed: Malformed = { count: 0, first: null }
  return {
    malformed: () => malformed,
    columns: async function* (signal) {
      const size = path === '-' ? null : await sizeOf(path)
      await using thread = startThread()
      const numbers: number[] = []
      let read = 0
      const waiting: { readonly length: number; readonly parsed: Promise<ParsedChunk> }[] = []
      const next = async function* (most: number) {
        while (waiting.length > most) {
          const first = waiting.shift()
          if (first === undefined) return
          const { parts, names, malformed: sofar } = await first.parsed
          malformed = sofar
          for (const { ref, event } of names) numbers.push(numberOf(ref, event))
          read += first.length
          const share = size === null || size === 0 ? null : read / size
          for (const part of parts) yield { columns: renumbered(part, numbers), share }
        }
      }
      for await (const chunk of chunksOf(path, signal)) {
        waiting.push({ length: chunk.length, parsed: thread.parse(chunk) })
        yield* next(AHEAD)
      }
      yield* next(0)
    },
  }
}

/** The thread numbers points as it meets them; here they have the numbers of the rehearsal. */
function renumbered(columns: SampleColumns, numbers: readonly number[]): SampleColumns {
  const { point, length } = columns
  for (let place = 0; place < length; place++) point[place] = numbers[point[place] ?? -1] ?? -1
  return columns
}

interface Thread extends AsyncDisposable {
  /** Chunks are answered in the order they are given. */
  parse(chunk: Buffer): Promise<ParsedChunk>
}

function startThread(): Thread {
  const worker = new Worker(new URL('./line-thread.ts', import.meta.url))
  const waiting: { readonly resolve: (parsed: ParsedChunk) => void; readonly reject: (error: unknown) => void }[] = []
  worker.on('message', (parsed: ParsedChunk) => waiting.shift()?.resolve(parsed))
  worker.on('error', (error) => {
    for (const { reject } of waiting.splice(0)) reject(error)
  })
  return {
    parse: (chunk) => {
      const parsed = new Promise<ParsedChunk>((resolve, reject) => waiting.push({ resolve, reject }))
      // Whoever waits for an earlier one hears of it there.
      parsed.catch(() => undefined)
      worker.postMessage(chunk)
      return parsed
    },
    [Symbol.asyncDispose]: async () => {
      await worker.terminate()
    },
  }
}

/** The bytes in pieces that end with a line each. A line beyond all measure is cut, and is malformed. */
async function* chunksOf(path: string, signal: AbortSignal): AsyncIterable<Buffer> {
  let rest = Buffer.alloc(0)
  const source: AsyncIterable<unknown> =
    path === '-' ? process.stdin : createReadStream(path, { highWaterMark: CHUNK_BYTES, signal })
  try {
    for await (const piece of source) {
      signal.throwIfAborted()
      const bytes = Buffer.isBuffer(piece) ? piece : Buffer.from(String(piece))
      const end = bytes.lastIndexOf(LF) + 1
      if (end === 0) {
        rest = Buffer.concat([rest, bytes])
        if (rest.length > LONGEST_LINE) rest = Buffer.from('…')
        continue
      }
      yield Buffer.concat([rest, bytes.subarray(0, end)])
      rest = Buffer.from(bytes.subarray(end))
    }
  } catch (error) {
    if (signal.aborted) throw error
    throw new HouseError('config/unreadable', `${path}: cannot be read: ${messageOf(error)}`, { path }, error)
  }
  if (rest.length > 0) yield Buffer.concat([rest, Buffer.from('\n')])
}

async function sizeOf(path: string): Promise<number | null> {
  try {
    const found = await stat(path)
    return found.isFile() ? found.size : null
  } catch (error) {
    throw new HouseError('config/unreadable', `${path}: cannot be read: ${messageOf(error)}`, { path }, error)
  }
}
