import { type KeyObject, randomBytes } from 'node:crypto'
import { join, resolve } from 'node:path'
import type { BrokerAccess } from '../../core/contract/site.ts'
import { HouseError, isHouseError } from '../../core/kit/errors.ts'
import type { Clock } from '../../platform/clock.ts'
import { readCertificates } from '../../platform/identity/certificate.ts'
import { keyText } from '../../platform/identity/keys.ts'
import { verifyCommand, verifyConfig } from '../../platform/identity/signatures.ts'
import type { TlsMaterial } from '../../platform/identity/tls-stream.ts'
import { linkSigner } from '../../platform/link-signature.ts'
import type { Log } from '../../platform/log.ts'
import { openMqtt } from '../../platform/mqtt.ts'
import { type GatewayIdentity, type IdentityFolder, type KeyPair, openIdentityFolder } from './folder.ts'
import { keepRenewed } from './renewal.ts'

/** A new certificate is let in within this, or it is tried again later. */
const TRY_WITHIN_MS = 20_000

/** Where a gateway's identity lies: where its configuration says, else in its store. */
export function identityFolder(
  uplink: BrokerAccess,
  place: { readonly baseFolder: string; readonly store: string },
): string {
  const { baseFolder, store } = place
  return uplink.identity === undefined
    ? join(resolve(baseFolder, store), 'identity')
    : resolve(baseFolder, uplink.identity)
}

/** Whether the broker is to know this gateway by its certificate: encrypted, and by no name and password, or named in the configuration. */
export function needsIdentity(uplink: BrokerAccess): boolean {
  return uplink.url.startsWith('mqtts:') && (uplink.user === undefined || uplink.identity !== undefined)
}

/** What a gateway's identity is to its other parts. */
export interface UplinkIdentity {
  /** For the connection to the broker, read anew for each; absent where it is made without a certificate. */
  readonly tls: (() => TlsMaterial) | undefined
  /** Signs hashes of links; null where there is no key. The key of the time is used. */
  readonly sign: ((hash: string) => string) | null
  /** Whether the control room's authority has signed a configuration; null where none is known. */
  readonly verifyConfig: ((config: object, signature: string) => boolean) | null
  /** The same for the order of a command. */
  readonly verifyCommand: ((order: object, signature: string) => boolean) | null
  /** Renews the certificate in time, until the signal aborts. */
  run(parts: { readonly isConnected: () => boolean }, signal: AbortSignal): Promise<void>
}

export interface UplinkIdentityOptions {
  readonly uplink: BrokerAccess
  readonly folder: string
  readonly clock: Clock
  /** What time it is, UtcMs; null where nobody can say. */
  readonly now: () => number | null
  readonly log: Log
}

/**
 * Opens what is there. A gateway without a usable identity reads and watches on; enrolled later, it connects without a new start.
 */
export function openUplinkIdentity({ uplink, folder: path, clock, now, log }: UplinkIdentityOptions): UplinkIdentity {
  const folder = openIdentityFolder(path)
  let held = readable(folder, log)
  const present = (): GatewayIdentity => {
    held ??= folder.read()
    if (held !== null) return held
    throw new HouseError('identity/invalid', `${path}: there is no certificate; enrol this gateway (pitwatch enrol)`, {
      path,
    })
  }
  const material = ({ key, certificate }: KeyPair): TlsMaterial => {
    const at = now()
    const { authority } = present()
    return { key: keyText(key), cert: certificate.toString(), ca: authority, at }
  }
  const isWanted = needsIdentity(uplink) || (held !== null && uplink.url.startsWith('mqtts:'))
  const tryOut = (pair: KeyPair, signal: AbortSignal) => connectOnce(uplink.url, () => material(pair), { log, signal })
  const renewed = () => {
    held = folder.read()
  }
  return {
    tls: isWanted ? () => material(present()) : undefined,
    sign: held === null ? null : (hash) => linkSigner(present().key)(hash),
    verifyConfig:
      held === null
        ? null
        : (config, signature) => isByAuthority(present(), (key) => verifyConfig(config, signature, key)),
    verifyCommand:
      held === null
        ? null
        : (order, signature) => isByAuthority(present(), (key) => verifyCommand(order, signature, key)),
    run: async ({ isConnected }, signal) => {
      if (isWanted) await keepRenewed(folder, { clock, log, now, isConnected, tryOut, renewed }, signal)
    },
  }
}

function readable(folder: IdentityFolder, log: Log): GatewayIdentity | null {
  try {
    return folder.read()
  } catch (error) {
    if (!isHouseError(error)) throw error
    log.error(
      { code: error.code, why: error.message },
      'the identity of this gateway cannot be used; it cannot connect',
    )
    return null
  }
}

function isByAuthority({ authority }: GatewayIdentity, isBy: (key: KeyObject) => boolean): boolean {
  return readCertificates(authority, 'the authority').some((one) => isBy(one.publicKey))
}

/** Connects with a certificate under a client id of its own, so that the present connection goes on, and leaves again. */
async function connectOnce(
  url: string,
  tls: () => TlsMaterial,
  { log, signal }: { readonly log: Log; readonly signal: AbortSignal },
): Promise<void> {
  const over = AbortSignal.any([signal, AbortSignal.timeout(TRY_WITHIN_MS)])
  const letIn = Promise.withResolvers<void>()
  const refused = new HouseError('mqtt/refused', `${url}: the broker does not let the new certificate in`)
  over.addEventListener('abort', () => letIn.reject(refused), { once: true })
  const clientId = `pitwatch-trial-${randomBytes(6).toString('hex')}`
  const onConnect = () => {
    letIn.resolve()
    return Promise.resolve()
  }
  const options = { clientId, log: log.child({ trial: 'new certificate' }), onMessage: () => undefined, onConnect }
  const link = openMqtt({ url, tls }, options)
  try {
    await letIn.promise
  } finally {
    await link.close()
  }
}
