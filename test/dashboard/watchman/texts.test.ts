import { afterEach, beforeEach, describe, expect, it } from 'vitest'
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
  it('sends texts for the control room, and tells it that they were delivered and what was answered', async () => {
    await place.watchman()
    await using room = controlRoom(place)
    expect(await isReady(room)).toMatchObject({ answer: expect.stringContaining('SIMULATED') as string })
    const handed = await room.sms.send(about({ notice: 'n1', short: '红色报警 Q4821' }), WANG, never)
    expect(handed.ref).toBe('n1')
    await until('the phone to have it', () => place.phones.some(({ text }) => text === '红色报警 Q4821'))
    await until('the report', () => room.heard.some((what) => what.kind === 'delivered' && what.ref === 'n1'))
    room.broken.is = true
    place.modem.reply(WANG, 'Q4821 已派人')
    await until('the answer to be in the SIM', () => place.modem.modem.card.kept.length === 1)
    room.broken.is = false
    await until('the answer', () => room.heard.some((what) => what.kind === 'reply' && what.text === 'Q4821 已派人'))
    expect(room.heard.filter(({ kind }) => kind === 'reply')).toHaveLength(1)
  })

  it('rings a phone, and takes the key 1 for an acknowledgement', async () => {
    await place.watchman()
    await using room = controlRoom(place)
    await isReady(room)
    const acknowledge = { url: 'http://127.0.0.1/a', code: '4821' }
    expect(await room.voice.send(about({ notice: 'v1', acknowledge }), WANG, never)).toMatchObject({ ref: 'v1' })
    expect(room.heard).toContainEqual({ kind: 'reply', key: 'voice/v1', from: WANG, text: 'Q4821', medium: 'voice' })
    await until('it to be delivered', () => room.heard.some((what) => what.kind === 'delivered' && what.ref === 'v1'))
  })
})
