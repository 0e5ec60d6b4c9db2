import modbusSerialModule from 'modbus-serial'
import { setTimeout as sleep } from 'node:timers/promises'
import { ModbusProfile } from '../../core/contract/device-profile.ts'
import { Bus, BusDevice } from '../../core/contract/site.ts'
import { modbusDriver } from '../../gateway/drivers/modbus/driver.ts'
import { openBus } from '../../gateway/link/bus.ts'
import { systemClock } from '../../platform/clock.ts'
import { noMemory, quietLog } from '../wire/ours.ts'
import { CELLS } from './fates.ts'

const TIMEOUT_MS = 1_000
const PERIOD_MS = 1_000

/** What reads all devices of a line once a second. Units count from 1. */
export interface Master {
  /** What it takes itself to have spent on devices that do not answer, so far; null = it does not know. */
  readonly deadMs: () => number | null
  close(): Promise<void>
}

export interface MasterOptions {
  readonly path: string
  readonly baud: number
  readonly units: readonly number[]
  /** Told of each good reading of a unit and the wall time it has. */
  readonly read: (unit: number, at: number) => void
}

/** The gateway's own drivers on one bus. */
export function ours({ path, baud, units, read }: MasterOptions): Promise<Master> {
  const config = Bus.parse({ id: 'line', kind: 'rtu', path, baud, stopBits: 2, timeout: `${TIMEOUT_MS}ms` })
  const bus = openBus(config, { clock: systemClock, log: quietLog })
  const over = new AbortController()
  const profile = cellsProfile()
  const work = units.map(async (unit) => {
    const device = BusDevice.parse({
      id: `device-${unit}`,
      profile: profile.profile,
      bus: 'line',
      unit,
      every: `${PERIOD_MS}ms`,
    })
    const driver = modbusDriver({ device, profile, bus, clock: systemClock, log: quietLog, memory: noMemory })
    for await (const { readings } of driver.batches(over.signal)) {
      const oldest = readings.every(({ quality }) => quality === 'good')
        ? Math.min(...readings.map(({ at }) => at))
        : null
      if (oldest !== null) read(unit, oldest)
    }
  })
  const close = async () => {
    over.abort()
    await Promise.all(work)
    bus.close()
    // The port is let go of in the background.
    await sleep(50)
  }
  return Promise.resolve({ deadMs: () => bus.counters().deadMs, close })
}

/** modbus-serial in the loop its users write: one unit after the other, each second anew. */
export async function modbusSerial({ path, baud, units, read }: MasterOptions): Promise<Master> {
  const client = new modbusSerialModule.default()
  await client.connectRTUBuffered(path, { baudRate: baud, stopBits: 2 })
  client.setTimeout(TIMEOUT_MS)
  const over = new AbortController()
  const isOver = () => over.signal.aborted
  const readOne = async (unit: number) => {
    client.setID(unit)
    try {
      await client.readHoldingRegisters(0, CELLS)
      read(unit, Date.now())
    } catch {
      // A device that does not answer is asked again next time.
    }
  }
  const work = (async () => {
    for (let dueAt = performance.now(); !isOver(); dueAt = Math.max(dueAt + PERIOD_MS, performance.now())) {
      await sleep(Math.max(0, dueAt - performance.now()))
      for (const unit of units) if (!isOver()) await readOne(unit)
    }
  })()
  const close = async () => {
    over.abort()
    await work
    await new Promise<void>((settle) => client.close(() => settle()))
  }
  return { deadMs: () => null, close }
}

function cellsProfile(): ModbusProfile {
  return ModbusProfile.parse({
    profile: 'bench/cells',
    vendor: 'Bench',
    models: ['cells'],
    name: { 'zh-CN': '寄存器', en: 'Registers' },
    source: 'made up for this bench',
    verified: 'unverified',
    driver: 'modbus',
    link: { baud: 9_600, parity: 'none', stopBits: 2 },
    points: Array.from({ length: CELLS }, (_, cell) => ({
      point: `cell-${cell}`,
      quantity: 'count',
      table: 'holding-register',
      address: cell,
      type: 'u16',
      unit: '1',
      range: [0, 65_535],
    })),
    samples: [{ request: '01', reply: '01', expect: {} }],
  })
}
