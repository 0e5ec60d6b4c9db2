import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HouseError } from '../../../core/kit/errors.ts'
import { MIGRATIONS } from '../../../gateway/store/schema.ts'
import { storeOver } from '../../../gateway/store/sqlite-store.ts'
import { unsyncedMark } from '../../../gateway/store/unsynced-mark.ts'
import { openSqlite, type Sqlite } from '../../../platform/sqlite.ts'
import { temporaryFolder } from '../uplink/county.ts'
import { read, readingAt, storeOptions, told } from './world.ts'

describe('syncs of a store', () => {
  let folder: ReturnType<typeof temporaryFolder>
  beforeEach(() => {
    folder = temporaryFolder()
  })
  afterEach(() => folder.remove())

  const opened = () => openSqlite(join(folder.path, 'gateway.db'), MIGRATIONS, { durability: 'normal' })
  const over = (db: Sqlite) => {
    const mark = unsyncedMark(join(folder.path, 'gateway.unsynced'))
    return storeOver(db, storeOptions(), { mark, hasDamaged: () => false })
  }

  it.each([
    ['in the order in which they were asked for', [0, 1]],
    ['in the other order', [1, 0]],
  ])('let no link be sent that was made after them, when two end %s', async (_, order) => {
    const db = opened()
    const under: PromiseWithResolvers<undefined>[] = []
    const synced = () => {
      const sync = Promise.withResolvers<undefined>()
      under.push(sync)
      return sync.promise
    }
    using store = over({ ...db, synced })
    const seal = (value: number) => {
      read(store, readingAt(value, value))
      store.seal(0)
    }
    seal(0)
    const first = store.durable()
    seal(1)
    const second = store.durable()
    const [one = 0, other = 1] = order
    under[one]?.resolve(undefined)
    await (one === 0 ? first : second)
    // Made behind both: a power cut may still take it, and another link get its number.
    seal(2)
    under[other]?.resolve(undefined)
    await Promise.all([first, second])
    expect(told(store)).toEqual([
      ['start', null],
      ['range', 0, 0],
      ['range', 1, 1],
    ])
    const third = store.durable()
    under[2]?.resolve(undefined)
    await third
    expect(told(store).at(-1)).toEqual(['range', 2, 2])
  })

  it('come before what a start could still chain is sent, when the disk refuses in the middle of it', () => {
    const before = over(opened())
    read(before, readingAt(0, 1))
    before.close()
    const db = opened()
    const steps: string[] = []
    using store = over({
      ...db,
      sync: () => {
        steps.push('sync')
        db.sync()
      },
      run: (sql, ...values) => {
        // The range of what was left fits, the start behind it does not.
        if (sql.includes('insert into link') && values.includes('start')) {
          steps.push('full')
          throw new HouseError('store/failed', 'database or disk is full')
        }
        return db.run(sql, ...values)
      },
    })
    expect(told(store)).toEqual([
      ['start', null],
      ['range', 0, 0],
    ])
    expect(steps).toEqual(['full', 'sync'])
  })
})
