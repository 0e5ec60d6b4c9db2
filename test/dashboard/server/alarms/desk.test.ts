import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Alarm } from '../../../../core/contract/alarm.ts'
import type { EvidenceRow } from '../../../../core/contract/evidence.ts'
import { UtcMs } from '../../../../core/contract/time.ts'
import { clearOf, NIGHT, openWorld, transition, type World } from './world.ts'

let world: World
beforeEach(() => {
  world = openWorld()
})
afterEach(() => world.end())

const byDesk = { by: 'lin', note: '已派人去看', via: 'desk' } as const
const actsOf = async (subject: string) =>
  (await world.desk.ledger({ after: 0, limit: 1_000, subject })).entries.map((entry) => entry.act)
const picture = (n: number): EvidenceRow => ({
  kind: 'picture',
  sha256: n.toString(16).padStart(64, '0'),
  mediaType: 'image/jpeg',
  bytes: 1_000,
  device: 'gate-camera',
  target: 'human',
  event: 'fielddetection',
  at: UtcMs.parse(NIGHT),
})

describe('the alarm desk', () => {
  it('keeps a raised alarm as the contract describes it, over a restart', async () => {
    const raised = transition()
    expect(await world.desk.receive(raised)).toBe('committed')
    const alarm = await world.desk.get(raised.occurrence)
    await world.restart()
    expect(await world.desk.get(raised.occurrence)).toEqual(alarm)
    expect(Alarm.parse(alarm)).toMatchObject({
      id: raised.occurrence,
      state: 'unacked',
      priority: 'orange',
      raisedAt: NIGHT,
      activations: [{ occurrence: raised.occurrence, from: NIGHT, to: null }],
      explanation: raised.explanation,
      version: 1,
    })
    expect(await actsOf(raised.occurrence)).toEqual(['alarm-raised', 'alarm-announced'])
  })

  it('knows a repeated transition and changes nothing', async () => {
    const raised = transition()
    await world.desk.receive(raised)
    await world.desk.receive(clearOf(raised))
    const before = await world.desk.list({ state: 'all', limit: 10 })
    for (const again of [raised, clearOf(raised), raised]) expect(await world.desk.receive(again)).toBe('known')
    expect(await world.desk.list({ state: 'all', limit: 10 })).toEqual(before)
  })

  it('goes unacked → acked → closed when the condition goes after the acknowledgement', async () => {
    const raised = transition()
    await world.desk.receive(raised)
    expect(await world.desk.acknowledge(raised.occurrence, byDesk)).toMatchObject({
      state: 'acked',
      acknowledgement: { ...byDesk, at: NIGHT },
    })
    await world.desk.receive(clearOf(raised))
    expect(await world.desk.get(raised.occurrence)).toMatchObject({ state: 'closed', returnedAt: NIGHT + 60_000 })
    expect(await world.desk.open()).toEqual([])
    expect(await actsOf(raised.occurrence)).toEqual([
      'alarm-raised',
      'alarm-announced',
      'alarm-acknowledged',
      'alarm-returned',
      'alarm-closed',
    ])
  })

  it('goes unacked → returned → closed when it was over before anybody looked', async () => {
    const raised = transition()
    await world.desk.receive(raised)
    await world.desk.receive(clearOf(raised))
    expect(await world.desk.get(raised.occurrence)).toMatchObject({ state: 'returned' })
    expect(await world.desk.acknowledge(raised.occurrence, byDesk)).toMatchObject({ state: 'closed' })
  })

  it('is one alarm with two activations when the condition comes back before anybody acknowledged', async () => {
    const first = transition()
    const second = transition({ at: UtcMs.parse(NIGHT + 90_000) })
    for (const each of [first, clearOf(first), second]) await world.desk.receive(each)
    const [alarm, ...others] = await world.desk.open()
    expect(others).toEqual([])
    expect(alarm).toMatchObject({
      id: first.occurrence,
      state: 'unacked',
      activations: [
        { occurrence: first.occurrence, to: NIGHT + 60_000 },
        { occurrence: second.occurrence, to: null },
      ],
    })
  })

  it('wants a note of at least four characters for red and orange, and none for yellow', async () => {
    const orange = transition()
    const yellow = transition({ rule: 'level-high', priority: 'yellow' })
    await world.desk.receive(orange)
    await world.desk.receive(yellow)
    await expect(world.desk.acknowledge(orange.occurrence, { ...byDesk, note: ' 好的 ' })).rejects.toMatchObject({
      code: 'http/invalid',
    })
    expect(await world.desk.get(orange.occurrence)).toMatchObject({ state: 'unacked' })
    expect(await world.desk.acknowledge(yellow.occurrence, { ...byDesk, note: '' })).toMatchObject({ state: 'acked' })
  })

  it('records a second person’s acknowledgement without moving anything, and a repeat by the first not at all', async () => {
    const raised = transition()
    await world.desk.receive(raised)
    const first = await world.desk.acknowledge(raised.occurrence, byDesk)
    expect(await world.desk.acknowledge(raised.occurrence, byDesk)).toEqual(first)
    expect(await world.desk.acknowledge(raised.occurrence, { by: 'qiao', note: '', via: 'desk' })).toEqual(first)
    const entries = (await world.desk.ledger({ after: 0, limit: 100 })).entries
    expect(entries.filter((entry) => entry.act === 'alarm-acknowledged').map((entry) => entry.actor)).toEqual([
      { kind: 'person', name: 'lin' },
      { kind: 'person', name: 'qiao' },
    ])
  })

  it('refuses what is about no alarm', async () => {
    await expect(world.desk.acknowledge('a.b.1', byDesk)).rejects.toMatchObject({ code: 'http/not-found' })
    await expect(world.desk.addNote('a.b.1', { by: 'lin', text: 'x' })).rejects.toMatchObject({
      code: 'http/not-found',
    })
    await expect(world.desk.acknowledgeByToken('nonsense', 'note note')).rejects.toMatchObject({
      code: 'http/not-found',
    })
    expect(await world.desk.linkFacts('nonsense')).toBeNull()
    expect(await world.desk.get('a.b.1')).toBeNull()
  })

  it('keeps notes, and says what is wrong with one', async () => {
    const raised = transition()
    await world.desk.receive(raised)
    await world.desk.addNote(raised.occurrence, { by: 'lin', text: '电话没人接' })
    const alarm = await world.desk.addNote(raised.occurrence, { by: 'qiao', text: '第二次' })
    expect(alarm.notes).toEqual([
      { at: NIGHT, by: 'lin', text: '电话没人接' },
      { at: NIGHT, by: 'qiao', text: '第二次' },
    ])
    expect(alarm.version).toBe(3)
    await expect(world.desk.addNote(raised.occurrence, { by: 'lin', text: '' })).rejects.toMatchObject({
      code: 'http/invalid',
    })
  })

  it('adds pictures of an update, and annunciates anew when the priority rises on what was acknowledged', async () => {
    const raised = transition({ evidence: [picture(1)] })
    await world.desk.receive(raised)
    await world.desk.acknowledge(raised.occurrence, byDesk)
    await world.desk.receive({ ...raised, n: 2, kind: 'update', evidence: [picture(1), picture(2)] })
    expect(await world.desk.get(raised.occurrence)).toMatchObject({
      state: 'acked',
      evidence: [picture(1), picture(2)],
    })
    await world.desk.receive({ ...raised, n: 3, kind: 'update', priority: 'red', evidence: [] })
    expect(await world.desk.get(raised.occurrence)).toMatchObject({ state: 'unacked', priority: 'red' })
  })

  it('lists by state and site, newest first', async () => {
    const older = transition()
    const newer = transition({ site: 'east-pit', at: UtcMs.parse(NIGHT + 1_000) })
    await world.desk.receive(older)
    await world.desk.receive(newer)
    await world.desk.acknowledge(older.occurrence, byDesk)
    const ids = async (query: Parameters<typeof world.desk.list>[0]) =>
      (await world.desk.list(query)).map((alarm) => alarm.id)
    expect(await ids({ state: 'open', limit: 10 })).toEqual([newer.occurrence, older.occurrence])
    expect(await ids({ state: 'open', limit: 1 })).toEqual([newer.occurrence])
    expect(await ids({ state: 'acked', limit: 10 })).toEqual([older.occurrence])
    expect(await ids({ state: 'all', site: 'east-pit', limit: 10 })).toEqual([newer.occurrence])
    expect(await ids({ state: 'closed', site: 'east-pit', limit: 10 })).toEqual([])
  })
})

describe('transitions that come in another order than they were made', () => {
  const raised = transition()

  it('a clear whose raise never comes is an alarm somebody must hear of', async () => {
    await world.desk.receive(clearOf(raised))
    expect(await world.desk.get(raised.occurrence)).toMatchObject({
      state: 'returned',
      raisedAt: raised.at,
      activations: [{ from: NIGHT, to: NIGHT + 60_000 }],
    })
  })

  it('a raise that comes after its clear mends the explanation and raises nothing', async () => {
    await world.desk.receive(clearOf(raised))
    expect(await world.desk.receive(raised)).toBe('committed')
    expect(await world.desk.get(raised.occurrence)).toMatchObject({
      state: 'returned',
      explanation: raised.explanation,
      activations: [{ from: NIGHT, to: NIGHT + 60_000 }],
    })
  })

  it('an update before its raise opens the alarm, and the raise mends it', async () => {
    await world.desk.receive({
      ...raised,
      n: 2,
      kind: 'update',
      at: UtcMs.parse(NIGHT + 5_000),
      evidence: [picture(7)],
    })
    expect(await world.desk.open()).toMatchObject([{ id: raised.occurrence, state: 'unacked', raisedAt: NIGHT }])
    await world.desk.receive({ ...raised, evidence: [picture(6)] })
    expect(await world.desk.open()).toMatchObject([{ state: 'unacked', evidence: [picture(7), picture(6)] }])
  })

  it('an update that comes after the clear adds its picture and opens nothing again', async () => {
    await world.desk.receive(raised)
    await world.desk.receive(clearOf(raised, 60_000, 3))
    await world.desk.receive({ ...raised, n: 2, kind: 'update', evidence: [picture(3)] })
    expect(await world.desk.open()).toMatchObject([{ state: 'returned', evidence: [picture(3)] }])
  })

  it('an older occurrence that comes late neither ends the one that is active nor keeps it open', async () => {
    const later = transition({ at: UtcMs.parse(NIGHT + 600_000) })
    for (const each of [later, raised, clearOf(raised)]) await world.desk.receive(each)
    expect(await world.desk.open()).toMatchObject([
      {
        id: later.occurrence,
        state: 'unacked',
        activations: [
          { occurrence: raised.occurrence, from: NIGHT, to: NIGHT + 60_000 },
          { occurrence: later.occurrence, from: NIGHT + 600_000, to: null },
        ],
      },
    ])
    await world.desk.receive(clearOf(later))
    expect(await world.desk.open()).toMatchObject([{ state: 'returned' }])
  })

  it('a clear that was lost does not keep the next raise from being a new activation', async () => {
    const next = transition({ at: UtcMs.parse(NIGHT + 600_000) })
    await world.desk.receive(raised)
    await world.desk.receive(next)
    expect(await world.desk.open()).toMatchObject([
      { state: 'unacked', activations: [{ to: NIGHT + 600_000 }, { occurrence: next.occurrence, to: null }] },
    ])
    expect(await world.desk.receive(clearOf(raised))).toBe('committed')
    expect(await world.desk.open()).toMatchObject([
      { state: 'unacked', activations: [{ to: NIGHT + 60_000 }, { to: null }] },
    ])
  })

  it('what was acknowledged before is closed then, and the next raise is an episode of its own', async () => {
    const next = transition({ at: UtcMs.parse(NIGHT + 600_000) })
    await world.desk.receive(raised)
    await world.desk.acknowledge(raised.occurrence, byDesk)
    await world.desk.receive(next)
    expect(await world.desk.get(raised.occurrence)).toMatchObject({ state: 'closed', returnedAt: NIGHT + 600_000 })
    expect(await world.desk.open()).toMatchObject([
      { id: next.occurrence, state: 'unacked', number: 'PW-20260112-0002' },
    ])
    await world.desk.receive(clearOf(raised))
    expect(await world.desk.get(raised.occurrence)).toMatchObject({ activations: [{ to: NIGHT + 60_000 }] })
  })
})

describe('the feed of changes', () => {
  it('gives each changed alarm in its newest version and skips what is out of date', async () => {
    const stop = new AbortController()
    const changes = world.desk.changes(stop.signal)[Symbol.asyncIterator]()
    const [a, b] = [transition(), transition({ rule: 'level-high' })]
    await world.desk.receive(a)
    await world.desk.receive(b)
    await world.desk.acknowledge(a.occurrence, byDesk)
    expect((await changes.next()).value).toMatchObject({ id: b.occurrence, version: 1 })
    expect((await changes.next()).value).toMatchObject({ id: a.occurrence, version: 2, state: 'acked' })
    const waiting = changes.next()
    await world.desk.addNote(b.occurrence, { by: 'lin', text: 'x' })
    expect((await waiting).value).toMatchObject({ id: b.occurrence, version: 2 })
    const last = changes.next()
    stop.abort()
    expect(await last).toMatchObject({ done: true })
  })
})

describe('the desk’s time', () => {
  it('goes on when the wall clock is set back, also over a restart', async () => {
    await world.desk.receive(transition())
    world.clock.advance(10_000)
    world.clock.setBack(3_600_000)
    expect(await world.desk.time()).toBe(NIGHT + 10_000)
    await world.desk.addNote(transition().occurrence, { by: 'lin', text: 'x' })
    expect((await world.desk.ledger({ after: 3, limit: 9 })).entries).toMatchObject([
      { at: NIGHT + 10_000, detail: { wallAt: NIGHT + 10_000 - 3_600_000 } },
    ])
    world.clock.advance(5_000)
    expect(await world.desk.time()).toBe(NIGHT + 15_000)
    await world.restart()
    world.clock.advance(2_000)
    expect(await world.desk.time()).toBe(NIGHT + 10_000)
    world.clock.advance(2_000)
    expect(await world.desk.time()).toBe(NIGHT + 12_000)
    expect(await world.desk.verify()).toMatchObject({ intact: true })
  })
})
