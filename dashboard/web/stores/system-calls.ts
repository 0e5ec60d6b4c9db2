import { z } from 'zod'
import {
  type AddUser,
  type ChangePassword,
  NewPassword,
  RecoveryCodes,
  SecondFactorOffer,
  SessionInfo,
  type SetUser,
  UserInfo,
} from '../../../core/contract/access.ts'
import { type DailyRoot, DailyRoots } from '../../../core/contract/proof.ts'
import { SystemReport } from '../../../core/contract/system.ts'
import type { Api } from './api.ts'

const Done = z.unknown().transform(() => undefined)
const WITHIN_MS = 15_000
/** Days whose roots are shown. */
const ROOTS = 14

/** Everything the page asks about the system, about who signs in, and about the own account. Throws as the API does. */
export interface SystemCalls {
  report(signal: AbortSignal): Promise<SystemReport>
  roots(signal: AbortSignal): Promise<readonly DailyRoot[]>
  users(signal: AbortSignal): Promise<UserInfo[]>
  addUser(body: AddUser): Promise<NewPassword>
  setUser(name: string, body: SetUser): Promise<UserInfo>
  resetPassword(name: string): Promise<NewPassword>
  removeUser(name: string): Promise<undefined>
  removeFactor(name: string): Promise<undefined>
  /** Every session, or the own ones. */
  sessions(of: 'all' | 'own', signal: AbortSignal): Promise<SessionInfo[]>
  endSession(of: 'all' | 'own', id: string): Promise<undefined>
  changePassword(body: ChangePassword): Promise<undefined>
  offerFactor(password: string): Promise<SecondFactorOffer>
  confirmFactor(code: string): Promise<RecoveryCodes>
  dropFactor(password: string, code: string): Promise<undefined>
}

/** The calls over `api`. */
export function systemCalls({ ask }: Pick<Api, 'ask'>): SystemCalls {
  const send = <T>(method: 'POST' | 'DELETE', path: string, answer: z.ZodType<T>, body?: unknown) =>
    ask(path, { method, body, answer, signal: AbortSignal.timeout(WITHIN_MS) })
  const user = (name: string) => `/api/users/by-name/${encodeURIComponent(name)}`
  const sessions = (of: 'all' | 'own') => (of === 'all' ? '/api/users/sessions' : '/api/sessions')
  return {
    report: (signal) => ask('/api/system', { answer: SystemReport, signal }),
    roots: async (signal) => (await ask(`/api/proof/roots?limit=${ROOTS}`, { answer: DailyRoots, signal })).roots,
    users: (signal) => ask('/api/users', { answer: z.array(UserInfo), signal }),
    addUser: (body) => send('POST', '/api/users', NewPassword, body),
    setUser: (name, body) => send('POST', user(name), UserInfo, body),
    resetPassword: (name) => send('POST', `${user(name)}/password`, NewPassword),
    removeUser: (name) => send('DELETE', user(name), Done),
    removeFactor: (name) => send('DELETE', `${user(name)}/second-factor`, Done),
    sessions: (of, signal) => ask(sessions(of), { answer: z.array(SessionInfo), signal }),
    endSession: (of, id) => send('DELETE', `${sessions(of)}/${id}`, Done),
    changePassword: (body) => send('POST', '/api/session/password', Done, body),
    offerFactor: (password) => send('POST', '/api/session/second-factor', SecondFactorOffer, { password }),
    confirmFactor: (code) => send('POST', '/api/session/second-factor/confirm', RecoveryCodes, { code }),
    dropFactor: (password, code) => send('POST', '/api/session/second-factor/remove', Done, { password, code }),
  }
}
