import { describe, expect, it } from 'vitest'
import { RuleConfig } from '../../core/contract/site.ts'
import type { Reading } from '../../core/contract/reading.ts'
import { MonoMs, UtcMs } from '../../core/contract/time.ts'
import type { AlarmTransition } from '../../core/contract/alarm.ts'
import { armRules } from '../../core/rules/arm.ts'
import { EngineState } from '../../core/rules/engine.ts'
import { planOf } from '../../core/rules/plan.ts'
import { openPipeline, type Pipeline } from '../../gateway/pipeline.ts'
import { resumeJudging } from '../../gateway/runtime/judging.ts'
import { openMemoryStore as openStore } from '../../gateway/store/open.ts'
import type { Committed, GatewayStore } from '../../gateway/store/store.ts'
import type { Clock } from '../../platform/clock.ts'
import { DATING, storeOptions } from './store/world.ts'
import { keptLog, powerAt } from './uplink/county.ts'

const T0 = 1_760_000_000_000

const openMemoryStore = () => openStore(storeOptions())

/** A gateway in a jar: real rules and a real store, a clock that is moved by hand. */
function jar(store: GatewayStore = openMemoryStore(), options: { onDelay?: string } = {}) {
  const config = {
    id: 'night-load',
    type: 'high-limit',
    point: 'feeder-meter/active-power',
    priority: 'red',
    with: { limit: 100, onDelay: options.onDelay ?? '0s', offDelay: '0s' },
  }
  const { rules, faults } = armRules('east-pit', [RuleConfig.parse(config)])
  expect(faults).toEqual([])
  const time = { ms: 0 }
  const clock: Clock = {
    now: () => UtcMs.parse(T0 + time.ms),
    mono: () => MonoMs.parse(time.ms),
    sleep: () => Promise.resolve(),
  }
  const commits: { committed: Committed; transitions: readonly AlarmTransition[] }[] = []
  const log = keptLog()
  const pipeline: Pipeline = openPipeline({
    engine: resumeJudging(planOf('east-pit', rules), { store, boot: DATING.boot, log }),
    store,
    clock,
    log,
    onCommit: (committed, transitions) => commits.push({ committed, transitions }),
  })
  // What is judged is committed at once and told when it is durable: in memory a few microtasks later.
  const kept = () => new Promise((resolve) => setImmediate(resolve))
  const accept = async (ms: number, value: number) => {
    time.ms = ms
    const reading = { ...powerAt(T0 + ms, value), mono: MonoMs.parse(ms) }
    await pipeline.accept({ device: 'feeder-meter', readings: [reading], pictures: [] })
    await kept()
  }
  return { store, pipeline, accept, kept, time, commits, log }
}

const stateIn = (store: GatewayStore) => EngineState.parse(JSON.parse(store.engineState() ?? 'null'))

describe('the pipeline', () => {
  it('says of each transition when it was committed (T2)', async () => {
    const { accept, store } = jar()
    await accept(1_000, 150)
    const [key] = store.alarms()
    expect(store.alarm(key?.occurrence ?? '', key?.n ?? 0)).toMatchObject({ at: T0 + 1_000, storedAt: T0 + 1_000 })
  })

  it('commits a reading and the alarm that follows from it together, and then tells of both', async () => {
    const { store, accept, commits } = jar()
    await accept(0, 5)
    await accept(1_000, 250)
    expect(
      commits.map(({ committed, transitions }) => [
        committed.readings.map((_, index) => committed.firstSeq + index),
        transitions.map(({ kind }) => kind),
      ]),
    ).toEqual([
      [[0], []],
      [[1], ['raise']],
    ])
    expect(store.alarms()).toHaveLength(1)
    expect(store.capacity().readings).toBe(2)
    expect(stateIn(store).rules['night-load']?.occurrence.open).not.toBeNull()
  })

  it('lets time raise an alarm that no further reading announces', async () => {
    const { pipeline, accept, kept, time, commits } = jar(openMemoryStore(), { onDelay: '2s' })
    await accept(0, 250)
    await accept(1_500, 250)
    time.ms = 12_000
    pipeline.tick()
    await kept()
    expect(commits.at(-1)?.transitions.map(({ kind, at }) => [kind, at])).toEqual([['raise', T0 + 2_000]])
  })

  it('takes an open alarm up again after a restart and ends that one, not a new one', async () => {
    const first = jar()
    await first.accept(0, 250)
    const second = jar(first.store)
    second.pipeline.tick()
    expect(second.commits.flatMap(({ transitions }) => transitions)).toEqual([])
    await second.accept(1_000, 250)
    await second.accept(2_000, 5)
    const all = [...first.commits, ...second.commits].flatMap(({ transitions }) => transitions)
    expect(all.map(({ kind, n }) => [kind, n])).toEqual([
      ['raise', 1],
      ['clear', 2],
    ])
    expect(new Set(all.map(({ occurrence }) => occurrence)).size).toBe(1)
  })

  it('tells nothing before the disk has it, and shares one commit among all that comes meanwhile', async () => {
    const inner = openMemoryStore()
    const disk = { taken: [] as PromiseWithResolvers<undefined>[], commits: [] as number[] }
    const { accept, commits, kept } = jar({
      ...inner,
      commit: (steps) => {
        disk.commits.push(steps.length)
        return inner.commit(steps)
      },
      durable: () => {
        const taken = Promise.withResolvers<undefined>()
        disk.taken.push(taken)
        return taken.promise
      },
    })
    // What the rules remember at the beginning goes before everything else.
    disk.taken[0]?.resolve(undefined)
    await kept()
    for (const ms of [0, 1_000, 2_000, 3_000]) await accept(ms, ms === 2_000 ? 250 : 5)
    expect([disk.commits, commits.length]).toEqual([[1, 1], 0])
    disk.taken[1]?.resolve(undefined)
    await kept()
    expect([disk.commits, commits.length]).toEqual([[1, 1, 3], 1])
    disk.taken[2]?.resolve(undefined)
    await kept()
    expect(commits.flatMap(({ transitions }) => transitions.map(({ kind }) => kind))).toEqual(['raise', 'clear'])
    expect(commits.map(({ committed }) => committed.firstSeq)).toEqual([0, 1, 2, 3])
  })

  it('keeps what is done alone, and tells of it when that is durable', async () => {
    const { pipeline, store, commits, kept } = jar()
    await kept()
    const did = { kind: 'delivered', person: 'zhang' } as const
    const act = { site: 'east-pit', occurrence: 'east-pit.night-load.a', n: 1, at: UtcMs.parse(T0), did }
    await pipeline.keepAlone({ state: 'called', acts: [act] })
    expect([store.aloneState(), store.edgeActs().length]).toEqual(['called', 1])
    expect(commits.map(({ committed }) => committed.acts)).toEqual([[act]])
    await pipeline.keepAlone({ state: 'waits', acts: [] })
    expect([store.aloneState(), commits.length]).toEqual(['waits', 1])
  })

  it('closes when all it has judged is durable, a passing alarm among it', async () => {
    const inner = openMemoryStore()
    const disk = [] as PromiseWithResolvers<undefined>[]
    const durable = () => {
      const taken = Promise.withResolvers<undefined>()
      disk.push(taken)
      return taken.promise
    }
    const { pipeline, accept, kept, commits } = jar({ ...inner, durable })
    for (const ms of [0, 1_000, 2_000]) await accept(ms, ms === 1_000 ? 250 : 5)
    const state = { isClosed: false }
    const closed = pipeline.close().then(() => (state.isClosed = true))
    disk[0]?.resolve(undefined)
    await kept()
    expect([state.isClosed, inner.alarms().length]).toEqual([false, 2])
    disk[1]?.resolve(undefined)
    await closed
    expect(commits.flatMap(({ transitions }) => transitions.map(({ kind }) => kind))).toEqual(['raise', 'clear'])
    await expect(pipeline.close()).resolves.toBeUndefined()
  })

  it('says at its close what could not be kept', async () => {
    const durable = () => Promise.reject(new TypeError('a broken store'))
    const { pipeline } = jar({ ...openMemoryStore(), durable })
    await pipeline.accept({ device: 'feeder-meter', readings: [powerAt(T0, 5)], pictures: [] })
    await expect(pipeline.close()).rejects.toThrow('a broken store')
  })

  it('tells of an alarm, but gives out no number that a power cut could take back', async () => {
    const { accept, commits } = jar({ ...openMemoryStore(), nextSeq: () => 1 })
    await accept(0, 5)
    await accept(1_000, 250)
    expect(commits.map(({ committed, transitions }) => [committed.readings.length, transitions.length])).toEqual([
      [1, 0],
      [0, 1],
    ])
  })

  it('makes drivers wait when too much waits for the disk', async () => {
    const never = { ...openMemoryStore(), durable: () => new Promise<void>(() => undefined) }
    const { pipeline } = jar(never)
    const readings = Array.from({ length: 20_000 }, () => powerAt(T0, 5))
    const state = { accepted: 0 }
    for (let i = 0; i < 5; i += 1) {
      void pipeline.accept({ device: 'feeder-meter', readings, pictures: [] }).then(() => (state.accepted += 1))
    }
    await new Promise((resolve) => setImmediate(resolve))
    expect(state.accepted).toBe(2)
  })

  it('keeps what is in order when one batch of a shared commit cannot be kept', async () => {
    const { store, pipeline, kept } = jar()
    const batch = (value: unknown) => ({
      device: 'feeder-meter',
      readings: [{ ...powerAt(T0, 0), value } as Reading],
      pictures: [],
    })
    for (const value of [1, 5n, 3]) void pipeline.accept(batch(value))
    await kept()
    expect(store.openRows(0, 9).map(({ readings }) => readings[0]?.value)).toEqual([1, 3])
    expect(() => pipeline.tick()).toThrow(TypeError)
    expect(() => pipeline.tick()).not.toThrow()
  })

  it('writes nothing on a tick that changes nothing, and what the rules remember once a minute', async () => {
    const inner = openMemoryStore()
    let writes = 0
    const { pipeline, kept, commits, time } = jar({
      ...inner,
      commit: (steps) => {
        writes += 1
        return inner.commit(steps)
      },
    })
    await kept()
    const after = [] as number[]
    for (time.ms = 0; time.ms <= 120_000; time.ms += 1_000) {
      pipeline.tick()
      await kept()
      after[time.ms / 1_000] = writes
    }
    expect([after[0], after[59], after[60], after[119], after[120]]).toEqual([1, 1, 2, 2, 3])
    expect(commits).toEqual([])
  })

  it('writes down what the rules remember in the moment in which it is true', async () => {
    const { store, pipeline, accept, kept } = jar(openMemoryStore(), { onDelay: '60s' })
    await accept(0, 250)
    void pipeline.keep()
    // Judged before the disk has what was written down.
    await accept(1_000, 5)
    await kept()
    expect(stateIn(store).channels['feeder-meter/active-power']?.mono).toBe(0)
  })

  it('makes a range of readings as soon as there are enough for one', async () => {
    const { store, pipeline, kept, commits } = jar()
    const readings = Array.from({ length: 3_000 }, (_, i) => powerAt(T0 + i, 5))
    for (let i = 0; i < 7; i += 1) await pipeline.accept({ device: 'feeder-meter', readings, pictures: [] })
    for (let i = 0; i < 1_000 && store.capacity().ranges < 6; i += 1) await kept()
    expect(commits).toHaveLength(7)
    expect(store.links().map(({ to }) => to)).toEqual([null, 2_999, 5_999, 8_999, 11_999, 14_999, 17_999])
    expect(store.openRows(0, 9).map(({ firstSeq }) => firstSeq)).toEqual([18_000])
    await pipeline.close()
  })

  it('goes on when a range cannot be made, and says so with what it is brought next', async () => {
    const { pipeline, kept, accept } = jar({
      ...openMemoryStore(),
      seal: () => {
        throw new TypeError('a broken store')
      },
    })
    await accept(0, 5)
    expect(() => pipeline.tick()).toThrow('a broken store')
    await kept()
    await expect(pipeline.close()).resolves.toBeUndefined()
  })
})
