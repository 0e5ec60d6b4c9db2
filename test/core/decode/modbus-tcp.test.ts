import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeTcp, encodeTcpRequest, holdsMessage, scanTcp } from '../../../core/decode/modbus-tcp.ts'
import { hex } from './hex.ts'
import { anyModbusExchange, join } from './modbus-arbitraries.ts'

describe('a Modbus TCP message', () => {
  it('stands on the wire as in the guide', () => {
    // MODBUS Messaging on TCP/IP V1.0b §3.1.3: transaction 0x1501, one register at 4 of unit 0xFF
    const request = { kind: 'read', unit: 0xff, table: 'holding-register', address: 4, quantity: 1 } as const
    expect(encodeTcpRequest(0x1501, request)).toEqual(hex('15 01 00 00 00 06 FF 03 00 04 00 01'))
  })

  it('comes back from its own bytes, whatever follows', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 0xffff }),
        anyModbusExchange,
        fc.uint8Array(),
        (transaction, { request, pdu }, after) => {
          const message = { transaction, unit: request.unit, pdu }
          const bytes = encodeTcp(message)
          expect(scanTcp(join(bytes, after))).toEqual({ kind: 'message', message, end: bytes.length })
        },
      ),
    )
  })

  it('is incomplete until its last byte is there', () => {
    fc.assert(
      fc.property(
        anyModbusExchange,
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        ({ request, pdu }, share) => {
          const bytes = encodeTcp({ transaction: 1, unit: request.unit, pdu })
          expect(scanTcp(bytes.slice(0, Math.floor(share * bytes.length)))).toEqual({ kind: 'incomplete' })
        },
      ),
    )
  })

  it.each(['00 01 00 01', '00 01 80', '00 01 00 00 00 01', '00 01 00 00 00 FF', '00 01 00 00 48 54'])(
    'that starts with %s says that the stream is out of step',
    (start) => {
      expect(scanTcp(hex(start)).kind).toBe('malformed')
    },
  )

  it('is found where another ends', () => {
    fc.assert(
      fc.property(fc.uint8Array(), anyModbusExchange, (before, { request, pdu }) => {
        const message = { transaction: 9, unit: request.unit, pdu }
        const bytes = join(before, encodeTcp(message))
        expect(scanTcp(bytes, before.length)).toEqual({ kind: 'message', message, end: bytes.length })
      }),
    )
  })
})

describe('a message that fills up one that was cut short', () => {
  const read = (words: readonly number[]) => words.flatMap((word) => [word >>> 8, word & 0xff])
  const isOurs = (transaction: number) => transaction >= 500 && transaction < 510

  it('is seen in the midst of its data, wherever it begins', () => {
    const anyLength = fc.integer({ min: 8, max: 60 })
    fc.assert(
      fc.property(anyLength, anyModbusExchange, fc.nat({ max: 9 }), (there, { request, pdu }, which) => {
        const whole = Uint8Array.of(3, 120, ...read(Array.from({ length: 60 }, (_, index) => 0x4100 + index)))
        const next = encodeTcp({ transaction: 500 + which, unit: request.unit, pdu })
        const filled = join(whole.slice(0, there), next, whole).slice(0, whole.length)
        expect(holdsMessage(filled, isOurs)).toBe(true)
        expect(holdsMessage(filled, () => false)).toBe(false)
      }),
    )
  })

  it('is not seen in zeros, nor in small numbers', () => {
    expect(holdsMessage(Uint8Array.of(3, 250, ...new Uint8Array(250)), () => true)).toBe(false)
    expect(holdsMessage(Uint8Array.of(3, 20, ...read([0, 0, 1, 0, 2, 0, 1, 0, 0, 1])), () => true)).toBe(false)
  })
})
