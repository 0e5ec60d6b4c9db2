import { z } from 'zod'
import type { Quantity } from '../../contract/quantity.ts'
import { PointRef } from '../../contract/reading.ts'
import { Duration } from '../../contract/time.ts'
import { defineRule } from '../define-rule.ts'
import type { RuleContext, RuleFault, RuleInput, Sample, StandardFacts, StandardRule } from '../rule.ts'
import { conditionValues } from './common.ts'
import {
  type CheckResult,
  deadPhase,
  flippedFactor,
  hasCountedBack,
  missingPower,
  wrongProduct,
} from './meter-checks.ts'
import { Held, heldMs, hold, noHeld } from './observed.ts'

const Check = z.enum(['phase', 'factor', 'product', 'feeders', 'reverse', 'ratio', 'register'])
type Check = z.infer<typeof Check>

/** What the point of each check measures, what it needs besides, how long it must hold and be gone (ms), and how strongly it speaks. */
const CHECKS: Readonly<
  Record<Check, { of: Quantity; needs: readonly (keyof Needed)[]; onMs: number; offMs: number; strength: number }>
> = {
  phase: { of: 'current', needs: ['voltage', 'current', 'rated'], onMs: 900_000, offMs: 300_000, strength: 4.2 },
  factor: { of: 'power_factor', needs: [], onMs: 900_000, offMs: 300_000, strength: 4.2 },
  product: { of: 'power', needs: ['voltage', 'current', 'factor'], onMs: 900_000, offMs: 300_000, strength: 3 },
  feeders: { of: 'power', needs: ['feeders'], onMs: 900_000, offMs: 300_000, strength: 3 },
  reverse: { of: 'power', needs: [], onMs: 300_000, offMs: 300_000, strength: 3 },
  ratio: { of: 'ratio', needs: [], onMs: 0, offMs: 600_000, strength: 4 },
  register: { of: 'energy', needs: [], onMs: 0, offMs: 600_000, strength: 4 },
}

const Phases = z.array(PointRef).min(1).max(3)

const Fields = z
  .object({
    check: Check,
    /** Voltages of the phases. */
    voltage: Phases.optional(),
    /** Currents: `phase` the other two, `product` all of them. */
    current: Phases.optional(),
    /** Power factors of the phases, or one for all. */
    factor: Phases.optional(),
    /** The powers that together are the point's. */
    feeders: z.array(PointRef).min(1).max(32).optional(),
    /** Rated current of the meter's primary side, A. */
    rated: z.number().positive().optional(),
    /** Difference that is allowed of the greater, 0–1. Default: product 0.1, feeders 0.05. */
    share: z.number().gt(0).max(1).optional(),
    /** Smallest power that counts, W. Default: product and reverse 500, feeders 1000. */
    least: z.number().positive().optional(),
    onDelay: Duration.optional(),
    offDelay: Duration.optional(),
    maxGap: Duration.optional(),
  })
  .strict()
type Needed = Pick<z.infer<typeof Fields>, 'voltage' | 'current' | 'factor' | 'feeders' | 'rated'>

/** Each check has delays of its own, so the defaults are known only when the check is. */
const Params = Object.assign(
  Fields.transform((given) => ({
    ...given,
    onDelay: given.onDelay ?? CHECKS[given.check].onMs,
    offDelay: given.offDelay ?? CHECKS[given.check].offMs,
  })),
  { shape: Fields.shape },
)
type Params = z.infer<typeof Params>

const Own = z
  .object({
    held: Held,
    sign: z.number(),
    signMs: z.number(),
    /** The register or the ratio as last read, and before its last change. */
    last: z.number().nullable(),
    before: z.number().nullable(),
  })
  .strict()
type Own = z.infer<typeof Own>

/** A meter tells what cannot be: it was wired round, turned round, reset or exchanged. One `check` a rule. (domain P11, P12) */
export const meterTamper = defineRule<Params, Own>({
  type: 'meter-tamper',
  serves: 1,
  group: 'power',
  isAlarm: true,
  isLatched: true,
  params: Params,
  quantities: ['current', 'power_factor', 'power', 'ratio', 'energy'],
  inputs: inputsOf,
  own: Own,
  start: () => ({ held: noHeld(), sign: 0, signMs: 0, last: null, before: null }),
  resume: (own, isSameBoot) => (isSameBoot ? own : { ...own, held: noHeld() }),
  peak: 'greatest',
  sense: (context, own, sample, input, out) => {
    if (input !== 0) {
      out.verdict = 'aside'
      return
    }
    out.strength = CHECKS[context.params.check].strength
    if (Number.isNaN(sample.value) || sample.quality !== 'good') return
    const result = resultOf(context, own, sample)
    if (result === null) return
    out.measure = result.measure
    out.verdict = result.holds ? 'true' : 'false'
  },
  explain: (context, own, facts) => ({
    key: `meter-tamper.${facts.kind}-${context.params.check}`,
    values: {
      ...conditionValues(context, facts),
      measure: facts.measure,
      before: own.before,
      counter: own.last,
      count: context.params.feeders?.length ?? null,
    },
  }),
  standard,
  faults,
})

function inputsOf({ voltage, current, factor, feeders }: Params): RuleInput[] {
  const list = (name: keyof Needed, points: readonly PointRef[] | undefined, quantity: Quantity) =>
    (points ?? []).map((point, index) => ({ point, path: ['with', name, index], quantities: [quantity] }))
  return [
    ...list('voltage', voltage, 'voltage'),
    ...list('current', current, 'current'),
    ...list('factor', factor, 'power_factor'),
    ...list('feeders', feeders, 'power'),
  ]
}

function resultOf(context: RuleContext<Params>, own: Own, sample: Sample): CheckResult | null {
  const { params } = context
  const { value, mono } = sample
  switch (params.check) {
    case 'phase':
      return deadPhase([value, ...read(context, 'current', mono)], read(context, 'voltage', mono), params.rated ?? NaN)
    case 'product': {
      const parts = {
        voltages: read(context, 'voltage', mono),
        currents: read(context, 'current', mono),
        factors: read(context, 'factor', mono),
      }
      return wrongProduct(value, parts, { share: params.share ?? 0.1, least: params.least ?? 500 })
    }
    case 'feeders': {
      const allowed = { share: params.share ?? 0.05, least: params.least ?? 1_000 }
      return missingPower(value, read(context, 'feeders', mono), allowed)
    }
    case 'reverse':
      return { holds: value <= -(params.least ?? 500), measure: value }
    case 'factor': {
      const ms = heldMs(own.held, mono)
      hold(own.held, sample, value)
      return flippedFactor(own, value, ms)
    }
    case 'ratio':
      return changed(own, value, own.last !== null && value !== own.last)
    case 'register':
      return changed(own, value, own.last !== null && hasCountedBack(own.last, sample))
  }
}

function changed(own: Own, value: number, holds: boolean): CheckResult {
  if (holds) own.before = own.last
  own.last = value
  return { holds, measure: value }
}

/** The last good values of the points of one parameter; NaN where there is none. */
function read({ params, inputs }: RuleContext<Params>, name: keyof Needed, mono: number): number[] {
  let input = 1
  for (const one of ['voltage', 'current', 'factor', 'feeders'] as const) {
    const count = params[one]?.length ?? 0
    if (one === name) return Array.from({ length: count }, (_, index) => inputs.value(input + index, mono))
    input += count
  }
  return []
}

function faults({ params, quantity, config }: RuleContext<Params>): RuleFault[] {
  const { of, needs } = CHECKS[params.check]
  const found: RuleFault[] = needs.flatMap((name) =>
    params[name] === undefined
      ? [{ path: ['with', name], message: `expected ${name} for the check ${params.check}, came none` }]
      : [],
  )
  if (quantity !== null && quantity !== of) {
    const message = `expected a point that measures ${of} for the check ${params.check}, came ${config.point}, which measures ${quantity}`
    found.push({ path: ['point'], message })
  }
  if (params.check === 'phase' && params.current !== undefined && params.current.length !== 2)
    found.push({ path: ['with', 'current'], message: `expected the other two phases, came ${params.current.length}` })
  return found
}

/** What every meter of a load can be held to without knowing how it is wired. */
function standard({ load, points }: StandardFacts): readonly StandardRule[] {
  if (load === null) return []
  const ratios = [...points].filter(([, quantity]) => quantity === 'ratio').map(([point]) => point)
  return [
    { point: load.meter, priority: 'orange', with: { check: 'reverse' } },
    ...(load.energy === undefined
      ? []
      : [{ point: load.energy, priority: 'red' as const, with: { check: 'register' } }]),
    ...ratios.map((point) => ({ point, priority: 'red' as const, with: { check: 'ratio' } })),
  ]
}
