import { z } from 'zod'
import type { Quantity } from '../../contract/quantity.ts'
import { PointRef } from '../../contract/reading.ts'
import { Priority } from '../../contract/priority.ts'
import { Id } from '../../contract/text.ts'
import { defineRule, timing } from '../define-rule.ts'
import { NoOwn, noOwn } from '../own.ts'
import type { RuleContext } from '../rule.ts'
import { conditionValues } from './common.ts'
import { type Lawful, legalValues, numbersOf, settleLegal } from './legal.ts'

const MACHINES: readonly Quantity[] = ['running', 'contact', 'current', 'power', 'rotational_speed', 'frequency']

const Params = z
  .object({
    /** File of the threshold library that says within what time a standby fan must run. */
    law: Id,
    edition: z.string().optional(),
    /** Fans that may run in its place. */
    standby: z.array(PointRef).default([]),
    /** Above this a fan runs, where a point is no contact. */
    runningAbove: z.number().min(0).default(0),
    /** What the open alarm is raised to when no fan runs in time. */
    actPriority: Priority.default('red'),
    ...timing({ onDelay: 5_000, offDelay: 10_000 }),
  })
  .strict()
type Params = z.infer<typeof Params> & Lawful

/** The main fan stands still and no standby fan runs; graver when none does within the time of the law. */
export const fanStopped = defineRule<Params, NoOwn>({
  type: 'fan-stopped',
  serves: 6,
  group: null,
  params: Params,
  quantities: MACHINES,
  inputs: ({ standby }) =>
    standby.map((point, index) => ({ point, path: ['with', 'standby', index], quantities: MACHINES })),
  own: NoOwn,
  start: noOwn,
  peak: 'lowest',
  settle: (params, facts) => {
    const { law, edition } = params
    return settleLegal(params, facts, { law, edition, quantity: 'duration', by: { record: 'standby-fan' } })
  },
  graver: ({ actPriority, ...params }) => ({ priority: actPriority, onDelay: withinMs(params) }),
  sense: (context, _own, { value, mono }, input, out) => {
    const main = input === 0 ? value : context.inputs.value(0, mono)
    if (Number.isNaN(main)) {
      if (input !== 0) out.verdict = 'aside'
      return
    }
    out.measure = main
    // A standby fan of which nothing is known is not known to run.
    out.verdict = main > context.params.runningAbove || standbyRunning(context, mono) > 0 ? 'false' : 'true'
    out.isGrave = out.verdict === 'true'
  },
  explain: (context, _own, facts) => {
    const isBack = typeof facts.value === 'boolean' ? facts.value : Number(facts.value) > context.params.runningAbove
    const variant = facts.kind === 'raised' ? (facts.isGrave ? '-act' : '') : isBack ? '' : '-standby'
    return {
      key: `fan-stopped.${facts.kind}${variant}`,
      values: {
        ...conditionValues(context, facts),
        ...legalValues(context.params),
        withinS: withinMs(context.params) / 1_000,
        standby: context.params.standby.length,
      },
    }
  },
})

function withinMs(params: Lawful): number {
  return (numbersOf(params).max ?? Infinity) * 1_000
}

function standbyRunning({ inputs, params }: RuleContext<Params>, mono: number): number {
  let running = 0
  for (let input = 1; input <= params.standby.length; input += 1)
    if (inputs.value(input, mono) > params.runningAbove) running += 1
  return running
}
