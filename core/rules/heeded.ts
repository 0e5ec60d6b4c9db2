/** Feedback that may be told again. */
const MOST = 256

/** Ids of the feedback that was taken, newest last: what is told again changes nothing again. */
export class Heeded {
  #ids: readonly string[]

  constructor(ids: readonly string[] = []) {
    this.#ids = ids
  }

  has(id: string): boolean {
    return this.#ids.includes(id)
  }

  add(id: string): void {
    this.#ids = [...this.#ids, id].slice(-MOST)
  }

  save(): { feedback?: string[] } {
    return this.#ids.length === 0 ? {} : { feedback: [...this.#ids] }
  }
}
