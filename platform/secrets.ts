import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { HouseError, messageOf } from '../core/kit/errors.ts'

/** Where a secret lies: a file's content or an environment variable, under the names configuration uses. */
export interface SecretPlace {
  readonly passwordFile?: string | undefined
  readonly passwordEnv?: string | undefined
  readonly tokenFile?: string | undefined
  readonly tokenEnv?: string | undefined
}

export interface SecretOptions {
  /** Folder that relative files are looked for in; default the working folder. */
  readonly baseFolder?: string
  readonly environment?: Readonly<Record<string, string | undefined>>
}

/**
 * The secret a configuration names, without the line end a file may close with; null when it names none.
 * `what` says in an error whose secret it is, such as `uplink password`. The secret itself is never in an error.
 * Throws `config/unreadable` when the file or variable is missing or empty, `config/invalid` when both are named.
 */
export function readSecret(place: SecretPlace, what: string, options: SecretOptions = {}): string | null {
  const file = place.passwordFile ?? place.tokenFile
  const variable = place.passwordEnv ?? place.tokenEnv
  if (file !== undefined && variable !== undefined) {
    throw new HouseError('config/invalid', `${what}: expected a file or an environment variable, came both`, { what })
  }
  if (file !== undefined) return secretOfFile(resolve(options.baseFolder ?? '.', file), what)
  if (variable !== undefined) return secretOfVariable(options.environment ?? process.env, variable, what)
  return null
}

function secretOfFile(path: string, what: string): string {
  const text = readText(path, what).replace(/\r?\n$/, '')
  if (text === '') throw new HouseError('config/unreadable', `${what}: expected a secret in ${path}, it is empty`)
  return text
}

function readText(path: string, what: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new HouseError('config/unreadable', `${what}: cannot read ${path}: ${messageOf(error)}`, { path }, error)
  }
}

function secretOfVariable(
  environment: Readonly<Record<string, string | undefined>>,
  variable: string,
  what: string,
): string {
  const text = environment[variable]
  if (text === undefined || text === '') {
    throw new HouseError(
      'config/unreadable',
      `${what}: expected a secret in the environment variable ${variable}, it is ${text === undefined ? 'not set' : 'empty'}`,
      { variable },
    )
  }
  return text
}
