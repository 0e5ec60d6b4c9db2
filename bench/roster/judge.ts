import type { OnDuty } from '../../core/contract/roster.ts'
import { utcMs } from '../../core/contract/time.ts'
import { forecastGaps } from '../../core/alarms/roster/forecast.ts'
import { planRoster, type RosterPlan } from '../../core/alarms/roster/plan.ts'
import { type Dice, diceOf } from '../pit/dice.ts'
import { slowResolver } from './slow.ts'
import { type DutyWorld, randomWorld } from './world.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
/** Minutes of a role asked of both resolvers. */
const ASKED = 24
/** Gaps of a role of which the forecast is asked. */
const GAPS = 3

/** What was wrong with some worlds. */
export interface Verdict {
  readonly calendars: number
  readonly minutes: number
  readonly holes: number
  readonly overlaps: number
  /** Minutes at which the two resolvers do not say the same, or an answer is neither a crew nor nobody. */
  readonly disagreements: number
  /** Gaps the forecast of up to 13 days before did not name. */
  readonly unforecastGaps: number
  readonly gaps: number
}

export const NOTHING: Verdict = {
  ...{ calendars: 0, minutes: 0, holes: 0, overlaps: 0, disagreements: 0, unforecastGaps: 0, gaps: 0 },
}

export function added(a: Verdict, b: Verdict): Verdict {
  const sum = (key: keyof Verdict) => a[key] + b[key]
  return {
    ...{ calendars: sum('calendars'), minutes: sum('minutes'), holes: sum('holes'), overlaps: sum('overlaps') },
    ...{ disagreements: sum('disagreements'), unforecastGaps: sum('unforecastGaps'), gaps: sum('gaps') },
  }
}

/** Judges the world of a seed over every minute of its three years, or of so many days. */
export function judge(seed: number, days?: number): Verdict {
  const dice = diceOf(seed)
  const world = randomWorld(dice, days)
  const plan = planRoster(world.roster, world.calendar)
  const slow = slowResolver(world.roster, world.calendar)
  const ofRoles = world.roster.roles.map(({ id }): Verdict => {
    const spans = plan.spans(id, world.from, world.to)
    const said = (at: number) => {
      const { persons, source, shift } = slow(id, at)
      return `${source} ${shift ?? ''} ${persons.join(' ')}`
    }
    const wrong = minutesOf(spans, world, dice).filter((at) => {
      const fast = spans.find(({ until }) => at < until)
      const now = plan.onDuty(id, utcMs(at))
      return (
        fast === undefined || answer(fast) !== said(at) || answer(now) !== said(at) || at < now.from || at >= now.until
      )
    })
    const { gaps, unforecastGaps } = forecastOf(spans, { world, plan, dice })
    const minutes = (world.to - world.from) / MINUTE_MS
    return { ...NOTHING, minutes, ...meeting(spans, world), disagreements: wrong.length, gaps, unforecastGaps }
  })
  return ofRoles.reduce(added, { ...NOTHING, calendars: 1 })
}

function answer({ persons, source, shift }: OnDuty): string {
  return `${source} ${shift ?? ''} ${persons.join(' ')}`
}

/** Where spans do not meet exactly, or do not begin and end with the world, or hold something else than a crew or nobody. */
export function meeting(spans: readonly OnDuty[], { from, to }: Pick<DutyWorld, 'from' | 'to'>) {
  let holes = 0
  let overlaps = 0
  let at: number = from
  for (const span of spans) {
    if (span.from > at || (span.persons.length === 0) !== (span.source === 'nobody')) holes += 1
    if (span.from < at || span.until <= span.from) overlaps += 1
    at = span.until
  }
  return { holes: at === to ? holes : holes + 1, overlaps }
}

/** Minutes by dice, and those around the seams of spans by dice. */
function minutesOf(spans: readonly OnDuty[], { from, to }: DutyWorld, dice: Dice): number[] {
  return Array.from({ length: ASKED }, (_, n) => {
    if (n % 2 === 0) return from + MINUTE_MS * dice.whole(0, Math.floor((to - from) / MINUTE_MS) - 1)
    const seam = spans[dice.whole(0, spans.length - 1)]?.from ?? from
    return Math.max(from, seam - (n % 4 === 1 ? 0 : 1))
  })
}

interface Facts {
  readonly world: DutyWorld
  readonly plan: RosterPlan
  readonly dice: Dice
}

/** Whether gaps are named by the forecast made some time before them. */
function forecastOf(spans: readonly OnDuty[], { world, plan, dice }: Facts) {
  const { roster, calendar } = world
  const hasTable = (role: string) => roster.tables.some((table) => table.role === role)
  const gaps = spans.filter(({ source, role }) => source === 'nobody' || (source === 'fallback' && hasTable(role)))
  const asked = Array.from({ length: Math.min(GAPS, gaps.length) }, () => gaps[dice.whole(0, gaps.length - 1)])
  const unforecast = asked.filter((gap) => {
    if (gap === undefined) return false
    const now = utcMs(gap.from - dice.whole(1, 13 * 24) * HOUR_MS)
    const kind = gap.source === 'nobody' ? 'nobody' : 'fallback-only'
    const named = forecastGaps({ roster, calendar, plan, proofs: [], rules: { mediumOf: () => 'sms' } }, now)
    return !named.some((one) => one.kind === kind && one.role === gap.role && one.from <= gap.from && gap.from < one.to)
  })
  return { gaps: asked.length, unforecastGaps: unforecast.length }
}
