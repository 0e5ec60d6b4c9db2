import { HouseError, isHouseError, messageOf } from '../../core/kit/errors.ts'
import { readSecret } from '../secrets.ts'
import type { ParameterFault } from './notifier.ts'

/** A secret of a channel: `<key>File` names the file, `<key>Env` the environment variable that holds it. */
export interface SecretNeed {
  readonly key: 'token' | 'secret' | 'password' | 'reportToken'
  readonly file: string | undefined
  readonly env: string | undefined
  readonly isNeeded: boolean
}

/** The secret, or null where none is named and none is needed. Throws `config/invalid`, `config/unreadable`. */
export function secretOf(need: SecretNeed, channel: string, baseFolder: string): string | null {
  const { key, file, env, isNeeded } = need
  const secret = readSecret({ tokenFile: file, tokenEnv: env }, `channel ${channel}: ${key}`, { baseFolder })
  if (secret === null && isNeeded) {
    throw new HouseError('config/invalid', `channel ${channel}: ${expectation(key)}`, { channel })
  }
  return secret
}

/** The same, of one that is needed. */
export function neededSecret(need: SecretNeed, channel: string, baseFolder: string): string {
  return secretOf({ ...need, isNeeded: true }, channel, baseFolder) ?? ''
}

/** Faults of secrets that cannot be read. */
export function missingSecrets(needs: readonly SecretNeed[], baseFolder: string): readonly ParameterFault[] {
  return needs.flatMap((need) => {
    const { key, file, env, isNeeded } = need
    if (file === undefined && env === undefined) {
      return isNeeded ? [{ path: [`${key}File`], message: expectation(key) }] : []
    }
    try {
      readSecret({ tokenFile: file, tokenEnv: env }, key, { baseFolder })
      return []
    } catch (error) {
      if (!isHouseError(error)) throw error
      return [{ path: [file === undefined ? `${key}Env` : `${key}File`], message: messageOf(error) }]
    }
  })
}

function expectation(key: string): string {
  return `expected ${key}File or ${key}Env, which name where the secret lies, came neither`
}
