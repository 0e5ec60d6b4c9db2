import type { Feedback, SiteLoad } from '../../contract/activity.ts'

/** What became of feedback; `message` says what was expected and what came. */
export type FeedbackOutcome =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly reason: FeedbackRefusal; readonly message: string }

/** Why feedback is not taken. Words, never renumbered. */
export type FeedbackRefusal =
  | 'no-activity' // the site does not put signals together
  | 'no-load' // the site has no load that could be widened
  | 'no-power' // what the appliance draws is missing
  | 'too-much' // it draws more than may ever be normal
  | 'no-until' // it would never end
  | 'over' // it has ended before it begins
  | 'too-long' // it would last longer than may be
  | 'no-point' // which sensor is at fault is missing

const DAY_MS = 86_400_000

/** For how long feedback may count at most, ms; null where it changes nothing. */
export const LONGEST_MS: Readonly<Record<Feedback['kind'], number | null>> = {
  confirmed: null,
  // Work that lasts longer is planned, and has a permit.
  authorised: DAY_MS,
  'known-appliance': 30 * DAY_MS,
  'sensor-fault': 7 * DAY_MS,
}

/** An appliance beyond this is a machine, W: it gets a contact of its own, not an allowance. */
export const GREATEST_APPLIANCE_W = 6_500

/** What is there to change at a site. */
export interface FeedbackFacts {
  readonly hasActivity: boolean
  readonly load: Pick<SiteLoad, 'declared'> | null
}

/** Why feedback cannot be taken at a site; null where it can. */
export function refusalOf(feedback: Feedback, facts: FeedbackFacts): FeedbackOutcome | null {
  const { kind, at, until, power, point } = feedback
  const longest = LONGEST_MS[kind]
  if (longest === null) return null
  if (kind === 'known-appliance') {
    const { load } = facts
    if (load === null) return refused('no-load', 'expected a load section in the site file, came none')
    const most = Math.min(load.declared, GREATEST_APPLIANCE_W)
    if (power === undefined) return refused('no-power', 'expected what the appliance draws in W, came nothing')
    if (power > most) return refused('too-much', `expected an appliance of at most ${most} W, came ${power} W`)
  } else if (!facts.hasActivity)
    return refused('no-activity', 'expected an activity section in the site file, came none')
  if (kind === 'sensor-fault' && point === undefined)
    return refused('no-point', 'expected the point whose sensor is at fault, came nothing')
  if (until === undefined) return refused('no-until', 'expected a time at which it ends, came nothing')
  if (until <= at) return refused('over', `expected an end after ${at}, came ${until}`)
  if (until - at > longest)
    return refused('too-long', `expected an end within ${longest / DAY_MS} days, came ${(until - at) / DAY_MS} days`)
  return null
}

function refused(reason: FeedbackRefusal, message: string): FeedbackOutcome {
  return { kind: 'refused', reason, message }
}
