import { z } from 'zod'
import { Duration } from '../../contract/time.ts'
import { defineRule, timing } from '../define-rule.ts'
import type { LoadView } from '../load/view.ts'
import { conditionValues } from './common.ts'
import { loadValues } from './load-values.ts'

/** Log-odds of the third start and of each further one (detection.md §6.2). */
const AT_LIMIT = 1.4
const PER_START = 0.5
/** So many alike starts of a machine's size are a winch or a compressor at work (domain.md P5). */
const PATTERN = { starts: 6, odds: 1.5 }
const MOST = 5

/** What cycles here when nothing is wrong may be a little stronger another time. */
const STRONGER = 1.3
const STRONGER_W = 400

/** A heater that the weather may call for cycles, too, W. */
const HEATER_W = 3_000

/** Before it is known what cycles here, only what no household has counts, W. */
const MACHINE_W = 5_000

/** Starts of one machine are alike: within this share of the middle one. */
const ALIKE = 0.35

const Params = z
  .object({
    starts: z.number().int().min(2).max(12).default(3),
    within: Duration.default(25 * 60_000),
    /** A start is one from so much on, W. */
    least: z.number().positive().default(1_000),
    ...timing({ onDelay: 0, offDelay: 0 }),
  })
  .strict()
type Params = z.infer<typeof Params>

const Own = z
  .object({
    /** How many starts there were, and how strong the middle one was. */
    count: z.number().int(),
    power: z.number(),
  })
  .strict()
type Own = z.infer<typeof Own>

/** Something strong starts again and again, as a winch or a compressor does; what is known to cycle here is left out. */
export const stepCycle = defineRule<Params, Own>({
  type: 'step-cycle',
  serves: 1,
  group: 'power',
  params: Params,
  quantities: ['power'],
  needsLoad: true,
  own: Own,
  start: () => ({ count: 0, power: 0 }),
  peak: 'highest',
  sense: ({ load, params }, own, { mono }, _input, out) => {
    if (load === null || Number.isNaN(load.power)) return
    const { starts } = load
    const like = starts.length < params.starts ? null : alike(load, params, mono)
    if (like === null || like.length < params.starts) {
      out.verdict = 'false'
      return
    }
    own.count = like.length
    own.power = like[like.length >> 1] ?? 0
    out.measure = own.power
    out.verdict = 'true'
    const pattern = like.length >= PATTERN.starts && own.power >= MACHINE_W ? PATTERN.odds : 0
    out.strength = Math.min(MOST, AT_LIMIT + pattern + PER_START * (like.length - params.starts))
  },
  explain: (context, own, facts) => ({
    key: `step-cycle.${facts.kind}`,
    values: {
      ...conditionValues(context, facts),
      ...loadValues(context.load),
      count: own.count,
      step: Math.round(own.power),
      withinS: context.params.within / 1_000,
    },
  }),
  standard: ({ load }) => (load === null ? [] : [{ point: load.meter, priority: 'orange' }]),
})

/** The powers of the starts that are alike, weakest first. */
function alike(load: LoadView, params: Params, mono: number): number[] {
  const known = Number.isNaN(load.usualCycle)
    ? MACHINE_W
    : load.usualCycle === 0
      ? 0
      : STRONGER * load.usualCycle + STRONGER_W
  const least = Math.max(params.least, known, load.isHeaterExpected ? HEATER_W : 0)
  const strong = load.starts
    .filter((one) => one.power >= least && one.mono > mono - params.within)
    .map(({ power }) => power)
  strong.sort((a, b) => a - b)
  const middle = strong[strong.length >> 1] ?? 0
  return strong.filter((power) => Math.abs(power - middle) <= ALIKE * middle)
}
