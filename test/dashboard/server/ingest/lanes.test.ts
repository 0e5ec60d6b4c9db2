import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { TrendHead } from '../../../../core/contract/chain.ts'
import type { Receipt } from '../../../../core/contract/lanes.ts'
import { UtcMs } from '../../../../core/contract/time.ts'
import { encodeTrendBody } from '../../../../core/decode/trend-body.ts'
import { HouseError } from '../../../../core/kit/errors.ts'
import { openArchive } from '../../../../dashboard/server/archive/archive.ts'
import type { NewLink } from '../../../../dashboard/server/archive/keep-link.ts'
import type {
  HistoryBatch,
  HistoryStore,
  HistoryTrend,
  StreamSpan,
} from '../../../../dashboard/server/history/store.ts'
import { openEvidenceStore } from '../../../../dashboard/server/ingest/evidence-store.ts'
import { openHistoryLane } from '../../../../dashboard/server/ingest/history-lane.ts'
import { openRefusals } from '../../../../dashboard/server/ingest/refusals.ts'
import { openWorkLane } from '../../../../dashboard/server/ingest/work-lane.ts'
import { hashOfBody, packBody } from '../../../../platform/chain.ts'
import { systemClock } from '../../../../platform/clock.ts'
import { testFolder } from '../../../support/processes.ts'
import { quietLog } from '../../../support/quiet-log.ts'
import { until } from '../../../support/until.ts'
import { type ChainMaker, chainMaker, dated, T0 } from '../archive/chain-maker.ts'
import { batchOf } from '../history/batches.ts'

/** A history that can be away, and that cannot take what is in `refusing`. */
function shakyHistory() {
  const written: HistoryBatch[] = []
  const trends: HistoryTrend[] = []
  const covered: StreamSpan[] = []
  const store = {
    isDown: false as boolean,
    refusing: new Set<number>(),
    ...{ kind: 'influxdb' as const, rejected: () => 0, close: () => Promise.resolve() },
    query: () => Promise.reject(new Error('not asked here')),
    write: (batches: readonly HistoryBatch[]): Promise<readonly HistoryBatch[]> => {
      if (store.isDown) return Promise.reject(new HouseError('history/unavailable', 'away'))
      const left = batches.filter(({ firstSeq }) => store.refusing.has(firstSeq))
      written.push(...batches.filter((batch) => !left.includes(batch)))
      return Promise.resolve(left)
    },
    cover: (span: StreamSpan) => Promise.resolve(void covered.push(span)),
    writeTrend: (trend: HistoryTrend) => Promise.resolve(void trends.push(trend)),
  } satisfies HistoryStore & { isDown: boolean; refusing: Set<number> }
  return { store, written, trends, covered }
}

async function withLane(work: (world: ReturnType<typeof openLane>) => Promise<void>, isKnown = true): Promise<void> {
  await using folder = await testFolder()
  const world = openLane(folder.path, isKnown)
  try {
    await work(world)
  } finally {
    await world.stop()
    world.archive.close()
  }
}

function openLane(folder: string, isKnown: boolean) {
  const history = shakyHistory()
  const archive = openArchive(folder)
  if (isKnown) archive.rememberPoints('east-pit', [{ point: 'feeder/active-power', quantity: 'power' }])
  const receipts: Receipt[] = []
  const log = quietLog()
  const refusals = openRefusals(log)
  const born = { is: true }
  const keys: KeyObject[] = []
  const lane = openHistoryLane({
    ...{ history: history.store, archive, log, refusals, clock: systemClock },
    keysOf: () => keys,
    isBorn: () => born.is,
    receipt: (_, one) => Promise.resolve(void receipts.push(one)),
  })
  const end = new AbortController()
  let running: Promise<void> | null = null
  const verdicts = () => receipts.map((one) => ('n' in one ? `${one.n} ${one.verdict}` : one.verdict))
  return {
    ...{ ...history, archive, receipts, verdicts, log, refusals, born, keys, lane },
    start: () => (running = lane.run(end.signal)),
    stop: async () => {
      end.abort()
      await running
    },
    send: (...links: readonly NewLink[]) => {
      for (const { head, hash, body } of links) lane.add({ site: 'east-pit', kind: 'link', link: { head, hash, body } })
    },
    receipted: (count: number) => until(`${count} receipts`, () => receipts.length >= count),
  }
}

/** Links of ten readings each, after the start of the program. */
function chain(count: number, key: KeyObject | null = null): ChainMaker {
  const made = chainMaker({ key })
  made.start(0, null)
  for (let index = 0; index < count; index++) made.range(index === 0 ? { mono: 0 } : {})
  return made
}

describe('the lane into the history and the archive', () => {
  it('receipts a link when the history and the archive have it, never before', () =>
    withLane(async ({ start, store, send, receipts, receipted, written, archive, lane, log }) => {
      const { links } = chain(2)
      store.isDown = true
      send(...links)
      void start()
      await receipted(3)
      expect(receipts.map(({ verdict }) => verdict)).toEqual(['keep', 'keep', 'keep'])
      expect(archive.neighbours('east-pit', 's0000000').at(0)).toBeNull()
      expect(lane.isOk()).toBe(false)
      store.isDown = false
      await until('the history to be there again', () => lane.isOk())
      receipts.length = 0
      send(...links)
      await receipted(3)
      expect(receipts[2]).toEqual({ lane: 'range', stream: 's0000000', n: 2, hash: links[2]?.hash, verdict: 'accept' })
      expect(written.map(({ firstSeq, readings }) => [firstSeq, readings.length])).toEqual(
        Array.from({ length: 20 }, (_, seq) => [seq, 1]),
      )
      expect(log.lines.map(({ level }) => level)).toEqual(['error', 'info'])
    }))

  it('says at once that a link has to wait while the history is away', () =>
    withLane(async ({ start, store, send, verdicts, lane }) => {
      store.isDown = true
      void start()
      await until('the failure to be seen', () => !lane.isOk())
      send(...chain(1).links)
      expect(verdicts()).toEqual(['0 keep', '1 keep'])
    }))

  it('takes links in any order, and each that comes again as had', () =>
    withLane(async ({ start, send, verdicts, receipted, written, receipts }) => {
      const { links } = chain(4)
      void start()
      send(...links.toReversed())
      await receipted(5)
      receipts.length = 0
      send(...links)
      await receipted(5)
      expect(verdicts()).toEqual(['0 accept', '1 accept', '2 accept', '3 accept', '4 accept'])
      expect(written).toHaveLength(40)
    }))

  it('refuses for good what contradicts a neighbour, another link of the same number, and a spoilt body', () =>
    withLane(async ({ start, send, verdicts, receipted, refusals }) => {
      const [made, other] = [chain(4), chain(3)]
      other.gap(5)
      void start()
      const spoilt = { ...made.links[2]!, body: made.links[3]!.body }
      send(made.links[3]!, other.links[4]!, spoilt)
      await receipted(3)
      send(made.links[4]!, other.range(), made.range())
      await receipted(6)
      expect(verdicts()).toEqual(['3 accept', '4 accept', '2 reject', '4 reject', '5 accept', '5 reject'])
      expect(refusals.byReason()).toEqual({ 'body-hash': 1, fork: 2 })
    }))

  it('knows in one group already what stands before and behind', () =>
    withLane(async ({ start, send, verdicts, receipted }) => {
      const [made, other] = [chain(3), chain(1)]
      const stray = other.range({ count: 4 })
      send(made.links[3]!, made.links[1]!, stray)
      void start()
      await receipted(3)
      expect(verdicts()).toEqual(['3 accept', '1 accept', '2 reject'])
    }))

  it('checks signatures where the site has keys, and lets no stream lose them on the way', () =>
    withLane(async ({ start, send, verdicts, receipted, keys, refusals }) => {
      const [own, strange] = [generateKeyPairSync('ed25519'), generateKeyPairSync('ec', { namedCurve: 'P-256' })]
      keys.push(strange.publicKey, own.publicKey)
      const signed = chain(3, own.privateKey)
      const bare = ({ head: { signature: _, ...head }, ...link }: NewLink): NewLink => ({ ...link, head })
      const forged = {
        ...signed.links[2]!,
        head: { ...signed.links[2]!.head, signature: signed.links[1]!.head.signature! },
      }
      void start()
      // The first was made before its gateway had a key.
      send(bare(signed.links[0]!), signed.links[1]!, forged, bare(signed.links[3]!))
      await receipted(4)
      send(signed.links[2]!)
      await receipted(5)
      expect(verdicts()).toEqual(['0 accept', '1 accept', '2 reject', '3 reject', '2 accept'])
      expect(refusals.byReason()).toEqual({ signature: 1, unsigned: 1 })
    }))

  it('keeps a link at the edge of which the history cannot take something, and takes the others', () =>
    withLane(async ({ start, send, verdicts, receipted, store, archive }) => {
      store.refusing.add(13)
      send(...chain(3).links)
      void start()
      await receipted(4)
      expect(verdicts()).toEqual(['0 accept', '1 accept', '2 keep', '3 accept'])
      expect(archive.neighbours('east-pit', 's0000000').at(2)).toBeNull()
    }))

  it('tells the history what will never come, and what is left of it', () =>
    withLane(async ({ start, send, receipted, covered, trends }) => {
      const made = chain(1)
      made.gap(5, 'disk')
      made.range({ fidelity: 'none' })
      const { link } = made.range().head
      const columns = [
        { device: 'feeder', point: 'active-power', columns: [{ index: 9, good: 10, min: 1, mean: 2, max: 3 }] },
      ]
      const minutes: NewLink = {
        ...made.links[4]!,
        head: { link, fidelity: 'minutes' },
        body: packBody(encodeTrendBody(columns)),
      }
      send(...made.links.slice(0, 4), minutes)
      void start()
      await receipted(5)
      expect(covered).toEqual([
        { site: 'east-pit', stream: 's0000000', from: 10, to: 14 },
        { site: 'east-pit', stream: 's0000000', from: 15, to: 24 },
      ])
      const span = { site: 'east-pit', stream: 's0000000', from: 25, to: 34 }
      expect(trends).toEqual([{ ...span, widthMs: 60_000, columns, isFinal: true }])
    }))

  it('asks for births before it gives up a point nobody knows, and archives it all the same', () =>
    withLane(async ({ start, send, receipted, verdicts, born, written, lane, archive }) => {
      born.is = false
      const { links } = chain(1)
      void start()
      send(...links)
      await receipted(2)
      born.is = true
      send(links[1]!)
      await receipted(3)
      expect(verdicts()).toEqual(['0 accept', '1 keep', '1 accept'])
      expect(written).toEqual([])
      expect(lane.unknown()).toBe(10)
      expect(archive.neighbours('east-pit', 's0000000').at(1)).not.toBeNull()
    }, false))

  it('dates readings anew by a surer dating of their boot, and stores them at that time', () =>
    withLane(async ({ start, send, receipted, written }) => {
      const made = chainMaker()
      made.range({ mono: 5_000, dating: dated({ offsetMs: 0, uncertaintyMs: null, source: 'none' }) })
      made.dating(dated())
      void start()
      send(made.links[1]!)
      await receipted(1)
      send(made.links[0]!)
      await receipted(2)
      expect(written.flatMap(({ readings }) => readings.map(({ at }) => at - T0))).toEqual(
        Array.from({ length: 10 }, (_, index) => 5_000 + index * 1_000),
      )
    }))

  it('hands a trend to the history and receipts it; refuses one whose body is not the one it names', () =>
    withLane(async ({ start, lane, receipts, receipted, trends, verdicts }) => {
      const columns = [
        { device: 'feeder', point: 'active-power', columns: [{ index: 3, good: 9, min: 1, mean: 2, max: 3 }] },
      ]
      const plain = encodeTrendBody(columns)
      const head: TrendHead = {
        ...{ site: 'east-pit', stream: 's0000000', from: 0, to: 99, widthMs: 600_000 },
        ...{ at: [UtcMs.parse(T0), UtcMs.parse(T0 + 99_000)], body: hashOfBody(plain) },
      }
      void start()
      lane.add({ site: 'east-pit', kind: 'trend', trend: { head, body: packBody(plain) } })
      await receipted(1)
      lane.add({
        site: 'east-pit',
        kind: 'trend',
        trend: { head: { ...head, body: 'f'.repeat(64) }, body: packBody(plain) },
      })
      await receipted(2)
      expect(verdicts()).toEqual(['accept', 'reject'])
      expect(receipts[0]).toMatchObject({ lane: 'trend', from: 0, to: 99 })
      expect(trends).toMatchObject([{ from: 0, to: 99, widthMs: 600_000, columns, isFinal: false }])
    }))

  it('gives every site its turn, and keeps back what is more than its share', () =>
    withLane(async ({ lane, receipts, verdicts, start, receipted }) => {
      const made = chainMaker()
      for (let index = 0; index < 260; index++) made.gap(1)
      for (const { head, hash, body } of made.links)
        lane.add({ site: 'east-pit', kind: 'link', link: { head, hash, body } })
      expect(verdicts()).toEqual(['256 keep', '257 keep', '258 keep', '259 keep'])
      const west = chainMaker({ site: 'west-pit' })
      const { head, hash, body } = west.gap(1)
      lane.add({ site: 'west-pit', kind: 'link', link: { head, hash, body } })
      void start()
      await receipted(261)
      // Each in turn, so the one of the west is second among those taken.
      expect(receipts.slice(4).findIndex((one) => 'hash' in one && one.hash === hash)).toBe(1)
    }))

  it('writes live readings without a receipt, and what is left of them when it ends', async () => {
    await withLane(async ({ lane, written, start, stop, receipts }) => {
      void start()
      lane.addLive(batchOf(1, [1, 2]))
      await until('the write', () => written.length > 0)
      lane.addLive(batchOf(3, [1]))
      await stop()
      expect(written).toHaveLength(2)
      expect(receipts).toEqual([])
      expect(lane.waiting()).toBe(0)
    })
  })

  it('leaves out live readings that are more than it may hold', () =>
    withLane(async ({ lane, log }) => {
      const values = new Array<number>(1_000).fill(1)
      for (let n = 0; n < 200; n++) lane.addLive(batchOf(n * 1_000 + 1, values))
      expect(lane.waiting()).toBe(100_000)
      expect(log.lines).toHaveLength(1)
      await Promise.resolve()
    }))
})

describe('a lane of work', () => {
  it('does one piece at a time in the order they came, repeats once', async () => {
    const seen: string[] = []
    let busy = 0
    const lane = openWorkLane<string>({
      ...{ most: 10, what: 'piece', log: quietLog() },
      work: async (piece) => {
        expect(++busy).toBe(1)
        await new Promise((settle) => setImmediate(settle))
        seen.push(piece)
        busy--
      },
    })
    for (const piece of ['a', 'b', 'c', 'b', 'c']) expect(lane.add(piece, piece)).toBe(true)
    await lane.settled()
    expect(seen).toEqual(['a', 'b', 'c'])
    lane.add('d', 'd')
    await lane.settled()
    expect(seen).toEqual(['a', 'b', 'c', 'd'])
  })

  it('goes on after a failure and says so once', async () => {
    const log = quietLog()
    const seen: number[] = []
    const lane = openWorkLane<number>({
      ...{ most: 10, what: 'piece', log },
      work: (piece) => (piece < 3 ? Promise.reject(new Error('no')) : Promise.resolve(void seen.push(piece))),
    })
    for (const piece of [1, 2, 3, 4]) lane.add(String(piece), piece)
    await lane.settled()
    expect(seen).toEqual([3, 4])
    expect(log.lines.map(({ level }) => level)).toEqual(['error', 'info'])
  })

  it('refuses more than it may hold, but not a repeat', () => {
    const lane = openWorkLane<number>({
      most: 2,
      what: 'piece',
      log: quietLog(),
      work: () => new Promise(() => undefined),
    })
    expect(['busy', 'a', 'b', 'c', 'b'].map((name, index) => lane.add(name, index))).toEqual([
      true,
      true,
      true,
      false,
      true,
    ])
  })
})

describe('the store of pictures', () => {
  const picture = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.from('a small picture')])
  const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

  it('keeps a picture under the hash of its bytes, however often it comes', async () => {
    await using folder = await testFolder()
    const store = openEvidenceStore(folder.path)
    const hash = hashOf(picture)
    expect(await store.get(hash)).toBeNull()
    await Promise.all([store.put(hash, picture), store.put(hash, picture)])
    await store.put(hash, picture)
    expect(await store.get(hash)).toEqual({ mediaType: 'image/jpeg', bytes: picture })
    expect(await readdir(join(folder.path, hash.slice(0, 2)))).toEqual([hash])
  })

  it('refuses bytes that are not what their name says, and what is no picture', async () => {
    await using folder = await testFolder()
    const store = openEvidenceStore(folder.path)
    await expect(store.put('0'.repeat(64), picture)).rejects.toMatchObject({ code: 'message/malformed' })
    const page = Buffer.from('<script>alert(1)</script>')
    await expect(store.put(hashOf(page), page)).rejects.toMatchObject({ code: 'message/malformed' })
  })

  it('does not show a picture that has changed on the disk, and mends it when it comes again', async () => {
    await using folder = await testFolder()
    const store = openEvidenceStore(folder.path)
    const hash = hashOf(picture)
    await store.put(hash, picture)
    await writeFile(join(folder.path, hash.slice(0, 2), hash), Buffer.concat([picture, Buffer.from('!')]))
    await expect(store.get(hash)).rejects.toMatchObject({ code: 'store/failed' })
    await store.put(hash, picture)
    expect((await store.get(hash))?.bytes).toEqual(picture)
  })
})
