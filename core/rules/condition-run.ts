import type { Explanation } from '../contract/alarm.ts'
import { ConditionMemory } from './condition-memory.ts'
import { ConditionTrace } from './condition-trace.ts'
import { Graveness } from './graveness.ts'
import {
  type Delays,
  flipDue,
  type Flip,
  type ProvenTime,
  proveUpTo,
  restartProven,
  savedProven,
  startProven,
  stopHolding,
  takeFlip,
  takeSample,
} from './proven-time.ts'
import type {
  Change,
  Instant,
  RuleContext,
  RuleRun,
  RuleSpec,
  RunEvents,
  RunPlace,
  Sample,
  Sensed,
  Timing,
} from './rule.ts'

/** While a condition stays true its evidence is told again after so long, and when it grows by so much. */
const TELL_EVERY_MS = 20_000
const TELL_GROWTH = 0.2

/** What a run holds on to besides its memory. */
export interface RunParts<Params extends Timing, Own extends object> {
  readonly spec: RuleSpec<Params, Own>
  readonly context: RuleContext<Params>
  readonly place: RunPlace
  readonly events: RunEvents
}

/** A rule whose condition is true or false at each sample. A bad one proves nothing, an uncertain one nothing against an alarm. In place. */
export class ConditionRun<Params extends Timing, Own extends object> implements RuleRun {
  readonly #spec: RuleSpec<Params, Own>
  // Rule types differ in which of these they have: looked up in each, they would cost more than what they do.
  readonly #sense: RuleSpec<Params, Own>['sense']
  readonly #dueOf: NonNullable<RuleSpec<Params, Own>['due']> | null
  readonly #delays: Delays
  readonly #context: RuleContext<Params>
  readonly #place: RunPlace
  readonly #events: RunEvents
  readonly #hearsBad: boolean
  readonly #maxGap: number
  readonly #out: Sensed = { isActive: false, verdict: 'none', measure: NaN, strength: 0, holdMs: NaN, isGrave: false }
  readonly #grave: Graveness | null
  readonly #trace: ConditionTrace
  // The same object for each.
  readonly #taken = { at: 0, mono: 0, holdMs: 0, raw: false }
  #proven: ProvenTime
  #own: Own
  #toldMono = -Infinity
  #toldStrength = -Infinity
  due = Infinity

  /** Begins anew; `isActive` tells whether its alarm is open from before. */
  constructor({ spec, context, place, events }: RunParts<Params, Own>, isActive: boolean) {
    this.#spec = spec
    this.#context = context
    this.#place = place
    this.#events = events
    this.#sense = spec.sense
    this.#dueOf = spec.due ?? null
    this.#trace = new ConditionTrace(spec.peak, () => place.reading(0))
    this.#delays = { onDelay: context.params.onDelay, offDelay: context.params.offDelay }
    this.#hearsBad = spec.hearsBad === true
    this.#maxGap = context.params.maxGap ?? Infinity
    const graver = spec.graver?.(context.params) ?? null
    this.#grave = graver === null ? null : new Graveness(graver, context.config.priority)
    this.#proven = startProven(isActive)
    this.#own = spec.start()
    this.#refreshDue()
  }

  get isActive(): boolean {
    return this.#proven.active
  }

  get isTrue(): boolean {
    return this.#proven.raw === true
  }

  get strength(): number {
    return this.#out.strength
  }

  /**
   * Goes on from what `save` gave; where that does not fit, nothing has changed. `isActive` is what is known of its alarm, null where only
   * the memory knows.
   */
  load(saved: unknown, isActive: boolean | null): void {
    const memory = ConditionMemory.safeParse(saved)
    if (!memory.success) return
    const own = this.#spec.own.safeParse(memory.data.own)
    if (!own.success) return
    const { proven, strength, told, grave } = memory.data
    // An alarm that is open no more takes what made it grave with it.
    if (grave !== null && (isActive !== false || !proven.active)) this.#grave?.load(grave)
    // A rule that was evidence and now raises its own alarm has yet to raise it.
    if (isActive !== null && isActive !== proven.active) Object.assign(proven, { active: isActive, provenMs: 0 })
    this.#proven = proven
    this.#own = own.data
    this.#trace.load(memory.data)
    this.#out.strength = strength
    this.#toldMono = told?.mono ?? -Infinity
    this.#toldStrength = told?.strength ?? -Infinity
    this.#refreshDue()
  }

  save(): unknown {
    const { active, raw } = this.#proven
    const { strength } = this.#out
    const hasTold = active && this.#toldMono !== -Infinity
    return {
      proven: savedProven(this.#proven),
      own: this.#own,
      // Where the condition neither holds nor did, nothing of it will be told.
      ...(active || raw === true ? this.#trace.save() : {}),
      ...(strength === 0 ? {} : { strength }),
      ...(hasTold ? { told: { mono: this.#toldMono, strength: this.#toldStrength } } : {}),
      ...(this.#grave === null ? {} : { grave: this.#grave.save() }),
    }
  }

  restart(isSameBoot: boolean): void {
    restartProven(this.#proven)
    this.#grave?.restart()
    this.#own = this.#spec.resume?.(this.#own, isSameBoot) ?? this.#own
    if (!isSameBoot) this.#trace.leaveBoot()
    this.#toldMono = -Infinity
    this.#refreshDue()
  }

  sample(input: number, sample: Sample): void {
    if (sample.quality === 'bad' && !this.#hearsBad) {
      if (input !== 0) return
      this.#stopAt(sample.mono)
      this.#refreshDue()
      return
    }
    const out = this.#readyOut(NaN)
    this.#sense(this.#context, this.#own, sample, input, out)
    if (out.verdict !== 'aside') {
      const raw = this.#rawOf(out.verdict)
      if (raw === null || (sample.quality === 'uncertain' && !raw)) this.#stopAt(sample.mono)
      else {
        const valid = sample.validMs > 0 ? sample.validMs : 0
        const holdMs = Number.isNaN(out.holdMs) ? Math.min(valid, this.#maxGap) : out.holdMs
        this.#prove(sample.mono)
        this.#believe(sample, raw, holdMs)
      }
    }
    this.#refreshDue()
  }

  pass(now: Instant): void {
    while (this.due <= now.mono) {
      const flipAt = flipDue(this.#proven, this.#delays)
      const dueAt = this.#ownDue()
      const graveAt = this.#grave?.due ?? Infinity
      // What has become as bad as it can by the instant at which it is proven is raised as such.
      if (this.#grave !== null && graveAt <= flipAt && graveAt <= dueAt) this.#worsen(this.#grave.pass(graveAt))
      else if (flipAt <= dueAt) this.#flip(takeFlip(this.#proven, flipAt))
      else this.#passOwn(now, dueAt)
      this.#refreshDue()
    }
  }

  #passOwn(now: Instant, dueAt: number): void {
    const mono = dueAt === -Infinity ? now.mono : dueAt
    const instant = { at: Math.max(0, Math.floor(now.at - (now.mono - mono))), mono }
    const out = this.#readyOut(Infinity)
    this.#spec.pass?.(this.#context, this.#own, instant, out)
    if (out.verdict !== 'aside') {
      const raw = this.#rawOf(out.verdict)
      if (raw === null) this.#stopAt(mono)
      else {
        this.#prove(mono)
        this.#believe(instant, raw, out.holdMs)
      }
    }
    if (this.#ownDue() > dueAt) return
    throw new RangeError(`${this.#spec.type}: expected what is due next after ${dueAt}, came the same or earlier`)
  }

  #readyOut(holdMs: number): Sensed {
    const out = this.#out
    out.isActive = this.#proven.active
    out.verdict = 'none'
    out.measure = NaN
    out.holdMs = holdMs
    out.isGrave = false
    return out
  }

  #stopAt(mono: number): void {
    this.#prove(mono)
    stopHolding(this.#proven)
    this.#grave?.stop()
  }

  #prove(to: number): void {
    proveUpTo(this.#proven, to)
    this.#grave?.prove(to)
  }

  #rawOf(verdict: Sensed['verdict']): boolean | null {
    switch (verdict) {
      case 'true':
        return true
      case 'false':
        return false
      case 'same':
        return this.#proven.raw ?? this.#proven.active
      default:
        return null
    }
  }

  #believe(instant: Instant, raw: boolean, holdMs: number): void {
    const proven = this.#proven
    const { measure } = this.#out
    if (raw !== proven.raw || this.#trace.isEmpty) this.#trace.begin(instant, measure, raw && !proven.active)
    else this.#trace.go(measure)
    const worse = this.#grave?.take(instant, raw && this.#out.isGrave, holdMs) ?? null
    const taken = this.#taken
    taken.at = instant.at
    taken.mono = instant.mono
    taken.holdMs = holdMs
    taken.raw = raw
    const flip = takeSample(proven, this.#delays, taken)
    if (flip !== null) this.#flip(flip)
    else if (worse !== null) this.#worsen(worse)
    else if (raw && proven.active) this.#tellSeen(instant)
  }

  /** Most samples of a lasting condition change nothing that is worth telling. */
  #tellSeen(instant: Instant): void {
    const { strength } = this.#out
    if (instant.mono - this.#toldMono < TELL_EVERY_MS && strength < this.#toldStrength + TELL_GROWTH) return
    this.#toldMono = instant.mono
    this.#toldStrength = strength
    const flip = { active: true, at: instant.at, mono: instant.mono }
    this.#events.seen(instant, strength, () => this.#explain(flip))
  }

  /** Where the condition is not proven itself yet, it will be raised as grave. */
  #worsen(flip: Flip): void {
    if (this.#proven.active) this.#tell('update', flip)
  }

  #flip(flip: Flip): void {
    this.#tell(flip.active ? 'raise' : 'clear', flip)
    if (!flip.active) this.#grave?.forget()
  }

  #tell(kind: Change['kind'], flip: Flip): void {
    const { strength } = this.#out
    this.#toldMono = flip.mono
    this.#toldStrength = strength
    const change: Change = {
      kind,
      ...(this.#grave?.isProven === true ? { priority: this.#grave.priority } : {}),
      at: flip.at,
      mono: flip.mono,
      explanation: this.#explain(flip),
      strength,
      readings: this.#trace.readings(),
    }
    this.#events.flip(change)
  }

  #explain(flip: Flip): Explanation {
    const isGrave = this.#grave?.isProven === true
    const facts = this.#trace.facts(flip, { value: this.#place.shown(0), strength: this.#out.strength, isGrave })
    return this.#spec.explain(this.#context, this.#own, facts)
  }

  #ownDue(): number {
    return this.#dueOf === null ? Infinity : this.#dueOf(this.#own, this.#context.params)
  }

  #refreshDue(): void {
    const flipAt = flipDue(this.#proven, this.#delays)
    const dueAt = this.#ownDue()
    this.due = flipAt <= dueAt ? flipAt : dueAt
    const graveAt = this.#grave?.due ?? Infinity
    if (graveAt < this.due) this.due = graveAt
  }
}
