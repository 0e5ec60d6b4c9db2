import type { Feedback } from '../../core/contract/activity.ts'
import { type Command, orderOf } from '../../core/contract/command.ts'
import type { GatewayConfig } from '../../core/contract/site.ts'
import { GREATEST_APPLIANCE_W, type FeedbackOutcome, refusalOf } from '../../core/rules/activity/feedback.ts'

/** Whether the control room has signed this order, by the authority the gateway was enrolled with. */
export type VerifyOrder = (order: object, signature: string) => boolean

/** How far the control room's clock may be ahead of the gateway's, ms. */
const AHEAD_MS = 600_000

/** What a gateway takes from whom. */
export interface Trust {
  /** What the gateway's own file says of what the control room may send. */
  readonly accepts: GatewayConfig['remoteConfig']
  /** null where the gateway has no identity. */
  readonly verify: VerifyOrder | null
}

/** Why a command is not from the control room, a word and what was expected and what came; null where it is. */
export function strangerIn(command: Command, trust: Trust): string | null {
  return strangerTo({ signed: orderOf(command), signature: command.signature }, trust)
}

/** The same for anything else that is signed so. */
export function strangerTo(
  { signed, signature }: { readonly signed: object; readonly signature: string | null },
  { accepts, verify }: Trust,
): string | null {
  if (accepts === 'off') return "off: remoteConfig is off in this gateway's own file"
  if (verify === null) {
    if (accepts === 'unsigned') return null
    return 'not-enrolled: expected a gateway that was enrolled (pitwatch enrol), or remoteConfig: unsigned in its file'
  }
  if (signature === null) return 'signature: expected a signature of the control room, came none'
  return isSigned(signed, signature, verify)
    ? null
    : 'signature: expected a signature of the control room, came another'
}

/**
 * Why feedback is over, or would last longer from now on than it may; null where it would not. Its own time is not believed where it lies
 * ahead: what is dated tomorrow would last a day longer.
 */
export function overdue(feedback: Feedback, now: Feedback['at']): FeedbackOutcome | null {
  if (feedback.kind === 'confirmed') return null
  const { at, until } = feedback
  if (until !== undefined && until <= now)
    return { kind: 'refused', reason: 'over', message: `expected an end after ${now}, came ${until}` }
  if (at - now <= AHEAD_MS) return null
  const asNow = { ...feedback, at: now }
  return refusalOf(asNow, { hasActivity: true, load: { declared: GREATEST_APPLIANCE_W } })
}

function isSigned(signed: object, signature: string, verify: VerifyOrder): boolean {
  try {
    return verify(signed, signature)
  } catch {
    // What cannot even be checked is no signature.
    return false
  }
}
