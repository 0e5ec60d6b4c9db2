import { fileURLToPath } from 'node:url'
import { type Dlt645Profile, DeviceProfile } from '../../../../core/contract/device-profile.ts'
import { BusDevice } from '../../../../core/contract/site.ts'
import { HouseError } from '../../../../core/kit/errors.ts'
import type { Asking, FieldBus } from '../../../../gateway/link/field-bus.ts'
import { newTally } from '../../../../gateway/link/line.ts'
import type { Memory } from '../../../../gateway/memory.ts'
import { dlt645Driver } from '../../../../gateway/drivers/dlt645/driver.ts'
import type { ReaderOptions } from '../../../../gateway/drivers/dlt645/reader.ts'
import type { PolledDriver } from '../../../../gateway/device/polled-driver.ts'
import type { Batch } from '../../../../gateway/driver.ts'
import { loadYaml } from '../../../../platform/config.ts'
import { type Dlt645MeterOptions, type Dlt645Station, dlt645Station } from '../../../../sim/dlt645/meter.ts'
import type { PointValues } from '../../../../sim/modbus/image.ts'
import { type HandClock, handClock } from '../../../support/hand-clock.ts'
import { type QuietLog, quietLog } from '../../../support/quiet-log.ts'

export const ADDRESS = '202501140001'
export const TIMEOUT_MS = 1_000

export function shipped(name: string): Dlt645Profile {
  const path = fileURLToPath(new URL(`../../../../devices/generic/${name}.yaml`, import.meta.url))
  const profile = loadYaml(path, DeviceProfile)
  if (profile.driver !== 'dlt645') throw new TypeError(name)
  return profile
}

/** What happens on the line of a test; everything may be changed while it runs. */
export interface Line {
  stations: Dlt645Station[]
  /** The line itself is away. */
  isDown: boolean
  mayProbe: boolean
  /** How often the line has come back. */
  reconnects: number
  /** How long an exchange takes, on the test's clock. */
  exchangeMs: number
  /** What becomes of a reply on its way. */
  damage: (reply: Uint8Array, count: number) => Uint8Array
  /** Every question so far, as the item asked for, or `address`. */
  readonly asked: { readonly item: string; readonly purpose: Asking['purpose'] }[]
}

/** A bus of bytes with simulated meters on it; what is not answered costs a timeout. */
export function testBus(line: Line, clock: HandClock): ReaderOptions['bus'] {
  const timeout = () => new HouseError('link/timeout', 'no answer')
  const ask: FieldBus['ask'] = async (question, asking) => {
    await Promise.resolve()
    if (line.isDown) throw new HouseError('link/down', 'the line is away')
    line.asked.push({ item: itemIn(question.frame), purpose: asking.purpose })
    const replies = line.stations.flatMap((station) => station.answer(question.frame) ?? [])
    if (replies.length !== 1) {
      await clock.advance(TIMEOUT_MS)
      throw timeout()
    }
    await clock.advance(line.exchangeMs)
    const found = question.find(line.damage(replies[0]!, line.asked.length))
    if (found === null) throw new HouseError('modbus/malformed', 'bytes came, but no answer')
    return found.answer
  }
  return {
    id: 'line',
    timeoutMs: TIMEOUT_MS,
    ask,
    mayProbe: () => line.mayProbe,
    station: () => ({ latencyMs: null, timeoutMs: TIMEOUT_MS }),
    recall: () => undefined,
    counters: () => ({ id: 'line', state: line.isDown ? 'down' : 'up', ...newTally(), reconnects: line.reconnects }),
  }
}

export function testMemory(): Memory {
  const kept = new Map<string, string>()
  return {
    recall: (key) => JSON.parse(kept.get(key) ?? 'null') as unknown,
    keep: (key, value) => void kept.set(key, JSON.stringify(value)),
  }
}

export interface World {
  readonly line: Line
  readonly clock: HandClock
  readonly log: QuietLog
  readonly memory: Memory
  readonly driver: PolledDriver
  /** What the meter shows. */
  readonly shows: Record<string, number | null>
  /** How far the meter's clock is ahead, in ms. */
  meterAheadMs: number
  /** The next batch, after `ms` of the clock's time. */
  readonly next: (ms?: number) => Promise<Batch>
  /** Whether the next round, `ms` on, publishes nothing. */
  readonly quiet: (ms: number) => Promise<boolean>
}

export interface WorldOptions {
  readonly profile?: string | Dlt645Profile
  readonly device?: object
  readonly meter?: Partial<Dlt645MeterOptions>
  readonly memory?: Memory
  readonly clock?: HandClock
  readonly isAlone?: boolean
  readonly meterAheadMs?: number
}

/** A meter on a line, and the driver that reads it. */
export function world(options: WorldOptions = {}): World {
  const { clock = handClock(), memory = testMemory() } = options
  const profile =
    typeof options.profile === 'object' ? options.profile : shipped(options.profile ?? 'dlt645-three-phase')
  const shows: Record<string, number | null> = { ...VALUES }
  const state = { meterAheadMs: options.meterAheadMs ?? 0 }
  const values = (): PointValues => shows
  const meterClock = () => clock.now() + state.meterAheadMs
  const station = dlt645Station({ address: ADDRESS, profile, values, clock: meterClock, ...options.meter })
  const line: Line = {
    stations: [station],
    isDown: false,
    reconnects: 0,
    mayProbe: true,
    exchangeMs: 0,
    damage: (reply) => reply,
    asked: [],
  }
  const device = BusDevice.parse({
    id: 'meter',
    profile: profile.profile,
    bus: 'line',
    address: ADDRESS,
    ...options.device,
  })
  const log = quietLog()
  const isAlone = options.isAlone ?? false
  const bus = testBus(line, clock)
  const driver = dlt645Driver({ device, profile, bus, clock, wire: clock, log, memory, isAlone })
  const batches = driver.batches(new AbortController().signal)[Symbol.asyncIterator]()
  const waiting: { result: Promise<unknown> | null; came: Batch | null } = { result: null, came: null }
  const came = () => waiting.came
  /** Lets the driver work until it has a batch, moving the clock by a period at most `most` times. */
  const step = async (ms: number, most: number): Promise<Batch | null> => {
    waiting.came = null
    waiting.result ??= batches.next().then(({ value }) => (waiting.came = value as Batch))
    await settled()
    for (let moves = 0; came() === null && moves <= most; moves += 1) {
      await clock.advance(moves === 0 ? ms : device.every)
      await settled()
    }
    const batch = came()
    if (batch !== null) waiting.result = null
    return batch
  }
  return {
    line,
    clock,
    log,
    memory,
    driver,
    shows,
    get meterAheadMs() {
      return state.meterAheadMs
    },
    set meterAheadMs(ms) {
      state.meterAheadMs = ms
    },
    next: async (ms = 0) => {
      const batch = await step(ms, 200)
      if (batch === null) throw new Error('expected a batch, came none')
      return batch
    },
    quiet: async (ms) => (await step(ms, 0)) === null,
  }
}

/** The values of a batch by point, or why there is none. */
export function valuesOf(batch: Batch): Record<string, unknown> {
  return Object.fromEntries(batch.readings.map(({ point, value, reason }) => [point, reason ?? value]))
}

export const VALUES = {
  'voltage-l1': 231.5,
  'voltage-l2': 230.8,
  'voltage-l3': 229.9,
  voltage: 231.5,
  current: 4.999,
  'current-l1': 43.211,
  'active-power': -1251.2,
  'active-power-l1': 9500.4,
  'power-factor': 0.501,
  frequency: 50.02,
  'energy-import': 1234.56,
  'meter-cover-openings': 3,
  'ct-ratio': 40,
}

/** The frame in which the meter refuses to read; `error` is its error word. */
export function refusal(error: number): Uint8Array {
  const address = ADDRESS.match(/../g)!.map((digits) => Number.parseInt(digits, 16))
  const frame = [0x68, ...address.reverse(), 0x68, 0xd1, 1, error + 0x33]
  return Uint8Array.from([...frame, frame.reduce((sum, byte) => sum + byte, 0) & 0xff, 0x16])
}

async function settled(): Promise<void> {
  for (let turns = 0; turns < 60; turns += 1) await new Promise((settle) => setImmediate(settle))
}

function itemIn(frame: Uint8Array): string {
  const start = frame.indexOf(0x68)
  if (frame[start + 8] === 0x13) return 'address'
  const item = frame.slice(start + 10, start + 14).map((byte) => byte - 0x33)
  const text = Array.from(item.reverse(), (byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join('')
  return frame[start + 8] === 0x12 ? `${text} next` : text
}
