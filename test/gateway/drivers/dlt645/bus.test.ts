import { afterEach, describe, expect, it } from 'vitest'
import { Bus, BusDevice } from '../../../../core/contract/site.ts'
import { askAddress } from '../../../../gateway/drivers/dlt645/ask-item.ts'
import { dlt645Driver } from '../../../../gateway/drivers/dlt645/driver.ts'
import { openBus } from '../../../../gateway/link/bus.ts'
import type { FieldBus } from '../../../../gateway/link/field-bus.ts'
import { systemClock } from '../../../../platform/clock.ts'
import { serveDlt645 } from '../../../../sim/dlt645/bus.ts'
import { type Dlt645Station, dlt645Station } from '../../../../sim/dlt645/meter.ts'
import type { PointValues } from '../../../../sim/modbus/image.ts'
import { quietLog } from '../../../support/quiet-log.ts'
import { ADDRESS, shipped, testMemory, VALUES } from './line.ts'

const profile = shipped('dlt645-three-phase')
const station = (address: string, latencyMs = 5, shows: PointValues = VALUES): Dlt645Station =>
  dlt645Station({ address, profile, values: () => shows, clock: () => systemClock.now(), latencyMs })

const ends: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

/** A gateway's own bus to meters behind a serial converter. */
async function busTo(stations: readonly Dlt645Station[], timeout = '2s'): Promise<FieldBus> {
  const line = await serveDlt645({ host: '127.0.0.1', port: 0, stations })
  const config = { id: 'line', kind: 'rtu-over-tcp', host: line.host, port: line.port, baud: 19_200, timeout }
  const bus = openBus(Bus.parse(config), { clock: systemClock, log: quietLog() })
  ends.push(
    () => line.close(),
    () => {
      bus.close()
    },
  )
  return bus
}

function driverOn(bus: FieldBus, address: string, more: object = {}) {
  const device = BusDevice.parse({ id: `m-${address}`, profile: profile.profile, bus: 'line', address, ...more })
  return dlt645Driver({ device, profile, bus, clock: systemClock, log: quietLog(), memory: testMemory() })
}

/** Every value the driver gives until each of its 30 points has had one. */
async function valuesFrom(bus: FieldBus, address: string): Promise<Record<string, Set<unknown>>> {
  const seen: Record<string, Set<unknown>> = {}
  const driver = driverOn(bus, address, { pace: { slow: '1s', rare: '1s' } })
  for await (const { readings } of driver.batches(new AbortController().signal)) {
    for (const { point, value } of readings) if (value !== null) (seen[point] ??= new Set()).add(value)
    if (Object.keys(seen).length === 30) return seen
  }
  return seen
}

describe('on the gateway’s own bus', () => {
  it('two meters of one line are read in turn, each by its address', async () => {
    const other = { ...VALUES, 'voltage-l1': 222.2, 'meter-cover-openings': 7 }
    const bus = await busTo([station(ADDRESS), station('202501140002', 5, other)])
    const [one, two] = await Promise.all([valuesFrom(bus, ADDRESS), valuesFrom(bus, '202501140002')])
    expect(one).toMatchObject({ 'voltage-l1': new Set([231.5]), 'meter-cover-openings': new Set([3]) })
    expect(two).toMatchObject({ 'voltage-l1': new Set([222.2]), 'meter-cover-openings': new Set([7]) })
    for (const seen of [one, two]) {
      expect(seen).toMatchObject({ 'active-power': new Set([-1251.2]), 'identity-changed': new Set([false]) })
      expect(seen['clock-jumps']).toEqual(new Set([0]))
    }
  })

  it('a meter that answers too late gives no value to the next question', async () => {
    const bus = await busTo([station(ADDRESS, 450)], '300ms')
    const driver = driverOn(bus, ADDRESS, { every: '100ms', points: ['voltage-l1', 'frequency'] })
    let rounds = 0
    for await (const { readings } of driver.batches(new AbortController().signal)) {
      for (const { value, reason } of readings) {
        expect(value).toBeNull()
        expect(['timeout', 'malformed']).toContain(reason)
      }
      rounds += 1
      if (rounds === 2) break
    }
  })

  it('the address of a meter alone on its line is found by broadcast, of two it is not', async () => {
    const signal = new AbortController().signal
    const alone = await busTo([station(ADDRESS)])
    expect(await askAddress(alone, { station: 'dlt645/AAAAAAAAAAAA' }, signal)).toBe(ADDRESS)
    const several = await busTo([station(ADDRESS), station('202501149998')])
    expect(await askAddress(several, { station: 'dlt645/AAAAAAAAAAAA' }, signal)).toBeNull()
  })

  it('ends when it is told to, in the middle of waiting for a meter', async () => {
    const bus = await busTo([])
    const stopping = new AbortController()
    const batches = driverOn(bus, ADDRESS).batches(stopping.signal)[Symbol.asyncIterator]()
    const next = batches.next()
    stopping.abort()
    expect((await next).done).toBe(true)
  })
})
