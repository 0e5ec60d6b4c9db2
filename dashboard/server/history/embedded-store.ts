import { join } from 'node:path'
import type { History, HistoryQuery } from '../../../core/contract/http.ts'
import { openSqlite } from '../../../platform/sqlite.ts'
import { type BatchWire, HEAD_NUMBERS, type PointName, roomFor } from './batch-wire.ts'
import { carryOver, FIRST_TABLES, STREAMS_ASIDE, STREAMS_OVER, TABLES_ASIDE } from './carry-over.ts'
import { CHUNK_TABLES, openChunks } from './chunks.ts'
import { ColumnSum } from './columns.ts'
import type { Range } from './coverage.ts'
import { HOT_TABLES, openHotLog, type PointSamples } from './hot-log.ts'
import { planOf } from './plan.ts'
import { openPoints } from './points.ts'
import { historyOf, openProvisional, TREND_TABLES } from './provisional.ts'
import { openRollUps, ROLL_UP_TABLES } from './roll-ups.ts'
import type { Samples } from './samples.ts'
import type { HistoryTarget, HistoryTrend, StreamSpan } from './store.ts'
import { openStreams, STREAM_TABLES, type StreamName } from './streams.ts'

const MIGRATIONS = [
  FIRST_TABLES,
  `${STREAMS_ASIDE} ${TABLES_ASIDE}
  ${HOT_TABLES} ${CHUNK_TABLES} ${ROLL_UP_TABLES} ${STREAM_TABLES} ${TREND_TABLES}
  ${STREAMS_OVER}`,
]

/** The embedded history itself; every call is done, durably, when it returns. Throws `store/failed`. */
export interface EmbeddedStore {
  /** Answers the places of the batches that were not taken. */
  write(wire: BatchWire): readonly number[]
  cover(span: StreamSpan): void
  writeTrend(trend: HistoryTrend): void
  query(target: HistoryTarget, query: HistoryQuery): History
  close(): void
}

/**
 * Opens the history in `folder`: an append-only log of new readings; per point compressed chunks; cells per minute and hour, written in the
 * same transaction as the chunk they come from, so that a query may take either. Throws `store/failed`, `store/newer`.
 */
export function openEmbeddedStore(folder: string): EmbeddedStore {
  const sqlite = openSqlite(join(folder, 'history.sqlite'), MIGRATIONS, { durability: 'full' })
  const streams = openStreams(sqlite)
  const points = openPoints(sqlite)
  const chunks = openChunks(sqlite)
  const rollUps = openRollUps(sqlite)
  const provisional = openProvisional(sqlite, streams)
  const pack = (point: number, samples: Samples) => rollUps.add(point, chunks.add(point, samples))
  carryOver(sqlite, pack)
  const hot = openHotLog(sqlite, pack)
  const names: Names = { points: [], streams: [] }

  /** The ids of points by the numbers of the wire. A number's id is kept when the transaction that made it has gone through. */
  const ids: number[] = []
  let made: [number: number, id: number][] = []
  const idsOf = (numbers: Uint32Array): Uint32Array => {
    const found = new Uint32Array(numbers.length)
    for (let index = 0; index < numbers.length; index++) {
      const number = numbers[index] ?? 0
      let id = ids[number]
      if (id === undefined) {
        id = points.idOf(nameAt(names.points, number))
        made.push([number, id])
      }
      found[index] = id
    }
    return found
  }

  /** All of `work` with what it adds to the streams, or nothing. */
  const commit = <T>(work: () => T): T => {
    try {
      const result = sqlite.transaction(() => {
        const done = work()
        streams.save()
        provisional.tidy(streams.touched())
        return done
      })
      points.settle()
      streams.settle()
      for (const [number, id] of made) ids[number] = id
      return result
    } catch (error) {
      points.forget()
      streams.forget()
      provisional.forget()
      throw error
    } finally {
      made = []
    }
  }

  return {
    write: (wire) => {
      names.points.push(...wire.points)
      names.streams.push(...wire.streams)
      if (wire.heads.length === 0) return []
      const { keep, written, refused } = commit(() => {
        const { fresh, refused: not } = freshOf(wire, ([stream, from, to]) =>
          streams.add(nameAt(names.streams, stream), from, to),
        )
        const count = fresh.length === 0 ? () => undefined : hot.append({ ...fresh, point: idsOf(fresh.point) })
        return { keep: count, written: fresh.length, refused: not }
      })
      keep()
      hot.tidy(written)
      return refused
    },
    cover: ({ from, to, ...name }) => commit(() => void streams.add(name, from, to)),
    writeTrend: (trend) =>
      commit(() => {
        provisional.add(trend)
        if (trend.isFinal) streams.add(trend, trend.from, trend.to)
      }),
    query: (target, query) => {
      const sum = new ColumnSum(query)
      const id = points.find(target)
      if (id !== null) {
        const plan = planOf(query)
        // A point that is read rarely has fewer chunks than there are column ends at which cells would have to be cut.
        const cuts = plan.filter(({ level }) => level === null).length
        const isPlain = cuts > 1 && chunks.isFewerThan(cuts, id, [query.from, query.to])
        for (const { level, from, to } of isPlain ? [{ level: null, from: query.from, to: query.to }] : plan) {
          if (level === null) chunks.read(id, [from, to], sum)
          else rollUps.read(id, { level, from, to }, sum)
        }
        const waiting = hot.of(id)
        if (waiting !== null) sum.addSamples(waiting, query.from, query.to)
      }
      return historyOf(target, 'embedded', provisional.over(target, query, sum.finish()))
    },
    close: () => sqlite.close(),
  }
}

interface Names {
  readonly points: PointName[]
  readonly streams: StreamName[]
}

function nameAt<T>(names: readonly T[], number: number): T {
  const name = names[number]
  if (name === undefined) throw new RangeError(`no name has the number ${number}`)
  return name
}

interface Fresh {
  readonly fresh: PointSamples
  /** Places of batches that are not taken. */
  readonly refused: readonly number[]
}

/** The samples of a wire that `add` calls new. */
function freshOf(
  { heads, samples }: BatchWire,
  add: (head: readonly [number, number, number]) => readonly Range[] | null,
): Fresh {
  const refused: number[] = []
  const parts: [from: number, to: number][] = []
  let start = 0
  for (let batch = 0; batch * HEAD_NUMBERS < heads.length; batch++) {
    const [stream = 0, first = 0, count = 0] = heads.subarray(batch * HEAD_NUMBERS)
    const ranges = count === 0 ? [] : add([stream, first, first + count - 1])
    if (ranges === null) refused.push(batch)
    for (const [from, to] of ranges ?? []) {
      const [begin, end] = [start + from - first, start + to - first + 1]
      const last = parts.at(-1)
      if (last?.[1] === begin) last[1] = end
      else parts.push([begin, end])
    }
    start += count
  }
  return { fresh: picked(samples, parts), refused }
}

function picked(samples: PointSamples, parts: readonly (readonly [from: number, to: number])[]): PointSamples {
  const length = parts.reduce((sum, [from, to]) => sum + to - from, 0)
  if (length === samples.length) return samples
  const some = roomFor(length)
  let next = 0
  for (const [from, to] of parts) {
    some.point.set(samples.point.subarray(from, to), next)
    some.at.set(samples.at.subarray(from, to), next)
    some.value.set(samples.value.subarray(from, to), next)
    some.flag.set(samples.flag.subarray(from, to), next)
    next += to - from
  }
  return some
}
