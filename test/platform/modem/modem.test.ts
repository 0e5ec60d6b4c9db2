import { describe, expect, it } from 'vitest'
import { until } from '../../support/until.ts'
import { fastClock, inMemory, never, PHONE, running, served } from './world.ts'

const LONG = '【封矿盯】沁水示例矿 井口有人进入，请立即核实。'.repeat(5)

describe('a modem on a serial port', () => {
  it('sends a text, says who took it, and tells of its delivery', async () => {
    await using line = await served()
    await using held = running(line.connect, line.clock)
    const { modem, told } = held
    await until('a network', () => modem.health().state === 'ready')
    expect(modem.health()).toMatchObject({
      model: 'SIMULATED Pitwatch simulated modem',
      operator: 'SIMULATED NET',
      signalDbm: -71,
      tellsDelivery: true,
      lastError: null,
    })
    const sent = await modem.send({ id: 'a', to: PHONE, text: '井口有人' }, never)
    expect(sent).toMatchObject({ id: 'a', to: PHONE, refs: [0] })
    expect(line.texts).toMatchObject([{ to: PHONE, text: '井口有人' }])
    await until('a report', () => told.reports.length > 0)
    expect(told.reports).toMatchObject([{ id: 'a', outcome: 'delivered', status: 0 }])
  })

  it('sends a long text in parts, which is delivered when all of them are', async () => {
    await using line = await served()
    await using held = running(line.connect, line.clock)
    const { modem, told } = held
    await until('a network', () => modem.health().state === 'ready')
    const { refs } = await modem.send({ id: 'long', to: PHONE, text: LONG }, never)
    expect(refs.length).toBeGreaterThan(1)
    expect(line.texts).toMatchObject([{ text: LONG }])
    await until('a report', () => told.reports.length > 0)
    expect(told.reports).toHaveLength(1)
  })

  it('tells of a text the phone never got, and nothing of one the network cannot prove', async () => {
    await using line = await served({ statusOf: (to) => (to === PHONE ? 0x46 : 0x01) })
    await using held = running(line.connect, line.clock)
    const { modem, told } = held
    await until('a network', () => modem.health().state === 'ready')
    await modem.send({ id: 'unproven', to: '+8613900000002', text: 'x' }, never)
    await modem.send({ id: 'expired', to: PHONE, text: 'x' }, never)
    await until('a report', () => told.reports.length > 0)
    expect(told.reports).toMatchObject([{ id: 'expired', outcome: 'failed', status: 0x46 }])
  })

  it('comes back by itself after it was unplugged, with what came meanwhile', async () => {
    await using line = await served()
    await using held = running(line.connect, line.clock)
    const { modem, told } = held
    for (const round of ['one', 'two']) {
      await until('a network', () => modem.health().state === 'ready')
      await line.sim.unplug()
      await until('the loss', () => modem.health().state === 'gone')
      await expect(modem.send({ id: round, to: PHONE, text: round }, never)).rejects.toMatchObject({
        code: 'notify/temporary',
        facts: { why: 'no-modem' },
      })
      line.sim.reply(PHONE, `Q7 ${round}`)
      await line.sim.plugIn()
    }
    await until('the replies', () => told.incoming.length === 2)
    expect(told.incoming.map(({ text }) => text)).toEqual(['Q7 one', 'Q7 two'])
    await until('a network', () => modem.health().state === 'ready')
    expect(modem.health().lastError).toBeNull()
    await modem.send({ id: 'again', to: PHONE, text: 'again' }, never)
    expect(line.texts).toMatchObject([{ text: 'again' }])
  })

  it('is power-cycled when it is silent, at most once in ten minutes, and recovers', async () => {
    const line = inMemory({ clock: fastClock(1_000) })
    await using held = running(line.connect, line.clock)
    const { modem } = held
    await until('a network', () => modem.health().state === 'ready')
    line.sim.faults.silent = true
    await expect(modem.send({ id: 'x', to: PHONE, text: 'x' }, never)).rejects.toMatchObject({
      code: 'notify/temporary',
    })
    await until('silence', () => modem.health().state === 'no-answer')
    const began = line.clock.mono()
    await until('half an hour', () => line.clock.mono() - began > 30 * 60_000)
    expect(line.sim.counts.powerCycles).toBeGreaterThanOrEqual(2)
    expect(line.sim.counts.powerCycles).toBeLessThanOrEqual(4)
    line.sim.faults.silent = false
    await until('a network', () => modem.health().state === 'ready')
    await modem.send({ id: 'x', to: PHONE, text: 'x' }, never)
    expect(line.texts).toHaveLength(1)
  })

  it('acknowledges reports where the modem wants that', async () => {
    const line = inMemory({ wantsAck: true })
    await using held = running(line.connect, line.clock)
    const { modem, told } = held
    await until('a network', () => modem.health().state === 'ready')
    await modem.send({ id: 'a', to: PHONE, text: 'x' }, never)
    await until('a report', () => told.reports.length > 0)
    await until('its acknowledgement', () => line.sim.counts.acknowledged === 1)
  })

  it('tells of the delivery of what was sent before the program began, until the owner has it', async () => {
    const line = inMemory({ reportAfterMs: 60_000 })
    const sent = await (async () => {
      await using held = running(line.connect, line.clock)
      await until('a network', () => held.modem.health().state === 'ready')
      return await held.modem.send({ id: 'before', to: PHONE, text: '矿'.repeat(100) }, never)
    })()
    await using held = running(line.connect, line.clock, { awaiting: [sent] })
    held.told.isOff = true
    await line.clock.sleep(90_000)
    held.told.isOff = false
    await until('a report', () => held.told.reports.length > 0)
    expect(held.told.reports).toMatchObject([{ id: 'before', outcome: 'delivered' }])
  })

  it('is set up again when it starts anew in the middle of a text', async () => {
    await using line = await served()
    await using held = running(line.connect, line.clock)
    const { modem, told } = held
    await until('a network', () => modem.health().state === 'ready')
    line.sim.faults.rebootInSend = true
    await expect(modem.send({ id: 'x', to: PHONE, text: 'x' }, never)).rejects.toMatchObject({
      code: 'notify/temporary',
      facts: { mayBeSent: true },
    })
    await until('a network', () => modem.health().state === 'ready')
    await modem.send({ id: 'x', to: PHONE, text: 'x' }, never)
    await until('a report', () => told.reports.length > 0)
    expect(line.texts).toHaveLength(1)
  })
})
