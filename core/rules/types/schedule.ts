import { z } from 'zod'
import { Duration } from '../../contract/time.ts'
import { defineRule, timing } from '../define-rule.ts'
import type { RuleContext, Sample } from '../rule.ts'
import { conditionValues } from './common.ts'
import { isInWindow, windowFaults, Windows, windowsText } from './schedule-windows.ts'
import { onAbove, onFaults, onVerdict, SWITCHED } from './switched-on.ts'

/** What runs out of hours is suspicious; where the feeder serves one machine that may not run, it is that machine. */
const STRENGTH = 3
const STRENGTH_DEDICATED = 5

/** Of its rated value: what a dedicated feeder draws when its machine is on. */
const RATED_SHARE = 0.03

/** A permit's power is an estimate. */
const PERMIT_TOLERANCE = 1.1

const Params = z
  .object({
    /** When it may run, by kind of day; half-open, local time. */
    windows: Windows,
    /** It may begin so much before a window and end so much after it. */
    grace: Duration.default(15 * 60_000),
    /** At or above this it is on, in its own unit. Default: power 500 W, current 0.5 A. */
    above: z.number().positive().optional(),
    /** Its rated value in its own unit, where the feeder serves one machine: it is on from 3 % of it. */
    rated: z.number().positive().optional(),
    /** The feeder serves one machine, such as a hoist or a winch. */
    dedicated: z.boolean().default(false),
    // A winch pauses up to 5 min between strokes; within that the alarm stays one alarm.
    ...timing({ onDelay: 10_000, offDelay: 300_000 }),
  })
  .strict()
type Params = z.infer<typeof Params>

/** The last minute that was looked up, and whether it lies in a window: a minute has many samples. */
const Own = z.object({ minute: z.number(), isOpen: z.boolean() }).strict()
type Own = z.infer<typeof Own>

/** Something runs outside its hours and without a permit. (detection §6.2 schedule) */
export const schedule = defineRule<Params, Own>({
  type: 'schedule',
  serves: 1,
  group: 'power',
  params: Params,
  quantities: SWITCHED,
  own: Own,
  start: () => ({ minute: -1, isOpen: false }),
  peak: 'highest',
  sense: (context, own, sample, _input, out) => {
    out.strength = context.params.dedicated ? STRENGTH_DEDICATED : STRENGTH
    const verdict = onVerdict(sample, aboveOf(context))
    if (sample.kind === 'number') out.measure = sample.value
    out.verdict = verdict === 'true' && mayRun(context, own, sample) ? 'false' : verdict
  },
  explain: (context, _own, facts) => {
    const { params, site } = context
    const dayType = site.dayType(facts.at)
    const isContact = typeof facts.value === 'boolean'
    const isStopped = isContact ? !facts.value : Number(facts.value) < (aboveOf(context) ?? 0)
    const variant = facts.kind === 'cleared' && !isStopped ? '-allowed' : isContact ? '-contact' : ''
    return {
      key: `schedule.${facts.kind}${variant}`,
      values: {
        ...conditionValues(context, facts, (value) => value >= (aboveOf(context) ?? value)),
        limit: aboveOf(context),
        dayType,
        allowed: windowsText(params.windows[dayType] ?? []),
        graceS: params.grace / 1_000,
      },
    }
  },
  limit: aboveOf,
  faults: (context) => [
    ...windowFaults(context.params.windows, context.params.grace / 60_000),
    ...onFaults({ ...context, params: { above: aboveOf(context) ?? undefined } }),
  ],
})

function aboveOf(context: RuleContext<Params>): number | null {
  const { above, rated } = context.params
  return above ?? (rated === undefined ? onAbove(context) : rated * RATED_SHARE)
}

function mayRun(context: RuleContext<Params>, own: Own, { at, value }: Sample): boolean {
  const { params, site } = context
  const minute = Math.floor(at / 60_000)
  if (minute !== own.minute) {
    const day = site.dayOf(at)
    const when = {
      minute: site.minuteOf(at),
      today: site.dayTypeOfDay(day),
      yesterday: site.dayTypeOfDay(day - 1),
      tomorrow: site.dayTypeOfDay(day + 1),
    }
    own.minute = minute
    own.isOpen = isInWindow(params.windows, when, params.grace / 60_000)
  }
  return own.isOpen || isPermitted(context, at, value)
}

/** A permit allows what it says it draws, at the devices it names. */
function isPermitted({ config, quantity, site }: RuleContext<Params>, at: number, value: number): boolean {
  const device = config.point.split('/')[0] ?? ''
  return site.permits(at).some(({ power, devices }) => {
    if (power === 0 || (devices !== undefined && !devices.includes(device))) return false
    return quantity !== 'power' || value <= power * PERMIT_TOLERANCE
  })
}
