import { copyFileSync, existsSync, mkdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Quality, ReasonCode, type Reading } from '../../core/contract/reading.ts'
import { MonoMs, UtcMs } from '../../core/contract/time.ts'
import { HouseError } from '../../core/kit/errors.ts'
import { steadyStore } from '../../gateway/steady-store.ts'
import {
  openGatewayStore,
  openMemoryStore,
  type Commit,
  type Committed,
  type GatewayStore,
} from '../../gateway/store.ts'
import { keptLog, powerAt, temporaryFolder, transitionOf } from './uplink/county.ts'

const T0 = 1_760_000_000_000
const nothing = { device: null, readings: [], transitions: [], pictures: [] }
/** Commits one step; its outcome. */
const keep = (store: GatewayStore, step: Partial<Commit>): Committed => store.commit([{ ...nothing, ...step }])[0]!
const rows = (store: GatewayStore) => store.telemetry(0, Number.MAX_SAFE_INTEGER, 1_000)

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
    const before = openGatewayStore(folder.path)
    keep(before, {
      device: 'feeder-meter',
      readings: [powerAt(T0, 1), powerAt(T0 + 1, 2)],
      transitions: [{ ...transitionOf('a', 1), evidence }],
      pictures: [{ sha256: 'a'.repeat(64), mediaType: 'image/jpeg', bytes: Uint8Array.from([1, 2, 3]) }],
      engineState: { rules: {} },
    })
    before.nextBdSeq()
    const { stream } = before
    before.close()
    using after = openGatewayStore(folder.path)
    expect(after.stream).toBe(stream)
    expect(after.nextSeq()).toBe(2)
    expect(after.nextBdSeq()).toBe(1)
    expect(after.engineState()).toEqual({ rules: {} })
    expect(after.alarm('east-pit.night-load.a', 1)).toEqual({ ...transitionOf('a', 1), evidence })
    expect(after.picture('a'.repeat(64))?.bytes).toEqual(Uint8Array.from([1, 2, 3]))
    expect(after.waiting()).toEqual({ telemetry: 1, alarm: 1, evidence: 1 })
  })

  it('gives back every reading as it was, but for the monotonic time', () => {
    const reading = fc
      .record({
        point: fc.constantFrom('a', 'b'),
        value: fc.oneof(
          fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
          fc.boolean(),
          fc.string(),
        ),
        quality: fc.constantFrom(...Quality.options),
        reason: fc.constantFrom(...ReasonCode.options),
        at: fc.nat(2_000_000_000_000),
        valid: fc.nat(1_000_000),
      })
      .map(({ point, value, quality, reason, at, valid }): Reading => ({
        device: 'feeder-meter',
        point,
        value: quality === 'bad' ? null : value,
        quality,
        reason: quality === 'good' ? null : reason,
        at: UtcMs.parse(at),
        mono: MonoMs.parse(0),
        validUntil: UtcMs.parse(at + valid),
      }))
    using store = openMemoryStore()
    fc.assert(
      fc.property(fc.array(reading, { minLength: 1, maxLength: 10 }), (readings) => {
        const { firstSeq } = keep(store, { device: 'feeder-meter', readings })
        expect(store.telemetry(firstSeq, Number.MAX_SAFE_INTEGER, 1)).toEqual([
          { device: 'feeder-meter', firstSeq, lastSeq: firstSeq + readings.length - 1, readings },
        ])
      }),
      { numRuns: 50 },
    )
  })

  it('numbers readings without gaps and forgets exactly what is receipted', () => {
    using store = openMemoryStore()
    for (let i = 0; i < 5; i += 1) keep(store, { device: 'feeder-meter', readings: [powerAt(T0, i), powerAt(T0, i)] })
    expect(rows(store).map(({ firstSeq, lastSeq }) => [firstSeq, lastSeq])).toEqual([
      [0, 1],
      [2, 3],
      [4, 5],
      [6, 7],
      [8, 9],
    ])
    store.receiptTelemetry(4)
    expect(store.floor()).toBe(4)
    store.receiptTelemetry(9)
    expect(store.floor()).toBe(10)
    expect(store.waiting().telemetry).toBe(0)
    expect(keep(store, { device: 'feeder-meter', readings: [powerAt(T0, 1)] }).firstSeq).toBe(10)
  })

  it('keeps the steps of a commit all or none, in their order', () => {
    using store = openMemoryStore()
    const step = (device: string, value: unknown) => {
      return { ...nothing, device, readings: [{ ...powerAt(T0, 0), device, value }] } as Commit
    }
    const committed = store.commit([step('a', 1), nothing, step('b', 2)])
    expect(committed.map(({ device, firstSeq }) => [device, firstSeq])).toEqual([
      ['a', 0],
      [null, 1],
      ['b', 1],
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

  it('counts a reading on disk as given out only when it survives a power cut', async () => {
    using store = openGatewayStore(folder.path)
    keep(store, { device: 'feeder-meter', readings: [powerAt(T0, 1)] })
    expect(store.nextSeq()).toBe(0)
    await store.durable()
    expect(store.nextSeq()).toBe(1)
  })

  it('drops the oldest telemetry at its bound, counted, and never an alarm', () => {
    using store = openMemoryStore({ maxTelemetryBytes: 2_000 })
    let dropped = 0
    for (let i = 0; i < 100; i += 1) {
      dropped += keep(store, {
        device: 'feeder-meter',
        readings: [powerAt(T0 + i, i)],
        transitions: [transitionOf(`a${i}`, 1)],
      }).dropped
    }
    expect(dropped).toBeGreaterThan(0)
    expect(store.floor()).toBe(dropped)
    expect(rows(store).at(-1)?.readings[0]?.value).toBe(99)
    expect(store.waiting().alarm).toBe(100)
  })

  it('lets a damaged row pass empty, so that it holds up nothing', () => {
    const before = openGatewayStore(folder.path)
    for (let i = 0; i < 3; i += 1) keep(before, { device: 'feeder-meter', readings: [powerAt(T0, i)] })
    before.close()
    const db = new DatabaseSync(join(folder.path, 'gateway.db'))
    db.exec(`update telemetry set body = '{' where first_seq = 1`)
    db.close()
    using after = openGatewayStore(folder.path)
    expect(rows(after).map(({ lastSeq, readings }) => [lastSeq, readings.map(({ value }) => value)])).toEqual([
      [0, [0]],
      [1, []],
      [2, [2]],
    ])
    after.dropTelemetry(1)
    expect(after.waiting().telemetry).toBe(2)
  })

  it('sets a damaged alarm aside, says so once, and never deletes it', () => {
    const before = openGatewayStore(folder.path)
    keep(before, { transitions: [transitionOf('a', 1), transitionOf('a', 2), transitionOf('b', 1)] })
    before.close()
    const edit = (work: (db: DatabaseSync) => unknown) => {
      using db = new DatabaseSync(join(folder.path, 'gateway.db'))
      return work(db)
    }
    edit((db) => db.exec(`update alarm set body = '{' where id = 1; update alarm set body = '{}' where id = 3`))
    const log = keptLog()
    for (let start = 0; start < 2; start += 1) {
      using after = openGatewayStore(folder.path, { log })
      for (const stamp of ['a', 'b', 'a', 'b']) expect(after.alarm(transitionOf(stamp, 1).occurrence, 1)).toBeNull()
      expect(after.alarms()).toEqual([{ occurrence: transitionOf('a', 2).occurrence, n: 2 }])
      expect(after.waiting().alarm).toBe(1)
    }
    expect(log.lines.map(({ level, facts }) => [level, facts.code])).toEqual([
      ['error', 'store/failed'],
      ['error', 'store/failed'],
    ])
    expect(edit((db) => db.prepare('select count(*) as count from alarm').get())).toEqual({ count: 3 })
  })

  it('drops the oldest picture that waits at its bound, says so once, and never the alarm that names it', () => {
    const log = keptLog()
    using store = openMemoryStore({ maxPictureBytes: 250, log })
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
    expect(store.waiting()).toMatchObject({ alarm: 5, evidence: 2 })
    for (const sha256 of store.pictures()) store.receiptPicture(sha256)
    expect(log.lines.map(({ level, facts }) => [level, facts.droppedPictures])).toEqual([
      ['warn', undefined],
      ['info', 3],
    ])
  })

  it('keeps a picture that came before the alarm that names it, but not without end', () => {
    using store = openMemoryStore()
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
    using store = openMemoryStore()
    const given = Array.from({ length: 258 }, () => store.nextBdSeq())
    expect(given).toEqual(Array.from({ length: 258 }, (_, index) => index % 256))
  })

  it('refuses a file that is no store with store/failed', () => {
    writeFileSync(join(folder.path, 'gateway.db'), 'this is no database, and long enough to look like one'.repeat(40))
    expect(() => openGatewayStore(folder.path)).toThrow(HouseError)
    expect(readFileSync(join(folder.path, 'gateway.db'), 'utf8')).toContain('no database')
  })
})

describe('the store when a sync fails', () => {
  let folder: ReturnType<typeof temporaryFolder>
  beforeEach(() => {
    folder = temporaryFolder()
  })
  afterEach(() => folder.remove())
  const readings = [powerAt(T0, 1)]
  const file = (name: string) => join(folder.path, name)

  /** A store with a run behind it, whose log has been taken away: no sync succeeds, and nothing it writes survives a power cut. */
  function dying(): GatewayStore {
    const before = openGatewayStore(folder.path)
    keep(before, { device: 'feeder-meter', readings })
    before.nextBdSeq()
    before.close()
    const store = openGatewayStore(folder.path)
    keep(store, { engineState: {} })
    rmSync(file('gateway.db-wal'))
    return store
  }

  /** What a start after a power cut finds. */
  function afterPowerCut(): GatewayStore {
    mkdirSync(file('after'))
    for (const name of ['gateway.db', 'gateway.unsynced'])
      if (existsSync(file(name))) copyFileSync(file(name), file(`after/${name}`))
    return openGatewayStore(file('after'))
  }

  it('uses no number twice in a stream, though a power cut has taken the number that stood in the file', async () => {
    using store = dying()
    const sent = keep(store, { device: 'feeder-meter', readings })
    await expect(store.durable()).rejects.toMatchObject({ code: 'store/failed' })
    expect(store.nextSeq()).toBe(2)
    const after = afterPowerCut()
    const anew = keep(after, { device: 'feeder-meter', readings: [powerAt(T0, 9)] })
    expect([after.stream, anew.firstSeq]).not.toEqual([store.stream, sent.firstSeq])
    expect(rows(after)).toHaveLength(2)
    after.close()
    // One new stream is enough: the next run has had no failure.
    using later = openGatewayStore(file('after'))
    expect(later.stream).toBe(after.stream)
  })

  it('lets no reading be sent while it cannot remember that a sync has failed', async () => {
    using store = dying()
    keep(store, { device: 'feeder-meter', readings })
    mkdirSync(file('gateway.unsynced'))
    await expect(store.durable()).rejects.toMatchObject({ code: 'store/failed' })
    expect(store.nextSeq()).toBe(1)
    // What later syncs say of the same log is worth nothing.
    writeFileSync(file('gateway.db-wal'), '')
    await expect(store.durable()).rejects.toMatchObject({ code: 'store/failed' })
    expect(store.nextSeq()).toBe(1)
    rmdirSync(file('gateway.unsynced'))
    await store.durable()
    expect([store.nextSeq(), existsSync(file('gateway.unsynced'))]).toEqual([2, true])
  })

  it('gives the first connection of a run another bdSeq than the one still under way, though its sync fails', () => {
    using store = dying()
    const steady = steadyStore(store, keptLog())
    expect([steady.nextBdSeq(), steady.nextBdSeq()]).toEqual([2, 3])
  })
})

describe('the store when the disk refuses', () => {
  /** A store whose disk can be taken away. */
  function flaky(): { store: GatewayStore; disk: { full: boolean } } {
    const inner = openMemoryStore()
    const disk = { full: false }
    const refuse =
      <A extends unknown[], R>(work: (...values: A) => R) =>
      (...values: A): R => {
        if (disk.full) throw new HouseError('store/failed', 'database or disk is full')
        return work(...values)
      }
    return {
      disk,
      store: {
        ...inner,
        commit: refuse((steps: readonly Commit[]) => inner.commit(steps)),
        nextBdSeq: refuse(() => inner.nextBdSeq()),
        receiptAlarm: refuse((occurrence: string, n: number) => inner.receiptAlarm(occurrence, n)),
      },
    }
  }

  it('keeps alarms in memory, sends them from there, saves them with the next commit, and says so once', async () => {
    const { store, disk } = flaky()
    const log = keptLog()
    const steady = steadyStore(store, log)
    disk.full = true
    for (let i = 0; i < 3; i += 1) {
      const committed = keep(steady, {
        device: 'feeder-meter',
        readings: [powerAt(T0, 1)],
        transitions: [transitionOf(`a${i}`, 1)],
        engineState: { i },
      })
      expect(committed).toMatchObject({ readings: [], dropped: 1 })
    }
    expect(steady.alarms().map(({ occurrence }) => occurrence)).toHaveLength(3)
    expect(steady.alarm(transitionOf('a1', 1).occurrence, 1)).toEqual(transitionOf('a1', 1))
    steady.receiptAlarm(transitionOf('a0', 1).occurrence, 1)
    expect(steady.nextBdSeq()).toBe(0)
    disk.full = false
    const { firstSeq, readings } = keep(steady, { device: 'feeder-meter', readings: [powerAt(T0, 2)] })
    expect([firstSeq, readings.length]).toEqual([0, 1])
    await steady.durable()
    expect(store.alarms().map(({ occurrence }) => occurrence)).toEqual([
      transitionOf('a1', 1).occurrence,
      transitionOf('a2', 1).occurrence,
    ])
    expect(store.engineState()).toEqual({ i: 2 })
    expect(log.lines.filter(({ level }) => level === 'warn')).toMatchObject([{ facts: { code: 'store/failed' } }])
    expect(log.lines.at(-1)).toMatchObject({ level: 'info', facts: { droppedReadings: 3 } })
  })

  it('sends on and says so once when what is written may not survive a power cut', async () => {
    const inner = openMemoryStore()
    const disk = { isDying: true }
    const log = keptLog()
    const durable = () =>
      disk.isDying ? Promise.reject(new HouseError('store/failed', 'EIO: i/o error, fdatasync')) : inner.durable()
    const steady = steadyStore({ ...inner, durable }, log)
    for (let i = 0; i < 3; i += 1) {
      disk.isDying = i < 2
      expect(keep(steady, { device: 'feeder-meter', readings: [powerAt(T0, i)] }).firstSeq).toBe(i)
      await steady.durable()
    }
    expect(log.lines.map(({ level }) => level)).toEqual(['warn', 'info'])
  })

  it('says that the disk is back only when a commit shows it', async () => {
    const { store, disk } = flaky()
    const log = keptLog()
    const steady = steadyStore(store, log)
    disk.full = true
    for (let i = 0; i < 3; i += 1) {
      keep(steady, { device: 'feeder-meter', readings: [powerAt(T0, i)] })
      steady.receiptTelemetry(i)
      await steady.durable()
    }
    expect(log.lines.map(({ level }) => level)).toEqual(['warn'])
    disk.full = false
    keep(steady, nothing)
    await steady.durable()
    expect(log.lines.map(({ facts }) => facts.droppedReadings)).toEqual([undefined, 3])
  })

  it('gives no bdSeq of an outage again', () => {
    const { store, disk } = flaky()
    const steady = steadyStore(store, keptLog())
    const given = [false, true, false, false].map((full) => {
      disk.full = full
      return steady.nextBdSeq()
    })
    expect(given).toEqual([0, 1, 2, 3])
  })

  it('answers with the last known when the disk cannot be read, says so once, and says when it can', () => {
    const inner = openMemoryStore()
    const disk = { broken: false }
    const readable = <T>(work: () => T): T => {
      if (disk.broken) throw new HouseError('store/failed', 'disk I/O error')
      return work()
    }
    const log = keptLog()
    const steady = steadyStore(
      {
        ...inner,
        commit: (steps) => readable(() => inner.commit(steps)),
        floor: () => readable(() => inner.floor()),
        waiting: () => readable(() => inner.waiting()),
        alarms: () => readable(() => inner.alarms()),
        pictures: () => readable(() => inner.pictures()),
        alarm: (occurrence, n) => readable(() => inner.alarm(occurrence, n)),
      },
      log,
    )
    const readings = [powerAt(T0, 1)]
    keep(steady, { device: 'feeder-meter', readings, transitions: [transitionOf('a', 1)] })
    steady.receiptTelemetry(0)
    const known = { floor: steady.floor(), waiting: steady.waiting() }
    disk.broken = true
    keep(steady, { transitions: [transitionOf('b', 1)] })
    for (let i = 0; i < 2; i += 1) {
      expect({ floor: steady.floor(), waiting: steady.waiting() }).toEqual(known)
      expect(steady.alarms().map(({ occurrence }) => occurrence)).toEqual([transitionOf('b', 1).occurrence])
      expect(steady.pictures()).toEqual([])
    }
    expect(steady.alarm(transitionOf('b', 1).occurrence, 1)).toEqual(transitionOf('b', 1))
    // Null would say that it waits no longer.
    expect(() => steady.alarm(transitionOf('a', 1).occurrence, 1)).toThrow('disk I/O error')
    disk.broken = false
    expect([steady.floor(), steady.waiting().alarm, steady.alarms().length, steady.pictures().length]).toEqual([
      1, 1, 2, 0,
    ])
    expect(log.lines.map(({ level }) => level)).toEqual(['warn', 'error', 'info'])
  })
})
