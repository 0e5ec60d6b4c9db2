import { z } from 'zod'
import { OccurrenceId } from '../contract/alarm.ts'
import { BootId } from '../contract/clock.ts'
import { EvidenceRow } from '../contract/evidence.ts'
import { PointRef } from '../contract/reading.ts'
import { Priority } from '../contract/site.ts'
import { Id, Sha256 } from '../contract/text.ts'
import { UtcMs } from '../contract/time.ts'

/** An alarm occurrence that was raised and not cleared. It holds what its clear needs, should its rule be gone by then. */
export const OpenOccurrence = z
  .object({
    id: OccurrenceId,
    /** Number of its last transition. */
    n: z.number().int().positive(),
    site: Id,
    ruleType: z.string().min(1),
    point: PointRef,
    priority: Priority,
    raisedAt: UtcMs,
    /** Pictures already told, so that each is told once. Bounded. */
    told: z.array(Sha256),
  })
  .strict()
export type OpenOccurrence = z.infer<typeof OpenOccurrence>

/** What the engine keeps of one rule. */
export const RuleState = z
  .object({
    fingerprint: z.string(),
    /** The rule type's own; checked by it when it comes from the store. */
    memory: z.unknown(),
    /** True after a restart until the rule has taken its memory up again. */
    isResumed: z.boolean(),
    /** While it has not: the machine has not been booted since, so that monotonic times in the memory hold. */
    isSameBoot: z.boolean().optional(),
    open: OpenOccurrence.nullable(),
    /** Pictures of a condition that holds but is not proven yet. Bounded. */
    waiting: z.array(EvidenceRow),
    /** The number in the last occurrence id; the next is greater, whatever the wall clock does. */
    lastStamp: z.number().int().nonnegative(),
  })
  .strict()
export type RuleState = z.infer<typeof RuleState>

/** Everything the engine remembers, by rule id. Plain JSON; entries that did not change keep their identity. */
export const EngineState = z
  .object({
    rules: z.record(Id, RuleState),
    /** The boot that monotonic times count from; absent where nobody has told. */
    boot: BootId.optional(),
  })
  .strict()
export type EngineState = z.infer<typeof EngineState>

/** The state of an engine that has never judged. */
export function freshState(boot?: BootId): EngineState {
  return boot === undefined ? { rules: {} } : { rules: {}, boot }
}

/**
 * The state after a restart of the program in `boot`. Open alarms stay open, and nothing clears before a good reading of this run;
 * monotonic times of another boot are void.
 */
export function resume(state: EngineState, boot?: BootId): EngineState {
  const isSame = boot !== undefined && state.boot === boot
  const rules = Object.entries(state.rules).map(([id, rule]) => {
    const isSameBoot = isSame && (!rule.isResumed || rule.isSameBoot === true)
    return [id, { ...rule, isResumed: true, isSameBoot }] as const
  })
  return { ...freshState(boot), rules: Object.fromEntries(rules) }
}
