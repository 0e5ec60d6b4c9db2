import type { LinkHead, RangeLink } from '../../../core/contract/chain.ts'
import type { Dating } from '../../../core/contract/clock.ts'
import type { Reading } from '../../../core/contract/reading.ts'
import { MonoMs, UtcMs } from '../../../core/contract/time.ts'
import { decodeRangeBody, type RangeReading } from '../../../core/decode/range-body.ts'
import type { Commit, Committed, GatewayStore, StoreOptions } from '../../../gateway/store/store.ts'
import { hashOfLink, unpackBody } from '../../../platform/chain.ts'
import { handClock } from '../../support/hand-clock.ts'
import { keptLog } from '../uplink/county.ts'

export const T0 = 1_760_000_000_000

export const DATING: Dating = { boot: 'ab12cd34ef56', offsetMs: T0, uncertaintyMs: 40, source: 'ntp' }

/** What a store is opened with; its clock stands still. */
export function storeOptions(change: Partial<StoreOptions> = {}): StoreOptions {
  return { site: 'east-pit', clock: handClock(T0), dating: () => DATING, log: keptLog(), ...change }
}

/** A reading taken `mono` ms after the boot. */
export function readingAt(mono: number, value: Reading['value'], point = 'active-power'): Reading {
  return {
    device: 'feeder-meter',
    point,
    value,
    quality: value === null ? 'bad' : 'good',
    reason: value === null ? 'timeout' : null,
    at: UtcMs.parse(T0 + Math.floor(mono)),
    mono: MonoMs.parse(mono),
    validUntil: UtcMs.parse(T0 + Math.floor(mono) + 2_500),
  }
}

/** Commits one step; its outcome. */
export function keep(store: GatewayStore, step: Partial<Commit>): Committed {
  return store.commit([{ device: null, readings: [], transitions: [], pictures: [], ...step }])[0]!
}

/** Commits readings of the feeder meter. */
export function read(store: GatewayStore, ...readings: Reading[]): Committed {
  return keep(store, { device: 'feeder-meter', readings })
}

/** Closes all readings into ranges and makes them durable. */
export async function sealAll(store: GatewayStore): Promise<void> {
  while (store.seal(0)) continue
  await store.durable()
}

/** The links that wait, in their order. */
export function headsOf(store: GatewayStore): LinkHead[] {
  return store.links().map((ref) => store.link(ref)!.head)
}

/** What the links say, without their places in the chain. */
export function told(store: GatewayStore): unknown[] {
  return headsOf(store).map(({ link, fidelity }) => {
    if (link.kind === 'range') return [link.kind, link.from, link.to, ...(fidelity === 'raw' ? [] : [fidelity])]
    if (link.kind === 'gap') return [link.kind, link.from, link.to, link.cause]
    return link.kind === 'start' ? [link.kind, link.before] : [link.kind]
  })
}

/** The readings in a range, as the control room unpacks them. */
export function readingsIn(store: GatewayStore, n: number): RangeReading[] {
  const ref = store.links().find((one) => one.n === n)!
  return decodeRangeBody(unpackBody(store.link(ref)!.body, 1e6)).flatMap(({ readings }) => readings)
}

/** Whether links of one stream hang together: numbers, hashes and readings follow one another without a gap. */
export function chainFault(heads: readonly LinkHead[]): string | null {
  let [prev, from] = [heads[0]?.link.prev ?? '', null as number | null]
  for (const [index, { link }] of heads.entries()) {
    if (link.n !== (heads[0]?.link.n ?? 0) + index) return `number ${link.n}`
    if (link.prev !== prev) return `hash before ${link.n}`
    prev = hashOfLink(link)
    if (link.kind !== 'range' && link.kind !== 'gap') continue
    if (from !== null && link.from !== from) return `reading ${link.from}, expected ${from}`
    from = link.to + 1
  }
  return null
}

export function rangesOf(heads: readonly LinkHead[]): RangeLink[] {
  return heads.flatMap(({ link }) => (link.kind === 'range' ? link : []))
}
