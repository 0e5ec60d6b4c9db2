import type { Dlt645Point } from '../../../core/contract/device-profile.ts'
import type { BusDevice } from '../../../core/contract/site.ts'
import { periodsOf } from '../../../core/decode/device-points.ts'
import { achievedMs, validForMs } from '../../../core/decode/validity.ts'

interface Turn {
  readonly periodMs: number
  dueAt: number
  /** null until it was read, and where reading it was interrupted. */
  lastAt: number | null
  /** True until it was read once. */
  isNew: boolean
  achievedMs: number
}

/** When each point is due, and how long its reading holds. Times are monotonic, in ms. */
export class Schedule {
  readonly #turns: ReadonlyMap<string, Turn>
  readonly #shiftMs: number

  /** `shiftMs` is how far the grid of the rounds is moved after the first one. */
  constructor(device: BusDevice, points: readonly Pick<Dlt645Point, 'point' | 'poll'>[], shiftMs: number) {
    const periods = periodsOf(device)
    this.#shiftMs = shiftMs
    this.#turns = new Map(
      points.map(({ point, poll }) => {
        const periodMs = periods[poll]
        return [point, { periodMs, dueAt: 0, lastAt: null, isNew: true, achievedMs: periodMs }]
      }),
    )
  }

  /** Infinity for a point that is never read. */
  dueAt(point: string): number {
    return this.#turns.get(point)?.dueAt ?? Infinity
  }

  /** The point was read in the round that began at `start`. */
  done(point: string, start: number): void {
    const turn = this.#turns.get(point)
    if (turn === undefined) return
    if (turn.lastAt !== null) turn.achievedMs = achievedMs(turn.periodMs, start - turn.lastAt)
    // As if the first round had been on the grid of the others: the step to the second is a period, not a delay.
    turn.lastAt = start + (turn.isNew ? this.#shiftMs : 0)
    turn.isNew = false
    turn.dueAt = turn.lastAt + turn.periodMs
  }

  /** The point was not read: how long it is away is not how long it takes from one reading to the next. */
  missed(point: string): void {
    const turn = this.#turns.get(point)
    if (turn !== undefined) turn.lastAt = null
  }

  /** Makes every point due with the next round, as after a time in which none was read. */
  allDue(): void {
    for (const turn of this.#turns.values()) {
      turn.dueAt = 0
      turn.lastAt = null
    }
  }

  /** How long a reading of the point is believed, in ms. */
  validForMs(point: string, timeoutMs: number): number {
    return validForMs(this.#turns.get(point)?.achievedMs ?? 0, timeoutMs)
  }
}
