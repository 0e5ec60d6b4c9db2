import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BootId, type TimeSource } from '../../../core/contract/clock.ts'
import { TimeKeeper } from '../../../gateway/clock/time-keeper.ts'
import { type BootPlan, HOUR, NIGHT, outOfOrder, play, type Telling, worstExcess } from './world.ts'

/** Sums of doubles of the size of today's UTC. */
const ROUNDING = 0.01

const boot = (more: Partial<BootPlan> = {}): BootPlan => ({
  darkMs: HOUR,
  lengthMs: HOUR,
  ppm: 0,
  wall: 0,
  isKilled: false,
  tellings: [],
  ...more,
})

const tell = (source: TimeSource, after: number, more: Partial<Telling> = {}): Telling => ({
  source,
  after,
  errorMs: 0,
  uncertaintyMs: 50,
  ...more,
})

/** Somebody honest: never further off than it says. */
const honest = fc
  .record({
    source: fc.constantFrom<TimeSource>('ntp', 'control-room', 'gps', 'technician'),
    after: fc.integer({ min: 0, max: 24 * HOUR }),
    uncertaintyMs: fc.constantFrom(5, 60, 900, 40_000),
    part: fc.double({ min: -1, max: 1, noNaN: true }),
  })
  .map(({ part, ...told }): Telling => ({ ...told, errorMs: told.uncertaintyMs * part }))

/** A machine's own clock may stand anywhere. */
const wall = fc.oneof(
  fc.constantFrom(0, NIGHT - 3 * HOUR, NIGHT + 24 * HOUR, NIGHT + 10 * 365 * 24 * HOUR),
  fc.integer({ min: 0, max: 2 * NIGHT }),
)

const plan = (tellings: fc.Arbitrary<Telling[]>) =>
  fc.record({
    // A cut of the power and the start of a machine; less than what two neighbours may be off could not keep them apart.
    darkMs: fc.integer({ min: 150_000, max: 10 * HOUR }),
    lengthMs: fc.integer({ min: 0, max: 25 * HOUR }),
    ppm: fc.integer({ min: -200, max: 200 }),
    wall,
    isKilled: fc.boolean(),
    restarts: fc.array(fc.integer({ min: 0, max: 25 * HOUR }), { maxLength: 2 }),
    tellings,
  })

const honestly = fc.array(plan(fc.array(honest, { maxLength: 6 })), { minLength: 1, maxLength: 5 })

describe('the time of a gateway', () => {
  it('is never further off than it admits, whatever the machine was set to, as long as nobody lies', () => {
    fc.assert(
      fc.property(honestly, (boots) => {
        expect(worstExcess(play(boots, 600_000))).toBeLessThan(ROUNDING)
      }),
    )
  })

  it('keeps the order of the readings of a boot, and never lets two boots overlap, as long as nobody lies', () => {
    fc.assert(
      fc.property(honestly, (boots) => {
        // Between two notes, so that some are read after the last.
        expect(outOfOrder(play(boots, 599_000))).toBe(0)
      }),
    )
  })

  it('does not follow a machine that starts in 1970, and dates what was read then when it learns the time', () => {
    const played = play([boot({ wall: 0, lengthMs: 2 * HOUR, tellings: [tell('control-room', HOUR)] })])
    const [first] = played.readings
    expect(first?.at).toBeLessThan(NIGHT - 50 * 365 * 24 * HOUR)
    expect(first?.own).toMatchObject({ source: 'none', uncertaintyMs: null })
    const known = played.finally(first!)
    expect(known.dating.source).toBe('control-room')
    expect(Math.abs(known.at - first!.trueAt)).toBeLessThan(1_000)
    expect(known.dating.uncertaintyMs).toBeLessThan(1_000)
    expect(played.datings).toHaveLength(1)
  })

  it('is not before what was told last when it starts in 1970 with a note of then', () => {
    const played = play([boot({ wall: NIGHT + HOUR }), boot({ wall: 0 })])
    expect(outOfOrder(played)).toBe(0)
    expect(played.readings.at(-1)?.own.uncertaintyMs).toBeNull()
  })

  it('admits more with every hour without a word: 17 s after a day at 200 ppm, and is right within that', () => {
    const played = play([boot({ ppm: 200, lengthMs: 25 * HOUR, tellings: [tell('ntp', 0)] })])
    const last = played.readings.filter(({ trueAt }) => trueAt <= NIGHT + 25 * HOUR).at(-1)!
    const error = Math.abs(last.at - last.trueAt)
    expect(error).toBeGreaterThan(17_000)
    expect(error).toBeLessThan(last.own.uncertaintyMs!)
    expect(last.own.uncertaintyMs).toBeLessThan(18_000)
  })

  it('knows its drift after two words some hours apart, and is much surer after a day without one', () => {
    const words = [tell('control-room', 0), tell('control-room', 6 * HOUR)]
    const played = play([boot({ ppm: 150, lengthMs: 30 * HOUR, tellings: words })])
    const last = played.readings.at(-1)!
    expect(last.own.uncertaintyMs).toBeLessThan(3_000)
    expect(worstExcess(played)).toBeLessThan(ROUNDING)
  })

  it('begins a boot behind the end of the one before, as far as both may be off', () => {
    const first = tell('technician', 0, { errorMs: 39_000, uncertaintyMs: 40_000 })
    const second = tell('technician', 0, { errorMs: -10_000, uncertaintyMs: 40_000 })
    const played = play([boot({ tellings: [first] }), boot({ darkMs: 15_000, tellings: [second] })], 5_000)
    expect(outOfOrder(played)).toBe(0)
    expect(worstExcess(played)).toBeLessThan(ROUNDING)
  })

  it('admits that monotonic time may have stood still when the same source says another time than before', () => {
    const words = [tell('ntp', 0), tell('ntp', HOUR, { errorMs: HOUR })]
    const { datings } = play([boot({ lengthMs: 2 * HOUR, tellings: words })])
    expect(datings.at(-1)?.uncertaintyMs).toBeGreaterThanOrEqual(HOUR - 100)
  })

  it('measures its drift anew after a step', () => {
    const words = [tell('ntp', 0, { errorMs: HOUR }), ...[1, 2, 4, 8].map((hour) => tell('ntp', hour * HOUR))]
    const { readings } = play([boot({ ppm: 150, lengthMs: 32 * HOUR, tellings: words })])
    expect(readings.at(-1)?.own.uncertaintyMs).toBeLessThan(3_000)
  })

  it('does not hear of times that no calendar shows, which nothing could be stamped with', () => {
    const keeper = new TimeKeeper({
      ...{ boot: BootId.parse('00000000000000aa'), mono: 0, guess: NIGHT, kept: null, onDating: () => undefined },
    })
    for (const offsetMs of [1e300, -1e300, Number.MAX_SAFE_INTEGER, Infinity, NaN, -5_000])
      keeper.take({ source: 'control-room', mono: 1_000, offsetMs, uncertaintyMs: 1 }, 1_000)
    expect(keeper.datingAt(1_000)).toMatchObject({ offsetMs: NIGHT, source: 'none' })
  })

  it('makes good a small difference without ever running backwards', () => {
    const words = [tell('ntp', 0, { errorMs: 900, uncertaintyMs: 900 }), tell('gps', 1_800_000, { uncertaintyMs: 20 })]
    const { readings } = play([boot({ tellings: words })], 100)
    const told = readings.map(({ at }) => at)
    const after = told.slice(told.length / 2 + 1)
    expect(after.every((at, index) => index === 0 || at > after[index - 1]!)).toBe(true)
    expect(Math.abs(readings.at(-1)!.at - readings.at(-1)!.trueAt)).toBeLessThan(100)
  })

  it('puts boots that never knew the time between those that did, in their order, and says how far they may be off', () => {
    const dark = [boot({ darkMs: 2 * HOUR }), boot({ darkMs: HOUR, wall: 0, isKilled: true })]
    const played = play([
      boot({ tellings: [tell('ntp', 1_000)] }),
      ...dark,
      boot({ darkMs: 3 * HOUR, tellings: [tell('control-room', HOUR / 2)] }),
    ])
    expect(outOfOrder(played)).toBe(0)
    expect(worstExcess(played)).toBeLessThan(ROUNDING)
    const placed = played.readings.filter((read) => played.finally(read).dating.source === 'placed')
    expect(new Set(placed.map((read) => read.boot)).size).toBe(2)
    for (const read of placed) {
      const { uncertaintyMs } = played.finally(read).dating
      expect(uncertaintyMs).toBeGreaterThan(2.9 * HOUR)
      expect(uncertaintyMs).toBeLessThan(3.1 * HOUR)
    }
  })

  it('goes on with what it knew when only the program starts anew', () => {
    const words = [tell('ntp', 600_000, { uncertaintyMs: 10 })]
    const played = play([boot({ ppm: 100, tellings: words, lengthMs: 2 * HOUR, restarts: [HOUR, HOUR + 5] })])
    expect(played.datings).toHaveLength(1)
    expect(outOfOrder(played)).toBe(0)
    expect(worstExcess(played)).toBeLessThan(ROUNDING)
    expect(played.readings.at(-1)!.own.uncertaintyMs).toBeLessThan(10 + 0.0003 * 2 * HOUR)
  })
})

describe('a source that lies', () => {
  const liar = fc.record({
    after: fc.integer({ min: 0, max: 5 * HOUR }),
    errorMs: fc.oneof(fc.integer({ min: HOUR, max: 1_000 * HOUR }), fc.integer({ min: -1_000 * HOUR, max: -HOUR })),
    uncertaintyMs: fc.constantFrom(5, 100, 2_000),
  })
  const honestTwo = fc.tuple(fc.integer({ min: 0, max: 5 * HOUR }), fc.integer({ min: 0, max: 5 * HOUR }))

  it('is outvoted by two that do not: every reading is right in the end within what is admitted', () => {
    fc.assert(
      fc.property(liar, honestTwo, fc.integer({ min: -200, max: 200 }), (lie, [ntp, gps], ppm) => {
        const tellings = [{ ...lie, source: 'control-room' as const }, tell('ntp', ntp), tell('gps', gps)]
        const played = play([boot({ ppm, lengthMs: 6 * HOUR, tellings })], 600_000)
        expect(worstExcess(played)).toBeLessThan(ROUNDING)
        const last = played.readings.at(-1)!
        expect(last.own.uncertaintyMs).toBeLessThan(5_000)
        expect(last.own.source).not.toBe('control-room')
      }),
    )
  })

  it('against one that does not leaves open who is right: from then on both are admitted', () => {
    fc.assert(
      fc.property(liar, fc.integer({ min: 0, max: 5 * HOUR }), (lie, after) => {
        const tellings = [{ ...lie, source: 'control-room' as const }, tell('ntp', after)]
        const { readings } = play([boot({ lengthMs: 6 * HOUR, tellings })], 600_000)
        const last = readings.at(-1)!
        expect(Math.abs(last.at - last.trueAt)).toBeLessThanOrEqual(last.own.uncertaintyMs! + ROUNDING)
      }),
    )
  })
})
