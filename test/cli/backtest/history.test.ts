import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openHistorySource } from '../../../cli/backtest/history-source.ts'
import type { RehearsedSite } from '../../../dashboard/server/rules/rehearsed-site.ts'
import { storedRecording, type WantedPoint } from '../../../dashboard/server/rules/stored-recording.ts'
import { SAMPLE_KINDS, SAMPLE_QUALITIES } from '../../../core/rules/sample-columns.ts'
import { planOf } from '../../../core/rules/plan.ts'
import { openEmbeddedHistory } from '../../../dashboard/server/history/embedded.ts'
import { openInfluxHistory } from '../../../dashboard/server/history/influx.ts'
import type { HistoryStore } from '../../../dashboard/server/history/store.ts'
import { systemClock } from '../../../platform/clock.ts'
import { batchOf, START } from '../../dashboard/server/history/batches.ts'
import { type Influxd, startInfluxd } from '../../dashboard/server/history/influxd.ts'
import { testFolder } from '../../support/processes.ts'
import { quietLog } from '../../support/quiet-log.ts'
import { smallRoster } from '../../support/roster.ts'
import { startVictoria, type StartedVictoria } from '../../support/servers.ts'

const never = new AbortController().signal
const SITE: RehearsedSite = { path: 'site.yaml', plan: planOf('east-pit', []), points: new Map(), calendarFault: null }
const POINTS: readonly WantedPoint[] = [
  { ref: 'feeder/active-power', number: 0, quantity: 'power' },
  { ref: 'pump/running', number: 1, quantity: 'running' },
]

let influxd: Influxd
let victoria: StartedVictoria
beforeAll(async () => {
  ;[influxd, victoria] = await Promise.all([startInfluxd(), startVictoria()])
})
afterAll(async () => {
  await influxd[Symbol.asyncDispose]()
  await victoria[Symbol.asyncDispose]()
})

/** What a control room has stored in `folder`, where its configuration names `server`. */
async function filled(folder: string, server: string | null, flush: () => Promise<void>): Promise<void> {
  const store = join(folder, 'control')
  await mkdir(store, { recursive: true })
  const access = { url: server ?? '', database: 'pits', api: null, gzip: true }
  const history: HistoryStore =
    server === null
      ? await openEmbeddedHistory(store)
      : openInfluxHistory(access, { group: 'county', folder: store, clock: systemClock, log: quietLog() })
  await writeFile(join(store, 'control.sqlite'), '')
  const kind = server === null ? 'embedded' : `influxdb, url: '${server}', database: pits`
  const duty = stringify(smallRoster([{ id: 'officer', url: 'http://127.0.0.1:1/' }]))
  await writeFile(join(folder, 'control.yaml'), `group: county\nstore: control\nhistory: { kind: ${kind} }\n${duty}\n`)
  try {
    // More than one chunk, and a rest that is in none.
    const values = Array.from({ length: 1_700 }, (_, n) => (n === 3 ? null : n))
    for (let n = 0; n < values.length; n += 100) await history.write([batchOf(n + 1, values.slice(n, n + 100))], never)
    await history.write(
      [batchOf(1, [true, false], { device: 'pump', point: 'running', quantity: 'running', stream: 's0000001' })],
      never,
    )
    await flush()
  } finally {
    await history.close()
  }
}

async function read(folder: string, span: { from: number; to: number }) {
  const source = openHistorySource(folder, SITE, quietLog())
  const rows: unknown[][] = []
  try {
    for await (const { columns } of storedRecording(source, POINTS, span).columns(never)) {
      for (let row = 0; row < columns.length; row++) {
        const flag = columns.flag[row]!
        const [kind, quality] = [SAMPLE_KINDS[flag & 3], SAMPLE_QUALITIES[flag >> 2]]
        rows.push([columns.point[row], (columns.at[row]! - START) / 1_000, columns.value[row], kind, quality])
      }
    }
  } finally {
    source.close()
  }
  return rows
}

describe('history that is rehearsed', () => {
  const kinds: Readonly<Record<string, { url: () => string | null; flush: () => Promise<void> }>> = {
    embedded: { url: () => null, flush: () => Promise.resolve() },
    'InfluxDB 1.6': { url: () => influxd.url, flush: () => Promise.resolve() },
    VictoriaMetrics: { url: () => victoria.url, flush: () => victoria.flush() },
  }

  it.each(Object.entries(kinds))(
    'is what was stored, point by point in the order of time: %s',
    async (_, { url, flush }) => {
      await using folder = await testFolder()
      await filled(folder.path, url(), flush)
      const rows = await read(folder.path, { from: START, to: START + 10_000_000 })
      expect(rows.slice(0, 6)).toEqual([
        [0, 1, 0, 'number', 'good'],
        [1, 1, 1, 'state', 'good'],
        [0, 2, 1, 'number', 'good'],
        [1, 2, 0, 'state', 'good'],
        [0, 3, 2, 'number', 'good'],
        [0, 4, NaN, 'none', 'bad'],
      ])
      expect(rows).toHaveLength(1_702)
      expect(rows.at(-1)).toEqual([0, 1_700, 1_699, 'number', 'good'])
      const part = await read(folder.path, { from: START + 500_000, to: START + 503_000 })
      expect(part.map(([, s]) => s)).toEqual([500, 501, 502])
    },
  )
})
