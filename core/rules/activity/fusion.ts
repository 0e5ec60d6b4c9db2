import type { Feedback } from '../../contract/activity.ts'
import type { Instant } from '../rule.ts'
import type { ActivityJudge, ActivityParts, Signal } from './judge.ts'
import { freshMemory, FusionMemory, shiftMemory, type Waiting } from './memory.ts'
import { isDistrusted, shareLeft } from './papers.ts'
import { becauseOf, explainCleared, explainRaised } from './said.ts'
import { clip, isSpent, leftOf, type Score, scoreOf, standsUntil, TELLING, type Term } from './score.ts'

/** Nights and holidays are when nobody looks. Log-odds. */
const NIGHT = 0.4
const HOLIDAY = 0.4
/** What is lost within this of somebody who came was cut rather than broken. */
const SUSPECT_MS = 30 * 60_000
const SUSPECT_TIMES = 2
/** A winch pauses for less; what was not seen for longer does not last. */
const LASTING_MS = 5 * 60_000
/** Rules that find that something is not heard any more. */
const LOSSES: ReadonlySet<string> = new Set(['comms'])

type Open = NonNullable<FusionMemory['open']>

/**
 * Adds up what the rules of a site have to say. Signals wait until no older one can come and are judged in the order of their times, those
 * of one instant together, so that what comes out does not depend on the order in which they were heard or on how often time is told.
 */
export class Fusion implements ActivityJudge {
  readonly #parts: ActivityParts
  readonly #memory: FusionMemory
  due = Infinity

  constructor(parts: ActivityParts, saved: unknown) {
    this.#parts = parts
    const memory = saved === null ? null : FusionMemory.safeParse(saved)
    this.#memory = memory?.data ?? freshMemory()
    this.#refreshDue()
  }

  get isSuspicious(): boolean {
    return this.#memory.suspiciousUntil !== null
  }

  get isOpen(): boolean {
    return this.#memory.open !== null
  }

  signal(signal: Signal): void {
    this.#anchor(signal)
    const { rule, group, at, isActive } = signal
    const explanation = signal.explain()
    const { upTo, waiting } = this.#memory
    const { distrusted, allowances } = this.#inForce(at)
    const permits = this.#parts.site.permits(at)
    const asked = { at, group, rule, explanation, residual: this.#parts.residual() }
    const share = isDistrusted(rule, at, distrusted) ? 0 : shareLeft(asked, { permits, allowances })
    const term: Term = {
      rule: rule.id,
      ruleType: rule.type,
      group,
      serves: rule.serves,
      point: rule.point,
      strength: clip(Number.isNaN(signal.strength) ? 0 : signal.strength) * share,
      // One that comes after its time was judged counts from there on.
      mono: Math.max(signal.mono, upTo?.mono ?? signal.mono),
      at,
      explanation,
      isSuspect: false,
    }
    const behind = waiting.findIndex((other) => other.term.mono > term.mono)
    waiting.splice(behind < 0 ? waiting.length : behind, 0, { term, isActive, readings: [...signal.readings] })
    this.#refreshDue()
  }

  pass(now: Instant): void {
    this.#anchor(now)
    for (let next = this.#nextDue(); next <= now.mono; next = this.#nextDue()) {
      const at = Math.max(0, Math.floor(now.at - (now.mono - next)))
      this.#memory.upTo = { at, mono: next }
      this.#passOne({ at, mono: next })
    }
    this.#refreshDue()
  }

  note(feedback: Feedback): void {
    const { allowances, distrusted } = this.#memory
    const { at: from, until, point } = feedback
    if (feedback.kind === 'authorised' && until !== undefined) {
      const residual = this.#parts.residual()
      // What draws power now is what was authorised, where nobody said how much.
      const power = feedback.power ?? Math.max(0, Number.isNaN(residual) ? 0 : residual)
      allowances.push({ from, until, power })
    }
    if (feedback.kind === 'sensor-fault' && point !== undefined && until !== undefined)
      distrusted.push({ point, until })
  }

  save(): unknown {
    return this.#memory
  }

  restart(isSameBoot: boolean): void {
    if (!isSameBoot) this.#memory.isAdrift = true
    this.#refreshDue()
  }

  /** In another boot the monotonic clock counts anew; how far the two are apart is told by the wall clock, and never less than nothing passed. */
  #anchor({ at, mono }: Instant): void {
    const memory = this.#memory
    const known = memory.upTo ?? memory.waiting[0]?.term
    if (memory.isAdrift && known !== undefined) shiftMemory(memory, mono - Math.max(0, at - known.at) - known.mono)
    memory.isAdrift = false
  }

  #nextDue(): number {
    const { waiting, open, suspiciousUntil } = this.#memory
    let next = Math.min(waiting[0]?.term.mono ?? Infinity, suspiciousUntil ?? Infinity)
    if (open !== null) next = Math.min(next, this.#closesAt(open).mono, this.#reopensAt(open).mono)
    return next
  }

  #refreshDue(): void {
    const next = this.#nextDue()
    this.due = this.#memory.isAdrift && next !== Infinity ? -Infinity : next
  }

  #closesAt({ lastSeen }: Open): Instant {
    const { closeAfter } = this.#parts.activity
    return { at: lastSeen.at + closeAfter, mono: lastSeen.mono + closeAfter }
  }

  #reopensAt({ raised }: Open): Instant {
    const { reopenAfter } = this.#parts.activity
    return { at: raised.at + reopenAfter, mono: raised.mono + reopenAfter }
  }

  /** What is due at one instant: first what was seen by then, so that an alarm is not closed at the moment at which something is. */
  #passOne(now: Instant): void {
    const memory = this.#memory
    const batch = memory.waiting.filter(({ term }) => term.mono <= now.mono)
    if (batch.length > 0) {
      memory.waiting = memory.waiting.slice(batch.length)
      // By the wall clock of what was seen, whatever clock time is told by.
      this.#absorb(batch, { at: Math.max(...batch.map(({ term }) => term.at)), mono: now.mono })
      return
    }
    const { open } = memory
    if (open !== null && this.#closesAt(open).mono <= now.mono) this.#close(open)
    else if (open !== null && this.#reopensAt(open).mono <= now.mono) this.#reopen(open)
    this.#watch(now.mono)
  }

  #absorb(batch: readonly Waiting[], now: Instant): void {
    const memory = this.#memory
    memory.prior = this.#priorAt(now.at)
    memory.terms = memory.terms.filter((term) => !isSpent(term, now.mono))
    // What was lost is heard last: by then everything else of the same instant was.
    const ordered = batch.toSorted((a, b) => rank(a) - rank(b) || compare(a.term.rule, b.term.rule))
    const heard = ordered.flatMap((waiting) => this.#hear(waiting) ?? [])
    const latest = heard.filter(({ strength }) => strength >= TELLING)
    const { open } = memory
    if (open !== null && latest.length > 0)
      open.lastSeen = { at: Math.max(...latest.map(({ at }) => at)), mono: now.mono }
    const readings = ordered.flatMap((waiting) => waiting.readings)
    if (heard.some(({ strength }) => strength > 0)) this.#weigh(now, latest, readings)
    this.#watch(now.mono)
  }

  /** Takes a signal into the terms; null where it says nothing new. */
  #hear({ term: said, isActive }: Waiting): Term | null {
    const memory = this.#memory
    const { terms } = memory
    const index = terms.findIndex(({ rule }) => rule === said.rule)
    const before = terms[index]
    if (!isActive) {
      if (before !== undefined) before.isSuspect = false
      return null
    }
    const isSuspect = LOSSES.has(said.ruleType) && (before?.isSuspect === true || this.#isSuspect(said))
    const term = { ...said, isSuspect, strength: isSuspect ? clip(said.strength * SUSPECT_TIMES) : said.strength }
    if (term.strength >= TELLING && isComing(term)) memory.entered = term.mono
    if (before === undefined) terms.push(term)
    else if (term.strength < 0 || term.strength >= leftOf(before, term.mono)) terms[index] = term
    // What it said before was stronger, and fades from when it was said.
    else Object.assign(before, { at: term.at, isSuspect })
    return term
  }

  /** Somebody came, or the power fell, shortly before. */
  #isSuspect({ mono }: Term): boolean {
    const { entered } = this.#memory
    return entered !== null && mono - entered <= SUSPECT_MS
  }

  /** What people said that still counts; what does not is forgotten. */
  #inForce(at: number): Pick<FusionMemory, 'allowances' | 'distrusted'> {
    const memory = this.#memory
    memory.allowances = memory.allowances.filter(({ until }) => at < until)
    memory.distrusted = memory.distrusted.filter(({ until }) => at < until)
    return memory
  }

  #priorAt(at: number): number {
    const { site, activity } = this.#parts
    return (site.isNight(at) ? NIGHT : 0) + (site.dayType(at) === 'holiday' ? HOLIDAY : 0) + activity.prior
  }

  #scoreAt(mono: number): Score {
    const { terms, prior } = this.#memory
    return scoreOf(terms, mono, { prior, alarm: this.#parts.activity.alarm })
  }

  #weigh(now: Instant, latest: readonly Term[], readings: Waiting['readings']): void {
    const memory = this.#memory
    const { alarm } = this.#parts.activity
    const score = this.#scoreAt(now.mono)
    const { open } = memory
    if (open === null) {
      if (score.total >= alarm) this.#raise(now, { firstAt: now.at, score, readings })
      return
    }
    open.peak = Math.max(open.peak, score.total)
    const news = latest.filter(({ rule }) => !open.told.includes(rule))
    const isGraver = open.priority === 'orange' && this.#priorityOf(score) === 'red'
    if (news.length === 0 && !isGraver) return
    open.told.push(...news.map(({ rule }) => rule))
    if (isGraver) open.priority = 'red'
    this.#parts.events.update({
      ...now,
      priority: open.priority,
      explanation: this.#explain('updated', now, score),
      because: becauseOf(memory.terms, now.mono),
      readings,
    })
  }

  #raise(now: Instant, about: { firstAt: number; score: Score; readings: Waiting['readings'] }): void {
    const memory = this.#memory
    const { firstAt, score, readings } = about
    const priority = this.#priorityOf(score)
    const because = becauseOf(memory.terms, now.mono)
    const told = because.map(({ rule }) => rule)
    const lastSeen = memory.open?.lastSeen ?? now
    memory.open = { raised: now, firstAt, priority, told, peak: score.total, lastSeen }
    const explanation = this.#explain(firstAt === now.at ? 'raised' : 'reopened', now, score)
    this.#parts.events.raise({ ...now, priority, explanation, because, readings })
  }

  /** Nothing more was seen for so long: one episode is over, and its evidence does not count towards the next. */
  #close(open: Open): void {
    this.#clear(open, this.#closesAt(open))
    this.#memory.terms = []
    this.#memory.open = null
  }

  /** What is still seen after hours is told anew; what only lingers is not. */
  #reopen(open: Open): void {
    const now = this.#reopensAt(open)
    const score = this.#scoreAt(now.mono)
    this.#clear(open, now)
    const isLasting = now.mono - open.lastSeen.mono <= LASTING_MS && score.total >= this.#parts.activity.alarm
    if (isLasting) this.#raise(now, { firstAt: open.firstAt, score, readings: [] })
    else this.#memory.open = null
  }

  #clear(open: Open, now: Instant): void {
    const explanation = explainCleared({ open, at: now.at })
    const because = becauseOf(this.#memory.terms, now.mono)
    this.#parts.events.clear({ ...now, priority: open.priority, explanation, because, readings: [] })
  }

  #explain(key: 'raised' | 'updated' | 'reopened', { at, mono }: Instant, score: Score) {
    const { activity, site } = this.#parts
    const { terms, open } = this.#memory
    return explainRaised({ key, at, mono, score, terms, activity, site, firstAt: open?.firstAt ?? at })
  }

  #priorityOf({ total, senses }: Score): 'orange' | 'red' {
    const { alarm, critical } = this.#parts.activity
    return total >= critical || (total >= alarm && senses >= 2) ? 'red' : 'orange'
  }

  #watch(mono: number): void {
    const { watch } = this.#parts.activity
    this.#memory.suspiciousUntil = standsUntil(mono, (at) => this.#scoreAt(at).total >= watch)
  }
}

/** Whether it tells that somebody came, or pulled the plug. (domain N1) */
function isComing({ group, ruleType }: Term): boolean {
  return group === 'entry' || group === 'camera' || ruleType === 'power-drop'
}

function rank({ term }: Waiting): number {
  return LOSSES.has(term.ruleType) ? 1 : 0
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
