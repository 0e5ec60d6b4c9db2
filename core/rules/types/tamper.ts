import { z } from 'zod'
import { defineRule, timing } from '../define-rule.ts'
import { conditionValues } from './common.ts'

const Params = z
  .object({
    ...timing({ onDelay: 0, offDelay: 600_000 }),
    watches: z.enum(['openings', 'value', 'device']).default('openings'),
  })
  .strict()
type Params = z.infer<typeof Params>

/** The counter as last read, and what it was before its last change. */
const Own = z.object({ last: z.number().nullable(), before: z.number().nullable() }).strict()
type Own = z.infer<typeof Own>

/** A cover does not open itself. */
const STRENGTH = 4

/**
 * Somebody opened or exchanged something: a tamper contact that is true, or a counter (cover openings, power-downs) that
 * is not what it was. The counter is remembered over restarts, so an opening while the gateway was off is seen as well.
 * The alarm returns when nothing more has happened for `offDelay`. `watches` says what the point tells, for the wording:
 * openings of a cover, any value that must not move, or whether another device answers.
 */
export const tamper = defineRule<Params, Own>({
  type: 'tamper',
  serves: 1,
  group: 'entry',
  isAlarm: true,
  isLatched: true,
  params: Params,
  quantities: null,
  own: Own,
  start: () => ({ last: null, before: null }),
  peak: 'highest',
  sense: (_context, own, sample, _input, out) => {
    out.strength = STRENGTH
    if (sample.kind === 'state') {
      out.verdict = sample.value === 1 ? 'true' : 'false'
      return
    }
    if (Number.isNaN(sample.value)) return
    const hasChanged = own.last !== null && sample.value !== own.last
    if (hasChanged) own.before = own.last
    own.last = sample.value
    out.verdict = hasChanged ? 'true' : 'false'
  },
  explain: (context, own, facts) => {
    const { last: counter, before } = own
    const values = { ...conditionValues(context, facts), counter, before: before ?? counter }
    const isCounter = typeof facts.value === 'number'
    const { watches } = context.params
    if (watches === 'device' || (watches === 'value' && isCounter)) {
      return { key: `tamper.${facts.kind}-${watches}`, values }
    }
    const fell = counter !== null && before !== null && counter < before
    const variant = !isCounter ? '-contact' : fell ? '-reset' : '-counter'
    return { key: `tamper.${facts.kind}${facts.kind === 'raised' ? variant : ''}`, values }
  },
})
