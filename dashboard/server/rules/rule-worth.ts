import type { RulePrecision } from '../../../core/contract/http.ts'
import type { RuleRow, RuleSheet } from '../../../core/contract/rules-desk.ts'
import { type UtcMs, utcMs } from '../../../core/contract/time.ts'
import type { Database } from '../db/database.ts'
import { tallies } from '../feedback/precision.ts'
import { judgedSince } from '../feedback/rows.ts'

const DAY_MS = 86_400_000
const WORTH_MS = 90 * DAY_MS
const RAISED_MS = 30 * DAY_MS
/** Counting the alarms of a county takes its time, and a table is asked for page by page. */
const KEPT_MS = 120_000

type Tally = RulePrecision['rules'][number]

/** What rules were worth in 90 days, and how often each was heard of in 30. */
export interface RuleWorth {
  readonly from: UtcMs
  readonly to: UtcMs
  readonly tallies: readonly Tally[]
  row(site: string, sheet: RuleSheet): RuleRow
  /** Alarms of a type at some sites in 30 days. */
  raisedOf(type: string, sites: ReadonlySet<string>): number
}

/** Answers what is known of the rules' worth at `now`, at most two minutes old. */
export function openRuleWorth(db: Database): (now: UtcMs) => Promise<RuleWorth> {
  let kept: { readonly at: number; readonly worth: Promise<RuleWorth> } | null = null
  return (now) => {
    if (kept === null || now - kept.at > KEPT_MS || now < kept.at) {
      const worth = countWorth(db, now)
      kept = { at: now, worth }
      worth.catch(() => (kept = null))
    }
    return kept.worth
  }
}

async function countWorth(db: Database, to: UtcMs): Promise<RuleWorth> {
  const [from, recent] = [WORTH_MS, RAISED_MS].map((ms) => utcMs(Math.max(0, to - ms)))
  if (from === undefined || recent === undefined) throw new RangeError('expected two beginnings')
  const { long, short } = await db.read(async (q) => {
    return { long: await judgedSince(q, from), short: await judgedSince(q, recent) }
  })
  const { rules } = tallies(long, Infinity)
  // An alarm of its own says more of a rule than one it was only a sign of.
  const worth = new Map(rules.toSorted((a, b) => (a.as < b.as ? 1 : -1)).map((tally) => [keyOf(tally), tally]))
  const raised = new Map<string, number>()
  for (const one of short) raised.set(keyOf(one), (raised.get(keyOf(one)) ?? 0) + one.alarms)
  return {
    ...{ from, to, tallies: rules },
    row: (site, sheet) => {
      const found = worth.get(keyOf({ site, rule: sheet.rule })) ?? null
      const count = raised.get(keyOf({ site, rule: sheet.rule })) ?? 0
      return { ...sheet, site, raised: count, worth: found === null ? null : worthOf(found) }
    },
    raisedOf: (type, sites) =>
      short.reduce((sum, one) => sum + (one.ruleType === type && sites.has(one.site) ? one.alarms : 0), 0),
  }
}

function worthOf({ site: _site, rule: _rule, ruleType: _type, ...worth }: Tally) {
  return worth
}

function keyOf({ site, rule }: { readonly site: string; readonly rule: string }): string {
  return `${site} ${rule}`
}
