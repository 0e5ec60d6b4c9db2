import { join } from 'node:path'
import { z } from 'zod'
import type { History, HistoryQuery } from '../../../core/contract/http.ts'
import { QUANTITIES } from '../../../core/contract/quantity.ts'
import { isHouseError } from '../../../core/kit/errors.ts'
import type { Log } from '../../../platform/log.ts'
import { openSqlite } from '../../../platform/sqlite.ts'
import { columnWidth } from './columns.ts'
import { type InfluxAccess, type InfluxRows, openInflux } from './influx-client.ts'
import { lineOf } from './line-protocol.ts'
import type { HistoryStore, HistoryTarget } from './store.ts'
import { openStreams, STREAMS_TABLE } from './streams.ts'

/** Lines of one request; InfluxDB advises 5 000 to 10 000. */
const LINES_PER_WRITE = 5_000

export interface InfluxOptions {
  /** Tag `group` of every line. */
  readonly group: string
  /** Where the control room remembers how far each stream is stored. */
  readonly folder: string
  readonly log: Log
}

/**
 * Telemetry in InfluxDB: measurement = quantity, tags group, site, device, point. The database is made when it is missing.
 * Opening reaches for nothing; while the server is away every write throws `history/unavailable`.
 */
export function openInfluxHistory(access: InfluxAccess, { group, folder, log }: InfluxOptions): HistoryStore {
  const client = openInflux(access)
  const sqlite = openSqlite(join(folder, 'streams.sqlite'), [STREAMS_TABLE], { durability: 'full' })
  const streams = openStreams(sqlite)
  let hasDatabase = false
  let rejected = 0
  let refusing: string | null = null

  const note = (count: number, words: string | null) => {
    rejected += count
    const cause = words?.replace(/\d+/g, '#') ?? null
    if (cause !== null && cause !== refusing) {
      log.warn({ code: 'history/rejected', rejected, words }, 'InfluxDB refused readings for good; the rest is stored')
    }
    refusing = cause
  }
  const send = async (lines: readonly string[], signal: AbortSignal) => {
    const { rejected: count, words } = await client.write(lines, signal)
    note(count, words)
  }
  const writeLines = async (lines: readonly string[], signal: AbortSignal) => {
    if (!hasDatabase) {
      await makeDatabase(() => client.createDatabase(signal), log)
      hasDatabase = true
    }
    try {
      for (let start = 0; start < lines.length; start += LINES_PER_WRITE) {
        await send(lines.slice(start, start + LINES_PER_WRITE), signal)
      }
    } catch (error) {
      // Whatever is wrong, a server that was made anew may lack the database.
      hasDatabase = false
      throw error
    }
  }

  return {
    kind: 'influxdb',
    write: async (batches, signal) => {
      const plan = streams.plan(batches)
      const lines = plan.fresh.flatMap(({ batch, readings }) =>
        readings.map((reading) => lineOf(group, batch, reading)),
      )
      await writeLines(lines, signal)
      sqlite.transaction(() => plan.save())
      plan.settle()
      return plan.receipts
    },
    query: async (target, query, signal) => {
      const [counts, sums] = await client.query(statements(group, target, query), signal)
      return historyOf(target, counts ?? [], sums ?? [])
    },
    rejected: () => rejected,
    close: () => {
      client.close()
      sqlite.close()
    },
  }
}

/** A user that may only write cannot create; then the write itself tells whether the database is there. */
async function makeDatabase(create: () => Promise<void>, log: Log): Promise<void> {
  try {
    await create()
  } catch (error) {
    if (!isHouseError(error, 'history/unavailable') || (error.facts.status !== 401 && error.facts.status !== 403)) {
      throw error
    }
    log.info({ code: error.code }, 'InfluxDB: this user may not create the database; it must be there already')
  }
}

/** Two statements: how many readings each column has, and min, mean and max of the good ones. */
function statements(group: string, { site, point, quantity }: HistoryTarget, query: HistoryQuery): string {
  const [device, name] = point.split('/')
  const width = columnWidth(query)
  const field = QUANTITIES[quantity].kind === 'boolean' ? 'state' : 'value'
  const tags = { group, site, device: device ?? '', point: name ?? '' }
  const where = [
    ...Object.entries(tags).map(([key, value]) => `"${key}" = '${value.replace(/['\\]/g, '\\$&')}'`),
    `time >= ${query.from}ms`,
    `time < ${query.to}ms`,
  ].join(' AND ')
  const rest = `GROUP BY time(${width}ms, ${query.from % width}ms) fill(none)`
  return [
    `SELECT count("quality") AS "n" FROM "${quantity}" WHERE ${where} ${rest}`,
    `SELECT min("${field}") AS "min", mean("${field}") AS "mean", max("${field}") AS "max" FROM "${quantity}" WHERE ${where} AND "quality" = 'good' ${rest}`,
  ].join('; ')
}

const CountRow = z.object({ time: z.number(), n: z.number() })
const SumRow = z.object({ time: z.number(), min: z.number(), mean: z.number(), max: z.number() })

function historyOf({ point }: HistoryTarget, counts: InfluxRows, sums: InfluxRows): History {
  const good = new Map(sums.map((row) => SumRow.parse(row)).map((row) => [row.time, row]))
  const columns = counts.map((row) => CountRow.parse(row)).filter(({ n }) => n > 0)
  const of = (key: 'min' | 'mean' | 'max') => columns.map(({ time }) => good.get(time)?.[key] ?? null)
  return {
    point,
    source: 'influxdb',
    at: columns.map(({ time }) => time),
    min: of('min'),
    mean: of('mean'),
    max: of('max'),
    readings: columns.reduce((sum, { n }) => sum + n, 0),
  }
}
