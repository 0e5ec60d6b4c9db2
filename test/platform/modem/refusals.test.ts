import { describe, expect, it } from 'vitest'
import { until } from '../../support/until.ts'
import { fastClock, inMemory, never, PHONE, running } from './world.ts'

const ready = async ({ modem }: ReturnType<typeof running>) => {
  await until('a network', () => modem.health().state === 'ready')
}

describe('a text that is not taken', () => {
  it('says that the SIM has no credit, and the lamp says so until the next text is taken', async () => {
    const { sim, connect, clock } = inMemory()
    await using held = running(connect, clock)
    await ready(held)
    sim.faults.noCredit = true
    await expect(held.modem.send({ id: 'a', to: PHONE, text: 'x' }, never)).rejects.toMatchObject({
      code: 'notify/refused',
      facts: { why: 'no-credit', cause: 21 },
    })
    expect(held.modem.health()).toMatchObject({ state: 'ready', lastError: { why: 'no-credit' } })
    sim.faults.noCredit = false
    await held.modem.send({ id: 'a', to: PHONE, text: 'x' }, never)
    expect(held.modem.health().lastError).toBeNull()
  })

  it('says whether trying again can help', async () => {
    const { sim, connect, clock } = inMemory()
    await using held = running(connect, clock)
    await ready(held)
    const classes = [
      [1, 'notify/refused', 'number'],
      [8, 'notify/refused', 'no-credit'],
      [38, 'notify/temporary', 'network'],
      [42, 'notify/temporary', 'network'],
      [304, 'notify/refused', 'text'],
      [313, 'notify/temporary', 'sim'],
      [330, 'notify/refused', 'service-centre'],
      [332, 'notify/temporary', 'no-network'],
      [500, 'notify/temporary', 'unknown'],
    ] as const
    for (const [code, house, why] of classes) {
      sim.faults.refuseWith = code
      const sent = held.modem.send({ id: `${code}`, to: PHONE, text: 'x' }, never)
      await expect(sent).rejects.toMatchObject({ code: house, facts: { why, cause: code } })
    }
  })

  it('waits for no network, and goes out once there is one', async () => {
    const { sim, connect, clock, texts } = inMemory()
    sim.faults.noSignal = true
    await using held = running(connect, clock)
    await until('a search', () => held.modem.health().state === 'searching')
    expect(held.modem.health()).toMatchObject({ signalDbm: null, lastError: { why: 'no-network' } })
    await expect(held.modem.send({ id: 'a', to: PHONE, text: 'x' }, never)).rejects.toMatchObject({
      code: 'notify/temporary',
      facts: { why: 'no-network' },
    })
    sim.faults.noSignal = false
    await held.modem.send({ id: 'a', to: PHONE, text: 'x' }, never)
    expect(texts).toHaveLength(1)
    await ready(held)
    expect(held.modem.health().lastError).toBeNull()
  })

  it('is refused before the modem is asked when it has no number or no text', async () => {
    const { connect, clock } = inMemory()
    await using held = running(connect, clock)
    for (const [to, text, why] of [
      ['139x', 'x', 'number'],
      [PHONE, '', 'text'],
    ] as const) {
      await expect(held.modem.send({ id: 'a', to, text }, never)).rejects.toMatchObject({
        code: 'notify/refused',
        facts: { why },
      })
    }
    await expect(held.modem.call('1\rAT', { ringForMs: 1, listenForMs: 1 }, never)).rejects.toMatchObject({
      facts: { why: 'number' },
    })
  })

  it('goes through a modem that is slow', async () => {
    const { sim, connect, clock, texts } = inMemory({ clock: fastClock(50) })
    sim.faults.slowMs = 1_000
    await using held = running(connect, clock)
    await ready(held)
    await held.modem.send({ id: 'a', to: PHONE, text: 'x' }, never)
    expect(texts).toHaveLength(1)
  })
})

describe('the PIN of a SIM', () => {
  it('is entered, and again after the modem was plugged in anew', async () => {
    const { connect, clock } = inMemory({ pin: '1234' })
    await using held = running(connect, clock, { pin: '1234' })
    await ready(held)
  })

  it('is tried once when it is wrong, and not at all when that could lock the SIM', async () => {
    const { sim, connect, clock } = inMemory({ pin: '1234' })
    {
      await using held = running(connect, clock, { pin: '9999' })
      await until('the PIN to be wrong', () => held.modem.health().state === 'pin-wrong')
      await clock.sleep(60_000)
      expect(sim.card.triesLeft).toBe(2)
    }
    {
      await using held = running(connect, clock, { pin: '8888' })
      await until('the PIN to be wrong', () => held.modem.health().state === 'pin-wrong')
    }
    expect(sim.card.triesLeft).toBe(1)
    await using held = running(connect, clock, { pin: '1234' })
    await until('the PIN to be kept back', () => held.modem.health().state === 'pin-wrong')
    expect(sim.card.triesLeft).toBe(1)
    await expect(held.modem.send({ id: 'a', to: PHONE, text: 'x' }, never)).rejects.toMatchObject({
      code: 'notify/temporary',
      facts: { why: 'sim' },
    })
  })

  it('is not the matter when there is no SIM; it is seen once it is there', async () => {
    const { sim, connect, clock } = inMemory()
    sim.faults.noSim = true
    await using held = running(connect, clock)
    await until('no SIM', () => held.modem.health().state === 'no-sim')
    sim.faults.noSim = false
    await ready(held)
    sim.faults.noSim = true
    await until('no SIM', () => held.modem.health().state === 'no-sim')
  })
})
