import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Batch } from '../../../gateway/driver.ts'
import type { LoadedGateway } from '../../../platform/site/loaded-gateway.ts'
import { Runtime } from '../../../gateway/runtime/runtime.ts'
import { type HandClock, handClock } from '../../support/hand-clock.ts'
import { quietLog } from '../../support/quiet-log.ts'
import { until } from '../../support/until.ts'
import { Meter } from '../pit.ts'
import { siteOf, type SiteLists } from './sites.ts'

const PERIOD_MS = 100
const nobody = new AbortController().signal

describe('a gateway that is reconfigured while it runs', () => {
  let meters: [Meter, Meter]
  let ports: [number, number]
  let clock: HandClock
  let heard: Batch[]
  let switched: LoadedGateway[]
  let runtime: Runtime

  const bus = (id: string, port: number, more = '') => `id: ${id}, kind: tcp, host: 127.0.0.1, port: ${port}${more}`
  const meter = (id: string, busId: string, unit: number, every = PERIOD_MS) =>
    `id: ${id}, profile: demo/meter, bus: ${busId}, unit: ${unit}, every: ${every}ms`
  const site = (lists: SiteLists = {}) =>
    siteOf({
      buses: [bus('main', ports[0]), bus('second', ports[1])],
      devices: [meter('kept-a', 'main', 1), meter('kept-b', 'main', 2), meter('third', 'second', 1)],
      ...lists,
    })
  const begin = async (first: LoadedGateway) => {
    runtime = new Runtime(first, {
      clock,
      log: quietLog(),
      memory: { recall: () => null, keep: () => undefined },
      baseFolder: '/',
      storeFolder: '/nowhere',
      accept: (batch) => {
        heard.push(batch)
        return Promise.resolve()
      },
      onSwitch: (now) => switched.push(now),
    })
    await runtime.begin()
  }
  const of = (device: string) => heard.filter((batch) => batch.device === device)
  const monoOf = ({ readings }: Batch) => readings[0]?.mono ?? NaN
  /** Lets `ms` pass; who is due has read before this resolves. */
  const pass = async (ms: number, due: Readonly<Record<string, number>>) => {
    const wanted = Object.entries(due).map(([device, more]) => ({ device, count: of(device).length + more }))
    await clock.advance(ms)
    await until(`a round of ${Object.keys(due).join(', ')}`, () =>
      wanted.every(({ device, count }) => of(device).length >= count),
    )
  }

  beforeEach(async () => {
    meters = [new Meter(), new Meter()]
    ports = [await meters[0].listen(), await meters[1].listen()]
    clock = handClock()
    heard = []
    switched = []
  })
  afterEach(async () => {
    await runtime.close()
    await Promise.all(meters.map((one) => one.end()))
  })

  it('loses no round of a device that stays, nor moves one, through 50 reconfigurations', async () => {
    await begin(site())
    await until('the first rounds', () => new Set(heard.map(({ device }) => device)).size === 3)
    for (let n = 0; n < 3; n += 1) await pass(PERIOD_MS, { 'kept-a': n > 0 ? 1 : 0, 'kept-b': n > 0 ? 1 : 0 })
    const drivers = runtime.facts.devices.slice(0, 2)
    const since = { a: of('kept-a').length, b: of('kept-b').length }
    for (let n = 1; n <= 50; n += 1) {
      const next = site({
        buses: [bus('main', ports[0]), bus('second', ports[1], `, timeout: ${1_000 + n}ms`)],
        devices: [
          ...(n % 3 === 0 ? [] : [meter('third', 'second', 1, PERIOD_MS * (1 + (n % 4)))]),
          meter('kept-b', 'main', 2),
          ...(n % 2 === 0 ? [meter('guest', 'main', 3)] : []),
          meter('kept-a', 'main', 1),
        ],
        rules: [`id: r, type: high-limit, point: kept-a/active-power, priority: red, with: { limit: ${100 + n} }`],
      })
      const applied = runtime.apply(next, nobody)
      await pass(PERIOD_MS, { 'kept-a': 1, 'kept-b': 1 })
      await pass(PERIOD_MS, { 'kept-a': 1, 'kept-b': 1 })
      const { devices, continuity } = await applied
      expect(devices.kept).toEqual(expect.arrayContaining(['kept-a', 'kept-b']))
      expect(continuity.late).toEqual([])
      expect(continuity.measured).toBeGreaterThanOrEqual(2)
    }
    for (const [device, before] of [['kept-a', since.a] as const, ['kept-b', since.b] as const]) {
      expect(of(device)).toHaveLength(before + 100)
      const stamps = of(device).map(monoOf)
      const gaps = stamps.slice(1).map((at, index) => at - (stamps[index] ?? 0))
      expect(Math.max(...gaps)).toBeLessThan(2 * PERIOD_MS)
      expect(of(device).every(({ readings }) => readings.every(({ quality }) => quality === 'good'))).toBe(true)
    }
    expect(drivers.map((driver) => driver.health())).toMatchObject([
      { id: 'kept-a', state: 'answers', skippedRounds: 0, lateMs: 0 },
      { id: 'kept-b', state: 'answers', skippedRounds: 0, lateMs: 0 },
    ])
    expect(drivers.every((driver) => runtime.facts.devices.includes(driver))).toBe(true)
  })

  it('reads a new device and one that is configured otherwise at once, and a removed one no more', async () => {
    await begin(site())
    await until('the first rounds', () => heard.length === 3)
    const devices = [meter('kept-a', 'main', 1), meter('kept-b', 'main', 2, 500), meter('guest', 'main', 3)]
    const applied = runtime.apply(site({ devices }), nobody)
    await until('what is new', () => of('guest').length === 1 && of('kept-b').length === 2)
    expect((await applied).devices).toEqual({
      kept: ['kept-a'],
      restarted: ['kept-b'],
      added: ['guest'],
      removed: ['third'],
    })
    await pass(10 * PERIOD_MS, { 'kept-a': 1, guest: 1 })
    expect(of('third')).toHaveLength(1)
    expect(runtime.facts.devices).toHaveLength(3)
  })

  it('restarts the devices of a bus that changed, and leaves the other bus its connection', async () => {
    await begin(site())
    await until('the first rounds', () => heard.length === 3)
    const [main, second] = runtime.facts.buses
    const buses = [bus('main', ports[0]), bus('second', ports[1], ', timeout: 3s')]
    const { buses: fates, devices } = await runtime.apply(site({ buses }), nobody)
    expect(fates).toMatchObject({ kept: ['main'], restarted: ['second'] })
    expect(devices).toMatchObject({ kept: ['kept-a', 'kept-b'], restarted: ['third'] })
    expect(runtime.facts.buses[0]).toBe(main)
    expect(runtime.facts.buses[1]).not.toBe(second)
    await until('a new connection to the second', () => meters[1].connections === 2)
    expect(meters[0].connections).toBe(1)
  })

  it('stops nothing for a new name, and tells it', async () => {
    await begin(site())
    await until('the first rounds', () => heard.length === 3)
    const named = `${meter('kept-a', 'main', 1)}, name: { zh-CN: 一, en: one }`
    const next = site({ devices: [named, meter('kept-b', 'main', 2), meter('third', 'second', 1)] })
    const { devices } = await runtime.apply(next, nobody)
    expect(devices).toMatchObject({ kept: ['kept-a', 'kept-b', 'third'], restarted: [] })
    expect(switched).toEqual([next])
  })

  it('goes on as it was when something of the new configuration cannot be made', async () => {
    const first = site()
    await begin(first)
    await until('the first rounds', () => heard.length === 3)
    const camera = `id: gate, profile: hikvision/isapi-camera, url: 'http://127.0.0.1:9', user: u, passwordEnv: CAMERA_SECRET`
    process.env.CAMERA_SECRET = 'gone in a moment'
    const next = site({ cameras: [camera], devices: [meter('kept-a', 'main', 1), meter('guest', 'main', 3)] })
    delete process.env.CAMERA_SECRET
    await expect(runtime.apply(next, nobody)).rejects.toThrow(/CAMERA_SECRET/)
    expect(runtime.loaded).toBe(first)
    expect(switched).toEqual([next, first])
    await pass(2 * PERIOD_MS, { 'kept-a': 1, 'kept-b': 1, third: 1 })
    expect(runtime.facts.devices).toHaveLength(3)
  })

  it('takes one change after the other', async () => {
    await begin(site())
    const changes = [1, 2, 3].map((n) => site({ devices: [meter(`only-${n}`, 'main', 1)] }))
    await Promise.all(changes.map((next) => runtime.apply(next, nobody)))
    expect(switched).toEqual(changes)
    await until('the last one', () => of('only-3').length > 0)
    expect(runtime.facts.devices).toHaveLength(1)
  })
})
