import type { Alarm } from '../../../core/contract/alarm.ts'
import {
  AddFinding,
  Assign,
  EndSuppression,
  OutOfService,
  Reset,
  Shelve,
  Suppress,
  Withdraw,
} from '../../../core/contract/acts.ts'
import { type UtcMs, utcMs } from '../../../core/contract/time.ts'
import { type AlarmEvent, type AlarmStep, stepAlarm } from '../../../core/alarms/lifecycle.ts'
import type { SecondPerson } from '../../../core/alarms/suppression.ts'
import { PEOPLE } from './people.ts'

/** Who wants something done about an alarm, and when. */
export interface Actor {
  readonly by: string
  readonly now: number
  /** How often the rule was shelved in the 24 h before. */
  readonly shelvedBefore: number
}

/** What an act does to an alarm, by the rules of the real desk; null for an act there is none of. Throws for a body that is none. */
export function actStep(alarm: Alarm, act: string, body: unknown, actor: Actor): AlarmStep | null {
  const event = eventOf(act, body, actor)
  return event === null ? null : stepAlarm(alarm, event)
}

function eventOf(act: string, body: unknown, { by, now, shelvedBefore }: Actor): AlarmEvent | null {
  const at: UtcMs = utcMs(now)
  const hold = { by, shelvedBefore }
  switch (act) {
    case 'shelve': {
      const { second, ...ask } = Shelve.parse(body)
      return { kind: 'suppress', at, ask: { ...ask, ...hold, kind: 'shelved', second: secondOf(second) } }
    }
    case 'suppress': {
      const { second, ...ask } = Suppress.parse(body)
      return { kind: 'suppress', at, ask: { ...ask, ...hold, kind: 'by-design', second: secondOf(second) } }
    }
    case 'out-of-service': {
      const { second, ...ask } = OutOfService.parse(body)
      return { kind: 'suppress', at, ask: { ...ask, ...hold, kind: 'out-of-service', second: secondOf(second) } }
    }
    case 'end-suppression': {
      const { kind, reason } = EndSuppression.parse(body)
      return { kind: 'end-suppression', of: kind, reason, by, at }
    }
    case 'reset':
      return { kind: 'reset', by, at, ...Reset.parse(body) }
    case 'withdraw': {
      const { reason, second } = Withdraw.parse(body)
      return { kind: 'withdraw', by, at, reason, second: secondOf(second) }
    }
    case 'assign':
      return { kind: 'assign', by, at, to: Assign.parse(body).to }
    case 'findings': {
      const finding = AddFinding.parse(body)
      return { kind: 'finding', at, finding: { ...finding, by, at: finding.at ?? at } }
    }
    default:
      return null
  }
}

/** The second person who typed name and password. Throws for one who will not do. */
function secondOf(typed: { readonly user: string; readonly password: string } | undefined): SecondPerson | null {
  if (typed === undefined) return null
  const found = PEOPLE.find(({ user, password }) => user === typed.user && password === typed.password)
  if (found === undefined) throw new SecondRefused()
  return { name: found.user, isLeader: found.role === 'administrator' }
}

/** Name and password of the second person do not fit together. */
export class SecondRefused extends Error {}
