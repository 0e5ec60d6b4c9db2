import { z } from 'zod'
import type { Quantity } from '../../contract/quantity.ts'
import { PointRef } from '../../contract/reading.ts'
import { defineRule, timing } from '../define-rule.ts'
import type { RuleContext, StandardFacts, StandardRule } from '../rule.ts'
import { mainsOf } from './beside.ts'
import { conditionValues } from './common.ts'

/** A battery that runs down while the mains are gone; one that is nearly empty; and a place whose neighbours have power. */
const FALLING = 1
const LOW = 2
const ALONE = 1

/** What may tell of the mains. */
const MAINS: readonly Quantity[] = ['contact', 'voltage', 'state', 'fault']

const Params = z
  .object({
    /** What tells of the mains: a contact, or a voltage, which is there above `live`. */
    mains: PointRef,
    /** What a contact says while they are there. */
    mainsAt: z.boolean().default(true),
    live: z.number().positive().default(180),
    /** Below this state of charge it is told, and from the second on it is urgent, %. */
    below: z.number().gt(0).lt(100).default(40),
    urgent: z.number().gt(0).lt(100).default(20),
    /** Mains of other places, as `mains`: where they are there, this is no cut of the whole line. */
    neighbours: z.array(PointRef).max(6).default([]),
    ...timing({ onDelay: 10_000, offDelay: 60_000 }),
  })
  .strict()
type Params = z.infer<typeof Params>

/** What it said last of the line; whether the neighbours have power. */
const Own = z.object({ isAlone: z.boolean() }).strict()
type Own = z.infer<typeof Own>

/** The mains are gone and the battery that keeps the watch going runs down. (domain N2) */
export const powerComms = defineRule<Params, Own>({
  type: 'power-comms',
  serves: 0,
  group: 'comms',
  isAlarm: true,
  params: Params,
  quantities: ['fill'],
  inputs: ({ mains, neighbours }) => [
    { point: mains, path: ['with', 'mains'], quantities: MAINS },
    ...neighbours.map((point, index) => ({
      point,
      path: ['with', 'neighbours', index],
      quantities: MAINS,
    })),
  ],
  graver: () => ({ priority: 'orange', onDelay: 0 }),
  own: Own,
  start: () => ({ isAlone: false }),
  peak: 'lowest',
  sense: (context, own, sample, input, out) => {
    if (input !== 0) {
      out.verdict = 'aside'
      return
    }
    const { params } = context
    const { value, mono } = sample
    const mains = hasMains(context, 1, mono)
    if (Number.isNaN(value) || mains === null) return
    own.isAlone = params.neighbours.some((_, index) => hasMains(context, index + 2, mono) === true)
    out.measure = value
    out.isGrave = value < params.urgent
    out.strength = (out.isGrave ? LOW : FALLING) + (own.isAlone ? ALONE : 0)
    out.verdict = mains ? 'false' : value < params.below ? 'true' : 'same'
  },
  explain: (context, own, facts) => ({
    key: `power-comms.${facts.kind}${facts.kind === 'raised' && own.isAlone ? '-alone' : ''}`,
    values: {
      ...conditionValues(context, facts),
      limit: facts.isGrave ? context.params.urgent : context.params.below,
    },
  }),
  limit: ({ params }) => params.below,
  standard: (facts) => batteriesOf(facts),
})

/** Null while it is not known. */
function hasMains({ params, inputs }: RuleContext<Params>, input: number, mono: number): boolean | null {
  const value = inputs.value(input, mono)
  if (Number.isNaN(value)) return null
  return value > 1 ? value >= params.live : (value === 1) === params.mainsAt
}

/** Each state of charge, where something tells of the mains. */
function batteriesOf({ points }: StandardFacts): StandardRule[] {
  const mains = mainsOf(points)
  if (mains === null) return []
  return [...points]
    .filter(([point, quantity]) => quantity === 'fill' && /soc|charge|battery/.test(point))
    .map(([point]) => ({ point, priority: 'yellow', with: mains }))
}
