import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { base32, fittingStep, hotp, otpauthUri, stepOf } from '../../../../dashboard/server/access/totp.ts'
import { unbase32 } from '../../../support/authenticator.ts'

/** The secret of the test vectors of both RFCs. */
const SECRET = Buffer.from('12345678901234567890')

describe('a one-time code', () => {
  it('is that of RFC 4226, appendix D', () => {
    const codes = Array.from({ length: 10 }, (_, counter) => hotp(SECRET, counter))
    expect(codes.join(' ')).toBe('755224 287082 359152 969429 338314 254676 287922 162583 399871 520489')
  })

  it.each([
    [59, '94287082'],
    [1_111_111_109, '07081804'],
    [1_111_111_111, '14050471'],
    [1_234_567_890, '89005924'],
    [2_000_000_000, '69279037'],
    [20_000_000_000, '65353130'],
  ])('of %i s is that of RFC 6238, appendix B', (seconds, code) => {
    expect(hotp(SECRET, stepOf(seconds * 1_000), 8)).toBe(code)
  })

  it('is taken half a minute early and late, and in no other', () => {
    const atMs = 1_234_567_890_000
    const offsets = [-2, -1, 0, 1, 2].map((steps) => {
      const code = hotp(SECRET, stepOf(atMs) + steps)
      return fittingStep(SECRET, code, { atMs, lastStep: 0 })
    })
    const now = stepOf(atMs)
    expect(offsets).toEqual([null, now - 1, now, now + 1, null])
  })

  it('is taken once, and none before it afterwards', () => {
    const atMs = 1_234_567_890_000
    const now = stepOf(atMs)
    for (const step of [now - 1, now])
      expect(fittingStep(SECRET, hotp(SECRET, step), { atMs, lastStep: now })).toBeNull()
    expect(fittingStep(SECRET, hotp(SECRET, now + 1), { atMs, lastStep: now })).toBe(now + 1)
  })

  it('is nothing but its six digits', () => {
    const atMs = 59_000
    for (const typed of ['', '28708', '2870820', 'abcdef', '２８７０８２']) {
      expect(fittingStep(SECRET, typed, { atMs, lastStep: 0 })).toBeNull()
    }
    expect(fittingStep(SECRET, '287082', { atMs, lastStep: 0 })).toBe(1)
  })
})

describe('a key that is typed', () => {
  it.each([
    ['f', 'MY'],
    ['fo', 'MZXQ'],
    ['foo', 'MZXW6'],
    ['foobar', 'MZXW6YTBOI'],
  ])('of %s is that of RFC 4648, section 10, without padding', (text, expected) => {
    expect(base32(Buffer.from(text))).toBe(expected)
  })

  it('can be read back whatever it is', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        expect(unbase32(base32(bytes))).toEqual(Buffer.from(bytes))
      }),
    )
  })

  it('comes in a link that authenticators read', () => {
    const uri = new URL(otpauthUri(SECRET, { issuer: 'Pitwatch', user: '王站长' }))
    expect([uri.protocol, uri.host, decodeURIComponent(uri.pathname)]).toEqual(['otpauth:', 'totp', '/Pitwatch:王站长'])
    expect(Object.fromEntries(uri.searchParams)).toEqual({
      ...{ secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', issuer: 'Pitwatch' },
      ...{ algorithm: 'SHA1', digits: '6', period: '30' },
    })
  })
})
