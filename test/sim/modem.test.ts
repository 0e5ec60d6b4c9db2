import { describe, expect, it } from 'vitest'
import { systemClock } from '../../platform/clock.ts'
import { serialConnect } from '../../platform/serial/serial-channel.ts'
import type { PhoneText } from '../../sim/modem/network.ts'
import { serveModem } from '../../sim/modem/serve-modem.ts'
import type { SimulatedModemOptions } from '../../sim/modem/simulated-modem.ts'
import { testFolder } from '../support/processes.ts'
import { until } from '../support/until.ts'

const PHONE = '+8613900000001'
/** hellohello to +46708251358, as it is published. */
const HELLO = '0011000B916407281553F80000AA0AE8329BFD4697D9EC37'

/** A person at a terminal: types, and reads what is said. */
async function terminal(options: Partial<SimulatedModemOptions> = {}) {
  const folder = await testFolder()
  const texts: PhoneText[] = []
  const onText = (text: PhoneText) => void texts.push(text)
  const sim = await serveModem({ clock: systemClock, onText, ...options, path: `${folder.path}/modem` })
  const { signal } = new AbortController()
  let said = ''
  const received = (bytes: Uint8Array) => void (said += Buffer.from(bytes).toString('latin1'))
  const connect = serialConnect({ path: sim.path, baud: 115_200, parity: 'none', stopBits: 1 })
  const channel = await connect({ received, lost: () => undefined }, signal)
  const hears = async (what: RegExp) => {
    await until(`${String(what)} in ${JSON.stringify(said)}`, () => what.test(said), 5_000)
    const heard = said
    said = ''
    return heard
  }
  const types = async (text: string, what: RegExp) => {
    channel.write(Buffer.from(text, 'latin1'))
    return await hears(what)
  }
  const end = async () => {
    channel.close()
    await sim[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  }
  return { sim, texts, hears, types, [Symbol.asyncDispose]: end }
}

describe('the simulated modem', () => {
  it('says what it is, and echoes until it is told not to', async () => {
    await using at = await terminal()
    expect(await at.types('ATI\r', /OK/)).toBe(
      'ATI\r\r\nSIMULATED\r\n\r\nPitwatch simulated modem\r\n\r\nRevision: 1\r\n\r\nOK\r\n',
    )
    expect(await at.types('ATE0\r', /OK/)).toBe('ATE0\r\r\nOK\r\n')
    expect(await at.types('AT\r', /OK/)).toBe('\r\nOK\r\n')
    expect(await at.types('AT+NONSENSE\r', /ERROR/)).toBe('\r\nERROR\r\n')
  })

  it('takes a published PDU, gives it to the phone, and tells of the delivery', async () => {
    await using at = await terminal({ statusOf: () => 0 })
    await at.types('ATE0\r', /OK/)
    await at.types('AT+CNMI=2,1,0,1,0\r', /OK/)
    await at.types('AT+CMGS=23\r', /> /)
    expect(await at.types(`${HELLO}\u001a`, /OK/)).toBe('\r\n+CMGS: 0\r\n\r\nOK\r\n')
    expect(at.texts).toMatchObject([{ to: '+46708251358', text: 'hellohello' }])
    // The same with the bit that asks for a report.
    await at.types('AT+CMGS=23\r', /> /)
    expect(await at.types(`${HELLO.replace('0011', '0031')}\u001a`, /\+CDS: \d+\r\n[0-9A-F]+\r\n/)).toMatch(
      /\+CDS: 25\r\n0891683108000005F006010B916407281553F8/,
    )
    await at.types('AT+CMGS=22\r', /> /)
    await at.types(`${HELLO}\u001a`, /ERROR/)
    await at.types('AT+CMGS=23\r', /> /)
    expect(await at.types(`${HELLO.slice(0, 8)}\u001b\rAT\r`, /OK/)).toBe('\r\nOK\r\n')
    expect(at.texts).toHaveLength(2)
  })

  it('keeps what comes until it is deleted, also while it is unplugged', async () => {
    await using at = await terminal({ places: 1 })
    await at.types('ATE0\r', /OK/)
    await at.types('AT+CNMI=2,1,0,1,0\r', /OK/)
    at.sim.reply(PHONE, 'Q7')
    await at.hears(/\+CMTI: "SM",0/)
    at.sim.reply(PHONE, 'Q8')
    expect(await at.types('AT+CMGL=4\r', /OK/)).toMatch(/^\r\n\+CMGL: 0,1,,\d+\r\n0891[0-9A-F]+\r\n\r\nOK\r\n$/)
    expect(at.sim.modem.card.kept).toHaveLength(1)
    await at.types('AT+CMGD=0\r', /OK/)
    await until('the next', () => at.sim.modem.card.kept.length === 1)
    await at.sim.unplug()
    expect(at.sim.modem.card.kept).toHaveLength(1)
  })

  it('has the faults it is given', async () => {
    await using at = await terminal()
    await at.types('AT+CMEE=1\r', /OK/)
    at.sim.faults.noSignal = true
    expect(await at.types('AT+CREG?\r', /OK/)).toContain('+CREG: 0,2')
    at.sim.faults.noSignal = false
    at.sim.faults.noCredit = true
    await at.types('AT+CMGS=23\r', /> /)
    expect(await at.types(`${HELLO}\u001a`, /ERROR/)).toContain('+CMS ERROR: 21')
    at.sim.faults.noSim = true
    expect(await at.types('AT+CPIN?\r', /ERROR/)).toContain('+CME ERROR: 10')
    expect(at.texts).toEqual([])
  })
})
