import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { zstdDecompressSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { openBatchEncoder } from '../../../../dashboard/server/history/batch-wire.ts'
import { openEmbeddedStore } from '../../../../dashboard/server/history/embedded-store.ts'
import { testFolder } from '../../../support/processes.ts'
import { batchOf, START } from './batches.ts'

const target = { site: 'east-pit', point: 'feeder/active-power', quantity: 'power' } as const

it('a history of the first version is taken over: each reading once, and which numbers it had', async () => {
  await using folder = await testFolder()
  // 840 readings, written by the first version: numbers 1 to 600 and 701 to 940, each seventh without a value.
  const packed = await readFile(join(import.meta.dirname, 'first-version.sqlite.zst'))
  await writeFile(join(folder.path, 'history.sqlite'), zstdDecompressSync(packed))
  const numbers = [...Array(940).keys()].map((n) => n + 1).filter((n) => n <= 600 || n > 700)
  const values = numbers.filter((n) => n % 7 > 0).map((n) => (n % 101) + 0.5)
  const expected = {
    readings: 840,
    min: [Math.min(...values)],
    mean: [expect.closeTo(values.reduce((sum, one) => sum + one, 0) / values.length)],
    max: [Math.max(...values)],
  }
  for (const columns of [1, 1]) {
    const store = openEmbeddedStore(folder.path)
    expect(store.query(target, { from: START, to: START + 10_000_000, columns })).toMatchObject(expected)
    store.write(openBatchEncoder().encode([batchOf(1, new Array<number>(600).fill(1)), batchOf(701, [1])]))
    store.close()
  }
})
