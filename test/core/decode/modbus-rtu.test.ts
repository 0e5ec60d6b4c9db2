import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ReadRequest } from '../../../core/decode/modbus-pdu.ts'
import { encodeRtu, encodeRtuRequest, frameSilenceMs, scanRtu, wireTimeMs } from '../../../core/decode/modbus-rtu.ts'
import { hex } from './hex.ts'
import { anyExchange, join } from './modbus-arbitraries.ts'

const power: ReadRequest = { unit: 1, table: 'input-register', address: 0x34, quantity: 2 }
const answer = hex('01 04 04 46 40 E6 66 25 52')

describe('an RTU frame', () => {
  it('stands on the line as the recorded ones', () => {
    expect(encodeRtuRequest(power)).toEqual(hex('01 04 00 34 00 02 30 05'))
    expect(encodeRtu(1, hex('04 04 46 40 E6 66'))).toEqual(answer)
  })

  it('is found behind any noise and before any other', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), anyExchange, fc.uint8Array(), (before, { request, pdu }, after) => {
        const frame = encodeRtu(request.unit, pdu)
        fc.pre(!sameBytes(frame, encodeRtuRequest(request)))
        const scan = scanRtu(join(before, frame, after), request)
        expect(scan).toEqual({ kind: 'frame', pdu, start: before.length, end: before.length + frame.length })
      }),
    )
  })

  it('is found behind the echo of its own request', () => {
    fc.assert(
      fc.property(anyExchange, fc.nat({ max: 2 }), ({ request, pdu }, echoes) => {
        const echo = encodeRtuRequest(request)
        const frame = encodeRtu(request.unit, pdu)
        fc.pre(!sameBytes(frame, echo))
        const seen = join(...Array.from({ length: echoes }, () => echo), frame)
        expect(scanRtu(seen, request)).toMatchObject({ kind: 'frame', pdu })
      }),
    )
  })

  it('is not taken from the echo of a request that looks like its own answer', () => {
    const request: ReadRequest = { unit: 7, table: 'discrete-input', address: 0x0312, quantity: 24 }
    const echo = encodeRtuRequest(request)
    expect(scanRtu(echo, request)).toEqual({ kind: 'nothing' })
    expect(scanRtu(join(echo, encodeRtu(7, hex('02 03 01 02 03'))), request)).toMatchObject({ kind: 'frame', start: 8 })
  })

  it('is found as soon as its last byte is there and not before', () => {
    for (let length = 0; length < answer.length; length += 1) {
      expect(scanRtu(answer.slice(0, length), power)).toEqual({ kind: 'nothing' })
    }
    expect(scanRtu(answer, power).kind).toBe('frame')
  })

  it('of another unit, function or length, or with any bit flipped, is noise', () => {
    expect(scanRtu(encodeRtu(2, hex('04 04 46 40 E6 66')), power).kind).toBe('nothing')
    expect(scanRtu(encodeRtu(1, hex('03 04 46 40 E6 66')), power).kind).toBe('nothing')
    expect(scanRtu(encodeRtu(1, hex('04 02 46 40')), power).kind).toBe('nothing')
    expect(scanRtu(encodeRtu(1, hex('04 06 46 40 E6 66')), power).kind).toBe('nothing')
    for (let bit = 0; bit < answer.length * 8; bit += 1) {
      const damaged = answer.map((byte, index) => (index === bit >>> 3 ? byte ^ (1 << (bit & 7)) : byte))
      expect(scanRtu(damaged, power).kind).toBe('nothing')
    }
  })

  it('may carry an exception', () => {
    expect(scanRtu(hex('FF 01 83 02 C0 F1'), { ...power, table: 'holding-register' })).toEqual({
      kind: 'frame',
      pdu: hex('83 02'),
      start: 1,
      end: 6,
    })
  })
})

describe('the line', () => {
  it('is silent for 3.5 characters between frames, and for 1.75 ms above 19200 baud', () => {
    expect(frameSilenceMs(9_600)).toBeCloseTo(4.01, 2)
    expect(frameSilenceMs(115_200)).toBe(1.75)
  })

  it('takes 11 bits a byte', () => {
    expect(wireTimeMs(255, 9_600)).toBeCloseTo(292.2, 1)
  })
})

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index])
}
