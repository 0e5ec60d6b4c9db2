import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { Id, Sha256 } from '../../core/contract/text.ts'
import type { EnrolAnswer, EnrolRequest } from '../../core/contract/identity.ts'
import { canonicalJson } from '../../core/kit/canonical-json.ts'
import { HouseError } from '../../core/kit/errors.ts'

/** What a token says: where the control room is, for which site it is, its secret, and by whom the control room is known. */
export interface EnrolToken {
  readonly url: string
  readonly site: string
  /** 128 bits, base64url. */
  readonly secret: string
  /** SHA-256 of the authority's certificate. */
  readonly authority: string
}

const PREFIX = 'PW1'
const Packed = z.tuple([
  z.url({ protocol: /^https?$/ }).max(300),
  Id,
  z.string().regex(/^[\w-]{22}$/),
  z.string().regex(/^[\w-]{43}$/),
])

/** A new secret. */
export function makeSecret(): string {
  return randomBytes(16).toString('base64url')
}

/** The token as the text a person copies. Its end tells a text that was cut off or mistyped. */
export function tokenText({ url, site, secret, authority }: EnrolToken): string {
  const packed = JSON.stringify([url, site, secret, Buffer.from(authority, 'hex').toString('base64url')])
  const payload = Buffer.from(packed, 'utf8').toString('base64url')
  return `${PREFIX}.${payload}.${checkOf(payload)}`
}

/** Inverse of `tokenText`; spaces and line ends a terminal has put in do not matter. Throws `identity/invalid`. */
export function readToken(text: string): EnrolToken {
  const [prefix, payload = '', check, ...rest] = text.replace(/\s+/g, '').split('.')
  if (prefix !== PREFIX || rest.length > 0)
    throw notToken('expected a text that begins with PW1., as `pitwatch enrol new` prints it')
  if (check !== checkOf(payload)) throw notToken('expected the whole text, came one that is cut off or mistyped')
  const packed = Packed.safeParse(parsed(Buffer.from(payload, 'base64url').toString('utf8')))
  if (!packed.success) throw notToken('expected a token of this version')
  const [url, site, secret, digest] = packed.data
  return { url, site, secret, authority: Sha256.parse(Buffer.from(digest, 'base64url').toString('hex')) }
}

function checkOf(payload: string): string {
  return createHash('sha256').update(payload).digest('base64url').slice(0, 4)
}

function notToken(why: string): HouseError {
  return new HouseError('identity/invalid', `enrolment token: ${why}`)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** What stays at the control room of a secret: a name to find it by, and the key its messages are known by. */
export interface TokenKey {
  readonly id: string
  /** base64url. */
  readonly key: string
}

/** One way only: the secret, and so the token's text, cannot be had from it. */
export function keyOfSecret(secret: string): TokenKey {
  const from = (what: string) => createHmac('sha256', secret).update(`pitwatch enrolment ${what}`).digest()
  return { id: from('id').toString('hex').slice(0, 16), key: from('key').toString('base64url') }
}

/** A request with its `mac`. */
export function sealRequest(request: Omit<EnrolRequest, 'mac'>, key: string): EnrolRequest {
  return { ...request, mac: macOf('request', request, key) }
}

export function isRequestSealed({ mac, ...request }: EnrolRequest, key: string): boolean {
  return isSame(mac, macOf('request', request, key))
}

/** An answer with its `mac`, which no other request can have been answered with. */
export function sealAnswer(answer: Omit<EnrolAnswer, 'mac'>, nonce: string, key: string): EnrolAnswer {
  return { ...answer, mac: macOf('answer', { ...answer, nonce }, key) }
}

export function isAnswerSealed({ mac, ...answer }: EnrolAnswer, nonce: string, key: string): boolean {
  return isSame(mac, macOf('answer', { ...answer, nonce }, key))
}

function macOf(what: string, body: object, key: string): string {
  return createHmac('sha256', Buffer.from(key, 'base64url'))
    .update(`${what}\n${canonicalJson(body)}`)
    .digest('base64url')
}

function isSame(a: string, b: string): boolean {
  const [one, other] = [Buffer.from(a), Buffer.from(b)]
  return one.length === other.length && timingSafeEqual(one, other)
}
