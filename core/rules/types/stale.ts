import { z } from 'zod'
import type { Explanation } from '../../contract/alarm.ts'
import { Reading, ReasonCode } from '../../contract/reading.ts'
import { Duration, MonoMs, UtcMs } from '../../contract/time.ts'
import { later } from '../../kit/time.ts'
import { defineRule } from '../define-rule.ts'
import type { Change, Instant, Judged, RuleContext } from '../rule.ts'
import { placeValues } from './common.ts'

const Params = z
  .object({
    /** Without a good reading for this long, the point is not being watched. */
    after: Duration.default(60_000),
    /** How long good readings must keep coming before the alarm returns. */
    offDelay: Duration.default(0),
  })
  .strict()
type Params = z.infer<typeof Params>

const Mark = z.object({ at: UtcMs, mono: MonoMs }).strict()

const Memory = z
  .object({
    active: z.boolean(),
    /** The last good reading, of any boot. */
    lastGood: Reading.nullable(),
    /** From when on a good reading is missed: the last good one, or the first this boot knows of. */
    missedFrom: Mark.nullable(),
    /** The last good one before the open alarm, monotonic time only in its own boot. */
    lostFrom: z.object({ at: UtcMs, mono: MonoMs.nullable() }).strict().nullable(),
    /** The first of the good readings that now come without a break. */
    goodFrom: Mark.nullable(),
    /** Why the last reading was not good; null when there simply was none. */
    reason: ReasonCode.nullable(),
  })
  .strict()
type Memory = z.infer<typeof Memory>

/** No good reading for too long, whatever the reason: communication lost, sensor broken, value out of range. */
export const stale = defineRule<Params, Memory>({
  type: 'stale',
  params: Params,
  memory: Memory,
  start: (open) => ({ active: open, lastGood: null, missedFrom: null, lostFrom: null, goodFrom: null, reason: null }),
  // Missing starts anew, so that a restart does not raise before the devices could answer.
  resume: (memory, isSameBoot) => ({
    ...memory,
    missedFrom: null,
    lostFrom: memory.lostFrom === null || isSameBoot ? memory.lostFrom : { at: memory.lostFrom.at, mono: null },
    goodFrom: null,
  }),
  judge: (context, memory, reading) =>
    reading.quality === 'good' && reading.value !== null
      ? takeGood(context, memory, reading)
      : takeMiss(context, memory, reading),
  tick: (context, memory, now) => missed(context, memory, now),
})

function takeGood(context: RuleContext<Params>, memory: Memory, reading: Reading): Judged<Memory> {
  if (memory.missedFrom !== null && memory.lastGood !== null && reading.mono <= memory.missedFrom.mono) {
    return still(memory)
  }
  const { evidence: _evidence, ...bare } = reading
  const before = missed(context, memory, markOf(reading))
  const goodFrom = before.memory.goodFrom ?? markOf(reading)
  const isBack = before.memory.active && reading.mono - goodFrom.mono >= context.params.offDelay
  const next: Memory = {
    active: before.memory.active && !isBack,
    lastGood: bare,
    missedFrom: markOf(reading),
    lostFrom: isBack ? null : before.memory.lostFrom,
    goodFrom,
    reason: null,
  }
  if (!isBack) return { ...still(next), changes: before.changes }
  const clear: Change = {
    ...markOf(reading),
    kind: 'clear',
    readings: [bare],
    explanation: clearedText(context, before.memory, { reading, goodFrom }),
  }
  return { ...still(next), changes: [...before.changes, clear] }
}

/** A raise that was due before this reading tells the reason known at that instant, however late it is noticed. */
function takeMiss(context: RuleContext<Params>, memory: Memory, reading: Reading): Judged<Memory> {
  const before = missed(context, { ...memory, goodFrom: null }, markOf(reading))
  return { ...before, memory: { ...before.memory, reason: reading.reason } }
}

/** Raises when a good reading has been missed for long enough; the event time is the exact instant, not this one. */
function missed(context: RuleContext<Params>, memory: Memory, now: Instant): Judged<Memory> {
  const { params } = context
  if (memory.missedFrom === null) return still({ ...memory, missedFrom: { at: now.at, mono: now.mono } })
  const { missedFrom } = memory
  if (memory.active || now.mono - missedFrom.mono < params.after) return still(memory)
  const raise: Change = {
    kind: 'raise',
    at: later(missedFrom.at, params.after),
    mono: MonoMs.parse(missedFrom.mono + params.after),
    readings: memory.lastGood === null ? [] : [memory.lastGood],
    explanation: raisedText(context, memory),
  }
  return { memory: { ...memory, active: true, lostFrom: missedFrom, goodFrom: null }, changes: [raise], isTrue: true }
}

function raisedText(context: RuleContext<Params>, memory: Memory): Explanation {
  const { lastGood, reason } = memory
  return {
    key: lastGood === null ? 'stale.raised-never' : 'stale.raised',
    values: {
      ...placeValues(context),
      reason,
      missedS: context.params.after / 1_000,
      value: lastGood?.value ?? null,
      since: lastGood?.at ?? null,
    },
  }
}

function clearedText(
  context: RuleContext<Params>,
  memory: Memory,
  { reading, goodFrom }: { reading: Reading; goodFrom: Instant },
): Explanation {
  const { lostFrom } = memory
  const gapMs =
    lostFrom === null ? 0 : lostFrom.mono === null ? goodFrom.at - lostFrom.at : goodFrom.mono - lostFrom.mono
  return {
    key: 'stale.cleared',
    values: { ...placeValues(context), value: reading.value, missedS: Math.max(0, Math.round(gapMs / 1_000)) },
  }
}

function markOf({ at, mono }: Reading): Instant {
  return { at, mono }
}

function still(memory: Memory): Judged<Memory> {
  return { memory, changes: [], isTrue: memory.active }
}
