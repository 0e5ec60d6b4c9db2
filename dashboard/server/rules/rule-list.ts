import type { RuleReview, RulesList, RulesQuery, SentVersion, SiteRules } from '../../../core/contract/rules-desk.ts'
import type { Site } from '../../../core/contract/site.ts'
import { ruleTypeName } from '../../../core/rules/explain.ts'
import { RULE_TYPES } from '../../../core/rules/types.ts'
import { reportOf, versionsOf } from '../configs/rows.ts'
import type { Query } from '../db/database.ts'
import { rulesToReview } from './review.ts'
import { findRules, type RunningHead, runningHead, runningHeads, sheetsOfSite } from './rule-rows.ts'
import type { RuleWorth } from './rule-worth.ts'

/** A site somebody may see. */
export type SeenSite = Pick<Site, 'id' | 'name'>

/** The rules that fit, of the sites somebody may see. */
export async function listRules(
  q: Query,
  query: RulesQuery,
  { sites, worth }: { readonly sites: readonly SeenSite[]; readonly worth: RuleWorth },
): Promise<RulesList> {
  const ids = sites.map(({ id }) => id)
  const text = (query.text ?? '').trim().toLowerCase()
  const has = (...names: readonly string[]) => text !== '' && names.some((name) => name.toLowerCase().includes(text))
  const named = {
    sites: sites.filter(({ id, name }) => has(id, name['zh-CN'], name.en)).map(({ id }) => id),
    types: RULE_TYPES.map(({ type }) => type).filter((type) =>
      has(type, ruleTypeName(type, 'zh-CN'), ruleTypeName(type, 'en')),
    ),
  }
  const heads = await runningHeads(q)
  const known = new Set(heads.filter(isReadable).map(({ site }) => site))
  const fitting = ids.filter((id) => known.has(id))
  // Where nothing is left out nobody has to be looked up in a list.
  const isAll = fitting.length === heads.length
  const { rows, types, total } = await findRules(q, { ...query, sites: isAll ? null : fitting, named })
  const seen = new Set(query.site === undefined ? ids : ids.filter((id) => id === query.site))
  return {
    rules: rows.map(({ site, sheet }) => worth.row(site, sheet)),
    total,
    types: types.map((row) => ({ ...row, raised: worth.raisedOf(row.type, seen) })),
    unknown: [...seen].filter((id) => !known.has(id)),
  }
}

function isReadable({ isTold, faults }: RunningHead): boolean {
  return isTold && faults.length === 0
}

/** What is known of one site's rules. */
export async function siteRules(q: Query, site: string, worth: RuleWorth): Promise<SiteRules> {
  const head = await runningHead(q, site)
  const sent = await sentTo(q, site, head)
  if (head?.isTold !== true) {
    const nothing = { sha256: null, version: null, toldAt: null, faults: [], missing: [], rules: [] }
    return { site, knowledge: 'not-told', ...nothing, sent }
  }
  const { version, sha256, toldAt, faults, missing } = head
  const sheets = isReadable(head) ? await sheetsOfSite(q, site) : []
  return {
    ...{ site, knowledge: isReadable(head) ? 'told' : 'unreadable', sha256, version, toldAt, faults, missing, sent },
    rules: sheets.map((sheet) => worth.row(site, sheet)),
  }
}

/** The newest version that was sent, unless it is what runs and was confirmed. */
export async function sentTo(q: Query, site: string, head: RunningHead | null): Promise<SentVersion | null> {
  const [newest] = await versionsOf(q, site)
  if (newest === undefined) return null
  const { version, by, issuedAt: at, report } = newest
  if (report?.state === 'confirmed' && head?.version === version) return null
  const told = await reportOf(q, site)
  const said = told?.report.version === version ? told.report : report
  const { state = null, reason = null, faults = [] } = said ?? {}
  return { version, by, at, state, reason, faults }
}

/** Whether a version is still on its way, so that nothing else may be sent behind it. */
export function isUnderWay(sent: SentVersion | null): boolean {
  return sent !== null && [null, 'received', 'validated', 'applied'].includes(sent.state)
}

/** Rules whose false alarms are more than is aimed at, of the sites somebody may see. */
export async function reviewRules(q: Query, sites: readonly SeenSite[], worth: RuleWorth): Promise<RuleReview> {
  const seen = new Set(sites.map(({ id }) => id))
  const tallies = worth.tallies.filter(({ site }) => seen.has(site))
  const priorities = new Map<string, Awaited<ReturnType<typeof sheetsOfSite>>[number]['priority']>()
  for (const site of new Set(tallies.map((tally) => tally.site)))
    for (const { rule, priority, isArmed } of await sheetsOfSite(q, site))
      if (isArmed) priorities.set(`${site} ${rule}`, priority)
  const rules = rulesToReview(tallies, (site, rule) => priorities.get(`${site} ${rule}`) ?? null)
  return { from: worth.from, to: worth.to, rules }
}
