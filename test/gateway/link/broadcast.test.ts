import { describe, expect, it } from 'vitest'
import type { BusWrite } from '../../../gateway/link/field-bus.ts'
import type { ReadRequest } from '../../../core/decode/modbus-pdu.ts'
import { encodeRtu } from '../../../core/decode/modbus-rtu.ts'
import { BAUD, truth, virtualWire } from './wire-world.ts'

const never = new AbortController().signal
const toAll: BusWrite = { unit: 0, table: 'holding-register', address: 7, words: [42] }
const read = (unit: number, address = 10): ReadRequest => ({ unit, table: 'holding-register', address, quantity: 2 })
const frameMs = (8 * 11_000) / BAUD
/** MODBUS over Serial Line V1.02 §2.4.1. */
const TURNAROUND_MS = 100

/** A wire whose requests are written down with their times. */
function watchedWire(answerMs = 5) {
  const wire = virtualWire(1_000, (_request, good) => [{ afterMs: answerMs, bytes: good }])
  const started = () => wire.sent.map(({ at, bytes }) => ({ unit: bytes[0], at }))
  return { ...wire, started }
}

describe('a write to all devices of a wire', () => {
  it('goes out once as it stands and is only known to be sent', async () => {
    const { world, bus, sent } = watchedWire()
    expect(await world.until(bus.write(toAll, never))).toEqual({ kind: 'sent' })
    expect(sent.map(({ bytes }) => bytes)).toEqual([encodeRtu(0, Uint8Array.of(6, 0, 7, 0, 42))])
    expect(bus.counters()).toMatchObject({ exchanges: 1, timeouts: 0, deadMs: 0 })
  })

  it('is followed by the turnaround delay, in which nothing goes out; commands and polls queue behind it', async () => {
    const { world, bus, started } = watchedWire()
    const order: string[] = []
    const told = (name: string) => () => void order.push(name)
    const all = [
      bus.write(toAll, never).then(told('all')),
      bus.read(read(1), never).then(told('poll')),
      world.clock.sleep(50).then(() => bus.read({ ...read(2), purpose: 'command' }, never).then(told('command'))),
    ]
    await world.until(Promise.all(all))
    expect(order).toEqual(['all', 'command', 'poll'])
    const [first, second] = started()
    expect(second!.at - first!.at).toBeGreaterThanOrEqual(frameMs + TURNAROUND_MS)
    expect(second!.at - first!.at).toBeLessThan(frameMs + TURNAROUND_MS + 10)
    expect(started().map(({ unit }) => unit)).toEqual([0, 2, 1])
  })

  it('leaves the devices their time even when the caller gives up', async () => {
    const { world, bus, started } = watchedWire()
    const giveUp = new AbortController()
    const write = bus.write(toAll, giveUp.signal)
    const given = expect(write).rejects.toThrow('given up')
    world.after(20, () => giveUp.abort(new Error('given up')))
    await world.until(given)
    expect(await world.until(bus.read(read(1), never))).toEqual(truth(read(1)))
    expect(started()[1]!.at - started()[0]!.at).toBeGreaterThanOrEqual(frameMs + TURNAROUND_MS)
  })

  it('does not make an answer of what a device says to it all the same', async () => {
    const { world, bus, receive } = watchedWire()
    const write = bus.write(toAll, never)
    world.after(30, () => receive(encodeRtu(1, Uint8Array.of(3, 4, 0, 1, 0, 2))))
    await world.until(write)
    expect(await world.until(bus.read(read(1), never))).toEqual(truth(read(1)))
    expect(bus.counters().discardedBytes).toBe(9)
  })
})

describe('a unit that cannot answer on a wire', () => {
  it.each([0, 248, 255])('%i is refused before anything is sent', async (unit) => {
    const { world, bus, sent } = watchedWire()
    const refused = { code: 'config/invalid' }
    await expect(world.until(bus.read(read(unit), never))).rejects.toMatchObject(refused)
    await expect(world.until(bus.identify(unit, {}, never))).rejects.toMatchObject(refused)
    expect(sent).toEqual([])
  })

  it('is not written to above 247 either', async () => {
    const { world, bus, sent } = watchedWire()
    const write = bus.write({ ...toAll, unit: 248 }, never)
    await expect(world.until(write)).rejects.toMatchObject({ code: 'config/invalid' })
    expect(sent).toEqual([])
  })
})
