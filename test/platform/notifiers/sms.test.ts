import { describe, expect, it } from 'vitest'
import { UtcMs } from '../../../core/contract/time.ts'
import { systemClock } from '../../../platform/clock.ts'
import { type NoticeMessage } from '../../../core/contract/notice.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import { smsNotifier } from '../../../platform/notifiers/sms.ts'
import { voiceNotifier } from '../../../platform/notifiers/voice.ts'
import type { LineState, Taken, WatchLine } from '../../../platform/watch-line/client.ts'
import type { CallAsk, TextAsk, WatchHealth } from '../../../platform/watch-line/messages.ts'
import { quietLog } from '../../support/quiet-log.ts'
import { MESSAGE } from './message.ts'

const at = UtcMs.parse(1_700_000_000_000)
const never = new AbortController().signal
const PHONE = '+86 139-0000-0001'
const modem: NonNullable<WatchHealth['modem']> = {
  ...{ state: 'ready', since: at, model: 'SIMULATED 4G', operator: 'SIM NET', signalDbm: -71, storage: null },
  ...{ tellsDelivery: true, lastError: null },
}
const health = (changes: Partial<WatchHealth> = {}): WatchHealth => ({
  ...{ at, startedAt: at, modem, buzzer: 'none', audit: null, usedToday: 0, perDay: 400, perMinute: 30 },
  ...changes,
})

/** A line whose other end takes everything, or says what it is told to. */
function fakeLine(taken: Taken = { is: 'accepted', parts: 1 }) {
  const asked: (TextAsk | CallAsk)[] = []
  let state: LineState = { is: 'good', since: at, health: health() }
  const line: WatchLine = {
    perMinute: 30,
    run: () => Promise.resolve(),
    ask: (request) => {
      asked.push(request)
      return Promise.resolve(taken)
    },
    hear: () => Promise.resolve(),
    state: () => state,
  }
  return {
    line,
    asked,
    become: (is: LineState['is'], changes: Partial<WatchHealth> = {}) =>
      (state = { is, since: at, health: health(changes) }),
  }
}
const deps = { id: 'sms', baseFolder: '.', folder: '/store', clock: systemClock, log: quietLog() }
const about = (changes: Partial<NoticeMessage> = {}): NoticeMessage => ({ ...MESSAGE, ...changes })

describe('texts by the modem', () => {
  it('are the short form, to the number without spaces, red ones urgent, under the name of the notice', async () => {
    const { line, asked } = fakeLine()
    const sms = smsNotifier.open({}, { ...deps, line })
    expect(await sms.send(about(), PHONE, never)).toEqual({ answer: 'modem: 1 part(s)', ref: 'n0tice' })
    await sms.send(about({ notice: 'b', priority: 'yellow' }), PHONE, never)
    expect(asked).toMatchObject([
      { do: 'sms', id: 'n0tice', to: '+8613900000001', text: MESSAGE.short, urgent: true },
      { id: 'b', urgent: false },
    ])
  })

  it('of a digest that tells of more than the one before are another text', async () => {
    const { line, asked } = fakeLine()
    const sms = smsNotifier.open({}, { ...deps, line })
    for (const short of ['2 alarms', '2 alarms', '3 alarms'])
      await sms.send(about({ kind: 'digest', short }), PHONE, never)
    const [first, again, more] = asked.map(({ id }) => id)
    expect(again).toBe(first)
    expect(more).not.toBe(first)
    expect(String(first).length).toBeLessThanOrEqual(64)
  })

  it('have the budget the modem is configured with', () => {
    const { line } = fakeLine()
    expect(smsNotifier.open({}, { ...deps, line }).budget?.()).toMatchObject({ most: 30, perMs: 60_000, reserved: 2 })
    expect(smsNotifier.budget({})).toMatchObject({ most: 8 })
  })

  it('are down without a watchman, and say what to start', async () => {
    const sms = smsNotifier.open({}, deps)
    const why = { code: 'notify/temporary', message: expect.stringContaining('pitwatch watchman') as string }
    await expect(sms.send(about(), PHONE, never)).rejects.toMatchObject(why)
    await expect(sms.probe?.(never)).rejects.toMatchObject(why)
  })

  it('have a lamp that says how the modem is', async () => {
    const { line, become } = fakeLine()
    const sms = smsNotifier.open({}, { ...deps, line })
    expect(await sms.probe?.(never)).toEqual({ answer: 'SIMULATED 4G SIM NET', signalDbm: -71 })
    become('silent')
    await expect(sms.probe?.(never)).rejects.toMatchObject({ facts: { why: 'no-watchman' } })
    become('good', { modem: null })
    await expect(sms.probe?.(never)).rejects.toMatchObject({ facts: { why: 'no-modem' } })
    become('good', { modem: { ...modem, state: 'no-sim' } })
    await expect(sms.probe?.(never)).rejects.toMatchObject({ code: 'notify/temporary', facts: { why: 'no-sim' } })
    become('good', { usedToday: 400 })
    await expect(sms.probe?.(never)).rejects.toMatchObject({ code: 'notify/throttled' })
  })

  it.each([['13900000001'], ['+8613900000001'], ['0356-2000003']])('go to %s', (address) => {
    expect(smsNotifier.checkAddress(address)).toEqual([])
  })

  it.each([['wang@example.org'], ['+'], ['12'], ['1390000000l']])('do not go to %s', (address) => {
    expect(smsNotifier.checkAddress(address)).toHaveLength(1)
  })
})

describe('a phone that is rung by the modem', () => {
  it.each([['busy'], ['no-answer'], ['refused']] as const)('and is %s is tried again', async (outcome) => {
    const { line } = fakeLine({ is: 'called', outcome, digits: '' })
    const ringing = voiceNotifier.open({}, { ...deps, line }).send(about(), PHONE, never)
    await expect(ringing).rejects.toSatisfy(
      (error) => error instanceof HouseError && error.code === 'notify/temporary' && error.facts.why === outcome,
    )
  })

  it('and is answered without a key acknowledges nothing', async () => {
    const { line, asked } = fakeLine({ is: 'called', outcome: 'answered', digits: '' })
    const voice = voiceNotifier.open({}, { ...deps, line })
    const heard: unknown[] = []
    const stop = new AbortController()
    const listening = voice.listen?.((what) => {
      heard.push(what)
      return Promise.resolve()
    }, stop.signal)
    expect(await voice.send(about(), PHONE, never)).toEqual({ answer: 'answered', ref: 'n0tice' })
    expect(asked).toMatchObject([{ do: 'call', to: '+8613900000001', ringForMs: 25_000 }])
    expect(heard).toEqual([])
    stop.abort()
    await listening
  })
})
