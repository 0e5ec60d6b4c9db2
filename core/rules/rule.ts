import type { z } from 'zod'
import type { CheckItem, EvidenceGroup, SiteLoad } from '../contract/activity.ts'
import type { Explanation } from '../contract/alarm.ts'
import type { Quantity } from '../contract/quantity.ts'
import type { PointRef, Quality, Reading, ReasonCode } from '../contract/reading.ts'
import type { RuleConfig, SiteKind } from '../contract/site.ts'
import type { Priority } from '../contract/priority.ts'
import type { Id } from '../contract/text.ts'
import type { LawLibrary } from './law.ts'
import type { LoadView } from './load/view.ts'
import type { SiteView } from './site-view.ts'

/** An instant on both clocks: UTC, and monotonic time of this boot; ms. */
export interface Instant {
  readonly at: number
  readonly mono: number
}

/** What a camera or a contact told with a sample. */
export interface PointEvent {
  /** person, vehicle, animal, motion, tamper, door … */
  readonly kind: string
  readonly phase: 'start' | 'update' | 'end' | 'pulse'
  /** 0…1; null where the source does not say. */
  readonly confidence: number | null
}

/** A reading as rules see it. The engine uses the same object again for the next one: nobody keeps it. */
export interface Sample extends Instant {
  /** The number; 1 or 0 for true or false; NaN for text and for nothing. */
  readonly value: number
  readonly kind: 'number' | 'state' | 'text' | 'none'
  readonly quality: Quality
  readonly reason: ReasonCode | null
  /** How long it may be held, ms. */
  readonly validMs: number
  readonly event: PointEvent | null
}

/** What is known of the points a rule declared, in the order: its own, then its further inputs. */
export interface Inputs {
  /** The last good value of an input at `mono`, 1 or 0 for true or false; NaN when there is none or it has expired. */
  value(input: number, mono: number): number
  /** Since when an input has had its value, monotonic, as far as this boot knows; NaN when it was not read well in it. */
  changedMono(input: number): number
  /** When an input was last read well, monotonic; NaN when it never was in this boot. */
  goodMono(input: number): number
}

/** What a rule works with besides its memory. */
export interface RuleContext<Params> {
  readonly config: RuleConfig
  readonly params: Params
  /** What its point measures; null when nobody told. */
  readonly quantity: Quantity | null
  readonly siteKind: SiteKind | null
  readonly inputs: Inputs
  /** Day and night, day types, permits and orders, in the site's zone. */
  readonly site: SiteView
  /** What the site draws and what it should; null where it has no `load`. Judged before any rule at each sample of its meter. */
  readonly load: LoadView | null
  /** Its own point is the meter of the site's load, so that `load` tells of it. */
  readonly isLoadMeter: boolean
}

/**
 * What a rule says of a sample. `aside`: it has no bearing on the condition. `none`: it cannot be judged; nothing is held from here on.
 * `same`: inside the deadband, the condition is as it was.
 */
export type Verdict = 'true' | 'false' | 'same' | 'none' | 'aside'

/** Filled in by a rule while it senses. `verdict` is `none` and `measure` NaN before; `strength` is what it was last. */
export interface Sensed {
  /** The condition was proven and is not proven gone. The rule leaves it as it is. */
  isActive: boolean
  verdict: Verdict
  /** The number that was compared; the peak is taken over it. */
  measure: number
  /** How strongly the condition, while it holds, speaks for activity that should not be there: log-odds. */
  strength: number
  /** How long this may be held, ms; the validity of the sample when NaN, for ever after a `pass`. */
  holdMs: number
  /** While the condition is true: it is as bad as `graver` tells of. False before. */
  isGrave: boolean
}

/** What an explanation can tell of a change. */
export interface ConditionFacts {
  readonly kind: 'raised' | 'cleared'
  readonly at: number
  /** What the rule's own point said last that was not bad. */
  readonly value: Reading['value']
  /** When the present run of the condition began. */
  readonly since: number
  readonly measure: number | null
  readonly peak: number | null
  /** Seconds for which the condition had held (raised) or been gone (cleared). */
  readonly heldS: number
  /** Seconds since the condition began; for a clear, how long it lasted until it was gone. */
  readonly activeS: number
  readonly strength: number
  /** What `graver` tells of was proven since the condition was. */
  readonly isGrave: boolean
}

/** A point a rule reads besides its own. */
export interface RuleInput {
  readonly point: PointRef
  /** Where it is named, from the rule, such as ['with', 'contact']. */
  readonly path: readonly (string | number)[]
  /** What it may measure; null = anything. */
  readonly quantities: readonly Quantity[] | null
}

/** Something wrong with a rule's configuration; `path` leads to it from the rule. */
export interface RuleFault {
  readonly path: readonly (string | number)[]
  readonly message: string
}

/** The schema of a rule type's parameters: an object whose names can be told. */
export type ParamsSchema<Params> = z.ZodType<Params> & { readonly shape: Readonly<Record<string, unknown>> }

/** How bad a condition that already holds can become: its open alarm is raised to this priority, and never lowered by itself. */
export interface Graver {
  readonly priority: Priority
  /** Proven milliseconds of `isGrave` before that; 0 at the sample. */
  readonly onDelay: number
}

/** Parameters every rule over a condition has. */
export interface Timing {
  readonly onDelay: number
  readonly offDelay: number
  /** How long a sample may be held at most; a sample is never held beyond its validity. */
  readonly maxGap?: number | undefined
}

/**
 * One kind of rule: its parameters, what it remembers, and how it judges. A rule type is a value; it holds no state. What it remembers
 * (`Own`) is plain JSON that `sense` changes in place; deadband, delays, holding and quality are the same for all of them.
 */
export interface RuleSpec<Params extends Timing, Own extends object> {
  readonly type: string
  /** Which of the eight checks it serves. */
  readonly serves: CheckItem
  /** What it is evidence of for an alarm of the whole site; null = it always raises its own. */
  readonly group: EvidenceGroup | null
  /** Whether it raises its own alarm even where the site puts signals together; a configuration may say otherwise. */
  readonly isAlarm?: boolean
  /** A person must look at the place before its alarm closes, where the configuration does not say otherwise. (§3.3) */
  readonly isLatched?: boolean
  readonly params: ParamsSchema<Params>
  /** What its own point may measure; null = anything. */
  readonly quantities: readonly Quantity[] | null
  /** Fills in what its parameters take from elsewhere, such as the numbers of a law. Before anything else is asked of them. */
  readonly settle?: (params: Params, facts: ArmFacts) => Settled<Params>
  /** How much worse the condition can become; it cannot when absent. */
  readonly graver?: (params: Params) => Graver | null
  /** Points it reads besides its own. */
  readonly inputs?: (params: Params) => readonly RuleInput[]
  /** It judges the site's load: its point is the load's meter. */
  readonly needsLoad?: boolean
  readonly own: z.ZodType<Own>
  /** The memory of a rule that has seen nothing. */
  readonly start: () => Own
  /** The memory after a restart of the program; monotonic times of another boot are void. As it was when absent. */
  readonly resume?: (own: Own, isSameBoot: boolean) => Own
  /** Whether `sense` is told of bad samples too. */
  readonly hearsBad?: boolean
  /** Which extreme of the measure is worth telling. */
  readonly peak: 'highest' | 'lowest' | 'greatest'
  /** Judges the condition at a sample of input `input` (0 = its own point). */
  readonly sense: (context: RuleContext<Params>, own: Own, sample: Sample, input: number, out: Sensed) => void
  /** The monotonic instant at which `pass` wants to be called if no sample comes before; Infinity = never, −Infinity = as soon as it is known what time it is. */
  readonly due?: (own: Own, params: Params) => number
  /** Time has come to what `due` said. */
  readonly pass?: (context: RuleContext<Params>, own: Own, now: Instant, out: Sensed) => void
  explain(context: RuleContext<Params>, own: Own, facts: ConditionFacts): Explanation
  /** The limit that can be drawn into a trend, in the point's own unit. */
  readonly limit?: (context: RuleContext<Params>) => number | null
  /** Where the standard set of rules arms it at a site; never when absent. */
  readonly standard?: (facts: StandardFacts) => readonly StandardRule[]
  /** What is wrong with the parameters at this place, beyond their schema. */
  readonly faults?: (context: RuleContext<Params>) => readonly RuleFault[]
}

/** Parameters with everything in them, or why that cannot be. */
export type Settled<Params> = { readonly params: Params } | { readonly faults: readonly RuleFault[] }

/** A rule that runs: it holds its memory and changes it in place. */
export interface RuleRun {
  /** The earliest monotonic instant at which it has something to do without a sample; Infinity = none. */
  readonly due: number
  /** The condition was proven and not proven gone. */
  readonly isActive: boolean
  /** Whether the condition holds at this moment, proven or not yet. */
  readonly isTrue: boolean
  /** Log-odds while active. */
  readonly strength: number
  sample(input: number, sample: Sample): void
  /** Accounts for the time up to `now`. */
  pass(now: Instant): void
  /** Its memory as JSON; parts of it are changed later. */
  save(): unknown
  /** The program was started again: nothing is held any more, and monotonic times of another boot are void. */
  restart(isSameBoot: boolean): void
}

/** Told by a run, in the order of events. */
export interface RunEvents {
  /** The condition was proven, has become graver, or was proven gone. */
  flip(change: Change): void
  /** While it is active its condition was seen to hold. `explain` is asked at once or not at all. */
  seen(now: Instant, strength: number, explain: () => Explanation): void
}

/** The condition was proven, has become graver, or was proven gone. */
export interface Change extends Instant {
  readonly kind: 'raise' | 'update' | 'clear'
  /** What it is raised to where that is not the priority of its rule. */
  readonly priority?: Priority
  readonly explanation: Explanation
  readonly strength: number
  /** The readings that decided it, oldest first. */
  readonly readings: readonly Reading[]
}

/** A rule of a site, checked and ready to run. */
export interface ArmedRule {
  readonly id: Id
  readonly type: string
  readonly site: Id
  readonly point: PointRef
  readonly inputs: readonly PointRef[]
  readonly priority: Priority
  readonly serves: CheckItem
  readonly group: EvidenceGroup | null
  readonly as: 'alarm' | 'evidence' | 'both'
  readonly latched: boolean
  /** Which version of its configuration this is; undefined where nobody has told. */
  readonly version: string | undefined
  /** Changes with anything that changes how the rule judges, so that memory of an older version is not used. */
  readonly fingerprint: string
  readonly limit: number | null
  /**
   * Runs it on from what its run saved, or anew where there is nothing or it does not fit. `open` tells whether its alarm is open, whatever
   * the memory says; null where it has none of its own.
   */
  run(place: RunPlace, events: RunEvents, saved: { readonly memory?: unknown; readonly open: boolean | null }): RuleRun
}

/** What a run is given by the engine. */
export interface RunPlace {
  readonly inputs: Inputs
  readonly site: SiteView
  readonly load: LoadView | null
  /** The last sample of an input as a reading, for what a transition tells. */
  reading(input: number): Reading | null
  /** What an input said last that was not bad; null when it never did. */
  shown(input: number): Reading['value']
}

/** A rule type as the list of types holds it. */
export interface RuleType {
  readonly type: string
  readonly serves: CheckItem
  readonly group: EvidenceGroup | null
  readonly needsLoad: boolean
  readonly quantities: readonly Quantity[] | null
  readonly params: ParamsSchema<unknown>
  readonly standard: (facts: StandardFacts) => readonly StandardRule[]
  arm(site: Id, config: RuleConfig, facts: ArmFacts): ArmResult
}

/** What the standard set of rules is chosen by. */
export interface StandardFacts {
  readonly siteKind: SiteKind | null
  readonly load: SiteLoad | null
  /** Every point of the site, with what it measures. */
  readonly points: ReadonlyMap<PointRef, Quantity>
  readonly hasOrders: boolean
}

/** A rule as the standard set has it; its id is its type and its point. */
export interface StandardRule {
  readonly point: PointRef
  readonly priority: Priority
  readonly with?: RuleConfig['with']
}

/** What is known of a site when its rules are armed. */
export interface ArmFacts {
  readonly siteKind?: SiteKind
  /** What a point measures; undefined when not known. */
  readonly quantityOf?: (point: PointRef) => Quantity | undefined
  /** The meter of the site's load; absent where it has none. */
  readonly loadMeter?: PointRef
  /** Whether signals are put together to one alarm of the site. */
  readonly hasActivity?: boolean
  /** Limits with the law they come from; absent where none were loaded. */
  readonly law?: LawLibrary
  /** A short name of a rule's configuration that differs where it does. */
  readonly versionOf?: (config: RuleConfig) => string
}

export type ArmResult =
  | { readonly kind: 'armed'; readonly rule: ArmedRule }
  /** `known` are the names of the parameters there are. */
  | { readonly kind: 'refused'; readonly issues: readonly z.core.$ZodIssue[]; readonly known: readonly string[] }
  | { readonly kind: 'unfit'; readonly faults: readonly RuleFault[] }
