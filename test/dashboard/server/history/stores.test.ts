import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TrendColumns } from '../../../../core/contract/chain.ts'
import { openEmbeddedHistory } from '../../../../dashboard/server/history/embedded.ts'
import { openInfluxHistory } from '../../../../dashboard/server/history/influx.ts'
import type { HistoryStore, HistoryTrend } from '../../../../dashboard/server/history/store.ts'
import { systemClock } from '../../../../platform/clock.ts'
import { testFolder } from '../../../support/processes.ts'
import { quietLog } from '../../../support/quiet-log.ts'
import { startVictoria, type StartedVictoria } from '../../../support/servers.ts'
import { batchOf, START } from './batches.ts'
import { type Influxd, startInfluxd } from './influxd.ts'

const never = new AbortController().signal
const target = { site: 'east-pit', point: 'feeder/active-power', quantity: 'power' } as const
const whole = { from: START, to: START + 10_000_000, columns: 1 }

let influxd: Influxd
let victoria: StartedVictoria
let databases = 0
beforeAll(async () => {
  ;[influxd, victoria] = await Promise.all([startInfluxd(), startVictoria()])
})
afterAll(async () => {
  await influxd[Symbol.asyncDispose]()
  await victoria[Symbol.asyncDispose]()
})

interface Kind {
  readonly open: (folder: string, database: string) => Promise<HistoryStore>
  /** Makes what was written visible. */
  readonly flush: () => Promise<void>
}

function overHttp(url: () => string) {
  return (folder: string, database: string) => {
    const access = { url: url(), database, api: null, gzip: true }
    return Promise.resolve(openInfluxHistory(access, { group: 'county', folder, clock: systemClock, log: quietLog() }))
  }
}

const kinds: Record<string, Kind> = {
  embedded: { open: (folder) => openEmbeddedHistory(folder), flush: () => Promise.resolve() },
  'InfluxDB 1.6': { open: overHttp(() => influxd.url), flush: () => Promise.resolve() },
  VictoriaMetrics: { open: overHttp(() => victoria.url), flush: () => victoria.flush() },
}

describe.each(Object.entries(kinds))('history: %s', (_, { open, flush }) => {
  const withStore = async (work: (store: HistoryStore, reopen: () => Promise<HistoryStore>) => Promise<void>) => {
    await using folder = await testFolder()
    const database = `pits${databases++}`
    let store = await open(folder.path, database)
    try {
      await work(store, async () => {
        await store.close()
        store = await open(folder.path, database)
        return store
      })
    } finally {
      await store.close()
    }
  }

  it('answers columns of what was written, gaps as null', () =>
    withStore(async (store) => {
      expect(await store.write([batchOf(1, [10, 20, 30, null, null, null, 70])], never)).toEqual([])
      await flush()
      const query = { from: START + 1_000, to: START + 10_000, columns: 3 }
      expect(await store.query(target, query, never)).toEqual({
        point: 'feeder/active-power',
        source: store.kind,
        at: [START + 1_000, START + 4_000, START + 7_000],
        min: [10, null, 70],
        mean: [20, null, 70],
        max: [30, null, 70],
        readings: 7,
      })
    }))

  it('stores what comes twice once, also after a restart', () =>
    withStore(async (store, reopen) => {
      const batch = batchOf(1, [1, 2, 3])
      await store.write([batch, batch], never)
      await store.write([batch], never)
      const again = await reopen()
      expect(await again.write([batch, batchOf(4, [4])], never)).toEqual([])
      await flush()
      expect(await again.query(target, whole, never)).toMatchObject({ readings: 4, min: [1], max: [4], mean: [2.5] })
    }))

  it('takes readings in whatever order they come, and only what is new of those that overlap', () =>
    withStore(async (store) => {
      await store.write([batchOf(5, [5, 6])], never)
      await store.write([batchOf(1, [1, 2])], never)
      await store.write([batchOf(1, [1, 2, 3, 4, 5, 6, 7])], never)
      await flush()
      expect(await store.query(target, whole, never)).toMatchObject({ readings: 7, mean: [4] })
    }))

  it('takes nothing of numbers that were declared lost', () =>
    withStore(async (store, reopen) => {
      await store.cover({ site: 'east-pit', stream: 's0000000', from: 2, to: 3 }, never)
      const again = await reopen()
      await again.write([batchOf(1, [1, 2, 3, 4])], never)
      await flush()
      expect(await again.query(target, whole, never)).toMatchObject({ readings: 2, mean: [2.5] })
    }))

  it('keeps streams of different sites apart', () =>
    withStore(async (store) => {
      await store.write([batchOf(1, [1]), batchOf(1, [9], { site: 'west-pit' })], never)
      await flush()
      expect(await store.query(target, whole, never)).toMatchObject({ max: [1] })
      expect(await store.query({ ...target, site: 'west-pit' }, whole, never)).toMatchObject({ max: [9] })
    }))

  it('counts states as 0 and 1', () =>
    withStore(async (store) => {
      await store.write([batchOf(1, [true, false, true, true], { point: 'door', quantity: 'contact' })], never)
      await flush()
      const door = { ...target, point: 'feeder/door', quantity: 'contact' } as const
      expect(await store.query(door, whole, never)).toMatchObject({ min: [0], mean: [0.75], max: [1] })
    }))

  it('takes only good values for min, mean and max', () =>
    withStore(async (store) => {
      const { readings, ...rest } = batchOf(1, [1, 2, 300])
      const doubtful = readings.map((reading, index) =>
        index < 2 ? reading : { ...reading, quality: 'uncertain' as const },
      )
      await store.write([{ ...rest, readings: doubtful }], never)
      await flush()
      expect(await store.query(target, whole, never)).toMatchObject({ readings: 3, min: [1], mean: [1.5], max: [2] })
    }))

  it('answers nothing for a point it does not know', () =>
    withStore(async (store) => {
      const unknown = { ...target, point: 'feeder/none' }
      expect(await store.write([], never)).toEqual([])
      expect(await store.query(unknown, whole, never)).toMatchObject({ at: [], readings: 0 })
    }))

  it('answers the same for many readings as for few, over a restart', () =>
    withStore(async (store, reopen) => {
      const values = Array.from({ length: 2_345 }, (_, index) => (index * 37) % 101)
      for (let start = 0; start < values.length; start += 335) {
        await store.write([batchOf(start + 1, values.slice(start, start + 335))], never)
      }
      await flush()
      const query = { from: START, to: START + 3_000_000, columns: 3 }
      const sum = (from: number, to: number) => values.slice(from, to).reduce((all, one) => all + one, 0)
      const expected = { readings: 2_345, min: [0, 0, 0], max: [100, 100, 100] }
      for (const now of [() => Promise.resolve(store), reopen]) {
        const found = await (await now()).query(target, query, never)
        expect(found).toMatchObject(expected)
        expect(found.mean[0]).toBeCloseTo(sum(0, 999) / 999)
        expect(found.mean[2]).toBeCloseTo(sum(1_999, 2_345) / 346)
      }
    }))

  describe('a trend that comes before its readings', () => {
    const minute = Math.ceil(START / 60_000)
    const at = minute * 60_000
    const columns: TrendColumns[] = [
      {
        device: 'feeder',
        point: 'active-power',
        columns: [
          { index: minute, good: 2, min: 1, mean: 2, max: 3 },
          { index: minute + 1, good: 0, min: null, mean: null, max: null },
          { index: minute + 2, good: 6, min: 5, mean: 6, max: 9 },
        ],
      },
    ]
    const span = { site: 'east-pit', stream: 's0000000', from: 10, to: 19 }
    const trend: HistoryTrend = { ...span, widthMs: 60_000, columns, isFinal: false }
    const minutes = { from: at, to: at + 180_000, columns: 3 }

    it('is shown where no readings are, and marked', () =>
      withStore(async (store, reopen) => {
        await store.writeTrend(trend, never)
        await store.writeTrend(trend, never)
        await store.write([batchOf(10, [7, 8], { from: at + 1_000 })], never)
        await flush()
        const again = await reopen()
        expect(await again.query(target, minutes, never)).toMatchObject({
          at: [at, at + 60_000, at + 120_000],
          min: [7, null, 5],
          mean: [7.5, null, 6],
          max: [8, null, 9],
          provisional: [false, true, true],
          readings: 2,
        })
        expect(await again.query(target, { ...minutes, columns: 1 }, never)).toMatchObject({ min: [7], max: [8] })
        const narrow = await again.query(target, { from: at + 120_000, to: at + 180_000, columns: 4 }, never)
        expect(narrow).toMatchObject({ min: [5, 5, 5, 5], max: [9, 9, 9, 9], provisional: [true, true, true, true] })
      }))

    it('goes when its readings are all there or lost', () =>
      withStore(async (store, reopen) => {
        await store.writeTrend(trend, never)
        await store.write([batchOf(10, [1, 2, 3, 4, 5], { from: at - 500_000 })], never)
        await flush()
        expect((await store.query(target, minutes, never)).provisional).toEqual([true, true, true])
        const again = await reopen()
        await again.cover({ ...span, from: 15 }, never)
        expect(await again.query(target, minutes, never)).toMatchObject({ at: [], readings: 0 })
        await again.writeTrend(trend, never)
        expect(await again.query(target, minutes, never)).toMatchObject({ at: [] })
      }))

    it('stays when it is all that is left of them', () =>
      withStore(async (store, reopen) => {
        await store.writeTrend({ ...trend, isFinal: true }, never)
        await store.write([batchOf(10, [50, 51], { from: at })], never)
        await flush()
        const again = await reopen()
        expect(await again.query(target, minutes, never)).toMatchObject({ max: [3, null, 9], readings: 0 })
      }))

    it('gives its place to a later trend of more', () =>
      withStore(async (store) => {
        await store.writeTrend(trend, never)
        const more = columns.map((one) => ({ ...one, columns: [{ index: minute, good: 2, min: 4, mean: 5, max: 6 }] }))
        await store.writeTrend({ ...trend, to: 30, columns: more }, never)
        expect(await store.query(target, minutes, never)).toMatchObject({ at: [at], max: [6] })
      }))
  })
})
