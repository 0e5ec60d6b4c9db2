import type { Priority } from '../../../core/contract/priority.ts'
import type { EditFault, RuleEdit, RuleForm, RuleSheet, SaveRule } from '../../../core/contract/rules-desk.ts'
import { canonicalJson } from '../../../core/kit/canonical-json.ts'
import { type FieldFault, fieldOf, textOf, valueOf } from './rules-params.ts'

/** A rule as somebody is about to have it: what stands in the fields. */
export interface RuleDraft {
  readonly priority: Priority
  readonly fields: Readonly<Record<string, string>>
}

/** The form of a rule as it runs. */
export function draftOf({ priority, with: params }: RuleSheet, { parameters }: RuleForm): RuleDraft {
  const fields = parameters.map((one) => [one.name, textOf(fieldOf(one), params[one.name])] as const)
  return { priority, fields: Object.fromEntries(fields) }
}

/** What a draft means, and what of it can mean nothing, by field. */
export interface ReadDraft {
  readonly edit: Omit<RuleEdit, 'base'>
  readonly faults: Readonly<Record<string, FieldFault | 'required'>>
}

/** Reads the fields. A parameter that the form does not know is kept as it is. */
export function readDraft({ priority, fields }: RuleDraft, sheet: RuleSheet, { parameters }: RuleForm): ReadDraft {
  const faults: Record<string, FieldFault | 'required'> = {}
  const params: Record<string, unknown> = { ...sheet.with }
  for (const one of parameters) {
    const read = valueOf(fieldOf(one), fields[one.name] ?? '')
    if ('fault' in read) faults[one.name] = read.fault
    else if (read.value === null && one.isRequired) faults[one.name] = 'required'
    else if (read.value !== null || one.name in sheet.with) params[one.name] = read.value
  }
  return { edit: { priority, with: params }, faults }
}

/** Whether an edit is other than the rule that runs. */
export function isChanged(edit: Pick<RuleEdit, 'priority' | 'with'>, sheet: RuleSheet): boolean {
  const given = Object.fromEntries(Object.entries(edit.with).filter(([, value]) => value !== null))
  return edit.priority !== sheet.priority || canonicalJson(given) !== canonicalJson(sheet.with)
}

/** Faults of the control room by the field they belong to; those of none are under the empty name. */
export function faultsByField(faults: readonly EditFault[], { parameters }: RuleForm): ReadonlyMap<string, string[]> {
  const byField = new Map<string, string[]>()
  for (const { path, message } of faults) {
    const name = /^with\.([\w-]+)/.exec(path)?.[1] ?? (path === 'priority' ? 'priority' : '')
    const isField = name === 'priority' || parameters.some((one) => one.name === name)
    const key = isField ? name : ''
    const text = isField || path === '' ? message : `${path}: ${message}`
    byField.set(key, [...(byField.get(key) ?? []), text])
  }
  return byField
}

/** What somebody types when a change is saved. */
export interface SaveDraft {
  readonly reason: string
  readonly despite: string
  readonly secondUser: string
  readonly secondPassword: string
  readonly code: string
}

export const EMPTY_SAVE: SaveDraft = { reason: '', despite: '', secondUser: '', secondPassword: '', code: '' }

/** Fewest characters of a reason. (core/contract/rules-desk.ts) */
const LEAST_REASON = 4

/** What somebody still has to type before it makes sense to send it. */
export type SaveLack = 'reason' | 'despite' | 'second' | 'another' | 'factor' | 'code'

/** What a save takes. */
export interface SaveNeeds {
  readonly user: string
  readonly isRed: boolean
  /** Whether a rehearsal bears it out. */
  readonly isRehearsed: boolean
  readonly hasFactor: boolean
}

/** What is missing; null = nothing. */
export function saveLack(draft: SaveDraft, { user, isRed, isRehearsed, hasFactor }: SaveNeeds): SaveLack | null {
  const isShort = (text: string) => text.trim().length < LEAST_REASON
  if (isShort(draft.reason)) return 'reason'
  if (!isRehearsed && isShort(draft.despite)) return 'despite'
  if (!isRed) return null
  if (draft.secondUser.trim() === '' || draft.secondPassword === '') return 'second'
  if (draft.secondUser.trim() === user) return 'another'
  if (!hasFactor) return 'factor'
  return draft.code.trim() === '' ? 'code' : null
}

/** The request that saves an edit. */
export function saveOf(edit: RuleEdit, draft: SaveDraft): SaveRule {
  const { reason, despite, secondUser, secondPassword, code } = draft
  return {
    ...edit,
    reason: reason.trim(),
    ...(despite.trim() === '' ? {} : { despite: despite.trim() }),
    ...(secondUser.trim() === '' ? {} : { second: { user: secondUser.trim(), password: secondPassword } }),
    ...(code.trim() === '' ? {} : { code: code.trim() }),
  }
}
