import { createHash } from 'node:crypto'
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import type { z } from 'zod'
import { LinkHead, TrendHead, type Link } from '../core/contract/chain.ts'
import { canonicalJson } from '../core/kit/canonical-json.ts'
import { HouseError, messageOf } from '../core/kit/errors.ts'

/** Longest first line of a message of the range and trend lanes, bytes. */
const MOST_HEAD_BYTES = 4_096

const NEWLINE = 0x0a

/** The hash that stands for a link and for all links before it: SHA-256 of its canonical JSON, as hexadecimal digits. */
export function hashOfLink(link: Link): string {
  return createHash('sha256').update(canonicalJson(link)).digest('hex')
}

/** SHA-256 of a body before compression, as hexadecimal digits. */
export function hashOfBody(plain: Uint8Array): string {
  return createHash('sha256').update(plain).digest('hex')
}

/** A body compressed with Zstandard, with a checksum. (RFC 8878) */
export function packBody(plain: Uint8Array): Uint8Array {
  return zstdCompressSync(plain, { params: { [constants.ZSTD_c_compressionLevel]: 3 } })
}

/** The inverse of `packBody`. Throws `message/malformed` for what is no such body, or is longer than `maxBytes` when unpacked. */
export function unpackBody(packed: Uint8Array, maxBytes: number): Uint8Array {
  try {
    return zstdDecompressSync(packed, { maxOutputLength: maxBytes })
  } catch (error) {
    throw malformed(`expected a compressed body of at most ${maxBytes} bytes: ${messageOf(error)}`, error)
  }
}

/** A message of the range lane: the head as one line of JSON, then the packed body. */
export function encodeLinkMessage({ head, body }: { readonly head: LinkHead; readonly body: Uint8Array }): Uint8Array {
  return withHead(head, body)
}

/**
 * The inverse of `encodeLinkMessage`, with the hash of the link; the body is still packed, and nobody has checked that it is that of the
 * link. Throws `message/malformed`.
 */
export function decodeLinkMessage(bytes: Uint8Array): {
  readonly head: LinkHead
  readonly hash: string
  readonly body: Uint8Array
} {
  const { head, body } = headOf(bytes, LinkHead)
  const hasBody = head.link.kind === 'range' && head.fidelity !== 'none'
  if (hasBody !== body.length > 0) {
    throw malformed(`expected ${hasBody ? 'a' : 'no'} body behind this link, came ${body.length} bytes`)
  }
  return { head, hash: hashOfLink(head.link), body }
}

/** A message of the trend lane: the head as one line of JSON, then the packed body. */
export function encodeTrendMessage({
  head,
  body,
}: {
  readonly head: TrendHead
  readonly body: Uint8Array
}): Uint8Array {
  return withHead(head, body)
}

/** The inverse of `encodeTrendMessage`; the body is still packed. Throws `message/malformed`. */
export function decodeTrendMessage(bytes: Uint8Array): { readonly head: TrendHead; readonly body: Uint8Array } {
  return headOf(bytes, TrendHead)
}

function withHead(head: unknown, body: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), body])
}

function headOf<T>(bytes: Uint8Array, schema: z.ZodType<T>): { readonly head: T; readonly body: Uint8Array } {
  const end = bytes.subarray(0, MOST_HEAD_BYTES + 1).indexOf(NEWLINE)
  if (end < 0) throw malformed(`expected a line of at most ${MOST_HEAD_BYTES} bytes before the body`)
  try {
    const head = schema.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, end))))
    return { head, body: bytes.subarray(end + 1) }
  } catch (error) {
    throw malformed(`its first line is no head of this lane: ${messageOf(error)}`, error)
  }
}

function malformed(why: string, cause?: unknown): HouseError {
  return new HouseError('message/malformed', `link: ${why}`, {}, cause)
}
