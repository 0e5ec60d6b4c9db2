import { z } from 'zod'
import { PointRef } from '../../contract/reading.ts'
import type { RuleConfig } from '../../contract/site.ts'
import { Id } from '../../contract/text.ts'
import { Duration } from '../../contract/time.ts'
import { defineRule, timing } from '../define-rule.ts'
import {
  type DrainageCertificate,
  type DrainageSample,
  drainageCertificate,
  DrainageRecord,
  type DrainageTest,
  pumpRuns,
  recordDrainage,
  startDrainage,
} from '../drainage.ts'
import { findLegal, type LawLibrary, type Legal, type LegalQuery } from '../law.ts'
import type { ArmFacts, RuleContext, RuleFault, RuleInput, Sample, Settled } from '../rule.ts'
import { conditionValues, STATES } from './common.ts'

const DAY_MS = 86_400_000

const Params = z
  .object({
    /** File of the threshold library with the criteria. */
    law: Id,
    /** All working and standby pumps, with what they draw by their plate, A; their contact where there is one. */
    pumps: z
      .array(z.object({ current: PointRef, rated: z.number().positive(), running: PointRef.optional() }).strict())
      .min(1)
      .max(12),
    /** Where all of them deliver to, m³/h. */
    flow: PointRef.optional(),
    /** The greatest inflow, m³/h. */
    maxInflow: z.number().positive(),
    /** A test must have been passed each year by this day; not asked for when absent. */
    by: z
      .string()
      .regex(/^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, 'expected a month and a day, such as 05-31')
      .optional(),
    /** The last test that was passed before anybody watched here. */
    passed: z.iso.date().optional(),
    /** Not all pumps for so long: the test is over. */
    endsAfter: Duration.default(300_000),
    ...timing({ onDelay: 0, offDelay: 0 }),
  })
  .strict()
type Params = z.infer<typeof Params> & { readonly limits?: DrainageTest['limits'] & { readonly legal: Legal } }

const Own = z
  .object({
    mono: z.number().nullable(),
    validMs: z.number(),
    record: DrainageRecord,
    /** The last test: its local day, and what came of it. */
    last: z
      .object({ day: z.number(), isPassed: z.boolean(), values: z.record(z.string(), z.number().nullable()) })
      .strict()
      .nullable(),
    passedDay: z.number().nullable(),
    isOverdue: z.boolean(),
  })
  .strict()
type Own = z.infer<typeof Own>

/** The joint drainage test before the rainy season: found by itself when all pumps run together, judged at its end, and missed when its day has come. */
export const drainageTest = defineRule<Params, Own>({
  type: 'drainage-test',
  serves: 6,
  group: null,
  params: Params,
  quantities: ['level'],
  inputs: inputList,
  own: Own,
  start: () => ({ mono: null, validMs: 0, record: startDrainage(0), last: null, passedDay: null, isOverdue: false }),
  resume: (own, isSameBoot) => (isSameBoot ? own : { ...own, mono: null }),
  peak: 'highest',
  settle,
  sense: (context, own, sample, input, out) => {
    const { params, site } = context
    if (input === 0 && Number.isNaN(sample.value)) return
    observe(context, own, sample)
    const day = site.dayOf(sample.at)
    if (isOver(params, own)) conclude(params, own, day)
    own.isOverdue = isOverdue(params, own, day)
    // Only the rule's own point proves anything, so that what is held is as good as that point.
    if (input !== 0) {
      out.verdict = 'aside'
      return
    }
    out.verdict = own.isOverdue || own.last?.isPassed === false ? 'true' : 'false'
  },
  explain: (context, own, facts) => {
    const isFailed = own.last?.isPassed === false
    const variant = facts.kind === 'cleared' ? '' : isFailed ? '-failed' : '-overdue'
    return {
      key: `drainage-test.${facts.kind}${variant}`,
      values: {
        ...conditionValues(context, facts),
        ...(context.params.limits?.legal.values ?? {}),
        ...own.last?.values,
        month: Number(context.params.by?.slice(0, 2) ?? NaN) || null,
        dayOfMonth: Number(context.params.by?.slice(3) ?? NaN) || null,
      },
    }
  },
  faults: ({ params }) => duplicateFaults(params),
})

/** What a point of a test is in a recording of it. */
type DrainagePoint = DrainageSample extends infer One
  ? One extends unknown
    ? Omit<One, 'at' | 'value'>
    : never
  : never

/** The test that a rule of this type watches, and its points, for a recording of it. Throws what `findLegal` finds wrong. */
export function drainageTestOf(
  config: RuleConfig,
  law: LawLibrary,
): { readonly test: DrainageTest; readonly points: ReadonlyMap<PointRef, DrainagePoint> } {
  const settled = settle(Params.parse(config.with), { law })
  if ('faults' in settled || settled.params.limits === undefined) throw new RangeError(`rule ${config.id} is at fault`)
  const { pumps, flow, maxInflow, limits } = settled.params
  const points = new Map<PointRef, DrainagePoint>([[config.point, { what: 'level' }]])
  if (flow !== undefined) points.set(flow, { what: 'flow' })
  for (const { current, running } of pumps) {
    points.set(current, { what: 'current', pump: current })
    if (running !== undefined) points.set(running, { what: 'running', pump: current })
  }
  return { test: { pumps: pumps.map(({ current, rated }) => ({ name: current, rated })), maxInflow, limits }, points }
}

function settle(params: Params, facts: ArmFacts): Settled<Params> {
  const faults: RuleFault[] = []
  const ask = (record: Id, quantity: LegalQuery['quantity']): Legal | null => {
    const found = findLegal(facts.law, { law: params.law, quantity, by: { record } })
    if ('legal' in found) return found.legal
    faults.push(...found.faults)
    return null
  }
  const time = ask('joint-test-time', 'duration')
  const share = ask('joint-test-share', 'ratio')
  const current = ask('joint-test-current', 'ratio')
  const inflow = ask('inflow-hours', 'duration')
  if (time === null || share === null || current === null || inflow === null) return { faults: faults.slice(0, 1) }
  const limits = {
    leastMs: (time.numbers.min ?? 0) * 1_000,
    share: share.numbers.min ?? 0,
    currentMin: current.numbers.min ?? 0,
    currentMax: current.numbers.max ?? Infinity,
    inflowMs: (inflow.numbers.max ?? Infinity) * 1_000,
    legal: inflow,
  }
  return { params: { ...params, limits } }
}

function inputList({ pumps, flow }: Params): readonly RuleInput[] {
  return [
    ...(flow === undefined ? [] : [{ point: flow, path: ['with', 'flow'], quantities: ['flow' as const] }]),
    ...pumps.flatMap(({ current, running }, index): RuleInput[] => [
      { point: current, path: ['with', 'pumps', index, 'current'], quantities: ['current'] },
      ...(running === undefined
        ? []
        : [{ point: running, path: ['with', 'pumps', index, 'running'], quantities: STATES }]),
    ]),
  ]
}

function duplicateFaults({ pumps }: Params): RuleFault[] {
  const all = pumps.map(({ current }) => current)
  return all.flatMap((current, index) => {
    if (all.indexOf(current) === index) return []
    return [
      {
        path: ['with', 'pumps', index, 'current'],
        message: `expected a current of its own for each pump, came ${current} again`,
      },
    ]
  })
}

/** Recording everything at every sample of every pump would only cost time. */
const OBSERVE_EVERY_MS = 1_000

function observe({ params, inputs }: RuleContext<Params>, own: Own, { mono, validMs }: Sample): void {
  const gap = own.mono === null ? 0 : Math.max(0, mono - own.mono)
  if (own.mono !== null && gap < OBSERVE_EVERY_MS) return
  if (own.record.pumps.length !== params.pumps.length) own.record = startDrainage(params.pumps.length)
  let input = params.flow === undefined ? 1 : 2
  const currents: number[] = []
  const runs: boolean[] = []
  for (const { rated, running } of params.pumps) {
    const current = inputs.value(input++, mono)
    currents.push(current)
    runs.push(running === undefined ? pumpRuns(current, rated) : inputs.value(input++, mono) === 1)
  }
  const flow = params.flow === undefined ? NaN : inputs.value(1, mono)
  const passedMs = Math.min(gap, own.validMs)
  recordDrainage(own.record, { passedMs, blindMs: gap - passedMs, runs, currents, level: inputs.value(0, mono), flow })
  own.mono = mono
  own.validMs = Math.min(validMs, params.endsAfter)
}

/** Not all pumps have run together for long enough; a gap counts as well, because nothing was seen. */
function isOver({ endsAfter }: Params, { record }: Own): boolean {
  return record.pending.ms >= endsAfter
}

/** All pumps together for less than half the time is no test: it may have been the rain. */
const LEAST_PART = 0.5

function conclude(params: Params, own: Own, day: number): void {
  const { record } = own
  own.record = startDrainage(params.pumps.length)
  const { limits } = params
  if (limits === undefined || record.ms < LEAST_PART * limits.leastMs) return
  const pumps = params.pumps.map(({ current, rated }) => ({ name: current, rated }))
  const certificate = drainageCertificate({ pumps, maxInflow: params.maxInflow, limits }, record)
  own.last = { day, isPassed: certificate.isPassed, values: certificateValues(certificate) }
  if (certificate.isPassed) own.passedDay = day
}

/** The worst of each criterion; null where it is met. */
function certificateValues({ verdicts }: DrainageCertificate): Record<string, number | null> {
  const worst = (criterion: string) => verdicts.find((one) => one.criterion === criterion && one.verdict !== 'pass')
  const time = worst('time')
  const share = worst('share')
  const current = worst('current')
  const level = worst('level')
  const flow = worst('flow')
  const pumpNo = (pump: string | null | undefined, criterion: string) => {
    const no = verdicts.filter((one) => one.criterion === criterion).findIndex((one) => one.pump === pump)
    return no < 0 ? null : no + 1
  }
  return {
    timeS: time === undefined ? null : (time.found ?? 0) / 1_000,
    timeWantedS: time === undefined ? null : time.wanted / 1_000,
    sharePump: share === undefined ? null : pumpNo(share.pump, 'share'),
    sharePercent: share === undefined ? null : Math.round((share.found ?? 0) * 100),
    currentPump: current === undefined ? null : pumpNo(current.pump, 'current'),
    currentPercent: typeof current?.found === 'number' ? Math.round(current.found * 100) : null,
    levelFailed: level === undefined ? null : 1,
    flowFailed: flow === undefined ? null : 1,
    flowFound: flow?.found ?? null,
    flowWanted: flow === undefined ? null : Math.round(flow.wanted),
  }
}

/** Its day has come this year, by local time, and no test was passed this year before. */
function isOverdue({ by, passed }: Params, { passedDay }: Own, day: number): boolean {
  if (by === undefined) return false
  const today = new Date(day * DAY_MS).toISOString().slice(0, 10)
  const year = today.slice(0, 4)
  if (today.slice(5) < by || (passed ?? '').startsWith(year)) return false
  return passedDay === null || new Date(passedDay * DAY_MS).toISOString().slice(0, 4) !== year
}
