import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MonoMs } from '../../../core/contract/time.ts'
import { Flow, type Sent } from '../../../gateway/uplink/flow.ts'

interface Wire {
  /** Bytes a second at a time, ms. */
  readonly rateAt: (ms: number) => number
  /** From the end of a message at the broker to its confirmation here, ms. */
  readonly backMs: number
}

interface Played {
  readonly bulkBytes: number
  readonly liveBytes: number
  readonly heldBack: number
  /** Longest time an alarm handed over at any instant would have waited behind what was on its way, ms. */
  readonly longestWaitMs: number
  readonly rate: number | null
}

interface Load {
  readonly bulk: number | null
  /** Bytes of live data every 100 ms. */
  readonly live: number
  readonly limit?: number
  readonly forMs: number
}

/** Plays a line tick by tick, 1 ms each: what was sent leaves it in order at its rate. */
function play(wire: Wire, load: Load): Played {
  const flow = new Flow(load.limit ?? null, MonoMs.parse(0))
  const queue: { left: number; sent: Sent | null }[] = []
  const confirmations: { at: number; sent: Sent }[] = []
  const tally = { bulkBytes: 0, liveBytes: 0, heldBack: 0, longestWaitMs: 0 }
  let unasked = 0
  for (let ms = 0; ms < load.forMs; ms += 1) {
    const now = MonoMs.parse(ms)
    let room = wire.rateAt(ms) / 1_000
    for (let first = queue[0]; first !== undefined && room > 0; first = queue[0]) {
      const part = Math.min(room, first.left)
      first.left -= part
      room -= part
      if (first.left > 1e-9) break
      queue.shift()
      if (first.sent !== null) confirmations.push({ at: ms + wire.backMs, sent: first.sent })
    }
    while ((confirmations[0]?.at ?? Infinity) <= ms) flow.confirmed(confirmations.shift()!.sent, now)
    if (load.live > 0 && ms % 100 === 0) {
      if (flow.isJammed(now)) tally.heldBack += 1
      else {
        flow.sent(load.live, now, false)
        queue.push({ left: load.live, sent: null })
        tally.liveBytes += load.live
        unasked += load.live
        if (unasked >= 8_192) {
          queue.push({ left: 2, sent: flow.sent(2, now, true) })
          unasked = 0
        }
      }
    }
    while (load.bulk !== null && flow.bulkWaitMs(now) === 0) {
      flow.spent(load.bulk, now)
      queue.push({ left: load.bulk, sent: flow.sent(load.bulk, now, true) })
      tally.bulkBytes += load.bulk
      unasked = 0
    }
    // A sender that does not know the rate yet asks.
    if (load.bulk !== null && flow.rate() === null && unasked > 0) {
      queue.push({ left: 2, sent: flow.sent(2, now, true) })
      unasked = 0
    }
    const waiting = queue.reduce((sum, { left }) => sum + left, 0)
    tally.longestWaitMs = Math.max(tally.longestWaitMs, (waiting * 1_000) / wire.rateAt(ms))
  }
  return { ...tally, rate: flow.rate() }
}

const steady = (rate: number, backMs: number): Wire => ({ rateAt: () => rate, backMs })

describe('the flow of a line', () => {
  it('fills a line of 64 kbit/s, and an alarm never waits longer than 3 s behind bulk and live data', () => {
    const played = play(steady(8_000, 120), { bulk: 12_000, live: 120, forMs: 120_000 })
    expect(played.longestWaitMs).toBeLessThan(3_000)
    expect(played.bulkBytes + played.liveBytes).toBeGreaterThan(0.95 * 120 * 8_000)
    expect(played.heldBack).toBe(0)
    expect(played.rate).toBeGreaterThan(7_000)
    expect(played.rate).toBeLessThan(9_000)
  })

  it('fills lines of any speed and length with messages of up to 16 KB, and keeps an alarm waiting 3.5 s at most', () => {
    const wire = fc.record({
      rate: fc.integer({ min: 8_000, max: 2_000_000 }),
      backMs: fc.integer({ min: 1, max: 300 }),
    })
    fc.assert(
      fc.property(wire, fc.integer({ min: 8_000, max: 16_000 }), ({ rate, backMs }, bulk) => {
        const forMs = 60_000
        const played = play(steady(rate, backMs), { bulk, live: 50, forMs })
        expect(played.longestWaitMs).toBeLessThan(3_500)
        // A window of 512 KB, and one message at least, before the first answer.
        const carried = Math.min(rate, (512 * 1_024 * 1_000) / (backMs + 1))
        expect(played.bulkBytes).toBeGreaterThan(0.8 * carried * ((forMs - 10 * backMs) / 1_000))
      }),
      { numRuns: 25 },
    )
  })

  it('holds live data back when the line carries less than that, and lets alarms wait 4 s at most', () => {
    const played = play(steady(8_000, 100), { bulk: 12_000, live: 1_600, forMs: 60_000 })
    expect(played.heldBack).toBeGreaterThan(100)
    expect(played.longestWaitMs).toBeLessThan(4_000)
    expect(played.liveBytes).toBeGreaterThan(0.8 * 60 * 8_000)
  })

  it('sees a line become slow, and lets nothing pile up for long', () => {
    const wire: Wire = { rateAt: (ms) => (ms < 20_000 ? 200_000 : 8_000), backMs: 50 }
    const before = play(wire, { bulk: 12_000, live: 0, forMs: 20_000 })
    expect(before.rate).toBeGreaterThan(150_000)
    const after = play(wire, { bulk: 12_000, live: 0, forMs: 140_000 })
    expect(after.rate).toBeLessThan(9_000)
  })

  it('sends bulk no faster than it is allowed to', () => {
    const played = play(steady(100_000, 20), { bulk: 10_000, live: 500, forMs: 60_000, limit: 8_000 })
    expect(played.bulkBytes).toBeLessThan(8_000 * 60 + 10_000 + 1)
    expect(played.bulkBytes).toBeGreaterThan(0.95 * 8_000 * 60)
    expect(played.heldBack).toBe(0)
    expect(played.rate).toBe(8_000)
  })

  it('does not take a quiet line for a slow one', () => {
    const flow = new Flow(null, MonoMs.parse(0))
    let ms = 0
    const exchange = (bytes: number, takesMs: number) => {
      const sent = flow.sent(bytes, MonoMs.parse(ms), true)
      flow.confirmed(sent, MonoMs.parse((ms += takesMs)))
    }
    exchange(100_000, 100)
    for (let count = 0; count < 50; count += 1) {
      ms += 10_000
      exchange(1_000, 50)
    }
    expect(flow.rate()).toBe(1_000_000)
  })
})
