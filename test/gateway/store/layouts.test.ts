import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { openGatewayStore } from '../../../gateway/store/open.ts'
import type { GatewayStore } from '../../../gateway/store/store.ts'
import { temporaryFolder } from '../uplink/county.ts'
import { read, readingAt, storeOptions } from './world.ts'

it('keeps no list of points for ever that a device has told once, and none that a row still needs is missing', async () => {
  const folder = temporaryFolder()
  const count = () => {
    using db = new DatabaseSync(join(folder.path, 'gateway.db'), { readOnly: true })
    return Number(db.prepare('select count(*) as count from layout').get()?.count)
  }
  const values = (store: GatewayStore) =>
    store.links().flatMap((ref) => store.decoded(ref).flatMap(({ readings }) => readings.map(({ value }) => value)))
  // Each time another pair of its points has moved.
  const told = (n: number) => [readingAt(n, 2 * n, `point-${n}`), readingAt(n, 2 * n + 1, `point-${n + 1}`)]
  const store = openGatewayStore(folder.path, storeOptions())
  for (let n = 0; n < 3_000; n += 1) {
    read(store, ...told(n))
    if (n % 500 === 400) store.seal(0)
  }
  expect(count()).toBeLessThan(2_500)
  // The same again, of which it knows some and has forgotten others, and rows that wait for the next run.
  read(store, ...told(0), ...told(2_999))
  store.close()
  const after = openGatewayStore(folder.path, storeOptions())
  expect(count()).toBe(0)
  await after.durable()
  const found = values(after).filter((value) => typeof value === 'number')
  expect(found).toEqual([...Array.from({ length: 6_000 }, (_, index) => index), 0, 1, 5_998, 5_999])
  after.close()
  folder.remove()
})
