import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { UtcMs } from '../../../../core/contract/time.ts'
import { CODE_VALID_MS, ownerOfCode } from '../../../../dashboard/server/notify/codes.ts'
import { openMemos } from '../../../../dashboard/server/notify/memos.ts'
import { edgeTold } from '../../../../dashboard/server/notify/obey.ts'
import { noteSeen } from '../../../../dashboard/server/notify/seen.ts'
import { NIGHT, openWorld, transition, type World } from '../alarms/world.ts'
import { fixedDuty, type Night, openNight } from './receivers.ts'

let world: World
let night: Night
beforeEach(() => {
  world = openWorld()
  night = openNight(world)
})
afterEach(() => world.end())

const red = transition({ priority: 'red' })
const at = (ms: number) => UtcMs.parse(NIGHT + ms)
const got = () => night.receivers.got.map(({ to, channel, kind }) => `${to} ${channel} ${kind}`)
const owner = (person: string, code: string, now: UtcMs) => world.db.read((q) => ownerOfCode(q, { person, code }, now))

describe('the code of a message', () => {
  it('answers that message alone, for its person alone, and for two days', async () => {
    for (let n = 0; n < 40; n += 1) await world.desk.receive(transition({ rule: `r-${n}`, priority: 'red' }))
    await night.after(1_000)
    const phones = night.receivers.got.filter(({ channel, alarm }) => channel === 'phone' && alarm !== null)
    const codes = night.receivers.got.flatMap(({ acknowledge }) => acknowledge?.code ?? [])
    expect(new Set(codes).size).toBe(80)
    for (const { alarm, acknowledge } of phones) {
      expect(await owner('lin', acknowledge!.code, at(2_000))).toMatchObject({
        alarm,
        name: '林值班',
        channel: 'phone',
      })
      expect(await owner('qiao', acknowledge!.code, at(2_000))).toBeNull()
      expect(await owner('lin', acknowledge!.code, at(2_000 + CODE_VALID_MS))).toBeNull()
    }
  })

  it('is a new one with every message', async () => {
    await world.desk.receive(red)
    for (let minutes = 0; minutes < 40; minutes += 2) await night.after(120_000)
    const codes = night.receivers.got.filter(({ to }) => to === 'Qiao').map(({ acknowledge }) => acknowledge!.code)
    expect(codes.length).toBeGreaterThan(4)
    expect(new Set(codes).size).toBe(codes.length)
  })
})

describe('a memo', () => {
  const text = { 'zh-CN': '验证码 1234', en: 'code 1234' }
  const memo = { key: 'code/1', kind: 'code', priority: 'blue', person: 'lin', title: text, text, short: text } as const
  const queue = (over: { channel: string } | { media: readonly ('sms' | 'voice')[] } | 'all', key = 'code/1') =>
    world.db.transaction((q) =>
      openMemos({ duty: fixedDuty(), channels: night.receivers.channels }, (inside, actions) =>
        world.desk.append(inside, actions),
      )(q, [{ ...memo, key, over }], at(0)),
    )

  it('goes over the channel it names, once for its key, and not another way when that fails', async () => {
    night.receivers.manner = () => 'refuses'
    await queue({ channel: 'phone' })
    await queue({ channel: 'phone' })
    await night.pass(3)
    expect(got()).toEqual(['林值班 phone code'])
  })

  it('goes over the media it names, or over all ways of somebody', async () => {
    await queue({ media: ['sms'] }, 'a')
    await queue('all', 'b')
    await night.after(1_000)
    expect(got().toSorted()).toEqual(['林值班 mail code', '林值班 phone code', '林值班 phone code'])
  })
})

describe('what a person has seen', () => {
  it('is kept with its time, whether or not anybody reported the delivery', async () => {
    await world.desk.receive(red)
    await night.after(1_000)
    const [message] = night.receivers.got
    const note = (what: Parameters<typeof noteSeen>[1]) => world.db.transaction((q) => noteSeen(q, what, at(9_000)))
    expect(await note({ notice: message!.notice })).toMatchObject({ actions: [{ act: 'notice-seen' }] })
    expect(await note({ notice: message!.notice })).toEqual({ changed: [], actions: [] })
    const token = new URL(night.receivers.got[1]!.acknowledge!.url).pathname.split('/')[3]!
    await note({ token })
    const { notices } = (await world.desk.get(red.occurrence))!
    expect(notices).toMatchObject([
      { state: 'seen', seenAt: at(9_000), deliveredAt: at(9_000) },
      { state: 'seen', seenAt: at(9_000) },
    ])
  })
})

describe('a gateway that was alone', () => {
  const told = {
    alarm: red.occurrence,
    person: 'lin',
    name: '林值班',
    round: 0,
    accepted: true,
    answer: 'ok',
    delivered: false,
  }
  const enter = (changes: Partial<typeof told> = {}, when = -30_000) =>
    world.db.transaction((q) => edgeTold(q, { ...told, ...changes, at: at(when) }, at(0)))

  it('has told somebody whom the control room does not call for the same step once more', async () => {
    await world.desk.receive(red)
    expect(await enter()).toHaveLength(1)
    expect(await enter()).toEqual([])
    await night.after(1_000)
    expect(got()).toEqual([])
    expect((await world.desk.get(red.occurrence))!.notices).toMatchObject([
      { byEdge: true, channel: 'edge', medium: 'sms', person: 'lin', state: 'accepted', acceptedAt: at(-30_000) },
    ])
    await night.after(120_000)
    expect(got()).toEqual(['Qiao phone escalation'])
    expect(await enter({ delivered: true })).toMatchObject([{ act: 'notice-delivered' }])
  })

  it('does not keep the control room from calling when it could not send, or did long ago', async () => {
    await world.desk.receive(red)
    await enter({ accepted: false })
    await night.after(1_000)
    expect(got()).toHaveLength(2)
  })
})
