import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Sight } from './alert.ts'
import { shanghaiTime } from './alert.ts'

const FOLDER = fileURLToPath(new URL('../pictures/', import.meta.url))

/**
 * The drawn night scene of what the camera sees, as JPEG. The picture says that it is simulated; camera name and time
 * go into a comment segment, so that every snapshot has bytes, and a hash, of its own.
 */
export function snapshotOf(sight: Sight | null, camera: string, at: number): Uint8Array {
  const drawn = readFileSync(`${FOLDER}${sight?.target ?? 'quiet'}.jpg`)
  const comment = Buffer.from(`Pitwatch simulated camera ${camera} ${shanghaiTime(at)} ${at % 1_000}`)
  const segment = Buffer.alloc(4 + comment.length)
  segment.writeUInt16BE(0xfffe, 0)
  segment.writeUInt16BE(comment.length + 2, 2)
  comment.copy(segment, 4)
  return Buffer.concat([drawn.subarray(0, 2), segment, drawn.subarray(2)])
}
