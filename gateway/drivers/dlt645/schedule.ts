import type { Dlt645Point } from '../../../core/contract/device-profile.ts'
import type { BusDevice } from '../../../core/contract/site.ts'
import { periodsOf, VALID_PERIODS } from '../../../core/decode/device-points.ts'

/** Where the bus cannot keep a period, readings hold as long as it really takes, up to this many periods. */
const MOST_PERIODS = 60

interface Turn {
  readonly periodMs: number
  dueAt: number
  lastAt: number | null
  achievedMs: number
}

/** When each point is due, and how long its reading holds. Times are monotonic, in ms. */
export class Schedule {
  readonly #turns: ReadonlyMap<string, Turn>

  constructor(device: BusDevice, points: readonly Pick<Dlt645Point, 'point' | 'poll'>[]) {
    const periods = periodsOf(device)
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
    turn.achievedMs = Math.min(Math.max(turn.periodMs, took), MOST_PERIODS * turn.periodMs)
    turn.lastAt = start
    turn.dueAt = start + turn.periodMs
  }

  /** Makes every point due with the next round. */
  allDue(): void {
    for (const turn of this.#turns.values()) turn.dueAt = 0
  }

  /** How long a reading of the point is believed, in ms. */
  validForMs(point: string, timeoutMs: number): number {
    const achieved = this.#turns.get(point)?.achievedMs ?? 0
    return Math.max(VALID_PERIODS * achieved, achieved + timeoutMs)
  }
}
