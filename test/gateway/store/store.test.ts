import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { UtcMs } from '../../../core/contract/time.ts'
import { openGatewayStore, openMemoryStore } from '../../../gateway/store/open.ts'
import type { Commit, GatewayStore } from '../../../gateway/store/store.ts'
import { keptLog, temporaryFolder, transitionOf } from '../uplink/county.ts'
import { keep, read, readingAt, storeOptions, T0 } from './world.ts'

const nothing = { device: null, readings: [], transitions: [], pictures: [] }
const rows = (store: GatewayStore) => store.openRows(0, 1_000)

describe('the gateway store', () => {
  let folder: ReturnType<typeof temporaryFolder>
  beforeEach(() => {
    folder = temporaryFolder()
  })
  afterEach(() => folder.remove())

  it('keeps stream, numbers, alarms, pictures and engine state over a restart', () => {
    const evidence = [
      {
        kind: 'picture',
        sha256: 'a'.repeat(64),
        mediaType: 'image/jpeg',
        bytes: 3,
        device: 'cam',
        target: 'human',
        event: 'x',
        at: UtcMs.parse(T0),
      } as const,
    ]
    const before = openGatewayStore(folder.path, storeOptions())
    keep(before, {
      device: 'feeder-meter',
      readings: [readingAt(0, 1), readingAt(1, 2)],
      transitions: [{ ...transitionOf('a', 1), evidence }],
      pictures: [{ sha256: 'a'.repeat(64), mediaType: 'image/jpeg', bytes: Uint8Array.from([1, 2, 3]) }],
      engineState: '{"rules":{}}',
    })
    before.nextBdSeq()
    const { stream } = before
    before.close()
    using after = openGatewayStore(folder.path, storeOptions())
    expect(after.stream).toBe(stream)
    expect(after.nextSeq()).toBe(2)
    expect(after.nextBdSeq()).toBe(1)
    expect(after.engineState()).toBe('{"rules":{}}')
    expect(after.alarm('east-pit.night-load.a', 1)).toEqual({ ...transitionOf('a', 1), evidence })
    expect(after.picture('a'.repeat(64))?.bytes).toEqual(Uint8Array.from([1, 2, 3]))
    expect(after.capacity()).toMatchObject({ readings: 2, ranges: 1, alarm: 1, evidence: 1, state: 'disk' })
  })

  it('keeps the steps of a commit all or none, in their order', () => {
    using store = openMemoryStore(storeOptions())
    const step = (device: string, value: unknown) => {
      return { ...nothing, device, readings: [{ ...readingAt(0, 0), device, value }] } as Commit
    }
    const committed = store.commit([step('a', 1), nothing, step('b', 2)])
    expect(committed.map(({ stream, device, firstSeq }) => [stream, device, firstSeq])).toEqual([
      [store.stream, 'a', 0],
      [store.stream, null, 1],
      [store.stream, 'b', 1],
    ])
    // A point list of their own, so that its number is rolled back too.
    const others = [step('c', 3), step('d', 4)].map((one): Commit => ({
      ...one,
      readings: [...one.readings, ...one.readings],
    }))
    expect(() => store.commit([...others, step('e', 5n)])).toThrow()
    expect(store.nextSeq()).toBe(2)
    store.commit(others)
    expect(
      rows(store).map(({ device, readings }) => [device, readings.map(({ point, value }) => [point, value])]),
    ).toEqual([
      ['a', [['active-power', 1]]],
      ['b', [['active-power', 2]]],
      ['c', Array.from({ length: 2 }, () => ['active-power', 3])],
      ['d', Array.from({ length: 2 }, () => ['active-power', 4])],
    ])
  })

  it('gives the readings in no range yet from any number on, and none before they are durable', async () => {
    using store = openGatewayStore(folder.path, storeOptions())
    read(store, readingAt(0, 1), readingAt(0, 2))
    read(store, readingAt(0, 3), readingAt(0, 4))
    expect([store.nextSeq(), rows(store)]).toEqual([0, []])
    await store.durable()
    expect(store.nextSeq()).toBe(4)
    const given = (from: number, limit: number) =>
      store.openRows(from, limit).map(({ firstSeq, readings }) => [firstSeq, readings.map(({ value }) => value)])
    expect(given(0, 9)).toEqual([
      [0, [1, 2]],
      [2, [3, 4]],
    ])
    expect([given(1, 1), given(3, 9), given(4, 9)]).toEqual([[[1, [2]]], [[3, [4]]], []])
  })

  it('sets a damaged alarm aside, says so once, and never deletes it', () => {
    const before = openGatewayStore(folder.path, storeOptions())
    keep(before, { transitions: [transitionOf('a', 1), transitionOf('a', 2), transitionOf('b', 1)] })
    before.close()
    const edit = (work: (db: DatabaseSync) => unknown) => {
      using db = new DatabaseSync(join(folder.path, 'gateway.db'))
      return work(db)
    }
    edit((db) => db.exec(`update alarm set body = '{' where id = 1; update alarm set body = '{}' where id = 3`))
    const log = keptLog()
    for (let start = 0; start < 2; start += 1) {
      using after = openGatewayStore(folder.path, storeOptions({ log }))
      for (const stamp of ['a', 'b', 'a', 'b']) expect(after.alarm(transitionOf(stamp, 1).occurrence, 1)).toBeNull()
      expect(after.alarms()).toEqual([{ occurrence: transitionOf('a', 2).occurrence, n: 2 }])
      expect(after.capacity().alarm).toBe(1)
    }
    expect(log.lines.map(({ level, facts }) => [level, facts.code])).toEqual([
      ['error', 'store/failed'],
      ['error', 'store/failed'],
    ])
    expect(edit((db) => db.prepare('select count(*) as count from alarm').get())).toEqual({ count: 3 })
  })

  it('drops the oldest picture that waits at its bound, says so once, and never the alarm that names it', () => {
    const log = keptLog()
    using store = openMemoryStore(storeOptions({ limits: { pictureBytes: 250 }, log }))
    const hashOf = (n: number) => n.toString(16).padStart(64, '0')
    for (let n = 0; n < 5; n += 1) {
      const common = { sha256: hashOf(n), mediaType: 'image/jpeg' as const }
      const named = {
        kind: 'picture' as const,
        device: 'cam',
        target: 'human' as const,
        event: 'x',
        at: UtcMs.parse(T0),
      }
      const evidence = [{ ...common, ...named, bytes: 100 }]
      const transitions = [{ ...transitionOf(`a${n}`, 1), evidence }]
      keep(store, { transitions, pictures: [{ ...common, bytes: new Uint8Array(100) }] })
    }
    expect(store.pictures()).toEqual([hashOf(3), hashOf(4)])
    expect(store.capacity()).toMatchObject({ alarm: 5, evidence: 2 })
    for (const sha256 of store.pictures()) store.receiptPicture(sha256)
    expect(log.lines.map(({ level, facts }) => [level, facts.droppedPictures])).toEqual([
      ['warn', undefined],
      ['info', 3],
    ])
  })

  it('keeps a picture that came before the alarm that names it, but not without end', () => {
    using store = openMemoryStore(storeOptions())
    const picture = (n: number) => ({
      sha256: n.toString(16).padStart(64, '0'),
      mediaType: 'image/jpeg' as const,
      bytes: Uint8Array.from([n]),
    })
    for (let n = 0; n < 50; n += 1) keep(store, { pictures: [picture(n)] })
    expect(store.picture(picture(0).sha256)).toBeNull()
    const evidence = [
      {
        kind: 'picture',
        sha256: picture(49).sha256,
        mediaType: 'image/jpeg',
        bytes: 1,
        device: 'cam',
        target: 'human',
        event: 'x',
        at: UtcMs.parse(T0),
      } as const,
    ]
    const committed = keep(store, { transitions: [{ ...transitionOf('a', 1), evidence }] })
    expect(committed.pictures).toEqual([picture(49).sha256])
    expect(store.pictures()).toEqual([picture(49).sha256])
  })

  it('counts bdSeq to 255 and begins again at 0', () => {
    using store = openMemoryStore(storeOptions())
    const given = Array.from({ length: 258 }, () => store.nextBdSeq())
    expect(given).toEqual(Array.from({ length: 258 }, (_, index) => index % 256))
  })

  it('takes over what a store of a version before there were ranges has left, under a new stream', () => {
    const before = openGatewayStore(folder.path, storeOptions())
    const { stream } = before
    before.close()
    const old = JSON.stringify({ layout: 1, base: T0, values: [7, 8], after: [0, 5], validForMs: 2_500 })
    const db = new DatabaseSync(join(folder.path, 'gateway.db'))
    db.exec(`drop table link; drop table edge_act; pragma user_version = 2; delete from meta where key in ('chain', 'boot', 'dating', 'ended', 'next-seq');
      insert into meta values ('next-seq', '42'); insert into layout values (1, '["a","b"]');
      insert into telemetry values (40, 41, 'feeder-meter', '${old}')`)
    db.close()
    using after = openGatewayStore(folder.path, storeOptions())
    expect(after.stream).not.toBe(stream)
    const [range] = after.links()
    expect(range).toMatchObject({ kind: 'range', from: 0, to: 1, at: [T0, T0 + 5], boot: '00000000' })
    expect(after.decoded(range!)[0]?.readings.map(({ point, value, at }) => [point, value, at])).toEqual([
      ['a', 7, T0],
      ['b', 8, T0 + 5],
    ])
    expect(after.nextSeq()).toBe(2)
  })
})
