import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openInfluxHistory } from '../../../../dashboard/server/history/influx.ts'
import { freePort, testFolder } from '../../../support/processes.ts'
import { quietLog } from '../../../support/quiet-log.ts'
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

describe('history in InfluxDB', () => {
  it('makes the database and writes what the design says: measurement, tags and fields', async () => {
    await using folder = await testFolder()
    const options = { group: 'county', folder: folder.path, log: quietLog() }
    const store = openInfluxHistory({ url: influxd.url, database: 'pits' }, options)
    await store.write([batchOf(1, [1500.5]), batchOf(2, [true], { point: 'door', quantity: 'contact' })], never)
    store.close()
    expect(await influxd.ask('SHOW DATABASES')).toContain('pits')
    expect(await influxd.ask('SHOW TAG KEYS FROM "power"')).toMatch(/device.*group.*point.*site/s)
    expect(await influxd.ask('SHOW FIELD KEYS')).toMatch(
      /quality","string.*state","integer.*quality","string.*value","float/s,
    )
    expect(await influxd.ask('SELECT * FROM power')).toContain(
      `[${START + 1_000},"feeder","county","active-power","good","east-pit",1500.5]`,
    )
  })

  it('counts and reports a reading the server refuses, stores the rest and goes on', async () => {
    await using folder = await testFolder()
    const log = quietLog()
    const store = openInfluxHistory(
      { url: influxd.url, database: 'mixed' },
      { group: 'county', folder: folder.path, log },
    )
    await store.write([], never)
    // Somebody else has written power as a text.
    const other = `power,device=feeder,group=county,point=other,site=east-pit value="words" ${START}`
    await fetch(`${influxd.url}/write?db=mixed&precision=ms`, { method: 'POST', body: other })
    const batch = batchOf(1, [1, 2])
    const level = batchOf(3, [5], { point: 'water', quantity: 'level' })
    expect((await store.write([batch, level], never))[0]?.upTo).toBe(3)
    expect(store.rejected()).toBeGreaterThan(0)
    expect(log.lines.filter(({ level: of }) => of === 'warn')).toHaveLength(1)
    const water = { site: 'east-pit', point: 'feeder/water', quantity: 'level' } as const
    expect(await store.query(water, whole, never)).toMatchObject({ max: [5] })
    store.close()
  })

  it('refuses with history/unavailable while the server is away, and stores all once it is back', async () => {
    await using folder = await testFolder()
    const store = openInfluxHistory(
      { url: influxd.url, database: 'away' },
      { group: 'county', folder: folder.path, log: quietLog() },
    )
    await store.write([batchOf(1, [1])], never)
    await influxd.stop()
    await expect(store.write([batchOf(2, [2])], never)).rejects.toMatchObject({ code: 'history/unavailable' })
    await expect(store.query(target, whole, never)).rejects.toMatchObject({ code: 'history/unavailable' })
    await influxd.start()
    expect((await store.write([batchOf(2, [2])], never))[0]?.upTo).toBe(2)
    expect(await store.query(target, whole, never)).toMatchObject({ readings: 2 })
    store.close()
  })

  it('makes the database again when somebody has dropped it', async () => {
    await using folder = await testFolder()
    const options = { group: 'county', folder: folder.path, log: quietLog() }
    const store = openInfluxHistory({ url: influxd.url, database: 'dropped' }, options)
    await store.write([batchOf(1, [1])], never)
    await influxd.ask('DROP DATABASE dropped')
    await expect(store.write([batchOf(2, [2])], never)).rejects.toMatchObject({ code: 'history/unavailable' })
    expect((await store.write([batchOf(2, [2])], never))[0]?.upTo).toBe(2)
    store.close()
  })

  it('opens without a server', async () => {
    await using folder = await testFolder()
    const url = `http://127.0.0.1:${await freePort()}`
    const store = openInfluxHistory(
      { url, database: 'none' },
      { group: 'county', folder: folder.path, log: quietLog() },
    )
    await expect(store.write([], never)).rejects.toMatchObject({ code: 'history/unavailable' })
    store.close()
  })
})
