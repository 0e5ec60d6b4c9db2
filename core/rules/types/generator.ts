import { z } from 'zod'
import { PointRef } from '../../contract/reading.ts'
import { defineRule, timing } from '../define-rule.ts'
import type { RuleContext, Sample, Sensed } from '../rule.ts'
import { pointsBeside } from './beside.ts'
import { conditionValues } from './common.ts'

const STRENGTH = 3

/** σ is taken over a minute, kept as so many parts. */
const WINDOW_MS = 60_000
const PARTS = 12

/** Fewer samples, or less of the minute, make no σ. */
const SAMPLES_ENOUGH = 8
const SPAN_ENOUGH_MS = 30_000

const Params = z
  .object({
    /** The power of the same supply; needed where the point is a frequency. */
    power: PointRef.optional(),
    /** The frequency is judged while more than so much is drawn, W. */
    least: z.number().positive().default(2_000),
    nominal: z.union([z.literal(50), z.literal(60)]).default(50),
    /** Further from nominal than this no grid is, Hz. */
    deviation: z.number().positive().default(0.5),
    /** More unsteady than this no grid is: σ over a minute, Hz. */
    sigma: z.number().positive().default(0.1),
    /** A generating set turns from here, /min. */
    speed: z.number().positive().default(100),
    ...timing({ onDelay: 30_000, offDelay: 300_000 }),
  })
  .strict()
type Params = z.infer<typeof Params>

/** Of five seconds: when they began, how many samples, and the sums of their distance from nominal and of its square. */
const Part = z.object({ mono: z.number(), count: z.number(), sum: z.number(), squares: z.number() }).strict()

const Own = z
  .object({
    parts: z.array(Part),
    /** σ of the last minute, Hz; null while there is not enough of it. */
    sigma: z.number().nullable(),
  })
  .strict()
type Own = z.infer<typeof Own>

/**
 * The site is fed by a generating set: a frequency that no grid has while power is drawn, or a set that turns without a permit. A closed
 * pit whose power was removed can be worked this way. (domain P10)
 */
export const generator = defineRule<Params, Own>({
  type: 'generator',
  serves: 1,
  group: 'power',
  params: Params,
  quantities: ['frequency', 'rotational_speed', 'running', 'contact'],
  inputs: ({ power }) =>
    power === undefined ? [] : [{ point: power, path: ['with', 'power'], quantities: ['power'] }],
  own: Own,
  start: () => ({ parts: [], sigma: null }),
  resume: (own, isSameBoot) => (isSameBoot ? own : { parts: [], sigma: null }),
  peak: 'greatest',
  sense: (context, own, sample, input, out) => {
    if (input !== 0) {
      out.verdict = 'aside'
      return
    }
    out.strength = STRENGTH
    if (context.params.power === undefined) judgeSet(context, sample, out)
    else judgeFrequency(context, own, { sample, out })
  },
  explain: (context, own, facts) => {
    const { params, quantity } = context
    const variant = params.power === undefined ? 'set' : isFar(params, facts.measure) ? 'frequency' : 'unsteady'
    return {
      key: `generator.${facts.kind}-${facts.kind === 'cleared' && variant !== 'set' ? 'frequency' : variant}`,
      values: {
        ...conditionValues(context, facts),
        quantity: quantity ?? (params.power === undefined ? null : 'frequency'),
        sigma: own.sigma,
        limit: variant === 'set' ? params.speed : variant === 'unsteady' ? params.sigma : params.deviation,
        nominal: params.nominal,
        power: params.power === undefined ? null : finite(context.inputs.value(1, latest(context))),
      },
    }
  },
  standard: ({ load, points }) => {
    const frequency = load === null ? undefined : pointsBeside(load.meter, points, 'frequency')[0]
    return load === null || frequency === undefined
      ? []
      : [{ point: frequency, priority: 'orange', with: { power: load.meter } }]
  },
  faults: ({ params, quantity }) =>
    quantity === 'frequency' && params.power === undefined
      ? [{ path: ['with', 'power'], message: 'expected the power of the same supply, such as meter/active-power' }]
      : [],
})

function judgeSet({ params, site }: RuleContext<Params>, sample: Sample, out: Sensed): void {
  if (Number.isNaN(sample.value)) return
  out.measure = sample.value
  const turns = sample.kind === 'state' ? sample.value === 1 : sample.value > params.speed
  out.verdict = turns && site.permits(sample.at).length === 0 ? 'true' : 'false'
}

function judgeFrequency(
  context: RuleContext<Params>,
  own: Own,
  { sample, out }: { readonly sample: Sample; readonly out: Sensed },
): void {
  const { params, inputs, site } = context
  const power = inputs.value(1, sample.mono)
  // A dead line has no frequency; what a meter says then is not one.
  if (!(sample.value > params.nominal / 2 && sample.value < params.nominal * 1.5)) return
  note(own, sample, params.nominal)
  own.sigma = sigmaOf(own)
  if (Number.isNaN(power)) return
  out.measure = sample.value
  const isOdd = isFar(params, sample.value) || (own.sigma ?? 0) > params.sigma
  out.verdict = isOdd && power > params.least && site.permits(sample.at).length === 0 ? 'true' : 'false'
}

function isFar({ nominal, deviation }: Params, hertz: number | null): boolean {
  return hertz !== null && Math.abs(hertz - nominal) > deviation
}

function note(own: Own, { value, mono }: Sample, nominal: number): void {
  const { parts } = own
  const from = parts[0]
  if (from !== undefined && from.mono < mono - WINDOW_MS) parts.shift()
  const last = parts.at(-1)
  const distance = value - nominal
  if (last === undefined || mono - last.mono >= WINDOW_MS / PARTS) {
    if (last !== undefined && mono - last.mono > WINDOW_MS) parts.length = 0
    parts.push({ mono, count: 1, sum: distance, squares: distance * distance })
    return
  }
  last.count += 1
  last.sum += distance
  last.squares += distance * distance
}

function sigmaOf({ parts }: Own): number | null {
  const first = parts[0]
  const last = parts.at(-1)
  let [count, sum, squares] = [0, 0, 0]
  for (const part of parts) {
    count += part.count
    sum += part.sum
    squares += part.squares
  }
  if (first === undefined || last === undefined || count < SAMPLES_ENOUGH || last.mono - first.mono < SPAN_ENOUGH_MS)
    return null
  return Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2))
}

function latest({ inputs }: RuleContext<Params>): number {
  return inputs.goodMono(0)
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
