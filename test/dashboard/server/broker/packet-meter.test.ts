import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openPacketMeter } from '../../../../dashboard/server/broker/packet-meter.ts'

/** An MQTT packet: type byte, length in groups of seven bits, body. (MQTT 3.1.1 §2.2) */
function packet(size: number): Uint8Array {
  const header = [0x30]
  let rest = size
  do {
    const byte = rest % 128
    rest = Math.floor(rest / 128)
    header.push(rest > 0 ? byte + 128 : byte)
  } while (rest > 0)
  return Uint8Array.from([...header, ...new Uint8Array(size)])
}

describe('the packet meter', () => {
  it('lets through packets up to the limit, however they are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(300), { minLength: 1 }), fc.integer({ min: 1, max: 50 }), (sizes, cut) => {
        const meter = openPacketMeter(300)
        const bytes = Buffer.concat(sizes.map(packet))
        for (let at = 0; at < bytes.length; at += cut) expect(meter.feed(bytes.subarray(at, at + cut))).toBe(true)
      }),
    )
  })

  it('refuses a larger packet by its header alone', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(300)), fc.integer({ min: 301, max: 100_000 }), (sizes, large) => {
        const meter = openPacketMeter(300)
        expect(meter.feed(Buffer.concat(sizes.map(packet)))).toBe(true)
        expect(meter.feed(packet(large).subarray(0, 5))).toBe(false)
      }),
    )
  })

  it('knows the lengths of the specification: 0x80 0x01 is 128, 0xFF 0xFF 0xFF 0x7F is 268 435 455', () => {
    expect(openPacketMeter(128).feed(Uint8Array.from([0x30, 0x80, 0x01]))).toBe(true)
    expect(openPacketMeter(127).feed(Uint8Array.from([0x30, 0x80, 0x01]))).toBe(false)
    expect(openPacketMeter(268_435_455).feed(Uint8Array.from([0x30, 0xff, 0xff, 0xff, 0x7f]))).toBe(true)
    expect(openPacketMeter(268_435_455).feed(Uint8Array.from([0x30, 0xff, 0xff, 0xff, 0xff]))).toBe(false)
  })

  it('lets through more once it is told to', () => {
    const meter = openPacketMeter(10)
    meter.allow(300)
    expect(meter.feed(packet(300))).toBe(true)
  })
})
