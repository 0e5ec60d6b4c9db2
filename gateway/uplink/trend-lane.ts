import { type TrendColumns, TrendHead } from '../../core/contract/chain.ts'
import type { Receipt } from '../../core/contract/lanes.ts'
import type { MonoMs } from '../../core/contract/time.ts'
import { encodeTrendBody } from '../../core/decode/trend-body.ts'
import { HouseError } from '../../core/kit/errors.ts'
import { elapsed } from '../../core/kit/time.ts'
import { encodeTrendMessage, hashOfBody, packBody } from '../../platform/chain.ts'
import type { WaitingLink } from '../store/store.ts'
import { patienceMs } from './backlog.ts'
import type { DatingOf } from './redate.ts'
import { TREND_SHARE, TrendColumnsBuilder, trendWidth } from './trend.ts'
import type { UplinkStore } from './uplink-store.ts'

/** A message is made when it will take about so many bytes: an alarm may have to wait behind it. */
const MESSAGE_BYTES = 13 * 1_024

/** Messages on their way at once. */
const WINDOW = 8

/** It is provisional: what has found no receipt after so many sendings is left to the ranges. */
const MOST_SENDINGS = 3

/** What is expected before a message has been packed, bytes: of a column of a point, and of one in which there are readings. */
const EXPECTED = { columnBytes: 2, cellBytes: 4.5 } as const

/** Messages of fewer cells say nothing of what the others will take. */
const CELLS_TO_LEARN = 200

/** The coarsest width, for the rest of a trend that has become dearer than was thought, ms. */
const COARSEST_MS = 3_600_000

/** What has become of a step: a message to send, or a piece of work done for one. */
export type TrendStep = { readonly is: 'message'; readonly payload: Uint8Array } | { readonly is: 'work' }

export interface TrendLaneOptions {
  readonly site: string
  readonly store: Pick<UplinkStore, 'decoded'>
  readonly datingOf: DatingOf
  /** How many points the site has. */
  readonly points: () => number
}

interface Piece {
  readonly stream: string
  readonly from: number
  readonly to: number
  readonly payload: Uint8Array
}

interface OnItsWay {
  readonly piece: Piece
  at: MonoMs
  times: number
}

/** The part of the backlog that lies in the columns now. */
interface Chunk {
  readonly stream: string
  readonly from: number
  to: number
  spanMs: number
  readonly columns: TrendColumnsBuilder
}

/** Makes the trend of a backlog, range by range, and sends it in messages until they are receipted. One trend a connection. */
export class TrendLane {
  readonly #options: TrendLaneOptions
  /** Raw ranges to be told of, oldest first; null until the trend is begun. */
  #todo: readonly WaitingLink[] | null = null
  #next = 0
  #chunk: Chunk | null = null
  #budget = { bytes: 0, spanMs: 0 }
  #learned: { readonly columnBytes: number; readonly cellBytes: number } = EXPECTED
  #ready: Piece | null = null
  readonly #onTheirWay = new Map<string, OnItsWay>()
  /** What the control room has, of this connection and those before. */
  readonly #told: Pick<Piece, 'stream' | 'from' | 'to'>[] = []

  constructor(options: TrendLaneOptions) {
    this.#options = options
  }

  /** The connection is new: what was on its way is made anew, unless it was receipted. */
  restart(): void {
    this.#todo = null
    this.#chunk = null
    this.#ready = null
    this.#onTheirWay.clear()
  }

  /** Whether a step would send or make something now. */
  hasNext(waiting: readonly WaitingLink[], now: MonoMs): boolean {
    if (this.#todo === null) return waiting.some((link) => this.#isUntold(link))
    if (this.#overdue(now) !== null) return true
    return (this.#ready !== null || this.#next < this.#todo.length) && this.#onTheirWay.size < WINDOW
  }

  /** What is overdue or ready, else takes one range into the columns; only while there `hasNext`. Throws `store/failed`. */
  step(waiting: readonly WaitingLink[], now: MonoMs): TrendStep {
    this.#todo ??= this.#begin(waiting)
    const overdue = this.#overdue(now)
    if (overdue !== null) {
      Object.assign(overdue, { at: now, times: overdue.times + 1 })
      return { is: 'message', payload: overdue.piece.payload }
    }
    const piece = this.#ready
    if (piece !== null) {
      this.#ready = null
      this.#onTheirWay.set(keyOf(piece), { piece, at: now, times: 1 })
      return { is: 'message', payload: piece.payload }
    }
    const range = this.#todo[this.#next]
    this.#next += 1
    if (range !== undefined) this.#take(range, this.#todo[this.#next])
    return { is: 'work' }
  }

  /** Throws `message/malformed` for a receipt of what was never sent. */
  receipted(receipt: Extract<Receipt, { lane: 'trend' }>): void {
    const { stream, from, to, verdict } = receipt
    const key = keyOf(receipt)
    if (!this.#onTheirWay.has(key)) {
      if (this.#told.some((one) => keyOf(one) === key)) return
      throw new HouseError('message/malformed', 'forged receipt: a trend that was never sent', {
        refused: 'forged receipt',
        from,
        to,
      })
    }
    if (verdict === 'keep') return
    this.#onTheirWay.delete(key)
    this.#told.push({ stream, from, to })
  }

  #begin(waiting: readonly WaitingLink[]): readonly WaitingLink[] {
    const todo = waiting.filter((link) => this.#isUntold(link))
    const bytes = TREND_SHARE * todo.reduce((sum, link) => sum + link.bytes, 0)
    this.#budget = { bytes, spanMs: todo.reduce((sum, link) => sum + spanOf(link), 0) }
    this.#next = 0
    return this.#width() === null ? [] : todo
  }

  #isUntold({ kind, fidelity, stream, from, to }: WaitingLink): boolean {
    if (kind !== 'range' || fidelity !== 'raw' || from === null || to === null) return false
    return !this.#told.some((one) => one.stream === stream && one.from <= from && to <= one.to)
  }

  #width(): number | null {
    const points = Math.max(1, this.#options.points())
    return trendWidth({ ...this.#budget, points, bytesPerColumn: this.#learned.columnBytes })
  }

  #take(range: WaitingLink, next: WaitingLink | undefined): void {
    const { store, datingOf } = this.#options
    const { stream, from, to, boot } = range
    if (from === null || to === null) return
    this.#chunk ??= { stream, from, to, spanMs: 0, columns: new TrendColumnsBuilder(this.#width() ?? COARSEST_MS) }
    const chunk = this.#chunk
    chunk.columns.add(store.decoded(range), boot === null ? null : (datingOf(boot)?.offsetMs ?? null))
    chunk.to = to
    chunk.spanMs += spanOf(range)
    const goesOn = next?.stream === stream && next.from === to + 1
    if (!goesOn || chunk.columns.cells * this.#learned.cellBytes >= MESSAGE_BYTES) this.#cut(chunk)
  }

  #cut({ columns, stream, from, to, spanMs }: Chunk): void {
    this.#chunk = null
    this.#budget = { ...this.#budget, spanMs: this.#budget.spanMs - spanMs }
    if (columns.cells === 0) return
    const { site, points } = this.#options
    const { widthMs, cells } = columns
    const payload = messageOf({ site, stream, from, to, widthMs }, columns.columns())
    this.#ready = { stream, from, to, payload }
    this.#budget = { ...this.#budget, bytes: this.#budget.bytes - payload.length }
    if (cells < CELLS_TO_LEARN) return
    const told = Math.max(1, points()) * Math.max(1, spanMs / widthMs)
    this.#learned = { cellBytes: payload.length / cells, columnBytes: payload.length / told }
  }

  /** A message whose receipt has not come in time; one that was sent often enough is given up. */
  #overdue(now: MonoMs): OnItsWay | null {
    for (const [key, one] of this.#onTheirWay) {
      if (elapsed(one.at, now) < patienceMs(one.times)) continue
      if (one.times < MOST_SENDINGS) return one
      this.#onTheirWay.delete(key)
    }
    return null
  }
}

function messageOf(head: Omit<TrendHead, 'at' | 'body'>, points: readonly TrendColumns[]): Uint8Array {
  const plain = encodeTrendBody(points)
  const ends = points.flatMap(({ columns }) => [columns[0]?.index ?? Infinity, columns.at(-1)?.index ?? -Infinity])
  const first = ends.reduce((least, index) => Math.min(least, index), Infinity)
  const last = ends.reduce((most, index) => Math.max(most, index), -Infinity)
  const at = [first * head.widthMs, (last + 1) * head.widthMs - 1]
  return encodeTrendMessage({ head: TrendHead.parse({ ...head, at, body: hashOfBody(plain) }), body: packBody(plain) })
}

function keyOf({ stream, from, to }: Pick<Piece, 'stream' | 'from' | 'to'>): string {
  return `${stream}/${from}-${to}`
}

function spanOf({ at }: WaitingLink): number {
  return at === null ? 0 : Math.max(0, at[1] - at[0])
}
