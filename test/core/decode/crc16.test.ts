import { describe, expect, it } from 'vitest'
import { crc16 } from '../../../core/decode/crc16.ts'
import { hex } from './hex.ts'

describe('the CRC of a Modbus RTU frame', () => {
  it.each([
    ['01 04 00 34 00 02', '30 05'], // Eastron SDM630, total power
    ['01 03 20 12 00 02', '6F CE'], // Chint DTSU666
    ['01 03 08 1A 00 02', 'E7 AC'], // Acrel ADL400
    ['01 02 01 05', '61 8B'], // Waveshare, inputs 1 and 3
    ['01 04 04 43 66 33 34', '1B 38'], // the frame quoted in Tasmota's DDSU666 source
    ['01 83 02', 'C0 F1'], // exception: illegal data address
  ])('of %s is %s on the wire', (frame, wire) => {
    const crc = crc16(hex(frame))
    expect(Uint8Array.of(crc & 0xff, crc >>> 8)).toEqual(hex(wire))
  })

  it('is the check value of the CRC-16/MODBUS catalogue entry', () => {
    expect(crc16(new TextEncoder().encode('123456789'))).toBe(0x4b37)
  })
})
