import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import type { ModbusProfile } from '../../../../core/contract/device-profile.ts'
import { Bus, BusDevice } from '../../../../core/contract/site.ts'
import { modbusDriver } from '../../../../gateway/drivers/modbus/driver.ts'
import type { Batch } from '../../../../gateway/driver.ts'
import { openBus } from '../../../../gateway/link/bus.ts'
import { loadProfiles } from '../../../../platform/site/profiles.ts'
import { systemClock } from '../../../../platform/clock.ts'
import { handClock } from '../../../support/hand-clock.ts'
import { testFolder } from '../../../support/processes.ts'
import { type ServedOn, type ServedUnits, startPtyPair, startPymodbus } from '../../../support/pymodbus.ts'
import { quietLog } from '../../../support/quiet-log.ts'
import { fakeMemory } from './fake-bus.ts'

const shipped = loadProfiles([fileURLToPath(new URL('../../../../devices', import.meta.url))])
const ends: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

const SDM630 = { 0: float(230.2), 52: float(12345.6), 62: float(0.87), 70: float(50.01), 72: float(4711.5) }
/** Every register the profile reads, the gaps too. */
const ALL_SDM630 = {
  0: Object.entries(SDM630).reduce<readonly number[]>(
    (words, [address, pair]) => words.toSpliced(Number(address), 2, ...pair),
    Array.from({ length: 80 }, () => 0),
  ),
}

describe('the Modbus driver reads from an independent server', () => {
  it('a whole SDM630 over TCP in the units of its quantities', async () => {
    const { next } = await reading({ units: { 1: { 'input-register': ALL_SDM630 } } }, { profile: 'eastron/sdm630' })
    const batch = await next()
    expect(batch.device).toBe('meter')
    expect(batch.readings).toHaveLength(modbus('eastron/sdm630').points.length + 1)
    expect(values(batch)).toMatchObject({
      'voltage-l1': 230.2,
      'active-power': 12345.6,
      'power-factor': 0.87,
      frequency: 50.01,
      'energy-import': 4711.5,
    })
  })

  it('an ADL400, a DTSU666, an 8-channel input module and a 4–20 mA input over a serial line', async () => {
    await using folder = await testFolder()
    await using pair = await startPtyPair(folder.path)
    const served = {
      units: {
        1: { 'holding-register': { 0x081a: [0x41e4, 0x1893] } },
        2: { 'holding-register': { 0x2012: [0x488b, 0x3800] } },
        3: { 'discrete-input': { 0: [1, 0, 1, 0, 0, 0, 0, 0] } },
        4: { 'holding-register': { 0: [39_321, 0] } },
      },
    }
    await using _server = await startPymodbus({ mode: 'rtu', path: pair.ends[1] }, served)
    const config = Bus.parse({ id: 'line', kind: 'rtu', path: pair.ends[0], timeout: '1s' })
    const bus = openBus(config, { clock: systemClock, log: quietLog() })
    const read = async (unit: number, profile: string, more: object) => {
      const device = BusDevice.parse({ id: `unit-${unit}`, profile, bus: 'line', unit, ...more })
      const driver = modbusDriver({
        device,
        profile: modbus(profile),
        bus,
        clock: systemClock,
        log: quietLog(),
        memory: fakeMemory(),
      })
      for await (const batch of driver.batches(new AbortController().signal)) return values(batch)
      return {}
    }
    const spans = { 'level-1': { from: [4, 20], to: [0, 5] }, 'air-velocity-2': { from: [4, 20], to: [0, 15] } }
    try {
      expect(await read(1, 'acrel/adl400', { points: ['active-power'] })).toEqual({ 'active-power': 28_512 })
      expect(await read(2, 'chint/dtsu666', { points: ['active-power'] })).toEqual({ 'active-power': 28_512 })
      expect(await read(3, 'waveshare/modbus-rtu-io-8ch', {})).toMatchObject({
        'di-1': true,
        'di-2': false,
        'di-3': true,
      })
      expect(await read(4, 'advantech/adam-6017', { points: ['level-1', 'air-velocity-2'], spans })).toEqual({
        'level-1': 2.5,
        'air-velocity-2': 'open-loop',
      })
    } finally {
      bus.close()
    }
  })

  it('fast points each period and slow ones every thirtieth', async () => {
    const points = ['active-power', 'energy-import']
    const { next, clock } = await reading(
      { units: { 1: { 'input-register': ALL_SDM630 } } },
      { profile: 'eastron/sdm630', points },
    )
    const seen: number[] = []
    for (let cycle = 0; cycle < 61; cycle += 1) {
      const batch = await next()
      if (batch.readings.some(({ point }) => point === 'energy-import')) seen.push(cycle)
      await clock.advance(1_000)
    }
    expect(seen).toEqual([0, 30, 60])
  })

  it('with stamps of its clock, and a validity of two and a half periods', async () => {
    const points = ['active-power', 'energy-import']
    const { next, clock } = await reading(
      { units: { 1: { 'input-register': ALL_SDM630 } } },
      { profile: 'eastron/sdm630', points },
    )
    const { readings } = await next()
    expect(readings.map(({ at, validUntil }) => [at - clock.now(), validUntil - at])).toEqual([
      [0, 2_500],
      [0, 75_000],
      // Whether it is still the same device is told with the slow points.
      [0, 75_000],
    ])
  })

  it('without the gaps between its points, once the device has refused them', async () => {
    const { next, clock, log, bus } = await reading(
      { units: { 1: { 'input-register': SDM630 } } },
      { profile: 'eastron/sdm630', points: ['active-power', 'power-factor', 'frequency'] },
    )
    const expected = { 'active-power': 12345.6, 'power-factor': 0.87, frequency: 50.01 }
    expect(values(await next())).toMatchObject(expected)
    const { exchanges, exceptions } = bus.counters()
    await clock.advance(1_000)
    expect(values(await next())).toEqual(expected)
    expect(bus.counters()).toMatchObject({ exchanges: exchanges + 3, exceptions })
    expect(log.lines.filter(({ message }) => message.startsWith('learned'))).not.toEqual([])
  })

  it('and gives up only the points of a request that is refused', async () => {
    const { next, clock, log } = await reading(
      { units: { 1: { 'input-register': { 52: float(12345.6) } } } },
      { profile: 'eastron/sdm630', points: ['voltage-l1', 'active-power'] },
    )
    const expected = { 'voltage-l1': 'exception', 'active-power': 12345.6 }
    expect(values(await next())).toMatchObject(expected)
    await clock.advance(1_000)
    expect(values(await next())).toEqual(expected)
    expect(log.lines.filter(({ message }) => message.startsWith('learned'))).toHaveLength(1)
  })
})

describe('a device that does not answer', () => {
  it('has bad readings and is believed again with its first answer', async () => {
    const { next, clock, log, stop, start } = await reading(
      { units: { 1: { 'input-register': ALL_SDM630 }, 2: { 'input-register': ALL_SDM630 } } },
      { profile: 'eastron/sdm630', points: ['active-power', 'voltage-l1'] },
    )
    expect(values(await next())['active-power']).toBe(12345.6)
    await stop()
    await start({ units: { 2: { 'input-register': ALL_SDM630 } } })
    const reasons = new Set<unknown>()
    while (!log.lines.some(({ message }) => message.includes('does not answer'))) {
      const batch = await next(() => clock.advance(1_000))
      for (const { value, reason } of batch.readings) {
        reasons.add(reason)
        expect(value).toBeNull()
      }
    }
    expect(reasons).toContain('timeout')
    await stop()
    await start({ units: { 1: { 'input-register': ALL_SDM630 } } })
    await expect
      .poll(async () => values(await next(() => clock.advance(1_000)))['active-power'], { timeout: 20_000 })
      .toBe(12345.6)
    const told = log.lines.filter(({ message }) => message.includes('answer')).map(({ message }) => message)
    expect(told).toEqual([expect.stringContaining('does not answer'), 'device answers again'])
  })

  it('does not keep the others of its bus waiting', async () => {
    const served = { units: { 1: { 'input-register': ALL_SDM630 } } }
    const { next, clock, bus } = await reading(served, { profile: 'eastron/sdm630', points: ['active-power'] })
    const dead = BusDevice.parse({ id: 'dead', profile: 'eastron/sdm630', bus: 'bus', unit: 9 })
    const signal = new AbortController()
    const driver = modbusDriver({
      device: dead,
      profile: modbus(dead.profile),
      bus,
      clock,
      log: quietLog(),
      memory: fakeMemory(),
    })
    const deadRuns = (async () => {
      for await (const batch of driver.batches(signal.signal))
        expect(batch.readings.every(({ value }) => value === null)).toBe(true)
    })()
    let good = 0
    for (let cycle = 0; cycle < 120; cycle += 1) {
      good += values(await next(() => clock.advance(1_000)))['active-power'] === 12345.6 ? 1 : 0
    }
    // The answers come in real time: a machine that stands still for a third of a second loses one.
    expect(good).toBeGreaterThanOrEqual(115)
    const { exchanges, timeouts } = bus.counters()
    expect(timeouts).toBeGreaterThanOrEqual(2)
    expect(timeouts / exchanges).toBeLessThan(0.1)
    signal.abort(new Error('over'))
    await deadRuns
  })
})

describe('a Modbus driver', () => {
  it('ends quietly when it is stopped, also in the middle of a read', async () => {
    const clock = handClock()
    const device = BusDevice.parse({ id: 'meter', profile: 'eastron/sdm630', bus: 'bus', unit: 1 })
    const config = Bus.parse({ id: 'bus', kind: 'tcp', host: '127.0.0.1', port: 1, timeout: '50ms' })
    const bus = openBus(config, { clock, log: quietLog() })
    const stop = new AbortController()
    const driver = modbusDriver({
      device,
      profile: modbus(device.profile),
      bus,
      clock,
      log: quietLog(),
      memory: fakeMemory(),
    })
    const reasons: unknown[] = []
    for await (const batch of driver.batches(stop.signal)) {
      reasons.push(...new Set(batch.readings.map(({ reason }) => reason)))
      stop.abort(new Error('over'))
    }
    expect(reasons).toEqual(['link-down'])
    bus.close()
  })

  it('refuses a current that is to be published as something else and has no span', () => {
    const device = BusDevice.parse({ id: 'input', profile: 'advantech/adam-6017', bus: 'bus', unit: 1 })
    const config = Bus.parse({ id: 'bus', kind: 'tcp', host: '127.0.0.1', port: 1 })
    const bus = openBus(config, { clock: systemClock, log: quietLog() })
    const make = () =>
      modbusDriver({
        device,
        profile: modbus(device.profile),
        bus,
        clock: systemClock,
        log: quietLog(),
        memory: fakeMemory(),
      })
    expect(make).toThrow('expected a span for level-1')
  })
})

/** A driver on a TCP bus to a pymodbus server, with a clock moved by hand. */
async function reading(served: ServedUnits, device: { readonly profile: string; readonly points?: readonly string[] }) {
  const clock = handClock()
  const log = quietLog()
  let server = await startPymodbus({ mode: 'tcp' }, served)
  const on: ServedOn = { mode: 'tcp', port: server.port }
  const config = Bus.parse({ id: 'bus', kind: 'tcp', host: '127.0.0.1', port: server.port, timeout: '1s' })
  const bus = openBus(config, { clock, log })
  const configured = BusDevice.parse({ id: 'meter', bus: 'bus', unit: 1, ...device })
  const driver = modbusDriver({
    device: configured,
    profile: modbus(device.profile),
    bus,
    clock,
    wire: clock,
    log,
    memory: fakeMemory(),
  })
  const over = new AbortController()
  const batches = driver.batches(over.signal)[Symbol.asyncIterator]()
  ends.push(
    () => server.stop(),
    () => bus.close(),
    () => over.abort(new Error('over')),
  )
  return {
    clock,
    log,
    bus,
    stop: () => server.stop(),
    start: async (again: ServedUnits) => {
      server = await startPymodbus(on, again)
    },
    /** The next batch; `meanwhile` is done again and again until it comes. */
    next: async (meanwhile?: () => Promise<void>): Promise<Batch> => {
      const found = batches.next()
      const soon = () => new Promise<'not yet'>((settle) => setTimeout(settle, 1, 'not yet'))
      while (meanwhile !== undefined && (await Promise.race([found, soon()])) === 'not yet') {
        if (clock.sleepers > 0) await meanwhile()
      }
      const { value } = await found
      if (value === undefined) throw new Error('the driver ended')
      return value as Batch
    },
  }
}

/** Values by point, or the reason where there is none. */
function values(batch: Batch): Record<string, unknown> {
  return Object.fromEntries(batch.readings.map(({ point, value, reason }) => [point, value ?? reason]))
}

function modbus(name: string): ModbusProfile {
  const profile = shipped.get(name)
  if (profile?.driver !== 'modbus') throw new Error(`no profile ${name}`)
  return profile
}

function float(value: number): readonly number[] {
  const view = new DataView(new ArrayBuffer(4))
  view.setFloat32(0, value)
  return [view.getUint16(0), view.getUint16(2)]
}
