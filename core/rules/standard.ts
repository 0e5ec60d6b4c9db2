import type { PointRef } from '../contract/reading.ts'
import type { RuleConfig } from '../contract/site.ts'
import type { Bilingual, Id } from '../contract/text.ts'
import type { StandardFacts } from './rule.ts'
import { RULE_TYPES } from './types.ts'

/** What stands beside the standard set of a site. */
export interface BesideStandard {
  /** Rules the site configures itself: a type at a point that one of them is is left to it. */
  readonly configured: readonly Pick<RuleConfig, 'type' | 'point'>[]
  /** Ids that are not free. */
  readonly taken: readonly string[]
  /** Types to leave out. */
  readonly without: readonly string[]
  /** What a point is called; null where nobody has named it. */
  readonly nameOf: (point: PointRef) => Bilingual | null
}

/** The rules that every type has for a site with these points, each with an id of its own that is the same whenever the points are. */
export function standardRules(facts: StandardFacts, beside: BesideStandard): RuleConfig[] {
  const has = new Set(beside.configured.map(({ type, point }) => `${type} ${point}`))
  const ids = new Set(beside.taken)
  return RULE_TYPES.filter(({ type }) => !beside.without.includes(type)).flatMap(({ type, standard }) =>
    standard(facts).flatMap(({ point, priority, with: params = {} }): RuleConfig[] => {
      if (has.has(`${type} ${point}`)) return []
      has.add(`${type} ${point}`)
      const id = freeId(`${type}-${point}`.replaceAll(/[/-]+/g, '-'), ids)
      const name = beside.nameOf(point)
      return [{ id, type, point, priority, ...(name === null ? {} : { name }), with: params }]
    }),
  )
}

/** An id nobody has, of the 64 characters an id may be long; it is taken from then on. */
export function freeId(wanted: string, taken: Set<string>): Id {
  const fit = (suffix: string) => `${wanted.slice(0, 64 - suffix.length).replace(/-+$/, '')}${suffix}`
  let id = fit('')
  for (let n = 2; taken.has(id); n += 1) id = fit(`-${n}`)
  taken.add(id)
  return id
}
