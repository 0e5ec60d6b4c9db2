import { copyFileSync, existsSync, mkdirSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { HouseError } from '../../../core/kit/errors.ts'
import { openGatewayStore } from '../../../gateway/store/open.ts'
import { MIGRATIONS } from '../../../gateway/store/schema.ts'
import { storeOver, type AdoptingStore } from '../../../gateway/store/sqlite-store.ts'
import { steadyStore } from '../../../gateway/store/steady.ts'
import type { GatewayStore } from '../../../gateway/store/store.ts'
import { unsyncedMark } from '../../../gateway/store/unsynced-mark.ts'
import { openSqlite } from '../../../platform/sqlite.ts'
import { keptLog, temporaryFolder, transitionOf } from '../uplink/county.ts'
import { chainFault, headsOf, keep, rangesOf, read, readingAt, sealAll, storeOptions, told } from './world.ts'

describe('the store when a sync fails', () => {
  let folder: ReturnType<typeof temporaryFolder>
  beforeEach(() => {
    folder = temporaryFolder()
  })
  afterEach(() => folder.remove())
  const file = (name: string) => join(folder.path, name)

  /** A store with a run behind it, on a disk that can stop keeping what it is given. */
  function dying(): { store: AdoptingStore; disk: { fails: boolean } } {
    const before = openGatewayStore(folder.path, storeOptions())
    read(before, readingAt(0, 1))
    before.nextBdSeq()
    before.close()
    const db = openSqlite(file('gateway.db'), MIGRATIONS, { durability: 'normal' })
    const disk = { fails: false }
    const fail = () => {
      if (disk.fails) throw new HouseError('store/failed', 'fdatasync: input/output error')
    }
    const failing = {
      ...db,
      sync: () => {
        fail()
        db.sync()
      },
      synced: async () => {
        fail()
        await db.synced()
      },
    }
    const mark = unsyncedMark(file('gateway.unsynced'))
    const store = storeOver(failing, storeOptions(), { mark, hasDamaged: () => false })
    keep(store, { engineState: '{}' })
    disk.fails = true
    return { store, disk }
  }

  /** What a start after a power cut finds: nothing of the log that was not synced. */
  function afterPowerCut(): GatewayStore {
    mkdirSync(file('after'))
    for (const name of ['gateway.db', 'gateway.unsynced'])
      if (existsSync(file(name))) copyFileSync(file(name), file(`after/${name}`))
    return openGatewayStore(file('after'), storeOptions())
  }

  it('uses no number twice in a stream, though a power cut has taken the number that stood in the file', async () => {
    const { store } = dying()
    const sent = read(store, readingAt(0, 1))
    await expect(store.durable()).rejects.toMatchObject({ code: 'store/failed' })
    expect(store.nextSeq()).toBe(2)
    const after = afterPowerCut()
    const anew = read(after, readingAt(0, 9))
    expect(after.stream).not.toBe(store.stream)
    expect([anew.stream, sent.stream]).toEqual([after.stream, store.stream])
    // What was left has a number of the new stream.
    await sealAll(after)
    const own = headsOf(after).filter(({ link }) => link.stream === after.stream)
    expect(chainFault(own)).toBeNull()
    expect(rangesOf(own).map(({ from, to }) => [from, to])).toEqual([
      [0, 0],
      [1, 1],
    ])
    after.close()
    // One new stream is enough: the next run has had no failure.
    using later = openGatewayStore(file('after'), storeOptions())
    expect(later.stream).toBe(after.stream)
    store.close()
  })

  it('lets no reading and no link be sent while it cannot remember that a sync has failed', async () => {
    const { store, disk } = dying()
    const before = store.links().length
    const next = store.nextSeq()
    read(store, readingAt(0, 1))
    store.seal(0)
    mkdirSync(file('gateway.unsynced'))
    await expect(store.durable()).rejects.toMatchObject({ code: 'store/failed' })
    expect([store.nextSeq(), store.links().length]).toEqual([next, before])
    // What later syncs say of the same log is worth nothing.
    disk.fails = false
    await expect(store.durable()).rejects.toMatchObject({ code: 'store/failed' })
    expect([store.nextSeq(), store.links().length]).toEqual([next, before])
    rmdirSync(file('gateway.unsynced'))
    await store.durable()
    expect(store.nextSeq()).toBe(next + 1)
    expect([store.links().length, existsSync(file('gateway.unsynced'))]).toEqual([before + 1, true])
    store.close()
  })

  it('gives the first connection of a run another bdSeq than the one still under way, though its sync fails', () => {
    const { store } = dying()
    const steady = steadyStore(store, storeOptions())
    expect([steady.nextBdSeq(), steady.nextBdSeq()]).toEqual([2, 3])
    store.close()
  })
})

describe('the store when the disk refuses', () => {
  let folder: ReturnType<typeof temporaryFolder>
  beforeEach(() => {
    folder = temporaryFolder()
  })
  afterEach(() => folder.remove())

  /** A store whose disk can be taken away. */
  function flaky(log = keptLog()): { steady: GatewayStore; disk: { full: boolean }; inner: AdoptingStore } {
    const inner = openGatewayStore(folder.path, storeOptions())
    const disk = { full: false }
    const refuse =
      <A extends unknown[], R>(work: (...values: A) => R) =>
      (...values: A): R => {
        if (disk.full) throw new HouseError('store/failed', 'database or disk is full')
        return work(...values)
      }
    const store: AdoptingStore = {
      ...inner,
      commit: refuse((steps) => inner.commit(steps)),
      seal: refuse((mostAgeMs) => inner.seal(mostAgeMs)),
      adopt: refuse((link) => inner.adopt(link)),
      nextBdSeq: refuse(() => inner.nextBdSeq()),
      receiptAlarm: refuse((occurrence, n) => inner.receiptAlarm(occurrence, n)),
    }
    return { disk, inner, steady: steadyStore(store, storeOptions({ log })) }
  }

  it('keeps alarms in memory, sends them from there, saves them with the next commit, and says so once', async () => {
    const log = keptLog()
    const { steady, disk, inner } = flaky(log)
    disk.full = true
    for (let i = 1; i <= 3; i += 1) {
      keep(steady, { transitions: [transitionOf('a', i)], engineState: String(i) })
      await steady.durable()
    }
    expect(steady.alarms().map(({ n }) => n)).toEqual([1, 2, 3])
    expect(steady.alarm(transitionOf('a', 2).occurrence, 2)).toEqual(transitionOf('a', 2))
    steady.receiptAlarm(transitionOf('a', 1).occurrence, 1)
    expect(steady.alarms().map(({ n }) => n)).toEqual([2, 3])
    expect([inner.alarms(), steady.hasFault()]).toEqual([[], true])
    disk.full = false
    keep(steady, { transitions: [transitionOf('a', 4)] })
    await steady.durable()
    expect(inner.alarms().map(({ n }) => n)).toEqual([2, 3, 4])
    expect(steady.alarms().map(({ n }) => n)).toEqual([2, 3, 4])
    expect(inner.engineState()).toBe('3')
    // What moved once does not come again over what is newer.
    keep(steady, { engineState: '5' })
    keep(steady, {})
    expect(inner.engineState()).toBe('5')
    expect(log.lines.map(({ level }) => level)).toEqual(['warn', 'info'])
    steady.close()
  })

  it('numbers readings in a stream of its own meanwhile, which can be sent, and moves to the disk afterwards', async () => {
    const { steady, disk, inner } = flaky()
    const { stream } = steady
    read(steady, readingAt(0, 1))
    await steady.durable()
    disk.full = true
    const first = read(steady, readingAt(1_000, 2), readingAt(1_000, 3))
    expect(first).toMatchObject({ stream: steady.stream, firstSeq: 0 })
    expect([steady.stream === stream, steady.nextSeq(), steady.capacity().state]).toEqual([false, 2, 'memory'])
    expect(steady.openRows(0, 9).map(({ readings }) => readings.length)).toEqual([2])
    steady.seal(0)
    read(steady, readingAt(2_000, 4))
    expect(steady.links().map(({ stream: of, kind }) => [of === stream, kind])).toEqual([
      [true, 'start'],
      [false, 'start'],
      [false, 'range'],
    ])
    const inMemory = steady.links()[2]!
    expect(steady.decoded(inMemory)[0]?.readings.map(({ value }) => value)).toEqual([2, 3])
    disk.full = false
    expect(read(steady, readingAt(3_000, 5))).toMatchObject({ stream, firstSeq: 1 })
    expect(steady.stream).toBe(stream)
    await sealAll(steady)
    expect(inner.links()).toEqual(steady.links())
    const streams = [stream, inMemory.stream].map((of) => headsOf(inner).filter(({ link }) => link.stream === of))
    expect(streams.map(chainFault)).toEqual([null, null])
    const values = inner.links().flatMap((ref) => inner.decoded(ref).flatMap(({ readings }) => readings))
    expect(values.map(({ value }) => value).sort()).toEqual([1, 2, 3, 4, 5])
    expect([steady.capacity().state, steady.hasFault()]).toEqual(['disk', false])
    // What moved can be receipted on the disk.
    expect(steady.receipt(inMemory, inner.link(inMemory)!.hash, 'accept')).toBe('done')
    steady.close()
    using after = openGatewayStore(folder.path, storeOptions())
    expect(after.links().some(({ stream: of }) => of === inMemory.stream)).toBe(true)
    expect(after.links()).not.toContainEqual(inMemory)
  })

  it('goes over to memory again when the disk refuses before all has moved', async () => {
    const { steady, disk } = flaky()
    disk.full = true
    for (let i = 0; i < 3; i += 1) {
      read(steady, readingAt(i, i))
      steady.seal(0)
    }
    const { stream } = steady
    disk.full = false
    keep(steady, {})
    steady.seal(Infinity)
    disk.full = true
    read(steady, readingAt(9, 9))
    expect(steady.stream).toBe(stream)
    disk.full = false
    keep(steady, {})
    await sealAll(steady)
    const own = headsOf(steady).filter(({ link }) => link.stream === stream)
    expect(chainFault(own.toSorted((a, b) => a.link.n - b.link.n))).toBeNull()
    expect(told(steady)).toHaveLength(1 + 1 + 4)
    steady.close()
  })

  /** A store on a file that SQLite itself refuses to write when it is told so. */
  function ruled(): { steady: GatewayStore; rule: (pragma: string) => void } {
    const path = join(folder.path, 'gateway.db')
    const db = openSqlite(path, MIGRATIONS, { durability: 'normal' })
    const mark = unsyncedMark(join(folder.path, 'gateway.unsynced'))
    const store = storeOver(db, storeOptions(), { mark, hasDamaged: () => false })
    const rule = (pragma: string) => void db.one(z.unknown(), `pragma ${pragma}`)
    return { steady: steadyStore(store, storeOptions()), rule }
  }

  it.each([
    ['full', 'max_page_count = 1', 'max_page_count = 1000000'],
    ['read-only', 'query_only = 1', 'query_only = 0'],
  ])('loses nothing that memory can hold while the disk is %s', async (_, refuse, allow) => {
    const { steady, rule } = ruled()
    const values = Array.from({ length: 3_000 }, (_, i) => i)
    for (const value of values) {
      if (value === 1_000) rule(refuse)
      if (value === 2_000) rule(allow)
      read(steady, readingAt(value, value, `${'point-of-a-long-name-'.repeat(2)}${value % 500}`))
      if (value % 100 === 0) {
        await steady.durable()
        steady.seal(0)
      }
    }
    await sealAll(steady)
    const found = steady.links().flatMap((ref) => steady.decoded(ref).flatMap(({ readings }) => readings))
    expect(found.map(({ value }) => Number(value)).sort((a, b) => a - b)).toEqual(values)
    expect([steady.capacity().state, steady.hasFault()]).toEqual(['disk', false])
    steady.close()
  })

  it('sends what waits though the disk takes no writing from the start, and begins on it when it does', async () => {
    const before = openGatewayStore(folder.path, storeOptions())
    read(before, readingAt(0, 1))
    await sealAll(before)
    const { stream } = before
    before.close()
    const db = openSqlite(join(folder.path, 'gateway.db'), MIGRATIONS, { durability: 'normal' })
    db.one(z.unknown(), 'pragma query_only = 1')
    const log = keptLog()
    const mark = unsyncedMark(join(folder.path, 'gateway.unsynced'))
    const disk = storeOver(db, storeOptions({ log }), { mark, hasDamaged: () => false })
    const steady = steadyStore(disk, storeOptions({ log }))
    expect([told(steady), steady.seal(0)]).toEqual([
      [
        ['start', null],
        ['range', 0, 0],
      ],
      false,
    ])
    const inMemory = read(steady, readingAt(1, 2))
    expect(inMemory.stream).not.toBe(stream)
    db.one(z.unknown(), 'pragma query_only = 0')
    expect(read(steady, readingAt(2, 3))).toMatchObject({ stream, firstSeq: 1 })
    await sealAll(steady)
    const own = headsOf(steady).filter(({ link }) => link.stream === stream)
    expect([chainFault(own), own.map(({ link }) => link.kind)]).toEqual([null, ['start', 'range', 'start', 'range']])
    expect(log.lines.map(({ level }) => level)).toEqual(['warn', 'warn', 'info'])
    steady.close()
  })

  it('lets an error that is no disk failure through', () => {
    const { steady } = flaky()
    expect(() => read(steady, { ...readingAt(0, 1), value: 5n as never })).toThrow(TypeError)
    steady.close()
  })
})
