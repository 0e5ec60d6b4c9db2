import { z } from 'zod'
import type { EvidenceGroup, Permit } from '../../contract/activity.ts'
import type { Explanation } from '../../contract/alarm.ts'
import { PointRef } from '../../contract/reading.ts'
import type { ArmedRule } from '../rule.ts'

/** What somebody said is in order until a time: as good as a permit for what draws no more than `power` W. UtcMs. */
export const Allowance = z.object({ from: z.number(), until: z.number(), power: z.number() }).strict()
export type Allowance = z.infer<typeof Allowance>

/** A sensor that is not believed until a time, UtcMs. */
export const Distrust = z.object({ point: PointRef, until: z.number() }).strict()
export type Distrust = z.infer<typeof Distrust>

/** What is left of evidence that a permit explains. */
const COVERED = 0.15
/** People do not walk to a pit: a permit for people that forgot their vehicle is not a crime, but is looked at. */
const HALF_COVERED = 0.5
/** What may be drawn beyond a permit's power, W: nobody weighs a compressor on paper. */
const POWER_MARGIN_W = 8_000
/** A machine is switched off by the end (two clocks may differ a little); the grace after it is for people to leave. */
const SWITCH_OFF_MS = 30_000

/** What is asked of the papers about a signal. */
export interface Asked {
  readonly at: number
  readonly group: EvidenceGroup
  readonly rule: Pick<ArmedRule, 'point'>
  readonly explanation: Explanation
  /** The load above what is expected, W; NaN where it is not known. */
  readonly residual: number
}

/** Papers in force at an instant. */
export interface Papers {
  /** With their grace before and after. */
  readonly permits: readonly Permit[]
  readonly allowances: readonly Allowance[]
}

/** The share of its strength a signal keeps beside papers, 0…1. They only ever lower it. */
export function shareLeft(asked: Asked, { permits, allowances }: Papers): number {
  const allowed = allowances.filter(({ from, until }) => asked.at >= from && asked.at < until)
  if (permits.length + allowed.length === 0) return 1
  switch (asked.group) {
    case 'power':
    case 'pump':
      return isPowerCovered(asked, permits, allowed) ? COVERED : 1
    case 'camera':
      return allowed.length > 0 ? COVERED : sightsLeft(asked.explanation, permits)
    case 'entry': {
      const device = asked.rule.point.split('/')[0] ?? ''
      const isMeant = permits.some(({ devices }) => devices?.includes(device) ?? true)
      return isMeant || allowed.length > 0 ? COVERED : 1
    }
    case 'comms':
    case 'air':
      return 1
  }
}

/** Whether a rule says nothing that may be believed, because its sensor is at fault. */
export function isDistrusted(
  rule: Pick<ArmedRule, 'point' | 'inputs'>,
  at: number,
  distrusted: readonly Distrust[],
): boolean {
  const device = `${rule.point.split('/')[0]}/`
  return distrusted.some(({ point, until }) => {
    return at < until && (rule.point === point || (point.startsWith(device) && rule.inputs.includes(point)))
  })
}

function isPowerCovered(asked: Asked, permits: readonly Permit[], allowed: readonly Allowance[]): boolean {
  const working = permits.filter(({ until }) => asked.at < until + SWITCH_OFF_MS)
  const papers = [...working, ...allowed]
  if (papers.length === 0) return false
  const power = papers.reduce((sum, paper) => sum + paper.power, 0)
  return Number.isNaN(asked.residual) ? power > 0 : asked.residual <= power + POWER_MARGIN_W
}

/** What a camera saw is in the numbers of its explanation: `persons` and `vehicles`, or one `target`. */
function sightsLeft({ values }: Explanation, permits: readonly Permit[]): number {
  const { persons, vehicles, target } = values
  const hasVehicles = typeof vehicles === 'number' ? vehicles > 0 : target === 'vehicle'
  const hasPersons = typeof persons === 'number' ? persons > 0 : target !== 'vehicle'
  const mayPeople = permits.some(({ people }) => people)
  const mayVehicles = permits.some((permit) => permit.vehicles > 0)
  const vehicleLeft = mayVehicles ? COVERED : mayPeople ? HALF_COVERED : 1
  const personLeft = mayPeople ? COVERED : 1
  return Math.max(hasVehicles ? vehicleLeft : 0, hasPersons ? personLeft : 0, COVERED)
}
