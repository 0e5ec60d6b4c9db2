import type { z } from 'zod'
import type { Explanation } from '../contract/alarm.ts'
import type { Quantity } from '../contract/quantity.ts'
import type { PointRef, Reading } from '../contract/reading.ts'
import type { Priority, RuleConfig, SiteKind } from '../contract/site.ts'
import type { Id } from '../contract/text.ts'
import type { MonoMs, UtcMs } from '../contract/time.ts'

/** An instant on both clocks. */
export interface Instant {
  readonly at: UtcMs
  readonly mono: MonoMs
}

/** What is known of the place a rule watches. */
export interface RulePlace {
  /** What the point measures; null when nobody told. */
  readonly quantity: Quantity | null
  readonly siteKind: SiteKind | null
}

/** What a rule type works with besides its memory. */
export interface RuleContext<Params> extends RulePlace {
  readonly config: RuleConfig
  readonly params: Params
}

/** The condition was proven, or proven gone. */
export interface Change extends Instant {
  readonly kind: 'raise' | 'clear'
  readonly explanation: Explanation
  /** The readings that decided it, oldest first. */
  readonly readings: readonly Reading[]
}

export interface Judged<Memory> {
  readonly memory: Memory
  readonly changes: readonly Change[]
  /** Whether the condition holds at this moment, proven or not yet. */
  readonly isTrue: boolean
}

/** Something wrong with a rule's configuration; `path` leads to it. */
export interface RuleFault {
  readonly path: (string | number)[]
  readonly message: string
}

/** The schema of a rule type's parameters: an object whose names can be told. */
export type ParamsSchema<Params> = z.ZodType<Params> & { readonly shape: Readonly<Record<string, unknown>> }

/** One kind of rule: its parameters, what it remembers, and how it judges. A rule type is a value; it holds no state. */
export interface RuleSpec<Params, Memory> {
  readonly type: string
  readonly params: ParamsSchema<Params>
  readonly memory: z.ZodType<Memory>
  /** The memory of a rule that has seen nothing; `open` tells whether its alarm is open from before. */
  start(open: boolean): Memory
  /** The memory after a restart of the program: nothing is held any more, and monotonic times of another boot are void. */
  resume(memory: Memory, isSameBoot: boolean): Memory
  judge(context: RuleContext<Params>, memory: Memory, reading: Reading): Judged<Memory>
  /** Time passes without a reading. */
  tick(context: RuleContext<Params>, memory: Memory, now: Instant): Judged<Memory>
  /** The limit that can be drawn into a trend, in the point's own unit. */
  readonly limit?: (context: RuleContext<Params>) => number | null
  /** What is wrong with the parameters at this place, beyond their schema; null = nothing. The path starts at the rule. */
  readonly fault?: (context: RuleContext<Params>) => RuleFault | null
}

/** A rule of a site, ready to judge. What it remembers is handed in and out as plain JSON. */
export interface ArmedRule {
  readonly id: Id
  readonly type: string
  readonly site: Id
  readonly point: PointRef
  readonly priority: Priority
  /** Changes with anything that changes how the rule judges, so that memory of an older version is not used. */
  readonly fingerprint: string
  readonly limit: number | null
  start(open: boolean): unknown
  /** `memory` as this rule may use it; anew when it does not fit. */
  restore(memory: unknown, after: { readonly open: boolean; readonly isSameBoot: boolean }): unknown
  judge(memory: unknown, reading: Reading): Judged<unknown>
  tick(memory: unknown, now: Instant): Judged<unknown>
}

/** A rule type as the list of types holds it. */
export interface RuleType {
  readonly type: string
  arm(site: Id, config: RuleConfig, place: RulePlace): ArmResult
}

export type ArmResult =
  | { readonly kind: 'armed'; readonly rule: ArmedRule }
  /** `known` are the names of the parameters there are. */
  | { readonly kind: 'refused'; readonly issues: readonly z.core.$ZodIssue[]; readonly known: readonly string[] }
  | { readonly kind: 'unfit'; readonly fault: RuleFault }
