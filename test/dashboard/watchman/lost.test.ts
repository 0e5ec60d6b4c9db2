import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { messageOf } from '../../../core/kit/errors.ts'
import { until } from '../../support/until.ts'
import { about, controlRoom, isReady } from './control-room.ts'
import { openPlace, type Place } from './processes.ts'

const WANG = '+8613900000001'
const never = new AbortController().signal

let place: Place
beforeEach(async () => {
  place = await openPlace(() => ({ is: 'answered', afterMs: 50, keys: '1' }))
})
afterEach(() => place[Symbol.asyncDispose]())

describe('the watchman as a program of its own', () => {
  it('that is killed is an alarm of the control room; what waits is sent once when it is back', async () => {
    const watchman = await place.watchman()
    await using room = controlRoom(place)
    await isReady(room)
    await room.sms.send(about({ notice: 'n1', short: 'first' }), WANG, never)
    await watchman.stop('SIGKILL')
    await until('it to be missed', () => room.watch.status() === 'silent')
    const queued = about({ notice: 'n2', short: 'second' })
    await expect(room.sms.send(queued, WANG, never)).rejects.toMatchObject({
      code: 'notify/temporary',
      facts: { why: 'no-watchman' },
    })
    await until('the alarm', () => room.raised.has('watchman-silent'))
    await place.watchman()
    await isReady(room)
    await until('the alarm to end', () => !room.raised.has('watchman-silent'))
    // The answer to the first could have been lost with the watchman.
    await room.sms.send(about({ notice: 'n1', short: 'first' }), WANG, never)
    await room.sms.send(queued, WANG, never)
    await until('the second', () => place.phones.some(({ text }) => text === 'second'))
    expect(place.phones.map(({ text }) => text).filter((text) => text === 'first')).toEqual(['first'])
  })

  it('tells what is wrong with an unplugged modem, and goes on when it is plugged in again', async () => {
    await place.watchman()
    await using room = controlRoom(place)
    await isReady(room)
    await place.modem.unplug()
    await until('the lamp to know', () =>
      room.sms.probe?.(never).then(
        () => false,
        (error: unknown) => messageOf(error).includes('gone'),
      ),
    )
    await expect(room.sms.send(about({ notice: 'n1', short: 'text' }), WANG, never)).rejects.toMatchObject({
      ...{ code: 'notify/temporary', facts: { why: 'no-modem' } },
    })
    await place.modem.plugIn()
    await isReady(room)
    await room.sms.send(about({ notice: 'n1', short: 'text' }), WANG, never)
    await until('the text', () => place.phones.some(({ text }) => text === 'text'))
  })

  it('ends when it is told to, and leaves no socket behind', async () => {
    const watchman = await place.watchman()
    await watchman.stop('SIGTERM')
    expect(await watchman.ended).toBe(0)
    await place.watchman()
  })
})
