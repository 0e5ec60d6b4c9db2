import { z } from 'zod'
import { signal, type ReadonlySignal } from '@preact/signals'
import { type Role, Session, type SignIn } from '../../../core/contract/access.ts'
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
  signIn(body: SignIn, signal: AbortSignal): Promise<void>
  signOut(signal: AbortSignal): Promise<void>
  /** Somebody is at this page. */
  active(signal: AbortSignal): Promise<void>
  /** Opens a locked session with its password. Throws HouseError when refused. */
  unlock(password: string, signal: AbortSignal): Promise<void>
  /** The control room wants the password again. Resolves when it has it, or nobody is signed in any more. */
  lock(signal: AbortSignal): Promise<void>
  /** The control room no longer knows the session. */
  expire(): void
}

const Nothing = z.unknown().transform(() => undefined)

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
    signIn: async (body, signal) => {
      signedIn.value = { is: 'in', session: await api().signIn(body, signal) }
    },
    active: (signal) => api().ask('/api/session/active', { method: 'POST', body: {}, answer: Nothing, signal }),
    unlock: async (password, signal) => {
      const asked = { method: 'POST', body: { password }, answer: Session, signal } as const
      signedIn.value = { is: 'in', session: await api().ask('/api/session/unlock', asked) }
    },
    lock: (aborted) => {
      const known = signedIn.value
      if (known.is === 'in' && !known.session.locked)
        signedIn.value = { is: 'in', session: { ...known.session, locked: true } }
      return untilOpen(signedIn, aborted)
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

function untilOpen(signedIn: ReadonlySignal<SignedIn>, aborted: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const opened = new AbortController()
    aborted.addEventListener('abort', () => reject(aborted.reason as Error), { signal: opened.signal })
    const end = signedIn.subscribe((known) => {
      if (known.is === 'in' && known.session.locked) return
      opened.abort()
      resolve()
    })
    AbortSignal.any([opened.signal, aborted]).addEventListener('abort', end)
    if (opened.signal.aborted) end()
  })
}

function isSame(a: Session, b: Session): boolean {
  return JSON.stringify(Session.parse(a)) === JSON.stringify(Session.parse(b))
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

/** Whether this person sees to gateways: their identities and configurations. */
export function mayMaintain(signedIn: SignedIn): boolean {
  return isOneOf(signedIn, ['technician', 'administrator'])
}

/** Whether this person may change how the control room is set up, and who signs in. */
export function mayAdminister(signedIn: SignedIn): boolean {
  return isOneOf(signedIn, ['administrator'])
}

function isOneOf(signedIn: SignedIn, roles: readonly Role[]): boolean {
  return signedIn.is === 'in' && roles.includes(signedIn.session.role)
}
