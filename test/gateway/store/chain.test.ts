import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FIRST_PREV } from '../../../core/contract/chain.ts'
import type { Dating } from '../../../core/contract/clock.ts'
import { hashOfBody, hashOfLink, unpackBody } from '../../../platform/chain.ts'
import { openGatewayStore, openMemoryStore } from '../../../gateway/store/open.ts'
import { handClock } from '../../support/hand-clock.ts'
import { keptLog, temporaryFolder } from '../uplink/county.ts'
import {
  chainFault,
  DATING,
  headsOf,
  rangesOf,
  read,
  readingAt,
  readingsIn,
  sealAll,
  storeOptions,
  T0,
  told,
} from './world.ts'

describe('the chain of a store', () => {
  let folder: ReturnType<typeof temporaryFolder>
  beforeEach(() => {
    folder = temporaryFolder()
  })
  afterEach(() => folder.remove())
  const edit = (sql: string) => {
    using db = new DatabaseSync(join(folder.path, 'gateway.db'))
    db.exec(sql)
  }

  it('begins with a start and makes ranges of what was read, each of which vouches for all before it', async () => {
    using store = openMemoryStore(storeOptions())
    read(store, readingAt(0, 1.5), readingAt(0.4, true, 'on'))
    await sealAll(store)
    read(store, readingAt(10_000, null))
    await sealAll(store)
    const heads = headsOf(store)
    expect(told(store)).toEqual([
      ['start', null],
      ['range', 0, 1],
      ['range', 2, 2],
    ])
    expect(heads[0]?.link).toMatchObject({ prev: FIRST_PREV, n: 0, dating: DATING, at: T0, livedUntil: null })
    expect(chainFault(heads)).toBeNull()
    expect(rangesOf(heads).map(({ at, dating }) => [at, dating])).toEqual([
      [[T0, T0], DATING],
      [[T0 + 10_000, T0 + 10_000], DATING],
    ])
    expect(readingsIn(store, 1)).toEqual([
      { point: 'active-power', value: 1.5, quality: 'good', reason: null, mono: 0, at: T0, validForMs: 2_500 },
      { point: 'on', value: true, quality: 'good', reason: null, mono: 0, at: T0, validForMs: 2_500 },
    ])
  })

  it('names body and link by their hashes, and signs them when it can', async () => {
    using store = openMemoryStore(storeOptions({ sign: (hash) => `signed-${hash}` }))
    read(store, readingAt(0, 1))
    await sealAll(store)
    const { head, hash, body } = store.link({ stream: store.stream, n: 1 })!
    expect(hash).toBe(hashOfLink(head.link))
    expect(head.signature).toBe(`signed-${hash}`)
    expect(hashOfBody(unpackBody(body, 1_000))).toBe(rangesOf([head])[0]?.body)
  })

  it('closes a range when there are 4,096 readings, and otherwise when the first is old enough', async () => {
    const clock = handClock(T0)
    using store = openMemoryStore(storeOptions({ clock }))
    const batch = (count: number) => read(store, ...Array.from({ length: count }, (_, i) => readingAt(i, i)))
    batch(4_000)
    expect(store.seal(60_000)).toBe(false)
    batch(90)
    batch(90)
    expect([store.seal(60_000), store.seal(60_000)]).toEqual([true, false])
    expect(store.capacity()).toMatchObject({ readings: 4_180, ranges: 1 })
    await clock.advance(59_999)
    expect(store.seal(60_000)).toBe(false)
    await clock.advance(1)
    expect([store.seal(60_000), store.seal(0)]).toEqual([true, false])
    expect(told(store).slice(1)).toEqual([
      ['range', 0, 4_089],
      ['range', 4_090, 4_179],
    ])
  })

  it('makes more ranges of what would be too large for one message, and of a batch that is too long for one', async () => {
    using store = openMemoryStore(storeOptions())
    read(store, ...Array.from({ length: 10_000 }, (_, i) => readingAt(i, i)))
    read(store, ...Array.from({ length: 4_096 }, (_, i) => readingAt(i, Math.sin(i))))
    await sealAll(store)
    const heads = headsOf(store)
    expect(chainFault(heads)).toBeNull()
    const ranges = rangesOf(heads)
    expect([ranges[0]?.from, ranges.at(-1)?.to]).toEqual([0, 14_095])
    expect(ranges.every(({ from, to }) => to - from < 4_096)).toBe(true)
    expect(Math.max(...store.links().map(({ bytes }) => bytes))).toBeLessThan(16_384)
    const values = store.links().flatMap((ref) => store.decoded(ref).flatMap(({ readings }) => readings))
    expect(values.map(({ value }) => value)).toEqual([
      ...Array.from({ length: 10_000 }, (_, i) => i),
      ...Array.from({ length: 4_096 }, (_, i) => Math.sin(i)),
    ])
  })

  it('lets no link be sent before it survives a power cut', async () => {
    using store = openGatewayStore(folder.path, storeOptions())
    expect(told(store)).toEqual([['start', null]])
    read(store, readingAt(0, 1))
    store.seal(0)
    expect(store.links()).toHaveLength(1)
    await store.durable()
    expect(store.links()).toHaveLength(2)
  })

  it('forgets a link only with its own hash, sets a rejected one aside and keeps the one that is to be kept', async () => {
    const before = openGatewayStore(folder.path, storeOptions())
    const { stream } = before
    for (let i = 0; i < 3; i += 1) {
      read(before, readingAt(i, i))
      await sealAll(before)
    }
    const [start, first, second, third] = before.links().map((ref) => before.link(ref)!)
    const receipt = (n: number, hash: string, verdict: 'accept' | 'reject' | 'keep', of = stream) =>
      before.receipt({ stream: of, n }, hash, verdict)
    expect(receipt(1, second!.hash, 'accept')).toBe('forged')
    expect(receipt(9, second!.hash, 'accept')).toBe('unknown')
    expect(receipt(1, first!.hash, 'accept', 'another0')).toBe('unknown')
    expect(receipt(1, first!.hash, 'keep')).toBe('done')
    expect(before.links()).toHaveLength(4)
    expect([receipt(0, start!.hash, 'accept'), receipt(1, first!.hash, 'accept')]).toEqual(['done', 'done'])
    expect(receipt(1, first!.hash, 'accept')).toBe('unknown')
    expect(receipt(2, second!.hash, 'reject')).toBe('done')
    expect(before.links().map(({ n }) => n)).toEqual([3])
    before.close()
    using after = openGatewayStore(folder.path, storeOptions())
    expect(after.links().map(({ n, kind }) => [n, kind])).toEqual([
      [3, 'range'],
      [4, 'start'],
    ])
    expect(headsOf(after)[1]?.link.prev).toBe(third!.hash)
  })

  it('chains a dating that is news, and dates by it what a killed run has left', async () => {
    const better = { ...DATING, offsetMs: T0 + 5, uncertaintyMs: 2 }
    const before = openGatewayStore(folder.path, storeOptions())
    before.chainDating(DATING)
    before.chainDating(better)
    before.chainDating(better)
    read(before, readingAt(0, 1))
    await before.durable()
    expect(told(before)).toEqual([['start', null], ['dating']])
    // Without a word: another opens the file while the first still has it.
    using after = openGatewayStore(folder.path, storeOptions())
    expect(told(after)).toEqual([['start', null], ['dating'], ['range', 0, 0], ['start', 'killed']])
    expect(rangesOf(headsOf(after))[0]?.dating).toEqual(better)
    expect(chainFault(headsOf(after))).toBeNull()
    before.close()
  })

  it('chains what became known just before a kill, for what the run before has read without it', async () => {
    const unknown: Dating = { ...DATING, offsetMs: 0, uncertaintyMs: null, source: 'none' }
    const before = openGatewayStore(folder.path, storeOptions({ dating: () => unknown }))
    read(before, readingAt(0, 1))
    await before.durable()
    using after = openGatewayStore(folder.path, storeOptions())
    after.chainDating(DATING)
    await after.durable()
    expect(told(after)).toEqual([['start', null], ['range', 0, 0], ['start', 'killed'], ['dating']])
    before.close()
  })

  it('says how the run before ended, and until when it lived', async () => {
    const clock = handClock(T0)
    const open = (boot: string) =>
      openGatewayStore(folder.path, storeOptions({ clock, dating: () => ({ ...DATING, boot }) }))
    const first = open('aaaaaaaa')
    read(first, readingAt(700, 1))
    await clock.advance(5_000)
    first.close()
    const second = open('aaaaaaaa')
    read(second, readingAt(9_000, 1))
    const third = open('aaaaaaaa')
    read(third, readingAt(11_000, 1))
    await sealAll(third)
    using fourth = open('bbbbbbbb')
    const starts = headsOf(fourth).flatMap(({ link }) => (link.kind === 'start' ? link : []))
    expect(starts.map(({ before, livedUntil, dating }) => [before, livedUntil, dating.boot])).toEqual([
      [null, null, 'aaaaaaaa'],
      ['stopped', T0 + 5_000, 'aaaaaaaa'],
      ['killed', T0 + 9_000, 'aaaaaaaa'],
      ['power', T0 + 11_000, 'bbbbbbbb'],
    ])
    expect(chainFault(headsOf(fourth))).toBeNull()
    expect(rangesOf(headsOf(fourth)).map(({ dating }) => dating.boot)).toEqual(['aaaaaaaa', 'aaaaaaaa', 'aaaaaaaa'])
    second.close()
    third.close()
  })

  it('says which readings are lost when rows are damaged or gone, and goes on behind them', async () => {
    const before = openGatewayStore(folder.path, storeOptions())
    for (let i = 0; i < 7; i += 1) read(before, readingAt(i, i))
    await before.durable()
    before.close()
    edit(`update telemetry set body = '{' where first_seq in (1, 6); delete from telemetry where first_seq = 3`)
    using after = openGatewayStore(folder.path, storeOptions())
    expect(told(after)).toEqual([
      ['start', null],
      ['range', 0, 0],
      ['gap', 1, 1, 'damaged'],
      ['range', 2, 2],
      ['gap', 3, 3, 'damaged'],
      ['range', 4, 5],
      ['gap', 6, 6, 'damaged'],
      ['start', 'stopped'],
    ])
    expect(chainFault(headsOf(after))).toBeNull()
    expect(read(after, readingAt(9, 9)).firstSeq).toBe(7)
  })

  it('sends a range whose body is damaged without its readings, and says so', async () => {
    const log = keptLog()
    const before = openGatewayStore(folder.path, storeOptions())
    read(before, readingAt(0, 1), readingAt(0, 2))
    await sealAll(before)
    before.close()
    edit(`update link set body = x'00112233' where kind = 'range'`)
    using after = openGatewayStore(folder.path, storeOptions({ log }))
    const ref = { stream: after.stream, n: 1 }
    expect(after.decoded(ref)).toEqual([])
    expect(after.link(ref)).toMatchObject({ head: { fidelity: 'none' }, body: new Uint8Array(0) })
    expect(after.capacity()).toMatchObject({ dropped: 2, reduced: 0 })
    expect(log.lines.map(({ level }) => level)).toEqual(['error'])
  })

  it('accounts for every reading once, in order, whatever is committed, sealed, receipted and restarted', async () => {
    const step = fc.oneof(
      fc.record({ is: fc.constant('read' as const), count: fc.integer({ min: 1, max: 30 }) }),
      fc.constantFrom(
        { is: 'seal' as const },
        { is: 'durable' as const },
        { is: 'stop' as const },
        { is: 'kill' as const },
      ),
      fc.record({ is: fc.constant('receipt' as const), of: fc.nat() }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const own = temporaryFolder()
        const killed: Disposable[] = []
        let store = openGatewayStore(own.path, storeOptions())
        const values: number[] = []
        const sent = new Map<number, { values: unknown[]; head: ReturnType<typeof headsOf>[number] }>()
        const send = () => {
          for (const ref of store.links()) {
            const { head } = store.link(ref)!
            const known = sent.get(ref.n)
            if (known !== undefined) expect(head).toEqual(known.head)
            const readings = store.decoded(ref).flatMap((batch) => batch.readings)
            sent.set(ref.n, { head, values: readings.map(({ value }) => value) })
          }
        }
        for (const one of steps) {
          if (one.is === 'read') {
            const batch = Array.from({ length: one.count }, (_, i) => values.length + i)
            read(store, ...batch.map((value) => readingAt(value, value)))
            values.push(...batch)
          } else if (one.is === 'seal') store.seal(0)
          else if (one.is === 'durable') await store.durable()
          else if (one.is === 'receipt') {
            send()
            const ref = store.links()[one.of % Math.max(1, store.links().length)]
            if (ref !== undefined) store.receipt(ref, store.link(ref)!.hash, 'accept')
          } else {
            if (one.is === 'stop') store.close()
            else killed.push(store)
            store = openGatewayStore(own.path, storeOptions())
          }
        }
        await sealAll(store)
        send()
        const heads = [...sent].sort(([a], [b]) => a - b).map(([, { head }]) => head)
        expect(chainFault(heads)).toBeNull()
        const all = [...sent].sort(([a], [b]) => a - b).flatMap(([, one]) => one.values)
        expect(all).toEqual(values)
        store.close()
        for (const one of killed) one[Symbol.dispose]()
        own.remove()
      }),
      { numRuns: 60 },
    )
  })
})
