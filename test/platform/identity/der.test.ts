import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HouseError } from '../../../core/kit/errors.ts'
import {
  der,
  derOfPem,
  elementsOf,
  integer,
  membersOf,
  oid,
  pemOf,
  sequence,
  time,
} from '../../../platform/identity/der.ts'

const content = fc.uint8Array({ maxLength: 70_000 })
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

describe('DER', () => {
  it('is read as it was written, whatever the lengths', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 30 }), content), { maxLength: 4 }), (parts) => {
        const members = membersOf(sequence(...parts.map(([tag, bytes]) => der(tag, bytes))))
        expect(members.map(({ tag, content: read }) => [tag, hex(read)])).toEqual(
          parts.map(([tag, bytes]) => [tag, hex(bytes)]),
        )
      }),
      { numRuns: 60 },
    )
  })

  it('of vectors from elsewhere', () => {
    // X.690 §8.19.5 and the identifiers of RFC 5758 and RFC 4055.
    expect(hex(oid('2.999.3'))).toBe('0603883703')
    expect(hex(oid('1.2.840.10045.4.3.2'))).toBe('06082a8648ce3d040302')
    expect(hex(oid('1.2.840.113549.1.1.11'))).toBe('06092a864886f70d01010b')
    expect(hex(integer(Uint8Array.of(0)))).toBe('020100')
    expect(hex(integer(Uint8Array.of(0x80)))).toBe('02020080')
    expect(hex(integer(Uint8Array.of(0, 0, 0x7f)))).toBe('02017f')
    // RFC 5280 §4.1.2.5: UTCTime until 2049, GeneralizedTime from 2050.
    expect(
      time(Date.UTC(2049, 11, 31, 23, 59, 59))
        .toString('latin1')
        .slice(2),
    ).toBe('491231235959Z')
    expect(
      time(Date.UTC(2050, 0, 1))
        .toString('latin1')
        .slice(2),
    ).toBe('20500101000000Z')
  })

  it('that is none is refused with a reason and never anything else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        for (const read of [elementsOf, membersOf]) {
          try {
            read(bytes)
          } catch (error) {
            expect(error).toBeInstanceOf(HouseError)
          }
        }
      }),
      { numRuns: 2_000 },
    )
    for (const text of ['30', '3080', '3005', '308400000000ff', '3085010000000000', '1f8100']) {
      expect(() => membersOf(Buffer.from(text, 'hex'))).toThrow(/DER/)
    }
  })

  it('as PEM comes back, and from a text without it not', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), (bytes) => {
        expect(hex(derOfPem('CERTIFICATE', `noise\n${pemOf('CERTIFICATE', bytes)}noise`))).toBe(hex(bytes))
      }),
    )
    expect(() => derOfPem('CERTIFICATE', pemOf('X509 CRL', Uint8Array.of(1)))).toThrow(/CERTIFICATE/)
  })
})
