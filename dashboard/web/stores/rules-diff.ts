import type { RuleForm, RuleSheet } from '../../../core/contract/rules-desk.ts'
import { canonicalJson } from '../../../core/kit/canonical-json.ts'

/** One thing in which two states of a rule differ: a parameter by its name, or a field of the rule itself. */
export interface RuleDiff {
  readonly is: 'parameter' | 'field'
  readonly name: string
  /** undefined where it is left to the type. */
  readonly before: unknown
  readonly after: unknown
}

const FIELDS = ['priority', 'isArmed', 'point', 'type', 'as', 'latched'] as const

/** What differs, the rule's own fields first, then parameters in the order of the form. */
export function ruleDiff(before: RuleSheet, after: RuleSheet, form: RuleForm | null): RuleDiff[] {
  const fields = FIELDS.filter((name) => before[name] !== after[name]).map((name): RuleDiff => {
    return { is: 'field', name, before: before[name], after: after[name] }
  })
  const known = form?.parameters.map(({ name }) => name) ?? []
  const names = [...new Set([...known, ...Object.keys(before.with), ...Object.keys(after.with)])]
  const parameters = names
    .map((name): RuleDiff => ({ is: 'parameter', name, before: before.with[name], after: after.with[name] }))
    .filter((one) => canonicalJson(one.before ?? null) !== canonicalJson(one.after ?? null))
  return [...fields, ...parameters]
}
