import type { z } from 'zod'
import type { RuleConfig } from '../contract/site.ts'
import type { Id } from '../contract/text.ts'
import type { ArmedRule, ArmFacts, RuleFault } from './rule.ts'
import { SITE_ACTIVITY } from './activity/judge.ts'
import { RULE_TYPES } from './types.ts'

export interface Arming {
  readonly rules: readonly ArmedRule[]
  readonly faults: readonly RuleFault[]
}

/**
 * Makes rules of their configuration. Every fault of every rule is reported, with a path that starts at the list of rules,
 * such as [2, 'with', 'limit']; rules without one are armed.
 */
export function armRules(site: Id, configs: readonly RuleConfig[], facts: ArmFacts = {}): Arming {
  const rules: ArmedRule[] = []
  const faults: RuleFault[] = []
  const firstWith = new Map<string, number>()
  for (const [index, config] of configs.entries()) {
    if (config.id === SITE_ACTIVITY) {
      faults.push({
        path: [index, 'id'],
        message: `expected another id: ${SITE_ACTIVITY} is the alarm of the whole site`,
      })
      continue
    }
    const first = firstWith.get(config.id)
    if (first !== undefined) {
      faults.push({
        path: [index, 'id'],
        message: `expected an id of its own, came ${config.id}, which rule ${first + 1} has`,
      })
      continue
    }
    firstWith.set(config.id, index)
    const armed = armRule(site, config, facts)
    if (Array.isArray(armed)) faults.push(...armed.map(({ path, message }) => ({ path: [index, ...path], message })))
    else rules.push(armed)
  }
  return { rules, faults }
}

/** The limit of a rule that can be drawn into a trend, in its point's own unit; null when it has none. */
export function limitOf(rule: ArmedRule): number | null {
  return rule.limit
}

function armRule(site: Id, config: RuleConfig, facts: ArmFacts): ArmedRule | RuleFault[] {
  const type = RULE_TYPES.find((candidate) => candidate.type === config.type)
  if (type === undefined) {
    const known = RULE_TYPES.map((candidate) => candidate.type).join(', ')
    return [{ path: ['type'], message: `expected one of ${known}; came ${config.type}` }]
  }
  const result = type.arm(site, config, facts)
  switch (result.kind) {
    case 'armed':
      return result.rule
    case 'unfit':
      return [...result.faults]
    case 'refused':
      return result.issues.flatMap((issue) => faultsOf(issue, config.with, result.known))
  }
}

function faultsOf(issue: z.core.$ZodIssue, given: RuleConfig['with'], known: readonly string[]): RuleFault[] {
  const path = ['with', ...issue.path.filter((part) => typeof part !== 'symbol')]
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...path, key],
      message: `unknown parameter; expected one of ${known.join(', ')}`,
    }))
  }
  const came = path.slice(1).reduce<unknown>((value, part) => memberOf(value, part), given)
  return [{ path, message: `${expectationOf(issue)}, came ${came === undefined ? 'nothing' : JSON.stringify(came)}` }]
}

function expectationOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `expected a ${issue.expected}`
    case 'invalid_value':
      return `expected ${issue.values.map((value) => String(value)).join(' or ')}`
    case 'too_small':
      return `expected ${issue.inclusive === false ? 'more than' : 'at least'} ${String(issue.minimum)}`
    default:
      return issue.message
  }
}

function memberOf(value: unknown, key: string | number): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([name]) => name === String(key))?.[1]
    : undefined
}
