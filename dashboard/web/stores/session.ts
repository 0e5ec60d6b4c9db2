import { signal, type ReadonlySignal } from '@preact/signals'
import type { Role } from '../../../core/contract/access.ts'
import type { Session } from '../../../core/contract/http.ts'
import { isHouseError } from '../../../core/kit/errors.ts'
import type { Api } from './api.ts'

/** Who is signed in. `unknown` until the control room has been asked once. */
export type SignedIn =
  | { readonly is: 'unknown' }
  | { readonly is: 'out'; readonly expired: boolean }
  | { readonly is: 'in'; readonly session: Session }

export interface SessionStore {
  readonly signedIn: ReadonlySignal<SignedIn>
  /** Asks the control room who this is. False when it says nobody; true also when it cannot be reached. */
  refresh(signal: AbortSignal): Promise<boolean>
  /** Throws HouseError when refused. */
  signIn(user: string, password: string, signal: AbortSignal): Promise<void>
  signOut(signal: AbortSignal): Promise<void>
  /** The control room no longer knows the session. */
  expire(): void
}

/** The session over the control room's cookie; the page itself keeps no secret. */
export function openSession(api: () => Api): SessionStore {
  const signedIn = signal<SignedIn>({ is: 'unknown' })
  return {
    signedIn,
    refresh: async (signal) => {
      try {
        const session = await api().session(signal)
        // The same session stays the same object: nothing that depends on it starts anew.
        const known = signedIn.value
        const same = known.is === 'in' && isSame(known.session, session)
        if (!same) signedIn.value = { is: 'in', session }
        return true
      } catch (error) {
        if (!isHouseError(error, 'http/unauthenticated')) return true
        if (signedIn.value.is === 'unknown') signedIn.value = { is: 'out', expired: false }
        return false
      }
    },
    signIn: async (user, password, signal) => {
      signedIn.value = { is: 'in', session: await api().signIn({ user, password }, signal) }
    },
    signOut: async (signal) => {
      await api().signOut(signal)
      signedIn.value = { is: 'out', expired: false }
    },
    expire: () => {
      if (signedIn.value.is === 'in') signedIn.value = { is: 'out', expired: true }
    },
  }
}

function isSame(a: Session, b: Session): boolean {
  return a.user === b.user && a.role === b.role && a.flows === b.flows
}

/** Whether this person may acknowledge and write notes. */
export function mayAct(signedIn: SignedIn): boolean {
  return isOneOf(signedIn, ['operator', 'duty-leader', 'administrator'])
}

/** Whether this person may decide for the shift: limits of red rules, the roster. */
export function mayLead(signedIn: SignedIn): boolean {
  return isOneOf(signedIn, ['duty-leader', 'administrator'])
}

/** Whether this person may keep the registers of sites. */
export function mayRegister(signedIn: SignedIn): boolean {
  return isOneOf(signedIn, ['technician', 'duty-leader', 'administrator'])
}

/** Whether this person may issue and take back identities. */
export function mayAdminister(signedIn: SignedIn): boolean {
  return isOneOf(signedIn, ['administrator'])
}

function isOneOf(signedIn: SignedIn, roles: readonly Role[]): boolean {
  return signedIn.is === 'in' && roles.includes(signedIn.session.role)
}
