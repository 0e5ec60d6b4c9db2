import type { KeyObject } from 'node:crypto'
import { QUANTITIES } from '../../core/contract/quantity.ts'
import { Receipt } from '../../core/contract/lanes.ts'
import type { NewLink } from '../../dashboard/server/archive/keep-link.ts'
import type { HistoryBatch, HistoryStore, HistoryTrend } from '../../dashboard/server/history/store.ts'
import { type ChainMaker, chainMaker, dated, T0 } from '../../test/dashboard/server/archive/chain-maker.ts'
import { type Edge, edge } from '../../test/dashboard/server/ingest/edge.ts'

/** One site as it really is: its gateway's messages, and the chain of everything it has read. */
export interface RealSite {
  readonly gateway: Edge
  readonly chain: ChainMaker
  /** Links that have been told, and those that are told at the end: until then only their neighbours vouch for them. */
  readonly told: readonly NewLink[]
  readonly held: readonly NewLink[]
  /** The gateway's own key; null where the control room has none of it. */
  readonly key: KeyObject | null
}

/** What is true, to hold against it what was taken. */
export interface Truth {
  readonly sites: readonly RealSite[]
  readonly names: ReadonlySet<string>
  /** Hashes of all links there are. */
  readonly links: ReadonlySet<string>
  /**
   * Whether a link can be known for wrong. Of a site without a key nobody knows what its gateway has not told: another stream, or
   * links behind the last one, may be anybody's who may speak in its place.
   */
  canBeKnown(link: { readonly site: string; readonly stream: string; readonly n: number }): boolean
  /** Hashes of the pictures there are. */
  readonly pictures: ReadonlySet<string>
}

/** A site with a chain of every kind of link, signed where there is a key. */
export function realSite(site: string, key: KeyObject | null, links: number): RealSite {
  const chain = chainMaker({ site, key })
  chain.start(0, null)
  for (let index = 1; index < links; index++) {
    if (index % 13 === 0) chain.gap(3)
    else if (index % 17 === 0) chain.dating(dated({ uncertaintyMs: 1_000 / index }))
    else if (index % 19 === 0) chain.start(chain.mono() + 5_000, 'killed', T0 + chain.mono() + 1_000)
    else chain.range({ count: 1 + (index % 7) })
  }
  const isHeld = ({ head }: NewLink) => head.link.n % 5 === 2 && head.link.n < links - 1
  return {
    ...{ gateway: edge({ site }), chain, key },
    told: chain.links.filter((link) => !isHeld(link)),
    held: chain.links.filter(isHeld),
  }
}

export function truthOf(sites: readonly RealSite[], pictures: readonly string[]): Truth {
  return {
    sites,
    names: new Set(sites.map(({ gateway }) => gateway.site)),
    canBeKnown: ({ site, stream, n }) => {
      const real = sites.find(({ gateway }) => gateway.site === site)
      return real?.key !== null || (stream === real.chain.stream && n < real.chain.links.length)
    },
    links: new Set(sites.flatMap(({ chain }) => chain.links.map(({ hash }) => hash))),
    pictures: new Set(pictures),
  }
}

/** A history that keeps nothing and looks at everything. Live readings bear no proof; they must only make sense. */
export function watchedHistory(truth: Truth, wrong: (what: string) => void): HistoryStore {
  const check = (batch: HistoryBatch) => {
    const { site, stream, firstSeq } = batch
    for (const [index, { value, quantity, at, quality }] of batch.readings.entries()) {
      const isSound =
        truth.names.has(site) &&
        Object.hasOwn(QUANTITIES, quantity) &&
        Number.isSafeInteger(firstSeq) &&
        firstSeq >= 0 &&
        Number.isSafeInteger(at) &&
        at >= 0 &&
        !(typeof value === 'number' && !Number.isFinite(value)) &&
        !(quality === 'bad' && value !== null)
      if (!isSound) wrong(`${site}/${stream}/${firstSeq + index}: ${JSON.stringify(batch.readings[index])}`)
    }
  }
  const checkTrend = ({ site, from, to, widthMs }: HistoryTrend) => {
    if (!truth.names.has(site) || from > to || widthMs <= 0) wrong(`trend of ${site} ${from}…${to}`)
  }
  return {
    kind: 'embedded',
    write: (batches) => {
      for (const batch of batches) check(batch)
      return Promise.resolve([])
    },
    cover: ({ site }) => {
      if (!truth.names.has(site)) wrong(`numbers of ${site} covered`)
      return Promise.resolve()
    },
    writeTrend: (trend) => {
      checkTrend(trend)
      return Promise.resolve()
    },
    query: () => Promise.reject(new Error('not asked here')),
    rejected: () => 0,
    close: () => Promise.resolve(),
  }
}

/** An `accept` for something that does not exist is the worst there is: the edge deletes on it. */
export function wrongReceipt(truth: Truth, site: string, text: string): string | null {
  const receipt = Receipt.safeParse(JSON.parse(text))
  if (!receipt.success) return `a receipt that is none: ${text}`
  const { data } = receipt
  if (data.verdict !== 'accept') return null
  if (data.lane === 'range' && !truth.links.has(data.hash) && truth.canBeKnown({ site, ...data })) {
    return `link ${data.n} ${data.hash} accepted`
  }
  if (data.lane === 'evidence' && !truth.pictures.has(data.sha256)) return `picture ${data.sha256} accepted`
  return null
}
