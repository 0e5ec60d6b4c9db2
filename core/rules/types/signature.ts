import { z } from 'zod'
import { PointRef } from '../../contract/reading.ts'
import { Duration } from '../../contract/time.ts'
import { defineRule, timing } from '../define-rule.ts'
import type { RuleContext, RuleInput, Sample } from '../rule.ts'
import { pointsBeside } from './beside.ts'
import { placeValues } from './common.ts'
import { drawnBeside } from './drawn.ts'
import { followLevel, Level, noLevel } from './plateaus.ts'
import { matchSignature, Signature, SIGNATURES, type Traits } from './signature-library.ts'
import { forgetSides, lastingRun, noRuns, noteSide, Runs, takeEdge } from './signature-runs.ts'

/** What a match counts: a machine against the site, an appliance for it. */
const STRENGTH = { machine: 2, appliance: -2 } as const

/** Reactive power and three currents. */
const SIDES = 4

/** Far enough from a level to be another one: of the level, and in any case, W. */
const APART = 0.05
const APART_W = 300

/** What stays on is judged once after so long: no pump runs so long for its level. */
const LASTING_MS = 5_400_000

const Params = z
  .object({
    /** What is looked for, in place of the library that comes with Pitwatch. */
    library: z
      .array(Signature)
      .min(1)
      .default([...SIGNATURES]),
    /** Reactive power of the same supply, var. */
    reactive: PointRef.optional(),
    /** The currents of its three phases, A. */
    current: z.array(PointRef).length(3).optional(),
    /** How far traits may lie outside their range, 0–1: power; power factor; inrush and times. */
    powerTolerance: z.number().min(0).lt(1).default(0.1),
    factorTolerance: z.number().min(0).lt(1).default(0.15),
    timeTolerance: z.number().min(0).lt(1).default(0.3),
    /** How long a match counts. */
    stands: Duration.default(600_000),
    ...timing({ onDelay: 0, offDelay: 0 }),
  })
  .strict()
type Params = z.infer<typeof Params>

const Match = z
  .object({
    id: z.string(),
    is: z.enum(['machine', 'appliance']),
    power: z.number(),
    onS: z.number(),
    isOver: z.boolean(),
    /** Until when it counts, monotonic. */
    until: z.number(),
    /** How many of its kind were seen while it counted. */
    count: z.number(),
  })
  .strict()
type Match = z.infer<typeof Match>

const Own = z.object({ level: Level, runs: Runs, lastMono: z.number(), match: Match.nullable() }).strict()
type Own = z.infer<typeof Own>

/**
 * Something that came on and went off again, or stays on, looks like a machine that no closed pit needs, or like an appliance people live
 * with. An appliance counts as negative evidence and never raises an alarm. (detection §6.2 signature, domain §6.1)
 */
export const signature = defineRule<Params, Own>({
  type: 'signature',
  serves: 1,
  group: 'power',
  params: Params,
  quantities: ['power'],
  inputs: inputsOf,
  own: Own,
  start: () => ({ level: noLevel(), runs: noRuns(SIDES), lastMono: 0, match: null }),
  resume: (own, isSameBoot) => (isSameBoot ? own : { level: noLevel(), runs: noRuns(SIDES), lastMono: 0, match: null }),
  peak: 'highest',
  sense: (context, own, sample, input, out) => {
    if (input !== 0) {
      out.verdict = 'aside'
      return
    }
    const value = drawnBeside(context, sample)
    if (sample.quality !== 'good') return
    const before = own.match
    if (Number.isNaN(value)) {
      own.level.until = Math.max(own.level.until, sample.mono + sample.validMs)
      forgetSides(own.runs)
    } else follow(context, own, { value, sample })
    const { match } = own
    // What is now known to be the other kind is another finding: the first one ends before the next begins.
    const hasTurned = before !== null && match !== null && before.is !== match.is
    out.verdict = match === null || hasTurned ? 'false' : 'true'
    if (match === null) return
    out.measure = match.power
    if (!hasTurned) out.strength = STRENGTH[match.is]
  },
  due: ({ match }) => match?.until ?? Infinity,
  pass: (_context, own, _now, out) => {
    own.match = null
    out.verdict = 'false'
  },
  explain: (context, { match }, facts) => {
    const known = context.params.library.find(({ id }) => id === match?.id)
    const variant = match?.is === 'appliance' ? '-appliance' : match?.isOver === false ? '-lasting' : ''
    return {
      key: `signature.${facts.kind}${facts.kind === 'raised' ? variant : ''}`,
      values: {
        ...placeValues(context),
        machine: match?.id ?? null,
        machineZh: known?.name?.['zh-CN'] ?? null,
        machineEn: known?.name?.en ?? null,
        power: facts.measure,
        onS: match?.onS ?? null,
        count: match?.count ?? null,
        standsS: context.params.stands / 1_000,
      },
    }
  },
  standard: ({ load, points }) => {
    if (load === null) return []
    const [reactive] = pointsBeside(load.meter, points, 'reactive_power')
    const current = pointsBeside(load.meter, points, 'current').slice(0, 3)
    return [
      {
        point: load.meter,
        priority: 'yellow',
        with: { ...(reactive === undefined ? {} : { reactive }), ...(current.length === 3 ? { current } : {}) },
      },
    ]
  },
})

function inputsOf({ reactive, current }: Params): RuleInput[] {
  return [
    ...(reactive === undefined
      ? []
      : [{ point: reactive, path: ['with', 'reactive'], quantities: ['reactive_power'] as const }]),
    ...(current ?? []).map((point, index) => ({
      point,
      path: ['with', 'current', index],
      quantities: ['current'] as const,
    })),
  ]
}

function follow(
  context: RuleContext<Params>,
  own: Own,
  { value, sample }: { readonly value: number; readonly sample: Sample },
): void {
  const { level, runs } = own
  const { mono, validMs } = sample
  const everyMs = mono - own.lastMono
  own.lastMono = mono
  const tolerance = Math.max(APART_W, APART * Math.abs(level.mean))
  const what = followLevel(level, { value, mono, validMs, tolerance })
  if (what === 'lost') own.runs = noRuns(SIDES)
  const gone = what === 'edge' && level.was !== null ? takeEdge(runs, { level, was: level.was, everyMs }) : null
  const traits = gone ?? lastingRun(runs, mono, LASTING_MS)
  if (traits !== null) note(context.params, own, { traits, mono })
  if (level.isSettled && level.odd.count === 0) noteSides(context, runs, mono)
}

function note(params: Params, own: Own, { traits, mono }: { readonly traits: Traits; readonly mono: number }): void {
  const found = matchSignature(params.library, traits, {
    power: params.powerTolerance,
    factor: params.factorTolerance,
    time: params.timeTolerance,
  })
  if (found === null) return
  const count = own.match?.id === found.id ? own.match.count + 1 : 1
  const { power, onS, isOver } = traits
  own.match = { id: found.id, is: found.is, power, onS, isOver, until: mono + params.stands, count }
}

/** Reactive power and the three currents, as far as there are points for them. */
function noteSides({ params, inputs }: RuleContext<Params>, runs: Runs, mono: number): void {
  const hasReactive = params.reactive !== undefined
  if (hasReactive) noteSide(runs, 0, inputs.value(1, mono))
  if (params.current === undefined) return
  const first = hasReactive ? 2 : 1
  for (let phase = 0; phase < 3; phase += 1) noteSide(runs, phase + 1, inputs.value(first + phase, mono))
}
