import { z } from 'zod'
import { Duration } from '../../contract/time.ts'
import { defineRule, timing } from '../define-rule.ts'
import type { LoadView } from '../load/view.ts'
import type { RuleContext, Sample, Sensed } from '../rule.ts'
import { placeValues } from './common.ts'

/** The paper itself says what the load is, and that it should have ended; a small one may be the guard's stove by chance. */
const STRENGTH = 4.2
const SMALL_STRENGTH = 2.6
const SMALL_W = 2_000

/** The load before and under a permit is what lasted: means over so long. */
const MEAN_MS = 5 * 60_000
const BEFORE_MS = 30 * 60_000
/** Work that draws less than this more than before is not told from the rest, W. */
const LEAST_W = 1_000
/** Beyond this share of it, it is the same work that goes on, and for more than half of the time since the end. */
const SAME_SHARE = 0.6
const MOST_OF_TIME = 0.5
/** After a longer pause it is something else. */
const PAUSE_MS = 15 * 60_000
/** What lasts longer is a matter for the rules of loads. */
const LONGEST_MS = 4 * 3_600_000

const Params = z
  .object({
    /** How long after the end of a permit its load may still run. */
    grace: Duration.default(3 * 60_000),
    ...timing({ onDelay: 60_000, offDelay: 5 * 60_000 }),
  })
  .strict()
type Params = z.infer<typeof Params>

const Own = z
  .object({
    /** The last permit in force. */
    paper: z.object({ id: z.string(), who: z.string(), until: z.number() }).strict().nullable(),
    /** What was drawn beyond what is expected, as a rule, before the permit and while it ran, W. */
    beforeW: z.number().nullable(),
    meanW: z.number(),
    lastMono: z.number().nullable(),
    /** Since its end: for how long it was watched, for how long its load ran, and for how long it now pauses, ms. */
    sinceMs: z.number(),
    drawnMs: z.number(),
    pauseMs: z.number(),
  })
  .strict()
type Own = z.infer<typeof Own>

/** What ran under a permit runs on after its end. (detection §6.6) */
export const permitOverrun = defineRule<Params, Own>({
  type: 'permit-overrun',
  serves: 1,
  group: 'power',
  params: Params,
  quantities: ['power'],
  needsLoad: true,
  own: Own,
  start: () => ({ paper: null, beforeW: null, meanW: 0, lastMono: null, sinceMs: 0, drawnMs: 0, pauseMs: 0 }),
  resume: (own, isSameBoot) => (isSameBoot ? own : { ...own, lastMono: null }),
  peak: 'highest',
  sense: (context, own, sample, _input, out) => {
    const { load } = context
    if (load === null || sample.quality !== 'good' || !Number.isFinite(load.residual)) return
    judge(context, own, { sample, load }, out)
  },
  explain: (context, own, facts) => ({
    key: `permit-overrun.${facts.kind}`,
    values: {
      ...placeValues(context),
      value: facts.measure ?? 0,
      limit: Math.round(limitOf(own)),
      since: facts.since,
      heldS: facts.heldS,
      activeS: facts.activeS,
      permit: own.paper?.id ?? '',
      who: own.paper?.who ?? '',
      until: own.paper?.until ?? facts.at,
    },
  }),
  standard: ({ load }) => (load === null ? [] : [{ point: load.meter, priority: 'orange' }]),
})

function judge(
  { params, site }: RuleContext<Params>,
  own: Own,
  { sample, load }: { readonly sample: Sample; readonly load: LoadView },
  out: Sensed,
): void {
  const { at, mono } = sample
  const drawn = Math.max(0, load.residual)
  const seenMs = own.lastMono === null ? 0 : Math.min(mono - own.lastMono, Math.max(0, sample.validMs))
  own.lastMono = mono
  const papers = site.permits(at)
  const current = papers.toSorted((a, b) => b.until - a.until)[0]
  const before = (own.beforeW ??= drawn)
  if (current !== undefined && current.id !== own.paper?.id) {
    own.paper = { id: current.id, who: current.who, until: current.until }
    Object.assign(own, { meanW: before, sinceMs: 0, drawnMs: 0, pauseMs: 0 })
  }
  const isCovered = papers.some(({ until }) => at < until)
  const isDrawn = own.meanW - before >= LEAST_W && drawn >= limitOf(own)
  if (isCovered) own.meanW = towards(own.meanW, drawn, seenMs / MEAN_MS)
  else follow(own, isDrawn, seenMs)
  const isGone = own.paper === null || own.sinceMs > LONGEST_MS || own.pauseMs > PAUSE_MS
  if (current === undefined && isGone) own.beforeW = towards(before, drawn, seenMs / BEFORE_MS)
  const isDue = own.paper !== null && !isCovered && at >= own.paper.until + params.grace && !isGone
  out.strength = own.meanW - before >= SMALL_W ? STRENGTH : SMALL_STRENGTH
  out.measure = load.residual
  out.verdict = isDue && isDrawn && own.drawnMs >= MOST_OF_TIME * own.sinceMs ? 'true' : 'false'
}

/** Counts time since the end of a permit. */
function follow(own: Own, isDrawn: boolean, seenMs: number): void {
  own.sinceMs += seenMs
  if (isDrawn) own.drawnMs += seenMs
  // A pause too long has ended it for good.
  if (own.pauseMs <= PAUSE_MS) own.pauseMs = isDrawn ? 0 : own.pauseMs + seenMs
}

function towards(mean: number, value: number, share: number): number {
  return mean + (value - mean) * (1 - Math.exp(-share))
}

/** From which load on it is still that of the permit, W above what is expected. */
function limitOf({ beforeW, meanW }: Own): number {
  const before = beforeW ?? 0
  return before + SAME_SHARE * (meanW - before)
}
