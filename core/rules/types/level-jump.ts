import { z } from 'zod'
import { Duration } from '../../contract/time.ts'
import { defineRule, timing } from '../define-rule.ts'
import type { StandardFacts, StandardRule } from '../rule.ts'
import { conditionValues } from './common.ts'
import { addToBuckets, Buckets, slopeOf } from './slope.ts'

const HOUR_MS = 3_600_000

const Params = z
  .object({
    /** Metres an hour from which water may be breaking in. */
    rise: z.number().positive().default(0.3),
    window: Duration.refine((ms) => ms >= 60_000, 'expected at least 1min').default(1_200_000),
    ...timing({ onDelay: 60_000, offDelay: 600_000 }),
  })
  .strict()
type Params = z.infer<typeof Params>

/** `slope` is per ms, as it was when the last mean of the window began: water is slower than polls. */
const Own = z.object({ buckets: Buckets, slope: z.number().nullable() }).strict()
type Own = z.infer<typeof Own>

/** Water that rises as it does before an inrush. For workings and shafts; the sump of a pump rises fast whenever the pump rests. */
export const levelJump = defineRule<Params, Own>({
  type: 'level-jump',
  serves: 6,
  group: null,
  params: Params,
  quantities: ['level'],
  own: Own,
  start: () => ({ buckets: [], slope: null }),
  resume: (own, isSameBoot) => (isSameBoot ? own : { buckets: [], slope: null }),
  peak: 'highest',
  sense: ({ params }, own, { value, mono }, _input, out) => {
    if (Number.isNaN(value)) return
    if (addToBuckets(own.buckets, { mono, value, windowMs: params.window }))
      own.slope = slopeOf(own.buckets, params.window)
    if (own.slope === null) return
    out.measure = own.slope * HOUR_MS
    out.verdict = out.measure >= params.rise ? 'true' : 'false'
  },
  explain: (context, _own, facts) => ({
    key: `level-jump.${facts.kind}`,
    values: {
      ...conditionValues(context, facts),
      slope: facts.measure,
      limit: context.params.rise,
      windowS: context.params.window / 1_000,
    },
  }),
  standard: atWorkings,
})

/** Where no pump lifts the water, or every pump says which level is its own. */
function atWorkings({ siteKind, load, points }: StandardFacts): StandardRule[] {
  if (siteKind !== 'closed-pit' && siteKind !== 'sealed-shaft' && siteKind !== 'dewatering-pit') return []
  const pumps = load?.known.filter(({ kind }) => kind === 'pump') ?? []
  if (pumps.some(({ level }) => level === undefined) || (pumps.length === 0 && siteKind === 'dewatering-pit')) return []
  const sumps = new Set(pumps.map(({ level }) => level))
  return [...points].flatMap(([point, quantity]) =>
    quantity === 'level' && !sumps.has(point) ? [{ point, priority: 'red' as const }] : [],
  )
}
