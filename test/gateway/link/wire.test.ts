import { describe, expect, it } from 'vitest'
import type { ReadRequest } from '../../../core/decode/modbus-pdu.ts'
import { joinBytes } from '../../../core/decode/modbus-cells.ts'
import { encodeRtu } from '../../../core/decode/modbus-rtu.ts'
import { BAUD, type Behaviour, goodAnswer, truth, virtualWire } from './wire-world.ts'

const TIMEOUT_MS = 200
const never = new AbortController().signal
const read = (address: number, unit = 1): ReadRequest => ({ unit, table: 'holding-register', address, quantity: 2 })
const prompt: Behaviour = (_request, good) => [{ afterMs: 5, bytes: good }]
const t35 = (3.5 * 11_000) / BAUD

describe('a wire', () => {
  it('keeps the silence of 3.5 characters before each request, counted from the last byte either way', async () => {
    const heard: number[] = []
    const wire = virtualWire(TIMEOUT_MS, (_request, good) => {
      heard.push(wire.world.clock.mono())
      return [{ afterMs: 5, bytes: good }]
    })
    await wire.read(read(10))
    await wire.read(read(10))
    const bothMs = ((8 + 9) * 11_000) / BAUD
    expect(heard[1]! - heard[0]!).toBeCloseTo(bothMs + 5 + t35, 6)
  })

  it('does not believe a frame that is followed by more bytes at once, but for glitches and a copy of it', async () => {
    const behind = async (more: (good: Uint8Array) => Uint8Array) => {
      const wire = virtualWire(TIMEOUT_MS, (_request, good) => [{ afterMs: 5, bytes: joinBytes(good, more(good)) }])
      return wire.read(read(10)).catch((error: unknown) => error)
    }
    expect(await behind(() => Uint8Array.of(0x00, 0xff))).toEqual(truth(read(10)))
    expect(await behind((good) => good)).toEqual(truth(read(10)))
    expect(await behind(() => Uint8Array.of(0x17))).toMatchObject({ code: 'modbus/malformed' })
    expect(await behind(() => Uint8Array.of(0, 0, 0))).toMatchObject({ code: 'modbus/malformed' })
    expect(await behind(() => goodAnswer(read(20)))).toMatchObject({ code: 'modbus/malformed' })
  })

  it('gives up at once when a whole answer came damaged', async () => {
    const wire = virtualWire(TIMEOUT_MS, (_request, good) => [
      { afterMs: 5, bytes: good.map((byte, index) => (index === 4 ? byte ^ 1 : byte)) },
    ])
    await expect(wire.read(read(10))).rejects.toMatchObject({ code: 'modbus/malformed' })
    expect(wire.world.clock.mono()).toBeLessThan(TIMEOUT_MS / 2)
    expect(wire.bus.counters()).toMatchObject({ malformed: 1, timeouts: 0, discardedBytes: 9 })
  })

  it('does not believe an answer that came before the question was on the line, once it knows the line keeps its pace', async () => {
    const wire = virtualWire(TIMEOUT_MS, (_request, good, n) => [
      ...(n === 10 ? [{ afterMs: -9, bytes: goodAnswer(read(50)) }] : []),
      { afterMs: 5, bytes: good },
    ])
    for (let n = 1; n < 10; n += 1) await wire.read(read(10))
    await wire.world.pass(2_000)
    expect(await wire.read(read(30))).toEqual(truth(read(30)))
    expect(wire.bus.counters().discardedBytes).toBe(9)
  })

  it('leaves the line alone after a timeout until the slowest station would have answered', async () => {
    const sent: number[] = []
    const wire = virtualWire(TIMEOUT_MS, (request, good) => {
      sent.push(wire.world.clock.mono())
      return request.unit === 1
        ? [{ afterMs: 100, bytes: good }]
        : request.unit === 2
          ? [{ afterMs: 2, bytes: good }]
          : []
    })
    for (let count = 0; count < 30; count += 1) {
      await wire.read(read(10))
      await wire.read(read(10, 2))
    }
    const before = wire.world.clock.mono()
    await expect(wire.world.until(wire.bus.read({ ...read(10, 3), withinMs: 10 }, never))).rejects.toMatchObject({
      code: 'link/timeout',
    })
    await wire.read(read(10, 2))
    expect(sent.at(-1)! - before).toBeGreaterThanOrEqual(100)
  })

  it('recognises a late answer, throws it away and counts it', async () => {
    const wire = virtualWire(TIMEOUT_MS, (_request, good, n) => [{ afterMs: n === 1 ? 300 : 5, bytes: good }])
    await expect(wire.read(read(10))).rejects.toMatchObject({ code: 'link/timeout' })
    expect(await wire.read(read(30))).toEqual(truth(read(30)))
    await wire.world.pass(500)
    expect(await wire.read(read(50))).toEqual(truth(read(50)))
    expect(wire.asked.map(({ quantity }) => quantity)).toEqual([2, 3, 2])
    expect(wire.bus.counters()).toMatchObject({ staleAnswers: 1, timeouts: 1, malformed: 0, discardedBytes: 9 })
  })

  it('asks in another way when the device refuses the cells around those wanted', async () => {
    const wire = virtualWire(TIMEOUT_MS, (request, good, n) => {
      if (n === 1) return []
      const isOutside = request.address + request.quantity > 32
      return [{ afterMs: 5, bytes: isOutside ? encodeRtu(1, Uint8Array.of(0x83, 2)) : good }]
    })
    await expect(wire.read(read(10))).rejects.toMatchObject({ code: 'link/timeout' })
    // The exception could be the late one of the first question, so its own answer may still come as well.
    expect(await wire.read(read(30))).toEqual(truth(read(30)))
    expect(wire.asked.at(-1)).toMatchObject({ address: 28, quantity: 4 })
  })

  it('tells at once when a unit cannot be asked safely, and goes on with the others', async () => {
    const wire = virtualWire(TIMEOUT_MS, (request, good) => (request.unit === 1 ? [] : [{ afterMs: 5, bytes: good }]))
    const strict = { room: { before: 0, after: 0 } }
    await expect(wire.read({ ...read(10), ...strict })).rejects.toThrow('gave no answer')
    const before = wire.world.clock.mono()
    await expect(wire.read({ ...read(20), ...strict })).rejects.toThrow('still owes an answer')
    expect(wire.world.clock.mono()).toBe(before)
    expect(await wire.read({ ...read(20, 2), ...strict })).toEqual(truth(read(20, 2)))
  })

  it('keeps silent devices to their share of the bus', async () => {
    const wire = virtualWire(TIMEOUT_MS, (request, good) => (request.unit === 1 ? [{ afterMs: 5, bytes: good }] : []))
    for (let count = 0; count < 3_000; count += 1) {
      await wire.read(read(10))
      if (!wire.bus.mayProbe()) continue
      await expect(wire.read({ ...read(10, 2 + (count % 3)), purpose: 'probe' })).rejects.toThrow()
    }
    const { deadMs, busyMs } = wire.bus.counters()
    expect(deadMs).toBeGreaterThan(0.02 * busyMs)
    expect(deadMs).toBeLessThan(0.05 * wire.world.clock.mono() + 500)
  })

  it('lets a command wait for no more than the frame on the line', async () => {
    const wire = virtualWire(TIMEOUT_MS, prompt)
    const order: string[] = []
    const polls = [1, 2, 3].map((unit) => wire.bus.read(read(10, unit), never).then(() => order.push(`poll ${unit}`)))
    const command = wire.bus.read({ ...read(10, 4), purpose: 'command' }, never).then(() => order.push('command'))
    await wire.world.until(Promise.all([...polls, command]))
    expect(order).toEqual(['poll 1', 'command', 'poll 2', 'poll 3'])
  })

  it('learns how long a station thinks after the silence that ends the question, and gives it that', async () => {
    const wire = virtualWire(TIMEOUT_MS, (_request, good) => [{ afterMs: t35 + 5, bytes: good }])
    expect(wire.bus.station('modbus/1')).toEqual({ latencyMs: null, timeoutMs: TIMEOUT_MS })
    for (let count = 0; count < 40; count += 1) await wire.read(read(10))
    const { latencyMs, timeoutMs } = wire.bus.station('modbus/1')
    expect(latencyMs!.p50).toBeGreaterThanOrEqual(5)
    expect(latencyMs!.p999).toBeLessThan(6)
    expect(timeoutMs).toBe(30)
  })
})
