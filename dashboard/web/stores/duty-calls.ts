import { z } from 'zod'
import {
  type AddLeave,
  type AddOverride,
  type AskSwap,
  DutyCalendar,
  DutyNow,
  PresenceLog,
  RosterNow,
} from '../../../core/contract/duty-acts.ts'
import {
  CheckIn,
  ContactProof,
  DutyGap,
  Override,
  type Roster,
  SpotCheck,
  Swap,
} from '../../../core/contract/roster.ts'
import type { Api } from './api.ts'

const Done = z.unknown().transform(() => undefined)
const WITHIN_MS = 15_000

/** Everything the page asks about duty. Throws as the API does. */
export interface DutyCalls {
  now(signal: AbortSignal): Promise<DutyNow>
  roster(signal: AbortSignal): Promise<RosterNow>
  calendar(from: number, to: number, signal: AbortSignal): Promise<DutyCalendar>
  gaps(signal: AbortSignal): Promise<DutyGap[]>
  presence(from: number, to: number, signal: AbortSignal): Promise<PresenceLog>
  save(version: number, roster: Roster): Promise<RosterNow>
  override(body: AddOverride): Promise<Override>
  endOverride(id: string): Promise<undefined>
  leave(body: AddLeave): Promise<undefined>
  askSwap(body: AskSwap): Promise<Swap>
  /** `agree`, `approve` or `refuse`. */
  answerSwap(id: string, answer: 'agree' | 'approve' | 'refuse'): Promise<Swap>
  sendCode(person: string, channel: string): Promise<undefined>
  prove(person: string, channel: string, code: string): Promise<ContactProof>
  checkIn(person: string, onSite: boolean): Promise<CheckIn[]>
  /** By the code of its message; without one, whoever is signed in for themselves. */
  answerSpotCheck(code: string): Promise<SpotCheck>
  testCall(channel: string, person: string): Promise<undefined>
}

/** The calls over `api`. */
export function dutyCalls({ ask }: Pick<Api, 'ask'>): DutyCalls {
  const send = <T>(path: string, body: unknown, answer: z.ZodType<T>, method: 'POST' | 'DELETE' = 'POST') =>
    ask(path, { method, body, answer, signal: AbortSignal.timeout(WITHIN_MS) })
  const stretch = (from: number, to: number) => `from=${Math.round(from)}&to=${Math.round(to)}`
  return {
    now: (signal) => ask('/api/duty/now', { answer: DutyNow, signal }),
    roster: (signal) => ask('/api/duty/roster', { answer: RosterNow, signal }),
    calendar: (from, to, signal) => ask(`/api/duty/calendar?${stretch(from, to)}`, { answer: DutyCalendar, signal }),
    gaps: (signal) => ask('/api/duty/gaps', { answer: z.array(DutyGap), signal }),
    presence: (from, to, signal) => ask(`/api/duty/presence?${stretch(from, to)}`, { answer: PresenceLog, signal }),
    save: (version, roster) => send('/api/duty/roster', { version, roster }, RosterNow),
    override: (body) => send('/api/duty/overrides', body, Override),
    endOverride: (id) => send(`/api/duty/overrides/${encodeURIComponent(id)}`, undefined, Done, 'DELETE'),
    leave: (body) => send('/api/duty/leave', body, Done),
    askSwap: (body) => send('/api/duty/swaps', body, Swap),
    answerSwap: (id, answer) => send(`/api/duty/swaps/${encodeURIComponent(id)}/${answer}`, undefined, Swap),
    sendCode: (person, channel) => send('/api/duty/proofs/code', { person, channel }, Done),
    prove: (person, channel, code) => send('/api/duty/proofs', { person, channel, code }, ContactProof),
    checkIn: (person, onSite) => send('/api/duty/check-ins', { person, via: 'desk', onSite }, z.array(CheckIn)),
    answerSpotCheck: (code) => send('/api/duty/spot-checks/answer', code === '' ? {} : { code }, SpotCheck),
    testCall: (channel, person) => send(`/api/channels/${encodeURIComponent(channel)}/test`, { person }, Done),
  }
}
