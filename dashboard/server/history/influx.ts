import { join } from 'node:path'
import type { Clock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import { openSqlite } from '../../../platform/sqlite.ts'
import { FIRST_STREAMS, STREAMS_ASIDE, STREAMS_OVER } from './carry-over.ts'
import { openDeadLetters } from './dead-letters.ts'
import { queryInflux } from './influx-query.ts'
import { type InfluxAccess, openInfluxServer, type ServerKind } from './influx-server.ts'
import { openLineWriter } from './line-protocol.ts'
import { openLineSender } from './line-sender.ts'
import { historyOf, openProvisional, TREND_TABLES } from './provisional.ts'
import { openRetention } from './retention.ts'
import type { HistoryBatch, HistoryReading, HistoryStore } from './store.ts'
import { openStreams, STREAM_TABLES } from './streams.ts'
import { queryVictoria } from './victoria-query.ts'

export interface InfluxOptions {
  /** Tag `group` of every line. */
  readonly group: string
  /** Where the control room remembers what of each stream is stored, and puts lines the server refuses. */
  readonly folder: string
  readonly clock: Clock
  readonly log: Log
}

const MIGRATIONS = [FIRST_STREAMS, `${STREAMS_ASIDE} ${STREAM_TABLES} ${TREND_TABLES} ${STREAMS_OVER}`]

/** Lines of one request; InfluxDB advises 5 000 to 10 000. */
const LINES_PER_REQUEST = 5_000

/** A batch, and those of its readings that are new. */
interface FreshPart {
  readonly batch: HistoryBatch
  readonly readings: readonly HistoryReading[]
}

/**
 * Telemetry in InfluxDB 1.x, 2.x, 3.x or VictoriaMetrics: measurement = quantity, tags group, site, device, point. Opening reaches for nothing;
 * while the server is away every write throws `history/unavailable`. What is stored of each stream, and trends, are kept here.
 */
export function openInfluxHistory(access: InfluxAccess, { group, folder, clock, log }: InfluxOptions): HistoryStore {
  const server = openInfluxServer(access, log)
  // After a power cut a few readings may be written once more: the server keeps one of each.
  const sqlite = openSqlite(join(folder, 'streams.sqlite'), MIGRATIONS, { durability: 'normal' })
  const streams = openStreams(sqlite)
  const provisional = openProvisional(sqlite, streams)
  const sender = openLineSender({ server, letters: openDeadLetters(folder, clock), log })
  const retention = openRetention(server, { clock, log })
  const tooOld = oldCounter(log)
  const writers = new Map<boolean, ReturnType<typeof openLineWriter>>()
  const inTurn = turns()

  const writerFor = (kind: ServerKind) => {
    const isNumbersOnly = kind === 'victoriametrics'
    const writer = writers.get(isNumbersOnly) ?? openLineWriter({ group, isNumbersOnly })
    writers.set(isNumbersOnly, writer)
    return writer
  }
  /** Texts of one request each, and how many readings are too old for the server. */
  const textsOf = async (parts: readonly FreshPart[], kind: ServerKind, signal: AbortSignal) => {
    const writer = writerFor(kind)
    const oldest = await retention.oldest(kind, signal)
    const texts: string[] = []
    let [text, lines, old] = ['', 0, 0]
    for (const { batch, readings } of parts) {
      for (const reading of readings) {
        if (reading.at < oldest) {
          old++
          continue
        }
        text += writer.lineOf(batch, reading)
        if (++lines % LINES_PER_REQUEST > 0) continue
        texts.push(text)
        text = ''
      }
    }
    return { texts: text === '' ? texts : [...texts, text], old }
  }
  const save = () =>
    sqlite.transaction(() => {
      streams.save()
      provisional.tidy(streams.touched())
    })
  /** All of `work` with what it adds to the streams, or nothing. */
  const commit = (work: () => Promise<void> | void): Promise<void> =>
    inTurn(async () => {
      try {
        await work()
        save()
        streams.settle()
      } catch (error) {
        streams.forget()
        provisional.forget()
        throw error
      }
      await sqlite.synced()
    })

  return {
    kind: 'influxdb',
    write: async (batches, signal) => {
      const refused: HistoryBatch[] = []
      await commit(async () => {
        const kind = await server.ready(signal)
        const parts = batches.flatMap((batch): FreshPart[] => {
          const last = batch.firstSeq + batch.readings.length - 1
          const fresh = batch.readings.length === 0 ? [] : streams.add(batch, batch.firstSeq, last)
          if (fresh === null) refused.push(batch)
          return (fresh ?? []).map(([from, to]) => ({
            batch,
            readings: slice(batch.readings, from - batch.firstSeq, to - batch.firstSeq + 1),
          }))
        })
        const { texts, old } = await textsOf(parts, kind, signal)
        try {
          for (const text of texts) await sender.send(text, signal)
        } catch (error) {
          // Whatever is wrong, a server that was made anew may be another one, or lack the database.
          server.doubt()
          throw error
        }
        tooOld.add(old)
      })
      return refused
    },
    cover: ({ from, to, ...name }) => commit(() => void streams.add(name, from, to)),
    writeTrend: (trend) =>
      commit(() => {
        sqlite.transaction(() => provisional.add(trend))
        if (trend.isFinal) streams.add(trend, trend.from, trend.to)
      }),
    query: async (target, query, signal) => {
      const kind = await server.ready(signal)
      const database = access.api === 'v2' ? null : access.database
      const columns =
        kind === 'victoriametrics'
          ? await queryVictoria(server, { url: access.url, group, database, target, query, now: clock.now() }, signal)
          : await queryInflux(server, { group, target, query }, signal)
      return historyOf(target, 'influxdb', provisional.over(target, query, columns))
    },
    rejected: () => sender.rejected() + tooOld.count(),
    close: () =>
      inTurn(() => {
        server.close()
        sqlite.close()
      }),
  }
}

/** The whole of it is not copied. */
function slice<T>(list: readonly T[], from: number, to: number): readonly T[] {
  return from === 0 && to === list.length ? list : list.slice(from, to)
}

/** Counts readings the server would drop because of their age. */
function oldCounter(log: Log) {
  let count = 0
  let isTelling = false
  return {
    add: (old: number) => {
      count += old
      if (old > 0 && !isTelling) {
        log.warn(
          { code: 'history/rejected', old: count },
          'readings older than the server keeps are not sent; lengthen its retention before such a backfill',
        )
      }
      isTelling = old > 0
    },
    count: () => count,
  }
}

/** Runs one piece of work at a time, in the order they come. */
function turns(): <T>(work: () => T | Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const turn = last.then(work)
    last = turn.catch(() => undefined)
    return turn
  }
}
