import { createHash } from 'node:crypto'

/** One challenge of a WWW-Authenticate header that this client can answer. */
export interface DigestChallenge {
  readonly realm: string
  readonly nonce: string
  readonly opaque: string | null
  /** As the server spelt it, null when it did not say (then MD5). */
  readonly algorithm: string | null
  readonly hash: 'sha256' | 'md5'
  readonly session: boolean
  readonly hasQop: boolean
}

/** What a request is authorised with. `nc` counts the uses of the challenge's nonce from 1. */
export interface DigestRequest {
  readonly user: string
  readonly password: string
  readonly method: string
  /** Path and query. */
  readonly uri: string
  readonly nc: number
  readonly cnonce: string
}

const HASHES: Readonly<Record<string, 'sha256' | 'md5'>> = { 'SHA-256': 'sha256', MD5: 'md5' }

/**
 * The strongest digest challenge in a WWW-Authenticate header that can be answered: SHA-256 before MD5, qop `auth` or
 * none. Null when there is none, for example Basic alone, which would show the password to the line. (RFC 7616 §3.3, §3.7)
 */
export function chooseChallenge(header: string): DigestChallenge | null {
  const offered = challengesOf(header)
    .filter((challenge) => challenge.scheme.toLowerCase() === 'digest')
    .map((challenge) => digestOf(challenge.parameters))
    .filter((challenge) => challenge !== null)
  return offered.find((challenge) => challenge.hash === 'sha256') ?? offered[0] ?? null
}

/** The Authorization header for a request. (RFC 7616 §3.4) */
export function authorization(challenge: DigestChallenge, request: DigestRequest): string {
  const { user, password, method, uri, cnonce } = request
  const hash = (text: string) => createHash(challenge.hash).update(text, 'utf8').digest('hex')
  const nc = request.nc.toString(16).padStart(8, '0')
  const secret = hash(`${user}:${challenge.realm}:${password}`)
  const a1 = challenge.session ? hash(`${secret}:${challenge.nonce}:${cnonce}`) : secret
  const a2 = hash(`${method}:${uri}`)
  const response = challenge.hasQop
    ? hash(`${a1}:${challenge.nonce}:${nc}:${cnonce}:auth:${a2}`)
    : hash(`${a1}:${challenge.nonce}:${a2}`)
  const quoted = (text: string) => `"${text.replace(/[\\"]/g, '\\$&')}"`
  return [
    `Digest username=${quoted(user)}`,
    `realm=${quoted(challenge.realm)}`,
    `nonce=${quoted(challenge.nonce)}`,
    `uri=${quoted(uri)}`,
    `response="${response}"`,
    ...(challenge.algorithm === null ? [] : [`algorithm=${challenge.algorithm}`]),
    ...(challenge.opaque === null ? [] : [`opaque=${quoted(challenge.opaque)}`]),
    ...(challenge.hasQop || challenge.session ? [`cnonce="${cnonce}"`] : []),
    ...(challenge.hasQop ? ['qop=auth', `nc=${nc}`] : []),
  ].join(', ')
}

interface Challenge {
  readonly scheme: string
  readonly parameters: ReadonlyMap<string, string>
}

/** A header may hold several challenges, and commas stand both between and inside them. (RFC 9110 §11.6.1) */
function challengesOf(header: string): Challenge[] {
  const token = /([A-Za-z][\w-]*)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))|([A-Za-z][\w-]*)(?=\s+[A-Za-z])/g
  const found: { scheme: string; parameters: Map<string, string> }[] = []
  for (const [, name, quoted, bare, scheme] of header.matchAll(token)) {
    if (scheme !== undefined) found.push({ scheme, parameters: new Map() })
    else if (name !== undefined) {
      found.at(-1)?.parameters.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? bare ?? '')
    }
  }
  return found
}

function digestOf(parameters: ReadonlyMap<string, string>): DigestChallenge | null {
  const realm = parameters.get('realm')
  const nonce = parameters.get('nonce')
  const algorithm = parameters.get('algorithm') ?? null
  const name = (algorithm ?? 'MD5').toUpperCase()
  const session = name.endsWith('-SESS')
  const hash = HASHES[name.replace(/-SESS$/, '')]
  const qop = parameters.get('qop')
  const takesAuth = qop === undefined || qop.split(',').some((one) => one.trim().toLowerCase() === 'auth')
  if (realm === undefined || nonce === undefined || hash === undefined || !takesAuth) return null
  return { realm, nonce, opaque: parameters.get('opaque') ?? null, algorithm, hash, session, hasQop: qop !== undefined }
}
