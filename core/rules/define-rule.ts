import type { PointRef } from '../contract/reading.ts'
import { Quantity as AnyQuantity, type Quantity, QUANTITIES } from '../contract/quantity.ts'
import type { RuleConfig } from '../contract/site.ts'
import type { Id } from '../contract/text.ts'
import { Duration } from '../contract/time.ts'
import { canonicalJson } from '../kit/canonical-json.ts'
import { ConditionRun } from './condition-run.ts'
import type { ArmedRule, ArmFacts, ArmResult, RuleContext, RuleFault, RuleSpec, RuleType, Timing } from './rule.ts'

/** The parameters of `Timing` with the defaults of a rule type, in milliseconds. */
export function timing(defaults: { onDelay: number; offDelay: number }) {
  return {
    onDelay: Duration.default(defaults.onDelay),
    offDelay: Duration.default(defaults.offDelay),
    maxGap: Duration.optional(),
  }
}

/** Makes a rule type of its description. */
export function defineRule<Params extends Timing, Own extends object>(spec: RuleSpec<Params, Own>): RuleType {
  const { type, serves, group, needsLoad = false, quantities, params } = spec
  return {
    type,
    serves,
    group,
    needsLoad,
    quantities,
    params,
    standard: spec.standard ?? (() => []),
    arm: (site, config, facts) => armOne(spec, { site, config, facts }),
  }
}

interface Arming {
  readonly site: Id
  readonly config: RuleConfig
  readonly facts: ArmFacts
}

function armOne<Params extends Timing, Own extends object>(spec: RuleSpec<Params, Own>, arming: Arming): ArmResult {
  const { site, config, facts } = arming
  const parsed = spec.params.safeParse(config.with)
  if (!parsed.success) {
    return { kind: 'refused', issues: parsed.error.issues, known: Object.keys(spec.params.shape) }
  }
  const settled = spec.settle?.(parsed.data, facts) ?? { params: parsed.data }
  if ('faults' in settled) return { kind: 'unfit', faults: settled.faults }
  const { params } = settled
  const about = { config, params, quantity: facts.quantityOf?.(config.point) ?? null, siteKind: facts.siteKind ?? null }
  const context = { ...about, ...NOWHERE, isLoadMeter: config.point === facts.loadMeter }
  const inputs = spec.inputs?.(params) ?? []
  const faults = [
    ...misfit(spec.type, { point: config.point, path: ['point'], quantities: spec.quantities }, facts),
    ...inputs.flatMap((input) => misfit(spec.type, input, facts)),
    ...loadFaults(spec.needsLoad === true, config, facts),
    ...asFaults(spec, config, facts),
    ...(spec.faults?.(context) ?? []),
  ]
  if (faults.length > 0) return { kind: 'unfit', faults }
  return { kind: 'armed', rule: armedRule(spec, { site, context, inputs: inputs.map(({ point }) => point), facts }) }
}

/** While a rule is only being checked there is no site around it. */
const NOWHERE: Pick<RuleContext<unknown>, 'inputs' | 'site' | 'load'> = {
  inputs: { value: () => NaN, changedMono: () => NaN, goodMono: () => NaN },
  site: {
    hourOf: () => 0,
    minuteOf: () => 0,
    dayOf: () => 0,
    dayType: () => 'work',
    dayTypeOfDay: () => 'work',
    isNight: () => false,
    nextMinute: (at) => at,
    permits: () => [],
    orders: () => [],
  },
  load: null,
}

function misfit(
  type: string,
  input: {
    readonly point: PointRef
    readonly path: readonly (string | number)[]
    readonly quantities: readonly Quantity[] | null
  },
  facts: ArmFacts,
): RuleFault[] {
  const quantity = facts.quantityOf?.(input.point)
  if (quantity === undefined || input.quantities === null || input.quantities.includes(quantity)) return []
  const came = QUANTITIES[quantity].kind === 'boolean' ? 'is a' : 'measures'
  const message = `expected a point ${wantedText(input.quantities)} for a ${type} rule, came ${input.point}, which ${came} ${withUnit(quantity)}`
  return [{ path: input.path, message }]
}

/** Most rules take any number, or anything that is true or false: naming all of them would help nobody. */
function wantedText(wanted: readonly Quantity[]): string {
  const isAll = (kind: string) =>
    AnyQuantity.options.every((one) => (QUANTITIES[one].kind === kind) === wanted.includes(one))
  if (isAll('number')) return 'with a number'
  if (isAll('boolean')) return 'that is true or false'
  return `that measures ${wanted.map(withUnit).join(' or ')}`
}

function withUnit(quantity: Quantity): string {
  const { unit, kind } = QUANTITIES[quantity]
  return `${quantity} (${kind === 'boolean' ? 'true or false' : unit})`
}

function loadFaults(needsLoad: boolean, config: RuleConfig, facts: ArmFacts): RuleFault[] {
  if (!needsLoad || config.point === facts.loadMeter) return []
  return [
    {
      path: ['point'],
      message:
        facts.loadMeter === undefined
          ? `a ${config.type} rule judges what the site draws: expected a load section in the site file that names its meter, came none`
          : `a ${config.type} rule judges what the site draws: expected the load's meter ${facts.loadMeter}, came ${config.point}`,
    },
  ]
}

function asFaults({ group }: { readonly group: unknown }, config: RuleConfig, facts: ArmFacts): RuleFault[] {
  if (config.as === undefined || config.as === 'alarm') return []
  if (group === null)
    return [
      { path: ['as'], message: `a ${config.type} rule is evidence of nothing: expected alarm, came ${config.as}` },
    ]
  if (facts.hasActivity === true) return []
  return [{ path: ['as'], message: `expected an activity section in the site file for ${config.as}, came none` }]
}

/** 16 digits that differ where the text does: twice FNV-1a. It is written with every state, and texts may be long. */
function shortOf(text: string): string {
  let [a, b] = [0x811c9dc5, 0x050c5d1f]
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    a = Math.imul(a ^ code, 0x01000193)
    b = Math.imul(b ^ code ^ (a >>> 15), 0x01000193)
  }
  return [a, b].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('')
}

function armedRule<Params extends Timing, Own extends object>(
  spec: RuleSpec<Params, Own>,
  armed: {
    readonly site: Id
    readonly context: RuleContext<Params>
    readonly inputs: readonly PointRef[]
    readonly facts: ArmFacts
  },
): ArmedRule {
  const { site, context, inputs, facts } = armed
  const { config, params, quantity } = context
  const mayFuse = spec.group !== null && facts.hasActivity === true
  const usual = mayFuse ? (spec.isAlarm === true ? 'both' : 'evidence') : 'alarm'
  return {
    id: config.id,
    type: config.type,
    site,
    point: config.point,
    inputs,
    priority: config.priority,
    serves: spec.serves,
    group: spec.group,
    as: config.as ?? usual,
    latched: config.latched ?? spec.isLatched ?? false,
    version: facts.versionOf?.(config),
    fingerprint: shortOf(canonicalJson([config.type, config.point, params, quantity])),
    limit: spec.limit?.(context) ?? null,
    run: (place, events, saved) => {
      const { inputs: at, site: view, load } = place
      const run = new ConditionRun(
        { spec, context: { ...context, inputs: at, site: view, load }, place, events },
        saved.open === true,
      )
      if (saved.memory !== undefined) run.load(saved.memory, saved.open)
      return run
    },
  }
}
