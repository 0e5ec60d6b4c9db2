import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { UtcMs } from '../../../../core/contract/time.ts'
import { clearOf, NIGHT, openWorld, transition, type World } from '../alarms/world.ts'
import { DUTY, type Night, openNight } from './receivers.ts'

let world: World
let night: Night
beforeEach(() => {
  world = openWorld()
  night = openNight(world)
})
afterEach(() => world.end())

const MINUTE = 60_000
const raised = transition()
const red = transition({ priority: 'red' })
const doors = () => night.receivers.got.map(({ to, kind }) => `${to} ${kind}`)
const noticesOf = async (id: string) => (await world.desk.get(id))!.notices
const byDesk = { by: 'lin', note: '已派人去看', via: 'desk' } as const
const tokenOf = (url: string) => new URL(url).pathname.split('/')[3]!

describe('the dispatcher', () => {
  it('tells the first person over every channel at once, and keeps the receipts in the alarm', async () => {
    await world.desk.receive(raised)
    await night.after(1_000)
    expect(doors()).toEqual(['林值班 raise', '林值班 raise'])
    expect(await noticesOf(raised.occurrence)).toMatchObject([
      { person: 'lin', channel: 'phone', state: 'accepted', attempts: 1, answer: 'ok', acceptedAt: NIGHT + 1_000 },
      { person: 'lin', name: '林值班', channel: 'mail', state: 'accepted' },
    ])
    expect(await world.desk.noticesWaiting()).toBe(0)
  })

  it('calls the next person when the time of the first is over, and begins again after the last, for ever', async () => {
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

  it('stops with the acknowledgement and cancels what is still queued in the same commit', async () => {
    night.receivers.manner = () => 'busy'
    await world.desk.receive(raised)
    await night.after(1_000)
    const acked = await world.desk.acknowledge(raised.occurrence, byDesk)
    expect(acked.notices.map((notice) => notice.state)).toEqual(['cancelled', 'cancelled'])
    const sent = doors().length
    for (let hours = 0; hours < 24; hours += 1) await night.after(60 * MINUTE)
    expect(doors()).toHaveLength(sent)
  })

  it('does not send again what was in hand when somebody acknowledged and then failed', async () => {
    const taken = Promise.withResolvers<void>()
    night.receivers.manner = () => {
      taken.resolve()
      return 'die'
    }
    await world.desk.receive(raised)
    await night.dispatcher.tick()
    await taken.promise
    await world.desk.acknowledge(raised.occurrence, byDesk)
    await world.restart()
    night.restart()
    await night.after(10 * MINUTE)
    expect(doors()).toHaveLength(2)
    expect((await noticesOf(raised.occurrence)).map((notice) => notice.state)).toEqual(['cancelled', 'cancelled'])
  })

  it('lets a message be that failed while somebody was acknowledging', async () => {
    const acknowledged = Promise.withResolvers<'busy'>()
    night.receivers.manner = () => acknowledged.promise
    await world.desk.receive(raised)
    await night.dispatcher.tick()
    await world.desk.acknowledge(raised.occurrence, byDesk)
    acknowledged.resolve('busy')
    await night.dispatcher.idle()
    expect(await noticesOf(raised.occurrence)).toMatchObject([
      { state: 'cancelled', attempts: 1, answer: 'busy' },
      { state: 'cancelled' },
    ])
  })

  it('tries again with growing pauses, then gives the message up and calls the next person at once', async () => {
    night.receivers.manner = ({ to }) => (to === '林值班' ? 'busy' : 'takes')
    await world.desk.receive(raised)
    const tries: number[] = []
    for (let seconds = 0; seconds < 40; seconds += 1) {
      const before = night.receivers.got.filter(({ to }) => to === '林值班').length
      await night.after(1_000)
      if (night.receivers.got.filter(({ to }) => to === '林值班').length > before) tries.push(seconds)
    }
    expect(tries).toEqual([0, 2, 6, 14, 30])
    expect(doors().at(-1)).toBe('Qiao escalation')
    expect(await noticesOf(raised.occurrence)).toMatchObject([
      { state: 'failed', attempts: 5, answer: 'busy' },
      { state: 'failed', attempts: 5 },
      { state: 'accepted', person: 'qiao' },
    ])
    expect(world.log.lines.filter(({ level }) => level === 'warn')).toHaveLength(2)
  })

  it('leaves the next person their time when an earlier message is given up only after they were told', async () => {
    const escalateAfter = { red: 20_000, orange: 20_000, yellow: 20_000 }
    night = openNight(world, { ...DUTY, escalateAfter })
    night.receivers.manner = ({ to }) => (to === '林值班' ? 'busy' : 'takes')
    await world.desk.receive(red)
    const toldAt = new Map<string, number>()
    for (let seconds = 0; seconds < 50; seconds += 1) {
      await night.after(1_000)
      for (const { to } of night.receivers.got) if (!toldAt.has(to)) toldAt.set(to, seconds)
    }
    expect([...toldAt]).toEqual([
      ['林值班', 0],
      ['Qiao', 19],
      ['申领导', 39],
    ])
  })

  it('goes through the list at once when everybody refuses, and then keeps its pace', async () => {
    night.receivers.manner = () => 'refuses'
    await world.desk.receive(red)
    for (let seconds = 0; seconds < 60; seconds += 1) await night.after(1_000)
    expect(doors()).toHaveLength(4)
    await night.after(2 * MINUTE)
    expect(doors().length).toBeGreaterThan(4)
  })

  it('tells those who were told when it is over and still not acknowledged, and goes on calling', async () => {
    await world.desk.receive(raised)
    await night.after(1_000)
    await world.desk.receive(clearOf(raised))
    await night.after(1_000)
    expect(doors().slice(2)).toEqual(['林值班 returned', '林值班 returned'])
    expect(night.receivers.got.at(-1)).toMatchObject({ title: expect.stringContaining('已恢复，待确认') })
    expect((await noticesOf(raised.occurrence)).map(({ name }) => name)).toEqual(Array(4).fill('林值班'))
    const { entries } = await world.desk.ledger({ after: 0, limit: 1_000, subject: raised.occurrence })
    const told = entries.filter(({ act }) => act.startsWith('notice-'))
    expect(told.map(({ detail }) => detail.name)).toEqual(Array(8).fill('林值班'))
    await night.after(10 * MINUTE)
    expect(doors().at(-1)).toBe('Qiao escalation')
    expect(night.receivers.got.at(-1)!.title).toBe(
      '[ORANGE] North Gully closed pit — power is on, back to normal, not acknowledged (nobody has acknowledged yet)',
    )
  })

  it('does not send one message each time a condition comes and goes', async () => {
    await world.desk.receive(raised)
    await night.after(1_000)
    for (let times = 0; times < 20; times += 1) {
      const again = transition({ at: UtcMs.parse(NIGHT + 1 + times) })
      await world.desk.receive(again)
      await world.desk.receive(clearOf(again, 0))
      await night.after(1_000)
    }
    expect(doors()).toHaveLength(4)
  })

  it('calls once, not once for each step missed, when it was down for hours', async () => {
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

  it('sends a message whose process died in mid-send once more, when its lease has ended', async () => {
    night.receivers.manner = () => 'die'
    await world.desk.receive(raised)
    await night.dispatcher.tick()
    await world.restart()
    night.restart()
    night.receivers.manner = () => 'takes'
    await night.after(10_000)
    expect(doors()).toHaveLength(2)
    await night.after(45_000)
    expect(doors()).toHaveLength(4)
    const [first, , again] = night.receivers.got
    expect(again!.notice).toBe(first!.notice)
    await night.after(60_000)
    expect(doors()).toHaveLength(4)
  })

  it('lets nobody wait for a channel that hangs', async () => {
    night.receivers.manner = ({ priority }) => (priority === 'yellow' ? 'die' : 'takes')
    for (let n = 0; n < 30; n += 1) {
      await world.desk.receive(transition({ rule: `level-${n}`, priority: 'yellow' }))
    }
    await world.desk.receive(transition({ rule: 'main-fan' }))
    await night.dispatcher.tick()
    const got = () => night.receivers.got.map(({ priority }) => priority)
    await expect.poll(got).toContain('orange')
    // Four a channel are in hand, the most urgent first; the rest waits.
    expect(got().filter((priority) => priority === 'yellow').length).toBeLessThanOrEqual(8)
  })

  it('keeps calling at the right time when the wall clock is set back', async () => {
    await world.desk.receive(raised)
    await night.after(1_000)
    world.clock.setBack(5 * 60 * MINUTE)
    await night.after(11 * MINUTE)
    expect(doors().at(-1)).toBe('Qiao escalation')
  })

  it('calls again from the first person when an acknowledged alarm becomes more urgent', async () => {
    await world.desk.receive(raised)
    await night.after(1_000)
    await world.desk.acknowledge(raised.occurrence, byDesk)
    await world.desk.receive({ ...raised, n: 2, kind: 'update', priority: 'red' })
    await night.after(1_000)
    expect(doors().slice(2)).toEqual(['林值班 raise', '林值班 raise'])
  })

  it('goes on with a duty list that has changed', async () => {
    night.receivers.manner = () => 'busy'
    await world.desk.receive(raised)
    await night.after(1_000)
    const shorter = openNight(world, { ...DUTY, persons: DUTY.persons.slice(1), order: ['qiao'] })
    await shorter.after(10 * MINUTE)
    expect(await noticesOf(raised.occurrence)).toMatchObject([
      { person: 'lin', name: '林值班', state: 'failed', answer: expect.stringContaining('not on the duty list') },
      { person: 'lin', state: 'failed' },
      { person: 'qiao', state: 'accepted' },
    ])
  })
})

describe('the link in a message', () => {
  it('acknowledges as the person it was sent to, with what they write', async () => {
    await world.desk.receive(raised)
    await night.after(1_000)
    const { url } = night.receivers.got[0]!.acknowledge!
    expect(url).toMatch(/^http:\/\/control\.example:8080\/api\/notices\/[\w-]{22}\/acknowledge$/)
    expect(await world.desk.linkFacts(tokenOf(url))).toMatchObject({ by: '林值班', alarm: { id: raised.occurrence } })
    await expect(world.desk.acknowledgeByToken(tokenOf(url), '')).rejects.toMatchObject({ code: 'http/invalid' })
    expect(await world.desk.acknowledgeByToken(tokenOf(url), '我马上过去')).toMatchObject({
      state: 'acked',
      acknowledgement: { by: '林值班', via: 'phone', note: '我马上过去' },
    })
  })

  it('stands nowhere in the database as it is', async () => {
    await world.desk.receive(raised)
    await night.after(1_000)
    const token = tokenOf(night.receivers.got[0]!.acknowledge!.url)
    for (const file of [world.path, `${world.path}-wal`]) expect(readFileSync(file).includes(token)).toBe(false)
  })
})
