import { z } from 'zod'
import type { HistoryQuery } from '../../../core/contract/http.ts'
import { QUANTITIES } from '../../../core/contract/quantity.ts'
import { type Columns, ColumnSum, columnWidth } from './columns.ts'
import { parsedJson, unavailable } from './influx-http.ts'
import type { InfluxServer } from './influx-server.ts'
import type { HistoryTarget } from './store.ts'

const Matrix = z.object({
  status: z.literal('success'),
  data: z.object({
    result: z.array(
      z.object({
        values: z.array(z.tuple([z.number(), z.coerce.number()])),
      }),
    ),
  }),
})

const Exported = z.object({ values: z.array(z.number()), timestamps: z.array(z.number()) })

export interface VictoriaTarget {
  readonly url: string
  readonly group: string
  /** The label `db`, which VictoriaMetrics makes of the database; null where it was not given one. */
  readonly database: string | null
  readonly target: HistoryTarget
  readonly query: HistoryQuery
  readonly now: number
}

/** In a range query the last half minute shows what was before it (its flag -search.latencyOffset); these columns are made from the samples. */
const LATENCY_MS = 31_000

/**
 * The columns of a query, asked of VictoriaMetrics. What was written shows up a few seconds later: it keeps new samples in memory for about
 * that long before a query sees them. Throws `history/unavailable`.
 */
export async function queryVictoria(
  server: InfluxServer,
  victoria: VictoriaTarget,
  signal: AbortSignal,
): Promise<Columns> {
  const { query, now } = victoria
  const width = columnWidth(query)
  const settled = Math.max(0, Math.min(query.columns, Math.floor((now - LATENCY_MS - query.from) / width)))
  const cut = Math.min(query.to, query.from + settled * width)
  const [old, young] = await Promise.all([
    cut > query.from ? rangeColumns(server, victoria, { cut, signal }) : null,
    cut < query.to ? exportColumns(server, victoria, { cut, signal }) : null,
  ])
  if (old === null || young === null) return old ?? young ?? new ColumnSum(query).finish()
  return {
    at: [...old.at, ...young.at],
    min: [...old.min, ...young.min],
    mean: [...old.mean, ...young.mean],
    max: [...old.max, ...young.max],
    readings: old.readings + young.readings,
  }
}

interface Cut {
  /** Start of the first column that is made from samples. */
  readonly cut: number
  readonly signal: AbortSignal
}

async function rangeColumns(server: InfluxServer, victoria: VictoriaTarget, { cut, signal }: Cut): Promise<Columns> {
  const { query, url } = victoria
  const width = columnWidth(query)
  const { count, value } = seriesOf(victoria)
  /** By the start of the column. */
  const ask = async (work: string, series: string): Promise<ReadonlyMap<number, number>> => {
    const expression = `${work}_over_time(${series}[${width}ms])`
    const answer = Matrix.safeParse(await server.get(rangePath(expression, query, cut), signal))
    if (!answer.success) throw unavailable(url, 'an answer that is no range query result')
    const values = answer.data.data.result[0]?.values ?? []
    return new Map(values.map(([at, result]) => [Math.round(at * 1_000) - width + 1, result]))
  }
  // Not rollup(), which counts the last value before a column as one of it.
  const [n, min, mean, max] = await Promise.all([
    ask('count', count),
    ask('min', value),
    ask('avg', value),
    ask('max', value),
  ])
  const at = [...n].filter(([, some]) => some > 0).map(([start]) => start)
  const of = (column: ReadonlyMap<number, number>) => at.map((start) => column.get(start) ?? null)
  return {
    ...{ at, min: of(min), mean: of(mean), max: of(max) },
    readings: at.reduce((sum, start) => sum + (n.get(start) ?? 0), 0),
  }
}

/** A window reaches back from its instant, without its far end: that of the last millisecond of a column is the column. */
function rangePath(expression: string, query: HistoryQuery, cut: number): string {
  const width = columnWidth(query)
  const last = query.from + Math.ceil((cut - query.from) / width) * width - 1
  return `api/v1/query_range?${new URLSearchParams({
    query: expression,
    start: seconds(query.from + width - 1),
    end: seconds(last),
    step: `${width}ms`,
    // Its cache moves both ends to multiples of the step, and so the columns.
    nocache: '1',
  }).toString()}`
}

async function exportColumns(server: InfluxServer, victoria: VictoriaTarget, { cut, signal }: Cut): Promise<Columns> {
  const { query, url } = victoria
  const sum = new ColumnSum(query)
  const { count, value } = seriesOf(victoria)
  const ask = async (series: string) => {
    const times = { start: seconds(cut), end: seconds(query.to - 1) }
    const path = `api/v1/export?${new URLSearchParams({ 'match[]': series, ...times }).toString()}`
    const lines = (await server.text(path, signal)).split('\n').filter((line) => line !== '')
    return lines.flatMap((line) => {
      const parsed = Exported.safeParse(parsedJson(line))
      if (!parsed.success) throw unavailable(url, 'an export that is none')
      return parsed.data.timestamps.map((at, index) => ({ at, value: parsed.data.values[index] ?? 0 }))
    })
  }
  const [all, good] = await Promise.all([ask(count), ask(value)])
  const none = { n: 0, good: 0, min: Infinity, max: -Infinity, sum: 0 }
  for (const { at } of all) sum.addSum({ ...none, n: 1 }, at, at)
  for (const { at, value: one } of good) sum.addSum({ n: 0, good: 1, min: one, max: one, sum: one }, at, at)
  return sum.finish()
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(3)
}

/** The series of which there is a sample for each reading, and that of the good values. */
function seriesOf({ group, database, target }: VictoriaTarget): { readonly count: string; readonly value: string } {
  const { site, point, quantity } = target
  const [device, name] = point.split('/')
  const labels = {
    group,
    site,
    device: device ?? '',
    point: name ?? '',
    ...(database === null ? {} : { db: database }),
  }
  const braced = Object.entries(labels).map(([key, value]) => `${key}=${JSON.stringify(value)}`)
  const field = QUANTITIES[quantity].kind === 'boolean' ? 'state' : 'value'
  return { count: `${quantity}_quality{${braced.join(',')}}`, value: `${quantity}_${field}{${braced.join(',')}}` }
}
