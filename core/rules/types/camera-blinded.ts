import { z } from 'zod'
import { PointRef } from '../../contract/reading.ts'
import { defineRule, timing } from '../define-rule.ts'
import type { Instant, RuleContext, Sample, Sensed, StandardFacts, StandardRule } from '../rule.ts'
import { devicesWith } from './beside.ts'
import { placeValues } from './common.ts'

/** A camera does not turn or cover itself. */
const TAMPERED = 2
/** Lines break. By itself that says little; the meter that is lost with it says it too. */
const LOST = 0.5
/** A camera that says so for a moment repeats it as long as it is so. */
const PULSE_MS = 30_000

const Params = z
  .object({
    /** Further points of the same camera that may tell of tampering. */
    also: z.array(PointRef).max(7).default([]),
    ...timing({ onDelay: 60_000, offDelay: 60_000 }),
  })
  .strict()
type Params = z.infer<typeof Params>

const Own = z
  .object({
    isLost: z.boolean(),
    /** It said that it was covered, turned or defocused, and until when that counts, monotonic; null = until it says otherwise. */
    tamper: z.object({ until: z.number().nullable() }).strict().nullable(),
    /** What was last found, for the wording. */
    told: z.enum(['tampered', 'lost']),
  })
  .strict()
type Own = z.infer<typeof Own>

const TAMPER_EVENTS: ReadonlySet<string> = new Set(['tamper', 'scene-change', 'defocus', 'blind'])
const LOSS_EVENTS: ReadonlySet<string> = new Set(['loss'])

/** A camera was covered or turned, or its picture is gone, for a minute and more. (domain C2) */
export const cameraBlinded = defineRule<Params, Own>({
  type: 'camera-blinded',
  serves: 7,
  group: 'camera',
  isLatched: true,
  params: Params,
  quantities: ['stream', 'tamper', 'presence', 'contact'],
  inputs: ({ also }) => also.map((point, index) => ({ point, path: ['with', 'also', index], quantities: null })),
  own: Own,
  start: () => ({ isLost: false, tamper: null, told: 'lost' }),
  resume: (own, isSameBoot) => (isSameBoot ? own : { ...own, tamper: null }),
  hearsBad: true,
  peak: 'highest',
  sense: (context, own, sample, input, out) => {
    if (note(context, own, sample, input)) judge(own, sample, out)
    else out.verdict = 'aside'
  },
  due: ({ tamper }) => tamper?.until ?? Infinity,
  pass: (_context, own, now, out) => {
    own.tamper = null
    judge(own, now, out)
  },
  explain: (context, own, facts) => ({
    key: `camera-blinded.${facts.kind}-${own.told}`,
    values: { ...placeValues(context), since: facts.since, heldS: facts.heldS, activeS: facts.activeS },
  }),
  standard: (facts) => camerasOf(facts),
})

/** Takes down what was said; false where it has no bearing. */
function note({ quantity }: RuleContext<Params>, own: Own, sample: Sample, input: number): boolean {
  const { event, mono, quality } = sample
  if (event !== null && quality !== 'bad' && (TAMPER_EVENTS.has(event.kind) || LOSS_EVENTS.has(event.kind))) {
    const isOver = event.phase === 'end'
    if (LOSS_EVENTS.has(event.kind)) own.isLost = !isOver
    // The end of a moment is no more than that it was one.
    else if (!isOver) own.tamper = { until: event.phase === 'pulse' ? mono + PULSE_MS : null }
    else if (own.tamper?.until === null) own.tamper = null
    else return false
    return true
  }
  if (input !== 0 || event !== null) return false
  if (quantity === 'stream') {
    const wasLost = own.isLost
    own.isLost =
      quality === 'bad' ? sample.reason === 'stream-lost' || wasLost : sample.kind === 'state' && sample.value !== 1
    return quality !== 'bad' || own.isLost
  }
  if (quantity !== 'tamper' || quality === 'bad' || sample.kind !== 'state') return false
  own.tamper = sample.value === 1 ? { until: null } : null
  return true
}

function judge(own: Own, _now: Instant, out: Sensed): void {
  const isTampered = own.tamper !== null
  const isBlind = isTampered || own.isLost
  if (isBlind) own.told = isTampered ? 'tampered' : 'lost'
  out.strength = isTampered ? TAMPERED : LOST
  out.verdict = isBlind ? 'true' : 'false'
  // What a camera said holds until it says otherwise, or falls silent, which its stream tells.
  out.holdMs = Infinity
}

/** The stream of each camera, beside what else it tells; what it tells alone where it has no stream. */
function camerasOf({ points }: StandardFacts): StandardRule[] {
  const sights = devicesWith(points, 'presence')
  return sights.flatMap((refs): StandardRule[] => {
    const device = refs[0].slice(0, refs[0].indexOf('/') + 1)
    const stream = [...points].find(([point, quantity]) => quantity === 'stream' && point.startsWith(device))?.[0]
    const [point, ...also] = stream === undefined ? refs : [stream, ...refs]
    return [{ point, priority: 'yellow', ...(also.length === 0 ? {} : { with: { also } }) }]
  })
}
