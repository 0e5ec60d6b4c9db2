import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openEmbeddedHistory } from '../../../../dashboard/server/history/embedded.ts'
import { openInfluxHistory } from '../../../../dashboard/server/history/influx.ts'
import type { HistoryStore } from '../../../../dashboard/server/history/store.ts'
import { testFolder } from '../../../support/processes.ts'
import { quietLog } from '../../../support/quiet-log.ts'
import { batchOf, START } from './batches.ts'
import { type Influxd, startInfluxd } from './influxd.ts'

const never = new AbortController().signal
const target = { site: 'east-pit', point: 'feeder/active-power', quantity: 'power' } as const
const whole = { from: START, to: START + 10_000_000, columns: 1 }

let influxd: Influxd
let databases = 0
beforeAll(async () => {
  influxd = await startInfluxd()
})
afterAll(() => influxd[Symbol.asyncDispose]())

const kinds: Record<string, (folder: string, database: string) => HistoryStore> = {
  embedded: (folder) => openEmbeddedHistory(folder),
  influxdb: (folder, database) =>
    openInfluxHistory({ url: influxd.url, database }, { group: 'county', folder, log: quietLog() }),
}

describe.each(Object.entries(kinds))('history: %s', (_, open) => {
  const withStore = async (work: (store: HistoryStore, reopen: () => HistoryStore) => Promise<void>) => {
    await using folder = await testFolder()
    const database = `pits${databases++}`
    let store = open(folder.path, database)
    try {
      await work(store, () => {
        store.close()
        store = open(folder.path, database)
        return store
      })
    } finally {
      store.close()
    }
  }

  it('answers columns of what was written, gaps as null', () =>
    withStore(async (store) => {
      expect(await store.write([batchOf(1, [10, 20, 30, null, null, null, 70])], never)).toEqual([
        { site: 'east-pit', stream: 's0000000', upTo: 7 },
      ])
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
      const again = reopen()
      expect(await again.write([batch, batchOf(4, [4])], never)).toEqual([
        { site: 'east-pit', stream: 's0000000', upTo: 4 },
      ])
      expect(await again.query(target, whole, never)).toMatchObject({ readings: 4, min: [1], max: [4], mean: [2.5] })
    }))

  it('receipts only what is whole, whatever order it comes in', () =>
    withStore(async (store) => {
      const [late, live] = [batchOf(1, [1, 2]), batchOf(3, [3, 4])]
      expect((await store.write([live], never))[0]?.upTo).toBe(0)
      expect((await store.write([late], never))[0]?.upTo).toBe(4)
      expect(await store.query(target, whole, never)).toMatchObject({ readings: 4 })
    }))

  it('keeps streams of different sites apart', () =>
    withStore(async (store) => {
      await store.write([batchOf(1, [1]), batchOf(1, [9], { site: 'west-pit' })], never)
      expect(await store.query(target, whole, never)).toMatchObject({ max: [1] })
      expect(await store.query({ ...target, site: 'west-pit' }, whole, never)).toMatchObject({ max: [9] })
    }))

  it('counts states as 0 and 1', () =>
    withStore(async (store) => {
      await store.write([batchOf(1, [true, false, true, true], { point: 'door', quantity: 'contact' })], never)
      const door = { ...target, point: 'feeder/door', quantity: 'contact' } as const
      expect(await store.query(door, whole, never)).toMatchObject({ min: [0], mean: [0.75], max: [1] })
    }))

  it('answers nothing for a point it does not know', () =>
    withStore(async (store) => {
      const unknown = { ...target, point: 'feeder/none' }
      await store.write([], never)
      expect(await store.query(unknown, whole, never)).toMatchObject({ at: [], readings: 0 })
    }))

  it('answers the same for many readings as for few, over a restart', () =>
    withStore(async (store, reopen) => {
      const values = Array.from({ length: 2_345 }, (_, index) => (index * 37) % 101)
      for (let start = 0; start < values.length; start += 100) {
        await store.write([batchOf(start + 1, values.slice(start, start + 100))], never)
      }
      const query = { from: START, to: START + 3_000_000, columns: 3 }
      const sum = (from: number, to: number) => values.slice(from, to).reduce((all, one) => all + one, 0)
      const expected = { readings: 2_345, min: [0, 0, 0], max: [100, 100, 100] }
      for (const now of [() => store, reopen]) {
        const found = await now().query(target, query, never)
        expect(found).toMatchObject(expected)
        expect(found.mean[0]).toBeCloseTo(sum(0, 999) / 999)
        expect(found.mean[2]).toBeCloseTo(sum(1_999, 2_345) / 346)
      }
    }))
})
