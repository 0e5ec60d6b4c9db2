import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HandoverView, type HandoverSide } from '../../../../core/contract/handover.ts'
import { LedgerQuery } from '../../../../core/contract/http.ts'
import { utcMs } from '../../../../core/contract/time.ts'
import { HouseError } from '../../../../core/kit/errors.ts'
import { canonicalJson } from '../../../../core/kit/canonical-json.ts'
import type { SignRequest } from '../../../../dashboard/server/handover/handover-desk.ts'
import { at } from '../../../core/alarms/roster/build.ts'
import { countyRoster } from '../duty/world.ts'
import { edge } from '../ingest/edge.ts'
import { type HandoverWorld, openHandoverWorld } from './world.ts'

const AN = { kind: 'person', name: 'an-user' } as const
const DAY = 'duty.2026-03-02.day'
let world: HandoverWorld

beforeEach(async () => {
  const cycle = { startsOn: '2026-03-02', crews: [['an'], ['bo']], turn: 'shift' }
  world = await openHandoverWorld(countyRoster({ cycle }))
})
afterEach(() => world.end())

const sign = (side: HandoverSide, user: string, part: Partial<SignRequest> = {}) =>
  world.handovers.sign(DAY, { side, user, role: 'operator', note: '', ...part })
const because = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof HouseError ? (error.facts.because ?? error.code) : String(error)),
  )
const acts = async () => {
  const { entries } = await world.desk.ledger(LedgerQuery.parse({ subject: `handover/${DAY}` }))
  return entries
}

describe('the record of a hand-over', () => {
  it('is drafted from the ledger and the stores', async () => {
    world.county.nodeBorn(edge().about())
    await world.duty.checkIn({ person: 'an', via: 'desk', onSite: true, actor: AN })
    await world.tell({ priority: 'orange' })
    const [alarm] = await world.desk.open()
    await world.clock.advance(180_000)
    await world.desk.acknowledge(alarm?.id ?? '', { by: 'an-user', note: 'on my way', via: 'desk' })
    await world.desk.act(alarm?.id ?? '', { do: 'assign', to: 'chen', by: 'an-user' })
    await world.go('2026-03-02 19:30')
    const { record, unreadRed } = HandoverView.parse(await world.handovers.draft(DAY, AN))
    expect(record.shift).toMatchObject({ from: at('2026-03-02 08:00'), to: at('2026-03-02 20:00'), day: '2026-03-02' })
    const { shift, alarms, unfinished, checks, system, offline } = record.draft
    expect(shift.crew).toMatchObject([{ id: 'an', checkedInAt: at('2026-03-02 12:00'), onSite: true }])
    expect([shift.leaders[0]?.id, shift.next[0]?.id]).toEqual(['zhu', 'bo'])
    expect(alarms).toMatchObject({
      raised: { orange: 1 },
      acked: { orange: 1 },
      open: { orange: 1 },
      unacked: { orange: 0 },
    })
    expect(alarms.slowest?.waitedMs).toBe(180_000)
    expect(unfinished.rows).toMatchObject([
      { alarm: alarm?.id, next: 'go-there', assignee: 'chen', site: { name: { en: 'East Gully pit' } } },
    ])
    expect(checks.rows).toMatchObject([{ assignee: 'chen', sentAt: at('2026-03-02 12:03') }])
    expect(offline.offline.rows).toEqual([])
    expect(system).toMatchObject({ watchman: 'good', clockWithinMs: 12, backupAt: null })
    expect(system.disk?.freeBytes).toBeGreaterThan(0)
    expect(unreadRed).toEqual([])
  })

  it('is signed by both crews and the leader, each step in the ledger with the hash of the record', async () => {
    await world.go('2026-03-02 19:50')
    await world.handovers.draft(DAY, AN)
    const call = {
      kind: 'call',
      direction: 'made',
      when: utcMs(world.clock.now()),
      whom: 'Village',
      content: 'the gate',
      outcome: '',
    } as const
    const { record: written } = await world.handovers.write(DAY, call, AN)
    await world.handovers.strike(DAY, written.entries[0]?.id ?? '', AN)
    await sign('outgoing', 'an-user', { note: 'quiet' })
    await world.go('2026-03-02 19:54')
    await sign('incoming', 'bo-user')
    await world.go('2026-03-02 21:00')
    await sign('leader', 'zhu-user')
    const added = await world.handovers.add(DAY, 'the key was in the car', AN)
    expect(added.record.state).toBe('locked')
    expect(added.record.signatures).toMatchObject([
      { side: 'outgoing', person: 'an', user: 'an-user', note: 'quiet', inPlace: null },
      { side: 'incoming', person: 'bo', at: at('2026-03-02 19:54') },
      { side: 'leader', person: 'zhu' },
    ])
    // Anybody can compute it again from the record as it is answered.
    const hash = createHash('sha256').update(canonicalJson(added.record)).digest('hex')
    const entries = await acts()
    expect(entries.map(({ act }) => act)).toEqual([
      ...['handover-drafted', 'handover-written', 'handover-struck', 'handover-signed', 'handover-signed'],
      ...['handover-signed', 'handover-added'],
    ])
    expect([added.hash, entries.at(-1)?.detail.sha256, added.ledger?.n]).toEqual([hash, hash, entries.at(-1)?.n])
    await world.restart()
    expect(await world.handovers.view(DAY)).toEqual(added)
  })

  it('cannot be signed while a red alarm is unread, nor over an old draft, nor by whoever is not of the crew', async () => {
    await world.go('2026-03-02 18:00')
    await world.handovers.draft(DAY, AN)
    expect(await because(sign('outgoing', 'an-user'))).toBe('too-early')
    await world.go('2026-03-02 19:50')
    expect(await because(sign('outgoing', 'an-user'))).toBe('stale')
    await world.tell({ priority: 'red' })
    const view = await world.handovers.draft(DAY, AN)
    expect(view.unreadRed).toHaveLength(1)
    expect(await because(sign('outgoing', 'an-user'))).toBe('unread-red')
    // Held back is not read.
    const id = view.unreadRed[0]?.alarm ?? ''
    const until = utcMs(world.clock.now() + 3_600_000)
    const second = { name: 'zhu-user', isLeader: true }
    await world.desk.act(id, {
      do: 'hold-back',
      hold: { kind: 'shelved', by: 'an-user', second, reason: 'works', until },
    })
    expect(await because(sign('outgoing', 'an-user'))).toBe('unread-red')
    await world.desk.acknowledge(id, { by: 'an-user', note: 'seen and sent', via: 'desk' })
    expect(await because(sign('incoming', 'bo-user'))).toBe('outgoing-first')
    expect(await because(sign('outgoing', 'bo-user'))).toBe('not-crew')
    expect(await because(sign('outgoing', 'bo-user', { inPlace: 'An is ill' }))).toBe('not-crew')
    expect(await because(sign('outgoing', 'an-user'))).toBe('done')
    expect(await because(sign('incoming', 'an-user', { role: 'administrator', inPlace: 'alone' }))).toBe('two-sides')
    const inPlace = await sign('incoming', 'boss', { role: 'duty-leader', inPlace: 'Bo is late' })
    expect(inPlace.record.signatures[1]).toMatchObject({ person: null, name: 'boss', inPlace: 'Bo is late' })
    expect(await because(world.handovers.draft(DAY, AN))).toBe('locked')
  })

  it('is kept by the database itself as it was signed', async () => {
    await world.go('2026-03-02 19:50')
    await world.handovers.draft(DAY, AN)
    await sign('outgoing', 'an-user')
    await sign('incoming', 'bo-user')
    for (const sql of [
      "update handovers set content = '{}'",
      "update handovers set state = 'draft'",
      'delete from handovers',
    ]) {
      await expect(world.db.transaction((q) => q.run(sql))).rejects.toThrow(/never/)
    }
  })

  it('asks which of several persons behind one account signs', async () => {
    await world.end()
    const roster = countyRoster({ cycle: { startsOn: '2026-03-02', crews: [['an', 'chen'], ['bo']], turn: 'shift' } })
    const persons = roster.persons.map((one) => (one.id === 'chen' ? { ...one, user: 'an-user' } : one))
    world = await openHandoverWorld({ ...roster, persons }, '2026-03-02 19:50')
    await world.handovers.draft(DAY, AN)
    expect(await because(sign('outgoing', 'an-user'))).toBe('which-person')
    expect((await sign('outgoing', 'an-user', { person: 'chen' })).record.signatures[0]?.person).toBe('chen')
  })

  it('lists the shift that runs, the one before, and what there is, newest first', async () => {
    const empty = await world.handovers.list({ limit: 10 })
    expect(empty).toMatchObject({
      current: { id: DAY, state: null },
      previous: { id: 'duty.2026-03-01.night' },
      records: [],
    })
    await world.handovers.draft(DAY, AN)
    await world.go('2026-03-02 20:10')
    await world.handovers.draft('duty.2026-03-02.night', AN)
    const { current, previous, records } = await world.handovers.list({ limit: 10 })
    expect([current?.id, previous?.id, previous?.state]).toEqual(['duty.2026-03-02.night', DAY, 'draft'])
    expect(records.map(({ id }) => id)).toEqual(['duty.2026-03-02.night', DAY])
    const older = await world.handovers.list({ before: records[0]?.shift.from ?? 0, limit: 10 })
    expect(older.records.map(({ id }) => id)).toEqual([DAY])
  })

  it('is of a shift the roster has, and not of one to come', async () => {
    for (const id of ['duty.2026-03-02.none', 'leader.2026-03-02.day', 'duty.2026-03-05.day', 'duty.2026-99-99.day'])
      expect(await because(world.handovers.draft(id, AN))).toBe('http/not-found')
    expect(await because(world.handovers.view(DAY))).toBe('http/not-found')
  })
})

describe('the watch over hand-overs', () => {
  const missing = async () =>
    (await world.desk.list({ state: 'open', rule: 'handover-missing', limit: 5 })).map(
      ({ state, priority, explanation }) => ({
        ...{ state, priority, shift: explanation.values.shift },
      }),
    )

  it('drafts the record half an hour before the shift ends, and says in yellow where a shift was never handed over', async () => {
    await world.watch.tick()
    // The shift ran already when this control room first knew of hand-overs.
    await world.go('2026-03-02 20:31')
    await world.watch.tick()
    expect((await world.handovers.list({ limit: 5 })).records).toEqual([])
    expect(await missing()).toEqual([])
    await world.go('2026-03-03 07:29')
    await world.watch.tick()
    expect((await world.handovers.list({ limit: 5 })).records).toEqual([])
    await world.go('2026-03-03 07:31')
    await world.watch.tick()
    const [drafted] = (await world.handovers.list({ limit: 5 })).records
    expect(drafted).toMatchObject({ id: 'duty.2026-03-02.night', state: 'draft' })
    await world.go('2026-03-03 08:29')
    await world.watch.tick()
    expect(await missing()).toEqual([])
    await world.go('2026-03-03 08:31')
    await world.watch.tick()
    expect(await missing()).toEqual([{ state: 'unacked', priority: 'yellow', shift: 'night' }])
    // It is over once both crews have signed, also in another run.
    const night = 'duty.2026-03-02.night'
    await world.restart()
    await world.handovers.draft(night, AN)
    await world.handovers.sign(night, { side: 'outgoing', user: 'bo-user', role: 'operator', note: '' })
    await world.watch.tick()
    expect(await missing()).toMatchObject([{ state: 'unacked' }])
    await world.handovers.sign(night, { side: 'incoming', user: 'an-user', role: 'operator', note: '' })
    await world.watch.tick()
    expect(await missing()).toMatchObject([{ state: 'returned' }])
  })

  it('asks nothing where the same crew goes on, and then lets it sign for both', async () => {
    await world.end()
    world = await openHandoverWorld(countyRoster({ cycle: { startsOn: '2026-03-02', crews: [['an'], ['bo']] } }))
    await world.watch.tick()
    // The day shift and the night shift of 3 March are both those of Bo.
    await world.go('2026-03-03 21:00')
    await world.watch.tick()
    expect((await world.handovers.list({ limit: 5 })).records).toEqual([])
    expect(await missing()).toEqual([])
    const day = 'duty.2026-03-03.day'
    await world.handovers.draft(day, AN)
    await world.handovers.sign(day, { side: 'outgoing', user: 'bo-user', role: 'operator', note: '' })
    const both = await world.handovers.sign(day, { side: 'incoming', user: 'bo-user', role: 'operator', note: '' })
    expect(both.record.state).toBe('signed-in')
  })

  it('asks nothing of a county that does not work in shifts', async () => {
    const { persons, roles, ladders, office } = countyRoster()
    const bare = await openHandoverWorld({ persons, roles, ladders, office, tables: [], overrides: [], swaps: [] })
    await bare.watch.tick()
    await bare.go('2026-03-04 12:00')
    await bare.watch.tick()
    expect(await bare.handovers.list({ limit: 5 })).toEqual({ current: null, previous: null, records: [] })
    expect(await bare.desk.open()).toEqual([])
    await bare.end()
  })
})
