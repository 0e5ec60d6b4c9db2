import type { KeyObject } from 'node:crypto'
import { FIRST_PREV, Link, type LinkHead } from '../../../../core/contract/chain.ts'
import type { Dating } from '../../../../core/contract/clock.ts'
import { encodeRangeBody, type RangeBatch } from '../../../../core/decode/range-body.ts'
import { encodeLinkMessage, hashOfBody, hashOfLink, packBody } from '../../../../platform/chain.ts'
import { linkSigner } from '../../../../platform/link-signature.ts'
import type { NewLink } from '../../../../dashboard/server/archive/keep-link.ts'

export const T0 = 1_700_000_000_000
export const BOOT = 'abcdef0123456789'

/** How the boot of these chains is dated: its monotonic time 0 was T0. */
export function dated(part: Partial<Dating> = {}): Dating {
  return { boot: BOOT, offsetMs: T0, uncertaintyMs: 50, source: 'ntp', ...part }
}

export interface RangeOptions {
  /** Readings of the range; they come one a second. */
  readonly count?: number
  /** Monotonic time of its first reading, ms. Default: a second after the last. */
  readonly mono?: number
  readonly dating?: Dating
  readonly fidelity?: LinkHead['fidelity']
  /** Points in turn. */
  readonly points?: readonly string[]
}

export interface ChainMaker {
  readonly stream: string
  readonly links: readonly NewLink[]
  /** Monotonic time of the last reading. */
  mono(): number
  nextSeq(): number
  range(options?: RangeOptions): NewLink
  gap(count: number, cause?: 'damaged' | 'power' | 'disk'): NewLink
  dating(dating: Dating): NewLink
  /** The program starts at `mono`; the run before is known to have lived until `livedUntil`. */
  start(mono: number, before: 'stopped' | 'killed' | 'power' | null, livedUntil?: number | null): NewLink
  message(link: NewLink): Uint8Array
}

/** Makes a chain as a gateway does. */
export function chainMaker({
  site = 'east-pit',
  stream = 's0000000',
  key = null,
}: { readonly site?: string; readonly stream?: string; readonly key?: KeyObject | null } = {}): ChainMaker {
  const links: NewLink[] = []
  const sign = key === null ? null : linkSigner(key)
  let seq = 0
  let last = -1_000
  const add = (part: Record<string, unknown>, body: Uint8Array, fidelity: LinkHead['fidelity'] = 'raw') => {
    const link = Link.parse({ site, stream, n: links.length, prev: links.at(-1)?.hash ?? FIRST_PREV, ...part })
    const hash = hashOfLink(link)
    const head: LinkHead = { link, fidelity, ...(sign === null ? {} : { signature: sign(hash) }) }
    const made: NewLink = { head, hash, body, key }
    links.push(made)
    return made
  }
  return {
    stream,
    links,
    mono: () => last,
    nextSeq: () => seq,
    range: ({
      count = 10,
      mono = last + 1_000,
      dating = dated(),
      fidelity = 'raw',
      points = ['active-power'],
    } = {}) => {
      const batches = batchesOf({ from: seq, count, mono, offsetMs: dating.offsetMs, points })
      const plain = encodeRangeBody(batches)
      const from = seq
      seq += count
      last = mono + (count - 1) * 1_000
      const at = [mono + dating.offsetMs, last + dating.offsetMs]
      const part = { kind: 'range', from, to: seq - 1, dating, at, body: hashOfBody(plain) }
      return add(part, fidelity === 'none' ? new Uint8Array() : packBody(plain), fidelity)
    },
    gap: (count, cause = 'power') => {
      const from = seq
      seq += count
      return add({ kind: 'gap', from, to: seq - 1, cause }, new Uint8Array())
    },
    dating: (dating) => add({ kind: 'dating', dating }, new Uint8Array()),
    start: (mono, before, livedUntil = null) => {
      last = mono
      return add({ kind: 'start', dating: dated(), at: T0 + mono, before, livedUntil }, new Uint8Array())
    },
    message: ({ head, body }) => encodeLinkMessage({ head, body }),
  }
}

interface BatchPlan {
  readonly from: number
  readonly count: number
  readonly mono: number
  readonly offsetMs: number
  readonly points: readonly string[]
}

function batchesOf({ from, count, mono, offsetMs, points }: BatchPlan): RangeBatch[] {
  return Array.from({ length: count }, (_, index) => {
    const at = mono + index * 1_000
    return {
      device: 'feeder',
      firstSeq: from + index,
      readings: [
        {
          ...{ point: points[index % points.length] ?? 'active-power', value: from + index, quality: 'good' },
          ...{ reason: null, mono: at, at: at + offsetMs, validForMs: 2_500 },
        } as const,
      ],
    }
  })
}
