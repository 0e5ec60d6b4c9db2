import { EvidencePart } from '../core/contract/evidence.ts'
import { HouseError, messageOf } from '../core/kit/errors.ts'

/** Bytes of a picture in one message. */
const PART_BYTES = 12 * 1_024

/** Longest first line, bytes. */
const MOST_HEAD_BYTES = 128

const NEWLINE = 0x0a

/** The message of the part of a picture that begins at `offset`, and where the next begins; null behind the last. */
export function picturePart(picture: Uint8Array, offset: number): { payload: Uint8Array; next: number | null } {
  const part = picture.subarray(offset, offset + PART_BYTES)
  const head: EvidencePart = { offset, of: picture.length }
  const next = offset + part.length
  const payload = Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), part])
  return { payload, next: next < picture.length ? next : null }
}

export interface PictureLimits {
  /** Most bytes of one picture. */
  readonly bytes: number
  /** Most pictures that are put together at once; the one that has waited longest gives way. */
  readonly open: number
}

/** Puts pictures together from their parts. A part that does not follow the one before it begins nothing: the edge sends all again. */
export class PictureParts {
  readonly #limits: PictureLimits
  readonly #open = new Map<string, { readonly bytes: Uint8Array; length: number }>()

  constructor(limits: PictureLimits) {
    this.#limits = limits
  }

  /** Takes a message under the name of its picture; the whole once it is there, else null. Throws `message/malformed`. */
  take(name: string, payload: Uint8Array): Uint8Array | null {
    const { offset, of, part } = partIn(payload)
    if (of > this.#limits.bytes)
      throw malformed(`expected a picture of at most ${this.#limits.bytes} bytes, came one of ${of}`)
    if (part.length === 0 || offset + part.length > of)
      throw malformed(`bytes ${offset} to ${offset + part.length} are no part of ${of}`)
    const known = this.#open.get(name)
    this.#open.delete(name)
    // One piece of memory a picture: a million parts of one byte must cost no more than it.
    const picture = offset === 0 ? { bytes: Buffer.alloc(of), length: 0 } : known
    if (picture?.bytes.length !== of) return null
    // Not a part that came twice, as QoS 1 allows.
    if (picture.length === offset) {
      picture.bytes.set(part, offset)
      picture.length += part.length
    }
    if (picture.length === of) return picture.bytes
    this.#open.set(name, picture)
    const [oldest] = this.#open.keys()
    if (this.#open.size > this.#limits.open && oldest !== undefined) this.#open.delete(oldest)
    return null
  }
}

function partIn(payload: Uint8Array): EvidencePart & { readonly part: Uint8Array } {
  const end = payload.subarray(0, MOST_HEAD_BYTES).indexOf(NEWLINE)
  if (end < 0) throw malformed(`expected a line of less than ${MOST_HEAD_BYTES} bytes before the part`)
  try {
    const head = EvidencePart.parse(JSON.parse(Buffer.from(payload.subarray(0, end)).toString('utf8')))
    return { ...head, part: payload.subarray(end + 1) }
  } catch (error) {
    throw malformed(`its first line is no head of a part: ${messageOf(error)}`)
  }
}

function malformed(why: string): HouseError {
  return new HouseError('message/malformed', `picture: ${why}`)
}
