import { z } from 'zod'
import { defineRule, timing } from '../define-rule.ts'
import { conditionValues } from './common.ts'
import { loadValues } from './load-values.ts'

/** Twice may be a kettle at the wrong moment; three times in a row is somebody who hides behind the pump. Log-odds. */
const TWICE = 2.6
const THRICE = 4.4

const Params = z.object({ ...timing({ onDelay: 0, offDelay: 60_000 }) }).strict()
type Params = z.infer<typeof Params>

const Own = z.object({ times: z.number().int(), power: z.number() }).strict()
type Own = z.infer<typeof Own>

/** Something is switched along with a pump, time after time, so that it hides behind it. */
export const ridesAlong = defineRule<Params, Own>({
  type: 'rides-along',
  serves: 1,
  group: 'power',
  params: Params,
  quantities: ['power'],
  needsLoad: true,
  own: Own,
  start: () => ({ times: 0, power: 0 }),
  peak: 'highest',
  sense: ({ load }, own, _sample, _input, out) => {
    if (load === null || Number.isNaN(load.power) || !load.isArmed) return
    const { times, power } = load.along
    out.measure = power
    out.strength = times >= 3 ? THRICE : TWICE
    out.verdict = times >= 2 ? 'true' : 'false'
    if (times < 2) return
    own.times = times
    own.power = power
  },
  explain: (context, own, facts) => ({
    key: `rides-along.${facts.kind}`,
    values: {
      ...conditionValues(context, facts),
      ...loadValues(context.load),
      times: own.times,
      along: Math.round(own.power),
    },
  }),
  standard: ({ load }) => (load === null || load.known.length === 0 ? [] : [{ point: load.meter, priority: 'orange' }]),
})
