/** What befalls the bytes on a line; both ways alike. */
export interface Faults {
  /** Nothing arrives and nobody is told: what is on its way waits, as for packets that are sent again and again. */
  readonly blackHole: boolean
  /** Every byte takes so much longer, ms. */
  readonly delayMs: number
  /** Most the line carries each way, all connections together, bit a second; null = everything. */
  readonly bitRate: number | null
  /** One byte of so many has a bit turned over, by chance; null = none. */
  readonly corruptOneIn: number | null
  /** Whoever connects is reset at once. */
  readonly refuses: boolean
}

/** A line without faults. */
export const NO_FAULTS: Faults = { blackHole: false, delayMs: 0, bitRate: null, corruptOneIn: null, refuses: false }
