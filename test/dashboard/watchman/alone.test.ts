import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { until } from '../../support/until.ts'
import { controlRoom, isReady } from './control-room.ts'
import { openPlace, type Place } from './processes.ts'

const WANG = '+8613900000001'
const ZHAO = '13900000003'
const OFF = 'a00100a1'
const ON = 'a00101a2'

let place: Place
beforeEach(async () => {
  place = await openPlace(() => ({ is: 'answered', afterMs: 50, keys: '1' }))
})
afterEach(() => place[Symbol.asyncDispose]())

describe('the watchman as a program of its own', () => {
  it('buzzes and texts people itself when the control room is killed, and is quiet when it is back', async () => {
    const [, killed] = await Promise.all([place.watchman(), place.controlSide()])
    await killed.stop('SIGKILL')
    await until('both to be told', () => place.phones.length >= 2)
    expect(place.phones.find(({ to }) => to === WANG)?.text).toMatch(
      /^\[Watchman\] The control room has not responded since \d\d:\d\d/,
    )
    expect(place.phones.find(({ to }) => to.endsWith(ZHAO))?.text).toMatch(
      /^【看守程序】监控中心程序自\d\d:\d\d起无响应/,
    )
    await until('the buzzer', () => place.relay().includes(ON))
    await using room = controlRoom(place)
    await until('the ledger to tell of it', async () => {
      const { entries } = await room.desk.ledger({ after: 0, limit: 100 })
      return entries.find(({ act }) => act === 'watchman-alarmed')
    })
    const quiet = { told: '', since: 0 }
    await until('the buzzer to be off for good', () => {
      const told = place.relay()
      if (told !== quiet.told) Object.assign(quiet, { told, since: performance.now() })
      return told.endsWith(OFF) && performance.now() - quiet.since > 2_500
    })
    const { entries } = await room.desk.ledger({ after: 0, limit: 100 })
    expect(entries.filter(({ act }) => act === 'watchman-alarmed').map(({ detail }) => detail)).toEqual([
      expect.objectContaining({
        reasons: ['engine-silent'],
        buzzer: 'ready',
        told: [
          { person: 'wang', accepted: true, answer: '2 part(s)' },
          { person: 'zhao', accepted: true, answer: '1 part(s)' },
        ],
      }),
    ])
  })

  it('texts people when the dispatcher hangs although the control room is on the line', async () => {
    await place.watchman()
    await using room = controlRoom(place)
    await isReady(room)
    room.stopBeating()
    await until('both to be told', () => place.phones.length >= 2)
    expect(room.watch.status()).toBe('good')
  })
})
