import { z } from 'zod'
import type { HistoryQuery } from '../../../core/contract/http.ts'
import { QUANTITIES } from '../../../core/contract/quantity.ts'
import { type Columns, columnWidth } from './columns.ts'
import type { InfluxRows, InfluxServer } from './influx-server.ts'
import type { HistoryTarget } from './store.ts'

const CountRow = z.object({ time: z.number(), n: z.number() })
const SumRow = z.object({ time: z.number(), min: z.number(), mean: z.number(), max: z.number() })

/** The columns of a query, asked of a server that speaks InfluxQL. Throws `history/unavailable`. */
export async function queryInflux(
  server: InfluxServer,
  { group, target, query }: { readonly group: string; readonly target: HistoryTarget; readonly query: HistoryQuery },
  signal: AbortSignal,
): Promise<Columns> {
  const [counts, sums] = await server.query(statements(group, target, query), signal)
  return columnsOf(counts ?? [], sums ?? [])
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

function columnsOf(counts: InfluxRows, sums: InfluxRows): Columns {
  const good = new Map(sums.map((row) => SumRow.parse(row)).map((row) => [row.time, row]))
  const columns = counts.map((row) => CountRow.parse(row)).filter(({ n }) => n > 0)
  const of = (key: 'min' | 'mean' | 'max') => columns.map(({ time }) => good.get(time)?.[key] ?? null)
  return {
    at: columns.map(({ time }) => time),
    min: of('min'),
    mean: of('mean'),
    max: of('max'),
    readings: columns.reduce((sum, { n }) => sum + n, 0),
  }
}
