import { createHash, randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { SecondFactorOffer } from '../../../core/contract/access.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import type { Query } from '../db/database.ts'
import { qrSvg } from '../identity/qr.ts'
import { makePassword } from './passwords.ts'
import { base32, fittingStep, otpauthUri } from './totp.ts'

/** As long as what is hashed with it gives out. (RFC 4226 section 4, R6) */
const SECRET_BYTES = 20
const RECOVERY_CODES = 8

/** What an authenticator lists the codes under. */
const ISSUER = 'Pitwatch'

const Row = z.object({ secret: z.instanceof(Uint8Array), confirmed_at: UtcMs.nullable(), last_step: z.number() })

/** What a code turned out to be. */
export type FactorUsed = 'authenticator' | 'recovery'

/** Whether a user has an authenticator that was confirmed. */
export async function hasFactor(q: Query, user: string): Promise<boolean> {
  const known = await factorOf(q, user)
  return known !== null && isConfirmed(known)
}

/** Makes a key for an authenticator, which counts once a code of it was typed. Throws `http/conflict` where one counts already. */
export async function offerFactor(q: Query, user: string): Promise<SecondFactorOffer> {
  if (await hasFactor(q, user)) throw alreadyThere()
  const secret = randomBytes(SECRET_BYTES)
  await q.run(
    `insert into second_factors (user, secret, confirmed_at, last_step) values (?, ?, null, 0)
     on conflict (user) do update set secret = excluded.secret, last_step = 0`,
    user,
    secret,
  )
  const uri = otpauthUri(secret, { issuer: ISSUER, user })
  return { uri, secret: base32(secret), qr: qrSvg(uri) }
}

/** Takes the first code of a new authenticator; recovery codes to be shown once. Throws `http/second-factor`, `http/conflict`. */
export async function confirmFactor(q: Query, user: string, { code, now }: Typed): Promise<readonly string[]> {
  const known = await factorOf(q, user)
  if (known === null) throw new HouseError('http/conflict', 'expected a key that was shown before; begin anew')
  if (isConfirmed(known)) throw alreadyThere()
  const step = fittingStep(known.secret, plain(code), { atMs: now, lastStep: known.last_step })
  if (step === null) {
    const expected = 'the 6 digits the authenticator shows now'
    throw new HouseError('http/second-factor', `expected ${expected}; look at the clock of the phone`, { expected })
  }
  await q.run('update second_factors set confirmed_at = ?, last_step = ? where user = ?', now, step, user)
  const codes = Array.from({ length: RECOVERY_CODES }, makePassword)
  await q.run('delete from recovery_codes where user = ?', user)
  for (const one of codes) await q.run('insert into recovery_codes (user, hash) values (?, ?)', user, hashOf(one))
  return codes
}

interface Typed {
  readonly code: string
  readonly now: UtcMs
}

/** Uses a code up; what it was, or null where it is wrong or was used before. In a transaction, so that it counts once. */
export async function useCode(q: Query, user: string, { code, now }: Typed): Promise<FactorUsed | null> {
  const known = await factorOf(q, user)
  if (known === null || !isConfirmed(known)) return null
  const step = fittingStep(known.secret, plain(code), { atMs: now, lastStep: known.last_step })
  if (step !== null) {
    await q.run('update second_factors set last_step = ? where user = ?', step, user)
    return 'authenticator'
  }
  const { changes } = await q.run('delete from recovery_codes where user = ? and hash = ?', user, hashOf(code))
  return changes > 0 ? 'recovery' : null
}

/** Takes an authenticator away; false where there is none. */
export async function removeFactor(q: Query, user: string): Promise<boolean> {
  await q.run('delete from recovery_codes where user = ?', user)
  return (await q.run('delete from second_factors where user = ? and confirmed_at is not null', user)).changes > 0
}

function isConfirmed({ confirmed_at }: z.infer<typeof Row>): boolean {
  return confirmed_at !== null
}

function factorOf(q: Query, user: string): Promise<z.infer<typeof Row> | null> {
  return q.one(Row, 'select secret, confirmed_at, last_step from second_factors where user = ?', user)
}

/** As people type the digits of a screen: with a gap in the middle. */
function plain(code: string): string {
  return code.replace(/\s/g, '')
}

/** Recovery codes have 79 random bits, so that a plain hash of one cannot be guessed back. */
function hashOf(code: string): string {
  return createHash('sha256').update(code.trim().toLowerCase()).digest('hex')
}

function alreadyThere(): HouseError {
  return new HouseError('http/conflict', 'there is an authenticator already; take it away first')
}
