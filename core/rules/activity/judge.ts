import type { Activity, BecauseRow, EvidenceGroup, Feedback } from '../../contract/activity.ts'
import type { Explanation } from '../../contract/alarm.ts'
import type { Reading } from '../../contract/reading.ts'
import type { Priority } from '../../contract/priority.ts'
import type { ArmedRule, Instant } from '../rule.ts'
import type { SiteView } from '../site-view.ts'
import { Fusion } from './fusion.ts'

/** One signal, as the engine tells it. */
export interface Signal extends Instant {
  readonly rule: ArmedRule
  readonly group: EvidenceGroup
  /** Log-odds. */
  readonly strength: number
  /** False when the condition was proven gone. */
  readonly isActive: boolean
  readonly explain: () => Explanation
  readonly readings: readonly Reading[]
}

/** What the judge says, in the order of events. */
export interface ActivityEvents {
  raise(said: ActivitySaid): void
  update(said: ActivitySaid): void
  clear(said: ActivitySaid): void
}

export interface ActivitySaid extends Instant {
  readonly priority: Priority
  readonly explanation: Explanation
  readonly because: readonly BecauseRow[]
  readonly readings: readonly Reading[]
}

/** Puts the signals of a site together to one alarm. Changed in place; what it remembers is JSON. */
export interface ActivityJudge {
  /** The earliest monotonic instant at which it has something to do without a signal; Infinity = none. */
  readonly due: number
  /** The score now stands at watching or beyond: what is seen meanwhile is not normal. */
  readonly isSuspicious: boolean
  readonly isOpen: boolean
  /** Notes a signal. It is judged with `pass`, when no older one can come any more. */
  signal(signal: Signal): void
  pass(now: Instant): void
  /** What somebody found out and was accepted: changes what later signals count, never an alarm. */
  note(feedback: Feedback): void
  save(): unknown
  restart(isSameBoot: boolean): void
}

export interface ActivityParts {
  readonly activity: Activity
  readonly site: SiteView
  /** The load above what is expected, W, NaN where it is not known: a permit covers only so much. */
  readonly residual: () => number
  readonly events: ActivityEvents
}

/** The id and type of the alarm of a whole site. */
export const SITE_ACTIVITY = 'site-activity'

/** The judge of a site, anew or as it was saved. */
export function openActivity(parts: ActivityParts, saved: unknown): ActivityJudge {
  return new Fusion(parts, saved)
}
