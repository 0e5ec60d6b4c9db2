import { z } from 'zod'
import type { Explanation } from '../contract/alarm.ts'
import { Reading } from '../contract/reading.ts'
import { Duration } from '../contract/time.ts'
import { defineRule } from './define-rule.ts'
import type { Flip, ProvenStep } from './proven-time.ts'
import { ProvenTime, proveUpTo, resumeProven, startProven, stopHolding, takeSample } from './proven-time.ts'
import type { Change, Judged, ParamsSchema, RuleContext, RuleFault, RuleType } from './rule.ts'

/** Parameters every rule over a condition has. */
export interface Timing {
  readonly onDelay: number
  readonly offDelay: number
  /** How long a sample may be held at most; a sample is never held beyond its validUntil. */
  readonly maxGap?: number | undefined
}

/** The parameters of `Timing` with the defaults of a rule type, in milliseconds. */
export function timing(defaults: { onDelay: number; offDelay: number }) {
  return {
    onDelay: Duration.default(defaults.onDelay),
    offDelay: Duration.default(defaults.offDelay),
    maxGap: Duration.optional(),
  }
}

/** What a rule type makes of one believed reading. */
export interface Sensed {
  readonly own: readonly number[]
  /** True: the condition holds. False: it does not. Null: inside the deadband, or not enough seen to say. */
  readonly raw: boolean | null
  /** The number that was compared; the peak is taken over it. */
  readonly measure: number | null
}

/** What an explanation can tell of a change. */
export interface ConditionFacts {
  readonly kind: 'raised' | 'cleared'
  /** Value of the last believed reading. */
  readonly value: Reading['value']
  readonly measure: number | null
  readonly peak: number | null
  /** The reading with which the present run of the condition began, and the last one. */
  readonly first: Reading
  readonly last: Reading
  readonly own: readonly number[]
  /** Seconds for which the condition had held (raised) or been gone (cleared). */
  readonly heldS: number
  /** Seconds since the condition began; for a clear, how long it lasted until it was gone. */
  readonly activeS: number
}

export interface ConditionSpec<Params extends Timing> {
  readonly type: string
  readonly params: ParamsSchema<Params>
  /** What the condition needs to know of readings before, as numbers. */
  readonly own: readonly number[]
  /** Whether it is void in another boot, because it holds monotonic times. */
  readonly ownIsOfBoot: boolean
  /** Which extreme of the measure is worth telling. */
  readonly peak: 'highest' | 'lowest' | 'greatest'
  /** Judges the condition at a reading that is not bad. Null = the value is none this rule can judge. */
  sense(context: RuleContext<Params>, own: readonly number[], reading: Reading): Sensed | null
  explain(context: RuleContext<Params>, facts: ConditionFacts): Explanation
  readonly limit?: (context: RuleContext<Params>) => number | null
  readonly fault?: (context: RuleContext<Params>) => RuleFault | null
}

/** A reading and whether it is of this boot, so that its monotonic time can be subtracted. */
const Seen = z.object({ reading: Reading, isThisBoot: z.boolean() }).strict()
type Seen = z.infer<typeof Seen>

const Memory = z
  .object({
    proven: ProvenTime,
    own: z.array(z.number()).readonly(),
    /** The reading with which the present run of the raw condition began. */
    first: Seen.nullable(),
    last: Seen.nullable(),
    measure: z.number().nullable(),
    peak: z.number().nullable(),
    /** The reading with which the open alarm's condition began. */
    began: Seen.nullable(),
  })
  .strict()
type Memory = z.infer<typeof Memory>

/**
 * A rule whose condition is true or false at each reading; deadband, delays, holding and quality are the same for all of
 * them. Bad readings neither raise nor clear; uncertain ones can raise but say nothing against an alarm.
 */
export function conditionRule<Params extends Timing>(spec: ConditionSpec<Params>): RuleType {
  return defineRule<Params, Memory>({
    type: spec.type,
    params: spec.params,
    memory: Memory,
    start: (open) => ({
      proven: startProven(open),
      own: spec.own,
      first: null,
      last: null,
      measure: null,
      peak: null,
      began: null,
    }),
    resume: (memory, isSameBoot) => {
      const resumed = { ...memory, proven: resumeProven(memory.proven) }
      if (isSameBoot) return resumed
      return {
        ...resumed,
        own: spec.ownIsOfBoot ? spec.own : memory.own,
        first: ofEarlierBoot(memory.first),
        last: ofEarlierBoot(memory.last),
        began: ofEarlierBoot(memory.began),
      }
    },
    judge: (context, memory, reading) => judgeReading(spec, context, { memory, reading }),
    tick: (context, memory, now) => {
      const step = proveUpTo(memory.proven, context.params, now.mono)
      return judged(spec, context, { memory: { ...memory, proven: step.proven }, flips: step.flips })
    },
    ...(spec.limit === undefined ? {} : { limit: spec.limit }),
    ...(spec.fault === undefined ? {} : { fault: spec.fault }),
  })
}

function judgeReading<Params extends Timing>(
  spec: ConditionSpec<Params>,
  context: RuleContext<Params>,
  { memory, reading }: { memory: Memory; reading: Reading },
): Judged<Memory> {
  const isRepeat = memory.last?.isThisBoot === true && reading.mono <= memory.last.reading.mono
  if (isRepeat) return { memory, changes: [], isTrue: memory.proven.raw === true }
  const sensed = reading.quality === 'bad' ? null : spec.sense(context, memory.own, reading)
  const raw = sensed?.raw ?? memory.proven.raw ?? memory.proven.active
  const isBelieved = sensed !== null && (reading.quality === 'good' || raw)
  if (!isBelieved) {
    const step = stopHolding(memory.proven, context.params, reading.mono)
    return judged(spec, context, { memory: { ...memory, proven: step.proven }, flips: step.flips })
  }
  const holdMs = Math.max(0, Math.min(reading.validUntil - reading.at, context.params.maxGap ?? Infinity))
  const { at, mono } = reading
  const step = takeSample(memory.proven, context.params, { at, mono, holdMs, raw: sensed.raw })
  return afterSample(spec, context, { memory, sensed, reading: bare(reading), step })
}

interface Sampled {
  readonly memory: Memory
  readonly sensed: Sensed
  readonly reading: Reading
  readonly step: ProvenStep
}

function afterSample<Params extends Timing>(
  spec: ConditionSpec<Params>,
  context: RuleContext<Params>,
  { memory, sensed, reading, step }: Sampled,
): Judged<Memory> {
  // A flip proven by the reading before is explained by the readings before; one at this reading by this one.
  const [held, atSample] = splitFlips(step.flips, memory)
  const before = judged(spec, context, { memory, flips: held })
  const isNewRun = step.proven.raw !== memory.proven.raw || memory.first === null
  const isNewCondition = isNewRun && step.proven.raw === true && !before.memory.proven.active
  const seen: Seen = { reading, isThisBoot: true }
  const next: Memory = {
    ...before.memory,
    proven: step.proven,
    own: sensed.own,
    first: isNewRun ? seen : memory.first,
    last: seen,
    measure: sensed.measure,
    peak: isNewCondition ? sensed.measure : furthest(spec.peak, before.memory.peak, sensed.measure),
    began: isNewCondition ? seen : before.memory.began,
  }
  const after = judged(spec, context, { memory: next, flips: atSample })
  return { ...after, changes: [...before.changes, ...after.changes] }
}

/** With a delay of 0 a sample flips at itself; every other flip was proven by what was held before it. */
function splitFlips(flips: readonly Flip[], memory: Memory): [readonly Flip[], readonly Flip[]] {
  const held = flips.filter((flip) => flip.active === memory.proven.raw)
  return [held, flips.slice(held.length)]
}

function judged<Params extends Timing>(
  spec: ConditionSpec<Params>,
  context: RuleContext<Params>,
  { memory, flips }: { memory: Memory; flips: readonly Flip[] },
): Judged<Memory> {
  const changes = flips.map((flip) => changeOf(spec, context, { memory, flip }))
  const active = flips.at(-1)?.active ?? memory.proven.active
  const proven = memory.proven.active === active ? memory.proven : { ...memory.proven, active }
  return { memory: { ...memory, proven }, changes, isTrue: proven.raw === true }
}

function changeOf<Params extends Timing>(
  spec: ConditionSpec<Params>,
  context: RuleContext<Params>,
  { memory, flip }: { memory: Memory; flip: Flip },
): Change {
  const { first, last } = memory
  if (first === null || last === null) throw new RangeError('a condition cannot be proven before its first reading')
  const began = memory.began ?? first
  const since = (seen: Seen) => secondsBetween(seen, flip)
  const explanation = spec.explain(context, {
    kind: flip.active ? 'raised' : 'cleared',
    value: last.reading.value,
    measure: memory.measure,
    peak: memory.peak,
    first: first.reading,
    last: last.reading,
    own: memory.own,
    heldS: since(first),
    activeS: Math.max(0, since(began) - (flip.active ? 0 : since(first))),
  })
  const isOne = first.reading.at === last.reading.at && first.reading.mono === last.reading.mono
  const readings = isOne ? [last.reading] : [first.reading, last.reading]
  return { kind: flip.active ? 'raise' : 'clear', at: flip.at, mono: flip.mono, explanation, readings }
}

/** For people to read. By the monotonic clock where both instants are of this boot; over boots there is only the wall clock. */
function secondsBetween(from: Seen, flip: Flip): number {
  const ms = from.isThisBoot ? flip.mono - from.reading.mono : flip.at - from.reading.at
  return Math.max(0, Math.round(ms / 100) / 10)
}

function furthest(which: ConditionSpec<Timing>['peak'], a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b
  switch (which) {
    case 'highest':
      return Math.max(a, b)
    case 'lowest':
      return Math.min(a, b)
    case 'greatest':
      return Math.abs(b) > Math.abs(a) ? b : a
  }
}

function ofEarlierBoot(seen: Seen | null): Seen | null {
  return seen === null ? null : { ...seen, isThisBoot: false }
}

function bare(reading: Reading): Reading {
  const { evidence: _evidence, ...rest } = reading
  return rest
}
