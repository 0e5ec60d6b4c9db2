import { setTimeout as sleep } from 'node:timers/promises'
import { Bus, BusDevice } from '../../core/contract/site.ts'
import { modbusDriver } from '../../gateway/drivers/modbus/driver.ts'
import { openBus } from '../../gateway/link/bus.ts'
import type { Memory } from '../../gateway/memory.ts'
import { systemClock } from '../../platform/clock.ts'
import { percentile } from '../bench.ts'
import type { DeviceMap } from './maps.ts'
import type { Ask, Line } from './optimum.ts'
import { type Overheads, Stopwatch } from './stopwatch.ts'

const quiet = { error: () => undefined, warn: () => undefined, info: () => undefined, debug: () => undefined }
export const quietLog = { ...quiet, child: () => quietLog }
export const noMemory: Memory = { recall: () => null, keep: () => undefined }

/** What our driver came to on a line. */
export interface Ours {
  readonly pointsPerSecond: number
  /** From one batch to the next. */
  readonly medianRoundMs: number
  /** The reads of its plan. */
  readonly plan: readonly Ask[]
  /** Until all points were good, and all was learned. */
  readonly learningMs: number
  readonly learningExchanges: number
  readonly overheads: Overheads
}

export interface Round {
  readonly path: string
  readonly map: DeviceMap
  readonly line: Line
  /** How long is measured at least, in ms. */
  readonly forMs: number
}

/** Rounds that must look the same before the driver is taken to have learned what there is, and how long at least. */
const STEADY_ROUNDS = 4
const STEADY_MS = 1_500

/** Reads all points of the map as often as the line allows, with the gateway's own driver. */
export async function measureOurs({ path, map, line, forMs }: Round): Promise<Ours> {
  const { profile, task } = map
  const watch = new Stopwatch(line)
  const asked: Ask[] = []
  const config = Bus.parse({ id: 'wire', kind: 'rtu', path, baud: line.baud, stopBits: 2, timeout: '1s' })
  const bus = openBus(config, {
    clock: systemClock,
    log: quietLog,
    tap: (event) => {
      watch.see(event)
      if (event.kind === 'out' && event.bytes !== undefined) asked.push(askOf(event.bytes))
    },
  })
  const device = BusDevice.parse({
    id: 'device',
    profile: profile.profile,
    bus: 'wire',
    unit: 1,
    every: '1ms',
    polls: Object.fromEntries(profile.points.map(({ point }) => [point, 'fast'])),
  })
  const wanted = new Set(profile.points.map(({ point }) => point))
  const over = new AbortController()
  const driver = modbusDriver({ device, profile, bus, clock: systemClock, log: quietLog, memory: noMemory })
  const startedAt = performance.now()
  let steady: Steady = { plan: [], rounds: 0, since: startedAt, exchanges: 0 }
  let from: number | null = null
  let last = 0
  let good = 0
  const rounds: number[] = []
  try {
    for await (const { readings } of driver.batches(over.signal)) {
      const now = performance.now()
      const goodNow = readings.filter(({ point, quality }) => wanted.has(point) && quality === 'good').length
      const plan = asked.splice(0)
      if (from === null) {
        const isSame = goodNow === task.points.length && JSON.stringify(plan) === JSON.stringify(steady.plan)
        steady = isSame
          ? { ...steady, rounds: steady.rounds + 1 }
          : { plan, rounds: 1, since: now, exchanges: bus.counters().exchanges }
        if (steady.rounds < STEADY_ROUNDS || now - steady.since < STEADY_MS) continue
        from = now
        watch.start()
      } else {
        good += goodNow
        rounds.push(now - last)
      }
      last = now
      if (now - from >= forMs) break
    }
  } finally {
    over.abort()
    bus.close()
    // The port is let go of in the background.
    await sleep(50)
  }
  return {
    pointsPerSecond: (good * 1_000) / (last - (from ?? NaN)),
    medianRoundMs: percentile(rounds, 0.5),
    plan: steady.plan,
    learningMs: steady.since - startedAt,
    learningExchanges: steady.exchanges,
    overheads: watch.overheads(),
  }
}

/** Since when rounds have looked the same. */
interface Steady {
  readonly plan: readonly Ask[]
  readonly rounds: number
  readonly since: number
  readonly exchanges: number
}

/** What a request of a read asks for. */
function askOf(frame: Uint8Array): Ask {
  const view = new DataView(frame.buffer, frame.byteOffset)
  return { address: view.getUint16(2), quantity: view.getUint16(4) }
}
