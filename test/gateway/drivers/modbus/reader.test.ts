import { describe, expect, it } from 'vitest'
import { ModbusProfile } from '../../../../core/contract/device-profile.ts'
import { BusDevice } from '../../../../core/contract/site.ts'
import type { ReadAnswer, ReadRequest } from '../../../../core/decode/modbus-pdu.ts'
import { HouseError } from '../../../../core/kit/errors.ts'
import { DeviceReader, type ReaderOptions } from '../../../../gateway/drivers/modbus/reader.ts'
import { systemClock } from '../../../../platform/clock.ts'
import { quietLog } from '../../../support/quiet-log.ts'

const never = new AbortController().signal
const point = (name: string, address: number) => ({
  point: name,
  quantity: 'count',
  table: 'holding-register',
  address,
  type: 'u16',
  unit: '1',
  range: [0, 65_535],
})
/** Three points, each too far from the others to share a request. */
const profile = ModbusProfile.parse({
  profile: 'maker/model',
  vendor: 'Maker',
  models: ['Model'],
  name: { 'zh-CN': '装置', en: 'Device' },
  source: 'invented',
  verified: 'unverified',
  driver: 'modbus',
  link: { baud: 9_600, parity: 'none', stopBits: 1 },
  points: [point('a', 0), point('b', 1_000), point('c', 2_000)],
  samples: [{ request: '01 03 00 00 00 01', reply: '01 03 02 00 01', expect: { a: 1 } }],
})
const device = BusDevice.parse({ id: 'd', profile: 'maker/model', bus: 'bus', unit: 1 })
const timeout = () => new HouseError('link/timeout', 'no answer')
const good = ({ quantity }: ReadRequest): ReadAnswer => ({
  kind: 'registers',
  words: Array.from({ length: quantity }, () => 7),
})

type Answering = (request: ReadRequest) => ReadAnswer

/** A reader whose device answers as `answering.now` says, and the addresses it was asked for. */
function world(timeoutMs: number) {
  const asked: number[] = []
  const answering: { now: Answering } = { now: good }
  const bus: ReaderOptions['bus'] = {
    id: 'bus',
    timeoutMs,
    timing: { baud: 9_600 },
    read: (request) => {
      asked.push(request.address)
      return new Promise((settle) => settle(answering.now(request)))
    },
  }
  const reader = new DeviceReader({ device, profile, bus, clock: systemClock, log: quietLog() })
  const cycle = async () => (await reader.cycle(never)).map(({ point: name, value, reason }) => [name, value ?? reason])
  return { asked, answering, cycle }
}

describe('a cycle over a device', () => {
  it('gives all points, in the order of the profile', async () => {
    const { cycle } = world(1_000)
    expect(await cycle()).toEqual([
      ['a', 7],
      ['b', 7],
      ['c', 7],
    ])
  })

  it('fails request by request: what is refused or missed spoils only its own points', async () => {
    const { cycle, answering } = world(1_000)
    answering.now = (request) => {
      if (request.address === 0) return { kind: 'exception', code: 4 }
      if (request.address === 1_000) throw timeout()
      return good(request)
    }
    expect(await cycle()).toEqual([
      ['a', 'exception'],
      ['b', 'timeout'],
      ['c', 7],
    ])
  })

  it('asks less often for the one request that is never answered, and for the others as before', async () => {
    const { cycle, answering, asked } = world(1_000)
    answering.now = (request) => {
      if (request.address === 1_000) throw timeout()
      return good(request)
    }
    for (let times = 0; times < 20; times += 1) await cycle()
    expect(asked.filter((address) => address === 0)).toHaveLength(20)
    expect(asked.filter((address) => address === 1_000)).toHaveLength(2)
  })

  it('spares the rest of a cycle when nothing answers, and says so of every point', async () => {
    const { cycle, answering, asked } = world(1_000)
    answering.now = () => {
      throw timeout()
    }
    expect(await cycle()).toEqual([
      ['a', 'timeout'],
      ['b', 'timeout'],
      ['c', 'timeout'],
    ])
    expect(asked).toEqual([0, 1_000])
  })

  it('probes a silent device with one request, another each time, and not in every cycle', async () => {
    const { cycle, answering, asked } = world(1_000)
    answering.now = () => {
      throw timeout()
    }
    for (let times = 0; times < 20; times += 1) await cycle()
    // Two in the first cycle, one more probe at once, then the pause.
    expect(asked).toEqual([0, 1_000, 1_000])
  })

  it('has new patience with a device that was silent and has answered', async () => {
    const { cycle, answering, asked } = world(5)
    const dead: Answering = () => {
      throw timeout()
    }
    answering.now = dead
    await expect.poll(async () => (await cycle(), asked.length), { interval: 1, timeout: 20_000 }).toBeGreaterThan(8)
    answering.now = good
    await expect.poll(async () => (await cycle()).length, { interval: 1, timeout: 20_000 }).toBe(3)
    answering.now = dead
    await cycle()
    expect(await cycle()).not.toEqual([])
  })

  it('says link-down of all points at once, and never tires of asking', async () => {
    const { cycle, answering, asked } = world(1_000)
    answering.now = () => {
      throw new HouseError('link/down', 'no line')
    }
    for (let times = 0; times < 5; times += 1) {
      expect(new Set((await cycle()).map(([, reason]) => reason))).toEqual(new Set(['link-down']))
    }
    expect(asked).toHaveLength(5)
  })

  it('takes a gateway that says the device is silent for a silent device', async () => {
    const { cycle, answering } = world(1_000)
    answering.now = () => ({ kind: 'exception', code: 11 })
    expect(new Set((await cycle()).map(([, reason]) => reason))).toEqual(new Set(['timeout']))
  })
})
