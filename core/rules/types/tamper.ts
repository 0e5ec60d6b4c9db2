import { z } from 'zod'
import { conditionRule, timing } from '../condition-rule.ts'
import { conditionValues, numberOf } from './common.ts'

/**
 * Somebody opened or exchanged something: a tamper contact that is true, or a counter (cover openings, power-downs) that
 * is not what it was. The counter is remembered over restarts, so an opening while the gateway was off is seen as well.
 * The alarm returns when nothing more has happened for `offDelay`. `watches` says what the point tells, for the wording:
 * openings of a cover, any value that must not move, or whether another device answers.
 */
export const tamper = conditionRule({
  type: 'tamper',
  params: z
    .object({
      ...timing({ onDelay: 0, offDelay: 600_000 }),
      watches: z.enum(['openings', 'value', 'device']).default('openings'),
    })
    .strict(),
  own: [],
  ownIsOfBoot: false,
  peak: 'highest',
  // `own` is the counter as last read and the one before its last change.
  sense: (_context, own, reading) => {
    if (typeof reading.value === 'boolean') return { own, raw: reading.value, measure: null }
    const counter = numberOf(reading)
    if (counter === null) return null
    const [last = counter, before = counter] = own
    const hasChanged = counter !== last
    return { own: [counter, hasChanged ? last : before], raw: hasChanged, measure: null }
  },
  explain: (context, facts) => {
    const [counter = null, before = null] = facts.own
    const values = { ...conditionValues(context, facts), counter, before }
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
