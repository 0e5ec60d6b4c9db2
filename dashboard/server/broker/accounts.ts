import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { HouseError } from '../../../core/kit/errors.ts'
import { readSecret } from '../../../platform/secrets.ts'
import type { ControlConfig } from '../config.ts'
import type { BrokerPeer } from './acl.ts'

/** Who may connect to the embedded broker. */
export interface BrokerAccounts {
  /** The peer with this name and password, or null. Takes equally long whether or not the name exists. */
  find(user: string | undefined, password: Uint8Array | undefined): BrokerPeer | null
}

/** A service account: it reads over MQTT with the token it uses over HTTP. */
export interface ServiceToken {
  readonly name: string
  readonly token: string
}

/**
 * The accounts of a configuration. Services may listen with their name and token, so that flows need no second secret.
 * Throws `config/invalid` for an account without a password or a name used twice, `config/unreadable` for a secret that cannot be read.
 */
export function openAccounts(
  accounts: Extract<ControlConfig['broker'], { kind: 'embedded' }>['accounts'],
  services: readonly ServiceToken[],
  baseFolder: string,
): BrokerAccounts {
  const known = new Map<string, { readonly digest: Buffer; readonly peer: BrokerPeer }>()
  const add = (peer: BrokerPeer, password: string) => {
    if (known.has(peer.user)) {
      throw new HouseError('config/invalid', `broker account ${peer.user}: the name is used twice; give each its own`)
    }
    known.set(peer.user, { digest: digestOf(password), peer })
  }
  for (const { user, site, ...place } of accounts) {
    const password = readSecret(place, `password of broker account ${user}`, { baseFolder })
    if (password === null) {
      throw new HouseError(
        'config/invalid',
        `broker account ${user}: expected passwordFile or passwordEnv, came neither`,
      )
    }
    add({ kind: 'gateway', user, site }, password)
  }
  for (const { name, token } of services) add({ kind: 'listener', user: name }, token)
  const nobody = randomBytes(32)
  return {
    find: (user, password) => {
      const account = user === undefined ? undefined : known.get(user)
      const fits = timingSafeEqual(account?.digest ?? nobody, digestOf(password ?? new Uint8Array()))
      return fits && account !== undefined ? account.peer : null
    },
  }
}

function digestOf(secret: string | Uint8Array): Buffer {
  return createHash('sha256').update(secret).digest()
}
