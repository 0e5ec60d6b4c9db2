import { z } from 'zod'
import { ConfigContent } from '../../../core/contract/config-lane.ts'
import { type RuleChange, RuleSheet, type RulesQuery } from '../../../core/contract/rules-desk.ts'
import { Id, Sha256 } from '../../../core/contract/text.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import type { Query } from '../db/database.ts'
import type { Missing } from './read-content.ts'

/** JSON text of a column. */
export function jsonColumn<T extends z.ZodType>(schema: T) {
  return z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(schema)
}

const HeadRow = z
  .object({
    site: Id,
    version: z.number(),
    sha256: Sha256,
    told_at: UtcMs,
    is_told: z.number(),
    read_by: z.string(),
    faults: jsonColumn(z.array(z.string())),
    missing: jsonColumn(z.array(z.enum(['calendar', 'law']))),
  })
  .transform(({ told_at: toldAt, is_told, read_by: readBy, ...row }) => ({
    ...row,
    toldAt,
    readBy,
    isTold: is_told === 1,
  }))

/** What a gateway told last of what it runs with, without the text. */
export type RunningHead = z.output<typeof HeadRow>

const HEAD = 'site, version, sha256, told_at, is_told, read_by, faults, missing'

export function runningHead(q: Query, site: string): Promise<RunningHead | null> {
  return q.one(HeadRow, `select ${HEAD} from running_configs where site = ?`, site)
}

export function runningHeads(q: Query): Promise<RunningHead[]> {
  return q.all(HeadRow, `select ${HEAD} from running_configs`)
}

/** The text of what a gateway told last. */
export async function runningContent(q: Query, site: string): Promise<ConfigContent | null> {
  const row = z.object({ content: jsonColumn(ConfigContent) })
  const found = await q.one(row, 'select content from running_configs where site = ?', site)
  return found?.content ?? null
}

export interface RunningRow {
  readonly site: string
  readonly version: number
  readonly sha256: string
  readonly content: ConfigContent
  readonly at: number
  /** Version of the program that has read it: another one may know other rules. */
  readonly readBy: string
  readonly faults: readonly string[]
  readonly missing: readonly Missing[]
}

export async function keepRunning(q: Query, row: RunningRow): Promise<void> {
  const { site, version, sha256, content, at, readBy, faults, missing } = row
  await q.run(
    `insert or replace into running_configs (site, version, sha256, content, told_at, is_told, read_by, faults, missing)
     values (?, ?, ?, ?, ?, 1, ?, ?, ?)`,
    ...[site, version, sha256, JSON.stringify(content), at, readBy, JSON.stringify(faults), JSON.stringify(missing)],
  )
}

/** The same content was told again, perhaps as another version. */
export async function touchRunning(q: Query, site: string, told: { version: number; at: number }): Promise<void> {
  await q.run(
    'update running_configs set version = ?, told_at = ?, is_told = 1 where site = ?',
    told.version,
    told.at,
    site,
  )
}

/** The gateway tells nothing any more. What it said is kept, so that a change meanwhile is seen when it tells again. */
export async function untellRunning(q: Query, site: string): Promise<void> {
  await q.run('update running_configs set is_told = 0 where site = ?', site)
}

const SheetRow = z.object({ sheet: jsonColumn(RuleSheet) })

export async function sheetsOfSite(q: Query, site: string): Promise<RuleSheet[]> {
  const rows = await q.all(SheetRow, 'select sheet from site_rules where site = ? order by rule', site)
  return rows.map(({ sheet }) => sheet)
}

export async function keepSheets(q: Query, site: string, sheets: readonly RuleSheet[]): Promise<void> {
  await q.run('delete from site_rules where site = ?', site)
  for (const sheet of sheets) {
    const { rule, type, point, priority, isArmed, name } = sheet
    // What a search looks in: asking the sheets themselves would hold up everything else at a county of sites.
    const words = [rule, point, ...Object.values(name ?? {})].join(' ')
    await q.run(
      'insert into site_rules (site, rule, type, priority, is_armed, words, sheet) values (?, ?, ?, ?, ?, ?, ?)',
      ...[site, rule, type, priority, isArmed ? 1 : 0, words, JSON.stringify(sheet)],
    )
  }
}

export interface ChangeRow {
  readonly site: string
  readonly rule: string
  readonly at: number
  readonly by: string | null
  readonly version: number
  readonly before: RuleSheet | null
  readonly after: RuleSheet | null
}

export async function addChanges(q: Query, changes: readonly ChangeRow[]): Promise<void> {
  for (const { site, rule, at, by, version, before, after } of changes) {
    const [was, is] = [before, after].map((sheet) => (sheet === null ? null : JSON.stringify(sheet)))
    await q.run(
      'insert into rule_changes (site, rule, at, by, version, before, after) values (?, ?, ?, ?, ?, ?, ?)',
      ...[site, rule, at, by, version, was ?? null, is ?? null],
    )
  }
}

const Change = z
  .object({
    at: UtcMs,
    by: z.string().nullable(),
    version: z.number(),
    before: jsonColumn(RuleSheet).nullable(),
    after: jsonColumn(RuleSheet).nullable(),
    reason: z.string().nullable(),
    second: z.string().nullable(),
  })
  .transform((row): RuleChange => row)

/** Changes a person looks through. */
const MOST_CHANGES = 200

/** What became of a rule, newest first. */
export function changesOf(q: Query, site: string, rule: string): Promise<RuleChange[]> {
  return q.all(
    Change,
    `select c.at, c.by, c.version, c.before, c.after, s.reason, s.second
     from rule_changes c left join rule_saves s on s.site = c.site and s.version = c.version and s.rule = c.rule
     where c.site = ? and c.rule = ? order by c.n desc limit ?`,
    ...[site, rule, MOST_CHANGES],
  )
}

export interface SaveRow {
  readonly site: string
  readonly version: number
  readonly rule: string
  readonly reason: string
  readonly second: string | null
}

export async function addSave(q: Query, { site, version, rule, reason, second }: SaveRow): Promise<void> {
  await q.run(
    'insert into rule_saves (site, version, rule, reason, second) values (?, ?, ?, ?, ?)',
    ...[site, version, rule, reason, second],
  )
}

/** What is looked for. */
export interface RuleSearch extends RulesQuery {
  /** Those whoever asks may see and whose rules are known; null = all there are. */
  readonly sites: readonly string[] | null
  /** Sites and types whose names the text is in. */
  readonly named: { readonly sites: readonly string[]; readonly types: readonly string[] }
}

function where({ site, type, priority, armed, text, sites, named }: RuleSearch): {
  sql: string
  values: readonly (string | number)[]
} {
  const parts: string[] = []
  const values: (string | number)[] = []
  const also = (sql: string, ...more: readonly (string | number)[]) => {
    parts.push(sql)
    values.push(...more)
  }
  if (sites !== null) also('r.site in (select value from json_each(?))', JSON.stringify(sites))
  if (site !== undefined) also('r.site = ?', site)
  if (type !== undefined) also('r.type = ?', type)
  if (priority !== undefined) also('r.priority = ?', priority)
  if (armed !== undefined) also('r.is_armed = ?', armed === 'yes' ? 1 : 0)
  if (text !== undefined && text.trim() !== '') {
    const like = `%${text.trim().replaceAll(/[\\%_]/g, '\\$&')}%`
    also(
      `(r.words like ? escape '\\' or r.type in (select value from json_each(?)) or r.site in (select value from json_each(?)))`,
      ...[like, JSON.stringify(named.types), JSON.stringify(named.sites)],
    )
  }
  return { sql: `from site_rules r${parts.length === 0 ? '' : ` where ${parts.join(' and ')}`}`, values }
}

const FoundRow = z.object({ site: Id, sheet: jsonColumn(RuleSheet) })
const TypeCount = z.object({ type: z.string(), rules: z.number(), sites: z.number() })

/** The rules that fit, by site and rule, from the place asked for on; how many there are in all, and by type. */
export async function findRules(q: Query, search: RuleSearch) {
  const { sql, values } = where(search)
  const rows = await q.all(
    FoundRow,
    `select r.site, r.sheet ${sql} order by r.site, r.rule limit ? offset ?`,
    ...[...values, search.limit, search.from],
  )
  const types = await q.all(
    TypeCount,
    `select r.type, count(*) as rules, count(distinct r.site) as sites ${sql} group by r.type order by rules desc, r.type`,
    ...values,
  )
  return { rows, types, total: types.reduce((sum, { rules }) => sum + rules, 0) }
}
