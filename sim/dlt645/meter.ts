import type { Dlt645Profile } from '../../core/contract/device-profile.ts'
import type { PointValues } from '../modbus/image.ts'
import { clockBytes, digitBytes, itemBytes } from './items.ts'

/** A meter that speaks DL/T 645-2007, as a line sees it. */
export interface Dlt645Station {
  readonly address: string
  /** How long it thinks before it answers, in ms. */
  readonly latencyMs: number
  /** The reply to the request that `bytes` carry, behind whatever wakes the line; null: it stays silent. */
  answer(bytes: Uint8Array): Uint8Array | null
}

export interface Dlt645MeterOptions {
  /** 12 digits. */
  readonly address: string
  readonly profile: Dlt645Profile
  /** What it shows now, in each quantity's own unit; counters too. A point that is not named reads 0. */
  values(): PointValues
  /** The wall time its clock shows, in ms of UTC. Without one it has no clock to read. */
  readonly clock?: () => number
  /** Its number, 12 digits; the address when absent, null for a meter that does not tell. */
  readonly number?: () => string | null
  /** Items the profile does not know, with their bytes as they go on the line: events with their records. */
  readonly items?: Readonly<Record<string, Uint8Array>>
  /** Items it refuses all the same. */
  readonly without?: readonly string[]
  /** Bytes of an item it puts into one frame; what is longer is asked for frame by frame. */
  readonly frameBytes?: number
  readonly latencyMs?: number
  /** Bytes FE before each reply. */
  readonly preamble?: number
}

const NO_SUCH_DATA = 0x02
const OTHER_ERROR = 0x01
const DATE = '04000101'
const TIME = '04000102'
const ADDRESS = '04000401'
const NUMBER = '04000402'
const RATING_BYTES = 196

/**
 * A simulated meter. It follows the standard from its own side: reads, following frames, the broadcast question for an
 * address, wildcards and refusals; a request with a wrong checksum, for another meter or of any other kind is met with silence.
 */
export function dlt645Station(options: Dlt645MeterOptions): Dlt645Station {
  const { address, latencyMs = 20 } = options
  const own = digitBytes(address)
  const reply = (control: number, data: readonly number[]) => {
    const body = [0x68, ...own, 0x68, control, data.length, ...data.map((byte) => (byte + 0x33) % 256)]
    const sum = body.reduce((total, byte) => total + byte, 0) % 256
    return Uint8Array.from([...new Array<number>(options.preamble ?? 4).fill(0xfe), ...body, sum, 0x16])
  }
  const give = (code: number, asked: Uint8Array) => {
    const [frame = 0] = code === 0x12 ? asked.subarray(4) : [0]
    const bytes = dataOf(options, hex(asked.slice(0, 4).reverse()))
    const size = options.frameBytes ?? RATING_BYTES
    const part = bytes?.subarray(frame * size, (frame + 1) * size)
    if (bytes === null || part === undefined) return reply(code | 0xc0, [NO_SUCH_DATA])
    if (frame > 0 && part.length === 0) return reply(code | 0xc0, [OTHER_ERROR])
    const follows = bytes.length > (frame + 1) * size ? 0x20 : 0
    return reply(code | 0x80 | follows, [...asked.subarray(0, 4), ...part, ...(code === 0x12 ? [frame] : [])])
  }
  return {
    address,
    latencyMs,
    answer: (bytes) => {
      const request = requestIn(bytes)
      if (request === null) return null
      const { to, code, data } = request
      const isAll = to.every((byte) => byte === 0xaa)
      if (!to.every((byte, index) => byte === 0xaa || byte === own[index])) return null
      if (code === 0x13) return isAll && data.length === 0 ? reply(0x93, [...own]) : null
      if (code === 0x11 && data.length === 4) return give(code, data)
      return code === 0x12 && data.length === 5 ? give(code, data) : null
    },
  }
}

/** Bytes of an item, low byte first; null when the meter has none of that name. */
function dataOf(options: Dlt645MeterOptions, item: string): Uint8Array | null {
  const { profile, address, clock, items = {}, without = [], number = () => address } = options
  if (without.includes(item)) return null
  const stored = items[item]
  if (stored !== undefined) return stored
  if (item === ADDRESS) return digitBytes(address)
  const told = item === NUMBER ? number() : null
  if (told !== null) return digitBytes(told)
  if (clock !== undefined && item === DATE) return clockBytes(clock()).date
  if (clock !== undefined && item === TIME) return clockBytes(clock()).time
  return itemBytes(profile, item, options.values())
}

interface Request {
  readonly to: readonly number[]
  readonly code: number
  readonly data: Uint8Array
}

/** The first request in what a meter heard. */
function requestIn(bytes: Uint8Array): Request | null {
  for (let first = bytes.indexOf(0x68); first >= 0; first = bytes.indexOf(0x68, first + 1)) {
    const [code = 0, length = 0] = bytes.subarray(first + 8, first + 10)
    const frame = bytes.subarray(first, first + length + 12)
    if (frame.length < length + 12 || frame[7] !== 0x68 || frame[length + 11] !== 0x16) continue
    const sum = frame.subarray(0, length + 10).reduce((total, byte) => total + byte, 0)
    if (sum % 256 !== frame[length + 10] || code >= 0x80) continue
    const data = frame.slice(10, length + 10).map((byte) => byte + 0xcd)
    return { to: [...frame.subarray(1, 7)], code, data }
  }
  return null
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join('')
}
