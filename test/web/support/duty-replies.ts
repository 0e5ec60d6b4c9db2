import { z } from 'zod'
import {
  AddLeave,
  AddOverride,
  AskSwap,
  CheckInBody,
  ProveContact,
  SaveRoster,
  SendCode,
  Stretch,
} from '../../../core/contract/duty-acts.ts'
import { PushSubscription } from '../../../core/contract/push.ts'
import { Roster, type Swap } from '../../../core/contract/roster.ts'
import { utcMs } from '../../../core/contract/time.ts'
import { checkRoster } from '../../../core/alarms/roster/check-roster.ts'
import type { Reply } from './replies.ts'
import { calendarOf, checkIn, CODE, dutyNow, gapsOf, presenceOf, rosterNow, RULES, type ScriptedDuty } from './duty.ts'

/** A request to the scripted control room. */
export interface Asked {
  readonly method: string
  readonly path: readonly string[]
  readonly query: Readonly<Record<string, string>>
  readonly body: unknown
  readonly user: string
  readonly now: number
}

const ok = (json: unknown): Reply => ({ status: 200, json })
const refused = (status: number, code: string, message: string, because?: string): Reply => ({
  status,
  json: { code, message, ...(because === undefined ? {} : { because }) },
})
const DONE = ok({ done: true })

/** The reply to a request under /api/duty. */
export function dutyReply(duty: ScriptedDuty, asked: Asked): Reply {
  const [what, id, answer] = asked.path
  const now = utcMs(asked.now)
  switch (what) {
    case 'roster':
      return asked.method === 'GET' ? ok(rosterNow(duty)) : saveRoster(duty, asked)
    case 'now':
      return ok(dutyNow(duty, now))
    case 'gaps':
      return ok(gapsOf(duty, now))
    case 'presence':
      return ok(presenceOf(duty))
    case 'calendar': {
      const { from, to } = Stretch.parse(asked.query)
      return ok(calendarOf(duty, from, to, now))
    }
    case 'overrides':
      return id === undefined ? addOverride(duty, asked) : endOverride(duty, id)
    case 'leave':
      return addLeave(duty, asked)
    case 'swaps':
      return id === undefined ? askSwap(duty, asked) : answerSwap(duty, { id, answer, user: asked.user })
    case 'proofs':
      return id === 'code' ? sendCode(asked) : prove(duty, asked)
    case 'check-ins': {
      const { person, onSite } = CheckInBody.parse(asked.body)
      return ok(checkIn(duty, person ?? 'chen-gang', now, onSite))
    }
    default:
      return refused(404, 'http/not-found', 'nobody waits for an answer')
  }
}

/** The reply to a request under /api/push. */
export function pushReply(duty: ScriptedDuty, { method, path: [what], body }: Asked, key: string | null): Reply {
  if (key === null) return refused(404, 'http/not-found', 'no channel of the kind web-push is configured')
  if (what === 'key') return ok({ channel: 'push', publicKey: key })
  if (method === 'POST') duty.pushed.push(PushSubscription.parse(body).endpoint)
  else duty.pushed.splice(duty.pushed.indexOf(z.object({ endpoint: z.url() }).strict().parse(body).endpoint), 1)
  return DONE
}

function change(duty: ScriptedDuty, by: string, part: Partial<Roster>): void {
  duty.roster = Roster.parse({ ...duty.roster, ...part })
  duty.version += 1
  duty.by = by
}

function saveRoster(duty: ScriptedDuty, { body, user }: Asked): Reply {
  const { version, roster } = SaveRoster.parse(body)
  if (version !== duty.version) {
    return refused(409, 'http/conflict', `expected version ${duty.version} of the roster, came ${version}`)
  }
  const faults = checkRoster(roster, RULES).map(({ path, message }) => `${path.join('.')}: ${message}`)
  if (faults.length > 0) return refused(400, 'http/invalid', faults.join('\n'))
  change(duty, user, roster)
  return ok(rosterNow(duty))
}

function addOverride(duty: ScriptedDuty, { body, user, now }: Asked): Reply {
  const made = { ...AddOverride.parse(body), id: `override-${duty.version}`, by: user, at: utcMs(now) }
  change(duty, user, { overrides: [...duty.roster.overrides, made] })
  return ok(made)
}

function endOverride(duty: ScriptedDuty, id: string): Reply {
  change(duty, 'leader', { overrides: duty.roster.overrides.filter((one) => one.id !== id) })
  return DONE
}

function addLeave(duty: ScriptedDuty, { body, user }: Asked): Reply {
  const { person, ...leave } = AddLeave.parse(body)
  const persons = duty.roster.persons.map((one) => (one.id === person ? { ...one, away: [...one.away, leave] } : one))
  change(duty, user, { persons })
  return DONE
}

function askSwap(duty: ScriptedDuty, { body, user, now }: Asked): Reply {
  const asked = AskSwap.parse(body)
  const made: Swap = {
    ...{ ...asked, id: 'swap-1', agreed: [asked.give.person], approvedBy: null, refusedBy: null, at: utcMs(now) },
  }
  change(duty, user, { swaps: [...duty.roster.swaps, made] })
  return ok(made)
}

function answerSwap(
  duty: ScriptedDuty,
  { id, answer, user }: { readonly id: string; readonly answer: string | undefined; readonly user: string },
): Reply {
  const swaps = duty.roster.swaps.map((swap): Swap => {
    if (swap.id !== id) return swap
    if (answer === 'agree') return { ...swap, agreed: [swap.give.person, swap.take.person] }
    return answer === 'approve' ? { ...swap, approvedBy: user } : { ...swap, refusedBy: user }
  })
  change(duty, user, { swaps })
  return ok(duty.roster.swaps.find((swap) => swap.id === id))
}

function sendCode({ body }: Asked): Reply {
  SendCode.parse(body)
  return DONE
}

function prove(duty: ScriptedDuty, { body, now }: Asked): Reply {
  const { person, channel, code } = ProveContact.parse(body)
  if (code !== CODE)
    return refused(400, 'http/invalid', 'code: expected the code that was sent, came another', 'code-wrong')
  const contact = duty.roster.persons.find(({ id }) => id === person)?.contacts.find((one) => one.channel === channel)
  const made = { person, channel, address: contact?.address ?? '', provenAt: utcMs(now) }
  duty.proofs.push(made)
  return ok(made)
}
