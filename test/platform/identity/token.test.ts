import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Id } from '../../../core/contract/text.ts'
import {
  isAnswerSealed,
  isRequestSealed,
  keyOfSecret,
  makeSecret,
  readToken,
  sealAnswer,
  sealRequest,
  tokenText,
} from '../../../platform/identity/token.ts'

const site = fc.stringMatching(/^[a-z0-9]{1,12}(-[a-z0-9]{1,8}){0,2}$/).map((text) => Id.parse(text))
const token = fc.record({
  url: fc.webUrl({ validSchemes: ['http', 'https'], size: 'small' }),
  site,
  secret: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes).toString('base64url')),
  authority: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex')),
})

describe('the text of a token', () => {
  it('says what it was made of, however a terminal has wrapped it', () => {
    fc.assert(
      fc.property(token, fc.integer({ min: 5, max: 80 }), (made, width) => {
        const wrapped = tokenText(made).replace(new RegExp(`.{${width}}`, 'g'), '$&\n ')
        expect(readToken(wrapped)).toEqual(made)
      }),
    )
  })

  it('with a character changed or cut off is refused', () => {
    fc.assert(
      fc.property(token, fc.nat(), (made, at) => {
        const text = tokenText(made)
        const place = 4 + (at % (text.length - 10))
        const other = text[place] === 'A' ? 'B' : 'A'
        expect(() => readToken(text.slice(0, place) + other + text.slice(place + 1))).toThrow(/enrolment token/)
        expect(() => readToken(text.slice(0, place))).toThrow(/enrolment token/)
      }),
    )
  })
})

describe('the seal', () => {
  const secret = makeSecret()
  const { id, key } = keyOfSecret(secret)
  const request = { token: id, site: Id.parse('east-pit'), request: 'x'.repeat(80), nonce: 'n'.repeat(22) }
  const answer = {
    group: 'county',
    site: 'east-pit',
    certificate: 'c'.repeat(80),
    authority: 'a'.repeat(80),
    broker: null,
  }

  it('holds for what was sealed with the secret and for nothing else', () => {
    const sealed = sealRequest(request, key)
    expect(isRequestSealed(sealed, key)).toBe(true)
    expect(isRequestSealed({ ...sealed, site: 'west-pit' }, key)).toBe(false)
    expect(isRequestSealed({ ...sealed, request: 'y'.repeat(80) }, key)).toBe(false)
    expect(isRequestSealed({ ...sealed, mac: '' }, key)).toBe(false)
    expect(isRequestSealed(sealed, keyOfSecret(makeSecret()).key)).toBe(false)
  })

  it('of an answer holds for the question it was asked with alone', () => {
    const sealed = sealAnswer(answer, request.nonce, key)
    expect(isAnswerSealed(sealed, request.nonce, key)).toBe(true)
    expect(isAnswerSealed(sealed, 'm'.repeat(22), key)).toBe(false)
    expect(isAnswerSealed({ ...sealed, broker: 'mqtts://evil' }, request.nonce, key)).toBe(false)
  })

  it('of a question is none of an answer', () => {
    const { mac } = sealRequest(request, key)
    expect(isAnswerSealed({ ...answer, mac }, request.nonce, key)).toBe(false)
  })
})
