import {
  answerBytes,
  functionOf,
  isBitTable,
  isGatewayException,
  MAX_BITS,
  MAX_REGISTERS,
  type ReadAnswer,
  type ReadRequest,
} from '../../core/decode/modbus-pdu.ts'
import type { Room } from './field-bus.ts'

/** How a read is to be asked so that no answer on its way can be taken for its own. */
export type Shaped =
  | {
      readonly kind: 'ask'
      readonly request: ReadRequest
      /** Another answer could be taken for this one, though it is not likely to come: only an only answer is to be believed. */
      readonly isDoubtful: boolean
    }
  /** There is no such way before this time. */
  | { readonly kind: 'wait'; readonly until: number }

/** A request that went out. */
export interface Asked {
  readonly request: ReadRequest
  readonly at: number
}

/** What tells one answer of a unit from another. */
interface Shape {
  readonly code: number
  readonly bytes: number
}

type Expected = Asked & Shape & { readonly until: number }
type Past = Asked & Shape

interface Unit {
  /** Requests whose answers may still come. */
  pending: readonly Expected[]
  /** The last answers that came: they may come again. */
  past: readonly Past[]
  /** By table and edge: how many cells beyond it the device is known to refuse. */
  readonly refused: Map<string, number>
  /** Requests without an answer since the last one with. */
  misses: number
  hasAnswered: boolean
}

/** Steps of answer length tried to either side where it is not known what can be read. */
const OPTIMISM = 6
/** Answer lengths looked through where there is room for more. */
const MOST_STEPS = 64
const MOST_REFUSALS = 512
const MOST_PENDING = 64
const MOST_PAST = 16
/** Who left so many requests in a row unanswered is taken for dead. */
const DEAD_AFTER = 3
/** An answer that came damaged is expected for this part of the memory. */
const GARBLED_PART = 20
/** A line on which an answer failed to come or came late is suspected for so many times the memory. */
const SUSPECT_FOR = 10
/** A second copy of an answer is expected for this part of it. */
const DOUBLE_PART = 10

/**
 * Remembers which answers may still come, and gives each read a shape that none of them has. An answer carries nothing
 * that ties it to its question but unit id, function and byte count; so while an answer may still come, its unit is asked
 * for more cells than wanted, and the surplus is cut off. (MODBUS over Serial Line V1.02 §2.4.1 leaves this to the client.)
 *
 * An answer that came proves nothing about the older ones: a device or gateway may answer in any order. Only time does,
 * or the late frame itself.
 */
export class StaleGuard {
  readonly #memoryMs: number
  readonly #units = new Map<number, Unit>()
  /** Those of which answers may still come. */
  readonly #owing = new Set<Unit>()
  /** Whether any answer has been seen to come twice. */
  #hasDoubled = false
  /** Until when a line on which something went wrong is thought capable of anything. */
  #suspectUntil = -Infinity

  /** `memoryMs` after it was asked an answer no longer comes. */
  constructor({ memoryMs }: { readonly memoryMs: number }) {
    this.#memoryMs = memoryMs
  }

  /**
   * The request to send for `request`. `room` null: what can be read around it is not known, a few cells are tried;
   * those the device refused once are not tried again.
   */
  shape(request: ReadRequest, room: Room | null, now: number): Shaped {
    const unit = this.#unit(request.unit, now)
    const isOwed = (other: ReadRequest) => unit.pending.some((pending) => isSameShape(pending, shapeOf(other)))
    const isDouble = (other: ReadRequest) => unit.past.some((past) => mayBeTaken(past, other))
    // A late answer may come under another unit's or function's name, but that is too rare to wait for it.
    const isRisky = (other: ReadRequest) => isDouble(other) || this.#owers(other, now).length > 0
    if (!isOwed(request) && !isRisky(request)) return { kind: 'ask', request, isDoubtful: false }
    const free = [...widenings(request, this.#room(unit, request, room))].filter((other) => !isOwed(other))
    const [first] = free
    if (first === undefined) return { kind: 'wait', until: freeAt(unit, request) }
    // As long as nothing comes twice, cells of which nobody knows whether they can be read are not tried for this alone.
    const safe = room !== null || this.#hasDoubled ? free.find((other) => !isRisky(other)) : undefined
    if (safe !== undefined) return { kind: 'ask', request: safe, isDoubtful: false }
    return {
      kind: 'ask',
      request: first,
      isDoubtful: now < this.#suspectUntil && (isDouble(first) || this.#owers(first, now).some(isAlive)),
    }
  }

  /** The request goes out now. */
  asked(request: ReadRequest, now: number): Asked {
    return { request, at: now }
  }

  /**
   * An answer came. An exception does not tell whether it answers this request or one before it, nor is a gateway's
   * giving up the end of it: then the answer may still come.
   */
  answered(asked: Asked, answer: ReadAnswer, now: number): void {
    const { request } = asked
    const unit = this.#unit(request.unit, now)
    if (answer.kind === 'exception') {
      const isDoubtful = unit.pending.some(({ code }) => code === functionOf(request.table))
      if (isDoubtful || isGatewayException(answer.code)) this.unanswered(asked)
      return
    }
    this.#came(unit, { ...asked, ...shapeOf(request), at: now })
  }

  /** No answer came in time: it may still come. */
  unanswered(asked: Asked): void {
    this.#expect(asked, asked.at + this.#memoryMs)
  }

  /** The answer came, but damaged: another copy of it is hardly to be expected for long. */
  garbled(asked: Asked, now: number): void {
    this.#expect(asked, now + this.#memoryMs / GARBLED_PART)
  }

  /** The device refused `sent`, which was wider than `wanted`: so wide it is not asked again. */
  refused(wanted: ReadRequest, sent: ReadRequest): void {
    const { refused } = this.#unit(wanted.unit, 0)
    const before = wanted.address - sent.address
    const after = sent.quantity - wanted.quantity - before
    if (refused.size >= MOST_REFUSALS) refused.clear()
    // Which of the two sides it was is not known; those behind are tried before those ahead, so they are doubted first.
    if (after > 0) lower(refused, edge(wanted, 'after'), after)
    else if (before > 0) lower(refused, edge(wanted, 'before'), before)
  }

  /** Whether a frame of this shape is one that was waited for before, or one that came already; then it is over. */
  recognise(unitId: number, code: number, bytes: number, now: number): boolean {
    const unit = this.#units.get(unitId)
    if (unit === undefined) return false
    const shape = { code, bytes }
    this.#suspect(now)
    const late = unit.pending.find((pending) => isSameShape(pending, shape))
    if (late !== undefined) {
      unit.pending = unit.pending.filter((other) => other !== late)
      this.#came(unit, { ...late, at: now })
      return true
    }
    if (!unit.past.some((past) => isSameShape(past, shape))) return false
    this.#hasDoubled = true
    return true
  }

  #suspect(now: number): void {
    this.#suspectUntil = now + SUSPECT_FOR * this.#memoryMs
  }

  /** The units that owe an answer of this length. */
  #owers(request: ReadRequest, now: number): readonly Unit[] {
    if (this.#owing.size === 0) return []
    const length = answerBytes(request)
    for (const unit of this.#owing) if (unit.pending.every(({ until }) => until <= now)) this.#owing.delete(unit)
    return [...this.#owing].filter(({ pending }) => pending.some(({ bytes }) => bytes === length))
  }

  #unit(id: number, now: number): Unit {
    const unit = this.#units.get(id) ?? {
      pending: [],
      past: [],
      refused: new Map<string, number>(),
      misses: 0,
      hasAnswered: false,
    }
    this.#units.set(id, unit)
    if (unit.pending.some(({ until }) => until <= now)) unit.pending = unit.pending.filter(({ until }) => until > now)
    const doubleMs = this.#memoryMs / DOUBLE_PART
    if (unit.past.some(({ at }) => at + doubleMs <= now)) unit.past = unit.past.filter(({ at }) => at + doubleMs > now)
    return unit
  }

  #expect(asked: Asked, until: number): void {
    const unit = this.#unit(asked.request.unit, asked.at)
    unit.pending = [...unit.pending, { ...asked, ...shapeOf(asked.request), until }].slice(-MOST_PENDING)
    if (unit.hasAnswered && isAlive(unit)) this.#suspect(asked.at)
    unit.misses += 1
    this.#owing.add(unit)
  }

  #came(unit: Unit, answer: Past): void {
    const isOther = ({ request: { table, address, quantity } }: Past) => {
      return (
        table !== answer.request.table || address !== answer.request.address || quantity !== answer.request.quantity
      )
    }
    unit.past = [...unit.past.filter(isOther), answer].slice(-MOST_PAST)
    unit.misses = 0
    unit.hasAnswered = true
  }

  #room(unit: Unit, request: ReadRequest, room: Room | null): Room {
    const tried = OPTIMISM * (isBitTable(request.table) ? 8 : 1)
    const { before, after } = room ?? { before: tried, after: tried }
    const refusedFrom = (side: 'before' | 'after') => unit.refused.get(edge(request, side)) ?? Infinity
    return { before: Math.min(before, refusedFrom('before') - 1), after: Math.min(after, refusedFrom('after') - 1) }
  }
}

/** What `asked` wanted of the answer to the wider `sent`; an exception is handed on as it is. */
export function cutBack(asked: ReadRequest, sent: ReadRequest, answer: ReadAnswer): ReadAnswer {
  const start = asked.address - sent.address
  const end = start + asked.quantity
  switch (answer.kind) {
    case 'registers':
      return { kind: 'registers', words: answer.words.slice(start, end) }
    case 'bits':
      return { kind: 'bits', bits: answer.bits.slice(start, end) }
    case 'exception':
      return answer
  }
}

/** The request itself and then ever wider ones, each with an answer of another length; those after it come first. */
function* widenings(request: ReadRequest, room: Room): Generator<ReadRequest> {
  yield request
  const { address, quantity, table } = request
  const most = isBitTable(table) ? MAX_BITS : MAX_REGISTERS
  const before = Math.max(0, Math.min(room.before, address))
  const after = Math.max(0, Math.min(room.after, 65_536 - address - quantity))
  const step = isBitTable(table) ? 8 : 1
  for (let count = 1; count <= MOST_STEPS; count += 1) {
    const more = count * step
    if (more > before + after || quantity + more > most) return
    const behind = Math.min(more, after)
    const ahead = Math.min(more, before)
    yield { ...request, address: address - (more - behind), quantity: quantity + more }
    if (ahead !== more - behind) yield { ...request, address: address - ahead, quantity: quantity + more }
  }
}

function shapeOf(request: ReadRequest): Shape {
  return { code: functionOf(request.table), bytes: answerBytes(request) }
}

function isSameShape(a: Shape, b: Shape): boolean {
  return a.code === b.code && a.bytes === b.bytes
}

/** When the request itself can be asked again. */
function freeAt(unit: Unit, request: ReadRequest): number {
  const blocking = unit.pending.filter((pending) => isSameShape(pending, shapeOf(request)))
  return Math.max(0, ...blocking.map(({ until }) => until))
}

/** Whether the answer that came before would be taken for the one to `request` though it is not of all the same cells. */
function mayBeTaken(past: Past, request: ReadRequest): boolean {
  const { address, quantity } = past.request
  return isSameShape(past, shapeOf(request)) && (address !== request.address || quantity < request.quantity)
}

/** Of one that is dead not even a damaged answer is expected. */
function isAlive({ misses }: Unit): boolean {
  return misses < DEAD_AFTER
}

function edge({ table, address, quantity }: ReadRequest, side: 'before' | 'after'): string {
  return `${table}/${side}/${side === 'before' ? address : address + quantity}`
}

function lower(refused: Map<string, number>, key: string, cells: number): void {
  refused.set(key, Math.min(refused.get(key) ?? Infinity, cells))
}
