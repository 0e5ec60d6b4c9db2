import { writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { utcMs } from '../../../core/contract/time.ts'
import { beat } from '../../../dashboard/server/watch/beat.ts'
import { recipientsOf, rolesOfNobody } from '../../../dashboard/watchman/recipients.ts'
import { openRosterReader } from '../../../dashboard/watchman/roster-reader.ts'
import { readView } from '../../../dashboard/watchman/view.ts'
import { NIGHT, openWorld, transition, type World } from '../server/alarms/world.ts'
import { roster } from '../server/notify/reply-world.ts'

let world: World
beforeEach(() => {
  world = openWorld()
})
afterEach(() => world.end())

const MIN = 60_000
const at = (ms: number) => utcMs(NIGHT + ms)
const looked = (ms = 0) => {
  const view = readView(world.path, { now: at(ms), nobody: [] })
  if (view.is === 'unreadable') throw new Error(view.why)
  return view
}
let n = 0
const notice = (alarm: string, changes: { state?: string; accepted?: number; queued?: number; hold?: number } = {}) =>
  world.db.transaction(async (q) => {
    n += 1
    const { state = 'queued', accepted = null, queued = 0, hold = queued } = changes
    await q.run(
      `insert into notices (id, key, alarm, kind, urgency, round, step, person, name, channel, medium, state, queued_at,
         hold_until, accepted_at) values (?, ?, ?, 'raise', 0, 0, 0, 'wang', 'Wang', 'modem', 'sms', ?, ?, ?, ?)`,
      ...[`n${n}`, `n${n}`, alarm, state, at(queued), at(hold), accepted === null ? null : at(accepted)],
    )
  })
const raise = async (rule: string, priority: 'red' | 'orange' | 'yellow') => {
  const raised = transition({ rule, priority })
  await world.desk.receive(raised)
  // What the desk itself queued is not what is looked at here.
  await world.db.transaction((q) => q.run('delete from notices'))
  return raised.occurrence
}

describe("what the watchman reads of the control room's database", () => {
  it('is each red alarm that waits for a person, with the last message that was taken', async () => {
    const red = await raise('a', 'red')
    await raise('b', 'orange')
    expect(looked().reds).toMatchObject([{ alarm: red, site: 'north-gully', since: NIGHT, acceptedAt: null }])
    await notice(red, { state: 'accepted', accepted: 1_000 })
    await notice(red, { state: 'delivered', accepted: 5_000 })
    expect(looked().reds).toMatchObject([{ acceptedAt: NIGHT + 5_000 }])
    await world.desk.acknowledge(red, { by: 'Wang', note: 'seen to', via: 'desk' })
    expect(looked().reds).toEqual([])
  })

  it('counts from when an acknowledged alarm calls again', async () => {
    const red = await raise('a', 'red')
    await world.desk.acknowledge(red, { by: 'Wang', note: 'seen to', via: 'desk' })
    world.clock.advance(15 * MIN)
    await world.desk.runDue()
    expect(looked(16 * MIN).reds).toMatchObject([{ alarm: red, since: NIGHT + 15 * MIN }])
  })

  it('leaves out what a person has shelved', async () => {
    const red = await raise('a', 'red')
    const second = { name: 'Zhao', isLeader: true }
    const hold = { kind: 'shelved' as const, by: 'Wang', reason: 'pump test today', until: at(60 * MIN), second }
    await world.desk.act(red, { do: 'hold-back', hold: { ...hold, ticket: null } as never }).catch(() => undefined)
    await world.db.transaction((q) => q.run(`update alarms set suppressions = '[{}]' where id = ?`, red))
    expect(looked().reds).toEqual([])
  })

  it('is the oldest message of an alarm that could go and does not', async () => {
    const red = await raise('a', 'red')
    const orange = await raise('b', 'orange')
    const yellow = await raise('c', 'yellow')
    await notice(red, { queued: 2_000 })
    await notice(red, { queued: 1_000 })
    await notice(red, { state: 'accepted', accepted: 3_000 })
    await notice(orange, { queued: 4_000, hold: 34_000 })
    await notice(yellow, { queued: 0 })
    expect(looked(MIN).messages).toMatchObject([
      { alarm: red, since: NIGHT + 1_000 },
      { alarm: orange, since: NIGHT + 34_000 },
    ])
    expect(looked(20_000).messages).toMatchObject([{ alarm: red }])
    // Somebody was told of the orange one: its other messages may wait for texts to come free.
    await notice(orange, { state: 'accepted', accepted: 40_000 })
    expect(looked(MIN).messages).toMatchObject([{ alarm: red }])
  })

  it('is when the dispatcher lived last, written at most every 10 s', async () => {
    expect(looked().beatAt).toBe(null)
    const beats = async (ms: number) => {
      await world.db.transaction((q) => beat(q, at(ms)))
      return Number(looked().beatAt) - NIGHT
    }
    expect(await beats(0)).toBe(0)
    expect(await beats(9_999)).toBe(0)
    expect(await beats(10_000)).toBe(10_000)
    // A clock that was set back counts on from there.
    expect(await beats(-60_000)).toBe(-60_000)
  })

  it('is why, where it cannot be read: no file, no database, another schema', async () => {
    const facts = { now: at(0), nobody: [] }
    expect(readView(`${world.path}.none`, facts)).toMatchObject({ is: 'unreadable' })
    writeFileSync(`${world.path}.text`, 'no database at all, but long enough to be taken for one'.repeat(100))
    expect(readView(`${world.path}.text`, facts)).toMatchObject({ is: 'unreadable' })
    await world.db.transaction((q) => q.run('alter table alarms rename to others'))
    expect(readView(world.path, facts)).toMatchObject({ is: 'unreadable' })
  })

  it('is read while the control room writes', async () => {
    await raise('a', 'red')
    await world.db.transaction(async (q) => {
      await q.run('update alarms set version = version + 1')
      expect(looked().reds).toHaveLength(1)
    })
  })
})

describe('whom the watchman texts', () => {
  it('is who is on duty of the first red steps and the office, each number once', () => {
    expect(recipientsOf(roster, null, at(0)).map(({ person, number }) => [person.id, number])).toEqual([
      ['wang', '+8613900000001'],
      ['zhao', '03562000003'],
    ])
  })

  it('is everybody with a phone where nobody on duty has one', () => {
    const away = roster.persons.map((person) =>
      person.id === 'wang' || person.id === 'zhao' ? { ...person, contacts: [] } : person,
    )
    expect(recipientsOf({ ...roster, persons: away }, null, at(0)).map(({ person }) => person.id)).toEqual([
      'li',
      'qian',
    ])
  })

  it('names the roles that nobody has', () => {
    expect(rolesOfNobody(roster, null, at(0))).toEqual([])
    const away = [{ from: at(0), to: at(MIN), reason: '' }]
    const persons = roster.persons.map((person) => (person.id === 'zhao' ? { ...person, away } : person))
    expect(rolesOfNobody({ ...roster, persons }, null, at(0))).toEqual(['leader'])
  })

  it('comes from the roster as it was edited last, and from the configuration while that cannot be read', async () => {
    const reader = openRosterReader(world.path, roster)
    expect(reader.roster()).toBe(roster)
    const edited = { ...roster, persons: roster.persons.slice(0, 3) }
    await world.db.transaction((q) =>
      q.run(
        'insert into rosters (version, document, by, at) values (1, ?, ?, ?)',
        JSON.stringify(edited),
        'lin',
        at(0),
      ),
    )
    expect(reader.roster()).toEqual(edited)
    await world.db.transaction((q) => q.run("update rosters set document = '{}'"))
    expect(reader.roster()).toEqual(edited)
  })
})
