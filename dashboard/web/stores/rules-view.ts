import { Priority } from '../../../core/contract/priority.ts'
import { Id } from '../../../core/contract/text.ts'
import type { Query } from './route.ts'

/** A rule of a site. */
export interface RulePlace {
  readonly site: string
  readonly rule: string
}

/** All that the screen of rules shows, as its address holds it. */
export interface RulesView {
  readonly tab: 'rules' | 'review'
  /** The rule that is open beside the list. */
  readonly open: RulePlace | null
  /** What the list is held to; null or empty = nothing. */
  readonly site: string | null
  readonly type: string | null
  readonly priority: Priority | null
  readonly armed: 'yes' | 'no' | null
  readonly text: string
}

/** What the screen shows until somebody chooses. */
export const FIRST_VIEW: RulesView = {
  ...{ tab: 'rules', open: null, site: null, type: null, priority: null, armed: null, text: '' },
}

/** Says that the list is of another site than the rule that is open: of this one, or of all. */
const ALL = '*'
const LONGEST_TEXT = 100

/** The view an address means; what means nothing is left out. `site` and `rule` alone are the rule, in the list of its site. */
export function rulesViewOf(query: Query): RulesView {
  const site = idOf(query.site)
  const rule = idOf(query.rule)
  const open = site !== null && rule !== null ? { site, rule } : null
  const list = query.list === ALL ? null : (idOf(query.list) ?? site)
  return {
    tab: query.tab === 'review' ? 'review' : 'rules',
    open,
    site: open === null ? site : list,
    type: idOf(query.type),
    priority: Priority.safeParse(query.priority).data ?? null,
    armed: query.armed === 'yes' || query.armed === 'no' ? query.armed : null,
    text: (query.text ?? '').slice(0, LONGEST_TEXT),
  }
}

/** The address of a view. */
export function queryOfRules({ tab, open, site, type, priority, armed, text }: RulesView): Query {
  const values: Record<string, string | null> = {
    tab: tab === 'rules' ? null : tab,
    site: open?.site ?? site,
    rule: open?.rule ?? null,
    list: open === null || open.site === site ? null : (site ?? ALL),
    ...{ type, priority, armed },
    text: text === '' ? null : text.slice(0, LONGEST_TEXT),
  }
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => (value === null ? [] : [[key, value] as const])),
  )
}

function idOf(text: string | undefined): string | null {
  return Id.safeParse(text).data ?? null
}
