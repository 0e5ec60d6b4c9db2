import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Roster } from '../../../../core/contract/roster.ts'
import { clearOf, NIGHT, openWorld, transition, type World } from '../alarms/world.ts'
import { fixedDuty, type Night, openNight, ROSTER } from './receivers.ts'

let world: World
let night: Night
beforeEach(() => {
  world = openWorld()
  night = openNight(world)
})
afterEach(() => world.end())

const MINUTE = 60_000
const orange = transition()
const red = transition({ priority: 'red' })
const yellow = (rule: string, site = 'north-gully') => transition({ rule, site, priority: 'yellow' })
const doors = () => night.receivers.got.map(({ to, kind }) => `${to} ${kind}`)
const noticesOf = async (id: string) => (await world.desk.get(id))!.notices
const byDesk = { by: '林值班', note: '已派人去看', via: 'desk' } as const
const tokenOf = (url: string) => new URL(url).pathname.split('/')[3]!
const actsOf = async (subject: string) =>
  (await world.desk.ledger({ after: 0, limit: 1_000, subject })).entries.map(({ act }) => act)

describe('the dispatcher', () => {
  it('tells the first of a red alarm over every channel at once, and keeps the receipts in the alarm', async () => {
    await world.desk.receive(red)
    await night.after(1_000)
    expect(doors()).toEqual(['林值班 raise', '林值班 raise'])
    const sent = { state: 'accepted', attempts: 1, answer: 'ok', sentAt: NIGHT + 1_000, acceptedAt: NIGHT + 1_000 }
    expect(await noticesOf(red.occurrence)).toMatchObject([
      { person: 'lin', channel: 'phone', medium: 'sms', ...sent, bodyHash: expect.stringMatching(/^[0-9a-f]{64}$/) },
      { person: 'lin', name: '林值班', channel: 'mail', medium: 'mail', ...sent },
    ])
    expect((await world.desk.get(red.occurrence))!.ladder).toEqual({ round: 0, step: 1, dueAt: NIGHT + 120_000 })
    expect(await world.desk.noticesWaiting()).toBe(0)
  })

  it('calls the next person when the time of the first is over, and begins again after the last, for ever (E6)', async () => {
    await world.desk.receive(red)
    await night.after(0)
    for (let minutes = 0; minutes < 16; minutes += 2) await night.after(2 * MINUTE)
    expect(doors().map((door) => door.split(' ')[0])).toEqual(
      Array.from({ length: 3 }, () => ['林值班', '林值班', 'Qiao', '申领导']).flat(),
    )
    expect(doors().at(-1)).toBe('申领导 escalation')
  })

  it('tells nobody of a blue alarm', async () => {
    await world.desk.receive(transition({ priority: 'blue' }))
    for (let hours = 0; hours < 24; hours += 1) await night.after(60 * MINUTE)
    expect(doors()).toEqual([])
  })

  it('tells the orange alarms of one site of the last half minute together, and of those what has returned meanwhile', async () => {
    await world.desk.receive(orange)
    await night.after(10_000)
    await world.desk.receive(transition({ rule: 'main-fan' }))
    await world.desk.receive(clearOf(orange, 5_000))
    await night.pass(18)
    expect(doors()).toEqual([])
    await night.pass(15)
    expect(doors()).toEqual(['林值班 digest', '林值班 digest'])
    expect(night.receivers.got[0]!.text).toMatch(/PW-20260112-0001 .*已恢复，待确认\n.*PW-20260112-0002 /)
    expect((await noticesOf(orange.occurrence)).map(({ state }) => state)).toContain('accepted')
  })

  it('stops with the acknowledgement, cancels what is queued in the same commit, and lets those who were told know once', async () => {
    await world.desk.receive(red)
    await night.after(1_000)
    await night.after(2 * MINUTE)
    night.receivers.manner = () => 'busy'
    await night.after(2 * MINUTE)
    const acked = await world.desk.acknowledge(red.occurrence, byDesk)
    expect(acked.notices.at(-1)).toMatchObject({ person: 'shen', state: 'cancelled' })
    night.receivers.manner = () => 'takes'
    night.receivers.got.length = 0
    for (let minutes = 0; minutes < 120; minutes += 1) await night.after(MINUTE)
    // Lin acknowledged and Shen was never reached; the alarm goes on, so it calls again when its time is up.
    expect(doors().filter((door) => door.endsWith('acknowledged'))).toEqual(['Qiao acknowledged'])
    expect(night.receivers.got[0]!.text).toContain('Acknowledged by 林值班')
  })

  it('does not send again what was in hand when somebody acknowledged and the process died (E13)', async () => {
    night.receivers.manner = () => 'die'
    await world.desk.receive(red)
    await night.dispatcher.tick()
    await expect.poll(() => doors().length).toBe(2)
    await world.desk.acknowledge(red.occurrence, byDesk)
    await world.restart()
    night.restart()
    await night.pass(60)
    expect(doors()).toHaveLength(2)
    expect((await noticesOf(red.occurrence)).map(({ state }) => state)).toEqual(['cancelled', 'cancelled'])
  })

  it('tries three times with growing pauses, then calls the next person at once', async () => {
    night.receivers.manner = ({ to }) => (to === '林值班' ? 'busy' : 'takes')
    await world.desk.receive(red)
    const tries: number[] = []
    for (let seconds = 0; seconds < 20; seconds += 1) {
      const before = night.receivers.got.length
      await night.after(1_000)
      if (night.receivers.got.length > before) tries.push(seconds)
    }
    expect(tries).toEqual([0, 2, 6, 7])
    expect(doors().at(-1)).toBe('Qiao escalation')
    expect(await noticesOf(red.occurrence)).toMatchObject([
      { state: 'failed', attempts: 3, answer: 'busy' },
      { state: 'failed', attempts: 3 },
      { state: 'accepted', person: 'qiao' },
    ])
    expect(world.log.lines.filter(({ level }) => level === 'warn')).toHaveLength(2)
  })

  it('goes a person’s other way when one refuses, in the same step (E2, E15)', async () => {
    const steps = [{ call: [{ role: 'duty', by: ['sms'] }] }, { after: '2min', call: [{ role: 'second' }] }]
    const roster = Roster.parse({ ...ROSTER, ladders: { ...ROSTER.ladders, red: { steps, loop: '2min' } } })
    night = openNight(world, fixedDuty(roster))
    night.receivers.manner = (_, channel) => (channel === 'phone' ? 'refuses' : 'takes')
    await world.desk.receive(red)
    await night.after(1_000)
    expect(await noticesOf(red.occurrence)).toMatchObject([
      { channel: 'phone', state: 'failed', round: 0, step: 0, answer: 'refuses' },
      { channel: 'mail', state: 'accepted', round: 0, step: 0 },
    ])
  })

  it('moves every queued red message off a provider that throttles, and sends it nothing until the penalty is over', async () => {
    const persons = [
      {
        id: 'lin',
        name: '林值班',
        contacts: [
          { channel: 'robot', address: 'r' },
          { channel: 'mail', address: 'm' },
        ],
      },
    ]
    const step = { call: [{ role: 'duty', by: ['robot'] }] }
    const roster = Roster.parse({
      ...ROSTER,
      persons,
      ladders: { ...ROSTER.ladders, red: { steps: [step], loop: '2min' } },
    })
    night = openNight(world, fixedDuty(roster))
    night.receivers.manner = (_, channel) => (channel === 'robot' ? 'throttles' : 'takes')
    for (let n = 0; n < 25; n += 1) await world.desk.receive(transition({ rule: `r-${n}`, priority: 'red' }))
    await night.after(1_000)
    const robots = () => night.receivers.got.filter(({ channel }) => channel === 'robot').length
    const first = robots()
    expect(first).toBeLessThanOrEqual(16)
    expect(
      new Set(night.receivers.got.filter(({ channel }) => channel === 'mail').map(({ alarm }) => alarm)).size,
    ).toBe(25)
    await world.restart()
    night.restart()
    await night.pass(300)
    expect(robots()).toBe(first)
    await night.after(300_000)
    await night.pass(5)
    expect(robots()).toBeGreaterThan(first)
  })

  it('goes through the ladder at once when everybody refuses, and then keeps its pace', async () => {
    night.receivers.manner = () => 'refuses'
    await world.desk.receive(red)
    await night.pass(60)
    expect(doors()).toHaveLength(4)
    await night.after(2 * MINUTE)
    expect(doors().length).toBeGreaterThan(4)
  })

  it('calls the fallback persons in the same tick when nobody is on duty, and the ledger says so (E7)', async () => {
    night = openNight(
      world,
      fixedDuty(ROSTER, () => ({})),
    )
    await world.desk.receive(red)
    await night.after(1_000)
    expect(doors()).toEqual(['申领导 escalation'])
    expect((await actsOf(red.occurrence)).filter((act) => act === 'nobody-on-duty')).toHaveLength(3)
  })

  it('calls who is on duty at that moment, and tells the crew that left once (E9)', async () => {
    let second = 'qiao'
    let first = 'lin'
    night = openNight(
      world,
      fixedDuty(ROSTER, () => ({ duty: [first], second: [second], leader: ['shen'] })),
    )
    await world.desk.receive(red)
    await night.after(1_000)
    first = 'qiao'
    second = 'shen'
    await night.after(2 * MINUTE)
    await night.pass(40)
    expect(doors().slice(2)).toEqual(['申领导 escalation', '林值班 handed-over'])
    expect(night.receivers.got.at(-1)!.text).toMatch(/^您已交班/)
    await night.after(10 * MINUTE)
    expect(doors().filter((door) => door.endsWith('handed-over'))).toHaveLength(1)
  })

  it('tells those who were told when it is over and still not acknowledged, and goes on calling', async () => {
    await world.desk.receive(red)
    await night.after(1_000)
    await world.desk.receive(clearOf(red))
    await night.pass(40)
    expect(doors().slice(2)).toEqual(['林值班 returned'])
    expect(night.receivers.got.at(-1)).toMatchObject({ title: expect.stringContaining('已恢复，待确认') })
    await night.after(2 * MINUTE)
    expect(night.receivers.got.at(-1)!.title).toBe(
      '[RED] North Gully closed pit — power is on, back to normal, not acknowledged (nobody has acknowledged yet)',
    )
  })

  it('calls each person once, not once for each step missed, when it was down for hours', async () => {
    await world.desk.receive(red)
    await night.after(1_000)
    await world.restart()
    night.restart()
    night.receivers.got.length = 0
    await night.after(5 * 60 * MINUTE)
    expect(doors().sort()).toEqual(
      ['Qiao escalation', '林值班 escalation', '林值班 escalation', '申领导 escalation'].sort(),
    )
  })

  it('sends a message whose process died in mid-send once more, within the lease (E3)', async () => {
    night.receivers.manner = () => 'die'
    await world.desk.receive(red)
    await night.dispatcher.tick()
    await expect.poll(() => doors().length).toBe(2)
    await world.restart()
    night.restart()
    night.receivers.manner = () => 'takes'
    await night.pass(5)
    expect(doors()).toHaveLength(4)
    const [first, , ...again] = night.receivers.got
    expect(again.map(({ notice }) => notice)).toContain(first!.notice)
    expect(again.every(({ short }) => short.includes('·1·2'))).toBe(true)
    await night.pass(60)
    expect(doors()).toHaveLength(4)
  })

  it('counts what a process that died had in hand as sent until its lease ends: no window of the provider holds more (E4)', async () => {
    const persons = ROSTER.persons.map((person) => ({ ...person, contacts: [{ channel: 'robot', address: 'group' }] }))
    const step = { call: [{ role: 'duty', by: ['robot'] }] }
    const red = { steps: [step], loop: '1h' }
    night = openNight(world, fixedDuty(Roster.parse({ ...ROSTER, persons, ladders: { ...ROSTER.ladders, red } })))
    night.receivers.manner = () => 'die'
    for (let n = 0; n < 60; n += 1) await world.desk.receive(transition({ rule: `r-${n}`, priority: 'red' }))
    await night.dispatcher.tick()
    await expect.poll(() => night.receivers.got.length).toBeGreaterThan(0)
    const dead = night.receivers.got.length
    await world.restart()
    night.restart()
    night.receivers.manner = () => 'takes'
    await night.pass(55)
    expect(night.receivers.got).toHaveLength(20)
    await night.pass(20)
    // Those that were answered are free again after a minute, those nobody knows of not yet.
    expect(night.receivers.got).toHaveLength(40 - dead)
  })

  it('sends nothing twice when the wall clock is stepped while it sends', async () => {
    const taken = Promise.withResolvers<'takes'>()
    night.receivers.manner = () => taken.promise
    await world.desk.receive(red)
    await night.dispatcher.tick()
    await expect.poll(() => doors().length).toBe(2)
    for (const step of [-86_400_000, 3_600_000]) {
      night.network.setBack(step)
      await night.dispatcher.tick()
    }
    taken.resolve('takes')
    await night.dispatcher.idle()
    expect(doors()).toHaveLength(2)
  })

  it('lets another dispatcher of the same store take over and sends nothing itself any more', async () => {
    const old = night.dispatcher
    await night.after(1_000)
    night.restart()
    await night.after(1_000)
    await world.desk.receive(red)
    await old.tick()
    await old.idle()
    expect(doors()).toEqual([])
    await night.after(1_000)
    expect(doors()).toHaveLength(2)
  })

  it('lets red through while a channel hangs on everything else (E10)', async () => {
    night.receivers.manner = ({ priority }) => (priority === 'yellow' ? 'die' : 'takes')
    for (let n = 0; n < 60; n += 1) await world.desk.receive(yellow(`level-${n}`, `site-${n}`))
    await night.dispatcher.tick()
    world.clock.advance(11 * MINUTE)
    await night.dispatcher.tick()
    await world.desk.receive(red)
    await night.dispatcher.tick()
    await expect.poll(() => night.receivers.got.map(({ priority }) => priority)).toContain('red')
  })

  it('keeps calling at the right time when the wall clock is set back', async () => {
    await world.desk.receive(red)
    await night.after(1_000)
    world.clock.setBack(5 * 60 * MINUTE)
    await night.after(2 * MINUTE)
    expect(doors().at(-1)).toBe('Qiao escalation')
  })

  it('gives up a way that is not there any more for the person’s others', async () => {
    night.receivers.manner = () => 'busy'
    await world.desk.receive(red)
    await night.after(1_000)
    const persons = ROSTER.persons.map((person) =>
      person.id === 'lin' ? { ...person, contacts: person.contacts.slice(1) } : person,
    )
    night = openNight(world, fixedDuty({ ...ROSTER, persons }))
    await night.pass(5)
    expect(await noticesOf(red.occurrence)).toMatchObject([
      { channel: 'phone', state: 'failed', answer: 'lin is not reached over phone any more' },
      { channel: 'mail', state: 'accepted' },
    ])
  })

  it('tells the leader once of a storm, and when it is over', async () => {
    for (let n = 0; n < 12; n += 1) await world.desk.receive(yellow(`level-${n}`))
    await night.after(1_000)
    await night.pass(30)
    expect(night.dispatcher.storm()).toBe(true)
    expect(night.receivers.got.filter(({ kind }) => kind === 'memo').map(({ to, title }) => `${to} ${title}`)).toEqual([
      '申领导 报警风暴',
    ])
    await night.after(11 * MINUTE)
    expect(night.dispatcher.storm()).toBe(false)
    expect(await actsOf('storm')).toEqual(['storm-began', 'storm-ended'])
  })

  it('takes delivery reports, and goes another way when the phone never had it', async () => {
    await world.desk.receive(red)
    await night.after(1_000)
    const [phone, mail] = ['phone', 'mail'].map((id) => night.receivers.channels.get(id)!)
    await night.dispatcher.heard(phone!, { kind: 'delivered', ref: 'phone-1', answer: '0' })
    await night.dispatcher.heard(mail!, { kind: 'undelivered', ref: 'mail-2', answer: 'bounced' })
    await night.dispatcher.heard(mail!, { kind: 'undelivered', ref: 'no-such', answer: 'bounced' })
    expect(await noticesOf(red.occurrence)).toMatchObject([
      { state: 'delivered', deliveredAt: NIGHT + 1_000 },
      { state: 'failed', answer: 'bounced' },
    ])
  })
})

describe('the link in a message', () => {
  it('acknowledges as the person it was sent to, with what they write', async () => {
    await world.desk.receive(red)
    await night.after(1_000)
    const { url } = night.receivers.got[0]!.acknowledge!
    expect(url).toMatch(/^http:\/\/control\.example:8080\/api\/notices\/[\w-]{22}\/acknowledge$/)
    expect(await world.desk.linkFacts(tokenOf(url))).toMatchObject({ by: '林值班', alarm: { id: red.occurrence } })
    expect(await world.desk.acknowledgeByToken(tokenOf(url), '我马上过去')).toMatchObject({
      state: 'acked',
      acknowledgement: { by: '林值班', via: 'phone', note: '我马上过去' },
    })
  })

  it('stands nowhere in the database as it is', async () => {
    await world.desk.receive(red)
    await night.after(1_000)
    const token = tokenOf(night.receivers.got[0]!.acknowledge!.url)
    for (const file of [world.path, `${world.path}-wal`]) expect(readFileSync(file).includes(token)).toBe(false)
  })
})
