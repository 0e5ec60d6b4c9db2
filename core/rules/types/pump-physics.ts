import { z } from 'zod'
import { PointRef } from '../../contract/reading.ts'
import { Duration } from '../../contract/time.ts'
import { defineRule, timing } from '../define-rule.ts'
import type { RuleContext, Sample, Sensed, StandardFacts, StandardRule } from '../rule.ts'
import { conditionValues } from './common.ts'
import { addToBuckets, Buckets, slopeOf } from './slope.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000

const Params = z
  .object({
    /** The level it pumps down, m. Without it only how long it runs is judged. */
    level: PointRef.optional(),
    /** Contacts of the other pumps in the same water: while one of them runs the level says nothing of this pump. */
    others: z.array(PointRef).default([]),
    /** Over which rising and falling are judged. */
    window: Duration.refine((ms) => ms >= 60_000, 'expected at least 1min').default(900_000),
    /** While it runs the level falls by more than this in the window, m. */
    fallOn: z.number().min(0).default(0.02),
    /** While it rests the level falls by less than this in the window, m. */
    fallOff: z.number().positive().default(0.05),
    /** The mean level of a day is not lower than that of the day before by more than this, m. */
    fallDay: z.number().positive().default(0.5),
    /** How much more than the most it has ever run is too much: times, and plus. */
    fraction: z
      .object({ times: z.number().min(1), plus: z.number().min(0).max(1) })
      .strict()
      .default({ times: 1.25, plus: 0.05 }),
    /** Hours a day, in usual days of the last month. */
    hours: z.number().min(1).default(2),
    learnDays: z.number().int().min(2).max(90).default(14),
    ...timing({ onDelay: 0, offDelay: 600_000 }),
  })
  .strict()
type Params = z.infer<typeof Params>

/** What is odd: runs without effect, falls without it, runs too large a part of the time or of the day, water lower day by day. */
const Why = z.enum(['dry', 'falling', 'busy', 'hours', 'day'])
type Why = z.infer<typeof Why>

/** Water that falls while the pump rests is somebody else's pump; the others have lawful causes too. */
const STRENGTH: Readonly<Record<Why, number>> = { dry: 1.2, falling: 3, busy: 1.5, hours: 1.2, day: 1.5 }

const Own = z
  .object({
    mono: z.number().nullable(),
    validMs: z.number(),
    isOn: z.boolean(),
    /** Proven time since it was last switched, ms. */
    phaseMs: z.number(),
    buckets: Buckets,
    judgedMono: z.number().nullable(),
    /** The part of the last 6 h in which it ran, and over how much observed time that is known. */
    fraction: z.number(),
    seenMs: z.number(),
    mostFraction: z.number(),
    day: z
      .object({
        day: z.number(),
        onMs: z.number(),
        seenMs: z.number(),
        most: z.number(),
        level: z.number(),
        levels: z.number(),
      })
      .strict()
      .nullable(),
    /** Hours it ran on the last days that were seen, oldest first, and their median; null before there is one. */
    hours: z.array(z.number()),
    usual: z.number().nullable(),
    /** The mean level of the last day that was seen, and by how much that was lower than the one before. */
    lastLevel: z.number().nullable(),
    fell: z.number(),
    /** By how much the level moved in the window when it was last judged; null where that was not known. */
    moved: z.number().nullable(),
    why: Why.nullable(),
  })
  .strict()
type Own = z.infer<typeof Own>

/** Inputs: its contact, the level, the other pumps. */
const FIRST_OTHER = 2

const FRACTION_MS = 6 * HOUR_MS
/** The levels of a window change slowly: judging them at every sample would only cost time. */
const JUDGE_EVERY_MS = 15_000
const MONTH_DAYS = 30
/** A day of which less was seen says nothing about a day. */
const DAY_SEEN = 0.8
/** How fast the greatest part of the time may move by itself in a day. */
const CREEP = { up: 1.15, down: 0.99 }

/** A pump whose running and whose water do not go together as they should. */
export const pumpPhysics = defineRule<Params, Own>({
  type: 'pump-physics',
  serves: 1,
  group: 'pump',
  params: Params,
  quantities: ['running', 'contact'],
  inputs: ({ level, others }) =>
    level === undefined
      ? []
      : [
          { point: level, path: ['with', 'level'], quantities: ['level'] },
          ...others.map((point, index) => {
            return { point, path: ['with', 'others', index], quantities: ['running' as const, 'contact' as const] }
          }),
        ],
  own: Own,
  start: () => ({
    mono: null,
    validMs: 0,
    isOn: false,
    phaseMs: 0,
    buckets: [],
    judgedMono: null,
    fraction: 0,
    seenMs: 0,
    mostFraction: 0,
    day: null,
    hours: [],
    usual: null,
    lastLevel: null,
    fell: 0,
    moved: null,
    why: null,
  }),
  resume: (own, isSameBoot) => (isSameBoot ? own : { ...own, mono: null, judgedMono: null, phaseMs: 0, buckets: [] }),
  peak: 'greatest',
  sense: (context, own, sample, input, out) => {
    if (input >= FIRST_OTHER) {
      out.verdict = 'aside'
      return
    }
    // A contact may only be told when it changes; the level then keeps the time.
    const state = input === 0 ? sample.value : context.inputs.value(0, sample.mono)
    if (Number.isNaN(state)) {
      if (input !== 0) out.verdict = 'aside'
      return
    }
    const isNew = follow(context, own, sample, { isOn: state === 1, isContact: input === 0, isActive: out.isActive })
    if (!isNew && own.judgedMono !== null && sample.mono - own.judgedMono < JUDGE_EVERY_MS) {
      out.verdict = 'same'
      return
    }
    own.judgedMono = sample.mono
    judge(context.params, own, out)
  },
  explain: (context, own, facts) => {
    const why = own.why ?? 'dry'
    return {
      key: facts.kind === 'raised' ? `pump-physics.raised-${why}` : 'pump-physics.cleared',
      values: {
        ...conditionValues(context, facts),
        percent: Math.round(own.fraction * 100),
        most: Math.round(mostAllowed(context.params, own) * 100),
        hoursS: (own.day?.onMs ?? 0) / 1_000,
        usualS: (own.usual ?? 0) * 3_600,
        fell: own.fell,
        moved: own.moved,
        windowS: context.params.window / 1_000,
      },
    }
  },
  standard: atPumps,
})

function atPumps({ load }: StandardFacts): StandardRule[] {
  const known = load?.known ?? []
  const othersAt = (level: string, own: string) =>
    known.filter((one) => one.level === level && one.contact !== own).map(({ contact }) => contact)
  return known.flatMap(({ kind, contact, level }) =>
    kind === 'pump'
      ? [
          {
            point: contact,
            priority: 'yellow' as const,
            with: level === undefined ? {} : { level, others: othersAt(level, contact) },
          },
        ]
      : [],
  )
}

/** Takes note of the time since the last sample; whether it was switched or not heard of, so that everything begins anew. */
function follow(
  { params, inputs, site }: RuleContext<Params>,
  own: Own,
  sample: Sample,
  { isOn, isContact, isActive }: { readonly isOn: boolean; readonly isContact: boolean; readonly isActive: boolean },
): boolean {
  const { mono, at } = sample
  const gap = own.mono === null ? Infinity : Math.max(0, mono - own.mono)
  const passed = gap === Infinity ? 0 : Math.min(gap, own.validMs)
  const isAlone = params.others.every((_, index) => inputs.value(FIRST_OTHER + index, mono) === 0)
  const isNew = isOn !== own.isOn || gap > own.validMs || !isAlone
  closeDay(params, own, site.dayOf(at), isActive)
  if (passed > 0) countTime(own, passed)
  own.mono = mono
  if (isContact) own.validMs = sample.validMs
  own.isOn = isOn
  const level = inputs.value(1, mono)
  if (isNew) {
    own.phaseMs = 0
    own.buckets.length = 0
  } else own.phaseMs += passed
  if (Number.isNaN(level)) return isNew
  addToBuckets(own.buckets, { mono, value: level, windowMs: params.window })
  if (own.day !== null) {
    own.day.levels += 1
    own.day.level += (level - own.day.level) / own.day.levels
  }
  return isNew
}

function countTime(own: Own, passed: number): void {
  own.fraction += (passed / (FRACTION_MS + passed)) * (Number(own.isOn) - own.fraction)
  own.seenMs += passed
  if (own.day === null) return
  own.day.seenMs += passed
  if (own.isOn) own.day.onMs += passed
  if (own.seenMs >= FRACTION_MS && own.fraction > own.day.most) own.day.most = own.fraction
}

/** At the end of a local day what it was like is remembered; a day with an alarm is not learned from. */
function closeDay({ learnDays }: Params, own: Own, day: number, isActive: boolean): void {
  if (own.day?.day === day) return
  const past = own.day
  own.day = { day, onMs: 0, seenMs: 0, most: 0, level: 0, levels: 0 }
  // A wall clock set back would make a day of any length.
  if (past === null || past.day > day || past.seenMs < DAY_SEEN * DAY_MS) return
  const level = past.levels === 0 ? null : past.level
  own.fell = level === null || own.lastLevel === null ? 0 : own.lastLevel - level
  own.lastLevel = level
  if (isActive) return
  own.hours.push(past.onMs / HOUR_MS)
  if (own.hours.length > MONTH_DAYS) own.hours.shift()
  own.usual = median(own.hours)
  if (own.seenMs < learnDays * DAY_MS) own.mostFraction = Math.max(own.mostFraction, past.most)
  else
    own.mostFraction = Math.min(Math.max(past.most, own.mostFraction * CREEP.down), own.mostFraction * CREEP.up + 0.01)
}

function judge(params: Params, own: Own, out: Sensed): void {
  const slope = own.phaseMs < params.window ? null : slopeOf(own.buckets, params.window)
  const moved = slope === null ? NaN : slope * params.window
  const isLearned = own.seenMs >= params.learnDays * DAY_MS
  const usual = own.hours.length < params.learnDays / 2 ? Infinity : (own.usual ?? Infinity)
  let why: Why | null = null
  if (!own.isOn && moved < -params.fallOff) why = 'falling'
  else if (own.isOn && moved > -params.fallOn) why = 'dry'
  else if (isLearned && own.fraction > mostAllowed(params, own)) why = 'busy'
  else if ((own.day?.onMs ?? 0) / HOUR_MS > params.hours * usual + 1) why = 'hours'
  else if (own.fell > params.fallDay) why = 'day'
  own.moved = Number.isNaN(moved) ? null : moved
  out.measure = moved
  out.verdict = why === null ? 'false' : 'true'
  if (why === null) return
  own.why = why
  out.strength = STRENGTH[why]
}

function mostAllowed({ fraction }: Params, { mostFraction }: Own): number {
  return fraction.times * mostFraction + fraction.plus
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? (sorted[half] ?? 0) : ((sorted[half - 1] ?? 0) + (sorted[half] ?? 0)) / 2
}
