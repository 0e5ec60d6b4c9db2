import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { HistoryQuery } from '../../../../core/contract/http.ts'
import { UtcMs } from '../../../../core/contract/time.ts'
import { openBatchEncoder } from '../../../../dashboard/server/history/batch-wire.ts'
import { columnWidth } from '../../../../dashboard/server/history/columns.ts'
import { openEmbeddedStore } from '../../../../dashboard/server/history/embedded-store.ts'
import type { HistoryBatch, HistoryReading } from '../../../../dashboard/server/history/store.ts'
import { testFolder } from '../../../support/processes.ts'
import { START } from './batches.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

interface Piece {
  /** Of the whole interval. */
  readonly place: number
  readonly stepMs: number
  readonly count: number
  readonly seed: number
}

/** Readings of one point as they come after an outage: pieces of different pace, from anywhere in a month. */
const piece: fc.Arbitrary<Piece> = fc.record({
  place: fc.double({ min: 0, max: 1, noNaN: true }),
  stepMs: fc.constantFrom(100, 1_000, 5_000, 10_000, MINUTE, HOUR),
  count: fc.integer({ min: 1, max: 900 }),
  seed: fc.nat(1_000),
})

function readingsOf({ place, stepMs, count, seed }: Piece): HistoryReading[] {
  const from = START + Math.floor(place * 30 * DAY)
  return Array.from({ length: count }, (_, index) => {
    const value = (seed + index) % 17 === 3 ? null : ((seed * 31 + index * 7) % 201) - 100
    const quality = value === null ? 'bad' : (seed + index) % 13 === 5 ? 'uncertain' : 'good'
    return { point: 'p', quantity: 'power', value, quality, at: UtcMs.parse(from + index * stepMs) }
  })
}

/** The columns of a query, from the readings alone. */
function expected(readings: readonly HistoryReading[], query: HistoryQuery) {
  const width = columnWidth(query)
  const columns = new Map<number, HistoryReading[]>()
  for (const reading of readings) {
    if (reading.at < query.from || reading.at >= query.to) continue
    const column = Math.floor((reading.at - query.from) / width)
    columns.set(column, [...(columns.get(column) ?? []), reading])
  }
  const sorted = [...columns].sort(([a], [b]) => a - b)
  const good = sorted.map(([, list]) =>
    list.flatMap(({ value, quality }) => (quality === 'good' ? [Number(value)] : [])),
  )
  const of = (work: (values: number[]) => number) => good.map((values) => (values.length === 0 ? null : work(values)))
  return {
    at: sorted.map(([column]) => query.from + column * width),
    min: of((values) => Math.min(...values)),
    mean: of((values) => values.reduce((sum, one) => sum + one, 0) / values.length),
    max: of((values) => Math.max(...values)),
    readings: sorted.reduce((sum, [, list]) => sum + list.length, 0),
  }
}

const query: fc.Arbitrary<HistoryQuery> = fc
  .tuple(
    fc.integer({ min: START - DAY, max: START + 35 * DAY }),
    fc.oneof(fc.integer({ min: 1, max: 3 * HOUR }), fc.integer({ min: HOUR, max: 60 * DAY })),
    fc.constantFrom(1, 3, 17, 200),
    fc.boolean(),
  )
  .map(([from, span, columns, isEven]) => {
    const start = isEven ? from - (from % HOUR) : from
    return { from: start, to: start + span, columns }
  })

const target = { site: 'east-pit', point: 'feeder/p', quantity: 'power' } as const

describe('the embedded history', () => {
  it('answers any query as its readings would, in whatever order they came', async () => {
    await using folder = await testFolder()
    let runs = 0
    fc.assert(
      fc.property(
        fc.array(piece, { minLength: 1, maxLength: 6 }),
        fc.array(query, { minLength: 8, maxLength: 8 }),
        (pieces, queries) => {
          const store = openEmbeddedStore(`${folder.path}/${runs++}`)
          const encoder = openBatchEncoder()
          const all: HistoryReading[] = []
          for (const one of pieces) {
            const readings = readingsOf(one)
            const batch: HistoryBatch = {
              site: 'east-pit',
              device: 'feeder',
              stream: 's0000000',
              firstSeq: all.length,
              readings,
            }
            store.write(encoder.encode([batch, batch]))
            all.push(...readings)
          }
          for (const asked of queries) {
            expect(store.query(target, asked)).toEqual({
              point: 'feeder/p',
              source: 'embedded',
              ...expected(all, asked),
            })
          }
          store.close()
          const again = openEmbeddedStore(`${folder.path}/${runs - 1}`)
          for (const asked of queries.slice(0, 2)) {
            expect(again.query(target, asked)).toMatchObject(expected(all, asked))
          }
          again.close()
        },
      ),
      { numRuns: 40 },
    )
  })

  it('draws a month of seconds from roll-ups exactly', async () => {
    await using folder = await testFolder()
    const store = openEmbeddedStore(folder.path)
    const encoder = openBatchEncoder()
    const all: HistoryReading[] = []
    const perWrite = 20_000
    for (let firstSeq = 0; firstSeq < 200_000; firstSeq += perWrite) {
      const readings = Array.from({ length: perWrite }, (_, index): HistoryReading => {
        const at = UtcMs.parse(START + (firstSeq + index) * 1_000)
        return { point: 'p', quantity: 'power', value: ((firstSeq + index) * 37) % 1_009, quality: 'good', at }
      })
      store.write(encoder.encode([{ site: 'east-pit', device: 'feeder', stream: 's0000000', firstSeq, readings }]))
      all.push(...readings)
    }
    for (const asked of [
      { from: START + 777, to: START + 200_000_000, columns: 20 },
      { from: START - 12_345, to: START + 150_000_001, columns: 300 },
    ]) {
      expect(store.query(target, asked)).toMatchObject(expected(all, asked))
    }
    store.close()
  })
})
