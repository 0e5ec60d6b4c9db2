import type { Feedback } from '../contract/activity.ts'
import type { EvidenceRow } from '../contract/evidence.ts'
import type { PointRef } from '../contract/reading.ts'
import { type ActivityJudge, type ActivitySaid, openActivity, type Signal, SITE_ACTIVITY } from './activity/judge.ts'
import type { EngineState } from './engine-state.ts'
import { Occurrences, type Timed } from './occurrences.ts'
import type { SitePlan } from './plan.ts'
import type { Instant } from './rule.ts'
import type { SiteView } from './site-view.ts'

export interface SiteAlarmParts {
  readonly plan: SitePlan
  readonly site: SiteView
  /** The load above what is expected, W; NaN while not known. */
  readonly residual: () => number
  readonly saved: EngineState['activity']
  readonly out: (timed: Timed) => void
}

/** The one alarm of a whole site: what its judge says becomes transitions, with the pictures of the time around. */
export class SiteAlarm {
  readonly #judge: ActivityJudge | null
  readonly #occurrences: Occurrences

  /** Null where the site does not put its signals together. */
  static of(parts: SiteAlarmParts): SiteAlarm | null {
    return parts.plan.activity === null ? null : new SiteAlarm(parts, parts.plan.activity)
  }

  private constructor(
    { plan, site, residual, saved, out }: SiteAlarmParts,
    activity: NonNullable<SitePlan['activity']>,
  ) {
    const raiser = {
      site: plan.site,
      rule: SITE_ACTIVITY,
      ruleType: SITE_ACTIVITY,
      point: pointOf(plan),
      priority: 'orange' as const,
    }
    // Nobody knows what an alarm without a memory rests on: it is withdrawn, and what is still seen raises the next.
    const occurrence = saved?.memory === null ? { ...saved.occurrence, open: null } : saved?.occurrence
    const occurrences = new Occurrences(raiser, occurrence ?? null, out)
    const events = {
      raise: (said: ActivitySaid) => {
        occurrences.forgetPictures(said.at - activity.closeAfter)
        occurrences.raise(said, said.priority)
      },
      update: (said: ActivitySaid) => occurrences.update(said, said.priority),
      clear: (said: ActivitySaid) => occurrences.clear(said),
    }
    this.#occurrences = occurrences
    this.#judge = openActivity({ activity, site, residual, events }, saved?.memory ?? null)
  }

  /** The earliest monotonic instant at which it has something to do without a signal; Infinity = none. */
  get due(): number {
    return this.#judge?.due ?? Infinity
  }

  /** What is seen meanwhile is not normal. */
  get isSuspicious(): boolean {
    return this.#judge?.isSuspicious ?? false
  }

  signal(signal: Signal): void {
    this.#judge?.signal(signal)
  }

  pass(now: Instant): void {
    this.#judge?.pass(now)
  }

  note(feedback: Feedback): void {
    this.#judge?.note(feedback)
  }

  /** Pictures of any camera of the site, at `mono`: told at once while the alarm is open, and otherwise with the next. */
  showPictures(pictures: readonly EvidenceRow[], mono: number): void {
    this.#occurrences.notePictures(pictures)
    this.#occurrences.settlePictures(mono, true)
  }

  save(): NonNullable<EngineState['activity']> {
    return { memory: this.#judge?.save() ?? null, occurrence: this.#occurrences.save() }
  }

  restart(isSameBoot: boolean): void {
    this.#judge?.restart(isSameBoot)
  }
}

/** Where people are sent: to the meter of the site, or else to what is watched first. */
function pointOf({ load, rules }: SitePlan): PointRef {
  return load?.meter ?? rules.find(({ group }) => group !== null)?.point ?? rules[0]?.point ?? 'gateway/clock-unsure'
}
