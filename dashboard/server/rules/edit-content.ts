import { isMap, isSeq, parseDocument, type Document } from 'yaml'
import type { ConfigContent } from '../../../core/contract/config-lane.ts'
import type { DeviceProfile } from '../../../core/contract/device-profile.ts'
import type { EditFault, RuleEdit, RuleSheet } from '../../../core/contract/rules-desk.ts'
import { canonicalJson } from '../../../core/kit/canonical-json.ts'
import { type Fault, pathText } from '../../../platform/config.ts'
import { examined, sheetsOf } from './read-content.ts'

/** A rule as it is to be. */
export interface WantedRule extends Pick<RuleEdit, 'priority' | 'with'> {
  readonly rule: string
}

/** What a change of a rule comes to. */
export interface EditedContent {
  readonly faults: readonly EditFault[]
  /** The whole configuration with the change; null where the gateway would refuse it. */
  readonly content: ConfigContent | null
  /** null where there is no such rule. */
  readonly before: RuleSheet | null
  readonly after: RuleSheet | null
}

/**
 * A configuration in which one rule is as it is wanted; everything else, down to comments, stays as people wrote it. A rule that no file
 * names, because the house or the standard set arms it, is written into the file. A change that would change another rule as well is refused.
 * Faults are those the gateway would find, with paths from the rule on.
 */
export function editContent(
  content: ConfigContent,
  wanted: WantedRule,
  shipped: ReadonlyMap<string, DeviceProfile>,
): EditedContent {
  const loaded = examined(content, shipped).loaded
  const sheets = loaded === null ? [] : sheetsOf(loaded)
  const before = sheets.find(({ rule }) => rule === wanted.rule) ?? null
  if (before === null) return { faults: [], content: null, before, after: null }
  const { site, sheets: after, faults } = tried(content, { sheet: before, wanted }, shipped)
  const others = after === null ? [] : missingIn(after, sheets, wanted.rule)
  const taken = others.map(({ rule }) => ({
    path: '',
    message: `this would change the rule ${rule}, which is not meant`,
  }))
  const all = [...pathsFrom(faults, site, wanted.rule), ...taken]
  return {
    faults: all,
    content: all.length > 0 ? null : { ...content, site },
    before,
    after: after?.find(({ rule }) => rule === wanted.rule) ?? null,
  }
}

interface Change {
  readonly sheet: RuleSheet
  readonly wanted: Pick<WantedRule, 'priority' | 'with'>
}

function tried(content: ConfigContent, change: Change, shipped: ReadonlyMap<string, DeviceProfile>) {
  const document = parseDocument(content.site)
  write(document, change)
  const site = document.toString({ lineWidth: 0 })
  const { loaded, faults, reports } = examined({ ...content, site }, shipped)
  const elsewhere = loaded === null && faults.length === 0 ? reports.map((message) => ({ path: [], message })) : []
  return { site, sheets: loaded === null ? null : sheetsOf(loaded), faults: [...faults, ...elsewhere] }
}

/** Writes a rule as it is wanted: what is as before is not touched. */
function write(document: Document, { sheet, wanted }: Change): void {
  const index = indexOf(document, sheet.rule)
  if (index < 0) {
    const { rule: id, type, point, name } = sheet
    const named = name === null ? {} : { name }
    const entry = { id, type, point, priority: wanted.priority, ...named, with: withoutNulls(wanted.with) }
    if (isSeq(document.get('rules'))) document.addIn(['rules'], document.createNode(entry))
    else document.set('rules', document.createNode([entry]))
    return
  }
  const at = ['rules', index]
  if (wanted.priority !== sheet.priority) document.setIn([...at, 'priority'], wanted.priority)
  const names = new Set([...Object.keys(sheet.with), ...Object.keys(wanted.with)])
  for (const name of names) {
    const [was, is] = [sheet.with[name], wanted.with[name] ?? null]
    if (is === null) document.deleteIn([...at, 'with', name])
    else if (canonicalJson(was ?? null) !== canonicalJson(is))
      document.setIn([...at, 'with', name], document.createNode(is))
  }
  const group = document.getIn([...at, 'with'])
  if (isMap(group) && group.items.length === 0) document.deleteIn([...at, 'with'])
}

function indexOf(document: Document, rule: string): number {
  const list = document.get('rules')
  if (!isSeq(list)) return -1
  return list.items.findIndex((item) => isMap(item) && item.get('id') === rule)
}

function withoutNulls(params: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(params).filter(([, value]) => value !== null && value !== undefined))
}

/** Rules that are not as they were, but for the one that is meant. */
function missingIn(after: readonly RuleSheet[], before: readonly RuleSheet[], meant: string): RuleSheet[] {
  const now = new Map(after.map((sheet) => [sheet.rule, judgedBy(sheet)]))
  return before.filter((sheet) => sheet.rule !== meant && now.get(sheet.rule) !== judgedBy(sheet))
}

/** Everything that decides how a rule judges, and what becomes of it. */
export function judgedBy({ name: _name, origin: _origin, ...sheet }: RuleSheet): string {
  return canonicalJson(sheet)
}

function pathsFrom(faults: readonly Fault[], site: string, rule: string): EditFault[] {
  const index = indexOf(parseDocument(site), rule)
  return faults.map(({ path, message }) => {
    const isOwn = path[0] === 'rules' && path[1] === index
    return { path: pathText(isOwn ? path.slice(2) : path), message }
  })
}
