import { z } from 'zod'
import type { CheckItem, EvidenceGroup } from '../../core/contract/activity.ts'
import { QUANTITIES, type Quantity } from '../../core/contract/quantity.ts'
import type { Bilingual } from '../../core/contract/text.ts'
import { Duration } from '../../core/contract/time.ts'
import { ruleTypeName } from '../../core/rules/explain.ts'
import type { RuleType } from '../../core/rules/rule.ts'
import { RULE_TYPES } from '../../core/rules/types.ts'
import { PARAMETERS } from './parameter-words.ts'
import { POWER_PARAMETERS } from './power-words.ts'
import { WATCHES } from './watches.ts'

/** What a parameter means. `unit`: UCUM, `time` for a duration such as 10s, `own` for the unit of what the point measures. */
export interface ParameterWords extends Bilingual {
  readonly unit?: string
}

/** One parameter of a type, as a form shows it. */
export interface ParameterForm {
  readonly name: string
  readonly isRequired: boolean
  /** As it is written in a site file; absent where there is none. */
  readonly default?: unknown
  /** null where it has none. */
  readonly unit: string | null
  readonly about: Bilingual
  /** JSON Schema of its value, as it is written. */
  readonly schema: object
}

/** Everything a form for a rule of one type needs. */
export interface RuleForm {
  readonly type: string
  readonly name: Bilingual
  readonly watches: Bilingual
  /** Which of the eight checks (八查) it serves; 0 = it guards the watching itself. */
  readonly serves: CheckItem
  /** What it is evidence of; null = it always raises an alarm of its own. */
  readonly group: EvidenceGroup | null
  /** Its point is the meter of the site's load. */
  readonly needsLoad: boolean
  /** What its point may measure, with the unit; null = anything. */
  readonly quantities: readonly { readonly quantity: Quantity; readonly unit: string }[] | null
  readonly parameters: readonly ParameterForm[]
  /** JSON Schema of `with`. */
  readonly schema: object
}

const NONE: Bilingual = { 'zh-CN': '', en: '' }

/** The forms of all types, in the order of the list of types. */
export function ruleForms(): readonly RuleForm[] {
  return RULE_TYPES.map(formOf)
}

function formOf(rule: RuleType): RuleForm {
  const { type, serves, group, needsLoad, quantities } = rule
  const { $schema: _, ...schema } = z.toJSONSchema(rule.params, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      // A default stands behind the parsing; in a file a duration is written with its unit.
      const given = zodSchema instanceof z.ZodDefault ? zodSchema.def.defaultValue : undefined
      if (typeof given === 'number' && isDuration(zodSchema)) jsonSchema.default = durationWritten(given)
    },
  })
  return {
    type,
    name: { 'zh-CN': ruleTypeName(type, 'zh-CN'), en: ruleTypeName(type, 'en') },
    watches: WATCHES[type] ?? NONE,
    serves,
    group,
    needsLoad,
    quantities: quantities?.map((quantity) => ({ quantity, unit: QUANTITIES[quantity].unit })) ?? null,
    parameters: parametersOf(type, schema),
    schema,
  }
}

const ObjectSchema = z.object({
  properties: z.record(z.string(), z.looseObject({ default: z.unknown().optional() })).default({}),
  required: z.array(z.string()).default([]),
})

function parametersOf(type: string, schema: object): ParameterForm[] {
  const { properties, required } = ObjectSchema.parse(schema)
  return Object.entries(properties).map(([name, property]) => {
    const words = wordsOf(type, name)
    return {
      name,
      isRequired: required.includes(name),
      ...(property.default === undefined ? {} : { default: property.default }),
      unit: words?.unit ?? null,
      about: { 'zh-CN': words?.['zh-CN'] ?? '', en: words?.en ?? '' },
      schema: property,
    }
  })
}

function wordsOf(type: string, name: string): ParameterWords | undefined {
  const own = `${type}.${name}`
  return PARAMETERS[own] ?? POWER_PARAMETERS[own] ?? PARAMETERS[name]
}

function isDuration(schema: z.core.$ZodTypes): boolean {
  let inner: unknown = schema
  while (inner instanceof z.ZodDefault || inner instanceof z.ZodOptional) inner = inner.unwrap()
  if (inner === Duration) return true
  // A refined duration is another schema over the same text.
  return inner instanceof z.ZodPipe && inner.in === Duration.in
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const

function durationWritten(ms: number): string {
  const [unit, size] = UNITS.find(([, length]) => ms > 0 && ms % length === 0) ?? ['ms', 1]
  return ms === 0 ? '0s' : `${ms / size}${unit}`
}
