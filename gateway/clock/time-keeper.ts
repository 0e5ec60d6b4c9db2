import type { BootId, Dating, TimeSource } from '../../core/contract/clock.ts'
import { type Anchor, type Drift, driftBetween, keepAnchor, movedBy, UNMEASURED } from './drift.ts'
import type { KeptTime } from './kept-time.ts'
import { endOf, type PastBoot, placeBoots, unplaced } from './placing.ts'
import { type Claim, type Selection, selectTime } from './select.ts'

/** What a keeper begins with. */
export interface KeeperStart {
  readonly boot: BootId
  /** Monotonic time now, ms. */
  readonly mono: number
  /** UTC as the machine's own clock guesses it. */
  readonly guess: number
  /** What an earlier run has kept. */
  readonly kept: KeptTime | null
  /** Told a dating of what was read before, just before the time it brings is told. */
  readonly onDating: (dating: Dating) => void
}

/** A note is kept at least so often, ms: a run that ended without a word lived no longer after its last. */
export const KEEP_EVERY_MS = 60_000

/** What was under way when the last note was written is over so long after it, ms. */
const END_MS = 10_000

/** A difference up to this is made good little by little, ms; a greater one at once. */
const MOST_SLEWED_MS = 1_000
/** How fast: the time told runs wrong by as much while it is done. It never runs backwards. */
const SLEW = 500e-6
/** No time told lies behind it: what is stamped must stay a date whatever is added to it. */
const LAST_DAY = Date.UTC(9999, 11, 31)
/** Boots of the past that are remembered. */
const MOST_PAST = 256

/** The time told from an instant on: at first `told`, and more and more `target`. */
interface Line {
  readonly mono: number
  readonly told: number
  readonly target: number
  readonly uncertaintyMs: number | null
  readonly source: TimeSource
  readonly drift: Drift
}

/**
 * The time of one boot: monotonic time plus an offset that follows the best that sources have said. It asks nobody and reads no
 * clock. Order is kept within the boot by monotonic time, and over boots as far as the uncertainties allow.
 */
export class TimeKeeper {
  readonly boot: BootId
  readonly #onDating: (dating: Dating) => void
  /** Monotonic time at which the program first ran in this boot. */
  readonly #from: number
  #claims: readonly Claim[] = []
  #anchors: readonly Anchor[] = []
  #past: readonly PastBoot[]
  /** What was told most surely since the past was dated last. */
  #surest: Claim | null = null
  #line: Line
  /** Where the last step was made and what had been told before it. */
  #before: { readonly until: number; readonly line: Line } | null = null
  #outliers: readonly TimeSource[] = []

  constructor({ boot, mono, guess, kept, onDating }: KeeperStart) {
    this.boot = boot
    this.#onDating = onDating
    const none = { mono, uncertaintyMs: null, source: 'none', drift: UNMEASURED } as const
    if (kept?.boot === boot) {
      this.#from = kept.from
      this.#past = kept.past
      this.#claims = kept.claims
      this.#anchors = kept.anchors
      this.#surest = kept.surest
      const { offsetMs, source, uncertaintyMs } = kept
      this.#line = { ...none, mono: kept.mono, told: offsetMs, target: offsetMs, uncertaintyMs, source }
      this.reconsider(mono)
      return
    }
    this.#from = mono
    this.#past = kept === null ? [] : withPast(kept.past, pastOf(kept))
    // Nobody knows the time yet, but it is not before what was told last.
    const last = this.#past.at(-1)
    const offset = Math.max(guess, last === undefined ? 0 : endOf(last)) - mono
    this.#line = { ...none, told: offset, target: offset }
  }

  /** Sources that contradict what is followed. */
  get outliers(): readonly TimeSource[] {
    return this.#outliers
  }

  /** Takes at `mono` what a source has said; what the same source said before is void. What no calendar shows is not heard. */
  take(claim: Claim, mono: number): void {
    const at = claim.mono + claim.offsetMs
    if (!(at >= 0 && at <= LAST_DAY)) return
    this.#claims = [...this.#claims.filter(({ source }) => source !== claim.source), claim]
    const selection = selectTime(this.#claims, mono, this.#line.drift)
    if (selection === null) return
    // Only what is new measures: a claim that has grown old says no more than it did.
    const isMeasure = selection.uncertaintyMs !== null && claim.source !== 'rtc' && claim.uncertaintyMs !== null
    const measured = isMeasure && !selection.outliers.includes(claim.source)
    this.#follow(selection, measured ? this.#measured(selection) : this.#line.drift)
  }

  /** Follows the best there is at `mono`, when nobody has said anything new: what contradicts today may agree tomorrow. */
  reconsider(mono: number): void {
    const selection = selectTime(this.#claims, mono, this.#line.drift)
    if (selection !== null) this.#follow(selection, this.#line.drift)
  }

  /** UTC minus monotonic time as it is told at `mono`. */
  offsetAt(mono: number): number {
    return offsetOn(this.#line, mono)
  }

  /** How far the time of an instant as it is known now may be off either way, ms; null where nobody can say. */
  uncertaintyAt(mono: number): number | null {
    const { uncertaintyMs, target, drift, mono: at } = this.#line
    if (uncertaintyMs === null) return null
    const passed = mono - at
    const off = Math.abs(this.correctedAt(mono) - (target + drift.rate * passed))
    return off + uncertaintyMs + drift.bound * Math.abs(passed)
  }

  datingAt(mono: number): Dating {
    return {
      boot: this.boot,
      offsetMs: this.offsetAt(mono),
      uncertaintyMs: this.uncertaintyAt(mono),
      source: this.#line.source,
    }
  }

  /** How the time of an earlier boot is known; null for one that is not remembered. */
  datingOf(boot: BootId): Dating | null {
    const found = this.#past.findLast((past) => past.boot === boot)
    if (found === undefined) return null
    const { offsetMs, uncertaintyMs, source } = found
    return { boot, offsetMs, uncertaintyMs, source }
  }

  /** Monotonic time of the last step of the time told; −∞ before the first. */
  get steppedAt(): number {
    return this.#before?.until ?? -Infinity
  }

  /** UTC minus monotonic time as it was told at `mono` before the last step; null where none was made after it. */
  offsetBefore(mono: number): number | null {
    return this.#before === null || mono > this.#before.until ? null : offsetOn(this.#before.line, mono)
  }

  /** UTC minus monotonic time as it is known now for `mono`: a step takes what was told before it along. */
  correctedAt(mono: number): number {
    return mono >= this.steppedAt ? this.offsetAt(mono) : this.#line.told
  }

  /** What is to be kept over a restart. */
  kept(mono: number, facts: Pick<KeptTime, 'isLast' | 'rtcAheadMs' | 'owed'>): KeptTime {
    const { boot, ...dating } = this.datingAt(mono)
    return {
      ...{ boot, from: this.#from, mono, ...dating, ...facts },
      surest: this.#surest,
      claims: [...this.#claims],
      anchors: [...this.#anchors],
      past: [...this.#past],
    }
  }

  /** A boot does not begin before the end of the one before it, where the uncertainties leave the choice. */
  #floored(selection: Selection): Selection {
    const last = this.#past.at(-1)
    const { offsetMs, uncertaintyMs } = selection
    if (last === undefined || last.uncertaintyMs === null || uncertaintyMs === null) return selection
    const least = endOf(last) - this.#from
    if (offsetMs >= least || least - offsetMs > uncertaintyMs + last.uncertaintyMs) return selection
    return { ...selection, offsetMs: least, uncertaintyMs: uncertaintyMs + least - offsetMs }
  }

  #follow(selected: Selection, drift: Drift): void {
    this.#outliers = selected.outliers
    const selection = this.#floored(selected)
    const { mono, source, uncertaintyMs, offsetMs } = selection
    const known = this.datingAt(mono)
    if (uncertaintyMs === null && known.uncertaintyMs !== null) return
    const isStep = Math.abs(offsetMs - known.offsetMs) > MOST_SLEWED_MS
    const line: Line = {
      mono,
      told: isStep ? offsetMs : known.offsetMs,
      target: offsetMs,
      uncertaintyMs,
      source,
      drift,
    }
    this.#dateThePast(selection, known, line)
    if (isStep) this.#before = { until: mono, line: this.#line }
    this.#line = line
    const told = { source, mono, offsetMs: line.told, uncertaintyMs: this.uncertaintyAt(mono) }
    if ((told.uncertaintyMs ?? Infinity) < (this.#surest?.uncertaintyMs ?? Infinity)) this.#surest = told
  }

  #measured({ mono, offsetMs, uncertaintyMs }: Selection): Drift {
    const anchor = { mono, offsetMs, uncertaintyMs: uncertaintyMs ?? Infinity }
    this.#anchors = keepAnchor(this.#anchors, anchor)
    const first = this.#anchors[0] ?? anchor
    const isStep = Math.abs(offsetMs - first.offsetMs) > movedBy(UNMEASURED, mono - first.mono) + MOST_SLEWED_MS
    // Across a step nothing can be measured: it begins anew.
    if (isStep) this.#anchors = [anchor]
    return isStep ? UNMEASURED : driftBetween(first, anchor)
  }

  /** Dates what was told before, where what is known now is better, or shows that it was wrong. */
  #dateThePast(
    { mono, source, uncertaintyMs, offsetMs, followedMs, outliers }: Selection,
    known: Dating,
    line: Line,
  ): void {
    const dating = { boot: this.boot, offsetMs: line.told, source }
    if (uncertaintyMs === null || followedMs === null) {
      // A time of unknown worth is better than none.
      if (known.source === 'none' || known.source === 'rtc') this.#onDating({ ...dating, uncertaintyMs })
      return
    }
    const surest = this.#surest
    const worth = surest?.uncertaintyMs ?? Infinity
    const apart = surest === null ? 0 : Math.abs(offsetMs - surest.offsetMs)
    const isWrong = surest !== null && apart > worth + followedMs + movedBy(this.#line.drift, mono - surest.mono)
    // One who still says what nobody else says was wrong, and a battery clock always may be. Else monotonic time may have stood still.
    const isDoubt = isWrong && surest.source !== 'rtc' && !outliers.includes(surest.source)
    const now = isDoubt ? Math.max(uncertaintyMs, apart + followedMs) : uncertaintyMs
    const worst = now + Math.abs(line.told - offsetMs) + movedBy(line.drift, mono - this.#from)
    const isFirst = known.uncertaintyMs === null
    if (!isFirst && !isWrong && worst * 2 >= worth) return
    if (isFirst) this.#placePast({ at: this.#from + line.told, uncertaintyMs: worst })
    this.#surest = { source, mono, offsetMs: line.told, uncertaintyMs: worst }
    this.#onDating({ ...dating, uncertaintyMs: worst })
  }

  #placePast(after: { readonly at: number; readonly uncertaintyMs: number }): void {
    const { before, boots } = unplaced(this.#past)
    for (const dating of placeBoots(boots, before, after)) {
      this.#past = this.#past.map((past) => (past.boot === dating.boot ? { ...past, ...dating } : past))
      this.#onDating(dating)
    }
  }
}

function offsetOn({ mono: since, told, target, drift }: Line, mono: number): number {
  const passed = mono - since
  const left = told - target
  const slewed = Math.sign(left) * Math.max(0, Math.abs(left) - SLEW * Math.max(0, passed))
  return target + drift.rate * passed + slewed
}

function pastOf({ boot, from, mono, isLast, offsetMs, uncertaintyMs, source }: KeptTime): PastBoot {
  return { boot, from, to: mono, perhapsMs: isLast ? END_MS : KEEP_EVERY_MS, offsetMs, uncertaintyMs, source }
}

/** What lies before the last boot whose time is known needs no more placing; a little of it is remembered. */
function withPast(past: readonly PastBoot[], last: PastBoot): readonly PastBoot[] {
  return [...past.filter(({ boot }) => boot !== last.boot), last].slice(-MOST_PAST)
}
