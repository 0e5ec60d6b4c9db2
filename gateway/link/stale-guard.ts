import { sameBytes } from '../../core/decode/modbus-cells.ts'
import { answerBytes, functionOf, isGatewayException, type ReadRequest } from '../../core/decode/modbus-pdu.ts'
import { Debts } from './debts.ts'
import type { Room } from './field-bus.ts'
import { RefusedEdges } from './refused-edges.ts'
import { type Shape, shapeIn, shapeOf, widenings } from './shape.ts'

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
  /** There may be one when a question to the same unit that is on the line has ended. */
  | { readonly kind: 'turn'; readonly over: Promise<unknown> }

/** A request that went out. */
export interface Asked {
  readonly request: ReadRequest
  readonly at: number
}

/** An answer that came. */
interface Past {
  readonly shape: Shape
  /** What it answers; null where that is not known. */
  readonly request: ReadRequest | null
  readonly pdu: Uint8Array
  readonly at: number
}

interface Unit {
  readonly debts: Debts
  /** Questions on the line; their answers can be mixed up. */
  readonly open: Set<Asked>
  /** Told when one of them ends. */
  ended: PromiseWithResolvers<undefined> | null
  /** The last answers that came: they may come again. */
  past: readonly Past[]
  readonly refused: RefusedEdges
  /** Requests without an answer since the last one with. */
  misses: number
  hasAnswered: boolean
}

/** How the answers of a line behave. */
export interface StaleGuardOptions {
  /** So long after it was asked an answer no longer comes, in ms. */
  readonly memoryMs: number
  /** Whether an answer names its question. Then it takes a fault seen on the line to doubt that it does so rightly. */
  readonly isTied: boolean
}

/** A copy follows its original soon; so many answers back it is not looked for. */
const MOST_PAST = 16
/** Who left so many requests in a row unanswered is taken for dead. */
const DEAD_AFTER = 3
/** An answer that came damaged is expected for this part of the memory. */
const GARBLED_PART = 20
/** A line whose answers do not name their question is suspected for so many times the memory when one fails to come or comes late. */
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
  readonly #isTied: boolean
  readonly #units = new Map<number, Unit>()
  /** Those of which answers may still come. */
  readonly #owing = new Set<Unit>()
  /** Whether any answer has been seen to come twice. */
  #hasDoubled = false
  /** Until when a line on which something went wrong is thought capable of anything. */
  #suspectUntil = -Infinity

  constructor({ memoryMs, isTied }: StaleGuardOptions) {
    this.#memoryMs = memoryMs
    this.#isTied = isTied
  }

  /**
   * The request to send for `request`. `room` null: what can be read around it is not known, a few cells are tried;
   * those the device refused once are not tried again.
   */
  shape(request: ReadRequest, room: Room | null, now: number): Shaped {
    const unit = this.#unit(request.unit, now)
    const isOwed = (other: ReadRequest) => unit.debts.has(shapeOf(other))
    const isDouble = (other: ReadRequest) => unit.past.some((past) => mayBeTaken(past, other))
    // A late answer may come under another unit's or function's name, but that is too rare to wait for it.
    const isRisky = (other: ReadRequest) => isDouble(other) || this.#owers(other, now).length > 0
    const isOpen = (other: ReadRequest) => [...unit.open].some((asked) => mayBeMixed(asked.request, other))
    if (!isOwed(request) && !isOpen(request) && !isRisky(request)) return { kind: 'ask', request, isDoubtful: false }
    // To be asked at once is not worth cells of which nobody knows whether they can be read.
    if (room === null && isOpen(request)) return turn(unit)
    const unowed = [...widenings(request, unit.refused.room(request, room, now))].filter((other) => !isOwed(other))
    const free = unowed.filter((other) => !isOpen(other))
    const [first] = free
    if (first === undefined) {
      return unowed.length > 0 ? turn(unit) : { kind: 'wait', until: unit.debts.until(shapeOf(request)) }
    }
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
    const asked = { request, at: now }
    this.#unit(request.unit, now).open.add(asked)
    return asked
  }

  /**
   * An answer came, and whether it may be a copy of the answer to another question, for it is the same byte for byte. An
   * exception does not tell whether it answers this request or one before it, nor is a gateway's giving up the end of it:
   * then the answer may still come.
   */
  answered(asked: Asked, pdu: Uint8Array, now: number): boolean {
    const { request } = asked
    const unit = this.#unit(request.unit, now)
    const [code = 0, reason = 0] = pdu
    end(unit, asked)
    if (code >= 0x80) {
      if (unit.debts.hasFunction(functionOf(request.table)) || isGatewayException(reason)) this.unanswered(asked)
      return false
    }
    const isProne = this.#isLoose() || now < this.#suspectUntil
    const mayBeCopy = isProne && unit.past.some((past) => mayBeTaken(past, request) && sameBytes(past.pdu, pdu))
    this.#came(unit, { request, shape: shapeOf(request), pdu, at: now })
    return mayBeCopy
  }

  /** What was taken for the answer to `request` was a copy of another: its own may still come. */
  doubled(request: ReadRequest, now: number): void {
    this.#hasDoubled = true
    this.#expect({ request, at: now }, now + this.#memoryMs)
  }

  /** No answer came in time: it may still come. */
  unanswered(asked: Asked): void {
    this.#expect(asked, asked.at + this.#memoryMs)
  }

  /** The answer came, but damaged: another copy of it is hardly to be expected for long. */
  garbled(asked: Asked, now: number): void {
    this.#expect(asked, now + this.#memoryMs / GARBLED_PART)
  }

  /** The device refused `sent`, which was wider than `wanted`: so wide it is not asked again for a while. */
  refused(wanted: ReadRequest, sent: ReadRequest, now: number): void {
    this.#unit(wanted.unit, now).refused.add(wanted, sent, now)
  }

  /**
   * Whether an answer to nothing that is asked is one that was waited for before, or one that came already; then it is over.
   * `isNamed`: it names a question that went unanswered.
   */
  recognise(
    unitId: number,
    pdu: Uint8Array,
    { now, isNamed }: { readonly now: number; readonly isNamed: boolean },
  ): boolean {
    const unit = this.#units.get(unitId)
    if (unit === undefined) return false
    if (!isNamed) this.#suspect(now)
    const shape = shapeIn(pdu)
    if (shape === null) return false
    const past = unit.past.filter((other) => other.shape === shape)
    // A copy of what came is not the answer that is still to come, though it looks like it.
    const late = past.some((other) => sameBytes(other.pdu, pdu)) ? undefined : unit.debts.settle(shape)
    if (late !== undefined) {
      this.#came(unit, { request: late, shape, pdu, at: now })
      // A line that was only slow: everything that was missed has come, each under the name of its question.
      if (isNamed && !this.#isLoose() && !this.#isOwing(now)) this.#suspectUntil = -Infinity
      return true
    }
    if (past.length === 0) return false
    this.#hasDoubled = true
    return true
  }

  /** Whether nothing but its content ties an answer to its question: the line says no more, or was seen to say it wrongly. */
  #isLoose(): boolean {
    return !this.#isTied || this.#hasDoubled
  }

  #suspect(now: number): void {
    this.#suspectUntil = Math.max(this.#suspectUntil, now + (this.#isLoose() ? SUSPECT_FOR : 1) * this.#memoryMs)
  }

  /** The units that owe an answer of this length. */
  #owers(request: ReadRequest, now: number): readonly Unit[] {
    if (!this.#isOwing(now)) return []
    const length = answerBytes(request)
    return [...this.#owing].filter(({ debts }) => debts.hasBytes(length))
  }

  #isOwing(now: number): boolean {
    for (const unit of this.#owing) {
      unit.debts.forget(now)
      if (unit.debts.size === 0) this.#owing.delete(unit)
    }
    return this.#owing.size > 0
  }

  #unit(id: number, now: number): Unit {
    const unit = this.#units.get(id) ?? {
      debts: new Debts(),
      open: new Set<Asked>(),
      ended: null,
      past: [],
      refused: new RefusedEdges(this.#memoryMs),
      misses: 0,
      hasAnswered: false,
    }
    this.#units.set(id, unit)
    unit.debts.forget(now)
    const doubleMs = this.#memoryMs / DOUBLE_PART
    if (unit.past.some(({ at }) => at + doubleMs <= now)) unit.past = unit.past.filter(({ at }) => at + doubleMs > now)
    return unit
  }

  #expect(asked: Asked, until: number): void {
    const unit = this.#unit(asked.request.unit, asked.at)
    end(unit, asked)
    unit.debts.add(asked.request, until)
    if (unit.hasAnswered && isAlive(unit)) this.#suspect(asked.at)
    unit.misses += 1
    this.#owing.add(unit)
  }

  #came(unit: Unit, answer: Past): void {
    const { table, address, quantity } = answer.request ?? {}
    // An answer to the same read takes the place of the one before.
    const isOther = ({ request }: Past) =>
      request === null || request.table !== table || request.address !== address || request.quantity !== quantity
    unit.past = [...unit.past.filter(isOther), answer].slice(-MOST_PAST)
    unit.misses = 0
    unit.hasAnswered = true
  }
}

/** Whether the answer that came before would be taken for the one to `request` though it is not of all the same cells. */
function mayBeTaken({ shape, request: other }: Past, request: ReadRequest): boolean {
  if (shape !== shapeOf(request)) return false
  return other?.address !== request.address || other.quantity < request.quantity
}

/** Whether the answer to one would be taken for the other's, though it is of other cells. */
function mayBeMixed(one: ReadRequest, other: ReadRequest): boolean {
  return shapeOf(one) === shapeOf(other) && (one.address !== other.address || one.quantity !== other.quantity)
}

function turn(unit: Unit): Shaped {
  unit.ended ??= Promise.withResolvers<undefined>()
  return { kind: 'turn', over: unit.ended.promise }
}

function end(unit: Unit, asked: Asked): void {
  if (!unit.open.delete(asked)) return
  unit.ended?.resolve(undefined)
  unit.ended = null
}

/** Of one that is dead not even a damaged answer is expected. */
function isAlive({ misses }: Unit): boolean {
  return misses < DEAD_AFTER
}
