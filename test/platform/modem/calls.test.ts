import { describe, expect, it } from 'vitest'
import type { PhoneAnswer } from '../../../sim/modem/network.ts'
import { until } from '../../support/until.ts'
import { fastClock, inMemory, never, PHONE, running } from './world.ts'

const TIMES = { ringForMs: 30_000, listenForMs: 10_000 }

async function calling(answer: PhoneAnswer) {
  const line = inMemory({ clock: fastClock(200), onCall: () => answer })
  const held = running(line.connect, line.clock)
  await until('a network', () => held.modem.health().state === 'ready')
  return { ...line, ...held, [Symbol.asyncDispose]: held[Symbol.asyncDispose] }
}

describe('a call', () => {
  it('says how the phone took it, and which key was pressed', async () => {
    const answers: [PhoneAnswer, object][] = [
      [
        { is: 'answered', afterMs: 5_000, keys: '1' },
        { outcome: 'answered', digits: '1' },
      ],
      [
        { is: 'answered', afterMs: 5_000 },
        { outcome: 'answered', digits: '' },
      ],
      [
        { is: 'busy', afterMs: 3_000 },
        { outcome: 'busy', digits: '' },
      ],
      [
        { is: 'refused', afterMs: 3_000 },
        { outcome: 'refused', digits: '' },
      ],
      [{ is: 'no-answer' }, { outcome: 'no-answer', digits: '' }],
    ]
    for (const [answer, result] of answers) {
      await using world = await calling(answer)
      expect(await world.modem.call(PHONE, TIMES, never)).toEqual(result)
      expect(world.sim.isCalling).toBe(false)
    }
  })

  it('is hung up when the caller gives up', async () => {
    await using world = await calling({ is: 'no-answer' })
    const giving = new AbortController()
    const called = world.modem.call(PHONE, TIMES, giving.signal)
    await until('ringing', () => world.sim.isCalling)
    giving.abort(new Error('acknowledged'))
    await expect(called).rejects.toThrow('acknowledged')
    await until('silence', () => !world.sim.isCalling)
  })

  it('keeps no text waiting', async () => {
    await using world = await calling({ is: 'no-answer' })
    const called = world.modem.call(PHONE, TIMES, never)
    await until('ringing', () => world.sim.isCalling)
    await world.modem.send({ id: 'a', to: PHONE, text: 'x' }, never)
    expect(world.sim.isCalling).toBe(true)
    expect(await called).toMatchObject({ outcome: 'no-answer' })
  })

  it('is not made without a network', async () => {
    await using world = await calling({ is: 'no-answer' })
    world.sim.faults.noSignal = true
    await expect(world.modem.call(PHONE, TIMES, never)).rejects.toMatchObject({ code: 'notify/temporary' })
  })
})
