import type { Language } from '../../core/contract/text.ts'
import { textTable } from '../text-table.ts'
import type { ParameterForm, RuleForm } from '../../core/contract/rules-desk.ts'
import { CHECKS, GROUPS, say } from './texts.ts'

/** A default longer than this is looked up elsewhere. */
const LONGEST_DEFAULT = 24

/** All types, one a line. */
export function listText(forms: readonly RuleForm[], language: Language): readonly string[] {
  const heads = (['type', 'name', 'check', 'group', 'watches'] as const).map((key) => say(language, key))
  const rows = forms.map(({ type, name, serves, group, watches }) => [
    type,
    name[language],
    String(serves),
    group === null ? '—' : GROUPS[group][language],
    watches[language],
  ])
  return [...textTable(heads, rows, [2]), '', say(language, 'more')]
}

/** One type with all its parameters. */
export function typeText(form: RuleForm, language: Language): readonly string[] {
  const { type, name, watches, serves, group, needsLoad, quantities, parameters } = form
  const measured = quantities?.map(({ quantity, unit }) => (unit === '1' ? quantity : `${quantity} (${unit})`)) ?? null
  const heads = (['parameter', 'default', 'unit', 'meaning'] as const).map((key) => say(language, key))
  const rows = parameters.map((parameter) => [
    parameter.name,
    defaultText(parameter, language),
    unitText(parameter.unit, language),
    parameter.about[language],
  ])
  return [
    `${type}: ${name[language]}`,
    watches[language],
    say(language, 'servesLine', { item: CHECKS[serves]?.[language] ?? String(serves) }),
    group === null ? say(language, 'alarmLine') : say(language, 'groupLine', { group: GROUPS[group][language] }),
    ...(needsLoad ? [say(language, 'loadLine')] : []),
    say(language, 'quantitiesLine', { quantities: measured?.join(', ') ?? say(language, 'anything') }),
    '',
    ...textTable(heads, rows),
  ]
}

function defaultText({ isRequired, default: given }: ParameterForm, language: Language): string {
  if (isRequired) return say(language, 'required')
  if (given === undefined) return '—'
  const text = typeof given === 'string' ? given : JSON.stringify(given)
  return text.length > LONGEST_DEFAULT ? say(language, 'long') : text
}

function unitText(unit: string | null, language: Language): string {
  if (unit === null) return ''
  if (unit === 'own') return say(language, 'own')
  if (unit === 'own/per') return say(language, 'ownPer')
  return unit === 'time' ? say(language, 'time') : unit
}
