import { z } from 'zod'
import { ReadingValue, ReasonCode } from '../../contract/reading.ts'
import { Duration } from '../../contract/time.ts'
import { defineRule, timing } from '../define-rule.ts'
import { placeValues } from './common.ts'

const Params = z
  .object({
    /** Without a good reading for this long, the point is not being watched. */
    after: Duration.default(60_000),
    // The return waits until good readings have kept coming for `offDelay`.
    ...timing({ onDelay: 0, offDelay: 0 }),
  })
  .strict()
type Params = z.infer<typeof Params>

const Mark = z.object({ at: z.number(), mono: z.number() }).strict()

const Own = z
  .object({
    /** From when on a good reading is missed: the last good one, or when watching began; null before. */
    from: Mark.nullable(),
    isMissing: z.boolean(),
    /** The last good one before it went missing, monotonic only in its own boot. */
    lost: z.object({ at: z.number(), mono: z.number().nullable() }).strict().nullable(),
    /** The first of the good readings that now come without a break. */
    goodFrom: Mark.nullable(),
    /** The last good value, of any boot; null when there never was one. */
    lastGood: z.object({ value: ReadingValue, at: z.number() }).strict().nullable(),
    /** Why the last reading was not good; null when there simply was none. */
    reason: ReasonCode.nullable(),
  })
  .strict()
type Own = z.infer<typeof Own>

/** No good reading for too long, whatever the reason: communication lost, sensor broken, value out of range. */
export const stale = defineRule<Params, Own>({
  type: 'stale',
  serves: 0,
  group: null,
  params: Params,
  quantities: null,
  own: Own,
  start: () => ({ from: null, isMissing: false, lost: null, goodFrom: null, lastGood: null, reason: null }),
  // Missing starts anew, so that a restart does not raise before the devices could answer.
  resume: (own, isSameBoot) => ({
    ...own,
    from: null,
    isMissing: false,
    lost: own.lost === null || isSameBoot ? own.lost : { at: own.lost.at, mono: null },
    goodFrom: null,
  }),
  hearsBad: true,
  peak: 'highest',
  sense: (_context, own, sample, _input, out) => {
    const { at, mono } = sample
    if (sample.quality !== 'good' || sample.kind === 'none') {
      own.goodFrom = null
      own.reason = sample.reason
      own.from ??= { at, mono }
      // Whoever is not missed for long enough yet is not missing; but what is to be proven back begins anew.
      out.verdict = own.isMissing || out.isActive ? 'true' : 'none'
      out.holdMs = Infinity
      return
    }
    own.isMissing = false
    own.goodFrom ??= { at, mono }
    const value = sample.kind === 'state' ? sample.value === 1 : sample.kind === 'text' ? null : sample.value
    // Written over: this happens at every sample of every point.
    const from = (own.from ??= { at, mono })
    from.at = at
    from.mono = mono
    const lastGood = (own.lastGood ??= { value, at })
    lastGood.value = value
    lastGood.at = at
    own.reason = null
    out.verdict = 'false'
  },
  due: (own, { after }) => (own.from === null ? -Infinity : own.isMissing ? Infinity : own.from.mono + after),
  pass: (_context, own, now, out) => {
    if (own.from === null) {
      own.from = { at: now.at, mono: now.mono }
      out.verdict = 'aside'
      return
    }
    own.isMissing = true
    own.goodFrom = null
    own.lost = { ...own.from }
    out.verdict = 'true'
  },
  explain: (context, own, facts) => {
    if (facts.kind === 'cleared') {
      const { lost, goodFrom } = own
      const gapMs =
        lost === null || goodFrom === null ? 0 : lost.mono === null ? goodFrom.at - lost.at : goodFrom.mono - lost.mono
      const missedS = Math.max(0, Math.round(gapMs / 1_000))
      return { key: 'stale.cleared', values: { ...placeValues(context), value: facts.value, missedS } }
    }
    const { lastGood, reason } = own
    return {
      key: lastGood === null ? 'stale.raised-never' : 'stale.raised',
      values: {
        ...placeValues(context),
        reason,
        missedS: context.params.after / 1_000,
        // What is no number is not kept here, but the point still shows it.
        value: lastGood === null ? null : (lastGood.value ?? facts.value),
        since: lastGood?.at ?? null,
      },
    }
  },
})
