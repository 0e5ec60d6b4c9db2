import type { PollClass } from '../../../core/contract/device-profile.ts'
import type { BusDevice } from '../../../core/contract/site.ts'
import type { MonoMs } from '../../../core/contract/time.ts'
import { periodsOf } from '../../../core/decode/device-points.ts'
import { Beat, type BeatFigures } from '../../device/beat.ts'
import { achievedMs } from '../../../core/decode/validity.ts'

interface Group {
  readonly poll: PollClass
  readonly periodMs: number
  dueAt: number
  lastStart: number | null
  /** How long it really took from the last round to this one. */
  achievedMs: number
  isRetried: boolean
}

/** The groups that one round reads. */
export interface Round {
  readonly groups: readonly PollClass[]
}

/**
 * When which of a device's groups is due. Rounds begin on the grid of the quickest group; the others join the round that is
 * nearest to their own time, so that they are planned together. There is never more than one round: what could not begin in
 * time is counted and left out. Times are monotonic, in ms.
 */
export class Pace {
  readonly #groups: readonly Group[]
  readonly #beatMs: number
  readonly #beat: Beat
  /** How much later than it began the first round counts: as if it had been on the grid of the others. */
  #leadMs: number

  constructor(device: BusDevice, polls: readonly PollClass[], now: MonoMs) {
    const periods = periodsOf(device)
    this.#beatMs = Math.max(1, Math.min(...polls.map((poll) => periods[poll])))
    this.#beat = new Beat(device.id, this.#beatMs, now)
    this.#leadMs = this.#beat.shiftMs
    const dueAt = now + this.#leadMs
    this.#groups = polls.map((poll) => {
      const periodMs = periods[poll]
      return { poll, periodMs, dueAt, lastStart: null, achievedMs: periodMs, isRetried: false }
    })
  }

  get figures(): BeatFigures {
    return this.#beat.figures
  }

  /** Time until the next round. */
  waitMs(now: MonoMs): number {
    return this.#beat.waitMs(now)
  }

  /** Begins the round that is due. */
  begin(now: MonoMs): Round {
    this.#beat.begin(now)
    const due = this.#groups.filter(({ dueAt }) => dueAt <= this.#beat.at + this.#beatMs / 2)
    for (const group of due) {
      if (group.lastStart !== null) group.achievedMs = achievedMs(group.periodMs, now - group.lastStart)
      group.lastStart = now + this.#leadMs
    }
    this.#leadMs = 0
    return { groups: due.map(({ poll }) => poll) }
  }

  /** Ends a round. A slower group that `missed` something is tried once more with the next round. */
  end(round: Round, missed: ReadonlySet<PollClass>, now: MonoMs): void {
    for (const group of this.#groups) {
      if (!round.groups.includes(group.poll)) continue
      group.isRetried = missed.has(group.poll) && !group.isRetried && group.periodMs > this.#beatMs
      if (!group.isRetried) group.dueAt = nextAt(group.dueAt, group.periodMs, this.#beat.at)
    }
    this.#beat.end(now)
  }

  /** A round in which nothing was to be asked: it is neither late nor followed by another at once. */
  pass(now: MonoMs): void {
    this.#interrupt()
    this.#beat.pass(now)
  }

  /** Makes every group due with the next round. */
  allDue(): void {
    this.#interrupt()
    for (const group of this.#groups) group.dueAt = this.#beat.at
  }

  /** From one round of the group to the next, as it really is. */
  achievedMs(poll: PollClass): number {
    return this.#groups.find((group) => group.poll === poll)?.achievedMs ?? this.#beatMs
  }

  /** The device was away: how long that took is not how long it takes from one round to the next. */
  #interrupt(): void {
    for (const group of this.#groups) group.lastStart = null
  }
}

/** The first time on the group's own grid that is later than this beat's. */
function nextAt(dueAt: number, periodMs: number, beatAt: number): number {
  const next = dueAt + periodMs
  return next > beatAt ? next : next + Math.floor((beatAt - next) / periodMs + 1) * periodMs
}
