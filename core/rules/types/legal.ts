import type { Explanation } from '../../contract/alarm.ts'
import type { Legal, LegalNumbers, LegalQuery } from '../law.ts'
import { findLegal } from '../law.ts'
import type { ArmFacts, ConditionFacts, Settled } from '../rule.ts'

/** Parameters of a rule that takes its numbers from the threshold library; `legal` is filled in when it is armed. */
export interface Lawful {
  readonly legal?: Legal
}

const NO_NUMBERS: LegalNumbers = { alarm: null, act: null, restore: null, min: null, max: null }

/** The parameters with what the library says. */
export function settleLegal<Params extends Lawful>(
  params: Params,
  facts: ArmFacts,
  query: LegalQuery,
): Settled<Params> {
  const found = findLegal(facts.law, query)
  return 'faults' in found ? found : { params: { ...params, legal: found.legal } }
}

export function numbersOf({ legal }: Lawful): LegalNumbers {
  return legal?.numbers ?? NO_NUMBERS
}

/** What an explanation tells of the law behind a limit. */
export function legalValues({ legal }: Lawful): Explanation['values'] {
  return legal?.values ?? {}
}

/** Whether a value is beyond what is allowed; at `alarm` itself it is, at `min` and `max` it is not yet. */
export function isBreach({ alarm, min, max }: LegalNumbers, value: number): boolean {
  return (alarm !== null && value >= alarm) || (max !== null && value > max) || (min !== null && value < min)
}

/** Which bound a raise is about, as the end of its key. */
export function boundOf({ alarm, act, min, max }: LegalNumbers, { isGrave, kind }: ConditionFacts, value: number) {
  const isLow = min !== null && ((alarm === null && max === null) || value < min)
  if (isLow) return { variant: '-below', bound: min }
  if (alarm === null) return { variant: '-above', bound: max }
  if (kind === 'raised' && isGrave) return { variant: '-act', bound: act }
  return { variant: '', bound: alarm }
}
