import { zstdCompressSync } from 'node:zlib'
import { FIRST_PREV, type Link, type RangeLink } from '../../core/contract/chain.ts'
import { encodeRangeBody, type RangeBatch } from '../../core/decode/range-body.ts'
import type { NewLink } from '../../dashboard/server/archive/keep-link.ts'
import { readRange } from '../../dashboard/server/archive/range-readings.ts'
import { encodeLinkMessage, hashOfBody, hashOfLink, packBody } from '../../platform/chain.ts'
import { linkSigner } from '../../platform/link-signature.ts'
import type { Dice } from './inputs.ts'
import type { RealSite } from './truth.ts'

/** Unfolds to more than any body has. */
const BOMB = zstdCompressSync(new Uint8Array(64 << 20))

/** Makes messages of links that are none of the chain: by somebody without the key, and by a gateway that has it and is wrong. */
export function openForger(dice: Dice, bent: (bytes: Uint8Array) => Uint8Array): (from: RealSite) => Uint8Array {
  const { oneOf, chance } = dice
  return (from) => {
    const link = oneOf(from.chain.links)
    const made = from.key !== null && chance() < 0.5 ? mistaken(from, dice, bent) : stolen(link, from, dice)
    try {
      return encodeLinkMessage(made)
    } catch {
      return bent(from.chain.message(link))
    }
  }
}

type Made = Pick<NewLink, 'head' | 'body'>

/** A real link with one thing changed, under an old signature or none. */
function stolen(real: NewLink, { chain, key }: RealSite, { oneOf, below, chance, bytes }: Dice): Made {
  const other = oneOf(chain.links)
  const { link } = real.head
  const changes: readonly Partial<Link>[] = [
    { prev: oneOf([FIRST_PREV, other.hash, 'f'.repeat(64)]) },
    { site: oneOf(['east-pit', 'west-pit', 'north-pit']) },
    // What nobody knows yet can be told by anybody who may speak for a site without a key.
    key === null
      ? { n: below(chain.links.length) }
      : oneOf([{ n: below(2 * chain.links.length) }, { stream: 's9999999' }]),
    'from' in link ? { from: Math.max(0, link.from + below(5) - 2), to: link.to + below(5) - 2 } : { n: link.n },
    'body' in link
      ? { body: oneOf([hashOfBody(bytes(10)), 'body' in other.head.link ? other.head.link.body : link.body]) }
      : {},
    'dating' in link ? { dating: { ...link.dating, offsetMs: chance() * 2e12 } } : {},
    { kind: other.head.link.kind },
  ]
  const made = { ...link, ...oneOf(changes) } as Link
  const { signature: own, ...head } = real.head
  const signature = oneOf([own, other.head.signature, undefined, Buffer.from(bytes(64)).toString('base64')])
  const body = chance() < 0.5 ? real.body : oneOf([other.body, new Uint8Array(), bytes(50), packBody(bytes(50))])
  return { head: { ...head, link: made, ...(signature === undefined ? {} : { signature }) }, body }
}

/** The next link of the chain, with the gateway's own signature, and a body that is not what it says. */
function mistaken(
  { chain, key, gateway }: RealSite,
  { below, oneOf, bytes }: Dice,
  bent: (bytes: Uint8Array) => Uint8Array,
): Made {
  const last = chain.links.at(-1)
  const model = chain.links.findLast(({ head }) => head.link.kind === 'range')
  if (last === undefined || model?.head.link.kind !== 'range' || key === null)
    throw new TypeError('expected a signed chain')
  const plain = wrongBodies(model.head.link, model, { below, oneOf, bytes }, bent)
  const next = last.head.link.n + 1
  const link: RangeLink = {
    ...model.head.link,
    ...{ site: gateway.site, n: next, prev: last.hash, from: chain.nextSeq(), to: chain.nextSeq() + 9 },
    body: hashOfBody(plain),
  }
  const signature = linkSigner(key)(hashOfLink(link))
  const body = oneOf([packBody(plain), packBody(plain), packBody(plain), BOMB, plain, bent(packBody(plain))])
  return { head: { link, fidelity: oneOf(['raw', 'raw', 'minutes']), signature }, body }
}

/** What a body of ten readings from the chain's next number is not. */
function wrongBodies(
  link: RangeLink,
  model: NewLink,
  { below, oneOf, bytes }: Pick<Dice, 'below' | 'oneOf' | 'bytes'>,
  bent: (bytes: Uint8Array) => Uint8Array,
): Uint8Array {
  const batches: readonly RangeBatch[] = readRange(link, model.body)
  const shifted = batches.map((batch) => ({ ...batch, firstSeq: batch.firstSeq + below(3) }))
  return oneOf([
    encodeRangeBody(batches),
    encodeRangeBody(shifted),
    bent(encodeRangeBody(batches)),
    bytes(300),
    new Uint8Array(),
    // Another version of the format.
    Uint8Array.from([2, ...encodeRangeBody(batches).subarray(1)]),
  ])
}
