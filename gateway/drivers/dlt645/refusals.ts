/** How long an item is not asked for, in ms. */
export interface RefusalTimes {
  /** Where the meter says that it has no such item. */
  readonly unknownMs: number
  /** Where it refuses for another reason. */
  readonly otherMs: number
}

/** Items that the meter has refused, and until when they are not asked for again. Times are monotonic, in ms. */
export class Refusals {
  readonly #times: RefusalTimes
  readonly #until = new Map<string, number>()

  constructor(times: RefusalTimes) {
    this.#times = times
  }

  holds(item: string, now: number): boolean {
    return now < (this.#until.get(item) ?? 0)
  }

  /** Whether it was refused the last time it was asked for. */
  knows(item: string): boolean {
    return this.#until.has(item)
  }

  /** Returns true when it is the first time. */
  add(item: string, isUnknown: boolean, now: number): boolean {
    const { unknownMs, otherMs } = this.#times
    const isNew = !this.#until.has(item)
    this.#until.set(item, now + (isUnknown ? unknownMs : otherMs))
    return isNew
  }

  /** The meter has given the item. */
  forget(item: string): void {
    this.#until.delete(item)
  }

  clear(): void {
    this.#until.clear()
  }
}
