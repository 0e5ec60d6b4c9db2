import { isBitTable, type ReadRequest } from '../../core/decode/modbus-pdu.ts'
import type { Room } from './field-bus.ts'

interface Refusal {
  readonly cells: number
  /** When the last one came. */
  readonly at: number
  readonly isRepeated: boolean
}

type Side = 'before' | 'after'

/** Steps of answer length tried to either side where it is not known what can be read. */
const OPTIMISM = 6
const MOST_REFUSALS = 512
/** A refusal that was repeated is believed this long, in ms; a single one may be a late answer, and only as long as those come. */
const REFUSED_FOR_MS = 3_600_000

/** How far around its reads a unit has refused to give more cells. */
export class RefusedEdges {
  readonly #memoryMs: number
  /** By table and edge: how many cells beyond it the device refused. */
  readonly #refusals = new Map<string, Refusal>()

  /** `memoryMs`: so long after it was asked an answer may still come. */
  constructor(memoryMs: number) {
    this.#memoryMs = memoryMs
  }

  /** The device refused `sent`, which was wider than `wanted`. */
  add(wanted: ReadRequest, sent: ReadRequest, now: number): void {
    const before = wanted.address - sent.address
    const after = sent.quantity - wanted.quantity - before
    if (this.#refusals.size >= MOST_REFUSALS) this.#refusals.clear()
    // Which of the two sides it was is not known; those behind are tried before those ahead, so they are doubted first.
    if (after > 0) this.#lower(edge(wanted, 'after'), after, now)
    else if (before > 0) this.#lower(edge(wanted, 'before'), before, now)
  }

  /** The part of `room` in which nothing was refused; null = nobody knows what can be read there. */
  room(request: ReadRequest, room: Room | null, now: number): Room {
    const tried = OPTIMISM * (isBitTable(request.table) ? 8 : 1)
    const { before, after } = room ?? { before: tried, after: tried }
    const refusedFrom = (side: Side) => {
      const refusal = this.#refusals.get(edge(request, side))
      if (refusal === undefined) return Infinity
      return now < refusal.at + (refusal.isRepeated ? REFUSED_FOR_MS : this.#memoryMs) ? refusal.cells : Infinity
    }
    return { before: Math.min(before, refusedFrom('before') - 1), after: Math.min(after, refusedFrom('after') - 1) }
  }

  #lower(key: string, cells: number, at: number): void {
    const last = this.#refusals.get(key)
    const isRepeated = last !== undefined && at < last.at + REFUSED_FOR_MS
    this.#refusals.set(key, { cells: isRepeated ? Math.min(last.cells, cells) : cells, at, isRepeated })
  }
}

function edge({ table, address, quantity }: ReadRequest, side: Side): string {
  return `${table}/${side}/${side === 'before' ? address : address + quantity}`
}
