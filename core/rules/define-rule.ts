import type { RuleConfig } from '../contract/site.ts'
import type { Id } from '../contract/text.ts'
import { canonicalJson } from '../kit/canonical-json.ts'
import type { ArmedRule, ArmResult, Judged, RuleContext, RulePlace, RuleSpec, RuleType } from './rule.ts'

/** Makes a rule type of its description. */
export function defineRule<Params, Memory extends object>(spec: RuleSpec<Params, Memory>): RuleType {
  return {
    type: spec.type,
    arm: (site, config, place) => armOne(spec, { site, config, place }),
  }
}

interface Arming {
  readonly site: Id
  readonly config: RuleConfig
  readonly place: RulePlace
}

function armOne<Params, Memory extends object>(spec: RuleSpec<Params, Memory>, arming: Arming): ArmResult {
  const { site, config, place } = arming
  const parsed = spec.params.safeParse(config.with)
  if (!parsed.success) {
    return { kind: 'refused', issues: parsed.error.issues, known: Object.keys(spec.params.shape) }
  }
  const context: RuleContext<Params> = { ...place, config, params: parsed.data }
  const fault = spec.fault?.(context) ?? null
  if (fault !== null) return { kind: 'unfit', fault }
  return { kind: 'armed', rule: armedRule(spec, site, context) }
}

function armedRule<Params, Memory extends object>(
  spec: RuleSpec<Params, Memory>,
  site: Id,
  context: RuleContext<Params>,
): ArmedRule {
  const { config, params, quantity } = context
  // A memory this rule made itself is taken as it is; one that comes from the store is checked once.
  const own = new WeakSet<object>()
  const isOwn = (memory: unknown): memory is Memory => typeof memory === 'object' && memory !== null && own.has(memory)
  const keep = (memory: Memory): Memory => {
    own.add(memory)
    return memory
  }
  const known = (memory: unknown): Memory => (isOwn(memory) ? memory : spec.memory.parse(memory))
  const kept = (judged: Judged<Memory>): Judged<unknown> => {
    keep(judged.memory)
    return judged
  }
  return {
    id: config.id,
    type: config.type,
    site,
    point: config.point,
    priority: config.priority,
    fingerprint: canonicalJson([config.type, config.point, params, quantity]),
    limit: spec.limit?.(context) ?? null,
    start: (open) => keep(spec.start(open)),
    restore: (memory, { open, isSameBoot }) => {
      const parsed = spec.memory.safeParse(memory)
      return keep(parsed.success ? spec.resume(parsed.data, isSameBoot) : spec.start(open))
    },
    judge: (memory, reading) => kept(spec.judge(context, known(memory), reading)),
    tick: (memory, now) => kept(spec.tick(context, known(memory), now)),
  }
}
