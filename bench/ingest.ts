import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { startControl, writeControlConfig } from '../test/support/county.ts'
import { freePort, testFolder } from '../test/support/processes.ts'
import { startInflux, startMosquitto, startVictoria } from '../test/support/servers.ts'
import { until } from '../test/support/until.ts'
import { type Bench, type Figures, rounded } from './bench.ts'
import type { Order } from './ingest/feed.ts'
import { processorSeconds, type Helper, startHelper } from './tags/process.ts'

const FULL = { live: 3_000_000, ranges: 4_000_000, perSecond: 100_000 }
const QUICK = { live: 160_000, ranges: 400_000, perSecond: 80_000 }
type Size = typeof FULL

/**
 * The control room as people run it, between Debian's Mosquitto and where it keeps its history, fed by a stand-in for twenty gateways. Live
 * readings come in Sparkplug messages of fifty, QoS 0, at a steady pace; ranges come as after an outage, QoS 1, newest first, as fast as
 * they are receipted. A reading counts when the history has it durably: the figures are readings a second of processor time of the
 * control room (all its threads), which is what one core would carry. The peer gets the same readings live, with name and type beside each,
 * because its decoder gives no value without. `ratioToPeer` is that of ranges, the way on which nothing is lost; `liveRatioToPeer` that of
 * live messages, which keep the county's state as well.
 */
export const bench: Bench = {
  name: 'ingest',
  about:
    'Readings from MQTT to a durable history, a second and core, beside MQTT.js with the official InfluxDB client.',
  aim: [
    { figure: 'ratioToPeer', atLeast: 3 },
    { figure: 'rangesEmbeddedPerCore', atLeast: 150_000 },
    { figure: 'lost', atMost: 0 },
  ],
  run: async ({ quick }) => {
    const size = quick ? QUICK : FULL
    const live = async (sink: Sink) => told(`live to ${sink.name}`, await measured({ sink, size, kind: 'live' }))
    const ranges = async (sink: Sink) => told(`ranges to ${sink.name}`, await measured({ sink, size, kind: 'ranges' }))
    const peer = told('peer to VictoriaMetrics', await peerMeasured(size))
    const [victoria, embedded] = [await live(VICTORIA), await live(EMBEDDED)]
    const [rangesVictoria, rangesEmbedded, rangesInflux] = [
      await ranges(VICTORIA),
      await ranges(EMBEDDED),
      await ranges(INFLUX),
    ]
    return {
      ratioToPeer: rounded(rangesVictoria.perCore / peer.perCore, 2),
      liveRatioToPeer: rounded(victoria.perCore / peer.perCore, 2),
      peerPerCore: peer.perCore,
      rangesVictoriaPerCore: rangesVictoria.perCore,
      liveVictoriaPerCore: victoria.perCore,
      liveEmbeddedPerCore: embedded.perCore,
      rangesEmbeddedPerCore: rangesEmbedded.perCore,
      rangesEmbeddedPerS: rangesEmbedded.perSecond,
      rangesInfluxPerCore: rangesInflux.perCore,
      rangesInfluxPerS: rangesInflux.perSecond,
      lost: rangesVictoria.lost + rangesEmbedded.lost + rangesInflux.lost,
      // QoS 0: what a broker or a queue drops comes again in its range, where there is one.
      liveLost: victoria.lost + embedded.lost,
    } satisfies Figures
  },
}

interface Measured {
  readonly perCore: number
  readonly perSecond: number
  readonly lost: number
}

function told(what: string, figures: Measured): Measured {
  console.error(JSON.stringify({ what, ...figures }))
  return figures
}

/** Somewhere a history is kept, and how one sees how many readings it has. */
interface Sink {
  readonly name: string
  start(): Promise<StartedSink>
}

interface StartedSink extends AsyncDisposable {
  /** What control.yaml says of it; none = embedded. */
  readonly history?: { readonly url: string; readonly database: string }
  readings(folder: string): Promise<number>
}

const EMBEDDED: Sink = {
  name: 'embedded',
  start: () =>
    Promise.resolve({
      readings: (folder: string) => Promise.resolve(coveredIn(join(folder, 'control', 'history.sqlite'))),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    }),
}

const INFLUX: Sink = {
  name: 'InfluxDB',
  start: async () => {
    const server = await startInflux()
    return {
      history: { url: server.url, database: 'pits' },
      readings: async () => {
        const ask = new URLSearchParams({ db: 'pits', q: 'SELECT count(quality) FROM /.*/' }).toString()
        const { results } = (await (await fetch(`${server.url}/query?${ask}`)).json()) as Counted
        const series = results[0]?.series ?? []
        return series.reduce((sum, { values }) => sum + Number(values[0]?.[1] ?? 0), 0)
      },
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    }
  },
}

interface Counted {
  readonly results: readonly { readonly series?: readonly { readonly values: readonly (readonly unknown[])[] }[] }[]
}

const VICTORIA: Sink = {
  name: 'VictoriaMetrics',
  start: async () => {
    const server = await startVictoria()
    return {
      history: { url: server.url, database: 'pits' },
      readings: () => rowsOf(server.url),
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    }
  },
}

/** Readings VictoriaMetrics has taken: each is two of its rows, value and quality. */
async function rowsOf(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  return Number(/^vm_rows_inserted_total\{type="influx"\} (\d+)/m.exec(text)?.[1] ?? 0) / 2
}

function coveredIn(path: string): number {
  if (!existsSync(path)) return 0
  const db = new DatabaseSync(path, { readOnly: true })
  try {
    return Number(db.prepare('select coalesce(sum(to_seq - from_seq + 1), 0) as n from covered').get()?.n ?? 0)
  } finally {
    db.close()
  }
}

interface Round {
  readonly sink: Sink
  readonly size: Size
  readonly kind: 'live' | 'ranges'
}

async function measured({ sink, size, kind }: Round): Promise<Measured> {
  await using folder = await testFolder()
  await using broker = await startMosquitto()
  await using kept = await sink.start()
  const { history } = kept
  const options = {
    folder: folder.path,
    httpPort: await freePort(),
    broker: { url: broker.url },
    phones: ['http://127.0.0.1:9'],
  }
  await using control = await startControl(
    await writeControlConfig({ ...options, ...(history === undefined ? {} : { history }) }),
  )
  await using feed = startHelper('../ingest/feed.ts', [broker.url])
  await feed.ask()
  await feed.ask({ kind: 'births' } satisfies Order)
  await settled(feed)
  return await fed({ feed, pid: control.pid, size, kind, readings: () => kept.readings(folder.path) })
}

async function peerMeasured(size: Size): Promise<Measured> {
  await using broker = await startMosquitto()
  await using server = await startVictoria()
  await using peer = startHelper('../ingest/peer.ts', [broker.url, server.url])
  await peer.ask()
  await using feed = startHelper('../ingest/feed.ts', [broker.url])
  await feed.ask()
  await feed.ask({ kind: 'births' } satisfies Order)
  await settled(feed)
  return await fed({ feed, pid: peer.pid, size, kind: 'typed', readings: () => rowsOf(server.url) })
}

interface Feeding {
  readonly feed: Helper
  readonly pid: number
  readonly size: Size
  readonly kind: Order['kind'] & ('live' | 'typed' | 'ranges')
  readonly readings: () => Promise<number>
}

async function fed({ feed, pid, size, kind, readings }: Feeding): Promise<Measured> {
  const warm = size.live / 4
  if (kind === 'ranges') await feed.ask({ kind, readings: size.ranges } satisfies Order)
  else {
    const { sent } = await feed.ask<Sent>({ kind, readings: warm, perSecond: size.perSecond } satisfies Order)
    await atLeast(readings, sent)
  }
  const before = await readings()
  const spent = await processorSeconds(pid)
  const startedAt = performance.now()
  const order: Order = kind === 'ranges' ? { kind: 'go' } : { kind, readings: size.live, perSecond: size.perSecond }
  const { sent } = await feed.ask<Sent>(order)
  const took = (performance.now() - startedAt) / 1_000
  const came = (await atLeast(readings, before + sent)) - before
  const cpu = (await processorSeconds(pid)) - spent
  return { perCore: Math.round(came / cpu), perSecond: Math.round(came / took), lost: sent - came }
}

interface Sent {
  readonly sent: number
}

/** Waits for what is still under way; answers how many have come when that is all, or when no more is to be expected. */
async function atLeast(readings: () => Promise<number>, wanted: number): Promise<number> {
  await until('all readings to be kept', async () => (await readings()) >= wanted, 5_000).catch(() => undefined)
  return readings()
}

/** Births are known before anything refers to them. */
async function settled(feed: Helper): Promise<void> {
  await feed.ask({ kind: 'births' } satisfies Order)
  await new Promise((resolve) => setTimeout(resolve, 500))
}
