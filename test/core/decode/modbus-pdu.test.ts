import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decodeReadAnswer,
  decodeReadRequest,
  encodeReadRequest,
  exceptionName,
  isBitTable,
  type ReadRequest,
} from '../../../core/decode/modbus-pdu.ts'
import { hex } from './hex.ts'
import { anyExchange, anyRequest } from './modbus-arbitraries.ts'

const power: ReadRequest = { unit: 1, table: 'input-register', address: 0x34, quantity: 2 }

describe('a read request', () => {
  it('comes back from its own bytes', () => {
    fc.assert(
      fc.property(anyRequest, (request) => {
        expect(decodeReadRequest(request.unit, encodeReadRequest(request))).toEqual(request)
      }),
    )
  })

  it('stands on the wire as the standard has it', () => {
    expect(encodeReadRequest(power)).toEqual(hex('04 00 34 00 02'))
    // MODBUS Application Protocol V1.1b3 §6.1: coils 20–38
    expect(encodeReadRequest({ unit: 1, table: 'coil', address: 0x13, quantity: 0x13 })).toEqual(hex('01 00 13 00 13'))
  })

  it.each([
    [{ ...power, quantity: 126 }],
    [{ ...power, quantity: 0 }],
    [{ ...power, address: 65_535 }],
    [{ ...power, table: 'coil', quantity: 2_001 } as const],
  ])('beyond what the protocol allows is refused: %j', (request) => {
    expect(() => encodeReadRequest(request)).toThrow(RangeError)
  })

  it('is not seen in bytes that are none', () => {
    expect(decodeReadRequest(1, hex('06 00 34 00 02'))).toBeNull()
    expect(decodeReadRequest(1, hex('04 00 34 00 00'))).toBeNull()
    expect(decodeReadRequest(1, hex('04 00 34 00'))).toBeNull()
  })
})

describe('an answer', () => {
  it('gives its registers', () => {
    expect(decodeReadAnswer(power, hex('04 04 46 40 E6 66'))).toEqual({ kind: 'registers', words: [0x4640, 0xe666] })
  })

  it('gives its bits, lowest first', () => {
    // MODBUS Application Protocol V1.1b3 §6.1: CD 6B 05 for 19 coils
    const answer = decodeReadAnswer({ unit: 1, table: 'coil', address: 0x13, quantity: 0x13 }, hex('01 03 CD 6B 05'))
    const text = answer?.kind === 'bits' ? answer.bits.map(Number).join('') : ''
    expect(text).toBe('1011001111010110101')
  })

  it('may be an exception, which is a value and no error', () => {
    expect(decodeReadAnswer(power, hex('84 02'))).toEqual({ kind: 'exception', code: 2 })
    expect(exceptionName(2)).toBe('illegal data address')
    expect(exceptionName(77)).toBe('exception code 77')
  })

  it('has as many cells as were asked for, whatever it holds', () => {
    fc.assert(
      fc.property(anyExchange, ({ request, pdu }) => {
        const answer = decodeReadAnswer(request, pdu)
        if (answer === null) throw new Error('no answer')
        if (answer.kind === 'exception') {
          expect(answer.code).toBe(pdu[1])
        } else {
          expect(answer.kind).toBe(isBitTable(request.table) ? 'bits' : 'registers')
          expect((answer.kind === 'bits' ? answer.bits : answer.words).length).toBe(request.quantity)
        }
      }),
    )
  })

  it('of another function, of another length or cut short is none', () => {
    expect(decodeReadAnswer(power, hex('03 04 46 40 E6 66'))).toBeNull()
    expect(decodeReadAnswer(power, hex('04 02 46 40'))).toBeNull()
    expect(decodeReadAnswer(power, hex('04 04 46 40 E6'))).toBeNull()
    expect(decodeReadAnswer(power, hex('83 02'))).toBeNull()
    expect(decodeReadAnswer(power, hex('84 00'))).toBeNull()
    expect(decodeReadAnswer(power, new Uint8Array())).toBeNull()
  })

  it('is never found in bytes that do not start like one', () => {
    fc.assert(
      fc.property(anyRequest, fc.uint8Array(), (request, bytes) => {
        const answer = decodeReadAnswer(request, bytes)
        expect(answer === null || bytes.length >= 2).toBe(true)
      }),
    )
  })
})
