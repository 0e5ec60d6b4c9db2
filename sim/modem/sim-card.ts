/** The SIM of a simulated modem: it keeps its messages when the modem loses power. */
export class SimCard {
  readonly #places: (string | null)[]
  readonly #pin: string | null
  #isOpen: boolean
  #tries = 3

  constructor(places: number, pin: string | null) {
    this.#places = Array.from({ length: places }, () => null)
    this.#pin = pin
    this.#isOpen = pin === null
  }

  /** What +CPIN? says. */
  get state(): 'READY' | 'SIM PIN' | 'SIM PUK' {
    if (this.#isOpen) return 'READY'
    return this.#tries === 0 ? 'SIM PUK' : 'SIM PIN'
  }

  get triesLeft(): number {
    return this.#tries
  }

  get total(): number {
    return this.#places.length
  }

  /** The messages that lie on it, by place. */
  get kept(): { readonly index: number; readonly hex: string }[] {
    return this.#places.flatMap((hex, index) => (hex === null ? [] : [{ index, hex }]))
  }

  /** Power is gone: the PIN is asked for again. */
  lock(): void {
    this.#isOpen = this.#pin === null
  }

  enter(pin: string): boolean {
    if (this.#tries === 0) return false
    this.#isOpen = pin === this.#pin
    this.#tries = this.#isOpen ? 3 : this.#tries - 1
    return this.#isOpen
  }

  /** The place a message was put into, null when all are used. */
  keep(hex: string): number | null {
    const index = this.#places.indexOf(null)
    if (index < 0) return null
    this.#places[index] = hex
    return index
  }

  /** Whether there was something to delete. */
  remove(index: number): boolean {
    const isThere = (this.#places[index] ?? null) !== null
    if (isThere) this.#places[index] = null
    return isThere
  }
}
