import { z } from 'zod'
import { PointRef } from '../../contract/reading.ts'
import { Duration } from '../../contract/time.ts'
import { defineRule, timing } from '../define-rule.ts'
import type { Instant, RuleContext, Sample, Sensed } from '../rule.ts'
import { devicesWith } from './beside.ts'
import { addSight, forgetSights, kindOf, REMEMBERED_MS, Sight, SightKind, strengthOf } from './camera-sights.ts'
import { placeValues, STATES } from './common.ts'

/** From here on it is worth saying that somebody was seen. */
const TELLING = 1

/** A vehicle that stays is not passing by. */
const STAYS = 4

/** The same target, lost from sight for less than this, is not another one. */
const SAME_MS = 30_000

const Params = z
  .object({
    /** Further points of the same camera, such as its vehicles beside its persons. */
    also: z.array(PointRef).max(7).default([]),
    /** How long a vehicle may stand there. */
    stays: Duration.default(10 * 60_000),
    ...timing({ onDelay: 0, offDelay: 5 * 60_000 }),
  })
  .strict()
type Params = z.infer<typeof Params>

/** What one point of the camera shows: since when, until when it may be believed, and what. Monotonic. */
const There = z
  .object({ from: z.number(), last: z.number(), until: z.number(), kind: SightKind, isOn: z.boolean() })
  .strict()
type There = z.infer<typeof There>

const Own = z.object({ there: z.array(There.nullable()), sights: z.array(Sight), toldStay: z.boolean() }).strict()
type Own = z.infer<typeof Own>

/**
 * Persons and vehicles that a camera saw, added up: one may be a mistake, several in a quarter of an hour hardly. Judged by how sure the
 * camera says it is. (detection §6.2; domain C1)
 */
export const cameraEvidence = defineRule<Params, Own>({
  type: 'camera-evidence',
  serves: 8,
  group: 'camera',
  params: Params,
  quantities: STATES,
  inputs: ({ also }) => also.map((point, index) => ({ point, path: ['with', 'also', index], quantities: STATES })),
  own: Own,
  start: () => ({ there: [], sights: [], toldStay: false }),
  resume: (own, isSameBoot) => (isSameBoot ? own : { there: [], sights: [], toldStay: false }),
  peak: 'highest',
  sense: (context, own, sample, input, out) => {
    if (sample.event === null && sample.kind !== 'state') {
      out.verdict = 'aside'
      return
    }
    if (note(context, own, sample, input)) judge(context, own, sample, out)
    else out.verdict = 'aside'
  },
  due: (own, { stays }) => {
    const standing = own.toldStay ? undefined : longestStay(own, -Infinity)
    if (standing === undefined) return Infinity
    const mono = standing.from + stays
    return mono <= standing.until ? mono : Infinity
  },
  pass: (context, own, now, out) => judge(context, own, now, out),
  explain: (context, own, facts) => {
    const count = (kind: SightKind) => own.sights.filter((sight) => sight.kind === kind && sight.worth >= 0.5).length
    const stay = longestStay(own, -Infinity)
    const isStay = facts.kind === 'raised' && own.toldStay && stay !== undefined
    return {
      key: `camera-evidence.${facts.kind}${isStay ? '-stays' : ''}`,
      values: {
        ...placeValues(context),
        since: facts.since,
        heldS: facts.heldS,
        activeS: facts.activeS,
        persons: count('person'),
        vehicles: count('vehicle'),
        others: count('other'),
        windowS: REMEMBERED_MS / 1_000,
        stayS: stay === undefined ? 0 : Math.round((stay.last - stay.from) / 1_000),
        strength: Math.round(facts.strength * 10) / 10,
      },
    }
  },
  standard: ({ points }) =>
    devicesWith(points, 'presence').map(([point, ...also]) => ({
      point,
      priority: 'yellow',
      ...(also.length === 0 ? {} : { with: { also } }),
    })),
})

/** Takes down what a point says now; false where it says nothing of persons or vehicles. */
function note({ config, params }: RuleContext<Params>, own: Own, sample: Sample, input: number): boolean {
  const { mono, event } = sample
  const ref = input === 0 ? config.point : params.also[input - 1]
  const seen = event === null ? (ref?.includes('vehicle') === true ? 'vehicle' : 'person') : kindOf(event)
  if (seen === null) return false
  for (let place = own.there.length; place <= input; place += 1) own.there.push(null)
  const before = own.there[input] ?? null
  if (sample.kind === 'state' ? sample.value !== 1 : event?.phase === 'end') {
    if (before !== null) before.isOn = false
    return true
  }
  const isSame = before !== null && mono <= (before.isOn ? Math.max(before.last, before.until) : before.last) + SAME_MS
  forgetSights(own.sights, mono)
  const last = isSame ? own.sights.findLast((sight) => sight.input === input) : undefined
  const kind = seen === 'motion' ? 'other' : seen
  const from = isSame && before.kind === kind ? before.from : mono
  own.there[input] = { from, last: mono, until: mono + Math.max(0, sample.validMs), kind, isOn: true }
  addSight(own.sights, { mono, kind: seen, input, confidence: event?.confidence ?? null }, last)
  return true
}

function judge({ params, site }: RuleContext<Params>, own: Own, { at, mono }: Instant, out: Sensed): void {
  forgetSights(own.sights, mono)
  const stay = longestStay(own, mono)
  own.toldStay = stay !== undefined && mono >= stay.from + params.stays
  const sum = strengthOf(own.sights, mono, site.isNight(at))
  out.strength = own.toldStay ? Math.max(STAYS, sum) : sum
  out.measure = out.strength
  const isSomebodyThere = own.there.some((there) => there?.isOn === true && there.until >= mono)
  out.verdict = isSomebodyThere && out.strength >= TELLING ? 'true' : 'false'
}

/** The vehicle that has been there longest, of those that are still there at `mono`. */
function longestStay({ there }: Own, mono: number): There | undefined {
  const vehicles = there
    .filter((one) => one !== null)
    .filter(({ kind, isOn, until }) => {
      return kind === 'vehicle' && isOn && until >= mono
    })
  return vehicles.toSorted((a, b) => a.from - b.from)[0]
}
