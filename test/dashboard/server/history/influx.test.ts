import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openInfluxHistory } from '../../../../dashboard/server/history/influx.ts'
import { systemClock } from '../../../../platform/clock.ts'
import { freePort, testFolder } from '../../../support/processes.ts'
import { quietLog } from '../../../support/quiet-log.ts'
import { startVictoria } from '../../../support/servers.ts'
import { batchOf, START } from './batches.ts'
import { type Influxd, startInfluxd } from './influxd.ts'

const never = new AbortController().signal
const target = { site: 'east-pit', point: 'feeder/active-power', quantity: 'power' } as const
const whole = { from: START, to: START + 10_000_000, columns: 1 }

let influxd: Influxd
beforeAll(async () => {
  influxd = await startInfluxd()
})
afterAll(() => influxd[Symbol.asyncDispose]())

function historyAt(database: string, folder: string, url = influxd.url) {
  const log = quietLog()
  const access = { url, database, api: null, gzip: true }
  return { log, store: openInfluxHistory(access, { group: 'county', folder, clock: systemClock, log }) }
}

describe('history in InfluxDB 1.6', () => {
  it('makes the database and writes what the design says: measurement, tags and fields', async () => {
    await using folder = await testFolder()
    const { store } = historyAt('pits', folder.path)
    await store.write([batchOf(1, [1500.5]), batchOf(2, [true], { point: 'door', quantity: 'contact' })], never)
    await store.close()
    expect(await influxd.ask('SHOW DATABASES')).toContain('pits')
    expect(await influxd.ask('SHOW TAG KEYS FROM "power"')).toMatch(/device.*group.*point.*site/s)
    expect(await influxd.ask('SHOW FIELD KEYS')).toMatch(
      /quality","string.*state","integer.*quality","string.*value","float/s,
    )
    expect(await influxd.ask('SELECT * FROM power')).toContain(
      `[${START + 1_000},"feeder","county","active-power","good","east-pit",1500.5]`,
    )
  })

  it('puts readings the server refuses into the dead letters with its words, stores the rest and goes on', async () => {
    await using folder = await testFolder()
    const { store, log } = historyAt('mixed', folder.path)
    await store.write([], never)
    // Somebody else has written power as a text.
    const other = `power,device=feeder,group=county,point=other,site=east-pit value="words" ${START}`
    await fetch(`${influxd.url}/write?db=mixed&precision=ms`, { method: 'POST', body: other })
    const batch = batchOf(1, [1, 2])
    const level = batchOf(3, [5, 6, 7], { point: 'water', quantity: 'level' })
    expect(await store.write([level, batch], never)).toEqual([])
    expect(store.rejected()).toBe(2)
    expect(log.lines.filter(({ level: of }) => of === 'warn')).toHaveLength(1)
    const letters = await readFile(join(folder.path, 'dead-letter.ndjson'), 'utf8')
    expect(
      letters
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { words: string }).words),
    ).toEqual([expect.stringContaining('field type conflict'), expect.stringContaining('field type conflict')])
    const water = { site: 'east-pit', point: 'feeder/water', quantity: 'level' } as const
    expect(await store.query(water, whole, never)).toMatchObject({ readings: 3, max: [7] })
    expect(await store.write([batch], never)).toEqual([])
    await store.close()
  })

  it('does not send what is older than the retention policy keeps, which the server would drop without a word', async () => {
    await using folder = await testFolder()
    await influxd.ask('CREATE DATABASE short WITH DURATION 1d')
    const { store, log } = historyAt('short', folder.path)
    const now = Date.now()
    await store.write([batchOf(1, [1, 2], { from: now - 172_800_000 }), batchOf(3, [3], { from: now })], never)
    expect(store.rejected()).toBe(2)
    expect(log.lines.filter(({ level }) => level === 'warn')).toHaveLength(1)
    expect(await store.query(target, { from: now - 200_000_000, to: now + 60_000, columns: 1 }, never)).toMatchObject({
      readings: 1,
    })
    await store.close()
  })

  it('refuses with history/unavailable while the server is away, and stores all once it is back', async () => {
    await using folder = await testFolder()
    const { store } = historyAt('away', folder.path)
    await store.write([batchOf(1, [1])], never)
    await influxd.stop()
    await expect(store.write([batchOf(2, [2])], never)).rejects.toMatchObject({ code: 'history/unavailable' })
    await expect(store.query(target, whole, never)).rejects.toMatchObject({ code: 'history/unavailable' })
    await influxd.start()
    expect(await store.write([batchOf(2, [2])], never)).toEqual([])
    expect(await store.query(target, whole, never)).toMatchObject({ readings: 2 })
    await store.close()
  })

  it('makes the database again when somebody has dropped it', async () => {
    await using folder = await testFolder()
    const { store } = historyAt('dropped', folder.path)
    await store.write([batchOf(1, [1])], never)
    await influxd.ask('DROP DATABASE dropped')
    await expect(store.write([batchOf(2, [2])], never)).rejects.toMatchObject({ code: 'history/unavailable' })
    expect(await store.write([batchOf(2, [2])], never)).toEqual([])
    expect(await store.query(target, whole, never)).toMatchObject({ readings: 1 })
    await store.close()
  })

  it('acknowledges nothing before the server has: of two writes at once the second waits for the first', async () => {
    await using folder = await testFolder()
    const { store } = historyAt('twice', folder.path)
    const batch = batchOf(1, [1])
    const away = new AbortController()
    const first = store.write([batch], away.signal)
    const second = store.write([batch], never)
    away.abort(new Error('given up'))
    await expect(first).rejects.toThrow()
    expect(await second).toEqual([])
    expect(await store.query(target, whole, never)).toMatchObject({ readings: 1 })
    await store.close()
  })

  it('opens without a server', async () => {
    await using folder = await testFolder()
    const { store } = historyAt('none', folder.path, `http://127.0.0.1:${await freePort()}`)
    await expect(store.write([], never)).rejects.toMatchObject({ code: 'history/unavailable' })
    await store.close()
  })
})

describe('history in VictoriaMetrics', () => {
  it('asks how long readings are kept and does not send older ones', async () => {
    await using folder = await testFolder()
    await using victoria = await startVictoria('30d')
    const { store } = historyAt('pits', folder.path, victoria.url)
    const now = Date.now()
    await store.write(
      [batchOf(1, [1, 2], { from: now - 40 * 86_400_000 }), batchOf(3, [3], { from: now - 60_000 })],
      never,
    )
    await victoria.flush()
    expect(store.rejected()).toBe(2)
    expect(await store.query(target, { from: now - 120_000, to: now, columns: 4 }, never)).toMatchObject({ max: [3] })
    await store.close()
  })
})
