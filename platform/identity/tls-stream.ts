import { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { connect, type DetailedPeerCertificate, type TLSSocket } from 'node:tls'
import { HouseError, messageOf } from '../../core/kit/errors.ts'
import { certificateFault, fingerprintOf, readCertificates } from './certificate.ts'

/** What a gateway shows of itself and by what it knows the other side. All PEM. */
export interface TlsMaterial {
  readonly key: string
  readonly cert: string
  /** Authorities that may vouch for the other side. */
  readonly ca: string
  /**
   * The time the other side's certificate must hold at, UtcMs; null where nobody can say what time it is. Then from when until when
   * it holds is not looked at; whose it is and who has issued it always is. The machine's own clock is never asked.
   */
  readonly at: number | null
}

/** By what the other side is known: an authority on file, or the fingerprint of one that it shows. */
export type Trust =
  | { readonly by: 'authority'; readonly material: TlsMaterial }
  /** Its time is not looked at. A server that the system's own authorities vouch for is taken too, such as a reverse proxy. */
  | { readonly by: 'fingerprint'; readonly sha256: string }

export interface TlsPlace {
  readonly host: string
  readonly port: number
}

const WITHIN_MS = 10_000

/** What OpenSSL says of a certificate whose time is wrong. */
const TIME_FAULTS: readonly string[] = ['CERT_NOT_YET_VALID', 'CERT_HAS_EXPIRED']

/**
 * Connects and lets nothing be said before the other side's certificate has been checked.
 * Throws `link/down` when nobody answers, `identity/invalid` when somebody else does.
 */
export async function openTls(place: TlsPlace, trust: Trust, signal: AbortSignal): Promise<TLSSocket> {
  const { host, port } = place
  const socket = connect({
    host,
    port,
    minVersion: 'TLSv1.2',
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(trust.by === 'authority' ? { key: trust.material.key, cert: trust.material.cert, ca: trust.material.ca } : {}),
    // Checked below, where a wrong clock can be told from a wrong certificate.
    rejectUnauthorized: false,
  })
  try {
    await secured(socket, AbortSignal.any([signal, AbortSignal.timeout(WITHIN_MS)]))
  } catch (error) {
    socket.destroy()
    throw new HouseError(
      'link/down',
      `${host}:${port}: no encrypted connection: ${messageOf(error)}`,
      { host, port },
      error,
    )
  }
  const fault = faultOf(socket, host, trust)
  if (fault === null) return socket
  socket.destroy()
  throw new HouseError('identity/invalid', `${host}:${port}: ${fault}`, { host, port })
}

function secured(socket: TLSSocket, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(new Error('it took too long, or is no longer wanted'))
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    const over = () => signal.removeEventListener('abort', onAbort)
    socket.once('secureConnect', () => {
      over()
      resolve()
    })
    // Kept for ever: an error after the handshake is told by the close, too.
    socket.on('error', (error: Error) => {
      over()
      reject(error)
    })
  })
}

function faultOf(socket: TLSSocket, host: string, trust: Trust): string | null {
  // Typed as an Error, it is a word.
  const why = String(socket.authorizationError)
  const chain = chainOf(socket)
  if (trust.by === 'fingerprint') {
    const authorities = chain.filter((one) => fingerprintOf(one) === trust.sha256)
    return socket.authorized ? null : certificateFault(chain, { authorities, purpose: 'server', host, at: null })
  }
  const { ca, at } = trust.material
  const authorities = readCertificates(ca, 'the authority')
  const fault = certificateFault(chain, { authorities, purpose: 'server', host, at })
  // OpenSSL goes by the machine's own clock; the time has been looked at here, by a better one.
  const isRight = socket.authorized || TIME_FAULTS.includes(why)
  return fault ?? (isRight ? null : `its certificate is refused (${why})`)
}

/** What the other side has shown, its own certificate first. */
function chainOf(socket: TLSSocket): X509Certificate[] {
  const found: X509Certificate[] = []
  let at = shownBy(socket.getPeerCertificate(true))
  // The last one of a whole chain is its own issuer.
  while (at !== null && !found.some(({ raw }) => raw.equals(at?.raw ?? raw))) {
    found.push(new X509Certificate(at.raw))
    at = shownBy(at.issuerCertificate)
  }
  return found
}

/** A peer without a certificate is an empty object, and the issuer of the last of a broken chain is missing. */
function shownBy(peer: DetailedPeerCertificate | undefined): DetailedPeerCertificate | null {
  return peer !== undefined && Object.hasOwn(peer, 'raw') ? peer : null
}
