import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ModbusRequest } from '../../../core/decode/modbus-request.ts'
import {
  encodeRtu,
  encodeRtuRequest,
  frameSilenceMs,
  rtuAnswerIn,
  scanRtu,
  wireTimeMs,
} from '../../../core/decode/modbus-rtu.ts'
import { hex } from './hex.ts'
import { anyModbusExchange, join } from './modbus-arbitraries.ts'

const power: ModbusRequest = { kind: 'read', unit: 1, table: 'input-register', address: 0x34, quantity: 2 }
const answer = hex('01 04 04 46 40 E6 66 25 52')
const noise = fc.uint8Array({ maxLength: 64 })

describe('an RTU frame', () => {
  it('stands on the line as the recorded ones', () => {
    expect(encodeRtuRequest(power)).toEqual(hex('01 04 00 34 00 02 30 05'))
    expect(encodeRtu(1, hex('04 04 46 40 E6 66'))).toEqual(answer)
    const relay: ModbusRequest = { kind: 'write-coil', unit: 1, address: 0, bit: true }
    expect(encodeRtuRequest(relay)).toEqual(hex('01 05 00 00 FF 00 8C 3A'))
  })

  it('is found behind any noise and before any other, whatever was asked', () => {
    fc.assert(
      fc.property(noise, anyModbusExchange, fc.uint8Array(), (before, exchange, after) => {
        const { request, pdu } = exchange
        const frame = encodeRtu(request.unit, pdu)
        const scan = scanRtu(join(before, frame, after), request)
        const end = before.length + frame.length
        expect(scan).toEqual({
          kind: 'frame',
          answer: exchange.answer,
          pdu,
          start: before.length,
          end,
          echoed: false,
        })
      }),
    )
  })

  it('is found behind the echo of its own request, which is told', () => {
    fc.assert(
      fc.property(noise, anyModbusExchange, (before, { request, pdu, answer: expected }) => {
        const echo = encodeRtuRequest(request)
        const seen = join(before, echo, encodeRtu(request.unit, pdu))
        const scan = scanRtu(seen, request, true)
        expect(scan).toMatchObject({ kind: 'frame', pdu, answer: expected, echoed: true, end: seen.length })
      }),
    )
  })

  it('is never taken from an echo that is still coming in', () => {
    fc.assert(
      fc.property(anyModbusExchange, fc.nat({ max: 300 }), ({ request }, length) => {
        expect(scanRtu(encodeRtuRequest(request).slice(0, length), request, true)).toEqual({ kind: 'nothing' })
      }),
    )
  })

  it('is not taken from the echo of a request that looks like its own answer', () => {
    const request: ModbusRequest = { kind: 'read', unit: 7, table: 'discrete-input', address: 0x0312, quantity: 24 }
    const echo = encodeRtuRequest(request)
    expect(scanRtu(echo, request)).toEqual({ kind: 'nothing' })
    expect(scanRtu(join(echo, encodeRtu(7, hex('02 03 01 02 03'))), request)).toMatchObject({ start: 8, echoed: true })
  })

  it('is not taken from the beginning of an echo that looks like the answer', () => {
    const found = beginningThatLooksLikeAnAnswer()
    const echo = encodeRtuRequest(found)
    for (let length = 0; length <= echo.length; length += 1) {
      expect(scanRtu(echo.slice(0, length), found)).toEqual({ kind: 'nothing' })
    }
  })

  it('that repeats a write is the answer on a line that does not echo', () => {
    const request: ModbusRequest = { kind: 'write-register', unit: 1, address: 1, word: 3 }
    const frame = encodeRtuRequest(request)
    expect(scanRtu(frame, request)).toMatchObject({ kind: 'frame', answer: { kind: 'written' } })
    expect(scanRtu(frame, request, true)).toEqual({ kind: 'nothing' })
    expect(scanRtu(join(frame, frame), request, true)).toMatchObject({ kind: 'frame', start: 8, echoed: true })
  })

  it('that tells of another write is not the answer to this one', () => {
    const request: ModbusRequest = { kind: 'write-registers', unit: 1, address: 1, words: [10, 258] }
    const [other, own] = [encodeRtu(1, hex('10 00 02 00 02')), encodeRtu(1, hex('10 00 01 00 02'))]
    expect(scanRtu(join(other, own), request)).toMatchObject({ kind: 'frame', start: 8 })
  })

  it('is found as soon as its last byte is there and not before', () => {
    fc.assert(
      fc.property(
        anyModbusExchange,
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        ({ request, pdu }, share) => {
          const frame = encodeRtu(request.unit, pdu)
          expect(scanRtu(frame.slice(0, Math.floor(share * frame.length)), request)).toEqual({ kind: 'nothing' })
          expect(scanRtu(frame, request).kind).toBe('frame')
        },
      ),
    )
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
      answer: { kind: 'exception', code: 2 },
      pdu: hex('83 02'),
      start: 1,
      end: 6,
      echoed: false,
    })
  })
})

describe('an answer nobody waits for', () => {
  it('is recognised by itself behind any noise, unless it was to a longer loop-back', () => {
    fc.assert(
      fc.property(noise, anyModbusExchange, ({ length }, { request, answer: kind, pdu }) => {
        fc.pre(request.kind !== 'loopback' || request.data.length === 1 || kind.kind === 'exception')
        const frame = encodeRtu(request.unit, pdu)
        const before = new Uint8Array(length)
        expect(rtuAnswerIn(join(before, frame))).toEqual({
          unit: request.unit,
          pdu,
          start: length,
          end: length + frame.length,
        })
      }),
    )
  })

  it('is not seen in the request for it, nor in a damaged one', () => {
    expect(rtuAnswerIn(encodeRtuRequest(power))).toBeNull()
    expect(rtuAnswerIn(answer.with(4, 0))).toBeNull()
    expect(rtuAnswerIn(answer, 1)).toBeNull()
  })
})

/** One to sixteen bits whose request begins like the frame of an answer to it; there is one for some unit and address. */
function beginningThatLooksLikeAnAnswer(): ModbusRequest {
  for (let unit = 1; unit <= 247; unit += 1) {
    for (let low = 0; low <= 0xff; low += 1) {
      for (let quantity = 1; quantity <= 8; quantity += 1) {
        const request = { kind: 'read', unit, table: 'coil', address: 0x0100 | low, quantity } as const
        const own = encodeRtuRequest(request)
        const answered = encodeRtu(unit, Uint8Array.of(1, 1, low))
        if (answered.every((byte, index) => byte === own[index])) return request
      }
    }
  }
  throw new Error('expected such a request')
}

describe('the line', () => {
  it('is silent for 3.5 characters between frames, and for 1.75 ms above 19200 baud', () => {
    expect(frameSilenceMs(9_600)).toBeCloseTo(4.01, 2)
    expect(frameSilenceMs(115_200)).toBe(1.75)
  })

  it('takes 11 bits a byte', () => {
    expect(wireTimeMs(255, 9_600)).toBeCloseTo(292.2, 1)
  })
})
