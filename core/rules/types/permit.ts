import { z } from 'zod'
import type { Permit as Paper } from '../../contract/activity.ts'
import { PointRef } from '../../contract/reading.ts'
import { Duration } from '../../contract/time.ts'
import { defineRule, timing } from '../define-rule.ts'
import type { RuleContext, Sample, StandardFacts, StandardRule } from '../rule.ts'
import { placeValues } from './common.ts'

/** Something more than this beyond what is usual was drawn: the permit was used, W. */
const USED_W = 500

const Params = z
  .object({
    /** Points that show that somebody is there: cameras, doors. */
    signs: z.array(PointRef).max(15).default([]),
    /** A permit filed later than this after it began is late. */
    lateAfter: Duration.default(60_000),
    // A word about a paper stands for half an hour.
    ...timing({ onDelay: 0, offDelay: 30 * 60_000 }),
  })
  .strict()
type Params = z.infer<typeof Params>

/** Permits in force, and whether anything was seen under them. */
const Own = z
  .object({
    open: z.array(
      z
        .object({ id: z.string(), who: z.string(), until: z.number(), isWatched: z.boolean(), isUsed: z.boolean() })
        .strict(),
    ),
    /** When papers are looked at next, monotonic. */
    next: z.number().nullable(),
    told: z
      .object({ id: z.string(), who: z.string(), is: z.enum(['late', 'unused']) })
      .strict()
      .nullable(),
  })
  .strict()
type Own = z.infer<typeof Own>

/** Papers are looked at once a minute. */
const LOOK_MS = 60_000

/** A permit was filed after the work had begun, or ended without anything of it being seen. (detection §6.6) */
export const permit = defineRule<Params, Own>({
  type: 'permit',
  serves: 0,
  group: null,
  params: Params,
  quantities: null,
  inputs: ({ signs }) => signs.map((point, index) => ({ point, path: ['with', 'signs', index], quantities: null })),
  own: Own,
  start: () => ({ open: [], next: null, told: null }),
  resume: (own, isSameBoot) => (isSameBoot ? own : { ...own, next: null }),
  peak: 'highest',
  sense: (context, own, sample, input, out) => {
    if (sample.quality === 'good') noteUse(context, own, sample, input)
    out.verdict = 'aside'
    if (input !== 0 || sample.quality !== 'good') return
    if (own.next !== null && sample.mono < own.next) return
    own.next = sample.mono + LOOK_MS
    out.verdict = look(context, own, sample.at) ? 'true' : 'false'
    out.holdMs = 2 * LOOK_MS
  },
  explain: (context, own, facts) => ({
    key: `permit.${facts.kind}${facts.kind === 'raised' ? `-${own.told?.is ?? 'late'}` : ''}`,
    values: { ...placeValues(context), permit: own.told?.id ?? '', who: own.told?.who ?? '', at: facts.at },
  }),
  standard: (facts) => papersOf(facts),
})

function noteUse({ load, params }: RuleContext<Params>, own: Own, sample: Sample, input: number): void {
  if (own.open.length === 0) return
  const isSign = input > 0 && input <= params.signs.length && (sample.kind === 'state' || sample.event !== null)
  const isSeen = isSign && (sample.event !== null || sample.value === 1)
  const isLoad = load?.isArmed === true && Number.isFinite(load.residual)
  const isDrawn = isLoad && load.residual >= Math.max(load.usual, 0) + USED_W
  for (const paper of own.open) {
    if (isSign || isLoad) paper.isWatched = true
    if (isSeen || isDrawn) paper.isUsed = true
  }
}

/** Whether there is a word to be said about a paper at `at`. */
function look({ params, site }: RuleContext<Params>, own: Own, at: number): boolean {
  const papers = site.permits(at)
  const ended = own.open.filter(({ id }) => !papers.some((paper) => paper.id === id))
  const begun = papers.filter(({ id }) => !own.open.some((known) => known.id === id))
  own.open = own.open.filter(({ id }) => papers.some((paper) => paper.id === id))
  own.open.push(...begun.map(({ id, who, until }) => ({ id, who, until, isWatched: false, isUsed: false })))
  // Where nobody watched, nothing is missed.
  const unused = ended.find(({ isWatched, isUsed, until }) => isWatched && !isUsed && at >= until)
  const late = begun.find((paper) => isLate(paper, params.lateAfter))
  if (unused !== undefined) own.told = { id: unused.id, who: unused.who, is: 'unused' }
  else if (late !== undefined) own.told = { id: late.id, who: late.who, is: 'late' }
  return unused !== undefined || late !== undefined
}

function isLate({ filed, from }: Paper, lateAfter: number): boolean {
  return filed !== undefined && filed > from + lateAfter
}

/** One for the site, at its meter. */
function papersOf({ load, points }: StandardFacts): StandardRule[] {
  const signs = [...points].filter(([, quantity]) => quantity === 'presence').map(([point]) => point)
  const point = load?.meter ?? signs[0]
  return point === undefined ? [] : [{ point, priority: 'blue', with: { signs: signs.slice(0, 15) } }]
}
