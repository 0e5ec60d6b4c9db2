import { beforeAll, describe, expect, it } from 'vitest'
import type { LinkHead, TrendHead } from '../../../core/contract/chain.ts'
import { BootId, type Dating } from '../../../core/contract/clock.ts'
import { MonoMs, UtcMs } from '../../../core/contract/time.ts'
import { decodeRangeBody } from '../../../core/decode/range-body.ts'
import { decodeTrendBody } from '../../../core/decode/trend-body.ts'
import { openMemoryStore } from '../../../gateway/store/open.ts'
import type { GatewayStore } from '../../../gateway/store/store.ts'
import { Backfill } from '../../../gateway/uplink/backfill.ts'
import { decodeLinkMessage, decodeTrendMessage, unpackBody } from '../../../platform/chain.ts'
import { handClock } from '../../support/hand-clock.ts'
import { keptLog } from './county.ts'
import { DATING, T0 } from './gateway.ts'

const POINTS = Array.from({ length: 40 }, (_, index) => `p${index}`)
const EVERY_MS = 10_000
const UNDATED: Dating = { ...DATING, source: 'none', uncertaintyMs: null, offsetMs: 0 }

/** A value that its number gives away, and that does not pack better than a measured one. */
const valueOf = (seq: number) => {
  const mixed = Math.imul(seq ^ (seq >>> 7), 0x9e37_79b1)
  return (((mixed ^ (mixed >>> 15)) >>> 0) % 4_096) / 10
}

/** A store with an outage of so many hours in it. */
function outage(hours: number, dating: Dating = DATING): GatewayStore {
  const clock = handClock(T0)
  const store = openMemoryStore({ site: 'east-pit', clock, dating: () => dating, log: keptLog() })
  let seq = 0
  for (let cycle = 0; cycle < (hours * 3_600_000) / EVERY_MS; cycle += 1) {
    const mono = MonoMs.parse(cycle * EVERY_MS)
    const at = UtcMs.parse(mono + dating.offsetMs)
    const common = { device: 'meter', quality: 'good', reason: null, at, mono } as const
    const readings = POINTS.map((point) => ({
      ...common,
      point,
      value: valueOf(seq++),
      validUntil: UtcMs.parse(at + 25_000),
    }))
    store.commit([{ device: 'meter', readings, transitions: [], pictures: [] }])
    while (store.seal(600_000));
  }
  void clock.advance(600_000)
  while (store.seal(600_000));
  return store
}

/** A control room at the end of a line of so many bytes a second, and everything it is sent, in order. */
class Room {
  readonly store: GatewayStore
  readonly backfill: Backfill
  readonly sent: ({ is: 'range'; head: LinkHead; hash: string } | { is: 'trend'; head: TrendHead; bytes: number })[] =
    []
  readonly seqs = new Set<number>()
  bytes = { range: 0, trend: 0 }
  now = 1_000
  receipts = true
  /** The longest step, ms of the processor's time: a machine that stands still has none. */
  worstMs = 0

  constructor(store: GatewayStore, dating: (boot: string) => Dating | null = () => null) {
    this.store = store
    const options = { site: 'east-pit', store, datingOf: dating, log: keptLog(), points: () => POINTS.length }
    this.backfill = new Backfill(options)
    this.backfill.restart()
  }

  /** Steps until nothing is left to do for now, or `most` messages are sent. */
  drain(rate: number | null, most = Infinity): void {
    for (let count = 0; count < most;) {
      const began = process.cpuUsage()
      const step = this.backfill.step(rate, MonoMs.parse(this.now))
      const { user, system } = process.cpuUsage(began)
      this.worstMs = Math.max(this.worstMs, (user + system) / 1_000)
      if (step.is === 'nothing') return
      if (step.is === 'work') continue
      count += 1
      this.now += rate === null ? 1 : (step.payload.length * 1_000) / rate
      this.bytes[step.lane] += step.payload.length
      expect(step.payload.length).toBeLessThanOrEqual(17_000)
      if (step.lane === 'range') this.#range(step.payload)
      else this.#trend(step.payload)
    }
  }

  numbers(): (number | 'trend')[] {
    return this.sent.map((one) => (one.is === 'trend' ? 'trend' : one.head.link.n))
  }

  #range(payload: Uint8Array): void {
    const { head, hash, body } = decodeLinkMessage(payload)
    this.sent.push({ is: 'range', head, hash })
    const { link } = head
    if (link.kind === 'range')
      for (const { firstSeq, readings } of decodeRangeBody(unpackBody(body, 2 ** 22)))
        for (const [place, { value }] of readings.entries()) {
          expect(value).toBe(valueOf(firstSeq + place))
          this.seqs.add(firstSeq + place)
        }
    const { stream, n } = link
    if (this.receipts)
      this.backfill.receipted({ lane: 'range', stream, n, hash, verdict: 'accept' }, MonoMs.parse(this.now))
  }

  #trend(payload: Uint8Array): void {
    const { head, body } = decodeTrendMessage(payload)
    this.sent.push({ is: 'trend', head, bytes: payload.length })
    for (const { point, columns } of decodeTrendBody(unpackBody(body, 2 ** 22))) {
      expect(POINTS).toContain(point)
      for (const { min, mean, max } of columns) expect(min! <= mean! && mean! <= max!).toBe(true)
    }
    const { stream, from, to } = head
    if (this.receipts)
      this.backfill.receipted({ lane: 'trend', stream, from, to, verdict: 'accept' }, MonoMs.parse(this.now))
  }
}

describe('a backlog on a line that carries it in no time', () => {
  it('goes oldest first and whole, and nothing is left', () => {
    const room = new Room(outage(3))
    room.drain(null)
    const numbers = room.numbers()
    expect(numbers).toEqual(numbers.map((_, n) => n))
    expect(room.seqs.size).toBe(3 * 360 * POINTS.length)
    expect(room.store.links()).toEqual([])
  })
})

describe('a backlog on a thin line', () => {
  let room: Room
  let waiting: number
  beforeAll(() => {
    room = new Room(outage(24))
    waiting = room.store.links().reduce((sum, { bytes }) => sum + bytes, 0)
    room.drain(waiting / 600)
  })

  it('is told as a trend of all of it for 4 % of its bytes first', () => {
    const first = room.sent.findIndex((one) => one.is === 'range' && one.head.link.kind === 'range')
    const trends = room.sent.flatMap((one) => (one.is === 'trend' ? [one.head] : []))
    expect(room.sent.slice(0, first).filter((one) => one.is === 'trend')).toHaveLength(trends.length)
    expect(trends[0]?.from).toBe(0)
    for (const [index, { from }] of trends.entries()) if (index > 0) expect(from).toBe(trends[index - 1]!.to + 1)
    expect(trends.at(-1)?.to).toBe(24 * 360 * POINTS.length - 1)
    expect(room.bytes.trend).toBeLessThan(0.05 * waiting)
    expect(room.bytes.trend).toBeGreaterThan(0.01 * waiting)
    for (const { at, widthMs } of trends) expect((at[1] + 1 - at[0]) % widthMs).toBe(0)
  })

  it('then goes newest first, and oldest first when little is left', () => {
    const numbers = room.sent.flatMap((one) =>
      one.is === 'range' && one.head.link.kind === 'range' ? [one.head.link.n] : [],
    )
    const turn = numbers.findIndex((n, index) => index > 0 && n > numbers[index - 1]!)
    expect(numbers.slice(0, turn)).toEqual(numbers.slice(0, turn).toSorted((a, b) => b - a))
    expect(numbers.slice(turn)).toEqual(numbers.slice(turn).toSorted((a, b) => a - b))
    expect(turn).toBeGreaterThan(numbers.length / 2)
  })

  it('brings every reading once, and never holds the program for long', () => {
    expect(room.seqs.size).toBe(24 * 360 * POINTS.length)
    expect(new Set(room.numbers().filter((one) => one !== 'trend')).size).toBe(
      room.numbers().filter((one) => one !== 'trend').length,
    )
    expect(room.store.links()).toEqual([])
    expect(room.worstMs).toBeLessThan(400)
  })
})

describe('what is not receipted', () => {
  it('is sent again with growing patience, and no more than a window of it', () => {
    const room = new Room(outage(24))
    room.receipts = false
    room.drain(null)
    const first = room.sent.length
    room.now += 29_000
    room.drain(null)
    expect(room.sent).toHaveLength(first)
    room.now += 1_001
    room.drain(null)
    expect(room.sent).toHaveLength(2 * first)
    room.now += 30_001
    room.drain(null)
    expect(room.sent).toHaveLength(2 * first)
  })

  it('is sent again on a new connection, and by a host that asks for births', () => {
    const room = new Room(outage(3))
    room.receipts = false
    room.drain(null)
    const first = room.sent.length
    room.backfill.restart()
    room.drain(null)
    expect(room.sent).toHaveLength(2 * first)
    room.backfill.again()
    room.receipts = true
    room.drain(null)
    expect(room.store.links()).toEqual([])
  })

  it('begins its trend anew on a new connection where it was not receipted, and sends none of what was', () => {
    const store = outage(24)
    const room = new Room(store)
    const rate = store.links().reduce((sum, { bytes }) => sum + bytes, 0) / 600
    room.drain(rate, 1)
    room.receipts = false
    room.drain(rate, 1)
    room.backfill.restart()
    room.receipts = true
    room.drain(rate, 1)
    const [told, lost, again] = room.sent.flatMap((one) => (one.is === 'trend' ? [one.head] : []))
    expect(lost?.from).toBe(told!.to + 1)
    expect(again?.from).toBe(told!.to + 1)
  })
})

describe('readings of a boot that has no time', () => {
  it('wait ten minutes on a connection for one, while others go', () => {
    const room = new Room(outage(3, UNDATED), (boot) => (boot === UNDATED.boot ? UNDATED : null))
    room.drain(null)
    expect(room.sent.map((one) => one.is === 'range' && one.head.link.kind)).toEqual(['start'])
    room.now += 599_000
    room.drain(null)
    expect(room.sent).toHaveLength(1)
    room.now += 1_001
    room.drain(null)
    expect(room.store.links()).toEqual([])
  })

  it('wait no longer on a line that is cut every few minutes than on one that is not', () => {
    const room = new Room(outage(3, UNDATED), (boot) => (boot === UNDATED.boot ? UNDATED : null))
    for (let minutes = 0; minutes <= 12; minutes += 1) {
      if (minutes % 3 === 0) room.backfill.restart()
      room.drain(null)
      room.now += 60_000
    }
    room.drain(null)
    room.drain(null)
    expect(room.store.links()).not.toEqual([])
    for (let minutes = 0; minutes <= 6; minutes += 1) {
      room.drain(null)
      room.now += 60_000
    }
    expect(room.store.links()).toEqual([])
  })

  it('go behind their dating when it comes', () => {
    const known = { dating: UNDATED }
    const store = outage(3, UNDATED)
    const room = new Room(store, (boot) => (boot === DATING.boot ? known.dating : null))
    room.drain(null)
    known.dating = DATING
    store.chainDating(DATING)
    room.now += 2_000
    room.drain(null)
    const kinds = room.sent.map((one) => one.is === 'range' && one.head.link.kind)
    expect(kinds.slice(0, 3)).toEqual(['start', 'dating', 'range'])
    expect(store.links()).toEqual([])
  })

  it('go at once when an earlier run has dated them', () => {
    const room = new Room(outage(3, { ...DATING, boot: BootId.parse('00000000000000cc') }))
    room.drain(null)
    expect(room.store.links()).toEqual([])
  })
})
