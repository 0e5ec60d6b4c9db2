import { describe, expect, it } from 'vitest'
import { openDesk } from '../../../../dashboard/server/notify/desk-channel.ts'
import type { NoticeMessage } from '../../../../core/contract/notice.ts'
import { HouseError } from '../../../../core/kit/errors.ts'
import type { Heard } from '../../../../platform/notifiers/notifier.ts'
import { MESSAGE } from '../../../platform/notifiers/message.ts'
import { handClock } from '../../../support/hand-clock.ts'
import { until } from '../../../support/until.ts'

type Sound = 'running' | 'blocked' | 'off'

function world() {
  const clock = handClock()
  const versions = new Map([[MESSAGE.alarm, 3]])
  const desk = openDesk({ clock, versionOf: (alarm) => Promise.resolve(versions.get(alarm) ?? null) })
  const signal = new AbortController().signal
  const delivered: string[] = []
  const listening = new AbortController()
  const heard = (what: Heard) => {
    if (what.kind === 'delivered') delivered.push(what.ref)
    return Promise.resolve()
  }
  void desk.channel.listen!(heard, listening.signal)
  const sit = (user: string, isOperator = true) => {
    const shown: NoticeMessage[] = []
    const page = desk.join({ user, isOperator, show: (message) => shown.push(message) })
    const say = (version: number | null, sound: Sound = 'running', notices: string[] = []) =>
      page.heard({
        type: 'desk',
        ...{ sound, notices },
        shown: version === null ? [] : [{ alarm: MESSAGE.alarm!, version }],
      })
    return { say, shown, left: () => page.left() }
  }
  const send = (address: string, message: NoticeMessage = MESSAGE) =>
    desk.channel.send(message, address, signal).then(
      ({ answer }) => answer,
      (error: unknown) => (error instanceof HouseError ? error.code : 'thrown'),
    )
  return { clock, desk, sit, send, versions, delivered, listening }
}

describe('the desk', () => {
  it('takes a message only while a page of that person is there and was heard', async () => {
    const { clock, sit, send } = world()
    expect(await send('lin')).toBe('notify/temporary')
    const page = sit('lin')
    expect(await send('lin')).toBe('notify/temporary')
    page.say(null)
    expect(await send('lin')).toBe('lin')
    expect(await send('wang')).toBe('notify/temporary')
    await clock.advance(15_000)
    expect(await send('lin')).toBe('lin')
    await clock.advance(1)
    expect(await send('lin')).toBe('notify/temporary')
    page.say(null)
    page.left()
    expect(await send('lin')).toBe('notify/temporary')
  })

  it('at * is every operator’s page, and nobody’s who may only look', async () => {
    const { sit, send } = world()
    sit('viewer', false).say(null)
    expect(await send('*')).toBe('notify/temporary')
    expect(await send('viewer')).toBe('viewer')
    sit('lin').say(null)
    expect(await send('*')).toBe('lin')
  })

  it('has delivered a message when a page has shown the alarm as it was then, or later, and not before', async () => {
    const { sit, send, delivered } = world()
    const page = sit('lin')
    page.say(2)
    await send('lin')
    page.say(2)
    await new Promise(setImmediate)
    expect(delivered).toEqual([])
    page.say(4)
    await until('the delivery', () => delivered.length === 1)
    await send('lin', { ...MESSAGE, notice: 'second' })
    await until('what was shown already', () => delivered.length === 2)
    expect(delivered).toEqual(['n0tice', 'second'])
  })

  it('another person’s page delivers nothing', async () => {
    const { sit, send, delivered } = world()
    sit('lin').say(null)
    const other = sit('wang')
    await send('lin')
    other.say(9)
    await new Promise(setImmediate)
    expect(delivered).toEqual([])
  })

  it('shows what belongs to no alarm, and has delivered it when the page says so', async () => {
    const { sit, send, delivered } = world()
    const page = sit('lin')
    page.say(null)
    await send('lin', { ...MESSAGE, alarm: null, notice: 'memo' })
    expect(page.shown).toMatchObject([{ notice: 'memo' }])
    page.say(9)
    await new Promise(setImmediate)
    expect(delivered).toEqual([])
    page.say(null, 'running', ['memo'])
    await until('the delivery', () => delivered.length === 1)
  })

  it('keeps a delivery until whoever listens has taken it', async () => {
    const { desk, sit, send, listening } = world()
    listening.abort()
    const page = sit('lin')
    page.say(3)
    await send('lin')
    const signal = new AbortController().signal
    await expect(desk.channel.listen!(() => Promise.reject(new Error('store full')), signal)).rejects.toThrow('store')
    const got: string[] = []
    const stop = new AbortController()
    void desk.channel.listen!((what) => {
      got.push(what.kind)
      return Promise.resolve()
    }, stop.signal)
    await until('the delivery', () => got.length === 1)
    stop.abort()
  })

  it('says when nobody is there, and when nobody can hear it', async () => {
    const { clock, desk, sit } = world()
    expect(desk.look()).toEqual({ state: 'unproven', why: null })
    const page = sit('lin')
    page.say(null, 'blocked')
    expect(desk.look()).toEqual({ state: 'good', why: null })
    await clock.advance(10_001)
    expect(desk.look()).toEqual({ state: 'degraded', why: 'sound-blocked' })
    page.say(null, 'off')
    expect(desk.look()).toEqual({ state: 'degraded', why: 'sound-off' })
    page.say(null, 'running')
    expect(desk.look()).toEqual({ state: 'good', why: null })
    page.left()
    sit('viewer', false).say(null)
    await clock.advance(60_001)
    expect(desk.look()).toEqual({ state: 'down', why: 'no-page' })
    sit('lin').say(null)
    expect(desk.look()).toEqual({ state: 'good', why: null })
  })
})
