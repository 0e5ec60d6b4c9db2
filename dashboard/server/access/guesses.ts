import type { MonoMs } from '../../../core/contract/time.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import { openThrottle } from './throttle.ts'

/** Failures of one name from outside, over all addresses, that cost nothing. */
const FREE_FROM_OUTSIDE = 10

/** Slows guessing of what somebody knows or has. */
export interface Guesses {
  /** Counts an attempt before it is looked at, so that many at the same time are not all free. Throws `http/too-many`. */
  begin(user: string, address: string): void
  /** The attempt was right. */
  fit(user: string, address: string): void
}

export interface GuessesDeps {
  readonly now: () => MonoMs
  readonly isNear: (address: string) => boolean
}

/**
 * A name is slowed for one address, and an address for all names. Over all addresses a name is slowed only where they lie outside: somebody
 * guessing elsewhere must not lock the operator out of the desk in the night.
 */
export function openGuesses({ now, isNear }: GuessesDeps): Guesses {
  const here = openThrottle()
  const outside = openThrottle({ free: FREE_FROM_OUTSIDE })
  const keysOf = (user: string, address: string) => [`user ${user} at ${address}`, `address ${address}`]
  const nameOf = (user: string, address: string) => (isNear(address) ? [] : [`user ${user}`])
  return {
    begin: (user, address) => {
      const at = now()
      const keys = keysOf(user, address)
      const waitMs = Math.max(here.waitMs(keys, at), outside.waitMs(nameOf(user, address), at))
      if (waitMs > 0) {
        const waitS = Math.ceil(waitMs / 1_000)
        throw new HouseError('http/too-many', `too many failed attempts; try again in ${waitS} s`, { waitS })
      }
      here.failed(keys, at)
      outside.failed(nameOf(user, address), at)
    },
    fit: (user, address) => {
      here.succeeded(keysOf(user, address))
      outside.succeeded(nameOf(user, address))
    },
  }
}
