import type { X509Certificate } from 'node:crypto'
import { createServer, type Server, type TLSSocket } from 'node:tls'
import type { PeerRefusal } from '../../../core/contract/identity.ts'
import type { Log } from '../../../platform/log.ts'

/** Who is at the door with a certificate: a site's gateway, or why not. */
export type CertificateVerdict =
  | { readonly is: 'gateway'; readonly site: string }
  | { readonly is: 'refused'; readonly reason: PeerRefusal; readonly why: string }

/** The door for gateways with certificates. */
export interface BrokerTls {
  readonly host: string
  /** 0 = any free port. */
  readonly port: number
  /** The broker's own key and certificate, and the authority of those who come; PEM. Asked again at each `look`. */
  pair(): { readonly key: string; readonly cert: string; readonly ca: string }
  /** Whom a certificate of the authority names. */
  judge(certificate: X509Certificate): CertificateVerdict
  /** A gateway has come in with it. Must not throw. */
  seen(certificate: X509Certificate): void
}

/** The server of that door, and who is inside. */
export interface TlsDoor {
  readonly server: Server
  /** Judges everybody inside anew, ends those who are no longer fit, and takes up a new certificate of its own. Throws as `pair`. */
  look(): void
}

const HANDSHAKE_WITHIN_MS = 10_000

export interface TlsDoorDeps {
  readonly log: Log
  /** Somebody is at the door; whoever is refused may still say CONNECT, and is told no. */
  readonly enter: (socket: TLSSocket, verdict: CertificateVerdict) => void
  /** Somebody inside is no longer fit. */
  readonly turnedOut: (verdict: Extract<CertificateVerdict, { is: 'refused' }>) => void
}

export function openTlsDoor(tls: BrokerTls, { log, enter, turnedOut }: TlsDoorDeps): TlsDoor {
  const inside = new Map<TLSSocket, X509Certificate>()
  let pair = tls.pair()
  const server = createServer({
    ...pair,
    requestCert: true,
    // Judged here, so that a refusal has a reason, is counted, and is told in words of MQTT.
    rejectUnauthorized: false,
    minVersion: 'TLSv1.2',
    handshakeTimeout: HANDSHAKE_WITHIN_MS,
    noDelay: true,
  })
  server.on('secureConnection', (socket) => {
    // Whoever leaves badly must not end the program; the close tells the rest.
    socket.on('error', () => undefined)
    const verdict = verdictOf(socket, tls)
    const certificate = socket.getPeerX509Certificate()
    if (verdict.is === 'gateway' && certificate !== undefined) {
      inside.set(socket, certificate)
      socket.once('close', () => inside.delete(socket))
      tls.seen(certificate)
    }
    enter(socket, verdict)
  })
  server.on('tlsClientError', (error) => log.debug({ why: error.message }, 'a peer did not manage to encrypt'))
  return {
    server,
    look: () => {
      // First, so that whoever was taken back is out also when the own certificate is in trouble.
      for (const [socket, certificate] of inside) {
        const verdict = tls.judge(certificate)
        if (verdict.is === 'gateway') continue
        turnedOut(verdict)
        socket.destroy()
      }
      const next = tls.pair()
      if (next.cert === pair.cert && next.ca === pair.ca) return
      pair = next
      server.setSecureContext({ ...pair, minVersion: 'TLSv1.2' })
    },
  }
}

function verdictOf(socket: TLSSocket, tls: BrokerTls): CertificateVerdict {
  const certificate = socket.getPeerX509Certificate()
  if (certificate === undefined) {
    return { is: 'refused', reason: 'no-certificate', why: 'expected a certificate of a gateway, came none' }
  }
  if (socket.authorized) return tls.judge(certificate)
  const reason = reasonOf(String(socket.authorizationError))
  const name = certificate.subject.replaceAll('\n', ', ')
  return { is: 'refused', reason, why: `the certificate of ${name} is refused (${String(socket.authorizationError)})` }
}

function reasonOf(code: string): PeerRefusal {
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return 'expired-certificate'
    case 'CERT_NOT_YET_VALID':
      return 'certificate-not-yet-valid'
    case 'INVALID_PURPOSE':
      return 'unfit-certificate'
    default:
      return 'foreign-certificate'
  }
}
