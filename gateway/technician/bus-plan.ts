import { type Dlt645Point, type ModbusPoint, PollClass } from '../../core/contract/device-profile.ts'
import type { Bus, BusDevice } from '../../core/contract/site.ts'
import { type BusProfile, periodsOf, polledPoints } from '../../core/decode/device-points.ts'
import { FRAME_BYTES, ITEM_BYTES } from '../../core/decode/dlt645.ts'
import { dlt645PointsOf, placeIn } from '../../core/decode/dlt645-points.ts'
import { frameSilenceMs, wireTimeMs } from '../../core/decode/modbus-rtu.ts'
import { planItems } from '../drivers/dlt645/plan.ts'
import { transactionMs } from '../drivers/modbus/bus-time.ts'
import { planReads } from '../drivers/modbus/plan.ts'
import type { LineTiming } from '../link/field-bus.ts'

/** A device with its profile. */
export interface PlannedDevice {
  readonly device: BusDevice
  readonly profile: BusProfile
}

/** How old a point's value gets before the next one is there, at worst, in ms. */
export interface PointAge {
  readonly device: string
  readonly point: string
  readonly poll: PollClass
  readonly periodMs: number
  readonly worstAgeMs: number
}

/** What polling its devices as the site asks comes to on one bus. */
export interface BusPlan {
  readonly bus: string
  /** Share of the bus's time; above 1 it cannot be done. */
  readonly utilisation: number
  /** Requests of a round in which every point is read. */
  readonly requestsPerRound: number
  readonly devices: readonly {
    readonly device: string
    readonly utilisation: number
    readonly requests: number
    readonly roundMs: number
  }[]
  readonly points: readonly PointAge[]
  /** Shortest `every` all devices could have alike with a third of the bus left free, in ms; null = none up to an hour. */
  readonly fastestEveryMs: number | null
  /** Longest time until a command has been written and read back, in whole ms, rounded up. */
  readonly worstCommandMs: number
}

/** How long a device is taken to think as long as nothing has been learned of it, in ms. */
export const ASSUMED_LATENCY_MS = 20
/** Above this a bus has no room for repeats, probes and commands. */
export const BUSY_SHARE = 0.7

const SLOWEST_MS = 3_600_000
/** Preamble, frame, item: what a meter is asked with, in bytes. */
const ASK_BYTES = 4 + FRAME_BYTES + ITEM_BYTES
/** What it answers with beside the data. */
const SAY_BYTES = 4 + FRAME_BYTES + ITEM_BYTES
/** Bytes of a meter's date with weekday, and of its time. */
const CLOCK_BYTES = [4, 3]
/** A write with its echo, as the read that is just longer. */
const WRITE = { table: 'holding-register', quantity: 2 } as const
const READ_BACK = { table: 'holding-register', quantity: 1 } as const

/** Works out what the polling of `devices`, all on `bus`, takes of its time. Pure; assumes `latencyMs` of every device. */
export function planBus(
  bus: Bus,
  devices: readonly PlannedDevice[],
  { latencyMs = ASSUMED_LATENCY_MS }: { readonly latencyMs?: number } = {},
): BusPlan {
  const timing = bus.kind === 'tcp' ? null : { baud: bus.baud }
  const loads = devices.map((one) => loadOf(one, timing, latencyMs))
  const utilisation = loads.reduce((sum, load) => sum + shareOf(load, load.device), 0)
  return {
    bus: bus.id,
    utilisation,
    requestsPerRound: loads.reduce((sum, { transactions }) => sum + transactions.length, 0),
    devices: loads.map((load) => ({
      device: load.device.id,
      utilisation: shareOf(load, load.device),
      requests: load.transactions.length,
      roundMs: roundOf(load),
    })),
    points: loads.flatMap((load) => agesOf(load, loads, utilisation)),
    fastestEveryMs: fastestOf(loads),
    worstCommandMs: Math.ceil(
      Math.max(0, ...loads.flatMap(({ transactions }) => transactions)) +
        transactionMs(WRITE, timing, latencyMs) +
        transactionMs(READ_BACK, timing, latencyMs),
    ),
  }
}

/** What one device asks of its bus. */
interface Load {
  readonly device: BusDevice
  readonly points: readonly { readonly point: string; readonly poll: PollClass }[]
  /** Each exchange of a round in which everything is read, in ms. */
  readonly transactions: readonly number[]
  /** What each class adds to a round that has the quicker ones already, in ms. */
  readonly added: Readonly<Record<PollClass, number>>
  /** Shortest time such a round can take because the device needs rest between requests, in ms. */
  readonly leastRoundMs: number
}

function loadOf({ device, profile }: PlannedDevice, timing: LineTiming | null, latencyMs: number): Load {
  const points =
    profile.driver === 'modbus'
      ? polledPoints(device, profile)
      : dlt645PointsOf(device, profile).map((point) => ({ ...point, poll: device.polls[point.point] ?? point.poll }))
  const exchanges = (classes: readonly PollClass[]): readonly number[] => {
    const due = points.filter(({ poll }) => classes.includes(poll))
    if (profile.driver === 'dlt645')
      return itemsOf(due.filter(isMeterPoint)).map((bytes) => meterMs(bytes, timing, latencyMs))
    const { maxRegisters } = profile
    const reads = planReads(due.filter(isModbusPoint), { maxRegisters, timing, latencyMs })
    return reads.map(({ request }) => transactionMs(request, timing, latencyMs))
  }
  const upTo = PollClass.options.map((_, index) => sum(exchanges(PollClass.options.slice(0, index + 1))))
  const [fast = 0, slow = 0, rare = 0] = upTo
  const transactions = exchanges(PollClass.options)
  const restMs = profile.driver === 'modbus' ? profile.restMs : 0
  return {
    device,
    points,
    transactions,
    added: { fast, slow: Math.max(0, slow - fast), rare: Math.max(0, rare - slow) },
    leastRoundMs: sum(transactions) + restMs * transactions.length,
  }
}

function isModbusPoint(point: ModbusPoint | Dlt645Point): point is ModbusPoint {
  return 'table' in point
}

function isMeterPoint(point: ModbusPoint | Dlt645Point): point is Dlt645Point {
  return 'item' in point
}

/** Data bytes of each item that is asked for. What is worked out from the meter's clock takes its date and its time. */
function itemsOf(points: readonly Dlt645Point[]): readonly number[] {
  const read = points.filter(({ derive }) => derive === undefined)
  const items = planItems(read, () => false).map(({ item, points: here, bytes }) => {
    return bytes ?? Math.max(...here.map((point) => (placeIn(item, point)?.offset ?? 0) + point.bytes))
  })
  return read.length < points.length ? [...items, ...CLOCK_BYTES] : items
}

function meterMs(bytes: number, timing: LineTiming | null, latencyMs: number): number {
  if (timing === null) return latencyMs
  return wireTimeMs(ASK_BYTES + SAY_BYTES + bytes, timing.baud) + 2 * frameSilenceMs(timing.baud) + latencyMs
}

function shareOf({ added }: Load, device: BusDevice): number {
  const periods = periodsOf(device)
  return PollClass.options.reduce((share, poll) => share + added[poll] / periods[poll], 0)
}

function roundOf({ transactions }: Load): number {
  return sum(transactions)
}

/**
 * A value is at worst as old as its period, plus what its device waits for the others (each has at most one round to be read,
 * and at most one exchange between two of ours), plus its own round. A slower class joins the nearest round of the quick one.
 */
function agesOf(load: Load, loads: readonly Load[], utilisation: number): PointAge[] {
  const periods = periodsOf(load.device)
  const others = loads.filter((other) => other !== load)
  const longest = sum(others.map(({ transactions }) => Math.max(0, ...transactions)))
  const waitMs = Math.min(sum(others.map(roundOf)), longest * load.transactions.length)
  return load.points.map(({ point, poll }) => {
    const joinMs = poll === 'fast' ? 0 : periods.fast / 2
    const periodMs = periods[poll]
    const worstAgeMs = periodMs * Math.max(1, utilisation) + joinMs + waitMs + load.leastRoundMs
    return { device: load.device.id, point, poll, periodMs, worstAgeMs }
  })
}

function fastestOf(loads: readonly Load[]): number | null {
  const fits = (every: number) =>
    loads.reduce((share, load) => share + shareOf(load, { ...load.device, every }), 0) <= BUSY_SHARE &&
    loads.every(({ leastRoundMs }) => leastRoundMs <= every)
  if (!fits(SLOWEST_MS)) return null
  let [tooFast, safe] = [0, SLOWEST_MS]
  while (safe - tooFast > 1) {
    const middle = Math.floor((tooFast + safe) / 2)
    if (fits(middle)) safe = middle
    else tooFast = middle
  }
  return Math.ceil(safe / 10) * 10
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
