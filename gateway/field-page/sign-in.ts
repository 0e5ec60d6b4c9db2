import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { MonoMs } from '../../core/contract/time.ts'
import { elapsed } from '../../core/kit/time.ts'
import { HouseError } from '../../core/kit/errors.ts'
import type { Clock } from '../../platform/clock.ts'

/** A technician who has signed in. */
export interface Session {
  /** The hash of what the browser holds: nothing here lets anybody in. */
  readonly key: string
  /** The name they gave; they answer for it, nobody checks it. */
  readonly by: string
  readonly since: MonoMs
}

export interface SignInOptions {
  readonly password: string
  readonly clock: Pick<Clock, 'mono'>
  /** Told of a session that is over. */
  readonly ended: (session: Session) => void
}

/** How long a session lasts, ms: a working day. */
export const SESSION_MS = 8 * 3_600_000
/** More technicians than ever stand at one site; beyond it the oldest is signed out. */
const MOST_SESSIONS = 20

/** Failures of one address that cost nothing, and of all together; then each doubles the wait, ms. */
const FREE = { own: 5, all: 50 }
const FIRST_WAIT_MS = 2_000
const LONGEST_WAIT_MS = { own: 15 * 60_000, all: 30_000 }
const MOST_ADDRESSES = 1_000

/** Whoever knows the password of the site is let in for a working day. */
export class SignIn {
  readonly #options: SignInOptions
  readonly #password: Buffer
  readonly #sessions = new Map<string, Session>()
  readonly #own = new Map<string, Failures>()
  #all: Failures = { count: 0, at: 0 }

  constructor(options: SignInOptions) {
    this.#options = options
    this.#password = digest(options.password)
  }

  /** Answers the secret for the browser. Throws `http/unauthenticated`, or `http/too-many` while guessing is slowed. */
  enter(password: string, by: string, address: string): string {
    const now = this.#options.clock.mono()
    const own = this.#own.get(address) ?? { count: 0, at: 0 }
    const waitMs = Math.max(leftOf(own, 'own', now), leftOf(this.#all, 'all', now))
    if (waitMs > 0) {
      const seconds = Math.ceil(waitMs / 1_000)
      throw new HouseError('http/too-many', `too many attempts; wait ${seconds} s before the next`, { seconds })
    }
    // The digests are as long as one another whatever came, and compared in a time that tells nothing.
    if (!timingSafeEqual(digest(password), this.#password)) {
      this.#failed(address, own.count, now)
      throw new HouseError('http/unauthenticated', "expected the technician's password of this gateway", {
        field: 'password',
      })
    }
    this.#own.delete(address)
    const secret = randomBytes(32).toString('base64url')
    const session = { key: keyOf(secret), by, since: now }
    this.#sessions.set(session.key, session)
    this.#sweep(now)
    return secret
  }

  /** Whose secret it is; null for nobody's, and for one that is over. */
  sessionOf(secret: string | null): Session | null {
    this.#sweep(this.#options.clock.mono())
    return secret === null ? null : (this.#sessions.get(keyOf(secret)) ?? null)
  }

  leave(session: Session): void {
    if (this.#sessions.delete(session.key)) this.#options.ended(session)
  }

  #sweep(now: MonoMs): void {
    for (const session of [...this.#sessions.values()]) {
      if (elapsed(session.since, now) >= SESSION_MS || this.#sessions.size > MOST_SESSIONS) this.leave(session)
    }
  }

  #failed(address: string, before: number, now: MonoMs): void {
    this.#own.delete(address)
    this.#own.set(address, { count: before + 1, at: now })
    for (const known of this.#own.keys()) {
      if (this.#own.size <= MOST_ADDRESSES) break
      this.#own.delete(known)
    }
    const isOld = now - this.#all.at > LONGEST_WAIT_MS.own
    this.#all = { count: (isOld ? 0 : this.#all.count) + 1, at: now }
  }
}

interface Failures {
  readonly count: number
  /** Monotonic time of the last one. */
  readonly at: number
}

function leftOf({ count, at }: Failures, whose: keyof typeof FREE, now: number): number {
  if (count < FREE[whose]) return 0
  const wait = Math.min(LONGEST_WAIT_MS[whose], FIRST_WAIT_MS * 2 ** Math.min(20, count - FREE[whose]))
  return Math.max(0, at + wait - now)
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function keyOf(secret: string): string {
  return digest(secret).toString('base64')
}
