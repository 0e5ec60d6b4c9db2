import { randomBytes } from 'node:crypto'
import { HouseError, messageOf } from '../../../core/kit/errors.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import type { AlarmDesk } from '../alarms/desk.ts'
import type { LedgerAction } from '../alarms/ledger.ts'
import type { Database } from '../db/database.ts'
import { type Guesses, openGuesses } from './guesses.ts'
import type { Networks } from './networks.ts'
import { hashPassword, passwordFits } from './passwords.ts'
import { type FactorUsed, hasFactor, useCode } from './second-factors.ts'
import { findUser, type User } from './users.ts'

/** What checks of passwords and codes stand on. */
export interface CheckDeps {
  readonly db: Database
  readonly desk: Pick<AlarmDesk, 'record' | 'append'>
  /** Where people sign in without a second factor. */
  readonly near: Networks
  /** Real time. */
  readonly clock: Clock
  readonly log: Log
}

/** Somebody who says who they are. */
export interface Attempt {
  readonly user: string
  readonly password: string
  readonly address: string
}

/** A code typed by whoever is signed in. */
export interface CodeAttempt {
  readonly user: string
  readonly code: string | undefined
  readonly address: string
}

/** Checks passwords, slowed against guessing. */
export interface Passwords {
  /** Throws `http/unauthenticated`, `http/too-many`. */
  check(attempt: Attempt): Promise<User>
}

export async function openPasswords(deps: CheckDeps): Promise<Passwords> {
  const { db, desk, log } = deps
  const guesses = guessesOf(deps)
  // Checked against when there is no such user, so that a wrong name takes as long as a wrong password.
  const nobody = await hashPassword(randomBytes(16).toString('hex'))
  return {
    check: async ({ user, password, address }) => {
      guesses.begin(user, address)
      const known = await db.read((q) => findUser(q, user))
      const fits = await passwordFits(password, known?.passwordHash ?? nobody)
      if (known !== null && fits) {
        guesses.fit(user, address)
        return known
      }
      await noteRefusal({ desk, log }, { act: 'sign-in-refused', user, address })
      throw new HouseError('http/unauthenticated', 'this user and password do not fit together')
    },
  }
}

/** Checks a code of the second factor and uses it up. Throws like `Access.checkSecondFactor`. */
export type CheckCode = (attempt: CodeAttempt) => Promise<FactorUsed>

/** Codes are slowed by themselves: a right password must not make guessing them free again. */
export function codeChecker(deps: CheckDeps): CheckCode {
  const { db, desk, clock, log } = deps
  const guesses = guessesOf(deps)
  return async ({ user, code, address }) => {
    if (!(await db.read((q) => hasFactor(q, user)))) {
      throw new HouseError('http/no-second-factor', 'expected an authenticator; set one up first, at the control room')
    }
    const expected = 'the 6 digits the authenticator shows now, or a recovery code'
    if (code === undefined)
      throw new HouseError('http/second-factor', `expected ${expected}`, { expected, field: 'body.code' })
    guesses.begin(user, address)
    const used = await db.transaction(async (q) => {
      const found = await useCode(q, user, { code, now: clock.now() })
      const actor = { kind: 'person', name: user } as const
      if (found === 'recovery')
        await desk.append(q, [{ actor, act: 'recovery-code-used', subject: user, detail: { address } }])
      return found
    })
    if (used !== null) {
      guesses.fit(user, address)
      return used
    }
    await noteRefusal({ desk, log }, { act: 'second-factor-refused', user, address })
    const came = 'another, or one that was used'
    throw new HouseError('http/second-factor', `expected ${expected}, came ${came}`, {
      expected,
      came,
      field: 'body.code',
    })
  }
}

interface Refused {
  readonly act: 'sign-in-refused' | 'second-factor-refused'
  readonly user: string
  readonly address: string
}

/** A ledger that cannot be written keeps nobody out, and lets nobody in. */
async function noteRefusal(
  { desk, log }: Pick<CheckDeps, 'desk' | 'log'>,
  { act, user, address }: Refused,
): Promise<void> {
  const actor = { kind: 'system', name: 'control-room' } as const
  const action: LedgerAction = { actor, act, subject: user, detail: { address } }
  await desk.record(action).catch((error: unknown) => {
    log.error({ code: 'store/failed', why: messageOf(error) }, 'the ledger cannot be written')
  })
}

function guessesOf({ clock, near }: CheckDeps): Guesses {
  return openGuesses({ now: () => clock.mono(), isNear: (address) => near.has(address) })
}
