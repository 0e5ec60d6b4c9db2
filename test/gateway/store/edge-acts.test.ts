import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { EdgeAct } from '../../../core/contract/edge.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import { openGatewayStore } from '../../../gateway/store/open.ts'
import { MIGRATIONS } from '../../../gateway/store/schema.ts'
import { storeOver } from '../../../gateway/store/sqlite-store.ts'
import { steadyStore } from '../../../gateway/store/steady.ts'
import { unsyncedMark } from '../../../gateway/store/unsynced-mark.ts'
import { openSqlite } from '../../../platform/sqlite.ts'
import { temporaryFolder } from '../uplink/county.ts'
import { keep, storeOptions } from './world.ts'

const actOf = (n: number): EdgeAct =>
  EdgeAct.parse({
    ...{ site: 'east-pit', occurrence: 'east-pit.night-load.a', n, at: 1_760_000_000_000 },
    did: { kind: 'delivered', person: 'zhang' },
  })
const alone = (state: string, ...acts: readonly EdgeAct[]) => ({ alone: { state, acts } })

describe('what a gateway did alone', () => {
  let folder: ReturnType<typeof temporaryFolder>
  beforeEach(() => {
    folder = temporaryFolder()
  })
  afterEach(() => folder.remove())

  it('waits in the store over restarts until it is receipted, and its state with it', () => {
    const before = openGatewayStore(folder.path, storeOptions())
    expect(keep(before, alone('one', actOf(1), actOf(2))).acts).toEqual([actOf(1), actOf(2)])
    keep(before, alone('two', actOf(2)))
    before.close()
    using after = openGatewayStore(folder.path, storeOptions())
    expect([after.aloneState(), after.edgeActs().map(({ n }) => n)]).toEqual(['two', [1, 2]])
    expect(after.edgeAct('east-pit.night-load.a', 1)).toEqual(actOf(1))
    after.receiptEdgeAct('east-pit.night-load.a', 1)
    expect(after.edgeActs().map(({ n }) => n)).toEqual([2])
  })

  it('that cannot be read any more is said and removed', () => {
    const options = storeOptions()
    keep(openGatewayStore(folder.path, options), alone('one', actOf(1)))
    const db = new DatabaseSync(join(folder.path, 'gateway.db'))
    db.exec(`update edge_act set body = '{'`)
    db.close()
    using store = openGatewayStore(folder.path, options)
    expect([store.edgeAct('east-pit.night-load.a', 1), store.edgeActs()]).toEqual([null, []])
  })

  it('is kept in memory while the disk refuses, and moves to the disk when it does not', () => {
    const db = openSqlite(join(folder.path, 'gateway.db'), MIGRATIONS, { durability: 'normal' })
    const disk = { fails: false }
    const failing = {
      ...db,
      transaction: <T>(work: () => T): T => {
        if (disk.fails) throw new HouseError('store/failed', 'database or disk is full')
        return db.transaction(work)
      },
    }
    const mark = unsyncedMark(join(folder.path, 'gateway.unsynced'))
    const under = storeOver(failing, storeOptions(), { mark, hasDamaged: () => false })
    const store = steadyStore(under, storeOptions())
    keep(store, alone('one', actOf(1)))
    disk.fails = true
    keep(store, alone('two', actOf(2)))
    expect([store.edgeActs().map(({ n }) => n), under.edgeActs().map(({ n }) => n)]).toEqual([[1, 2], [1]])
    expect(store.edgeAct('east-pit.night-load.a', 2)).toEqual(actOf(2))
    disk.fails = false
    keep(store, { engineState: '{}' })
    expect([under.edgeActs().map(({ n }) => n), under.aloneState()]).toEqual([[1, 2], 'two'])
    expect(store.edgeActs().map(({ n }) => n)).toEqual([1, 2])
    store.close()
  })
})
