import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeTcp, encodeTcpRequest, scanTcp } from '../../../core/decode/modbus-tcp.ts'
import { hex } from './hex.ts'
import { anyExchange, join } from './modbus-arbitraries.ts'

describe('a Modbus TCP message', () => {
  it('stands on the wire as in the guide', () => {
    // MODBUS Messaging on TCP/IP V1.0b §3.1.3: transaction 0x1501, one register at 4 of unit 0xFF
    const request = { unit: 0xff, table: 'holding-register', address: 4, quantity: 1 } as const
    expect(encodeTcpRequest(0x1501, request)).toEqual(hex('15 01 00 00 00 06 FF 03 00 04 00 01'))
  })

  it('comes back from its own bytes, whatever follows', () => {
    fc.assert(
      fc.property(fc.nat({ max: 0xffff }), anyExchange, fc.uint8Array(), (transaction, { request, pdu }, after) => {
        const message = { transaction, unit: request.unit, pdu }
        const bytes = encodeTcp(message)
        expect(scanTcp(join(bytes, after))).toEqual({ kind: 'message', message, end: bytes.length })
      }),
    )
  })

  it('is incomplete until its last byte is there', () => {
    fc.assert(
      fc.property(
        anyExchange,
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
})
