import { parentPort } from 'node:worker_threads'
import type { SampleExtra } from '../../core/rules/sample-columns.ts'
import type { Malformed } from '../../dashboard/server/rules/recording.ts'
import { LineParser } from './line-parser.ts'

/** Samples of one chunk as they cross between threads; `names` are points that were not named before, in the order of their numbers. */
export interface ParsedChunk {
  readonly parts: readonly ParsedPart[]
  readonly names: readonly { readonly ref: string; readonly event: string | undefined }[]
  readonly malformed: Malformed
}

export interface ParsedPart {
  readonly length: number
  readonly point: Int32Array<ArrayBuffer>
  readonly at: Float64Array<ArrayBuffer>
  readonly value: Float64Array<ArrayBuffer>
  readonly flag: Uint8Array<ArrayBuffer>
  readonly more: ReadonlyMap<number, SampleExtra>
}

/** Samples of one set of columns: they stay in the processor's own memory. */
const ROOM = 16_384

/** The thread that reads lines out of chunks, so that judging has a processor of its own. It answers each chunk in turn. */
const port = parentPort
if (port === null) throw new Error('expected to be started as a worker thread')
const numbers = new Map<string, number>()
let names: ParsedChunk['names'][number][] = []
const parser = new LineParser(ROOM, (ref, event) => {
  const key = event === undefined ? ref : `${ref} ${event}`
  const known = numbers.get(key)
  if (known !== undefined) return known
  numbers.set(key, numbers.size)
  names.push({ ref, event })
  return numbers.size - 1
})
port.on('message', (bytes: Uint8Array) => {
  const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const parts: ParsedPart[] = []
  for (let place = 0; place < chunk.length;) {
    place = parser.read(chunk, place, chunk.length)
    const { length, point, at, value, flag, more } = parser.take()
    parts.push({
      ...{ length, more },
      point: new Int32Array(point.subarray(0, length)),
      at: new Float64Array(at.subarray(0, length)),
      value: new Float64Array(value.subarray(0, length)),
      flag: new Uint8Array(flag.subarray(0, length)),
    })
  }
  const answer: ParsedChunk = { parts, names, malformed: parser.malformed }
  names = []
  port.postMessage(
    answer,
    parts.flatMap(({ point, at, value, flag }) => [point.buffer, at.buffer, value.buffer, flag.buffer]),
  )
})
