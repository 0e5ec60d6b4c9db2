/** Items that the meter has refused. They are not asked for until `againMs` later. Times are monotonic, in ms. */
export class Refusals {
  readonly #againMs: number
  readonly #until = new Map<string, number>()

  constructor(againMs: number) {
    this.#againMs = againMs
  }

  holds(item: string, now: number): boolean {
    return now < (this.#until.get(item) ?? 0)
  }

  /** Returns true when it is the first time. */
  add(item: string, now: number): boolean {
    const isNew = !this.#until.has(item)
    this.#until.set(item, now + this.#againMs)
    return isNew
  }

  clear(): void {
    this.#until.clear()
  }
}
