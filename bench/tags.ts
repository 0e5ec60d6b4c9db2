import { setTimeout as sleep } from 'node:timers/promises'
import { startGateway } from '../test/support/county.ts'
import { testFolder } from '../test/support/processes.ts'
import { startMosquitto } from '../test/support/servers.ts'
import { until } from '../test/support/until.ts'
import { type Bench, type Figures, rounded } from './bench.ts'
import { POINTS_PER_DEVICE, writePlant } from './tags/plant.ts'
import { processorSeconds, residentMB, startHelper } from './tags/process.ts'
import type { Seen } from './tags/room.ts'

const FULL = { sizes: [10_000, 50_000, 100_000], warmS: 10, seconds: 60 }
const QUICK = { sizes: [10_000, 50_000], warmS: 3, seconds: 6 }

/**
 * The gateway as it runs at a site, against simulated Modbus TCP devices of a thousand points each whose values all change every second,
 * through its store on disk and Debian's Mosquitto to a stand-in for the control room that receipts and checks every value.
 * `cores` is the gateway's processor time a second; the other processes' shares are told apart.
 */
export const bench: Bench = {
  name: 'tags',
  about: '10 k, 50 k and 100 k points a second over Modbus TCP, sent with quality and time to a local broker.',
  aim: [
    { figure: 'missed', atMost: 0 },
    { figure: 'wrong', atMost: 0 },
    // Three fifths of a machine with four.
    { figure: 'cores', atMost: 2.4 },
    { figure: 'rssMB', atMost: 350 },
  ],
  run: async ({ quick }) => {
    const { sizes, warmS, seconds } = quick ? QUICK : FULL
    const all: Figures[] = []
    for (const points of sizes) {
      const figures = await measured({ points, warmS, seconds })
      console.error(JSON.stringify(figures))
      all.push(figures)
    }
    const smaller = all.slice(0, -1).map((figures) => {
      const size = `At${(figures.points ?? 0) / 1_000}k`
      return Object.fromEntries(
        ['missed', 'wrong', 'cores', 'rssMB', 'p99LatenessMs'].map((key) => [key + size, figures[key] ?? NaN]),
      )
    })
    return Object.assign({}, ...smaller, all.at(-1), {
      missed: sumOf(all, 'missed'),
      wrong: sumOf(all, 'wrong'),
    }) as Figures
  },
}

interface Round {
  readonly points: number
  readonly warmS: number
  readonly seconds: number
}

async function measured({ points, warmS, seconds }: Round): Promise<Figures> {
  const devices = points / POINTS_PER_DEVICE
  await using folder = await testFolder()
  await using broker = await startMosquitto()
  await using simulator = startHelper('simulator.ts', [String(devices)])
  const { ports } = await simulator.ask<{ readonly ports: readonly number[] }>()
  await using room = startHelper('room.ts', [broker.url, String(devices)])
  const state = () => room.ask<{ readonly connected: boolean; readonly points: number }>({ kind: 'state' })
  await until('the stand-in to be connected', async () => (await state()).connected)
  await using gateway = await startGateway(await writePlant({ folder: folder.path, ports, brokerUrl: broker.url }))
  await until('every point to have come', async () => (await state()).points === points)
  await sleep(warmS * 1_000)

  const pids = [gateway.pid, simulator.pid, room.pid, broker.process.pid]
  const spentBy = () => Promise.all(pids.map(processorSeconds))
  const before = await spentBy()
  const startedAt = performance.now()
  await room.ask({ kind: 'begin' })
  let rssMB = 0
  for (let second = 0; second < seconds; second += 1) {
    await sleep(1_000)
    rssMB = Math.max(rssMB, await residentMB(gateway.pid))
  }
  const seen = await room.ask<Seen>({ kind: 'end' })
  const passed = (performance.now() - startedAt) / 1_000
  const after = await spentBy()
  const [cores, simulatorCores, roomCores, brokerCores] = after.map((spent, index) =>
    rounded((spent - (before[index] ?? 0)) / passed, 2),
  )
  return {
    points,
    seconds,
    ...seen,
    cores: cores ?? NaN,
    rssMB: rounded(rssMB),
    simulatorCores: simulatorCores ?? NaN,
    roomCores: roomCores ?? NaN,
    brokerCores: brokerCores ?? NaN,
  }
}

function sumOf(all: readonly Figures[], figure: string): number {
  return all.reduce((sum, figures) => sum + (figures[figure] ?? NaN), 0)
}
