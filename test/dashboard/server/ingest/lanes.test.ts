import { createHash } from 'node:crypto'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Receipt } from '../../../../core/contract/lanes.ts'
import { HouseError } from '../../../../core/kit/errors.ts'
import type { HistoryBatch, HistoryStore } from '../../../../dashboard/server/history/store.ts'
import { openEvidenceStore } from '../../../../dashboard/server/ingest/evidence-store.ts'
import { openTelemetryLane } from '../../../../dashboard/server/ingest/telemetry-lane.ts'
import { openWorkLane } from '../../../../dashboard/server/ingest/work-lane.ts'
import { testFolder } from '../../../support/processes.ts'
import { quietLog } from '../../../support/quiet-log.ts'
import { until } from '../../../support/until.ts'
import { batchOf } from '../history/batches.ts'

function shakyHistory() {
  const written: HistoryBatch[] = []
  const store = {
    isDown: false as boolean,
    ...{ kind: 'influxdb' as const, rejected: () => 0, close: () => undefined },
    query: () => Promise.reject(new Error('not asked here')),
    write: (batches: readonly HistoryBatch[]) => {
      if (store.isDown) return Promise.reject(new HouseError('history/unavailable', 'away'))
      written.push(...batches)
      return Promise.resolve(
        batches.map(({ site, stream, firstSeq, readings }) => ({ site, stream, upTo: firstSeq + readings.length - 1 })),
      )
    },
  } satisfies HistoryStore & { isDown: boolean }
  return { store, written }
}

describe('the telemetry lane', () => {
  it('receipts after the write, never before, and holds on to readings while the history is away', async () => {
    const { store, written } = shakyHistory()
    const receipts: Receipt[] = []
    const log = quietLog()
    const receipt = (_: string, one: Receipt) => Promise.resolve(void receipts.push(one))
    const lane = openTelemetryLane({ history: store, receipt, log })
    const stop = new AbortController()
    const running = lane.run(stop.signal)
    store.isDown = true
    lane.add(batchOf(1, [1, 2]))
    await until('the failure to be seen', () => !lane.isOk())
    expect(receipts).toEqual([])
    expect(lane.waiting()).toBe(2)
    store.isDown = false
    await until('the receipt', () => receipts.length > 0)
    expect(receipts).toEqual([{ lane: 'telemetry', stream: 's0000000', upTo: 2 }])
    expect(written).toHaveLength(1)
    expect([lane.isOk(), lane.waiting()]).toEqual([true, 0])
    expect(log.lines.map(({ level }) => level)).toEqual(['error', 'info'])
    stop.abort()
    await running
  })

  it('notices a history that is away before any reading comes', async () => {
    const { store } = shakyHistory()
    store.isDown = true
    const lane = openTelemetryLane({ history: store, receipt: () => Promise.resolve(), log: quietLog() })
    const stop = new AbortController()
    const running = lane.run(stop.signal)
    await until('the failure to be seen', () => !lane.isOk())
    store.isDown = false
    await until('the return to be seen', () => lane.isOk())
    stop.abort()
    await running
  })

  it('leaves to the edge what is more than it may hold', () => {
    const log = quietLog()
    const lane = openTelemetryLane({ history: shakyHistory().store, receipt: () => Promise.resolve(), log })
    const values = new Array<number>(1_000).fill(1)
    for (let n = 0; n < 200; n++) lane.add(batchOf(n * 1_000 + 1, values))
    expect(lane.waiting()).toBe(100_000)
    expect(log.lines).toHaveLength(1)
  })

  it('writes what is left when it ends', async () => {
    const { store, written } = shakyHistory()
    const lane = openTelemetryLane({ history: store, receipt: () => Promise.resolve(), log: quietLog() })
    const stop = new AbortController()
    const running = lane.run(stop.signal)
    lane.add(batchOf(1, [1]))
    stop.abort()
    await running
    expect(written).toHaveLength(1)
  })
})

describe('a lane of work', () => {
  it('does one piece at a time in the order they came, repeats once', async () => {
    const seen: string[] = []
    let busy = 0
    const lane = openWorkLane<string>({
      ...{ most: 10, what: 'piece', log: quietLog() },
      work: async (piece) => {
        expect(++busy).toBe(1)
        await new Promise((settle) => setImmediate(settle))
        seen.push(piece)
        busy--
      },
    })
    for (const piece of ['a', 'b', 'c', 'b', 'c']) expect(lane.add(piece, piece)).toBe(true)
    await lane.settled()
    expect(seen).toEqual(['a', 'b', 'c'])
    lane.add('d', 'd')
    await lane.settled()
    expect(seen).toEqual(['a', 'b', 'c', 'd'])
  })

  it('goes on after a failure and says so once', async () => {
    const log = quietLog()
    const seen: number[] = []
    const lane = openWorkLane<number>({
      ...{ most: 10, what: 'piece', log },
      work: (piece) => (piece < 3 ? Promise.reject(new Error('no')) : Promise.resolve(void seen.push(piece))),
    })
    for (const piece of [1, 2, 3, 4]) lane.add(String(piece), piece)
    await lane.settled()
    expect(seen).toEqual([3, 4])
    expect(log.lines.map(({ level }) => level)).toEqual(['error', 'info'])
  })

  it('refuses more than it may hold, but not a repeat', () => {
    const lane = openWorkLane<number>({
      most: 2,
      what: 'piece',
      log: quietLog(),
      work: () => new Promise(() => undefined),
    })
    expect(['busy', 'a', 'b', 'c', 'b'].map((name, index) => lane.add(name, index))).toEqual([
      true,
      true,
      true,
      false,
      true,
    ])
  })
})

describe('the store of pictures', () => {
  const picture = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.from('a small picture')])
  const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

  it('keeps a picture under the hash of its bytes, however often it comes', async () => {
    await using folder = await testFolder()
    const store = openEvidenceStore(folder.path)
    const hash = hashOf(picture)
    expect(await store.get(hash)).toBeNull()
    await Promise.all([store.put(hash, picture), store.put(hash, picture)])
    await store.put(hash, picture)
    expect(await store.get(hash)).toEqual({ mediaType: 'image/jpeg', bytes: picture })
    expect(await readdir(join(folder.path, hash.slice(0, 2)))).toEqual([hash])
  })

  it('refuses bytes that are not what their name says, and what is no picture', async () => {
    await using folder = await testFolder()
    const store = openEvidenceStore(folder.path)
    await expect(store.put('0'.repeat(64), picture)).rejects.toMatchObject({ code: 'message/malformed' })
    const page = Buffer.from('<script>alert(1)</script>')
    await expect(store.put(hashOf(page), page)).rejects.toMatchObject({ code: 'message/malformed' })
  })

  it('does not show a picture that has changed on the disk, and mends it when it comes again', async () => {
    await using folder = await testFolder()
    const store = openEvidenceStore(folder.path)
    const hash = hashOf(picture)
    await store.put(hash, picture)
    await writeFile(join(folder.path, hash.slice(0, 2), hash), Buffer.concat([picture, Buffer.from('!')]))
    await expect(store.get(hash)).rejects.toMatchObject({ code: 'store/failed' })
    await store.put(hash, picture)
    expect((await store.get(hash))?.bytes).toEqual(picture)
  })
})
