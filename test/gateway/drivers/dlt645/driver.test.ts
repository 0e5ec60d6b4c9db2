import { describe, expect, it } from 'vitest'
import { Dlt645Point } from '../../../../core/contract/device-profile.ts'
import { dlt645Station } from '../../../../sim/dlt645/meter.ts'
import { handClock } from '../../../support/hand-clock.ts'
import { ADDRESS, refusal as dlt645Refusal, shipped, testMemory, valuesOf, world } from './line.ts'

const EVERY_S = 1_000
const TEN_MINUTES = 600_000
const NUMBER = '04000402'

describe('the DL/T 645 driver reads', () => {
  it('a three-phase meter, in the units of its quantities', async () => {
    const { next } = world()
    expect(valuesOf(await next())).toMatchObject({
      'voltage-l1': 231.5,
      'voltage-l3': 229.9,
      'current-l1': 43.211,
      'active-power': -1251.2,
      'active-power-l1': 9500.4,
      'power-factor': 0.501,
      frequency: 50.02,
      'energy-import': 1234.56,
      'meter-cover-openings': 3,
      'ct-ratio': 40,
      'clock-offset': 0,
      'clock-jumps': 0,
      'identity-changed': false,
    })
  })

  it('a single-phase meter', async () => {
    const { next } = world({ profile: 'dlt645-single-phase' })
    const values = valuesOf(await next())
    expect(values).toMatchObject({ voltage: 231.5, current: 4.999, 'active-power': -1251.2 })
    expect(Object.keys(values)).toHaveLength(19)
  })

  it('each block with one question for all of its points', async () => {
    const { next, line } = world({ device: { points: ['voltage-l1', 'voltage-l2', 'voltage-l3', 'frequency'] } })
    await next()
    expect(line.asked.map(({ item }) => item)).toEqual([NUMBER, '0201FF00', '02800002'])
    await next(EVERY_S)
    expect(line.asked.slice(3).map(({ item }) => item)).toEqual(['0201FF00', '02800002'])
  })

  it('a block item by item once the meter has refused it, and does not ask for it again soon', async () => {
    const device = { points: ['voltage-l1', 'voltage-l2', 'voltage-l3'], pace: { rare: '5s' } }
    const { next, line, log } = world({ device, meter: { without: ['0201FF00'] } })
    expect(valuesOf(await next())).toMatchObject({ 'voltage-l1': 231.5, 'voltage-l2': 230.8, 'voltage-l3': 229.9 })
    await next(EVERY_S)
    const items = ['02010100', '02010200', '02010300']
    expect(line.asked.map(({ item }) => item)).toEqual([NUMBER, '0201FF00', '0201FF00', ...items, ...items])
    expect(log.lines.map(({ level }) => level)).toEqual(['info'])
    for (let round = 2; round <= 6; round += 1) await next(EVERY_S)
    expect(line.asked.filter(({ item }) => item === '0201FF00')).toHaveLength(3)
  })

  it('the rest when it refuses an item, which is bad with a reason and asked for again later', async () => {
    const device = { points: ['voltage-l1', 'frequency'], pace: { rare: '5s' } }
    const { next, line, log } = world({ device, meter: { without: ['02800002'] } })
    expect(valuesOf(await next())).toMatchObject({ 'voltage-l1': 231.5, frequency: 'exception' })
    expect(valuesOf(await next(EVERY_S))).toMatchObject({ 'voltage-l1': 231.5, frequency: 'exception' })
    expect(line.asked.filter(({ item }) => item === '02800002')).toHaveLength(2)
    expect(log.lines).toMatchObject([{ level: 'warn', message: 'meter refuses an item: no such data' }])
    for (let round = 2; round <= 6; round += 1) await next(EVERY_S)
    expect(line.asked.filter(({ item }) => item === '02800002')).toHaveLength(3)
  })

  it('an item again at once when it was refused a single time, and soon where the meter has it', async () => {
    const device = { points: ['frequency'], polls: { frequency: 'fast' }, pace: { slow: '5s', rare: '1h' } }
    const { next, line } = world({ device })
    await next()
    // The error word of a refusal: 1 = other error.
    const refusal = dlt645Refusal(1)
    const count = line.asked.length
    line.damage = (reply, n) => (n === count + 1 ? refusal : reply)
    expect(valuesOf(await next(EVERY_S))).toEqual({ frequency: 50.02 })
    line.damage = (reply, n) => (n <= count + 4 ? refusal : reply)
    expect(valuesOf(await next(EVERY_S))).toEqual({ frequency: 'exception' })
    const seen = []
    for (let round = 0; round < 6; round += 1) seen.push(valuesOf(await next(EVERY_S)).frequency)
    expect(seen).toEqual(['exception', 'exception', 'exception', 'exception', 50.02, 50.02])
  })

  it('an item of several frames to its end', async () => {
    const record = Uint8Array.from({ length: 60 }, (_, index) => (index % 10) * 0x11)
    const point = { quantity: 'energy', item: '03300D01', bytes: 4, decimals: 2, unit: 'kW.h', range: [0, 999_999.99] }
    const profile = {
      ...shipped('dlt645-three-phase'),
      points: [
        Dlt645Point.parse({ ...point, point: 'first', offset: 12 }),
        Dlt645Point.parse({ ...point, point: 'last', offset: 56 }),
      ],
    }
    const { next, line } = world({ profile, meter: { items: { '03300D01': record }, frameBytes: 24 } })
    expect(valuesOf(await next())).toMatchObject({ first: 554_433.22, last: 998_877.66 })
    expect(line.asked.map(({ item }) => item)).toEqual([NUMBER, '03300D01', '03300D01 next', '03300D01 next'])
  })

  it('fast points each period, slow ones every thirtieth and others as the site says', async () => {
    const device = {
      points: ['voltage-l1', 'frequency', 'energy-import'],
      polls: { frequency: 'rare' },
      pace: { rare: '5s' },
    }
    const { next } = world({ device })
    const seen: Record<string, number[]> = {}
    for (let round = 0; round <= 60; round += 1) {
      const { readings } = await next(round === 0 ? 0 : EVERY_S)
      for (const { point } of readings) seen[point] = [...(seen[point] ?? []), round]
    }
    expect(seen['voltage-l1']).toHaveLength(61)
    expect(seen.frequency).toEqual([0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60])
    expect(seen['energy-import']).toEqual([0, 30, 60])
    expect(seen['identity-changed']).toEqual([0, 30, 60])
  })

  it('with stamps of its clock, and a validity of two and a half periods of the point', async () => {
    const { next, clock } = world({ device: { every: '5s', points: ['voltage-l1', 'energy-import', 'ct-ratio'] } })
    const { readings } = await next()
    expect(readings.map(({ point, at, validUntil }) => [point, at - clock.now(), validUntil - at])).toEqual([
      ['voltage-l1', 0, 12_500],
      ['energy-import', 0, 375_000],
      ['ct-ratio', 0, 11_250_000],
      ['identity-changed', 0, 375_000],
    ])
  })

  it('fast points first on a slow line, and then no more than one slow item where the period is over', async () => {
    const { next, line, driver } = world({ device: { pace: { slow: '5s', rare: '5s' } } })
    line.exchangeMs = 300
    const first = await next()
    expect(first.readings.filter(({ point }) => /^(voltage|current|active-power|frequency)/.test(point))).toHaveLength(
      11,
    )
    expect(first.readings).toHaveLength(13)
    const seen = new Set<string>()
    for (let round = 0; round < 30; round += 1) for (const { point } of (await next()).readings) seen.add(point)
    expect(seen.size).toBe(30)
    expect(driver.health().lateMs).toBeGreaterThan(0)
    expect(driver.health().skippedRounds).toBeGreaterThan(0)
  })

  it('through the ratio of the transformers before the meter', async () => {
    const device = { points: ['active-power'], spans: { 'active-power': { from: [0, 1], to: [0, 40_000] } } }
    expect(valuesOf(await world({ device }).next())).toMatchObject({ 'active-power': -50_048 })
  })

  it('nothing but reads', async () => {
    const { next, line } = world({ isAlone: true })
    await next()
    for (let round = 0; round < 40; round += 1) await next(EVERY_S)
    expect(line.asked.every(({ item }) => /^[0-9A-F]{8}( next)?$/.test(item))).toBe(true)
  })
})

describe('a meter that does not answer', () => {
  it('has bad readings, is asked ever less often for its number alone, and is believed again at once', async () => {
    const { next, quiet, line, log, driver, clock } = world()
    await next()
    expect(driver.health().state).toBe('answers')
    const [station] = line.stations
    line.stations = []
    const gone = await next(EVERY_S)
    expect(gone.readings.every(({ value, reason }) => value === null && reason === 'timeout')).toBe(true)
    const before = line.asked.length
    const start = clock.mono()
    while (clock.mono() - start < 600_000) await quiet(EVERY_S)
    const probes = line.asked.slice(before)
    expect(new Set(probes.map(({ item }) => item))).toEqual(new Set([NUMBER]))
    expect(probes.slice(1).every(({ purpose }) => purpose === 'probe')).toBe(true)
    expect(probes.length).toBeLessThan(25)
    expect(driver.health().state).toBe('silent')
    expect(log.lines.filter(({ level }) => level === 'warn')).toHaveLength(1)
    line.stations = [station!]
    let back = await next(EVERY_S)
    while (back.readings.some(({ reason }) => reason !== null)) back = await next(EVERY_S)
    expect(back.readings).toHaveLength(30)
    expect(driver.health().state).toBe('answers')
  })

  it('from the start is bad in all of its points', async () => {
    const { next, line } = world()
    line.stations = []
    const { readings } = await next()
    expect(readings).toHaveLength(30)
    expect(readings.every(({ reason }) => reason === 'timeout')).toBe(true)
  })

  it('is left alone while dead devices have used up their share of the bus', async () => {
    const { next, quiet, line } = world()
    line.stations = []
    line.mayProbe = false
    await next()
    // Missed once it is most likely alive, and asked again at once; missed twice it waits with the others.
    await next(EVERY_S)
    const asked = line.asked.length
    for (let round = 0; round < 20; round += 1) expect(await quiet(EVERY_S)).toBe(true)
    expect(line.asked).toHaveLength(asked)
  })

  it('to one item only loses that item and is not thought to be gone', async () => {
    const { next, line, driver } = world({ device: { points: ['voltage-l1', 'frequency', 'current-l1'] } })
    await next()
    line.damage = (reply) => (reply.length === 22 && reply[14] === 0x35 ? new Uint8Array(reply.length) : reply)
    const batch = valuesOf(await next(EVERY_S))
    expect(batch).toEqual({ 'voltage-l1': 231.5, frequency: 'malformed', 'current-l1': 43.211 })
    expect(driver.health().state).toBe('answers')
    line.damage = (reply) => reply
    expect(valuesOf(await next(EVERY_S)).frequency).toBe(50.02)
  })

  it('for long has its first reading after that believed for no longer than before', async () => {
    const { next, quiet, line } = world({ device: { points: ['voltage-l1'] } })
    await next()
    const [station] = line.stations
    line.stations = []
    for (let round = 0; round < 200; round += 1) await quiet(EVERY_S)
    line.stations = [station!]
    let [back] = (await next(EVERY_S)).readings
    while (back?.value === null) [back] = (await next(EVERY_S)).readings
    expect((back?.validUntil ?? 0) - (back?.at ?? 0)).toBe(2_500)
  })

  it('because the line is away is told so once in a while, and read whole when it is back', async () => {
    const { next, quiet, line, driver } = world()
    await next()
    line.isDown = true
    const gone = await next(EVERY_S)
    expect(gone.readings.every(({ reason }) => reason === 'link-down')).toBe(true)
    await next(EVERY_S)
    expect(driver.health().state).toBe('silent')
    expect(await quiet(EVERY_S)).toBe(true)
    line.isDown = false
    const back = await next(EVERY_S)
    expect(back.readings).toHaveLength(30)
    expect(back.readings.every(({ reason }) => reason === null)).toBe(true)
  })
})

describe('a meter that is not the right one', () => {
  const other = '202501149999'

  it('than the site names shows no value, only that it is there', async () => {
    const { next, driver, log } = world({ device: { serial: other } })
    const { readings } = await next()
    expect(readings.filter(({ point }) => point !== 'identity-changed').map(({ reason }) => reason)).toEqual(
      Array.from({ length: 29 }, () => 'identity-mismatch'),
    )
    expect(readings.find(({ point }) => point === 'identity-changed')).toMatchObject({ value: true, quality: 'good' })
    expect(driver.health().state).toBe('identity-mismatch')
    expect(log.lines).toMatchObject([{ level: 'warn', facts: { code: 'identity-mismatch', found: ADDRESS } }])
  })

  it('than the one first met is noticed after silence, after an hour and after a restart', async () => {
    let number = ADDRESS
    const memory = testMemory()
    const options = {
      memory,
      meter: { number: () => number },
      device: { points: ['voltage-l1'], every: '10min', pace: { slow: '10min' } },
    }
    const right = { 'voltage-l1': 231.5, 'identity-changed': false }
    const wrong = { 'voltage-l1': 'identity-mismatch', 'identity-changed': true }
    const first = world(options)
    expect(valuesOf(await first.next())).toEqual(right)
    number = other
    const hour: unknown[] = []
    for (let round = 0; round < 7; round += 1) hour.push(valuesOf(await first.next(TEN_MINUTES)))
    expect(hour).toEqual([right, right, right, right, right, right, wrong])
    number = ADDRESS
    expect(valuesOf(await first.next(TEN_MINUTES))).toEqual(right)
    first.line.isDown = true
    await first.next(TEN_MINUTES)
    first.line.isDown = false
    number = other
    expect(valuesOf(await first.next(TEN_MINUTES))).toEqual(wrong)
    expect(valuesOf(await world(options).next())).toEqual(wrong)
  })

  it('is not suspected because one frame was damaged', async () => {
    const { next, line } = world({ device: { serial: ADDRESS, points: ['voltage-l1'] } })
    // Two bits of the number against each other, which the checksum does not see.
    line.damage = (reply, count) => (count === 1 ? reply.with(18, reply[18]! - 1).with(19, reply[19]! + 1) : reply)
    expect(valuesOf(await next())).toEqual({ 'voltage-l1': 231.5, 'identity-changed': false })
  })

  it('but has another address is found by broadcast, where no other device is on the bus', async () => {
    const profile = shipped('dlt645-three-phase')
    const stranger = dlt645Station({ address: other, profile, values: () => ({}) })
    for (const isAlone of [true, false]) {
      const { next, line, driver } = world({ isAlone, device: { points: ['voltage-l1'] } })
      await next()
      line.stations = [stranger]
      const seen = new Set<unknown>()
      for (let round = 0; round < 12; round += 1) seen.add(valuesOf(await next(EVERY_S))['identity-changed'])
      expect(seen.has(true)).toBe(isAlone)
      expect(line.asked.some(({ item }) => item === 'address')).toBe(isAlone)
      expect(driver.health().state).toBe(isAlone ? 'identity-mismatch' : 'silent')
    }
  })

  it('is one that does not tell its number where the site’s own did', async () => {
    const { next, line } = world({ device: { points: ['voltage-l1'] } })
    await next()
    line.isDown = true
    await next(EVERY_S)
    line.isDown = false
    line.stations = [
      dlt645Station({
        address: ADDRESS,
        profile: shipped('dlt645-three-phase'),
        values: () => ({}),
        without: [NUMBER],
      }),
    ]
    expect(valuesOf(await next(EVERY_S))).toEqual({ 'voltage-l1': 'identity-mismatch', 'identity-changed': true })
  })

  it('is noticed where the line was away between two rounds only', async () => {
    let number = ADDRESS
    const { next, line } = world({ meter: { number: () => number }, device: { points: ['voltage-l1'] } })
    await next()
    number = other
    line.reconnects += 1
    expect(valuesOf(await next(EVERY_S))).toMatchObject({ 'voltage-l1': 'identity-mismatch' })
  })

  it('cannot be told where meters do not give their number', async () => {
    const { next, driver } = world({ device: { points: ['voltage-l1'] }, meter: { without: [NUMBER] } })
    expect(valuesOf(await next())).toEqual({ 'voltage-l1': 231.5, 'identity-changed': 'exception' })
    expect(driver.health().state).toBe('answers')
  })
})

describe('tampering', () => {
  it('shows in the counters when they were read twice', async () => {
    const { next, shows, line } = world({ device: { points: ['meter-cover-openings'], pace: { slow: '1s' } } })
    expect(valuesOf(await next())['meter-cover-openings']).toBe(3)
    expect(line.asked.filter(({ item }) => item === '03300D00')).toHaveLength(2)
    await next(EVERY_S)
    expect(line.asked.filter(({ item }) => item === '03300D00')).toHaveLength(3)
    shows['meter-cover-openings'] = 4
    expect(valuesOf(await next(EVERY_S))['meter-cover-openings']).toBe(4)
    expect(line.asked.filter(({ item }) => item === '03300D00')).toHaveLength(5)
  })

  it('is not raised by a damaged frame whose sum is right', async () => {
    const { next, line, shows } = world({ device: { points: ['meter-cover-openings'], pace: { slow: '1s' } } })
    shows['meter-cover-openings'] = 203
    await next()
    const count = line.asked.length
    // One more in the first byte of the value, one less in the second: 104.
    line.damage = (reply, n) => (n === count + 1 ? reply.with(18, reply[18]! + 1).with(19, reply[19]! - 1) : reply)
    expect(valuesOf(await next(EVERY_S))).toMatchObject({ 'meter-cover-openings': 'malformed' })
    expect(valuesOf(await next(EVERY_S))).toMatchObject({ 'meter-cover-openings': 203 })
  })

  it('with the clock is counted, over restarts too, and the offset told', async () => {
    const device = { points: ['clock-offset', 'clock-jumps'], pace: { slow: '10s' } }
    const memory = testMemory()
    // A meter shows whole seconds: with half a one more it is the same second wherever in it the meter is asked.
    const one = world({ memory, device, meterAheadMs: 20_500 })
    expect(valuesOf(await one.next())).toMatchObject({ 'clock-offset': 20, 'clock-jumps': 0 })
    one.meterAheadMs = 250_500
    expect(valuesOf(await one.next(10_000))).toMatchObject({ 'clock-offset': 250, 'clock-jumps': 0 })
    one.meterAheadMs = -3_599_500
    expect(valuesOf(await one.next(10_000))).toMatchObject({ 'clock-offset': -3_600, 'clock-jumps': 1 })
    const two = world({ memory, device, clock: one.clock, meterAheadMs: 3_600_500 })
    expect(valuesOf(await two.next())).toMatchObject({ 'clock-jumps': 1 })
    expect(valuesOf(await two.next(10_000))).toMatchObject({ 'clock-offset': 3_600, 'clock-jumps': 2 })
  })

  it('is not seen in midnight passing between the date and the time', async () => {
    const device = { points: ['clock-offset', 'clock-jumps'], pace: { slow: '1s' } }
    const one = world({ device })
    await one.next()
    one.meterAheadMs = 100_000
    const beforeMidnight = Date.UTC(2023, 10, 15, 15, 59, 59) - 100_000
    const two = world({ device, memory: one.memory, clock: handClock(beforeMidnight), meterAheadMs: 100_000 })
    // Midnight comes when the first date has been read.
    two.line.damage = (reply, count) => {
      if (count === 2) two.meterAheadMs += 2_000
      return reply
    }
    expect(valuesOf(await two.next())).toMatchObject({ 'clock-offset': 102, 'clock-jumps': 0 })
    expect(two.line.asked.slice(1, 4).map(({ item }) => item)).toEqual(['04000101', '04000102', '04000101'])
  })
})
