import type { ConfigPushed } from '../../../core/contract/config-lane.ts'
import type { Rehearsal, RehearseEdit } from '../../../core/contract/rule-rehearsal.ts'
import type {
  EditVerdict,
  RuleEdit,
  RuleHistory,
  RuleReview,
  RulesList,
  RulesQuery,
  SiteRules,
} from '../../../core/contract/rules-desk.ts'
import { type ChangeDeps, checkEdit, rehearseEdit, type RulePlace, saveEdit, type WantedSave } from './change-rule.ts'
import { listRules, reviewRules, type SeenSite, siteRules } from './rule-list.ts'
import { changesOf } from './rule-rows.ts'
import { openRuleWorth } from './rule-worth.ts'

/** The rules of the county: what they are, what they were worth, what a change would do, and the change itself. */
export interface RulesDesk {
  /** The rules of the sites somebody may see. */
  list(query: RulesQuery, sites: readonly SeenSite[]): Promise<RulesList>
  site(site: string): Promise<SiteRules>
  history(place: RulePlace): Promise<RuleHistory>
  review(sites: readonly SeenSite[]): Promise<RuleReview>
  /** Throws `http/not-found`, `http/conflict` (it was drawn from what runs no more). */
  check(place: RulePlace, edit: RuleEdit): Promise<EditVerdict>
  /** Throws as `check`, `http/invalid` with every fault, `http/too-many`. */
  rehearse(place: RulePlace, asked: { readonly edit: RehearseEdit; readonly by: string }): Promise<Rehearsal>
  /** Throws as `rehearse`, and what confirming throws. */
  save(place: RulePlace, wanted: WantedSave): Promise<ConfigPushed>
  rehearsals(site: string, rule: string | null): Promise<Rehearsal[]>
  rehearsal(id: string): Promise<Rehearsal | null>
  cancel(id: string): Promise<Rehearsal | null>
}

export function openRulesDesk(deps: ChangeDeps): RulesDesk {
  const { db, desk, rehearsals } = deps
  const worthAt = openRuleWorth(db)
  const worthNow = async () => await worthAt(await desk.time())
  return {
    list: async (query, sites) => {
      const worth = await worthNow()
      return await db.read((q) => listRules(q, query, { sites, worth }))
    },
    site: async (site) => {
      const worth = await worthNow()
      return await db.read((q) => siteRules(q, site, worth))
    },
    history: async ({ site, rule }) => ({ changes: await db.read((q) => changesOf(q, site, rule)) }),
    review: async (sites) => {
      const worth = await worthNow()
      return await db.read((q) => reviewRules(q, sites, worth))
    },
    check: (place, edit) => checkEdit(deps, place, edit),
    rehearse: (place, asked) => rehearseEdit(deps, place, asked),
    save: (place, wanted) => saveEdit(deps, place, wanted),
    rehearsals: (site, rule) => rehearsals.list(site, rule),
    rehearsal: (id) => rehearsals.get(id),
    cancel: (id) => rehearsals.cancel(id),
  }
}
