import type { Dlt645Point } from '../../../core/contract/device-profile.ts'
import type { BusDevice } from '../../../core/contract/site.ts'
import { periodsOf } from '../../../core/decode/device-points.ts'
import { achievedMs, validForMs } from '../../device/validity.ts'

interface Turn {
  readonly periodMs: number
  dueAt: number
  lastAt: number | null
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
        return [point, { periodMs, dueAt: 0, lastAt: null, achievedMs: periodMs }]
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
    const took = turn.lastAt === null ? 0 : start - turn.lastAt
    turn.achievedMs = achievedMs(turn.periodMs, took)
    // As if the first round had been on the grid of the others: the step to the second is a period, not a delay.
    turn.lastAt = turn.lastAt === null ? start + this.#shiftMs : start
    turn.dueAt = turn.lastAt + turn.periodMs
  }

  /** Makes every point due with the next round. */
  allDue(): void {
    for (const turn of this.#turns.values()) turn.dueAt = 0
  }

  /** How long a reading of the point is believed, in ms. */
  validForMs(point: string, timeoutMs: number): number {
    return validForMs(this.#turns.get(point)?.achievedMs ?? 0, timeoutMs)
  }
}
