import type { RangeLink } from '../../../core/contract/chain.ts'
import type { Dating } from '../../../core/contract/clock.ts'
import { decodeRangeBody, type RangeBatch } from '../../../core/decode/range-body.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import { hashOfBody, unpackBody } from '../../../platform/chain.ts'
import { readingTime } from './dating.ts'

/** What the body of one message may unfold to. A range of 4,096 readings takes a few hundred kilobytes at worst. */
export const MOST_BODY_BYTES = 8 << 20

/** A body that is not that of its link. */
export type BodyFault = 'body' | 'body-hash' | 'numbers'

/**
 * The readings of a range, found to be those its link names: by the hash, and each number from the first to the last once.
 * Throws `message/malformed` whose fact `reason` is a BodyFault.
 */
export function readRange(link: RangeLink, packed: Uint8Array): RangeBatch[] {
  const plain = faulty('body', () => unpackBody(packed, MOST_BODY_BYTES))
  const hash = hashOfBody(plain)
  if (hash !== link.body) throw fault('body-hash', `expected a body with SHA-256 ${link.body}, came ${hash}`)
  const batches = faulty('body', () => decodeRangeBody(plain))
  const wrong = wrongNumber(link, batches)
  if (wrong !== null) throw fault('numbers', wrong)
  return batches
}

/** How many readings of a range lie in [from, to), by the dating that is believed now. */
export function readingsWithin(
  batches: readonly RangeBatch[],
  { own, believed }: { readonly own: Dating; readonly believed: Dating },
  { from, to }: { readonly from: number; readonly to: number },
): number {
  let count = 0
  for (const { readings } of batches) {
    for (const reading of readings) {
      const at = readingTime(reading, own, believed)
      if (at >= from && at < to) count += 1
    }
  }
  return count
}

/** Why the numbers of the batches are not `from`…`to` of the link; null when they are. */
function wrongNumber({ from, to }: RangeLink, batches: readonly RangeBatch[]): string | null {
  let next = from
  for (const { firstSeq, readings } of batches.toSorted((a, b) => a.firstSeq - b.firstSeq)) {
    if (firstSeq !== next) return `expected reading ${next}, came ${firstSeq}`
    next += readings.length
  }
  return next === to + 1 ? null : `expected readings up to ${to}, came up to ${next - 1}`
}

function faulty<T>(reason: BodyFault, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw fault(reason, error instanceof Error ? error.message : String(error), error)
  }
}

function fault(reason: BodyFault, message: string, cause?: unknown): HouseError {
  return new HouseError('message/malformed', message, { reason }, cause)
}
