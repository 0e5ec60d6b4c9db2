import { createHash } from 'node:crypto'
import { crc32, deflateSync } from 'node:zlib'

const WIDTH = 480
const HEIGHT = 270

export interface ScriptedPicture {
  readonly sha256: string
  readonly bytes: number
  readonly content: Uint8Array
}

/** A camera picture of a pit yard at night, drawn: a lamp, a shed and somebody standing there. */
export function nightPicture(seed: number): ScriptedPicture {
  const rows = Buffer.alloc(HEIGHT * (WIDTH + 1))
  for (let y = 0; y < HEIGHT; y += 1) {
    for (let x = 0; x < WIDTH; x += 1) rows[y * (WIDTH + 1) + 1 + x] = grey(x, y, seed)
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(WIDTH, 0)
  head.writeUInt32BE(HEIGHT, 4)
  head.set([8, 0, 0, 0, 0], 8)
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  const bytes = Buffer.concat([
    signature,
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ])
  return { content: bytes, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
}

function grey(x: number, y: number, seed: number): number {
  const noise = (Math.imul(x * 374_761 + y * 668_265 + seed * 974_711, 2_246_822_519) >>> 24) / 16
  const light = 120 * Math.exp(-((x - 330) ** 2 + (y - 60) ** 2) / 9_000)
  const ground = y > 190 ? 26 + (y - 190) / 4 : 12
  const shed = x > 60 && x < 190 && y > 105 && y < 200 ? 24 : 0
  const man = x - (270 + seed * 14)
  const body = (Math.abs(man) < 9 && y > 150 && y < 215) || man ** 2 + (y - 140) ** 2 < 80
  return Math.min(255, Math.max(0, (body ? 90 : ground + shed) + light + noise))
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const frame = Buffer.alloc(8)
  frame.writeUInt32BE(data.length, 0)
  frame.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)])
}
