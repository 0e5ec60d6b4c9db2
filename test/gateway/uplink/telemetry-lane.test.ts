import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MonoMs } from '../../../core/contract/time.ts'
import { openMemoryStore } from '../../../gateway/store.ts'
import { TelemetryLane } from '../../../gateway/uplink/telemetry-lane.ts'
import { powerAt } from './county.ts'

const T0 = 1_760_000_000_000
const at = (ms: number) => MonoMs.parse(ms)

/** A lane over a real store, and a control room that counts what reaches it. */
function lineOf(window: number) {
  const store = openMemoryStore()
  const lane = new TelemetryLane(store, { resendMs: 100, window }, at(0))
  const arrived = new Set<number>()
  const line = {
    store,
    lane,
    arrived,
    upTo: -1,
    commit: (now: number, live: 'lost' | 'arrives' | 'offline') => {
      const step = { device: 'feeder-meter', readings: [powerAt(T0, now)], transitions: [], pictures: [] }
      const seq = store.commit([step])[0]!.firstSeq
      if (live !== 'offline') lane.sentLive(seq, at(now))
      if (live === 'arrives') arrived.add(seq)
    },
    late: (now: number, arrives: boolean) => {
      const rows = lane.take(at(now))
      for (const { firstSeq } of rows) if (arrives) arrived.add(firstSeq)
      return rows.map(({ firstSeq }) => firstSeq)
    },
    receipt: (now: number) => {
      while (arrived.has(line.upTo + 1)) line.upTo += 1
      if (line.upTo >= 0) lane.receipted(line.upTo, at(now))
    },
  }
  return line
}

describe('the telemetry lane', () => {
  it('sends nothing late that went out live and is receipted in time', () => {
    const line = lineOf(4)
    for (let now = 0; now < 1_000; now += 50) {
      line.commit(now, 'arrives')
      line.receipt(now)
      expect(line.late(now, true)).toEqual([])
    }
    expect(line.store.waiting().telemetry).toBe(0)
  })

  it('keeps late readings within its window until receipts come', () => {
    const line = lineOf(3)
    for (let now = 0; now < 10; now += 1) line.commit(now, 'offline')
    line.lane.restart(at(10))
    expect(line.late(11, true)).toEqual([0, 1, 2])
    expect(line.late(12, true)).toEqual([])
    line.receipt(13)
    expect(line.late(14, true)).toEqual([3, 4, 5])
  })

  it('begins again with the oldest when receipts stop, and asks less often the longer they stay away', () => {
    const line = lineOf(10)
    line.commit(0, 'lost')
    const sent: number[] = []
    for (let now = 0; now < 2_000; now += 10) if (line.late(now, false).length > 0) sent.push(now)
    const pauses = sent.slice(1).map((now, index) => now - (sent[index] ?? 0))
    expect(sent[0]).toBe(100)
    expect(pauses.slice(0, 3)).toEqual([200, 400, 800])
  })

  it('brings every reading over, whatever is lost, late or cut', () => {
    const step = fc.oneof(
      fc.record({
        kind: fc.constant('commit' as const),
        live: fc.constantFrom('lost' as const, 'arrives' as const, 'offline' as const),
      }),
      fc.record({ kind: fc.constant('late' as const), arrives: fc.boolean() }),
      fc.record({ kind: fc.constant('receipt' as const) }),
      fc.record({ kind: fc.constant('restart' as const) }),
      fc.record({ kind: fc.constant('wait' as const), ms: fc.nat(150) }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 5 }), (steps, window) => {
        const line = lineOf(window)
        let now = 0
        for (const one of steps) {
          now += 1
          if (one.kind === 'commit') line.commit(now, one.live)
          else if (one.kind === 'late') line.late(now, one.arrives)
          else if (one.kind === 'receipt') line.receipt(now)
          else if (one.kind === 'restart') line.lane.restart(at(now))
          else now += one.ms
        }
        const made = line.store.nextSeq()
        // Offline readings are late after the next connection, which always comes.
        line.lane.restart(at(now))
        for (let round = 0; line.store.waiting().telemetry > 0 && round < 200; round += 1) {
          now += 100
          line.late(now, true)
          line.receipt(now)
        }
        expect(line.arrived.size).toBe(made)
        expect(line.store.waiting().telemetry).toBe(0)
        line.store.close()
      }),
      { numRuns: 60 },
    )
  })
})
