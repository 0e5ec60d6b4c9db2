import { z } from 'zod'
import { QUANTITIES } from '../../../core/contract/quantity.ts'
import { Quality } from '../../../core/contract/reading.ts'
import type { InfluxRows, InfluxServer } from '../history/influx-server.ts'
import { flagOf, type Samples, sorted } from '../history/samples.ts'
import type { SampleSource, WantedPoint } from './stored-recording.ts'

/** Which readings of a server are those of a site: the tags they carry, and what VictoriaMetrics calls the database. */
export interface InfluxPlace {
  readonly group: string
  readonly site: string
  readonly database: string | null
}

const Row = z.object({
  time: z.number(),
  value: z.number().nullish(),
  state: z.number().nullish(),
  quality: Quality.nullish(),
})
const Exported = z.object({ values: z.array(z.number()), timestamps: z.array(z.number()) })

/** Readings in InfluxDB or VictoriaMetrics, as they were written. Reading throws `history/unavailable`. */
export function influxSamples(server: InfluxServer, place: InfluxPlace): SampleSource {
  return {
    samples: async (point, span, signal) => {
      const kind = await server.ready(signal)
      if (kind === 'victoriametrics') return await exported(server, { point, span, place }, signal)
      const [rows] = await server.query(statement({ point, span, place }), signal)
      return samplesOf(rows ?? [])
    },
    close: () => server.close(),
  }
}

interface Asked {
  readonly point: WantedPoint
  readonly span: { readonly from: number; readonly to: number }
  readonly place: InfluxPlace
}

function tagsOf({ point, place }: Asked): readonly (readonly [string, string])[] {
  const [device = '', name = ''] = point.ref.split('/')
  return Object.entries({ group: place.group, site: place.site, device, point: name })
}

function fieldOf({ point }: Asked): 'state' | 'value' {
  return QUANTITIES[point.quantity].kind === 'boolean' ? 'state' : 'value'
}

function statement(asked: Asked): string {
  const { from, to } = asked.span
  const tags = tagsOf(asked).map(([key, value]) => `"${key}" = '${value.replace(/['\\]/g, '\\$&')}'`)
  const where = [...tags, `time >= ${from}ms`, `time < ${to}ms`].join(' AND ')
  return `SELECT "${fieldOf(asked)}", "quality" FROM "${asked.point.quantity}" WHERE ${where}`
}

function samplesOf(rows: InfluxRows): Samples {
  const samples = room(rows.length)
  for (const [place, row] of rows.entries()) {
    const { time, value, state, quality } = Row.parse(row)
    const number = value ?? state ?? null
    samples.at[place] = time
    samples.value[place] = number ?? 0
    samples.flag[place] = flagOf(number, quality ?? 'good')
  }
  return sorted(samples)
}

/** There values that are good, values that are uncertain, and whether there was a reading are series of their own. */
async function exported(server: InfluxServer, asked: Asked, signal: AbortSignal): Promise<Samples> {
  const braced = tagsOf(asked).map(([key, value]) => `${key}=${JSON.stringify(value)}`)
  const { database } = asked.place
  const labels = [...braced, ...(database === null ? [] : [`db=${JSON.stringify(database)}`])].join(',')
  const ask = async (field: string): Promise<ReadonlyMap<number, number>> => {
    const query = {
      'match[]': `${asked.point.quantity}_${field}{${labels}}`,
      start: (asked.span.from / 1_000).toFixed(3),
      end: ((asked.span.to - 1) / 1_000).toFixed(3),
    }
    const text = await server.text(`api/v1/export?${new URLSearchParams(query).toString()}`, signal)
    const lines = text.split('\n').filter((line) => line !== '')
    return new Map(
      lines.flatMap((line) => {
        const { timestamps, values } = Exported.parse(JSON.parse(line))
        return timestamps.map((at, index) => [at, values[index] ?? 0] as const)
      }),
    )
  }
  const [all, good, uncertain] = await Promise.all([ask('quality'), ask(fieldOf(asked)), ask('uncertain')])
  const times = [...new Set([...all.keys(), ...good.keys(), ...uncertain.keys()])].sort((a, b) => a - b)
  const samples = room(times.length)
  for (const [place, at] of times.entries()) {
    const value = good.get(at) ?? uncertain.get(at) ?? null
    samples.at[place] = at
    samples.value[place] = value ?? 0
    samples.flag[place] = flagOf(value, good.has(at) ? 'good' : uncertain.has(at) ? 'uncertain' : 'bad')
  }
  return samples
}

function room(length: number) {
  return { length, at: new Float64Array(length), value: new Float64Array(length), flag: new Uint8Array(length) }
}
