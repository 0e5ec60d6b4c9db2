import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Deterrents, openDeterrents } from '../../../gateway/deterrent/deterrents.ts'
import { GatewayConfig } from '../../../core/contract/site.ts'
import { type HandClock, handClock } from '../../support/hand-clock.ts'
import { keptLog, until } from '../uplink/county.ts'
import { COIL, deterrent, Relay, SHOWN } from './relay.ts'

const SHOWS = { readBack: { table: 'discrete-input', address: SHOWN } }

describe('a siren on a coil', () => {
  let relay: Relay
  let clock: HandClock
  let minute: number | null
  let stop: AbortController
  let running: Promise<void>
  let log: ReturnType<typeof keptLog>

  const open = async (change: Record<string, unknown> = {}): Promise<Deterrents> => {
    const deterrents = openDeterrents([deterrent(change)], {
      ...{ reachOf: relay.reach, minuteOfDay: () => minute, clock, log },
    })
    stop = new AbortController()
    running = deterrents.run(stop.signal)
    await until(() => relay.written.length > 0 || relay.isStuck, 'its beginning')
    await until(() => clock.sleepers > 0, 'its watch')
    return deterrents
  }
  const silent = async () => {
    for (let looks = 0; looks < 400 && relay.isOn; looks += 1) {
      await clock.advance(200)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    expect(relay.isOn).toBe(false)
    await relay.settled()
  }

  beforeEach(async () => {
    relay = new Relay()
    await relay.listen()
    clock = handClock()
    minute = 12 * 60
    log = keptLog()
  })
  afterEach(async () => {
    stop.abort()
    await running
    await relay[Symbol.asyncDispose]()
  })

  it('sounds for as long as it is told and then falls silent by itself, seen both times', async () => {
    const deterrents = await open(SHOWS)
    expect(await deterrents.sound('siren', 10)).toEqual({ is: 'on', seconds: 10 })
    await clock.advance(9_000)
    expect(relay.isOn).toBe(true)
    await clock.advance(1_000)
    await silent()
    expect([relay.written, deterrents.faulty()]).toEqual([[0, 1, 0], []])
  })

  it.each([
    ['its own longest', '20s', 20],
    ['a minute', '60s', 60],
  ])('never sounds longer than %s', async (_what, most, seconds) => {
    const deterrents = await open({ most })
    expect(await deterrents.sound('siren', 3_600)).toEqual({ is: 'on', seconds })
    await clock.advance(seconds * 1_000)
    await silent()
  })

  it('is not made to sound twice at once, nor within a minute of its end', async () => {
    const deterrents = await open()
    await deterrents.sound('siren', 5)
    expect(await deterrents.sound('siren', 5)).toMatchObject({ is: 'refused', why: expect.stringMatching(/already/) })
    await clock.advance(5_000)
    await silent()
    await clock.advance(58_000)
    expect(await deterrents.sound('siren', 5)).toMatchObject({ is: 'refused', why: expect.stringMatching(/60 s/) })
    await clock.advance(3_000)
    expect(await deterrents.sound('siren', 5)).toMatchObject({ is: 'on' })
  })

  it('falls silent at once when nobody needs it any more', async () => {
    const deterrents = await open()
    await deterrents.sound('siren', 30)
    deterrents.hush('siren')
    await clock.advance(200)
    await silent()
  })

  it('is silent while the village sleeps, but not when nobody knows what time it is', async () => {
    const deterrents = await open({ quiet: { from: '22:00', to: '06:00' } })
    for (const night of [22 * 60, 0, 6 * 60 - 1]) {
      minute = night
      expect(await deterrents.sound('siren', 5)).toMatchObject({ is: 'refused', why: expect.stringMatching(/22:00/) })
    }
    expect(relay.written).toEqual([0])
    minute = null
    expect(await deterrents.sound('siren', 5)).toMatchObject({ is: 'on' })
  })

  it('is said to be unseen when it does not show that it sounds, and is switched off all the same', async () => {
    relay.isDumb = true
    const deterrents = await open(SHOWS)
    expect(await deterrents.sound('siren', 5)).toMatchObject({
      is: 'unseen',
      why: expect.stringMatching(/does not show/),
    })
    expect(deterrents.faulty()).toEqual(['siren'])
    expect(log.lines.filter(({ level }) => level === 'error')).toHaveLength(1)
    await clock.advance(5_000)
    await silent()
  })

  it('is said to be unseen when its coil is read back as it was', async () => {
    const deterrents = await open()
    relay.isStuck = true
    expect(await deterrents.sound('siren', 5)).toMatchObject({
      is: 'unseen',
      why: expect.stringMatching(/not read back/),
    })
  })

  it('is switched off again and again until it is off', async () => {
    const deterrents = await open()
    await deterrents.sound('siren', 5)
    relay.isStuck = true
    await clock.advance(5_200)
    await until(() => deterrents.faulty().length === 1, 'the fault')
    relay.isStuck = false
    await silent()
    await until(() => deterrents.faulty().length === 0, 'its end')
  })

  it('is switched off at the start when a kill has left it on, and then has its pause', async () => {
    relay.coil.set(COIL, 1)
    const deterrents = await open()
    expect(relay.isOn).toBe(false)
    expect(await deterrents.sound('siren', 5)).toMatchObject({ is: 'refused' })
    await clock.advance(61_000)
    expect(await deterrents.sound('siren', 5)).toMatchObject({ is: 'on' })
  })

  it('is switched off at the end, and never on after that', async () => {
    const deterrents = await open()
    await deterrents.sound('siren', 30)
    stop.abort()
    await running
    expect(relay.isOn).toBe(false)
    expect(await deterrents.sound('siren', 5)).toMatchObject({ is: 'refused' })
  })

  it('does not sound before its beginning, nor without being declared', async () => {
    const before = openDeterrents([deterrent()], { reachOf: relay.reach, minuteOfDay: () => minute, clock, log })
    expect(await before.sound('siren', 5)).toMatchObject({ is: 'refused' })
    const deterrents = await open()
    expect(await deterrents.sound('pump', 5)).toMatchObject({ is: 'refused', why: expect.stringMatching(/siren/) })
    expect(relay.written).toEqual([0])
  })
})

describe('a declared deterrent', () => {
  it.each([
    ['a minute and a second', { most: '61s' }],
    ['less than a second', { most: '900ms' }],
    ['a coil that cannot be', { coil: 70_000 }],
    ['hours that are none', { quiet: { from: '25:00', to: '06:00' } }],
    ['another thing than an output', { kind: 'breaker' }],
  ])('is refused with %s', (_what, change) => {
    const raw = { id: 'siren', kind: 'siren', device: 'relay', coil: COIL, ...change }
    expect(GatewayConfig.shape.deterrents.safeParse([raw]).success).toBe(false)
  })
})
