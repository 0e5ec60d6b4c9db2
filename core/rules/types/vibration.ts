import { z } from 'zod'
import { Duration } from '../../contract/time.ts'
import { defineRule, timing } from '../define-rule.ts'
import type { Sample } from '../rule.ts'
import { conditionValues } from './common.ts'

/** Shaking says little by itself; a blast says more. */
const STRENGTH = { shakes: 1.5, blast: 2 }

const Params = z
  .object({
    /** The short and the long average whose ratio is judged. */
    short: Duration.default(3_000),
    long: Duration.default(120_000),
    /** A shake begins at this ratio, and ends at half of it. */
    ratio: z.number().min(1.5).default(4),
    /** So many shakes within `within` at night are an alarm. */
    shakes: z.number().int().min(1).max(60).default(10),
    within: Duration.default(600_000),
    /** One sample so many times the long average is a blast, by day too. */
    blast: z.number().min(2).default(10),
    /** Less than this is silence, mm/s; a sensor at rest must not make ratios. */
    floor: z.number().positive().default(0.1),
    ...timing({ onDelay: 0, offDelay: 600_000 }),
  })
  .strict()
type Params = z.infer<typeof Params>

const Own = z
  .object({
    short: z.number(),
    long: z.number(),
    /** Observed time that went into the averages, ms. */
    learnedMs: z.number(),
    mono: z.number().nullable(),
    validMs: z.number(),
    isShaking: z.boolean(),
    /** When the last shakes began, monotonic, oldest first; as many as are asked for. */
    shakes: z.array(z.number()),
    /** What the last alarm condition was: how many shakes, or how many times what was usual, mm/s. */
    last: z.object({ kind: z.enum(['shakes', 'blast']), count: z.number(), usual: z.number() }).strict(),
  })
  .strict()
type Own = z.infer<typeof Own>

/** Averages mean something after so many of their own lengths. */
const LEARN_LENGTHS = 3

/** The ground shakes as it does over a winch or a drill, or once as it does at a blast: a short average far above the long one (STA/LTA). */
export const vibration = defineRule<Params, Own>({
  type: 'vibration',
  serves: 7,
  group: 'air',
  params: Params,
  quantities: ['vibration_velocity'],
  own: Own,
  start: () => ({
    short: 0,
    long: 0,
    learnedMs: 0,
    mono: null,
    validMs: 0,
    isShaking: false,
    shakes: [],
    last: { kind: 'shakes', count: 0, usual: 0 },
  }),
  resume: (own, isSameBoot) => (isSameBoot ? own : { ...own, mono: null, isShaking: false, shakes: [] }),
  peak: 'highest',
  sense: ({ params, site }, own, sample, _input, out) => {
    if (Number.isNaN(sample.value)) return
    const size = Math.abs(sample.value)
    const base = Math.max(own.long, params.floor)
    const isLearned = own.learnedMs >= LEARN_LENGTHS * params.long
    follow(params, own, sample)
    out.measure = size
    out.verdict = 'false'
    if (!isLearned) return
    shake(params, own, sample.mono)
    if (size >= params.blast * base) {
      own.last = { kind: 'blast', count: Math.round(size / base), usual: base }
      out.strength = STRENGTH.blast
      out.verdict = 'true'
      return
    }
    const first = own.shakes.length < params.shakes ? undefined : own.shakes[0]
    if (first === undefined || sample.mono - first > params.within || !site.isNight(sample.at)) return
    own.last = { kind: 'shakes', count: own.shakes.length, usual: base }
    out.strength = STRENGTH.shakes
    out.verdict = 'true'
  },
  explain: (context, { last }, facts) => ({
    key: `vibration.${facts.kind}-${last.kind}`,
    values: {
      ...conditionValues(context, facts),
      count: last.count,
      usual: last.usual,
      withinS: context.params.within / 1_000,
      // The alarm was for what shook most, not for the last sample.
      value: facts.kind === 'raised' ? facts.peak : facts.value,
    },
  }),
  standard: ({ siteKind, points }) => {
    if (siteKind !== 'closed-pit' && siteKind !== 'sealed-shaft' && siteKind !== 'dewatering-pit') return []
    return [...points].flatMap(([point, quantity]) =>
      quantity === 'vibration_velocity' ? [{ point, priority: 'yellow' as const }] : [],
    )
  },
})

/** Moves both averages on by the time this sample stands for; the long one hardly follows what is loud. */
function follow(params: Params, own: Own, { value, mono, validMs }: Sample): void {
  const passed = own.mono === null ? 0 : Math.min(Math.max(0, mono - own.mono), own.validMs)
  own.mono = mono
  own.validMs = validMs
  const size = Math.abs(value)
  if (own.learnedMs === 0 && passed === 0) {
    own.short = size
    own.long = size
    return
  }
  own.short += (passed / (params.short + passed)) * (size - own.short)
  // A lasting shake becomes the usual after all, only more slowly.
  const isLoud = own.isShaking || size >= (params.ratio / 2) * Math.max(own.long, params.floor)
  const long = isLoud && own.learnedMs >= LEARN_LENGTHS * params.long ? params.long * SLOWER : params.long
  own.long += (passed / (long + passed)) * (size - own.long)
  own.learnedMs = Math.min(own.learnedMs + passed, LEARN_LENGTHS * params.long)
}

const SLOWER = 10

function shake({ ratio, floor, shakes }: Params, own: Own, mono: number): void {
  const times = own.short / Math.max(own.long, floor)
  if (own.isShaking) {
    if (times < ratio / 2) own.isShaking = false
    return
  }
  if (times < ratio) return
  own.isShaking = true
  own.shakes.push(mono)
  if (own.shakes.length > shakes) own.shakes.shift()
}
