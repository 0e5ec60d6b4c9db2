import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { QUANTITIES } from '../../../../core/contract/quantity.ts'
import { openInfluxHistory } from '../../../../dashboard/server/history/influx.ts'
import { systemClock } from '../../../../platform/clock.ts'
import { freePort, type StartedProcess, startProcess, type TestFolder, testFolder } from '../../../support/processes.ts'
import { quietLog } from '../../../support/quiet-log.ts'
import { until } from '../../../support/until.ts'
import { batchOf, START } from './batches.ts'

const doc = readFileSync(new URL('../../../../docs/grafana.md', import.meta.url), 'utf8')
const text = readFileSync(new URL('../../../../docs/grafana/pitwatch-dashboard.json', import.meta.url), 'utf8')

const Dashboard = z.object({
  uid: z.string(),
  title: z.string(),
  schemaVersion: z.number(),
  templating: z.object({ list: z.array(z.object({ name: z.string(), type: z.string(), query: z.string() })) }),
  panels: z.array(
    z.object({
      id: z.number(),
      title: z.string(),
      gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
      targets: z.array(z.object({ refId: z.string(), rawQuery: z.literal(true), query: z.string() })).min(1),
    }),
  ),
})
const dashboard = Dashboard.parse(JSON.parse(text))
const queries = dashboard.panels.flatMap(({ title, targets }) =>
  targets.map(({ refId, query }) => [`${title} ${refId}`, query] as const),
)
const variables = dashboard.templating.list.flatMap(({ name, type, query }) =>
  type === 'query' ? [[name, query] as const] : [],
)

/** A query as Grafana sends it: one county, all sites, the ten minutes that were written. */
function asSent(query: string): string {
  const span = `time >= ${START}ms and time <= ${START + 600_000}ms`
  return query
    .replaceAll('$timeFilter', span)
    .replaceAll('$__interval', '60s')
    .replaceAll('$group', 'county')
    .replaceAll('$site', '(east-pit|north-flat)')
}

/** An InfluxDB 1.x that lets nobody in without a name and password. */
async function startGuarded(folder: TestFolder) {
  const [port, other] = [await freePort(), await freePort()]
  const config = join(folder.path, 'influx.conf')
  const { path } = folder
  await writeFile(
    config,
    `reporting-enabled = false
bind-address = "127.0.0.1:${other}"
[meta]
  dir = "${path}/meta"
[data]
  dir = "${path}/data"
  wal-dir = "${path}/wal"
[monitor]
  store-enabled = false
[http]
  bind-address = "127.0.0.1:${port}"
  log-enabled = false
  auth-enabled = true
`,
  )
  const process = await startProcess('influxd', ['run', '-config', config], { ready: /./ })
  const url = `http://127.0.0.1:${port}`
  await until('influxd answers', () =>
    fetch(`${url}/ping`).then(
      (answer) => answer.status === 204,
      () => false,
    ),
  )
  return { process, url }
}

const ADMIN = { user: 'keeper', password: 'keeps-it' }
const GRAFANA = { user: 'grafana', password: 'choose-one' }
const Answer = z.object({
  results: z.array(
    z.object({
      error: z.string().optional(),
      series: z.array(z.object({ values: z.array(z.array(z.unknown())) })).optional(),
    }),
  ),
})

let folder: TestFolder
let server: { process: StartedProcess; url: string }

async function ask(q: string, as: typeof ADMIN | null = GRAFANA) {
  const body = new URLSearchParams({ q, db: 'pits' })
  const headers: Record<string, string> =
    as === null ? {} : { authorization: `Basic ${Buffer.from(`${as.user}:${as.password}`).toString('base64')}` }
  const answer = await fetch(`${server.url}/query`, { method: 'POST', body, headers })
  return { status: answer.status, json: (await answer.json()) as unknown }
}

async function rowsOf(query: string): Promise<number> {
  const { json } = await ask(asSent(query))
  const [result] = Answer.parse(json).results
  if (result?.error !== undefined) throw new Error(result.error)
  // Rows that hold something beside their time.
  const rows = (result?.series ?? []).flatMap(({ values }) => values)
  return rows.filter((row) => row.slice(1).some((value) => value !== null)).length
}

beforeAll(async () => {
  folder = await testFolder()
  server = await startGuarded(folder)
  await ask(`CREATE USER "${ADMIN.user}" WITH PASSWORD '${ADMIN.password}' WITH ALL PRIVILEGES`, null)
  const log = quietLog()
  const access = { url: server.url, database: 'pits', api: null, gzip: true, ...ADMIN }
  const store = openInfluxHistory(access, { group: 'county', folder: folder.path, clock: systemClock, log })
  const seconds = Array.from({ length: 600 }, (_, index) => index)
  const never = new AbortController().signal
  for (const [index, site] of ['east-pit', 'north-flat'].entries()) {
    const stream = `s000000${index}`
    const part = (point: string) => ({ site, point, stream, from: START })
    await store.write(
      [
        batchOf(
          1,
          seconds.map((second) => (second % 50 === 49 ? null : 900 + second)),
          part('active-power'),
        ),
        batchOf(
          601,
          seconds.map((second) => second / 100),
          { ...part('water'), quantity: 'level' },
        ),
        batchOf(
          1_201,
          seconds.map((second) => second / 1_000),
          { ...part('methane'), quantity: 'gas' },
        ),
        batchOf(
          1_801,
          seconds.map((second) => second > 300),
          { ...part('door'), quantity: 'contact' },
        ),
      ],
      never,
    )
  }
  await store.close()
  // The statements of the document, as they stand there.
  const [, statements = ''] = /```sql\n(.*?)```/s.exec(doc) ?? []
  for (const statement of statements.trim().split('\n')) {
    const { json } = await ask(statement, ADMIN)
    expect(Answer.parse(json).results[0]?.error).toBe(undefined)
  }
}, 60_000)
afterAll(async () => {
  await server.process.stop()
  await folder[Symbol.asyncDispose]()
})

describe('the example dashboard for Grafana', () => {
  it.each(queries)('has rows for %s, for a user that may only read', async (_, query) => {
    expect(asSent(query)).not.toMatch(/\$\w/)
    expect(await rowsOf(query)).toBeGreaterThan(0)
  })

  it.each(variables)('fills its variable %s', async (_, query) => {
    expect(await rowsOf(query)).toBeGreaterThan(0)
  })

  it('reads good values alone, and counts the others', async () => {
    const power = dashboard.panels.find(({ title }) => title === 'Power')?.targets[0]?.query ?? ''
    const { json } = await ask(asSent(power))
    const first = Answer.parse(json).results[0]?.series?.[0]?.values[0]
    // The first interval has the seconds up to the next whole minute; the one without a value lies in a later one.
    const seconds = 60 - (START % 60_000) / 1_000
    expect(first?.[1]).toBeCloseTo(900 + (seconds - 1) / 2, 6)
    const bad =
      dashboard.panels.find(({ title }) => title.startsWith('Readings that were not good'))?.targets[0]?.query ?? ''
    const counts = Answer.parse((await ask(asSent(bad))).json).results[0]?.series?.[0]?.values ?? []
    expect(counts.reduce((sum, [, count]) => sum + Number(count ?? 0), 0)).toBe(12)
  })

  it('cannot write with that user', async () => {
    const headers = { authorization: `Basic ${Buffer.from(`${GRAFANA.user}:${GRAFANA.password}`).toString('base64')}` }
    const answer = await fetch(`${server.url}/write?db=pits`, { method: 'POST', body: 'power value=1', headers })
    expect(answer.status).toBe(403)
    expect((await ask('DROP DATABASE "pits"')).status).toBe(403)
    expect((await ask('SELECT * FROM "power" LIMIT 1', null)).status).toBe(401)
  })

  it('asks for measurements there are, in panels that stand beside one another', () => {
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length)
    for (const [, query] of [...queries, ...variables]) {
      const [, measurement = ''] = /FROM "(\w+)"/.exec(query) ?? []
      expect(Object.keys(QUANTITIES)).toContain(measurement)
    }
    for (const [index, { gridPos: a }] of dashboard.panels.entries()) {
      expect(a.x + a.w).toBeLessThanOrEqual(24)
      for (const { gridPos: b } of dashboard.panels.slice(index + 1)) {
        expect(a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y).toBe(true)
      }
    }
  })
})

describe('the document of the schema', () => {
  it('lists every measurement with its field and its unit', () => {
    for (const [quantity, { unit, kind }] of Object.entries(QUANTITIES)) {
      const field = kind === 'boolean' ? 'state' : 'value'
      expect(doc).toMatch(new RegExp(`\\| \`${quantity}\` +\\| \`${field}\` +\\| \`${unit}\` +\\|`))
    }
  })
})
