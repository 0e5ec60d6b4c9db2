import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ModbusProfile } from '../../../../core/contract/device-profile.ts'
import { BusDevice } from '../../../../core/contract/site.ts'
import type { BusRead } from '../../../../gateway/link/field-bus.ts'
import { DeviceReader } from '../../../../gateway/drivers/modbus/reader.ts'
import { quietLog } from '../../../support/quiet-log.ts'
import { type Answering, fakeBus, fakeMemory, good, lost, runClock, timeout } from './fake-bus.ts'

const never = new AbortController().signal
const point = (name: string, address: number, more: object = {}) => ({
  point: name,
  quantity: 'count',
  table: 'holding-register',
  address,
  type: 'u16',
  unit: '1',
  range: [0, 65_535],
  ...more,
})
const profileOf = (points: readonly object[], more: object = {}) =>
  ModbusProfile.parse({
    profile: 'maker/model',
    vendor: 'Maker',
    models: ['Model'],
    name: { 'zh-CN': '装置', en: 'Device' },
    source: 'invented',
    verified: 'unverified',
    driver: 'modbus',
    link: { baud: 9_600, parity: 'none', stopBits: 1 },
    points,
    samples: [{ request: '01 03 00 00 00 01', reply: '01 03 02 00 01', expect: { a: 1 } }],
    ...more,
  })
/** Three points, each too far from the others to share a request. */
const APART = [point('a', 0), point('b', 1_000), point('c', 2_000)]
const IDENTITY = { model: [{ table: 'holding-register', address: 5_000, type: 'u16', is: [42] }] }
const SERIAL = { serial: { table: 'holding-register', address: 5_001, type: 'u32' } }

interface Wanted {
  readonly points?: readonly object[]
  readonly profile?: object
  readonly device?: object
  readonly world?: ReturnType<typeof parts>
  readonly atOnce?: number
}

function parts() {
  const clock = runClock()
  return { clock, bus: fakeBus(clock), memory: fakeMemory(), log: quietLog() }
}

/** A reader of a device that answers as `bus.answering` says; `round` waits until one is due. */
function reading({ points = APART, profile, device, world = parts(), atOnce = 1 }: Wanted = {}) {
  const { clock, bus } = world
  const reader = new DeviceReader({
    ...world,
    device: BusDevice.parse({ id: 'd', profile: 'maker/model', bus: 'bus', unit: 1, every: '10s', ...device }),
    profile: profileOf(points, profile),
    wire: clock,
    atOnce,
  })
  const round = async () => {
    await clock.sleep(reader.waitMs())
    return reader.round(never)
  }
  const values = async () => (await round()).map(({ point: name, value, reason }) => [name, value ?? reason])
  const addresses = () => bus.asked.map(({ address }) => address)
  return { ...world, reader, round, values, addresses }
}

const silentAt =
  (...addresses: readonly number[]): Answering =>
  (request) => {
    if (addresses.includes(request.address)) throw timeout()
    return good()(request)
  }
const dead: Answering = () => {
  throw timeout()
}

describe('a round over a device', () => {
  it('gives all points, in the order of the profile', async () => {
    const { values } = reading({ points: [...APART].reverse() })
    expect(await values()).toEqual([
      ['c', 7],
      ['b', 7],
      ['a', 7],
    ])
  })

  it('fails request by request: what is refused or missed spoils only its own points', async () => {
    const { values, bus } = reading()
    bus.answering = (request) => (request.address === 0 ? { kind: 'exception', code: 4 } : silentAt(1_000)(request))
    expect(await values()).toEqual([
      ['a', 'exception'],
      ['b', 'timeout'],
      ['c', 7],
    ])
  })

  it('asks ever less often for the one request that is never answered, and for the others as before', async () => {
    const { values, bus, addresses } = reading({ device: { every: '1s' } })
    bus.answering = silentAt(1_000)
    for (let times = 0; times < 100; times += 1) await values()
    expect(addresses().filter((address) => address === 0)).toHaveLength(100)
    expect(addresses().filter((address) => address === 1_000).length).toBeLessThan(12)
  })

  it('spares the rest of a round when nothing answers, and says so of every point', async () => {
    const { values, bus, addresses } = reading()
    bus.answering = dead
    expect(await values()).toEqual([
      ['a', 'timeout'],
      ['b', 'timeout'],
      ['c', 'timeout'],
    ])
    expect(addresses()).toEqual([0, 1_000])
  })

  it('says link-down of all points at once, and never tires of asking', async () => {
    const { values, bus } = reading()
    bus.answering = () => {
      throw lost()
    }
    for (let times = 0; times < 5; times += 1) {
      expect(new Set((await values()).map(([, reason]) => reason))).toEqual(new Set(['link-down']))
    }
    expect(bus.asked).toHaveLength(5)
  })

  it('takes a gateway that says the device is silent for a silent device', async () => {
    const { values, bus, reader } = reading()
    bus.answering = () => ({ kind: 'exception', code: 11 })
    expect(new Set((await values()).map(([, reason]) => reason))).toEqual(new Set(['timeout']))
    expect(reader.health().state).toBe('silent')
  })

  it.each([1, 4])('keeps the rest that a device needs between requests, %i at once', async (atOnce) => {
    const world = parts()
    const times: number[] = []
    const { values } = reading({ world, atOnce, profile: { restMs: 200 } })
    world.bus.answering = (request) => {
      times.push(world.clock.mono())
      return good()(request)
    }
    await values()
    const pauses = times.slice(1).map((at, index) => at - (times[index] ?? 0))
    expect(pauses.every((ms) => ms >= 200)).toBe(true)
  })
})

describe('a silent device', () => {
  it('is probed with one short read, as a probe, only when the bus allows it and ever less often', async () => {
    const points = [point('long', 100, { type: 'u64' }), point('short', 0)]
    const { values, bus, reader } = reading({ points, device: { every: '1s' } })
    bus.answering = dead
    await values()
    bus.probesAllowed = false
    // Missed once it is most likely alive, and asked again at once; missed twice it waits with the others.
    await values()
    bus.asked.splice(0)
    for (let times = 0; times < 20; times += 1) expect(await values()).toEqual([])
    expect(bus.asked).toEqual([])
    bus.probesAllowed = true
    for (let times = 0; times < 100; times += 1) await values()
    expect(bus.asked.length).toBeGreaterThan(3)
    expect(bus.asked.length).toBeLessThan(12)
    expect(new Set(bus.purposes())).toEqual(new Set(['probe']))
    expect(reader.health().state).toBe('silent')
  })

  it('is asked for another point each time, since one may be what it never answers', async () => {
    const { values, bus, addresses } = reading({ device: { every: '60s' } })
    bus.answering = dead
    await values()
    bus.asked.splice(0)
    for (let times = 0; times < 6; times += 1) await values()
    expect(new Set(addresses())).toEqual(new Set([0, 1_000, 2_000]))
  })

  it('that does not tell who it is either is silent, and not a stranger', async () => {
    const { values, bus, reader } = reading({ points: [point('a', 0)], profile: { identity: IDENTITY } })
    bus.answering = dead
    expect(await values()).toEqual([
      ['a', 'timeout'],
      ['identity-changed', 'timeout'],
    ])
    expect(reader.health().state).toBe('silent')
    expect(bus.asked).toHaveLength(2)
  })

  it('has its first reading after a long silence believed for no longer than before', async () => {
    const { round, bus } = reading({ points: [point('a', 0)], device: { every: '1s' } })
    for (let times = 0; times < 5; times += 1) await round()
    bus.answering = dead
    for (let times = 0; times < 120; times += 1) await round()
    bus.answering = good()
    let [back] = await round()
    for (let times = 0; times < 200 && typeof back?.value !== 'number'; times += 1) [back] = await round()
    expect(back?.value).toBe(7)
    expect((back?.validUntil ?? 0) - (back?.at ?? 0)).toBeLessThan(5_000)
  })

  it('is polled fully at once when it answers again, its slow points too', async () => {
    const points = [point('a', 0), point('b', 1_000, { poll: 'slow' })]
    const { values, bus, log } = reading({ points })
    await values()
    bus.answering = dead
    for (let times = 0; times < 4; times += 1) await values()
    bus.answering = good()
    let readings = await values()
    for (let times = 0; times < 20 && readings.length === 0; times += 1) readings = await values()
    expect(readings).toEqual([
      ['a', 7],
      ['b', 7],
    ])
    const told = log.lines.map(({ message }) => message)
    expect(told).toEqual([expect.stringContaining('does not answer'), 'device answers again'])
  })
})

describe('poll classes', () => {
  const points = [point('a', 0), point('b', 1, { poll: 'slow' }), point('c', 2_000, { poll: 'rare' })]

  it('are read each period, each 30th and each 900th, together where they are due together', async () => {
    const { values, bus } = reading({ points, device: { every: '1s' } })
    const seen: Record<string, number[]> = {}
    for (let times = 0; times < 1_000; times += 1) {
      for (const [name] of await values()) (seen[String(name)] ??= []).push(times)
    }
    expect(seen.a).toHaveLength(1_000)
    expect(seen.b?.slice(0, 3)).toEqual([0, 30, 60])
    expect(seen.c).toEqual([0, 900])
    // A slow neighbour costs no request of its own.
    expect(bus.asked.filter(({ address }) => address === 1)).toEqual([])
  })

  it('are the device’s own where it says so, at its own pace', async () => {
    const { values } = reading({
      points,
      device: { every: '1s', polls: { c: 'slow', b: 'fast' }, pace: { slow: '2s' } },
    })
    const seen = []
    for (let times = 0; times < 5; times += 1) seen.push((await values()).map(([name]) => name).join(''))
    expect(seen).toEqual(['abc', 'ab', 'abc', 'ab', 'abc'])
  })

  it('give each point a validity of two and a half of its own periods', async () => {
    const { round } = reading({ points })
    expect((await round()).map(({ at, validUntil }) => validUntil - at)).toEqual([25_000, 750_000, 22_500_000])
  })

  it('report how late a round was and which were left out, and never do more than one at a time', async () => {
    const { round, reader, clock, bus } = reading({ device: { every: '1s' } })
    for (let times = 0; times < 10; times += 1) {
      await round()
      clock.advance(3_200)
    }
    expect(bus.asked).toHaveLength(30)
    expect(reader.health()).toMatchObject({ state: 'answers' })
    expect(reader.health().roundMs).toBeLessThan(200)
    expect(reader.health().lateMs).toBeGreaterThan(0)
    const { round: full, reader: busy, bus: slow, clock: its } = reading({ device: { every: '100ms' } })
    slow.answering = (request) => {
      its.advance(400)
      return good()(request)
    }
    for (let times = 0; times < 10; times += 1) await full()
    const { lateMs, roundMs, skippedRounds } = busy.health()
    expect(slow.asked).toHaveLength(30)
    expect(lateMs).toBeLessThan(100)
    expect(roundMs).toBeGreaterThan(1_200)
    expect(skippedRounds).toBeGreaterThan(100)
  })

  it('believe a reading for as long as the bus really takes to come round again', async () => {
    const { round, clock } = reading({ device: { every: '1s' } })
    await round()
    clock.advance(10_000)
    const [first] = await round()
    expect((first?.validUntil ?? 0) - (first?.at ?? 0)).toBeGreaterThan(25_000)
  })
})

describe('what a device does not give', () => {
  const row = (...addresses: readonly number[]) => addresses.map((address) => point(`p${address}`, address))
  const lacking =
    (isThere: (request: BusRead) => boolean, code = 2): Answering =>
    (request) =>
      isThere(request) ? good()(request) : { kind: 'exception', code }
  const without = (...cells: readonly number[]) =>
    lacking(({ address, quantity }) => !cells.some((cell) => address <= cell && cell < address + quantity))

  it('is a hole: it is no longer bridged, also after a restart', async () => {
    const world = parts()
    const { values, bus, log } = reading({ world, points: row(0, 5, 8) })
    bus.answering = without(3)
    expect(await values()).toEqual([
      ['p0', 7],
      ['p5', 7],
      ['p8', 7],
    ])
    expect(log.lines.map(({ level }) => level)).toEqual(['info'])
    for (const { values: again } of [{ values }, reading({ world, points: row(0, 5, 8) })]) {
      bus.asked.splice(0)
      await again()
      expect(bus.asked.map(({ address, quantity }) => [address, quantity])).toEqual([
        [0, 1],
        [5, 4],
      ])
    }
  })

  it('is a point: bad by itself, not asked for again that day, and its neighbours are read', async () => {
    const { values, bus, clock } = reading({ points: row(0, 1, 2, 3) })
    bus.answering = without(2)
    const expected = [
      ['p0', 7],
      ['p1', 7],
      ['p2', 'exception'],
      ['p3', 7],
    ]
    expect(await values()).toEqual(expected)
    bus.asked.splice(0)
    for (let times = 0; times < 50; times += 1) expect(await values()).toEqual(expected)
    expect(bus.asked).toHaveLength(100)
    bus.answering = good()
    clock.advance(24 * 3_600_000)
    await values()
    expect((await values()).map(([, value]) => value)).toEqual([7, 7, 7, 7])
  })

  it('is believed only when it was refused twice: a stale exception teaches nothing', async () => {
    const { values, bus, memory } = reading({ points: row(0, 5) })
    let refusals = 0
    bus.answering = (request) => {
      refusals += 1
      return refusals === 1 ? { kind: 'exception', code: 2 } : good()(request)
    }
    expect(await values()).toEqual([
      ['p0', 7],
      ['p5', 7],
    ])
    expect(JSON.stringify([...memory.kept.values()])).not.toContain('refused')
    bus.asked.splice(0)
    await values()
    expect(bus.asked).toHaveLength(1)
  })

  it('is believed only when it was refused twice in the hunt as well', async () => {
    const { values, bus, memory } = reading({ points: row(0, 1, 2, 6, 7) })
    let hunted = 0
    // Cell 4 is a hole; besides, the third request is refused once although all of its cells are there.
    bus.answering = (request) => {
      hunted += 1
      return hunted === 3 ? { kind: 'exception', code: 2 } : without(4)(request)
    }
    expect((await values()).map(([, value]) => value)).toEqual([7, 7, 7, 7, 7])
    const kept = JSON.stringify([...memory.kept.values()])
    expect(kept.match(/"kind"/g)).toHaveLength(1)
    expect(kept).toContain('"address":2,"quantity":5')
  })

  it('is forgotten with the serial number when the device is configured otherwise', async () => {
    const world = parts()
    const { values } = reading({ world, points: row(0, 5) })
    world.bus.answering = without(3)
    await values()
    world.bus.answering = good()
    const { values: moved } = reading({ world, points: row(0, 5), device: { unit: 2 } })
    world.bus.asked.splice(0)
    await moved()
    expect(world.bus.asked.map(({ quantity }) => quantity)).toEqual([6])
  })

  it('is not learned of a device that refuses everything', async () => {
    const { values, bus, memory } = reading({ points: row(0, 5) })
    bus.answering = lacking(() => false)
    for (let times = 0; times < 5; times += 1) await values()
    bus.answering = good()
    for (let times = 0; times < 20; times += 1) await values()
    expect((await values()).map(([, value]) => value)).toEqual([7, 7])
    expect(JSON.stringify([...memory.kept.values()])).not.toContain('refused')
  })

  it('is more than so many registers, also where the device says nothing to longer requests', async () => {
    const points = row(...Array.from({ length: 60 }, (_, index) => index))
    const { values, bus } = reading({ points: [...points, point('far', 1_000)], device: { every: '60s' } })
    bus.answering = (request) => {
      if (request.quantity > 23) throw timeout()
      return good()(request)
    }
    for (let times = 0; times < 12; times += 1) await values()
    bus.asked.splice(0)
    expect((await values()).filter(([, value]) => value !== 7)).toEqual([])
    expect(bus.asked.map(({ quantity }) => quantity).every((quantity) => quantity <= 23)).toBe(true)
    expect(bus.asked).toHaveLength(4)
  })

  it('is found by bisection for any holes and any limit: every point is read, and no request is refused any more', async () => {
    const map = fc.record({
      addresses: fc.uniqueArray(fc.nat({ max: 120 }), { minLength: 1, maxLength: 40 }),
      holes: fc.uniqueArray(fc.nat({ max: 120 }), { maxLength: 12 }),
      limit: fc.integer({ min: 1, max: 125 }),
      code: fc.constantFrom(2, 3),
    })
    await fc.assert(
      fc.asyncProperty(map, async ({ addresses, holes, limit, code }) => {
        const points = row(...addresses.toSorted((a, b) => a - b))
        // One point that always answers tells a device with holes from one that refuses everything.
        const { values, bus, memory } = reading({ points: [...points, point('sure', 500)] })
        const isGiven = ({ address, quantity }: BusRead) =>
          quantity <= limit && !holes.some((cell) => address <= cell && cell < address + quantity)
        bus.answering = lacking(isGiven, code)
        for (let times = 0; times < 3; times += 1) await values()
        const lessons = (JSON.stringify([...memory.kept.values()]).match(/"kind"/g) ?? []).length
        const cost = lessons * 2 * (Math.ceil(Math.log2(points.length + 1)) + 10) + 4 * (points.length + 1)
        expect(bus.asked.length).toBeLessThanOrEqual(cost)
        bus.asked.splice(0)
        const last = await values()
        expect(last).toEqual([
          ...points.map(({ point: name, address }) => [name, holes.includes(address) ? 'exception' : 7]),
          ['sure', 7],
        ])
        expect(bus.asked.every(isGiven)).toBe(true)
      }),
      { numRuns: 60 },
    )
  })
})

describe('a request on the bus', () => {
  it('tells which cells around it the device is known to give, once they are known', async () => {
    const points = [point('a', 0), point('b', 4), point('c', 5), point('d', 100, { poll: 'slow' }), point('e', 101)]
    const { values, bus } = reading({ points })
    await values()
    await values()
    await values()
    const rooms = bus.asked.slice(-2).map(({ address, quantity, room }) => [address, quantity, room])
    expect(rooms).toEqual([
      [0, 6, undefined],
      [101, 1, { before: 1, after: 0 }],
    ])
  })

  it('has no room where it is as long as the device allows, and is split while its late answer may still come', async () => {
    const points = [point('a', 0), point('b', 1), point('c', 2), point('d', 3)]
    const { values, bus } = reading({ points, profile: { maxRegisters: 4 }, device: { every: '2s' } })
    await values()
    expect(bus.asked.at(-1)?.room).toEqual({ before: 0, after: 0 })
    bus.answering = dead
    await values()
    bus.answering = good()
    bus.asked.splice(0)
    await values()
    expect(bus.asked.map(({ quantity }) => quantity)).toEqual([1, 3, 1])
    for (let times = 0; times < 6; times += 1) await values()
    expect(bus.asked.at(-1)?.quantity).toBe(4)
  })

  it('is split too where nothing is known of the cells around it', async () => {
    const points = [point('a', 0), point('b', 1), point('c', 2), point('d', 3)]
    const { values, bus } = reading({ points, device: { every: '2s' } })
    await values()
    expect(bus.asked.at(-1)?.room).toBeUndefined()
    bus.answering = dead
    await values()
    bus.answering = good()
    bus.asked.splice(0)
    await values()
    const [, ...afterTheProbe] = bus.asked
    expect(afterTheProbe.every(({ quantity }) => quantity < 4)).toBe(true)
    expect(afterTheProbe.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(4)
  })

  it('is planned for the latency that was learned, which outlives a restart', async () => {
    const world = parts()
    const { values, bus, reader } = reading({ world, points: [point('a', 0), point('b', 16)] })
    await values()
    expect(bus.asked).toHaveLength(2)
    bus.latencyMs = { p50: 60, p999: 80 }
    await values()
    bus.asked.splice(0)
    await values()
    expect(bus.asked.map(({ quantity }) => quantity)).toEqual([17])
    reader.keep()
    reading({ world, points: [point('a', 0), point('b', 16)] })
    expect(bus.recalled).toEqual({ p50: 60, p999: 80 })
  })
})

describe('the identity of a device', () => {
  const points = [point('a', 0)]
  const answering =
    (held: Readonly<Record<number, number>>): Answering =>
    ({ address, quantity }) => ({
      kind: 'registers',
      words: Array.from({ length: quantity }, (_, index) => held[address + index] ?? 7),
    })
  const changed = (readings: readonly (readonly unknown[])[]) =>
    readings.find(([name]) => name === 'identity-changed')?.[1]

  it('is read before anything else is shown, and then told as not changed', async () => {
    const { values, bus, addresses, reader } = reading({ points, profile: { identity: IDENTITY } })
    bus.answering = answering({ 5_000: 42 })
    expect(await values()).toEqual([
      ['a', 7],
      ['identity-changed', false],
    ])
    expect(addresses()).toEqual([5_000, 0])
    expect(reader.health().state).toBe('answers')
  })

  it('that is another’s makes every point bad, is read twice before, and is looked at again', async () => {
    const { values, bus, addresses, reader, log } = reading({ points, profile: { identity: IDENTITY } })
    bus.answering = answering({ 5_000: 41 })
    expect(await values()).toEqual([
      ['a', 'identity-mismatch'],
      ['identity-changed', true],
    ])
    expect(addresses()).toEqual([5_000, 5_000])
    expect(reader.health().state).toBe('identity-mismatch')
    for (let times = 0; times < 5; times += 1) expect(await values()).toEqual([['a', 'identity-mismatch']])
    bus.answering = answering({ 5_000: 42 })
    for (let times = 0; times < 3; times += 1) await values()
    expect((await values()).at(0)).toEqual(['a', 7])
    expect(log.lines.map(({ level }) => level)).toEqual(['warn', 'info'])
  })

  it('is not doubted for one wrong answer', async () => {
    const { values, bus } = reading({ points, profile: { identity: IDENTITY } })
    let asked = 0
    bus.answering = (request) =>
      answering({ 5_000: request.address === 5_000 && (asked += 1) === 1 ? 41 : 42 })(request)
    expect(await values()).toEqual([
      ['a', 7],
      ['identity-changed', false],
    ])
  })

  it('is learned at the first meeting, and a meter exchanged while the gateway was off is found', async () => {
    const world = parts()
    world.bus.answering = answering({ 5_001: 1, 5_002: 2 })
    expect(changed(await reading({ world, points, profile: { identity: SERIAL } }).values())).toBe(false)
    expect(changed(await reading({ world, points, profile: { identity: SERIAL } }).values())).toBe(false)
    world.bus.answering = answering({ 5_001: 1, 5_002: 3 })
    expect(changed(await reading({ world, points, profile: { identity: SERIAL } }).values())).toBe(true)
    const device = { serial: String(65_536 + 3) }
    expect(changed(await reading({ world, points, profile: { identity: SERIAL }, device }).values())).toBe(false)
  })

  it('is asked for again after a silence, after a lost line, and hourly', async () => {
    const { values, bus, clock, addresses } = reading({ points, profile: { identity: IDENTITY } })
    const checks = () => addresses().filter((address) => address === 5_000).length
    bus.answering = answering({ 5_000: 42 })
    for (let times = 0; times < 10; times += 1) await values()
    expect(checks()).toBe(1)
    for (const fault of [
      dead,
      () => {
        throw lost()
      },
    ]) {
      const before = checks()
      bus.answering = fault
      await values()
      bus.answering = answering({ 5_000: 42 })
      await values()
      await values()
      expect(checks()).toBeGreaterThan(before)
    }
    const before = checks()
    clock.advance(3_600_000)
    await values()
    expect(checks()).toBe(before + 1)
  })

  it('that a device refuses to tell, or says nothing of, is told once and is no mismatch', async () => {
    for (const answer of [() => ({ kind: 'exception', code: 2 }) as const, dead]) {
      const { values, bus, log } = reading({ points, profile: { identity: IDENTITY }, device: { every: '60s' } })
      bus.answering = (request) => (request.address === 5_000 ? answer(request) : good()(request))
      expect(await values()).toEqual([
        ['a', 7],
        ['identity-changed', 'exception'],
      ])
      for (let times = 0; times < 200; times += 1) await values()
      expect(log.lines.map(({ level }) => level)).toEqual(['warn'])
    }
  })

  const refusing =
    (code: number): Answering =>
    (request) =>
      request.address >= 5_000 ? { kind: 'exception', code } : good(1)(request)

  it('that a stranger refuses to tell is another’s, where the right one told it or the site names it', async () => {
    for (const code of [1, 2, 4]) {
      const { values, bus } = reading({ points, profile: { identity: SERIAL } })
      bus.answering = answering({ 5_001: 1, 5_002: 2 })
      await values()
      bus.answering = dead
      await values()
      bus.answering = refusing(code)
      expect(await values()).toEqual([
        ['a', 'identity-mismatch'],
        ['identity-changed', true],
      ])
      const named = reading({ points, profile: { identity: SERIAL }, device: { serial: '65538' } })
      named.bus.answering = refusing(code)
      expect(await named.values()).toEqual([
        ['a', 'identity-mismatch'],
        ['identity-changed', true],
      ])
    }
  })

  it('that a stranger refuses to tell is another’s for its model too, once the right one told it', async () => {
    const { values, bus } = reading({ points, profile: { identity: IDENTITY } })
    bus.answering = answering({ 5_000: 42 })
    await values()
    bus.answering = dead
    await values()
    bus.answering = refusing(2)
    expect((await values()).at(0)).toEqual(['a', 'identity-mismatch'])
  })

  it('that a busy device cannot tell now is asked for again, and no value is shown until then', async () => {
    const { values, bus, reader } = reading({ points, profile: { identity: SERIAL }, device: { serial: '65538' } })
    bus.answering = refusing(6)
    expect((await values()).at(0)).toEqual(['a', 'exception'])
    bus.answering = answering({ 5_001: 1, 5_002: 2 })
    expect((await values()).at(0)).toEqual(['a', 7])
    expect(reader.health().state).toBe('answers')
  })

  it('that a stranger is silent to is another’s, but not where the line lost a few answers', async () => {
    const { values, bus } = reading({ points, profile: { identity: SERIAL }, device: { every: '60s' } })
    bus.answering = answering({ 5_001: 1, 5_002: 2 })
    await values()
    const missing = (times: number) => {
      bus.reconnects += 1
      bus.answering = (request) => {
        if (request.address !== 5_001 || (times -= 1) < 0) return answering({ 5_001: 1, 5_002: 2 })(request)
        throw timeout()
      }
    }
    missing(3)
    expect((await values()).at(0)).toEqual(['a', 'exception'])
    expect((await values()).at(0)).toEqual(['a', 7])
    missing(1_000)
    for (let times = 0; times < 2; times += 1) expect((await values()).at(0)).toEqual(['a', 'exception'])
    expect((await values()).at(0)).toEqual(['a', 'identity-mismatch'])
  })

  it('is not given up for one refusal, which may be a late answer, nor for good for many', async () => {
    const { values, bus, clock } = reading({ points, profile: { identity: IDENTITY }, device: { every: '1h' } })
    let refusals = 1
    bus.answering = (request) => {
      if (request.address === 5_000 && (refusals -= 1) >= 0) return { kind: 'exception', code: 2 }
      return answering({ 5_000: 41 })(request)
    }
    expect((await values()).at(0)).toEqual(['a', 'identity-mismatch'])
    const late = reading({ points, profile: { identity: IDENTITY }, world: { ...parts(), clock, bus } })
    refusals = 2
    expect((await late.values()).at(0)).toEqual(['a', 7])
    clock.advance(3_600_000)
    expect((await late.values()).at(0)).toEqual(['a', 7])
    clock.advance(24 * 3_600_000)
    expect((await late.values()).at(0)).toEqual(['a', 'identity-mismatch'])
  })

  it('that is another’s makes all points bad at once and is told at once, due or not', async () => {
    const slow = [...points, point('b', 300, { poll: 'slow' }), point('c', 400, { poll: 'rare' })]
    const { values, bus } = reading({ points: slow, profile: { identity: SERIAL } })
    bus.answering = answering({ 5_001: 1, 5_002: 2 })
    for (let times = 0; times < 3; times += 1) await values()
    bus.answering = () => {
      throw lost()
    }
    for (let times = 0; times < 3; times += 1) await values()
    bus.answering = answering({ 5_001: 1, 5_002: 3 })
    expect(await values()).toEqual([
      ['a', 'identity-mismatch'],
      ['b', 'identity-mismatch'],
      ['c', 'identity-mismatch'],
      ['identity-changed', true],
    ])
    expect(await values()).toEqual([['a', 'identity-mismatch']])
  })

  it('is asked for again where the line was away between two rounds, or between two requests', async () => {
    const { values, bus } = reading({ profile: { identity: SERIAL } })
    const right = answering({ 5_001: 1, 5_002: 2 })
    const wrong = answering({ 5_001: 1, 5_002: 3 })
    bus.answering = right
    await values()
    bus.answering = wrong
    bus.reconnects += 1
    expect((await values()).at(0)).toEqual(['a', 'identity-mismatch'])
    const late = reading({ profile: { identity: SERIAL } })
    late.bus.answering = right
    await late.values()
    late.bus.answering = (request) => {
      if (request.address === 1_000) late.bus.reconnects += 1
      return late.bus.reconnects === 0 ? right(request) : wrong(request)
    }
    expect(new Set((await late.values()).slice(0, 3).map(([, value]) => value))).toEqual(new Set(['identity-mismatch']))
  })

  it('is as the site writes it, zeros in front or not', async () => {
    const { values, bus } = reading({ points, profile: { identity: SERIAL }, device: { serial: '0065538' } })
    bus.answering = answering({ 5_001: 1, 5_002: 2 })
    expect(changed(await values())).toBe(false)
  })

  it('that was learned by another map is not held against the device', async () => {
    const world = parts()
    world.bus.answering = answering({ 5_001: 1, 5_002: 2 })
    await reading({ world, points, profile: { identity: SERIAL } }).values()
    const corrected = { serial: { ...SERIAL.serial, words: 'low-first' } }
    expect(changed(await reading({ world, points, profile: { identity: corrected } }).values())).toBe(false)
  })

  it('that is another’s takes with it what was learned of the device', async () => {
    const gapped = [point('a', 0), point('b', 5)]
    for (const device of [{}, { serial: '65539' }]) {
      const world = parts()
      const held = { 5_001: 1, 5_002: 2 }
      world.bus.answering = (request) =>
        request.address === 0 && request.quantity === 6 ? { kind: 'exception', code: 2 } : answering(held)(request)
      const { values } = reading({ world, points: gapped, profile: { identity: SERIAL } })
      await values()
      expect(JSON.stringify([...world.memory.kept.values()])).toContain('refused')
      world.bus.answering = answering({ 5_001: 1, 5_002: 3 })
      const exchanged = reading({ world, points: gapped, profile: { identity: SERIAL }, device })
      await exchanged.values()
      exchanged.reader.keep()
      expect(JSON.stringify([...world.memory.kept.values()])).not.toContain('refused')
    }
  })
})
