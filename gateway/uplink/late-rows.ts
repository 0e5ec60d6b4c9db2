import type { UplinkStore } from './uplink-store.ts'
import type { NodeSession } from './node-session.ts'

/** What a reading takes in a DDATA, bytes; in a range it takes a twentieth of that. */
const READING_BYTES = 22

/** Most readings that are in no range yet. */
const MOST_OPEN = 4_096

/** Late rows that would take longer, ms, are left to the range that holds them next. */
const MOST_MS = 5_000

/** Rows read from the store at a time, so that alarms get their turn in between. */
const PAGE = 8

/**
 * Readings in no range yet that have not gone out live, because there was no session: sent late as historical, so that an early history
 * does not have to wait for the range. What is lost on the way comes with its range.
 */
export class LateRows {
  readonly #store: Pick<UplinkStore, 'openRows' | 'nextSeq' | 'stream'>
  /** The stream of which readings below `#liveUpTo` went out live. */
  #stream = ''
  #liveUpTo = 0
  #boundary = 0
  #cursor = 0

  constructor(store: Pick<UplinkStore, 'openRows' | 'nextSeq' | 'stream'>) {
    this.#store = store
  }

  /** Readings below `nextSeq` went out live. */
  wentLive(nextSeq: number): void {
    if (this.#stream !== this.#store.stream) this.#liveUpTo = 0
    this.#stream = this.#store.stream
    this.#liveUpTo = Math.max(this.#liveUpTo, nextSeq)
  }

  /** The births are told: everything stored so far that did not go out live is late, on a line of so many bytes a second. */
  begin(rate: number | null): void {
    const { stream } = this.#store
    this.#cursor = this.#stream === stream ? this.#liveUpTo : 0
    this.#boundary = this.#store.nextSeq()
    this.wentLive(this.#boundary)
    const bytes = Math.min(MOST_OPEN, this.#boundary - this.#cursor) * READING_BYTES
    if (rate !== null && (bytes * 1_000) / rate > MOST_MS) this.#cursor = this.#boundary
  }

  /** Sends one page; false when there is nothing left. Throws `store/failed`. */
  async send(session: NodeSession): Promise<boolean> {
    if (this.#cursor >= this.#boundary) return false
    const rows = this.#store.openRows(this.#cursor, PAGE).filter(({ firstSeq }) => firstSeq < this.#boundary)
    const last = rows.at(-1)
    this.#cursor = last === undefined ? this.#boundary : last.firstSeq + last.readings.length
    for (const row of rows) await session.data({ ...row, uncertaintyMs: null }, true)
    return last !== undefined
  }
}
