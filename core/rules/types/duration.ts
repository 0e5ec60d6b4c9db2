import { z } from 'zod'
import { Duration } from '../../contract/time.ts'
import { defineRule, timing } from '../define-rule.ts'
import type { Instant, RuleContext, Sensed } from '../rule.ts'
import { conditionValues, STATES } from './common.ts'
import { Held, heldMs, hold, noHeld, unseenMs } from './observed.ts'
import { onAbove, onFaults, onVerdict, SWITCHED } from './switched-on.ts'

/** A gap longer than this ends a run: what happened in it is not known. (detection §6.7) */
const FORGET_MS = 300_000

/** Reached is what lacks less than this, because clocks are read in fractions. */
const CLOSE_MS = 0.5

const Params = z
  .object({
    /** Longest that it may be on without a break. */
    max: Duration.optional(),
    /** Longest that it may be on in one local day, all runs together. */
    perDay: Duration.optional(),
    /** At or above this it is on, in its own unit. Default: power 500 W, current 0.5 A. */
    above: z.number().positive().optional(),
    ...timing({ onDelay: 0, offDelay: 60_000 }),
  })
  .strict()
type Params = z.infer<typeof Params>

/** For how long it was seen on; only observed time counts. */
const Own = z.object({ held: Held, runMs: z.number(), dayMs: z.number(), day: z.number() }).strict()
type Own = z.infer<typeof Own>

/** Something is on for longer than it should be: one run, or all runs of a local day. (detection §6.2 duration) */
export const duration = defineRule<Params, Own>({
  type: 'duration',
  serves: 1,
  group: 'power',
  params: Params,
  quantities: [...new Set([...SWITCHED, ...STATES])],
  own: Own,
  start: () => ({ held: noHeld(), runMs: 0, dayMs: 0, day: -1 }),
  resume: (own, isSameBoot) => (isSameBoot ? own : { ...own, held: noHeld(), runMs: 0 }),
  hearsBad: true,
  peak: 'highest',
  sense: (context, own, sample, _input, out) => {
    account(context, own, sample)
    if (sample.quality !== 'good') {
      hold(own.held, sample, NaN)
      return
    }
    const wasOn = own.held.value === 1
    const on = onVerdict(sample, onAbove(context))
    const isOn = on === 'same' ? wasOn : on === 'true'
    if (on === 'none') {
      hold(own.held, sample, NaN)
      return
    }
    hold(own.held, sample, isOn ? 1 : 0)
    if (!isOn) own.runMs = 0
    judge(context.params, own, out)
  },
  due: ({ held, runMs, dayMs }, { max = Infinity, perDay = Infinity }) => {
    if (held.value !== 1) return Infinity
    const run = max - runMs > CLOSE_MS ? max - runMs : Infinity
    const day = perDay - dayMs > CLOSE_MS ? perDay - dayMs : Infinity
    const mono = held.mono + Math.min(run, day)
    return mono <= held.until ? mono : Infinity
  },
  pass: (context, own, now, out) => {
    account(context, own, now)
    own.held.mono = now.mono
    judge(context.params, own, out)
    out.holdMs = own.held.until - now.mono
  },
  explain: (context, own, facts) => {
    const { max, perDay } = context.params
    const isRun = facts.kind === 'raised' ? own.runMs >= (max ?? Infinity) - CLOSE_MS : perDay === undefined
    return {
      key: `duration.${facts.kind}-${isRun ? 'run' : 'day'}`,
      values: {
        ...conditionValues(context, facts),
        onS: (isRun ? own.runMs : own.dayMs) / 1_000,
        maxS: (isRun ? max : perDay) === undefined ? null : ((isRun ? max : perDay) ?? 0) / 1_000,
        longestS: facts.peak,
      },
    }
  },
  limit: onAbove,
  faults: (context) => {
    const { max, perDay } = context.params
    const faults = [...onFaults(context)]
    if (max === undefined && perDay === undefined)
      faults.push({ path: ['with'], message: 'expected max or perDay, or both: how long it may be on' })
    if (max === 0) faults.push({ path: ['with', 'max'], message: 'expected a duration longer than 0, such as 2h' })
    if (perDay !== undefined && (perDay === 0 || perDay > 86_400_000))
      faults.push({ path: ['with', 'perDay'], message: 'expected a duration of a day at most, such as 4h' })
    return faults
  },
})

/** Counts the time it was seen on, into the run and into the local day. */
function account({ site }: RuleContext<Params>, own: Own, { at, mono }: Instant): void {
  if (unseenMs(own.held, mono) > FORGET_MS) own.runMs = 0
  const ms = own.held.value === 1 ? heldMs(own.held, mono) : 0
  own.runMs += ms
  const day = site.dayOf(at)
  if (day === own.day) own.dayMs += ms
  else {
    own.day = day
    own.dayMs = Math.min(ms, site.minuteOf(at) * 60_000 + (at % 60_000))
  }
}

function judge({ max = Infinity, perDay = Infinity }: Params, own: Own, out: Sensed): void {
  const share = Math.max(own.runMs / max, own.dayMs / perDay)
  const isLong = own.runMs >= max - CLOSE_MS || own.dayMs >= perDay - CLOSE_MS
  out.measure = (max === Infinity ? own.dayMs : own.runMs) / 1_000
  out.verdict = own.held.value === 1 && isLong ? 'true' : 'false'
  out.strength = 1.5 + 1.5 * Math.min(1, Math.max(0, share - 1))
}
