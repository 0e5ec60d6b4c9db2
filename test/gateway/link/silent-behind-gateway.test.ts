import { describe, expect, it } from 'vitest'
import { Bus } from '../../../core/contract/site.ts'
import { encodeTcp } from '../../../core/decode/modbus-tcp.ts'
import { encodeRtu } from '../../../core/decode/modbus-rtu.ts'
import { openBus } from '../../../gateway/link/bus.ts'
import { handClock } from '../../support/hand-clock.ts'
import { quietLog } from '../../support/quiet-log.ts'
import { type Answering, memoryGateway } from './memory-gateway.ts'
import { virtualWire } from './wire-world.ts'

const GIVES_UP_MS = 200
const never = new AbortController().signal
const read = { unit: 2, table: 'holding-register', address: 100, quantity: 2 } as const

/** A Modbus TCP bus to a gateway under the test's hand. */
function behind(answering: Answering) {
  const clock = handClock()
  const { connect } = memoryGateway(clock, answering)
  const config = Bus.parse({ id: 'net', kind: 'tcp', host: 'gateway', port: 502, timeout: '300ms' })
  const bus = openBus(config, { clock, wireClock: clock, log: quietLog(), connect })
  const probe = async () => {
    const state = { isOver: false }
    const asked = bus.read({ ...read, purpose: 'probe' }, never).catch((error: unknown) => error)
    void asked.then(() => (state.isOver = true))
    while (!state.isOver) {
      await new Promise((settle) => setImmediate(settle))
      await clock.advance(20)
    }
    return asked
  }
  return { bus, probe }
}

describe('a device of which its gateway says that it is silent', () => {
  it.each([10, 11])('with exception %i costs the dead their budget, and its latency stays unknown', async (code) => {
    const { bus, probe } = behind(({ transaction, unit, pdu: [called = 0] }, gateway) =>
      gateway.send(() => encodeTcp({ transaction, unit, pdu: Uint8Array.of(called | 0x80, code) }), GIVES_UP_MS),
    )
    expect(bus.mayProbe()).toBe(true)
    expect(await probe()).toEqual({ kind: 'exception', code })
    expect(await probe()).toEqual({ kind: 'exception', code })
    expect(bus.mayProbe()).toBe(false)
    expect(bus.counters()).toMatchObject({ exceptions: 2, deadMs: 2 * GIVES_UP_MS })
    expect(bus.station('modbus/2').latencyMs).toBeNull()
  })

  it('teaches nothing on a wire either', async () => {
    const wire = virtualWire(300, ({ unit }) => [
      { afterMs: GIVES_UP_MS, bytes: encodeRtu(unit, Uint8Array.of(0x83, 11)) },
    ])
    expect(await wire.read(read)).toEqual({ kind: 'exception', code: 11 })
    expect(wire.bus.station('modbus/2').latencyMs).toBeNull()
    expect(wire.bus.counters().deadMs).toBeGreaterThanOrEqual(GIVES_UP_MS)
  })

  it('costs its budget when the probe brings something else than an answer, too', async () => {
    const { bus, probe } = behind(({ transaction, unit }, gateway) =>
      gateway.send(() => encodeTcp({ transaction, unit, pdu: Uint8Array.of(6, 0, 1, 0, 1) }), 1),
    )
    expect(await probe()).toMatchObject({ code: 'modbus/malformed' })
    expect(bus.mayProbe()).toBe(false)
    expect(bus.counters().deadMs).toBeGreaterThanOrEqual(300)
  })
})
