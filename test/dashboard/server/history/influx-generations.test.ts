import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { InfluxAccess } from '../../../../dashboard/server/history/influx-server.ts'
import { openInfluxHistory } from '../../../../dashboard/server/history/influx.ts'
import { handClock } from '../../../support/hand-clock.ts'
import { testFolder } from '../../../support/processes.ts'
import { quietLog } from '../../../support/quiet-log.ts'
import { batchOf, START } from './batches.ts'
import { startInfluxDouble } from './influx-double.ts'

const never = new AbortController().signal

function storeAt(folder: string, access: Pick<InfluxAccess, 'url'> & Partial<InfluxAccess>) {
  const log = quietLog()
  const full: InfluxAccess = { database: 'pits', api: null, gzip: true, org: 'county', token: 'secret', ...access }
  return { log, store: openInfluxHistory(full, { group: 'county', folder, clock: handClock(START + 60_000), log }) }
}

async function deadLetters(folder: string): Promise<{ words: string; line: string }[]> {
  const text = await readFile(join(folder, 'dead-letter.ndjson'), 'utf8')
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { words: string; line: string })
}

/** Twelve good readings around one whose line the double refuses. */
const batches = [
  batchOf(1, [1, 2, 3, 4, 5, 6]),
  batchOf(7, [7], { point: 'poison' }),
  batchOf(8, [8, 9, 10, 11, 12, 13]),
]

describe('history in InfluxDB 2.x (a double that checks path, headers and body)', () => {
  it('is found out by asking, gets its bucket made, and is written with Token, org and bucket', async () => {
    await using folder = await testFolder()
    await using double = await startInfluxDouble('v2')
    const { store } = storeAt(folder.path, { url: double.url })
    expect(await store.write([batchOf(1, [1.5])], never)).toEqual([])
    expect(double.buckets).toEqual(new Set(['pits']))
    expect(double.asked).toContain('POST /api/v2/write')
    expect(double.stored).toEqual([
      `power,device=feeder,group=county,point=active-power,site=east-pit value=1.5,quality="good" ${START + 1_000}`,
    ])
    await store.close()
  })

  it('stores all but the poison line, which goes to the dead letters with the words of the server', async () => {
    await using folder = await testFolder()
    await using double = await startInfluxDouble('v2')
    const { store, log } = storeAt(folder.path, { url: double.url, gzip: false })
    await store.write(batches, never)
    expect(new Set(double.stored).size).toBe(12)
    expect(store.rejected()).toBe(1)
    const letters = await deadLetters(folder.path)
    expect(letters).toHaveLength(1)
    expect(letters[0]?.words).toContain('unable to parse')
    expect(letters[0]?.line).toContain('point=poison')
    expect(log.lines.filter(({ level }) => level === 'warn')).toHaveLength(1)
    await store.close()
  })

  it('does not send what is older than its bucket keeps, counts it and says so once', async () => {
    await using folder = await testFolder()
    await using double = await startInfluxDouble('v2', 3_600)
    const { store, log } = storeAt(folder.path, { url: double.url })
    await store.write([batchOf(1, [1, 2], { from: START - 7_200_000 }), batchOf(3, [3], { from: START })], never)
    await store.write([batchOf(4, [4], { from: START - 7_200_000 })], never)
    expect(double.stored).toHaveLength(1)
    expect(store.rejected()).toBe(3)
    expect(log.lines.filter(({ level }) => level === 'warn')).toHaveLength(1)
    await store.close()
  })

  it('says what to mend when it is not let in', async () => {
    await using folder = await testFolder()
    await using double = await startInfluxDouble('v2')
    const { store } = storeAt(folder.path, { url: double.url, token: 'wrong' })
    await expect(store.write([batchOf(1, [1])], never)).rejects.toMatchObject({
      code: 'history/unavailable',
      message: expect.stringContaining('history.token') as string,
    })
    await store.close()
  })
})

describe('history in InfluxDB 3.x (a double that checks path, headers and body)', () => {
  it('is found out by asking and written with Bearer through write_lp', async () => {
    await using folder = await testFolder()
    await using double = await startInfluxDouble('v3')
    const { store, log } = storeAt(folder.path, { url: double.url })
    await store.write([batchOf(1, [1, null])], never)
    expect(double.stored).toHaveLength(2)
    expect(double.asked).toContain('POST /api/v3/write_lp')
    expect(log.lines.map(({ level }) => level)).toEqual(['info'])
    await store.close()
  })

  it('stores all but the poison line of a partial write', async () => {
    await using folder = await testFolder()
    await using double = await startInfluxDouble('v3')
    const { store } = storeAt(folder.path, { url: double.url, api: 'v3' })
    await store.write(batches, never)
    expect(new Set(double.stored).size).toBe(12)
    const letters = await deadLetters(folder.path)
    expect(letters.map(({ line }) => line.includes('poison'))).toEqual([true])
    expect(letters[0]?.words).toContain('invalid column type')
    await store.close()
  })
})
