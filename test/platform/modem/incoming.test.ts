import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { until } from '../../support/until.ts'
import { fastClock, inMemory, never, PHONE, running, served } from './world.ts'

const phone = (index: number) => `+86139000${String(index).padStart(5, '0')}`

describe('texts that come', () => {
  it('are handed over once each and with the sender who wrote them: a thousand', async () => {
    await using line = await served({ places: 40 })
    await using held = running(line.connect, line.clock)
    const { modem, told } = held
    await until('a network', () => modem.health().state === 'ready')
    for (let index = 0; index < 1_000; index += 1) line.sim.reply(phone(index), `Q${index}`)
    await until('all of them', () => told.incoming.length >= 1_000)
    expect(told.incoming.map(({ from, text }) => `${from} ${text}`)).toEqual(
      Array.from({ length: 1_000 }, (_, index) => `${phone(index)} Q${index}`),
    )
    await until('an empty SIM', () => line.sim.modem.card.kept.length === 0)
  })

  it('are handed over again when the program ended before it had them, under the same key', async () => {
    await using line = await served()
    line.sim.reply(PHONE, 'Q7')
    line.sim.reply(PHONE, '井口有人，已派人核实。'.repeat(10))
    const firstKeys: string[] = []
    {
      await using held = running(line.connect, line.clock)
      held.told.isOff = true
      await until('a network', () => held.modem.health().state === 'ready')
      await line.clock.sleep(60_000)
      expect(held.told.incoming).toEqual([])
      held.told.isOff = false
      await until('both', () => held.told.incoming.length === 2)
      firstKeys.push(...held.told.incoming.map(({ key }) => key))
      await until('an empty SIM', () => line.sim.modem.card.kept.length === 0)
    }
    expect(new Set(firstKeys).size).toBe(2)
    line.sim.reply(PHONE, 'Q8')
    await using again = running(line.connect, line.clock)
    await until('the third', () => again.told.incoming.length === 1)
    expect(again.told.incoming).toMatchObject([{ from: PHONE, text: 'Q8', isWhole: true }])
  })

  it('have the same key each time they are handed over', async () => {
    const line = inMemory()
    line.sim.network.send(PHONE, '井口有人，已派人核实。'.repeat(10))
    const { kept } = line.sim.card
    expect(kept).toHaveLength(2)
    const keys: string[] = []
    for (let run = 0; run < 2; run += 1) {
      await using held = running(line.connect, line.clock)
      await until('it', () => held.told.incoming.length > 0)
      keys.push(...held.told.incoming.map(({ key }) => key))
      await until('an empty SIM', () => line.sim.card.kept.length === 0)
      // As if the program had been killed between the owner's word and the deletion.
      if (run === 0) for (const { hex } of kept.toReversed()) line.sim.card.keep(hex)
    }
    expect(keys).toHaveLength(2)
    expect(keys[0]).toBe(keys[1])
  })

  it('wait in the network while the SIM is full, and the modem tells how full it is', async () => {
    const line = inMemory({ places: 3 })
    await using held = running(line.connect, line.clock)
    const { modem, told } = held
    await until('a network', () => modem.health().state === 'ready')
    told.isOff = true
    for (let index = 0; index < 10; index += 1) line.sim.network.send(phone(index), `Q${index}`)
    await until('a full SIM', () => modem.health().storage?.used === 3)
    expect(modem.health().storage).toEqual({ used: 3, total: 3 })
    told.isOff = false
    await until('all of them', () => told.incoming.length === 10)
    expect(told.incoming.map(({ text }) => text)).toEqual(Array.from({ length: 10 }, (_, index) => `Q${index}`))
  })

  it('that are no texts are told as what they are, and do not stay', async () => {
    const line = inMemory()
    line.sim.card.keep('DEADBEEF')
    line.sim.card.keep('00440D91683109000000F10008621050415051230906050415 8A000077FF'.replaceAll(' ', ''))
    line.sim.network.send(PHONE, 'Q7')
    await using held = running(line.connect, line.clock)
    await until('the text', () => held.told.incoming.length === 1)
    expect(held.told.unreadable).toHaveLength(2)
    expect(held.told.unreadable[0]).toMatchObject({ pdu: 'DEADBEEF' })
    await until('an empty SIM', () => line.sim.card.kept.length === 0)
  })
})

describe('a modem whose words are cut up and mixed', () => {
  it('does the same as any other', async () => {
    const noise = fc.constantFrom(
      '',
      '',
      '',
      '\r\n+CMTI: "SM",0\r\n',
      '\r\nRING\r\n',
      '\r\n^RSSI: 12\r\n',
      '\r\n\x80\x01\r\n',
    )
    const way = fc.record({
      sizes: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 5 }),
      noise: fc.array(noise, { minLength: 7 }),
    })
    await fc.assert(
      fc.asyncProperty(way, async ({ sizes, noise }) => {
        let count = 0
        const cut = (said: Uint8Array) => {
          // What comes unasked stands between lines, never within one.
          const lines = Buffer.from(said)
            .toString('latin1')
            .split(/(?<=\r\n)(?=\r\n|\+CMGL|[0-9A-F]{8})/)
          const text = lines.map((line) => `${noise[count++ % noise.length] ?? ''}${line}`).join('')
          const pieces: Uint8Array[] = []
          for (let at = 0; at < text.length;) {
            const size = sizes[count++ % sizes.length] ?? 1
            pieces.push(Buffer.from(text.slice(at, at + size), 'latin1'))
            at += size
          }
          return pieces
        }
        const line = inMemory({ clock: fastClock(500) }, cut)
        line.sim.network.send(PHONE, '井'.repeat(100))
        await using held = running(line.connect, line.clock)
        const { modem, told } = held
        await until('a network', () => modem.health().state === 'ready')
        await modem.send({ id: 'a', to: PHONE, text: '矿'.repeat(200) }, never)
        await until('a report', () => told.reports.length === 1)
        await until('a text', () => told.incoming.length === 1)
        expect(line.texts.map(({ text }) => text)).toEqual(['矿'.repeat(200)])
        expect(told.incoming.map(({ text }) => text)).toEqual(['井'.repeat(100)])
        expect(told.unreadable).toEqual([])
      }),
      { numRuns: 30 },
    )
  })
})
