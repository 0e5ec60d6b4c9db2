import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { UtcMs } from '../../../../core/contract/time.ts'
import { clearOf, NIGHT, openWorld, transition, type World } from './world.ts'

let world: World
beforeEach(() => {
  world = openWorld()
})
afterEach(() => world.end())

const HOUR = 3_600_000
const byDesk = { by: 'lin', note: '已派人去看', via: 'desk' } as const
const chief = { name: 'chief', isLeader: true }
const inMs = (ms: number) => UtcMs.parse(world.clock.now() + ms)
const shelve = (id: string, forMs = HOUR, second: typeof chief | null = null) =>
  world.desk.act(id, {
    do: 'hold-back',
    hold: { kind: 'shelved', by: 'lin', second, reason: 'known work', until: inMs(forMs) },
  })
const entries = async (subject: string) => (await world.desk.ledger({ after: 0, limit: 1_000, subject })).entries
const actsOf = async (subject: string) => (await entries(subject)).map(({ act }) => act)
const state = async (id: string) => (await world.desk.get(id))?.state

describe('the number of an alarm', () => {
  it('is counted by the county’s day, without holes, and never again', async () => {
    const raised = [1, 2, 3].map((n) => transition({ rule: `rule-${n}` }))
    for (const one of raised) await world.desk.receive(one)
    await world.desk.receive(clearOf(raised[0] ?? transition()))
    await world.restart()
    world.clock.advance(14 * HOUR)
    const next = transition({ rule: 'rule-4', at: world.clock.now() })
    await world.desk.receive(next)
    const numbers = (await world.desk.list({ state: 'all', limit: 9 })).map(({ number }) => number).sort()
    expect(numbers).toEqual(['PW-20260112-0001', 'PW-20260112-0002', 'PW-20260112-0003', 'PW-20260112-0004'])
    world.clock.advance(13 * HOUR)
    await world.desk.receive(transition({ rule: 'rule-5', at: world.clock.now() }))
    expect(await world.desk.list({ state: 'all', number: 'PW-20260113-0001', limit: 9 })).toMatchObject([
      { rule: 'rule-5' },
    ])
  })

  it('is given to nobody when many come at once, and each is committed', async () => {
    const many = Array.from({ length: 250 }, (_, index) => transition({ rule: `rule-${index}` }))
    const answers = await Promise.all([...many, ...many.slice(0, 20)].map((one) => world.desk.receive(one)))
    expect(answers.filter((answer) => answer === 'committed').length).toBe(250)
    const numbers = new Set((await world.desk.list({ state: 'all', limit: 1_000 })).map(({ number }) => number))
    expect(numbers.size).toBe(250)
    expect(numbers.has('PW-20260112-0250')).toBe(true)
    expect(await world.desk.verify()).toMatchObject({ intact: true })
  })
})

describe('timers', () => {
  it('run out by the deadline in the database, also over a restart: a shelf ends and people are called for', async () => {
    const raised = transition()
    await world.desk.receive(raised)
    await shelve(raised.occurrence)
    world.clock.advance(HOUR - 1)
    await world.desk.runDue()
    expect(await world.desk.get(raised.occurrence)).toMatchObject({ held: 1, suppressions: [{ kind: 'shelved' }] })
    await world.restart()
    world.clock.advance(1)
    await world.desk.runDue()
    expect(await world.desk.get(raised.occurrence)).toMatchObject({ held: 0, suppressions: [], state: 'unacked' })
    const kinds = (await entries(raised.occurrence)).filter(({ act }) => act === 'alarm-announced')
    expect(kinds.map(({ detail }) => detail.kind)).toEqual(['raise', 'after-suppression'])
  })

  it('remind of what was acknowledged and still goes on, once', async () => {
    const raised = transition()
    await world.desk.receive(raised)
    await world.desk.acknowledge(raised.occurrence, byDesk)
    world.clock.advance(HOUR)
    await world.desk.runDue()
    await world.desk.runDue()
    expect(await world.desk.get(raised.occurrence)).toMatchObject({ state: 'unacked', acknowledgement: null })
    expect((await actsOf(raised.occurrence)).filter((act) => act === 'alarm-re-alarmed').length).toBe(1)
  })

  it('announce what came late and still goes on after a minute', async () => {
    world.clock.advance(HOUR)
    const raised = transition()
    await world.desk.receive(raised)
    expect(await world.desk.get(raised.occurrence)).toMatchObject({ late: true, announceAt: NIGHT + HOUR + 60_000 })
    world.clock.advance(60_000)
    await world.desk.runDue()
    expect((await world.desk.get(raised.occurrence))?.announceAt).toBeUndefined()
    expect(await actsOf(raised.occurrence)).toEqual(['alarm-raised', 'alarm-announcement-held', 'alarm-announced'])
  })

  it('say when somebody has set the clock back, once for each time', async () => {
    await world.desk.receive(transition())
    expect(await world.desk.runDue()).toEqual({ setBackMs: 0 })
    world.clock.setBack(60_000)
    expect(await world.desk.runDue()).toEqual({ setBackMs: 60_000 })
    world.clock.advance(1_000)
    await world.desk.runDue()
    expect((await entries('clock')).map(({ act, detail }) => [act, detail.byMs])).toEqual([['clock-set-back', 60_000]])
  })
})

describe('what people do', () => {
  it('third shelving in a day is a leader’s, and what is refused is in the ledger', async () => {
    const raised = transition()
    await world.desk.receive(raised)
    await shelve(raised.occurrence, 60_000)
    await shelve(raised.occurrence, 60_000)
    await expect(shelve(raised.occurrence, 60_000)).rejects.toMatchObject({ code: 'http/forbidden' })
    expect((await entries(raised.occurrence)).at(-1)).toMatchObject({
      act: 'alarm-refused',
      actor: { name: 'lin' },
      detail: { did: 'shelved', came: 'nobody' },
    })
    await expect(shelve(raised.occurrence, 60_000, chief)).resolves.toMatchObject({
      suppressions: [{ second: 'chief' }],
    })
  })

  it('acknowledging many is all or none, and never red', async () => {
    const [a, b, red] = [
      transition({ rule: 'a' }),
      transition({ rule: 'b' }),
      transition({ rule: 'c', priority: 'red' as const }),
    ]
    for (const one of [a, b, red]) await world.desk.receive(one)
    const ids = [a, b, red].map(({ occurrence }) => occurrence)
    await expect(world.desk.acknowledgeMany(ids, byDesk)).rejects.toMatchObject({ code: 'http/invalid' })
    expect(await Promise.all(ids.map(state))).toEqual(['unacked', 'unacked', 'unacked'])
    expect(await actsOf(red.occurrence)).toContain('alarm-refused')
    const done = await world.desk.acknowledgeMany(ids.slice(0, 2), byDesk)
    expect(done.map((alarm) => alarm.state)).toEqual(['acked', 'acked'])
  })

  it('a latched alarm closes by a person who looked at the place, after an acknowledgement', async () => {
    const raised = transition({ latched: true })
    await world.desk.receive(raised)
    await world.desk.receive({ ...clearOf(raised), latched: true })
    const reset = () =>
      world.desk.act(raised.occurrence, { do: 'reset', by: 'lin', result: 'confirmed', note: '封条被剪断' })
    await expect(reset()).rejects.toMatchObject({ code: 'http/conflict' })
    await world.desk.acknowledge(raised.occurrence, byDesk)
    expect(await state(raised.occurrence)).toBe('latched-acked')
    expect(await reset()).toMatchObject({ state: 'closed', findings: [{ kind: 'on-site', by: 'lin' }] })
    // Somebody else was quicker: that is no error (I10).
    expect(await reset()).toMatchObject({ state: 'closed' })
  })

  it('what is withdrawn while it goes on is raised anew by the next that is heard of it', async () => {
    const raised = transition()
    await world.desk.receive(raised)
    const withdraw = { do: 'withdraw', by: 'lin', reason: '规则已撤销', second: null } as const
    expect(await world.desk.act(raised.occurrence, withdraw)).toMatchObject({ state: 'closed' })
    await world.desk.receive({ ...raised, n: 2, kind: 'update', at: UtcMs.parse(NIGHT + 5_000), priority: 'red' })
    const [again] = await world.desk.open()
    expect(again).toMatchObject({ state: 'unacked', priority: 'red', number: 'PW-20260112-0002' })
    await world.desk.receive(clearOf(raised, 60_000, 3))
    expect(await world.desk.open()).toMatchObject([{ id: again?.id, state: 'returned' }])
  })

  it('findings, assignment and notes stay with it over a restart', async () => {
    const raised = transition()
    await world.desk.receive(raised)
    await world.desk.act(raised.occurrence, { do: 'assign', to: 'qiao', by: 'lin' })
    const finding = { kind: 'reported', by: 'lin', note: '电话报告', receipt: 'SX-1' } as const
    await world.desk.act(raised.occurrence, { do: 'finding', finding })
    const before = await world.desk.get(raised.occurrence)
    await world.restart()
    expect(await world.desk.get(raised.occurrence)).toEqual(before)
    expect(before).toMatchObject({ assignee: 'qiao', findings: [{ ...finding, at: NIGHT }] })
    await expect(
      world.desk.act(raised.occurrence, { do: 'finding', finding: { ...finding, at: inMs(1) } }),
    ).rejects.toMatchObject({ code: 'http/invalid' })
  })
})

describe('a gateway that is silent', () => {
  const silence = (more = {}) =>
    transition({ rule: 'gateway-silent', ruleType: 'gateway-silent', point: 'gateway/online', ...more })
  const comms = transition({ rule: 'meter-comms', ruleType: 'comms' })
  const feeder = transition()
  const told = async (id: string) => {
    const alarm = await world.desk.get(id)
    return [alarm?.suppressions.map(({ kind }) => kind), alarm?.held, alarm?.quality]
  }

  it('makes the alarms of its site stale and explains those of its lines, until it is heard again', async () => {
    for (const one of [comms, feeder, silence()]) await world.desk.receive(one)
    expect(await told(comms.occurrence)).toEqual([['by-design'], 1, 'stale'])
    expect(await told(feeder.occurrence)).toEqual([[], 0, 'stale'])
    const later = transition({ rule: 'pump-comms', ruleType: 'comms', at: UtcMs.parse(NIGHT + 1) })
    await world.desk.receive(later)
    expect(await told(later.occurrence)).toEqual([['by-design'], 1, 'good'])
    await world.desk.receive(clearOf(silence()))
    expect(await told(comms.occurrence)).toEqual([[], 0, 'good'])
    expect(await told(feeder.occurrence)).toEqual([[], 0, 'good'])
    expect((await actsOf(comms.occurrence)).slice(-2)).toEqual(['alarm-suppression-ended', 'alarm-announced'])
  })

  it('leaves alarms of other sites as they are', async () => {
    const other = transition({ site: 'east-pit', ruleType: 'comms' })
    for (const one of [other, silence()]) await world.desk.receive(one)
    expect(await told(other.occurrence)).toEqual([[], 0, 'good'])
  })
})

describe('a rule that is armed no more', () => {
  it('leaves its alarm to a person: what its gateway says then is no proof that the condition is gone', async () => {
    const raised = transition()
    await world.desk.receive(raised)
    await world.desk.acknowledge(raised.occurrence, byDesk)
    const gone = { ...clearOf(raised), explanation: { key: 'rule.withdrawn', values: {} } }
    await world.desk.receive(gone)
    expect(await world.desk.get(raised.occurrence)).toMatchObject({ state: 'acked', quality: 'stale' })
    const withdraw = { do: 'withdraw', by: 'lin', reason: '规则已撤销', second: null } as const
    expect(await world.desk.act(raised.occurrence, withdraw)).toMatchObject({ state: 'closed' })
  })
})
