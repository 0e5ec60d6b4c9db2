import { GatewayConfig } from '../../core/contract/site.ts'
import { HouseError, isHouseError } from '../../core/kit/errors.ts'
import type { Fault } from '../config.ts'
import { readSecret, type SecretPlace } from '../secrets.ts'
import { member, type Parts, pieceOf } from './parts.ts'

const { technician: PageSchema } = GatewayConfig.shape

/** Who stands before the page may sound the siren: its password is not to be guessed in the time between two visits. */
const LEAST_CHARACTERS = 10

/** The password of the technician's page. Throws `config/unreadable`, or `config/invalid` for none and for one that is too short. */
export function technicianPassword(place: SecretPlace, baseFolder: string): string {
  const password = readSecret(place, "the technician's password", { baseFolder })
  if (password === null) throw unfit('expected passwordFile or passwordEnv, came neither')
  const { length } = Array.from(password)
  if (length < LEAST_CHARACTERS) throw unfit(`expected at least ${LEAST_CHARACTERS} characters, came ${length}`)
  return password
}

/** What the technician's page needs and does not have. `baseFolder` is null where its secret lies on another machine. */
export function technicianFaults(parts: Parts, baseFolder: string | null): Fault[] {
  const page = pieceOf(PageSchema, member(parts.raw, 'technician')) ?? null
  if (page === null || baseFolder === null) return []
  try {
    technicianPassword(page, baseFolder)
    return []
  } catch (error) {
    if (!isHouseError(error)) throw error
    return [{ path: ['technician'], message: error.message }]
  }
}

function unfit(why: string): HouseError {
  return new HouseError('config/invalid', `the technician's password: ${why}`)
}
