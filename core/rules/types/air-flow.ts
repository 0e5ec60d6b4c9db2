import { z } from 'zod'
import { Id } from '../../contract/text.ts'
import { defineRule, timing } from '../define-rule.ts'
import { NoOwn, noOwn } from '../own.ts'
import { conditionValues } from './common.ts'
import { boundOf, isBreach, type Lawful, legalValues, numbersOf, settleLegal } from './legal.ts'

/** Air that moves where it should not says a little: a seal may leak, a fan may run below. */
const STRENGTH = 1.5

const Params = z
  .object({
    /** File of the threshold library; may be left out where only one has a limit for this place. */
    law: Id.optional(),
    place: Id,
    /** The newest when absent. */
    edition: z.string().optional(),
    ...timing({ onDelay: 600_000, offDelay: 300_000 }),
  })
  .strict()
type Params = z.infer<typeof Params> & Lawful

/** Air slower or faster than its place allows, whichever way it goes. At a sealed shaft there should be none. */
export const airFlow = defineRule<Params, NoOwn>({
  type: 'air-flow',
  serves: 6,
  group: 'air',
  // A working face without air must not become one signal among others.
  isAlarm: true,
  params: Params,
  quantities: ['air_velocity'],
  own: NoOwn,
  start: noOwn,
  peak: 'greatest',
  settle: (params, facts) => {
    const { law, edition, place } = params
    return settleLegal(params, facts, { law, edition, quantity: 'air_velocity', by: { place } })
  },
  sense: ({ params }, _own, { value }, _input, out) => {
    if (Number.isNaN(value)) return
    out.strength = STRENGTH
    out.measure = Math.abs(value)
    out.verdict = isBreach(numbersOf(params), out.measure) ? 'true' : 'false'
  },
  explain: (context, _own, facts) => {
    const numbers = numbersOf(context.params)
    const isOddToTell =
      facts.kind === 'raised' && typeof facts.value === 'number' && !isBreach(numbers, Math.abs(facts.value))
    const told = isOddToTell ? facts.measure : facts.value
    const value = typeof told === 'number' ? Math.abs(told) : null
    const { variant, bound } = boundOf(numbers, facts, value ?? NaN)
    const key = facts.kind === 'raised' ? `raised${variant}` : 'cleared'
    return {
      key: `air-flow.${key}`,
      values: { ...conditionValues(context, facts), ...legalValues(context.params), value, limit: bound },
    }
  },
  limit: ({ params }) => {
    const { min, max } = numbersOf(params)
    return max ?? min
  },
  standard: ({ siteKind, points }) => {
    if (siteKind !== 'closed-pit' && siteKind !== 'sealed-shaft' && siteKind !== 'dewatering-pit') return []
    return [...points].flatMap(([point, quantity]) =>
      quantity === 'air_velocity'
        ? [{ point, priority: 'yellow' as const, with: { law: 'surface', place: 'sealed-shaft' } }]
        : [],
    )
  },
})
