import { isHouseError, messageOf } from '../../core/kit/errors.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import { type GatewayIdentity, type IdentityFolder, type KeyPair, renewalAt } from './folder.ts'

/** A certificate is looked at this often, and asked for again where it was not given. */
const LOOK_MS = 600_000

export interface RenewalDeps {
  readonly clock: Clock
  readonly log: Log
  /** What time it is, UtcMs; null where nobody can say. */
  readonly now: () => number | null
  /** Whether the broker has let us in. */
  readonly isConnected: () => boolean
  /** Connects with a certificate and ends again. Throws when it is not let in. */
  readonly tryOut: (pair: KeyPair, signal: AbortSignal) => Promise<void>
  /** The new certificate has taken its place. */
  readonly renewed: () => void
}

/** Renews the certificate two thirds into its life, and tries again until it is done, until the signal aborts. */
export async function keepRenewed(folder: IdentityFolder, deps: RenewalDeps, signal: AbortSignal): Promise<void> {
  const { clock, log } = deps
  let reported = ''
  let wasOut = false
  while (!signal.aborted) {
    try {
      const isOut = !deps.isConnected()
      const isLockedOut = isOut && wasOut
      wasOut = isOut
      if (await renewWhenDue(folder, { ...deps, isLockedOut }, signal))
        log.info({ folder: folder.path }, 'the certificate has been renewed')
      reported = ''
    } catch (error) {
      const why = messageOf(error)
      // Once for each kind of trouble, not at every try.
      if (why !== reported) {
        const code = isHouseError(error) ? error.code : 'identity/invalid'
        log.warn({ code, why }, 'the certificate could not be renewed; trying again')
      }
      reported = why
    }
    await clock.sleep(LOOK_MS, signal).catch(() => undefined)
  }
}

/**
 * Renews the certificate when it is due: a new key, a request signed with the old one, a try at the broker, and only then takes
 * the new one the old one's place. Answers whether it did. Throws `link/down`, `identity/invalid`, `mqtt/refused`, `store/failed`.
 */
export async function renewWhenDue(
  folder: IdentityFolder,
  deps: Omit<RenewalDeps, 'isConnected'> & { readonly isLockedOut: boolean },
  signal: AbortSignal,
): Promise<boolean> {
  const present = folder.read()
  if (present === null) return false
  if (present.home === null || !isDue(present, deps)) return false
  // Needed once in two months, and 4 MB with what it needs itself.
  const { askForNext } = await import('./next-certificate.ts')
  const kept = folder.next()
  const next = kept !== null && isFresh(kept, deps.now()) ? kept : await askForNext(folder, present, signal)
  await deps.tryOut(next, signal)
  folder.promote()
  deps.renewed()
  return true
}

/** One that was issued before a long time without power may have ended meanwhile; without a time it is asked for again, which costs little. */
function isFresh({ certificate }: KeyPair, at: number | null): boolean {
  return at !== null && at < renewalAt(certificate)
}

/**
 * A gateway that does not know the time and is not let in for long may be one whose certificate has ended while it was off: only with a
 * new one does it get to somebody who can tell the time.
 */
function isDue(
  { certificate }: GatewayIdentity,
  { now, isLockedOut }: Pick<RenewalDeps, 'now'> & { readonly isLockedOut: boolean },
): boolean {
  const at = now()
  return at === null ? isLockedOut : at >= renewalAt(certificate)
}
