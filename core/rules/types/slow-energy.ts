import { z } from 'zod'
import { defineRule, timing } from '../define-rule.ts'
import type { LoadView } from '../load/view.ts'
import { NoOwn, noOwn } from '../own.ts'
import { conditionValues } from './common.ts'
import { loadValues } from './load-values.ts'

/** It needs another signal beside it: weather alone can do this (detection.md §0, §6.2). */
const STRENGTH = 3

/** The alarm returns when half of what was too much has been saved again. */
const BACK = 0.5

const WH = 3_600_000

const Params = z
  .object({
    /** Above so many times what the CUSUM reached while learning, and so much more, Wh. */
    factor: z.number().min(1).default(1.6),
    more: z.number().min(0).default(600),
    ...timing({ onDelay: 60_000, offDelay: 600_000 }),
  })
  .strict()
type Params = z.infer<typeof Params>

/** A little more than usual for a long time: energy beyond what nine tenths of this hour need adds up to more than it ever did. */
export const slowEnergy = defineRule<Params, NoOwn>({
  type: 'slow-energy',
  serves: 1,
  group: 'power',
  params: Params,
  quantities: ['power'],
  needsLoad: true,
  own: NoOwn,
  start: noOwn,
  peak: 'highest',
  sense: ({ load, params }, _own, _sample, _input, out) => {
    if (load === null || Number.isNaN(load.power)) return
    const limit = limitOf(load, params)
    if (load.isMasked || Number.isNaN(limit)) {
      out.verdict = 'aside'
      return
    }
    const excess = load.excess / WH
    out.measure = excess
    out.strength = STRENGTH
    // What was too much an hour ago and is no more is over, however long it would take to save it again.
    if (excess < BACK * limit || (excess <= limit && load.residual <= load.usual)) out.verdict = 'false'
    else out.verdict = excess > limit ? 'true' : 'same'
  },
  explain: (context, _own, facts) => ({
    key: `slow-energy.${facts.kind}`,
    values: {
      ...conditionValues(context, facts),
      ...loadValues(context.load),
      excessKwh: kwh(facts.measure),
      limitKwh: context.load === null ? null : kwh(limitOf(context.load, context.params)),
    },
  }),
  standard: ({ load }) => (load === null ? [] : [{ point: load.meter, priority: 'yellow' }]),
})

function limitOf(load: LoadView, { factor, more }: Params): number {
  return (factor * load.usualExcess) / WH + more
}

function kwh(wh: number | null): number | null {
  return wh === null || !Number.isFinite(wh) ? null : Math.round(wh / 100) / 10
}
