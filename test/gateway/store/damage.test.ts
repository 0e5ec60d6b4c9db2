import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { LinkHead } from '../../../core/contract/chain.ts'
import { openGatewayStore } from '../../../gateway/store/open.ts'
import { openSteadyStore } from '../../../gateway/store/steady.ts'
import { keptLog, temporaryFolder, transitionOf } from '../uplink/county.ts'
import { chainFault, headsOf, keep, read, readingAt, sealAll, storeOptions, told } from './world.ts'

describe('a store whose file is damaged', () => {
  let folder: ReturnType<typeof temporaryFolder>
  beforeEach(() => {
    folder = temporaryFolder()
  })
  afterEach(() => folder.remove())
  const file = (name: string) => join(folder.path, name)
  const aside = () => readdirSync(folder.path).filter((name) => /damaged-\w+$/.test(name))

  it('is set aside as it is, and a new one begun, which says so until the old one is taken away', () => {
    const text = 'this is no database, and long enough to look like one'.repeat(40)
    writeFileSync(file('gateway.db'), text)
    const log = keptLog()
    using store = openSteadyStore(folder.path, storeOptions({ log }))
    expect(told(store)).toEqual([['start', null]])
    expect(aside()).toEqual(['gateway.db.damaged-20251009T085320Z'])
    expect(readFileSync(file(aside()[0]!), 'utf8')).toBe(text)
    expect([store.hasFault(), store.capacity().state]).toEqual([true, 'disk'])
    expect(log.lines.map(({ level }) => level)).toEqual(['error', 'error'])
    read(store, readingAt(0, 1))
    expect(store.seal(0)).toBe(true)
  })

  it('hands over the alarms that can still be read, and what the rules and drivers have learned', () => {
    const before = openGatewayStore(folder.path, storeOptions())
    for (let i = 0; i < 2_000; i += 1) read(before, readingAt(i, i))
    keep(before, { transitions: [transitionOf('a', 1)], engineState: '{"rules":{}}' })
    before.keepNote('meter', '{"serial":1}')
    before.nextBdSeq()
    const { stream } = before
    before.close()
    damageTable('telemetry')
    using after = openGatewayStore(folder.path, storeOptions())
    expect(aside()).toHaveLength(1)
    expect(after.stream).not.toBe(stream)
    expect(after.alarm(transitionOf('a', 1).occurrence, 1)).toEqual(transitionOf('a', 1))
    expect([after.engineState(), after.note('meter'), after.lastBdSeq()]).toEqual(['{"rules":{}}', '{"serial":1}', 0])
  })

  it('is set aside at the next start when the damage shows while it is used', () => {
    const before = openGatewayStore(folder.path, storeOptions())
    // More than SQLite keeps in memory.
    for (let i = 0; i < 600; i += 1) {
      read(before, ...Array.from({ length: 600 }, (_, k) => readingAt(i, Math.sin(i + k))))
      before.seal(0)
    }
    before.close()
    const store = openSteadyStore(folder.path, storeOptions())
    damageTable('link')
    // What has been read already is in memory; what is read now is not what was written.
    const refs = [...store.links()]
    expect(refs.map((ref) => attempt(() => store.link(ref))).some((found) => found === 'failed')).toBe(true)
    store.close()
    using after = openSteadyStore(folder.path, storeOptions())
    expect([aside().length, after.links().length]).toEqual([1, 1])
  })

  it.each([
    ['no JSON', `replace(link, '{', '[')`],
    ['no link', `replace(link, '"kind"', '"Kind"')`],
    ['another link than its hash says', `replace(link, '"to":1', '"to":7')`],
  ])('sets a link aside whose row is %s, says so, and sends the others', async (_, damage) => {
    const before = openGatewayStore(folder.path, storeOptions())
    for (let i = 0; i < 3; i += 1) {
      read(before, readingAt(i, i))
      before.seal(0)
    }
    before.close()
    using db = new DatabaseSync(file('gateway.db'))
    db.exec(`update link set link = ${damage} where n = 2`)
    const log = keptLog()
    using store = openSteadyStore(folder.path, storeOptions({ log, limits: { bytes: 100 } }))
    await store.durable()
    const refs = [...store.links()]
    expect(refs.map((ref) => store.link(ref)?.head.link.n ?? null)).toEqual([0, 1, null, 3, 4])
    expect(store.links().map(({ n }) => n)).toEqual([0, 1, 3, 4])
    expect([store.link(refs[2]!), store.decoded(refs[2]!)]).toEqual([null, []])
    expect(log.lines.map(({ level }) => level)).toEqual(['error'])
    // It is still counted, and makes room like any other.
    expect(store.capacity().ranges).toBe(3)
    while (store.seal(Infinity)) continue
    expect(store.capacity().dropped).toBe(3)
    using after = openSteadyStore(folder.path, storeOptions())
    await after.durable()
    expect(after.links().map(({ n }) => n)).toEqual([0, 1, 3, 4, 5])
  })

  it('is not gone on with when it could be set aside in part only', () => {
    writeFileSync(file('gateway.db'), 'this is no database, and long enough to look like one'.repeat(40))
    writeFileSync(file('gateway.db-wal'), 'nor is this a log')
    // Its name is taken: the renaming ends in the middle, as when the program is killed there.
    mkdirSync(file('gateway.db.damaged-20251009T085320Z-wal/taken'), { recursive: true })
    openSteadyStore(folder.path, storeOptions()).close()
    expect([existsSync(file('gateway.db')), existsSync(file('gateway.db.damaged'))]).toEqual([true, true])
    rmSync(file('gateway.db.damaged-20251009T085320Z-wal'), { recursive: true })
    using store = openSteadyStore(folder.path, storeOptions())
    expect([aside().length, existsSync(file('gateway.db.damaged')), store.capacity().state]).toEqual([1, false, 'disk'])
  })

  it('runs from memory where no file can be opened', () => {
    mkdirSync(file('gateway.db'))
    const log = keptLog()
    using store = openSteadyStore(folder.path, storeOptions({ log }))
    read(store, readingAt(0, 1))
    store.seal(0)
    expect([store.capacity().state, store.hasFault(), store.links().length]).toEqual(['memory', true, 2])
    expect(log.lines.filter(({ level }) => level === 'error')).toHaveLength(1)
  })

  function attempt<T>(work: () => T): T | 'failed' {
    try {
      return work()
    } catch {
      return 'failed'
    }
  }

  /** Overwrites the pages of a table, as a dying card does. */
  function damageTable(table: string): void {
    using db = new DatabaseSync(file('gateway.db'), { readOnly: true })
    const pages = db.prepare('select pageno from dbstat where name = ? order by pageno').all(table)
    const bytes = readFileSync(file('gateway.db'))
    for (const { pageno } of pages) bytes.fill(0xa5, (Number(pageno) - 1) * 4_096, Number(pageno) * 4_096)
    writeFileSync(file('gateway.db'), bytes)
  }
})

describe('a store that is killed at any byte', () => {
  it('keeps what was durable, and its chain goes on from there without a fork', async () => {
    const length = fc.double({ min: 0, max: 1, noNaN: true })
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 3, maxLength: 12 }), length, killed),
      { numRuns: 150 },
    )
  })

  /** Runs a store, and starts another on what a power cut leaves of its files: the log up to some byte behind the last sync. */
  async function killed(counts: readonly number[], share: number): Promise<void> {
    const folder = temporaryFolder()
    const file = (name: string) => join(folder.path, name)
    const store = openGatewayStore(folder.path, storeOptions())
    const values: number[] = []
    let synced = { bytes: 0, values: 0, heads: [] as LinkHead[] }
    for (const [index, count] of counts.entries()) {
      const batch = Array.from({ length: count }, (_, i) => values.length + i)
      read(store, ...batch.map((value) => readingAt(value, value)))
      values.push(...batch)
      if (index % 3 === 1) store.seal(0)
      if (index % 4 === 2) {
        await store.durable()
        synced = { bytes: sizeOf(file('gateway.db-wal')), values: values.length, heads: headsOf(store) }
      }
    }
    mkdirSync(file('after'))
    for (const name of ['gateway.db', 'gateway.db-wal']) copyFileSync(file(name), file(`after/${name}`))
    const written = sizeOf(file('gateway.db-wal'))
    truncateSync(file('after/gateway.db-wal'), synced.bytes + Math.floor(share * (written - synced.bytes)))
    const after = openGatewayStore(file('after'), storeOptions())
    read(after, readingAt(1e6, -1))
    await sealAll(after)
    const heads = headsOf(after)
    expect(chainFault(heads)).toBeNull()
    // What may have been sent is there as it was sent.
    expect(heads.slice(0, synced.heads.length)).toEqual(synced.heads)
    const found = after.links().flatMap((ref) => after.decoded(ref).flatMap(({ readings }) => readings))
    const kept = found.map(({ value }) => value)
    expect(kept.at(-1)).toBe(-1)
    expect(kept.slice(0, -1)).toEqual(values.slice(0, kept.length - 1))
    expect(kept.length - 1).toBeGreaterThanOrEqual(synced.values)
    after.close()
    store.close()
    folder.remove()
  }
})

function sizeOf(path: string): number {
  return existsSync(path) ? readFileSync(path).length : 0
}
