import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

export interface Credentials {
  readonly user: string
  readonly password: string
}

/** Digest authentication as cameras do it: MD5 with qop=auth. (RFC 7616 §3.4) */
export interface DigestGuard {
  /** The header that asks for credentials. */
  challenge(): string
  /** Whether an Authorization header proves the password for this request. */
  admits(method: string, authorization: string | undefined): boolean
}

/** A guard with one user and one nonce for as long as the camera runs. */
export function digestGuard(realm: string, credentials: Credentials): DigestGuard {
  const nonce = randomBytes(16).toString('hex')
  return {
    challenge: () => `Digest realm="${realm}", qop="auth", nonce="${nonce}", algorithm=MD5`,
    admits: (method, authorization) => {
      if (authorization?.startsWith('Digest ') !== true) return false
      const field = fieldsOf(authorization.slice('Digest '.length))
      if (field('username') !== credentials.user || field('nonce') !== nonce) return false
      const secret = md5(`${credentials.user}:${realm}:${credentials.password}`)
      const asked = md5(`${method}:${field('uri')}`)
      const expected = md5(`${secret}:${nonce}:${field('nc')}:${field('cnonce')}:${field('qop')}:${asked}`)
      const came = field('response')
      return came.length === expected.length && timingSafeEqual(Buffer.from(came), Buffer.from(expected))
    },
  }
}

function fieldsOf(text: string): (name: string) => string {
  const fields = new Map<string, string>()
  for (const [, name, quoted, bare] of text.matchAll(/(\w+)=(?:"([^"]*)"|([^\s,]+))/g)) {
    if (name !== undefined) fields.set(name, quoted ?? bare ?? '')
  }
  return (name) => fields.get(name) ?? ''
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex')
}
