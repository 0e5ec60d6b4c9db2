import { z } from 'zod'
import { Roster, type Swap } from '../../../core/contract/roster.ts'
import { mayAct, mayAdminister, type SignedIn } from './session.ts'

/** Who of the roster signs in under this name: usually one, more where a desk has one account. */
export function ownPersons({ persons }: Pick<Roster, 'persons'>, signedIn: SignedIn): readonly string[] {
  if (signedIn.is !== 'in') return []
  return persons.filter(({ user }) => user === signedIn.session.user).map(({ id }) => id)
}

/** Whether whoever is signed in may speak for a person: administrators for everybody, operators for themselves. */
export function maySpeakFor(person: string, roster: Pick<Roster, 'persons'>, signedIn: SignedIn): boolean {
  return mayAdminister(signedIn) || (mayAct(signedIn) && ownPersons(roster, signedIn).includes(person))
}

export type SwapAnswer = 'agree' | 'approve' | 'refuse'

/** What whoever is signed in may answer to a swap. Whether they are the leader on duty who may approve, the control room knows. */
export function swapAnswers(swap: Swap, roster: Pick<Roster, 'persons'>, signedIn: SignedIn): readonly SwapAnswer[] {
  const { give, take, agreed, approvedBy, refusedBy } = swap
  if (approvedBy !== null || refusedBy !== null || !mayAct(signedIn)) return []
  const own = ownPersons(roster, signedIn)
  const hasBoth = agreed.includes(give.person) && agreed.includes(take.person)
  if (own.includes(take.person)) return hasBoth ? ['refuse'] : ['agree', 'refuse']
  if (own.includes(give.person)) return ['refuse']
  return hasBoth ? ['approve', 'refuse'] : []
}

/** A roster as a person has typed it, or everything that is wrong with how it is written. */
export type TypedRoster =
  { readonly is: 'roster'; readonly roster: Roster } | { readonly is: 'faulty'; readonly faults: readonly string[] }

/** Reads a roster out of a text. What its words mean, the control room judges. */
export function readRoster(text: string): TypedRoster {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    return { is: 'faulty', faults: [error instanceof Error ? error.message : String(error)] }
  }
  const read = Roster.safeParse(json)
  if (read.success) return { is: 'roster', roster: read.data }
  return { is: 'faulty', faults: read.error.issues.map(({ path, message }) => `${z.core.toDotPath(path)}: ${message}`) }
}
