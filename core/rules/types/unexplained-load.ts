import { z } from 'zod'
import { defineRule, timing } from '../define-rule.ts'
import type { LoadView } from '../load/view.ts'
import { conditionValues } from './common.ts'
import { loadValues } from './load-values.ts'

/** Log-odds, after detection.md §6.2. A load that a household has none of speaks for itself, however wide the hour's envelope is. */
const AT_LIMIT = 2.6
const PER_DOUBLING = 1.6
const PER_KW_BEYOND = 0.4
const AT_NIGHT = 0.4
const LONG = 0.9
/** A machine runs on after 3 min; a kettle or a cooker may take a quarter of an hour. */
const LONG_MS = { machine: 180_000, household: 900_000 }
const MOST = 6
/** What lasts longer than ever is still nothing but long. */
const OVERDUE = { machine: 2.6, household: 1.9 }
const MACHINE_W = 5_000

/** What a start of a kind never seen is measured by, and below which share of the limit the load is no longer one, W. */
const HOUSEHOLD_W = 2_000
const BACK = 0.9

/** Pauses shorter than this belong to the same use. */
const PAUSE_MS = 60_000

const Params = z
  .object({
    // A winch pauses up to 5 min between strokes; within that the load stays one.
    ...timing({ onDelay: 25_000, offDelay: 300_000 }),
  })
  .strict()
type Params = z.infer<typeof Params>

/** Why the load is not explained. */
const Why = z.enum(['over', 'declared', 'stranger', 'overdue'])
type Why = z.infer<typeof Why>

const Own = z
  .object({
    /** For how long it has been so, pauses left out, and when that was last counted; monotonic. */
    ms: z.number(),
    mono: z.number().nullable(),
    seenMono: z.number().nullable(),
    why: Why,
  })
  .strict()
type Own = z.infer<typeof Own>

/** The site draws more than this hour has ever needed with what is known to run; until that is learned, more than was declared. */
export const unexplainedLoad = defineRule<Params, Own>({
  type: 'unexplained-load',
  serves: 1,
  group: 'power',
  params: Params,
  quantities: ['power'],
  needsLoad: true,
  own: Own,
  start: () => ({ ms: 0, mono: null, seenMono: null, why: 'over' }),
  resume: (own, isSameBoot) => (isSameBoot ? own : { ...own, ms: 0, mono: null, seenMono: null }),
  peak: 'highest',
  sense: ({ load, site }, own, { at, mono, validMs }, _input, out) => {
    if (load === null || Number.isNaN(load.power)) return
    if (load.isMasked) {
      out.verdict = 'aside'
      return
    }
    out.measure = load.residual
    const elapsed = own.mono === null ? 0 : Math.min(mono - own.mono, validMs)
    own.mono = mono
    const why = whyOf(load)
    if (why === null) {
      if (own.seenMono === null || mono - own.seenMono > PAUSE_MS) own.ms = 0
      out.verdict = load.residual > BACK * load.envelope ? 'same' : 'false'
      return
    }
    own.seenMono = mono
    own.ms += elapsed
    own.why = why
    out.verdict = 'true'
    const more = (site.isNight(at) ? AT_NIGHT : 0) + (isLong(own.ms, load) ? LONG * clearness(load, why) : 0)
    out.strength = Math.min(MOST, oddsOf(load) + more)
  },
  explain: (context, own, facts) => ({
    key: `unexplained-load.${facts.kind}${facts.kind === 'raised' && own.why !== 'over' ? `-${own.why}` : ''}`,
    values: { ...conditionValues(context, facts), ...loadValues(context.load) },
  }),
  standard: ({ load }) => (load === null ? [] : [{ point: load.meter, priority: 'orange' }]),
})

function whyOf(load: LoadView): Why | null {
  if (load.residual > load.envelope) return load.isArmed ? 'over' : 'declared'
  if (load.stranger > 0) return 'stranger'
  return load.overdue > 0 ? 'overdue' : null
}

function isLong(ms: number, { residual }: LoadView): boolean {
  return ms > LONG_MS[residual < MACHINE_W ? 'household' : 'machine']
}

/** That it lasts says little of what lies hardly above the limit: from a quarter beyond it on it counts in full. */
function clearness({ residual, envelope }: LoadView, why: Why): number {
  if (why === 'overdue') return 0
  return why === 'stranger' ? 1 : Math.min(1, (4 * (residual - envelope)) / envelope)
}

function oddsOf({ residual, envelope, stranger, overdue }: LoadView): number {
  const beyond = residual - envelope
  const over =
    beyond <= 0
      ? 0
      : AT_LIMIT + Math.max(PER_DOUBLING * Math.log2(residual / envelope), (PER_KW_BEYOND * beyond) / 1_000)
  const strange = stranger <= 0 ? 0 : AT_LIMIT + PER_DOUBLING * Math.log2(Math.max(1, stranger / HOUSEHOLD_W))
  return Math.max(over, strange, overdue <= 0 ? 0 : overdue < MACHINE_W ? OVERDUE.household : OVERDUE.machine)
}
