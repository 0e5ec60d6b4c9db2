import { z } from 'zod'
import { defineRule, timing } from '../define-rule.ts'
import type { LoadView } from '../load/view.ts'
import { NoOwn, noOwn } from '../own.ts'
import { conditionValues } from './common.ts'
import { loadValues } from './load-values.ts'

/** Log-odds: little at the limit, an alarm of its own from half as much again. */
const AT_LIMIT = 3
const PER_DOUBLING = 1.8
const MOST = 4.6

/** More than ever crept in on a quiet day. */
const FACTOR = 1.4
const MORE_W = 100
const BACK = 0.7

const Params = z
  .object({
    /** Less than this is none, however quiet the site is, W. */
    least: z.number().positive().default(500),
    ...timing({ onDelay: 120_000, offDelay: 300_000 }),
  })
  .strict()
type Params = z.infer<typeof Params>

/** A load that was turned up so slowly that no step was seen. Everything lawful at a closed pit is switched on. */
export const creep = defineRule<Params, NoOwn>({
  type: 'creep',
  serves: 1,
  group: 'power',
  params: Params,
  quantities: ['power'],
  needsLoad: true,
  own: NoOwn,
  start: noOwn,
  peak: 'highest',
  sense: ({ load, params }, _own, _sample, _input, out) => {
    if (load === null || Number.isNaN(load.power) || !load.isArmed) return
    if (load.isMasked || load.running > 0) {
      out.verdict = 'aside'
      return
    }
    const limit = limitOf(load, params)
    out.measure = load.creep
    out.strength = Math.min(MOST, AT_LIMIT + PER_DOUBLING * Math.log2(Math.max(1, load.creep / limit)))
    out.verdict = load.creep > limit ? 'true' : load.creep < BACK * limit ? 'false' : 'same'
  },
  explain: (context, _own, facts) => ({
    key: `creep.${facts.kind}`,
    values: {
      ...conditionValues(context, facts),
      ...loadValues(context.load),
      limit: context.load === null ? null : Math.round(limitOf(context.load, context.params)),
      crept: facts.measure === null ? null : Math.round(facts.measure),
    },
  }),
  standard: ({ load }) => (load === null ? [] : [{ point: load.meter, priority: 'yellow' }]),
})

function limitOf({ usualCreep }: LoadView, { least }: Params): number {
  return Math.max(least, FACTOR * usualCreep + MORE_W)
}
