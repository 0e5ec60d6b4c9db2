import { rmSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import type { AlarmTransition } from '../../../core/contract/alarm.ts'
import type { Dating } from '../../../core/contract/clock.ts'
import type { Reading } from '../../../core/contract/reading.ts'
import { MonoMs, UtcMs } from '../../../core/contract/time.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import { type ClockSource, type HonestClock, honestClock } from '../../../gateway/clock/honest-clock.ts'
import { readKeptTime } from '../../../gateway/clock/kept-time.ts'
import type { Clock } from '../../../platform/clock.ts'
import { type HandClock, handClock } from '../../support/hand-clock.ts'
import { testFolder } from '../../support/processes.ts'
import { quietLog } from '../../support/quiet-log.ts'
import { NIGHT } from './world.ts'

const folder = await testFolder()
afterEach(() => rmSync(folder.path, { recursive: true, force: true }))
const BOOT = 'f7dc8359a8dc4b5082258a2c5157c75d'

/** A machine whose own wall clock anybody may set. */
interface Machine extends Clock {
  readonly hand: HandClock
  wallAheadMs: number
}

function machine(wallAheadMs = 0): Machine {
  const hand = handClock(NIGHT)
  return {
    hand,
    wallAheadMs,
    now() {
      return UtcMs.parse(Math.max(0, hand.now() + this.wallAheadMs))
    },
    mono: () => hand.mono(),
    sleep: (ms, signal) => hand.sleep(ms, signal),
  }
}

function open(of: Machine, sources: readonly ClockSource[] = [], kept: string | null = null): HonestClock {
  const rest = { log: quietLog(), rtc: () => null, first: () => [] }
  return honestClock({ clock: of, boot: BOOT, folder: kept, sources, ...rest })
}

/** NTP that knows the true time of the machine. */
const ntp = (of: Machine): ClockSource => ({
  everyMs: 60_000,
  claim: () => {
    const mono = of.mono()
    return Promise.resolve({ source: 'ntp', mono, offsetMs: of.hand.now() - mono, uncertaintyMs: 5 })
  },
})

async function running(clock: HonestClock, of: Machine, ms: number): Promise<Dating[]> {
  const told: Dating[] = []
  const over = new AbortController()
  const run = clock.run((dating) => told.push(dating), over.signal)
  await of.hand.advance(ms)
  over.abort()
  await run
  return told
}

const reading = (clock: HonestClock): Reading => ({
  device: 'meter',
  point: 'value',
  value: 1,
  quality: 'good',
  reason: null,
  at: clock.now(),
  mono: clock.mono(),
  validUntil: UtcMs.parse(clock.now() + 2_500),
})

describe("the gateway's clock", () => {
  it.each([
    ['three hours back', -3 * 3_600_000],
    ['a day on', 24 * 3_600_000],
    ['to 1970', -NIGHT],
    ['ten years on', 10 * 365 * 24 * 3_600_000],
  ])('does not follow the machine whose wall clock is set %s, and says how far that is off', (_, step) => {
    const of = machine()
    const clock = open(of)
    const before = clock.now()
    of.wallAheadMs = step
    expect(clock.now() - before).toBeLessThan(1_000)
    expect(Math.abs(clock.health().systemAheadMs - step)).toBeLessThan(1_000)
  })

  it('takes the time of a source that comes late, and tells what was read before it to the chain, before it tells the time', async () => {
    const of = machine(-NIGHT)
    const clock = open(of, [ntp(of)])
    expect(clock.dating()).toMatchObject({ boot: BOOT, source: 'none', uncertaintyMs: null })
    await of.hand.advance(5_000)
    const early = reading(clock)
    const seen: { dating: Dating; told: number }[] = []
    const over = new AbortController()
    const run = clock.run((dating) => seen.push({ dating, told: clock.now() }), over.signal)
    await of.hand.advance(1)
    expect(seen).toHaveLength(1)
    expect(seen[0]?.told).toBeLessThan(60_000)
    expect(Math.abs(clock.now() - of.hand.now())).toBeLessThan(2)
    const [restamped] = clock.restamped([early])
    expect(restamped?.at).toBe(NIGHT + 5_000)
    expect(restamped?.validUntil).toBe(NIGHT + 7_500)
    expect(clock.restamped([reading(clock)])[0]?.at).toBe(of.hand.now())
    over.abort()
    await run
  })

  it('dates a transition that followed from a reading before the step anew, with what its time is worth', async () => {
    const of = machine(-NIGHT)
    const clock = open(of, [ntp(of)])
    await of.hand.advance(5_000)
    const early = reading(clock)
    await running(clock, of, 1_000)
    const transition = (boot: string): AlarmTransition => ({
      occurrence: 'pit.rule.1',
      n: 1,
      kind: 'raise',
      site: 'pit',
      rule: 'rule',
      ruleType: 'high-limit',
      point: 'meter/value',
      priority: 'red',
      at: early.at,
      explanation: { key: 'high-limit.raised', values: {} },
      readings: [early],
      evidence: [],
      clock: { boot, mono: MonoMs.parse(5_500), recordedAt: early.at, uncertaintyMs: null },
    })
    const stamped = clock.stamped(transition(BOOT))
    expect(stamped.at).toBe(NIGHT + 5_500)
    expect(stamped.readings[0]?.at).toBe(NIGHT + 5_000)
    expect(stamped.clock?.recordedAt).toBe(stamped.at)
    expect(stamped.clock?.uncertaintyMs).toBeLessThan(10)
    expect(clock.stamped(transition('00000000'))).toEqual(transition('00000000'))
  })

  it('goes on with what it knew after a restart, and does not begin before that after a boot into 1970', async () => {
    const of = machine(-NIGHT)
    const clock = open(of, [ntp(of)], folder.path)
    await import('node:fs').then(({ mkdirSync }) => mkdirSync(folder.path, { recursive: true }))
    await running(clock, of, 90_000)
    expect(readKeptTime(folder.path)).toMatchObject({ boot: BOOT, source: 'ntp', isLast: true })
    const again = open(of, [], folder.path)
    expect(again.dating()).toMatchObject({ source: 'ntp' })
    expect(Math.abs(again.now() - of.hand.now())).toBeLessThan(2)
    const rebooted = machine(-NIGHT)
    const next = honestClock({
      ...{ clock: rebooted, boot: 'aaaaaaaa', folder: folder.path, sources: [], log: quietLog() },
      rtc: () => null,
      first: () => [],
    })
    expect(next.dating()).toMatchObject({ source: 'none', uncertaintyMs: null })
    expect(next.now()).toBeGreaterThanOrEqual(again.now())
    expect(next.datingOf(BOOT)).toMatchObject({ source: 'ntp' })
    expect(next.datingOf('00000000')).toBeNull()
  })

  it('tells the chain again what it has refused, in the same order', async () => {
    const of = machine(-NIGHT)
    const clock = open(of, [ntp(of)])
    const told: Dating[] = []
    let isFull = true
    const over = new AbortController()
    const chain = (dating: Dating) => {
      if (isFull) throw new HouseError('store/failed', 'no space left')
      told.push(dating)
    }
    const run = clock.run(chain, over.signal)
    await of.hand.advance(30_000)
    expect(told).toEqual([])
    expect(Math.abs(clock.now() - of.hand.now())).toBeLessThan(2)
    isFull = false
    await of.hand.advance(60_000)
    expect(told.map(({ source }) => source)).toEqual(['ntp'])
    over.abort()
    await run
  })

  it('asks the control room four questions and believes the answer that was under way for the shortest time', async () => {
    const of = machine(-NIGHT)
    const clock = open(of)
    const waits = [300, 40, 900, 500]
    const over = new AbortController()
    const answering: Promise<void>[] = []
    const say = (_lane: string, text: string): Promise<void> => {
      const ask = JSON.parse(text) as { boot: string; mono: number }
      const wait = waits.shift() ?? 0
      const answer = async () => {
        await of.hand.sleep(wait / 4)
        const at = of.hand.now()
        await of.hand.sleep((3 * wait) / 4)
        clock.room.hear(Buffer.from(JSON.stringify({ ...ask, at, uncertaintyMs: 20 })))
      }
      answering.push(answer())
      return Promise.resolve()
    }
    const looking = clock.room.connected(say, over.signal)
    await of.hand.advance(2_100)
    await looking
    await Promise.all(answering)
    expect(clock.dating()).toMatchObject({ source: 'control-room' })
    expect(Math.abs(clock.now() - of.hand.now())).toBeLessThanOrEqual(11)
    expect(clock.dating().uncertaintyMs).toBeGreaterThan(40)
    expect(clock.dating().uncertaintyMs).toBeLessThan(43)
    over.abort()
  })

  it('is through within two seconds when the control room does not answer, and refuses what is no answer', async () => {
    const of = machine()
    const clock = open(of)
    const over = new AbortController()
    const looking = clock.room.connected(() => Promise.resolve(), over.signal)
    await of.hand.advance(2_000)
    await looking
    expect(clock.dating().source).toBe('none')
    expect(() => clock.room.hear(Buffer.from('{"at": "now"}'))).toThrow(/clock-answer/)
    clock.room.hear(Buffer.from(JSON.stringify({ boot: BOOT, mono: 1, at: 1, uncertaintyMs: 0 })))
    clock.room.hear(Buffer.from(JSON.stringify({ boot: '00000000', mono: 0, at: 1, uncertaintyMs: 0 })))
    expect(clock.dating().source).toBe('none')
    over.abort()
  })
})
