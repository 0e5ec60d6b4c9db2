import { z } from 'zod'
import { QUANTITIES } from '../contract/quantity.ts'
import type { ParameterForm, RuleForm } from '../contract/rules-desk.ts'
import type { Bilingual } from '../contract/text.ts'
import { Duration } from '../contract/time.ts'
import { ruleTypeName } from './explain.ts'
import type { RuleType } from './rule.ts'
import { RULE_TYPES } from './types.ts'
import { PARAMETERS } from './words/parameters.ts'
import { POWER_PARAMETERS } from './words/power-parameters.ts'
import { WATCHES } from './words/watches.ts'
import type { ParameterWords } from './words/words.ts'

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
