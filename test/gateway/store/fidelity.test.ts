import { describe, expect, it } from 'vitest'
import { decodeTrendBody } from '../../../core/decode/trend-body.ts'
import { unpackBody } from '../../../platform/chain.ts'
import { openMemoryStore } from '../../../gateway/store/open.ts'
import type { GatewayStore } from '../../../gateway/store/store.ts'
import { handClock } from '../../support/hand-clock.ts'
import { keptLog } from '../uplink/county.ts'
import { chainFault, headsOf, read, readingAt, storeOptions, T0, told } from './world.ts'

/** Closes a range of `seconds` readings of one point, one a second, that wander. */
function wander(store: GatewayStore, from: number, seconds: number): void {
  for (let s = 0; s < seconds; s += 1) {
    read(store, readingAt((from + s) * 1_000, Math.round(2_300 + 80 * Math.sin(s * s)) / 10))
  }
  store.seal(0)
}

describe('a store that is full', () => {
  it('keeps the oldest as minutes, then nothing of them, counts both, and says so once', () => {
    const log = keptLog()
    using store = openMemoryStore(storeOptions({ log, limits: { bytes: 12_000 } }))
    let isRaw = true
    for (let i = 0; i < 12; i += 1) {
      wander(store, i * 600, 600)
      while (store.seal(Infinity)) continue
      const { bytes, reduced, dropped } = store.capacity()
      expect(bytes).toBeLessThanOrEqual(12_000)
      if (dropped > 0) expect(headsOf(store).filter(({ fidelity }) => fidelity === 'raw').length).toBeLessThan(12)
      isRaw &&= reduced + dropped === 0
    }
    expect(isRaw).toBe(false)
    const ranges = headsOf(store).filter(({ link }) => link.kind === 'range')
    const fidelities = ranges.map(({ fidelity }) => fidelity)
    expect(fidelities.at(-1)).toBe('raw')
    expect(fidelities).toEqual(
      [...fidelities].sort((a, b) => ['none', 'minutes', 'raw'].indexOf(a) - ['none', 'minutes', 'raw'].indexOf(b)),
    )
    const of = (fidelity: string) => 600 * fidelities.filter((one) => one === fidelity).length
    expect(store.capacity()).toMatchObject({ reduced: of('minutes'), dropped: of('none'), readings: 7_200, ranges: 12 })
    expect(chainFault(headsOf(store))).toBeNull()
    expect(log.lines.map(({ level }) => level)).toEqual(['warn'])
  })

  it('keeps least, mean and most of each minute', () => {
    using store = openMemoryStore(storeOptions({ limits: { ageMs: 0 } }))
    for (let s = 0; s < 120; s += 1) read(store, readingAt(s * 1_000, s % 60))
    store.seal(0)
    expect(store.seal(Infinity)).toBe(false)
    using later = openMemoryStore(storeOptions({ limits: { ageMs: 0 }, clock: handClock(T0 + 1e6) }))
    for (let s = 0; s < 120; s += 1) read(later, readingAt(s * 1_000, s % 60))
    later.seal(0)
    expect([later.seal(Infinity), later.seal(Infinity)]).toEqual([true, false])
    expect(told(later)[1]).toEqual(['range', 0, 119, 'minutes'])
    const body = later.link({ stream: later.stream, n: 1 })!.body
    const [{ columns } = { columns: [] }] = decodeTrendBody(unpackBody(body, 10_000))
    // T0 lies in the middle of a minute.
    const least = T0 % 60_000 === 0 ? 2 : 3
    expect(columns).toHaveLength(least)
    expect(columns.reduce((sum, { good }) => sum + good, 0)).toBe(120)
    expect(later.decoded({ stream: later.stream, n: 1 })).toEqual([])
    expect(later.capacity()).toMatchObject({ reduced: 120, dropped: 0 })
  })

  it('says once that it has room again, when what was reduced has been sent', () => {
    const log = keptLog()
    using store = openMemoryStore(storeOptions({ log, limits: { bytes: 2_000 } }))
    for (let i = 0; i < 3; i += 1) {
      wander(store, i * 600, 600)
      while (store.seal(Infinity)) continue
    }
    for (const ref of [...store.links()]) store.receipt(ref, store.link(ref)!.hash, 'accept')
    while (store.seal(Infinity)) continue
    store.seal(Infinity)
    expect(log.lines.map(({ level }) => level)).toEqual(['warn', 'info'])
    expect(store.capacity()).toMatchObject({ readings: 0, ranges: 0, bytes: 0, oldestAt: null })
  })

  it('takes off what was set aside before what still waits', () => {
    using store = openMemoryStore(storeOptions({ limits: { bytes: 2_000 } }))
    wander(store, 0, 600)
    const ref = store.links()[1]!
    store.receipt(ref, store.link(ref)!.hash, 'reject')
    for (let i = 1; i < 3; i += 1) wander(store, i * 600, 300)
    store.seal(Infinity)
    expect(store.capacity().reduced + store.capacity().dropped).toBe(600)
  })

  it('keeps as minutes what is too old, though something younger was set aside', async () => {
    const clock = handClock(T0)
    using store = openMemoryStore(storeOptions({ clock, limits: { ageMs: 3_600_000 } }))
    wander(store, 0, 600)
    wander(store, 3_600, 600)
    const young = store.links()[2]!
    store.receipt(young, store.link(young)!.hash, 'reject')
    await clock.advance(4_500_000)
    while (store.seal(Infinity)) continue
    expect(store.links()[1]).toMatchObject({ from: 0, fidelity: 'minutes' })
    expect(store.capacity().reduced).toBe(600)
  })

  it('tells how many hours are left at the rate of the last hour', async () => {
    const clock = handClock(T0)
    using store = openMemoryStore(storeOptions({ clock, limits: { bytes: 1_000_000 } }))
    for (let minute = 0; minute < 30; minute += 1) {
      wander(store, minute * 60, 60)
      if (minute < 4) expect(store.capacity().hoursLeft).toBeNull()
      await clock.advance(60_000)
    }
    const { bytes, hoursLeft } = store.capacity()
    expect(hoursLeft).toBeGreaterThan(0.8 * ((1_000_000 - bytes) / (2 * bytes)))
    expect(hoursLeft).toBeLessThan(1.2 * ((1_000_000 - bytes) / (2 * bytes)))
    await clock.advance(2 * 3_600_000)
    expect(store.capacity().hoursLeft).toBeNull()
  })
})
