import { createHash, generateKeyPairSync } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import { z } from 'zod'
import { AlarmTransition } from '../../core/contract/alarm.ts'
import type { TrendHead } from '../../core/contract/chain.ts'
import { SiteDetail } from '../../core/contract/http.ts'
import { UtcMs } from '../../core/contract/time.ts'
import { topicOf } from '../../core/contract/topics.ts'
import { encodeTrendBody } from '../../core/decode/trend-body.ts'
import { type Archive, openArchive } from '../../dashboard/server/archive/archive.ts'
import { readRange } from '../../dashboard/server/archive/range-readings.ts'
import { openCounty } from '../../dashboard/server/ingest/county.ts'
import { openEvidenceStore } from '../../dashboard/server/ingest/evidence-store.ts'
import { openIngest } from '../../dashboard/server/ingest/ingest.ts'
import { encodeTrendMessage, hashOfBody, packBody } from '../../platform/chain.ts'
import { systemClock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import { T0 } from '../../test/dashboard/server/archive/chain-maker.ts'
import { GROUP } from '../../test/dashboard/server/ingest/edge.ts'
import { testFolder } from '../../test/support/processes.ts'
import { until } from '../../test/support/until.ts'
import { type RealSite, realSite, type Truth, truthOf, watchedHistory, wrongReceipt } from './truth.ts'

/** What was found to be wrong. */
export interface Found {
  crashes: number
  acceptedWrongly: number
  /** True links that were not taken in the end. */
  refusedWrongly: number
  /** The first of each, for whoever looks into it. */
  readonly examples: string[]
}

/** The control room's real ingest and archive with everything else in memory, and an eye on what it takes. */
export interface FuzzWorld extends AsyncDisposable {
  readonly sites: readonly RealSite[]
  /** A picture that exists. */
  readonly picture: { readonly sha256: string; readonly bytes: Uint8Array }
  readonly found: Found
  /** Hands a message over. `mustRefuse`: it cannot be right, and that shows at once. */
  take(topic: string, payload: Uint8Array, mustRefuse: boolean): void
  /** Resolves when everything taken has been stored or refused. */
  settled(): Promise<void>
  refusals(): Readonly<Record<string, number>>
  /** Tells the links that were held back, and looks through the archive and the county for what should, or should not, be there. */
  inspect(): Promise<void>
}

const QUIET = { openAlarms: { red: 0, orange: 0, yellow: 0, blue: 0 }, worstUnacked: null }

/** `links` of each site's chain; the control room has the births and all of the chains when it opens. */
export async function openFuzzWorld(links: number): Promise<FuzzWorld> {
  const folder = await testFolder()
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const sites = [realSite('east-pit', privateKey, links), realSite('west-pit', null, links)]
  const bytes = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3, 4])
  const picture = { sha256: createHash('sha256').update(bytes).digest('hex'), bytes }
  const truth = truthOf(sites, [picture.sha256])
  const found: Found = { crashes: 0, acceptedWrongly: 0, refusedWrongly: 0, examples: [] }
  const note = (count: 'crashes' | 'acceptedWrongly') => (what: string) => {
    found[count] += 1
    if (found.examples.length < 20) found.examples.push(`${count}: ${what.slice(0, 400)}`)
  }
  const [crashed, wrong] = [note('crashes'), note('acceptedWrongly')]
  const archive = openArchive(folder.path)
  const county = openCounty([])
  const sentinels = new Set<number>()
  const ingest = openIngest({
    ...{ group: GROUP, county, archive, clock: systemClock, log: watchfulLog(crashed) },
    history: watchedHistory(truth, wrong),
    desk: {
      receive: (transition) => {
        const isRight = AlarmTransition.safeParse(transition).success && truth.names.has(transition.site)
        if (!isRight) wrong(`alarm ${JSON.stringify(transition)}`)
        return Promise.resolve('committed' as const)
      },
      record: () => Promise.resolve(),
    },
    evidence: openEvidenceStore(join(folder.path, 'evidence')),
    keysOf: (site) => (site === 'east-pit' ? [publicKey] : []),
    timeIsWorth: () => null,
    heard: (site) => {
      if (!truth.names.has(site)) wrong(`a sign of life of ${site}`)
    },
    publish: (topic, payload) => {
      const to = topicOf(topic)
      if (to?.kind !== 'receipt') return Promise.resolve()
      const text = String(payload)
      const said = wrongReceipt(truth, to.site, text)
      if (said !== null) wrong(said)
      const passed = /"lane":"trend".*"to":(\d+)/.exec(text)?.[1]
      if (passed !== undefined) sentinels.delete(Number(passed))
      return Promise.resolve()
    },
  })
  const stop = new AbortController()
  const running = ingest.run(stop.signal).catch((error: unknown) => crashed(String(error)))
  const onStray = (error: unknown) => crashed(String(error))
  process.on('unhandledRejection', onStray)
  let sent = Number.MAX_SAFE_INTEGER - 1_000_000_000
  const world: FuzzWorld = {
    ...{ sites, picture, found },
    take: (topic, payload, mustRefuse) => {
      const before = ingest.refused()
      try {
        ingest.take({ topic, payload })
      } catch (error) {
        crashed(`${topic}: ${String(error)}`)
      }
      if (mustRefuse && ingest.refused() === before) wrong(`${topic}: taken, ${payload.length} bytes`)
    },
    settled: async () => {
      for (const { gateway } of sites) {
        sent += 1
        sentinels.add(sent)
        ingest.take(gateway.trend(sentinel(gateway.site, sent)))
      }
      await until('all to be stored', () => sentinels.size === 0, 60_000)
    },
    refusals: () => ingest.refusals(),
    inspect: async () => {
      for (const { gateway, chain, held } of sites) {
        for (const link of held) world.take(gateway.range(chain.message(link)).topic, chain.message(link), false)
      }
      await world.settled()
      for (const id of county.ids()) {
        const isRight = truth.names.has(id) && SiteDetail.safeParse(county.detail(id, QUIET)).success
        if (!isRight) wrong(`site ${id} in the county`)
      }
      const kept = linksIn(folder.path)
      const hashes = new Set(kept.map(({ hash }) => hash))
      found.refusedWrongly = [...truth.links].filter((hash) => !hashes.has(hash)).length
      for (const link of kept) {
        if (!truth.links.has(link.hash) && truth.canBeKnown(link)) wrong(`in the archive: ${JSON.stringify(link)}`)
      }
      for (const { gateway } of sites) checkBodies(archive, gateway.site, wrong)
    },
    [Symbol.asyncDispose]: async () => {
      stop.abort()
      await running
      process.off('unhandledRejection', onStray)
      archive.close()
      await folder[Symbol.asyncDispose]()
    },
  }
  await beginWith(world, truth)
  return world
}

/** What is true is told first, so that whatever is told otherwise afterwards can be known for wrong. */
async function beginWith(world: FuzzWorld, truth: Truth): Promise<void> {
  for (const { gateway, chain, told } of truth.sites) {
    for (const { topic, payload } of [gateway.nodeBirth(), gateway.deviceBirth()]) world.take(topic, payload, false)
    for (const [index, link] of told.entries()) {
      const { topic, payload } = gateway.range(chain.message(link))
      world.take(topic, payload, false)
      if (index % 200 === 199) await world.settled()
    }
  }
  await world.settled()
}

/** A trend that is right and is receipted behind everything that came before it from its site. */
function sentinel(site: string, number: number): Uint8Array {
  const plain = encodeTrendBody([])
  const at: TrendHead['at'] = [UtcMs.parse(T0), UtcMs.parse(T0)]
  const head = { site, stream: 'sentinel', from: number, to: number, widthMs: 60_000, at, body: hashOfBody(plain) }
  return encodeTrendMessage({ head, body: packBody(plain) })
}

/** What was kept must still be what it was. */
function checkBodies(archive: Archive, site: string, wrong: (what: string) => void): void {
  for (const span of archive.spans(site, 0, Number.MAX_SAFE_INTEGER)) {
    for (const { id, head } of archive.page(site, span, 0, 100_000)) {
      const body = archive.body(id)
      try {
        if (head?.link.kind === 'range' && head.fidelity === 'raw' && body !== null) readRange(head.link, body)
      } catch (error) {
        wrong(`a body in the archive: ${String(error)}`)
      }
    }
  }
}

const LinkRows = z.array(z.object({ site: z.string(), stream: z.string(), n: z.number(), hash: z.string() }))

function linksIn(folder: string): z.infer<typeof LinkRows> {
  const sqlite = new DatabaseSync(join(folder, 'archive.sqlite'), { readOnly: true })
  try {
    return LinkRows.parse(sqlite.prepare('select site, stream, n, hash from links').all())
  } finally {
    sqlite.close()
  }
}

/** An error in the log is a fault of the program: what comes from outside is refused, and refusals are warnings. */
function watchfulLog(crashed: (what: string) => void): Log {
  const log: Log = {
    error: (facts, message) => crashed(`${message}: ${JSON.stringify(facts)}`),
    warn: () => undefined,
    info: () => undefined,
    debug: () => undefined,
    child: () => log,
  }
  return log
}
