import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DutyView } from '../../../../core/alarms/duty-view.ts'
import { openDailyRoots } from '../../../../dashboard/server/proof/daily-roots.ts'
import { keptRoots } from '../../../../dashboard/server/proof/root-rows.ts'
import { verifyLedgerFile } from '../../../../dashboard/server/proof/verify-file.ts'
import type { OwnTrouble } from '../../../../dashboard/server/alarms/own-alarms.ts'
import type { Memo } from '../../../../dashboard/server/notify/memo.ts'
import { merkleRoot } from '../../../../platform/merkle.ts'
import { openWorld, type World } from '../alarms/world.ts'
import { tamper } from './journal.ts'

const HOUR = 3_600_000
const lin = { actor: { kind: 'person', name: 'lin' }, act: 'signed-in', subject: 'lin' } as const

let world: World
let memos: Memo[]
let troubles: (OwnTrouble | null)[]
beforeEach(() => {
  world = openWorld()
  memos = []
  troubles = []
})
afterEach(() => world.end())

/** A roster in which one leader is always on duty. */
const duty = {
  roster: { office: { notices: 'office', leader: 'leader' } },
  onDuty: (role: string) => ({ role, persons: role === 'leader' ? ['zhou'] : [] }),
  person: () => null,
} as unknown as DutyView

const roots = () =>
  openDailyRoots({
    ...{ db: world.db, desk: world.desk, duty, clock: world.clock, log: world.log },
    queueMemos: (_, queued) => {
      memos.push(...queued)
      return Promise.resolve()
    },
    own: {
      set: (rule, trouble) => {
        expect(rule).toBe('chain-broken')
        troubles.push(trouble)
        return Promise.resolve()
      },
    },
  })

/** The hashes of the entries of a day, in order; times are those of the world, which begins at 02:14 of 2026-01-12. */
async function hashesOf(day: string): Promise<string[]> {
  const { entries } = await world.desk.ledger({ after: 0, limit: 1_000 })
  return entries.filter(({ at }) => new Date(at + 8 * HOUR).toISOString().startsWith(day)).map(({ hash }) => hash)
}

describe('the root of a day', () => {
  it('is made five minutes after midnight, written down, and sent to the leader on duty', async () => {
    await world.desk.record(lin)
    world.clock.advance(2 * HOUR)
    await world.desk.record(lin)
    expect(await roots().makeDue()).toEqual([])
    // To 00:04:59 of the next day.
    world.clock.advance(19 * HOUR + 50 * 60_000 + 54_000)
    expect(await roots().makeDue()).toEqual([])
    const hashes = await hashesOf('2026-01-12')
    world.clock.advance(2_000)
    const made = await roots().makeDue()
    expect(made).toEqual([
      { day: '2026-01-12', first: 1, last: 3, entries: 3, root: merkleRoot(hashes), at: world.clock.now() },
    ])
    const { entries } = await world.desk.ledger({ after: 3, limit: 10 })
    const { at: _, ...said } = made[0]!
    expect(entries).toMatchObject([{ act: 'daily-root', subject: '2026-01-12', detail: said }])
    expect(memos).toMatchObject([{ key: 'daily-root|2026-01-12|zhou', person: 'zhou', kind: 'memo' }])
    expect(memos[0]!.text['zh-CN']).toContain(said.root)
    expect(memos[0]!.short.en).toContain(said.root.slice(0, 16))
    expect(await roots().makeDue()).toEqual([])
  })

  it('of days that were missed is made up in order, and days without entries have none', async () => {
    await world.desk.record(lin)
    world.clock.advance(24 * HOUR)
    await world.desk.record(lin)
    world.clock.advance(72 * HOUR)
    await world.desk.record(lin)
    await world.restart()
    const made = await roots().makeDue()
    expect(made.map(({ day, first, last }) => [day, first, last])).toEqual([
      ['2026-01-12', 1, 2],
      ['2026-01-13', 3, 3],
    ])
    world.clock.advance(24 * HOUR)
    // The roots made on the 16th are entries of that day.
    expect((await roots().makeDue()).map(({ day, entries }) => [day, entries])).toEqual([['2026-01-16', 3]])
    expect(await roots().check()).toBeNull()
    expect(await verifyLedgerFile(world.path)).toMatchObject({ intact: true })
  })

  it('covers more entries than are read at once', async () => {
    await world.db.transaction((q) =>
      world.desk.append(
        q,
        Array.from({ length: 1_499 }, () => lin),
      ),
    )
    world.clock.advance(24 * HOUR)
    expect(await roots().makeDue()).toMatchObject([{ first: 1, last: 1_500, entries: 1_500 }])
    expect(await world.desk.verify()).toMatchObject({ intact: true, entries: 1_501 })
  })

  it('once sent is never made again: a ledger that differs from it raises an alarm', async () => {
    await world.desk.record(lin)
    world.clock.advance(24 * HOUR)
    const keeper = roots()
    await keeper.makeDue()
    await keeper.check()
    expect(troubles).toEqual([null])
    tamper(world.path, (sqlite) => sqlite.exec("update daily_roots set root = substr(root, 2) || '0'"))
    expect(await keeper.check()).toMatchObject({ kind: 'root' })
    expect(keeper.lastFault()).toMatchObject({ kind: 'root' })
    expect(troubles.at(-1)).toMatchObject({ priority: 'red', explanation: { key: 'control-room.chain-broken' } })
    expect(await keeper.makeDue()).toEqual([])
    expect(await world.db.read(keptRoots)).toHaveLength(1)
  })

  it('cannot be changed or taken away through the database', async () => {
    await world.desk.record(lin)
    world.clock.advance(24 * HOUR)
    await roots().makeDue()
    await expect(world.db.transaction((q) => q.run("update daily_roots set root = 'x'"))).rejects.toThrow(
      'never changed',
    )
    await expect(world.db.transaction((q) => q.run('delete from daily_roots'))).rejects.toThrow('never deleted')
  })
})
