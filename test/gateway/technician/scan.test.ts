import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type {
  DeviceProfile,
  Dlt645Profile,
  LineSettings,
  ModbusProfile,
} from '../../../core/contract/device-profile.ts'
import { Bus } from '../../../core/contract/site.ts'
import { openBus } from '../../../gateway/link/bus.ts'
import { loadProfiles } from '../../../platform/site/profiles.ts'
import { type ScanOptions, scanLine, type ScanReport } from '../../../gateway/technician/scan.ts'
import { linesByLikelihood, unitsOf } from '../../../gateway/technician/scan-plan.ts'
import { systemClock } from '../../../platform/clock.ts'
import { dlt645Station } from '../../../sim/dlt645/meter.ts'
import { serveBus } from '../../../sim/modbus/bus.ts'
import { imageOf } from '../../../sim/modbus/image.ts'
import type { Station } from '../../../sim/modbus/pdu.ts'
import { rtuStation } from '../../../sim/modbus/rtu-station.ts'
import { type LineStation, virtualLine, type VirtualLine } from '../../../sim/modbus/virtual-line.ts'
import { plausibleValues } from '../../../sim/models/plausible.ts'
import { virtualClock } from '../../../sim/virtual-clock.ts'
import { quietLog } from '../../support/quiet-log.ts'

const PROFILES = [...loadProfiles([join(import.meta.dirname, '../../../devices')]).values()]
const MODBUS = PROFILES.filter((profile): profile is ModbusProfile => profile.driver === 'modbus')
const DLT645 = PROFILES.filter((profile): profile is Dlt645Profile => profile.driver === 'dlt645')
const ALL_UNITS = unitsOf('1-247')!
/** As installers leave them: most low, some high, one at the very end. */
const UNITS = [...Array.from({ length: 18 }, (_, index) => index + 1), 25, 30, 101, 102, 103, 110, 120, 126, 129, 130]

function stationOf(profile: ModbusProfile, unit: number, seed = 1): Station {
  const image = imageOf(profile, plausibleValues(profile, seed))
  return { unit, maxRegisters: profile.maxRegisters, image: () => image }
}

function meterStation(profile: Dlt645Profile, address: string, latencyMs: number): LineStation {
  const meter = dlt645Station({ address, profile, values: () => ({}) })
  return { settings: profile.link, latencyMs, answer: (frame) => meter.answer(frame) }
}

async function scan(
  stations: readonly LineStation[],
  options: Partial<ScanOptions> = {},
  signal = new AbortController().signal,
): Promise<{ report: ScanReport; line: VirtualLine }> {
  const clock = virtualClock()
  const line = virtualLine(stations, clock)
  const open = (settings: LineSettings) => {
    const config = Bus.parse({ id: 'line', kind: 'rtu', path: '/dev/null', ...settings, timeout: '50ms' })
    return openBus(config, { clock, wireClock: clock, log: quietLog(), connect: line.open(settings) })
  }
  const report = await scanLine(
    {
      profiles: PROFILES,
      lines: linesByLikelihood(PROFILES),
      units: ALL_UNITS,
      withinMs: 120_000,
      probeMs: 50,
      open,
      clock,
      ...options,
    },
    signal,
  )
  return { report, line }
}

function recognised(report: ScanReport): Map<string, string | undefined> {
  return new Map([
    ...report.units.map(({ unit, candidates: [best] }) => [String(unit), best?.profile.profile] as const),
    ...report.meters.map(({ address, candidates: [best] }) => [address, best?.profile.profile] as const),
  ])
}

describe('a scan of an unlabelled line', () => {
  it.each([1, 2])(
    'recognises the whole library on one mixed bus within two minutes of bus time (values %i)',
    async (seed) => {
      const stations = MODBUS.map((profile, index) =>
        rtuStation(stationOf(profile, UNITS[index]!, seed), profile.link, 5 + (index % 4) * 10),
      )
      const meters = DLT645.map((profile, index) => meterStation(profile, `20250114000${index + 1}`, 40 + 300 * index))
      const { report, line } = await scan([...stations, ...meters])
      const found = recognised(report)
      const wanted: [string, DeviceProfile][] = [
        ...MODBUS.map((profile, index): [string, DeviceProfile] => [String(UNITS[index]), profile]),
        ...DLT645.map((profile, index): [string, DeviceProfile] => [`20250114000${index + 1}`, profile]),
      ]
      const missed = wanted.filter(([address, profile]) => found.get(address) !== profile.profile)
      expect(wanted.length).toBeGreaterThanOrEqual(24)
      expect(missed.length).toBeLessThanOrEqual(wanted.length - 22)
      expect(line.busMs()).toBeLessThanOrEqual(120_000)
      expect(line.writes()).toBe(0)
      expect(report.garbled).toEqual([])
    },
  )

  it('finds a device that answers too late for the first probe', async () => {
    const profile = modbus('eastron/sdm630')
    const { report } = await scan([rtuStation(stationOf(profile, 7), profile.link, 180)], { withinMs: 20_000 })
    expect(report.units.map(({ unit, candidates: [best] }) => [unit, best?.profile.profile])).toEqual([
      [7, 'eastron/sdm630'],
    ])
  })

  it('says of two devices with one unit id that something answers there, and calls it neither', async () => {
    const [one, two] = [modbus('eastron/sdm630'), modbus('chint/dtsu666')]
    const devices = [one, two].map((profile) => rtuStation(stationOf(profile, 9), one.link, 20))
    const { report } = await scan([...devices, rtuStation(stationOf(two, 3), one.link, 20)], { withinMs: 20_000 })
    const both = report.units.find(({ unit }) => unit === 9)
    expect(report.garbled.length + (both === undefined ? 0 : 1)).toBe(1)
    expect(both === undefined || (both.candidates[0]?.confidence ?? 0) < 0.99).toBe(true)
    expect(recognised(report).get('3')).toBe('chint/dtsu666')
  })

  it('tells meters apart that answer the broadcast at once', async () => {
    const [one, three] = [dlt645('generic/dlt645-single-phase'), dlt645('generic/dlt645-three-phase')]
    const meters = [
      meterStation(one, '202501140001', 60),
      meterStation(three, '202501140002', 60),
      meterStation(three, '202501140099', 60),
    ]
    const { report, line } = await scan(meters, { withinMs: 1_200_000, units: [1] })
    expect([...recognised(report)].sort()).toEqual([
      ['202501140001', 'generic/dlt645-single-phase'],
      ['202501140002', 'generic/dlt645-three-phase'],
      ['202501140099', 'generic/dlt645-three-phase'],
    ])
    expect(report.crowded).toEqual([])
    expect(line.writes()).toBe(0)
  })

  it('ends within the time it was given, and names what it did not try', async () => {
    const { report, line } = await scan([], { withinMs: 5_000 })
    expect(line.busMs()).toBeLessThanOrEqual(5_000)
    expect(report.untried.length).toBeGreaterThan(0)
    const complete = await scan([], { withinMs: 3_600_000, units: [1, 2] })
    expect(complete.report.untried).toEqual([])
  })

  it('lists a device once whose port takes any settings, and says on which others it answers', async () => {
    const [profile, meter] = [modbus('eastron/sdm630'), dlt645('generic/dlt645-three-phase')]
    const everywhere = linesByLikelihood(PROFILES).flatMap((settings): LineStation[] => [
      rtuStation(stationOf(profile, 7), settings, 20),
      { ...meterStation(meter, '202501140002', 60), settings },
    ])
    const { report } = await scan(everywhere, { units: [7] })
    expect(report.units.map(({ unit, alsoAt }) => [unit, alsoAt.length > 1])).toEqual([[7, true]])
    expect(report.meters.map(({ address }) => address)).toEqual(['202501140002'])
  })

  it('tells what was found when it is ended, and what it had not tried', async () => {
    const profile = modbus('eastron/sdm630')
    const ending = new AbortController()
    const onProgress = ({ unit }: { unit: number | null }) => {
      if (unit === 20) ending.abort(new Error('SIGINT'))
    }
    const { report } = await scan([rtuStation(stationOf(profile, 7), profile.link, 20)], { onProgress }, ending.signal)
    expect(report.units.map(({ unit }) => unit)).toEqual([7])
    expect(report.untried[0]).toMatchObject({ kind: 'units', line: { baud: profile.link.baud } })
    expect(report.untried[0]?.kind === 'units' && report.untried[0].units).toContain(20)
  })

  it('connects again when the connection is lost, and names the unit that ends it each time as not tried', async () => {
    const stations = [stationOf(modbus('eastron/sdm630'), 1), stationOf(modbus('acrel/adl400'), 5)]
    await using bus = await serveBus({ kind: 'tcp', host: '127.0.0.1', port: 0, stations })
    const asked: number[] = []
    await using between = await relay(bus.port, (unit) => {
      asked.push(unit)
      // Unit 3 ends every connection, unit 4 the first only.
      return unit === 3 || (unit === 4 && asked.filter((one) => one === 4).length === 1)
    })
    const config = Bus.parse({ id: 'line', kind: 'tcp', host: '127.0.0.1', port: between.port, timeout: '300ms' })
    const { report } = await overSocket(config)
    expect([...recognised(report)]).toEqual([
      ['1', 'eastron/sdm630'],
      ['5', 'acrel/adl400'],
    ])
    expect(report.losses).toBe(2)
    expect(report.untried).toMatchObject([{ kind: 'units', units: [3] }])
  })

  it('goes over a real socket, and finds behind a gateway the units that are there and no others', async () => {
    const stations = [stationOf(modbus('eastron/sdm630'), 1), stationOf(modbus('acrel/adl400'), 5)]
    await using bus = await serveBus({ kind: 'tcp', host: '127.0.0.1', port: 0, stations })
    const config = Bus.parse({ id: 'line', kind: 'tcp', host: '127.0.0.1', port: bus.port, timeout: '300ms' })
    const { report } = await overSocket(config)
    expect([...recognised(report)]).toEqual([
      ['1', 'eastron/sdm630'],
      ['5', 'acrel/adl400'],
    ])
  })

  it('takes a server that answers for every unit id for the one device it is', async () => {
    const profile = modbus('advantech/adam-6017')
    const stations = Array.from({ length: 255 }, (_, unit) => stationOf(profile, unit))
    await using bus = await serveBus({ kind: 'tcp', host: '127.0.0.1', port: 0, stations })
    const config = Bus.parse({ id: 'line', kind: 'tcp', host: '127.0.0.1', port: bus.port, timeout: '300ms' })
    const { report } = await overSocket(config)
    expect([...recognised(report)]).toEqual([['1', 'advantech/adam-6017']])
  })
})

async function overSocket(config: Bus): Promise<{ report: ScanReport }> {
  const open = () => openBus(config, { clock: systemClock, log: quietLog() })
  const lines = [{ baud: 9_600, parity: 'none', stopBits: 1 } as const]
  const options = { profiles: PROFILES, lines, units: unitsOf('1-8')!, withinMs: 60_000, probeMs: 300, open }
  return { report: await scanLine({ ...options, clock: systemClock }, new AbortController().signal) }
}

/** Passes a Modbus TCP connection through until a request's unit is one that ends it. */
async function relay(port: number, endsAt: (unit: number) => boolean): Promise<AsyncDisposable & { port: number }> {
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1')
    for (const socket of [near, far]) sockets.add(socket.on('error', () => undefined))
    const end = () => {
      near.destroy()
      far.destroy()
    }
    near.on('close', end).on('data', (bytes) => {
      if (endsAt(bytes[6]!)) end()
      else far.write(bytes)
    })
    far.on('close', end).on('data', (bytes) => near.write(bytes))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const dispose = async () => {
    for (const socket of sockets) socket.destroy()
    await once(server.close(), 'close')
  }
  return { port: (server.address() as AddressInfo).port, [Symbol.asyncDispose]: dispose }
}

function modbus(name: string): ModbusProfile {
  return MODBUS.find(({ profile }) => profile === name)!
}

function dlt645(name: string): Dlt645Profile {
  return DLT645.find(({ profile }) => profile === name)!
}
