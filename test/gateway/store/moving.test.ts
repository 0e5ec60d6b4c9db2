import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HouseError } from '../../../core/kit/errors.ts'
import { openGatewayStore } from '../../../gateway/store/open.ts'
import type { AdoptingStore } from '../../../gateway/store/sqlite-store.ts'
import { steadyStore } from '../../../gateway/store/steady.ts'
import type { GatewayStore } from '../../../gateway/store/store.ts'
import { MIGRATIONS } from '../../../gateway/store/schema.ts'
import { storeOver } from '../../../gateway/store/sqlite-store.ts'
import { unsyncedMark } from '../../../gateway/store/unsynced-mark.ts'
import { openSqlite } from '../../../platform/sqlite.ts'
import { join } from 'node:path'
import { temporaryFolder } from '../uplink/county.ts'
import { chainFault, DATING, headsOf, keep, read, readingAt, sealAll, storeOptions, told } from './world.ts'

describe('what moves from memory to a disk that takes it again', () => {
  let folder: ReturnType<typeof temporaryFolder>
  beforeEach(() => {
    folder = temporaryFolder()
  })
  afterEach(() => folder.remove())

  /** A store whose disk refuses statements that contain `refuses`, with three ranges in memory. */
  function away(): { steady: GatewayStore; inner: AdoptingStore; disk: { refuses: string | null } } {
    const db = openSqlite(join(folder.path, 'gateway.db'), MIGRATIONS, { durability: 'normal' })
    const disk = { refuses: null as string | null }
    const run: typeof db.run = (sql, ...values) => {
      if (disk.refuses !== null && sql.includes(disk.refuses))
        throw new HouseError('store/failed', 'database or disk is full')
      return db.run(sql, ...values)
    }
    const transaction: typeof db.transaction = (work) =>
      db.transaction(() => {
        const result = work()
        if (disk.refuses === 'commit') throw new HouseError('store/failed', 'database or disk is full')
        return result
      })
    const mark = unsyncedMark(join(folder.path, 'gateway.unsynced'))
    const inner = storeOver({ ...db, run, transaction }, storeOptions(), { mark, hasDamaged: () => false })
    const steady = steadyStore(inner, storeOptions())
    disk.refuses = 'insert into telemetry'
    for (let i = 0; i < 3; i += 1) {
      read(steady, readingAt(i, i))
      steady.seal(0)
    }
    disk.refuses = null
    return { steady, inner, disk }
  }

  const valuesIn = (store: GatewayStore) =>
    store
      .links()
      .flatMap((ref) => store.decoded(ref))
      .flatMap(({ readings }) => readings.map(({ value }) => value))

  it.each(['commit', 'insert into link'])('is there once, though the disk fails on the way (%s)', async (refuses) => {
    const { steady, inner, disk } = away()
    keep(steady, {})
    steady.seal(Infinity)
    disk.refuses = refuses
    for (let i = 0; i < 3; i += 1) steady.seal(Infinity)
    expect(valuesIn(steady).sort()).toEqual([0, 1, 2])
    disk.refuses = null
    await sealAll(steady)
    expect(valuesIn(inner).sort()).toEqual([0, 1, 2])
    expect(inner.links().every((ref) => inner.link(ref) !== null)).toBe(true)
    expect(inner.capacity()).toMatchObject({ readings: 3, ranges: 3 })
    steady.close()
  })

  it('is taken as delivered when the receipt comes while the rest still moves', async () => {
    const { steady } = away()
    const [, , ref] = steady.links()
    const hash = steady.link(ref!)!.hash
    keep(steady, {})
    // The start of the stream in memory, and the first range.
    steady.seal(Infinity)
    steady.seal(Infinity)
    expect(steady.hasFault()).toBe(true)
    expect(steady.link(ref!)).toMatchObject({ hash })
    expect(steady.decoded(ref!)).toHaveLength(1)
    expect(steady.receipt(ref!, hash, 'accept')).toBe('done')
    await sealAll(steady)
    expect(valuesIn(steady).sort()).toEqual([1, 2])
    steady.close()
  })

  it('moves before the end when there is no time to do it bit by bit', () => {
    const { steady } = away()
    const { stream } = steady
    keep(steady, {})
    steady.close()
    using after = openGatewayStore(folder.path, storeOptions())
    const moved = headsOf(after).filter(({ link }) => link.stream === stream)
    expect([moved.length, chainFault(moved), valuesIn(after)]).toEqual([4, null, [0, 1, 2]])
  })

  it('leaves a dating with whoever has it until the disk takes it, and chains it once in each stream', async () => {
    const { steady, inner, disk } = away()
    const dating = { ...DATING, source: 'control-room', uncertaintyMs: 5 } as const
    disk.refuses = 'insert into link'
    expect(() => steady.chainDating(dating)).toThrow(expect.objectContaining({ code: 'store/failed' }))
    expect(() => steady.chainDating(dating)).toThrow(expect.objectContaining({ code: 'store/failed' }))
    disk.refuses = null
    steady.chainDating(dating)
    steady.chainDating(dating)
    keep(steady, {})
    await sealAll(steady)
    expect(told(inner).filter((one) => Array.isArray(one) && one[0] === 'dating')).toHaveLength(2)
    steady.close()
  })

  it('chains a dating that it has refused, though ranges were closed with it meanwhile', async () => {
    const { inner, disk } = away()
    const known = { dating: DATING }
    const other = join(folder.path, 'other.db')
    const db = openSqlite(other, MIGRATIONS, { durability: 'normal' })
    const run: typeof db.run = (sql, ...values) => {
      if (disk.refuses !== null && sql.includes(disk.refuses)) throw new HouseError('store/failed', 'full')
      return db.run(sql, ...values)
    }
    const mark = unsyncedMark(join(folder.path, 'other.unsynced'))
    const options = storeOptions({ dating: () => known.dating })
    using store = storeOver({ ...db, run }, options, { mark, hasDamaged: () => false })
    const dating = { ...DATING, uncertaintyMs: 5 }
    disk.refuses = 'insert into link'
    expect(() => store.chainDating(dating)).toThrow()
    disk.refuses = null
    known.dating = dating
    read(store, readingAt(0, 1))
    store.seal(0)
    store.chainDating(dating)
    await store.durable()
    expect(told(store)).toEqual([['start', null], ['range', 0, 0], ['dating']])
    inner.close()
  })
})
