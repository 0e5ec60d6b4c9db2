import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Certificate } from '../core/contract/chain.ts'
import { type Desk, signIn, startControl, writeControlConfig } from '../test/support/county.ts'
import { openPhone } from '../test/support/phone.ts'
import { freePort, testFolder } from '../test/support/processes.ts'
import { startMosquitto } from '../test/support/servers.ts'
import { until } from '../test/support/until.ts'
import { type Bench, percentile, rounded } from './bench.ts'
import type { FleetTally } from './fleet/gateways.ts'
import { PERIOD_MS, POINTS } from './fleet/site.ts'
import { openWatchers } from './fleet/watch.ts'
import { processorSeconds, residentMB } from './tags/process.ts'

const FULL = { gateways: 1_000, seconds: 120, watchers: 20, rangeMs: 60_000 }
const QUICK = { gateways: 100, seconds: 30, watchers: 10, rangeMs: 15_000 }

/**
 * A county's fleet on one machine: simulated gateways, each with an MQTT connection of its own that says births, live data and hash-chained
 * ranges, into the real control room with its embedded history behind Debian's Mosquitto. Browsers watch some of the sites. At the end
 * the certificate of every site must name every reading.
 */
export const bench: Bench = {
  name: 'fleet',
  about:
    '1,000 simulated gateways × 30 points at 5 s into one control room: processor, memory, lateness, nothing lost.',
  aim: [
    { figure: 'lost', atMost: 0 },
    { figure: 'rejected', atMost: 0 },
    { figure: 'cores', atMost: 1 },
    { figure: 'rssMB', atMost: 700 },
    { figure: 'liveP99Ms', atMost: 1_000 },
    { figure: 'receiptP99Ms', atMost: 2_000 },
  ],
  run: async ({ quick }) => {
    const { gateways, seconds, watchers, rangeMs } = quick ? QUICK : FULL
    await using folder = await testFolder()
    await using broker = await startMosquitto()
    await using phone = await openPhone()
    const control = await writeControlConfig({
      ...{ folder: folder.path, httpPort: await freePort(), broker: { url: broker.url }, phones: [phone.url] },
    })
    await using room = await startControl(control)
    const desk = await signIn(room.facts.url, room.facts.administratorPassword ?? '')
    await using fleet = startFleet([broker.url, String(gateways), String(rangeMs)])
    await until(
      'all gateways to be born',
      async () => (await fleet.ask<{ born: number }>('state')).born === gateways,
      60_000,
    )
    using feeds = await openWatchers(room.facts.url, desk, { watchers, gateways })
    await fleet.ask('begin')
    // Two periods to settle in.
    await sleep(2 * PERIOD_MS)
    feeds.take()

    const pids = [room.pid, broker.process.pid, fleet.pid]
    const spentBy = () => Promise.all(pids.map(processorSeconds))
    const [before, startedAt] = [await spentBy(), performance.now()]
    let rssMB = 0
    for (let second = 0; second < seconds; second += 1) {
      await sleep(1_000)
      rssMB = Math.max(rssMB, await residentMB(room.pid))
    }
    const passed = (performance.now() - startedAt) / 1_000
    const after = await spentBy()
    const lateness = feeds.take()
    const [cores, brokerCores, fleetCores] = after.map((spent, at) => rounded((spent - (before[at] ?? 0)) / passed, 3))
    const tally = await fleet.ask<FleetTally>('end')
    const proved = await readingsProved(desk, tally)
    const sent = tally.gateways.reduce((sum, one) => sum + one.sent, 0)
    return {
      gateways,
      seconds,
      readings: sent,
      readingsPerSecond: rounded((gateways * POINTS * 1_000) / PERIOD_MS, 0),
      lost: sent - proved,
      rejected: tally.gateways.reduce((sum, one) => sum + one.rejected, 0),
      waiting: tally.waiting,
      cores: cores ?? NaN,
      rssMB: rounded(rssMB),
      liveP50Ms: percentile(lateness, 0.5),
      liveP99Ms: percentile(lateness, 0.99),
      liveReadings: lateness.length,
      receiptP50Ms: tally.receiptP50Ms,
      receiptP99Ms: tally.receiptP99Ms,
      receiptMaxMs: tally.receiptMaxMs,
      brokerCores: brokerCores ?? NaN,
      fleetCores: fleetCores ?? NaN,
    }
  },
}

/** Readings that the certificates of all sites name, those beyond what was sent not counted. */
async function readingsProved(desk: Desk, { gateways }: FleetTally): Promise<number> {
  let proved = 0
  for (const { site, sent, from, to } of gateways) {
    const path = `/api/sites/${site}/certificate?from=${from}&to=${to + 1}`
    const certificate = Certificate.parse(await desk.get(path))
    proved += certificate.missing === 0 ? Math.min(sent, certificate.readings) : 0
  }
  return proved
}

interface Fleet extends AsyncDisposable {
  readonly pid: number
  ask<T>(kind: 'state' | 'begin' | 'end'): Promise<T>
}

function startFleet(args: readonly string[]): Fleet {
  const child = fork(fileURLToPath(new URL('fleet/gateways.ts', import.meta.url)), args)
  const gone = once(child, 'exit')
  return {
    pid: child.pid ?? 0,
    ask: async <T>(kind: 'state' | 'begin' | 'end') => {
      const answer = once(child, 'message') as Promise<[T]>
      child.send({ kind })
      return (await answer)[0]
    },
    [Symbol.asyncDispose]: async () => {
      child.kill()
      await gone
    },
  }
}
