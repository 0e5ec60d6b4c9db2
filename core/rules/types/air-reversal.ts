import { z } from 'zod'
import { PointRef } from '../../contract/reading.ts'
import { Id } from '../../contract/text.ts'
import { Duration } from '../../contract/time.ts'
import { defineRule, timing } from '../define-rule.ts'
import type { Legal, LegalQuery } from '../law.ts'
import { findLegal } from '../law.ts'
import type { ArmFacts, RuleContext, RuleFault, Sample, Settled } from '../rule.ts'
import { conditionValues, STATES } from './common.ts'

const Params = z
  .object({
    /** The flow that is normal, m/s, with its sign; the natural draught decides when absent. */
    normal: z.number().optional(),
    /** The contact that says the main fan is being reversed. */
    reversing: PointRef.optional(),
    /** File of the threshold library with the time and the flow of a reversal. */
    law: Id.optional(),
    edition: z.string().optional(),
    /** Temperatures of the outer air and of the air in the shaft; warm air rises, which is a positive velocity. */
    outdoor: PointRef.optional(),
    inside: PointRef.optional(),
    /** Air slower than this goes nowhere, m/s. */
    still: z.number().positive().default(0.3),
    /** Temperatures nearer to each other than this make no draught, K. */
    draughtFrom: z.number().positive().default(3),
    ...timing({ onDelay: 300_000, offDelay: 60_000 }),
    /** A sample of the reversing contact counts for this long at most. */
    contactGap: Duration.default(60_000),
  })
  .strict()
type Params = z.infer<typeof Params> & { readonly time?: Legal; readonly flow?: Legal }

/** For how long the fan has been reversing, proven, ms; null while it is not. */
const Own = z.object({ reversingMs: z.number().nullable(), mono: z.number().nullable() }).strict()
type Own = z.infer<typeof Own>

/** Air that goes the wrong way: by itself, or not even though the fan is being reversed as the law has it tried. */
export const airReversal = defineRule<Params, Own>({
  type: 'air-reversal',
  serves: 6,
  group: null,
  params: Params,
  quantities: ['air_velocity'],
  inputs: (params) =>
    inputList(params).map(({ point, path, quantities }) => ({ point, path: ['with', path], quantities })),
  own: Own,
  start: () => ({ reversingMs: null, mono: null }),
  resume: (own, isSameBoot) => (isSameBoot ? own : { ...own, mono: null }),
  peak: 'greatest',
  settle,
  sense: (context, own, sample, input, out) => {
    if (input !== 0) {
      out.verdict = 'aside'
      return
    }
    if (Number.isNaN(sample.value)) return
    const { params } = context
    countReversal(context, own, sample)
    out.measure = sample.value
    if (own.reversingMs !== null) {
      // The air must have turned by the end of the time allowed; the on-delay is the last part of it.
      const isLate = own.reversingMs >= withinMs(params) - params.onDelay
      out.verdict = isLate && -along(params.normal ?? 0, sample.value) < wanted(params) ? 'true' : 'false'
      return
    }
    const way = params.normal === undefined ? draught(context, sample.mono) : Math.sign(params.normal)
    if (Number.isNaN(way)) return
    out.verdict = way !== 0 && -along(way, sample.value) > params.still ? 'true' : 'false'
  },
  explain: (context, own, facts) => {
    const { params } = context
    const isTest = own.reversingMs !== null
    const legal = (isTest ? params.flow : undefined)?.values ?? {}
    return {
      key: `air-reversal.${facts.kind}${isTest ? '-test' : ''}`,
      values: {
        ...conditionValues(context, facts),
        ...legal,
        limit: isTest ? wanted(params) : params.still,
        normal: params.normal ?? null,
        percent: isTest ? Math.round((params.flow?.numbers.min ?? 0) * 100) : null,
        withinS: isTest ? withinMs(params) / 1_000 : null,
      },
    }
  },
  faults: ({ params }) => paramFaults(params),
})

function settle(params: Params, facts: ArmFacts): Settled<Params> {
  if (params.reversing === undefined) return { params }
  const ask = (record: Id, quantity: LegalQuery['quantity']) =>
    findLegal(facts.law, { law: params.law, edition: params.edition, quantity, by: { record } })
  const time = ask('reversal-time', 'duration')
  const flow = ask('reversal-flow', 'ratio')
  if ('faults' in time) return time
  if ('faults' in flow) return flow
  return { params: { ...params, time: time.legal, flow: flow.legal } }
}

/** The further inputs it has, in their order. */
function inputList({ reversing, outdoor, inside }: Params) {
  const TEMPERATURE = ['temperature'] as const
  return [
    ...(reversing === undefined ? [] : [{ point: reversing, path: 'reversing', quantities: STATES }]),
    ...(outdoor === undefined || inside === undefined
      ? []
      : [
          { point: outdoor, path: 'outdoor', quantities: TEMPERATURE },
          { point: inside, path: 'inside', quantities: TEMPERATURE },
        ]),
  ]
}

/** Counts only time in which the contact was known: a gap proves nothing. */
function countReversal({ params, inputs }: RuleContext<Params>, own: Own, { mono, validMs }: Sample): void {
  if (params.reversing === undefined) return
  const state = inputs.value(1, mono)
  const passed = own.mono === null ? 0 : Math.min(Math.max(0, mono - own.mono), validMs, params.contactGap)
  own.mono = mono
  if (state === 1) own.reversingMs = own.reversingMs === null ? 0 : own.reversingMs + passed
  else if (state === 0) own.reversingMs = null
}

/** Which way warm air goes: 1 out, −1 in, 0 neither, NaN when a temperature is not known. */
function draught({ params, inputs }: RuleContext<Params>, mono: number): number {
  const first = params.reversing === undefined ? 1 : 2
  const warmer = inputs.value(first + 1, mono) - inputs.value(first, mono)
  if (Number.isNaN(warmer)) return NaN
  return Math.abs(warmer) < params.draughtFrom ? 0 : Math.sign(warmer)
}

/** The part of a velocity that goes the way of `way`. */
function along(way: number, value: number): number {
  return Math.sign(way) * value
}

function withinMs({ time }: Params): number {
  return (time?.numbers.max ?? Infinity) * 1_000
}

/** The flow the other way that a reversal must reach, m/s. */
function wanted({ normal = 0, flow }: Params): number {
  return Math.abs(normal) * (flow?.numbers.min ?? 0)
}

function paramFaults(params: Params): RuleFault[] {
  const { normal, reversing, outdoor, inside } = params
  const faults: RuleFault[] = []
  if (normal === 0) faults.push({ path: ['with', 'normal'], message: 'expected a flow with its sign, came 0' })
  if ((outdoor === undefined) !== (inside === undefined))
    faults.push({
      path: ['with', outdoor === undefined ? 'inside' : 'outdoor'],
      message: 'expected outdoor and inside together, came one of them',
    })
  if (normal === undefined && (outdoor === undefined || inside === undefined))
    faults.push({
      path: ['with'],
      message: 'expected normal, or outdoor and inside: they say which way the air should go',
    })
  if (reversing !== undefined && normal === undefined)
    faults.push({ path: ['with', 'reversing'], message: 'expected normal beside reversing, came none' })
  if (reversing !== undefined && params.onDelay > withinMs(params))
    faults.push({
      path: ['with', 'onDelay'],
      message: `expected not more than the ${withinMs(params) / 60_000} min a reversal may take`,
    })
  return faults
}
