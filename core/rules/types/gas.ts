import { z } from 'zod'
import { Priority } from '../../contract/priority.ts'
import { Id } from '../../contract/text.ts'
import { defineRule, timing } from '../define-rule.ts'
import { NoOwn, noOwn } from '../own.ts'
import type { StandardFacts, StandardRule } from '../rule.ts'
import { conditionValues } from './common.ts'
import { boundOf, isBreach, type Lawful, legalValues, numbersOf, settleLegal } from './legal.ts'

const Params = z
  .object({
    /** File of the threshold library; may be left out where only one has a limit for this gas at this place. */
    law: Id.optional(),
    place: Id,
    gas: Id,
    /** The newest when absent. */
    edition: z.string().optional(),
    /** What its open alarm is raised to where the law demands that something is done. */
    actPriority: Priority.default('red'),
    ...timing({ onDelay: 0, offDelay: 30_000 }),
  })
  .strict()
type Params = z.infer<typeof Params> & Lawful

/** A gas beyond what the law allows at its place: `alarm` raises, `act` makes it graver, below `restore` it clears. The numbers are the library's. */
export const gas = defineRule<Params, NoOwn>({
  type: 'gas',
  serves: 6,
  group: null,
  params: Params,
  quantities: ['gas'],
  own: NoOwn,
  start: noOwn,
  peak: 'highest',
  settle: (params, facts) => {
    const { law, edition, place, gas: which } = params
    return settleLegal(params, facts, { law, edition, quantity: 'gas', by: { place, gas: which } })
  },
  graver: ({ actPriority, onDelay, ...params }) =>
    numbersOf(params).act === null ? null : { priority: actPriority, onDelay },
  sense: ({ params }, _own, { value }, _input, out) => {
    if (Number.isNaN(value)) return
    const numbers = numbersOf(params)
    // Of what may only be too little the lowest is the worst.
    out.measure = isScarce(numbers) ? -value : value
    out.isGrave = numbers.act !== null && value >= numbers.act
    const isHeld = numbers.alarm !== null && value >= (numbers.restore ?? numbers.alarm)
    out.verdict = isBreach(numbers, value) ? 'true' : isHeld ? 'same' : 'false'
  },
  explain: (context, _own, facts) => {
    const numbers = numbersOf(context.params)
    const told = conditionValues(context, facts, (value) => isBreach(numbers, value))
    const sign = isScarce(numbers) ? -1 : 1
    const peak = facts.peak === null ? null : sign * facts.peak
    const value = facts.kind === 'raised' && told.value !== facts.value ? peak : facts.value
    const { variant, bound } = boundOf(numbers, facts, typeof value === 'number' ? value : NaN)
    return {
      key: `gas.${facts.kind}${variant}`,
      values: {
        ...told,
        ...legalValues(context.params),
        value,
        peak,
        limit: bound,
        restore: numbers.restore ?? bound,
      },
    }
  },
  limit: ({ params }) => {
    const { alarm, min, max } = numbersOf(params)
    return alarm ?? max ?? min
  },
  standard: atSeals,
})

function isScarce({ alarm, min, max }: ReturnType<typeof numbersOf>): boolean {
  return min !== null && alarm === null && max === null
}

const SEALED = ['closed-pit', 'sealed-shaft', 'dewatering-pit']
const SURFACE_GASES = ['co', 'ch4', 'o2']

/** A sensor at the surface of a closed pit whose point is named after its gas. */
function atSeals({ siteKind, points }: StandardFacts): StandardRule[] {
  if (siteKind === null || !SEALED.includes(siteKind)) return []
  return [...points].flatMap(([point, quantity]): StandardRule[] => {
    const which = SURFACE_GASES.find((one) => (point.split('/')[1] ?? '').split('-').includes(one))
    if (quantity !== 'gas' || which === undefined) return []
    return [{ point, priority: 'orange', with: { law: 'surface', place: 'sealed-shaft', gas: which } }]
  })
}
