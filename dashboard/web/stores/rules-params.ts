import { z } from 'zod'
import type { Quantity } from '../../../core/contract/quantity.ts'
import type { ParameterForm } from '../../../core/contract/rules-desk.ts'
import type { Language } from '../../../core/contract/text.ts'
import { Duration } from '../../../core/contract/time.ts'
import { amountText, durationText } from '../../../core/rules/wording.ts'

/** What a parameter is typed in. */
export type FieldKind =
  | { readonly is: 'number' }
  | { readonly is: 'time' }
  | { readonly is: 'text' }
  | { readonly is: 'json' }
  | { readonly is: 'switch' }
  | { readonly is: 'choice'; readonly values: readonly string[] }

const Schema = z.looseObject({
  type: z.string().optional(),
  enum: z.array(z.string()).optional(),
  anyOf: z.array(z.looseObject({ const: z.unknown().optional() })).optional(),
})

/** The field for a parameter, by its JSON Schema. */
export function fieldOf({ schema, unit }: Pick<ParameterForm, 'schema' | 'unit'>): FieldKind {
  const { type, enum: words, anyOf } = Schema.parse(schema)
  if (unit === 'time') return { is: 'time' }
  if (words !== undefined) return { is: 'choice', values: words }
  const constants = anyOf?.map((one) => one.const) ?? []
  if (constants.length > 0 && constants.every((one) => typeof one === 'number'))
    return { is: 'choice', values: constants.map(String) }
  if (type === 'number' || type === 'integer') return { is: 'number' }
  if (type === 'boolean') return { is: 'switch' }
  return { is: type === 'string' ? 'text' : 'json' }
}

/** A value as a person types it; empty for one that is left to its type. Inverse of `valueOf`. */
export function textOf(kind: FieldKind, value: unknown): string {
  if (value === undefined || value === null) return ''
  if (kind.is === 'json') return JSON.stringify(value)
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** What is wrong with a text by itself; the rest says the control room. */
export type FieldFault = 'number' | 'time' | 'json'

/** What was typed: a value, null where the type's own counts, or why it can be none. */
export function valueOf(kind: FieldKind, text: string): { readonly value: unknown } | { readonly fault: FieldFault } {
  const typed = text.trim()
  if (typed === '') return { value: null }
  switch (kind.is) {
    case 'number':
      return Number.isFinite(Number(typed)) ? { value: Number(typed) } : { fault: 'number' }
    case 'time':
      return Duration.safeParse(typed).success ? { value: typed } : { fault: 'time' }
    case 'switch':
      return { value: typed === 'true' }
    case 'choice': {
      const isNumber = kind.values.every((value) => value !== '' && Number.isFinite(Number(value)))
      return { value: isNumber ? Number(typed) : typed }
    }
    case 'text':
      return { value: typed }
    case 'json':
      return jsonOf(typed)
  }
}

function jsonOf(text: string): { readonly value: unknown } | { readonly fault: FieldFault } {
  try {
    return { value: JSON.parse(text) as unknown }
  } catch {
    return { fault: 'json' }
  }
}

/** How values are told: the quantity of the rule's point, and a few words. */
export interface ValueWords {
  readonly language: Language
  readonly quantity: Quantity | null
  readonly yes: string
  readonly no: string
  readonly per: (unit: string, per: string) => string
  /** What a slope is meant for, `min` or `h`; null where it is not known. */
  readonly slopePer: string | null
}

/** A value with its unit, as a person says it. */
export function valueText({ unit }: Pick<ParameterForm, 'unit'>, value: unknown, words: ValueWords): string {
  const { language, quantity, yes, no, per, slopePer } = words
  if (typeof value === 'boolean') return value ? yes : no
  if (unit === 'time') {
    const ms = Duration.safeParse(value).data
    return ms === undefined ? JSON.stringify(value) : durationText(ms / 1_000, language)
  }
  if (typeof value === 'number') {
    if (unit === 'own') return amountText(value, quantity, language)
    if (unit === 'own/per') return per(amountText(value, quantity, language), slopePer ?? '…')
    return unit === null || unit === '0–1' ? String(value) : `${value} ${SIGNS[unit] ?? unit}`
  }
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** Units as people write them, where that differs from UCUM. */
const SIGNS: Readonly<Record<string, string>> = {
  'W.h': 'Wh',
  'kW.h': 'kWh',
  'm3/h': 'm³/h',
  '/min': 'r/min',
}

/** The unit a field is typed in, to be shown behind it; null for none. */
export function unitText({ unit }: Pick<ParameterForm, 'unit'>, ownUnit: string): string | null {
  if (unit === null || unit === 'time') return null
  if (unit === 'own') return ownUnit
  if (unit === 'own/per') return `${ownUnit}/…`
  return SIGNS[unit] ?? unit
}
