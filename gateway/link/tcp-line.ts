import { decodeAnswer, isGivenUp } from '../../core/decode/modbus-answer.ts'
import type { ReadRequest } from '../../core/decode/modbus-pdu.ts'
import { sameBytes } from '../../core/decode/modbus-cells.ts'
import type { ModbusAnswer, ModbusRequest } from '../../core/decode/modbus-request.ts'
import { encodeTcpRequest, type TcpMessage } from '../../core/decode/modbus-tcp.ts'
import { HouseError } from '../../core/kit/errors.ts'
import type { Channel } from '../../platform/serial/channel.ts'
import { closedError, Connection } from './connection.ts'
import { DeadlineWatch } from './deadline-watch.ts'
import { type Given, guardedRead } from './guarded-read.ts'
import { type Exchange, type LineOptions, memoryOf, type ModbusLine, RECONNECT_PAUSES } from './line.ts'
import { type Asked, StaleGuard } from './stale-guard.ts'
import { type Looked, lookThrough } from './tcp-stream.ts'
import { Transactions } from './transactions.ts'

/** So many rounds of questions without a single byte in between: the other end is gone without a word. */
const SILENT_ROUNDS = 3
/** What comes so soon behind an answer that came in pieces shows that its last piece was the beginning of something else. */
const PIECES_MS = 20

/** One Modbus TCP server. */
export interface TcpLineOptions extends LineOptions {
  /** How long the slowest unit behind it thinks at worst, in ms. */
  readonly worstMs: () => number
}

/** A question on the connection, and who is told what becomes of it. */
interface Waiting {
  readonly transaction: number
  readonly request: ModbusRequest
  /** What the guard knows of it; null for what it does not guard. */
  readonly asked: Asked | null
  /** Whether a copy of the answer before would be taken for this one: then another may follow that makes both worthless. */
  readonly isDoubtful: boolean
  readonly isSearch: boolean
  readonly sentAt: number
  readonly withinMs: number
  /** Monotonic time at which it ends: by then the answer must be there, or no other have followed it. */
  deadline: number
  /** A doubtful answer that came. */
  came: Came | null
  /** Messages with its transaction id that were no answer to it. */
  strays: number
  readonly resolve: (given: Given) => void
  readonly reject: (error: Error) => void
}

/** What is asked. */
type Question = Pick<Waiting, 'request' | 'isDoubtful'>

interface Came {
  readonly answer: ModbusAnswer
  readonly pdu: Uint8Array
  readonly isPieced: boolean
  readonly at: number
}

/**
 * Modbus TCP, any number of questions at once. An answer is tied to its question by transaction id, unit id, function and
 * length. That is enough for a device; a gateway to a serial line may give the late answer of one question the transaction
 * id of the newest. So after an unanswered question its unit is asked for answers of other lengths, until the late one was
 * seen or no longer comes. Messages that answer nothing are thrown away and counted, and the answer is still awaited.
 *
 * The connection is given up only when its stream is out of step (nothing in it tells where the next message begins) and
 * when it is silent: what a gateway still has in its buffers survives a new connection, so that would make nothing safer.
 */
export class TcpLine implements ModbusLine {
  readonly #options: TcpLineOptions
  readonly #connection: Connection
  readonly #guard: StaleGuard
  readonly #transactions: Transactions
  readonly #watch: DeadlineWatch
  readonly #waiting = new Map<number, Waiting>()
  /** Those that were ever asked. */
  readonly #units = new Set<number>()
  /** The beginning of a message whose end has not come yet. */
  #begun = new Uint8Array(0)
  #silentRounds = 0
  /** Monotonic time at which the last silent round ended. */
  #roundOverAt = 0

  constructor(options: TcpLineOptions) {
    const memoryMs = memoryOf(options.timeoutMs)
    this.#options = options
    this.#guard = new StaleGuard({ memoryMs, isTied: true })
    this.#transactions = new Transactions(memoryMs)
    this.#watch = new DeadlineWatch(options.clock, (now) => this.#expire(now))
    this.#connection = new Connection({
      ...options,
      pauses: RECONNECT_PAUSES,
      events: { received: (bytes) => this.#received(bytes), lost: (error) => this.#end(() => error) },
    })
  }

  get state(): 'up' | 'down' {
    return this.#connection.state
  }

  async exchange(request: ModbusRequest, how: Exchange, signal: AbortSignal): Promise<ModbusAnswer> {
    if (request.kind !== 'read') {
      const channel = await this.#connection.open(signal)
      return (await this.#ask(channel, { request, isDoubtful: false }, how, signal)).answer
    }
    const { bus, clock } = this.#options
    const ready = async () => {
      const channel = await this.#connection.open(signal)
      return (sent: ReadRequest, isDoubtful: boolean) => {
        return this.#ask(channel, { request: { kind: 'read', ...sent }, isDoubtful }, how, signal)
      }
    }
    return guardedRead(request, { bus, clock, guard: this.#guard, room: how.room, ready, signal })
  }

  close(): void {
    this.#connection.close()
    this.#end(() => closedError(this.#options.bus))
    this.#watch.close()
  }

  async #ask(
    channel: Channel,
    question: Question,
    { withinMs, thought, isSearch = false }: Exchange,
    signal: AbortSignal,
  ): Promise<Given> {
    const { request } = question
    const sentAt = this.#options.clock.mono()
    const transaction = this.#transactions.take(sentAt)
    const { promise, resolve, reject } = Promise.withResolvers<Given>()
    channel.write(encodeTcpRequest(transaction, request))
    this.#options.tally.exchanges += 1
    const asked = request.kind === 'read' ? this.#guard.asked(request, sentAt) : null
    const deadline = sentAt + withinMs
    const fresh = { sentAt, withinMs, deadline, isSearch, strays: 0, came: null }
    const waiting: Waiting = { ...question, ...fresh, transaction, asked, resolve, reject }
    this.#waiting.set(transaction, waiting)
    this.#units.add(request.unit)
    this.#watch.by(deadline)
    const onAbort = () => this.#fail(waiting, signal.reason instanceof Error ? signal.reason : new Error('aborted'))
    signal.addEventListener('abort', onAbort, { once: true })
    try {
      const given = await promise
      // How long a gateway waited tells nothing of the device.
      if (!isGivenUp(given.answer)) thought?.(given.at - sentAt)
      return given
    } finally {
      signal.removeEventListener('abort', onAbort)
    }
  }

  #received(bytes: Uint8Array): void {
    this.#silentRounds = 0
    const now = this.#options.clock.mono()
    const seen = this.#begun.length === 0 ? bytes : joined(this.#begun, bytes)
    const { hits, strays, strayBytes, end, fault } = this.#look(seen)
    for (const stray of strays) this.#stray(stray, now)
    if (fault !== null) {
      this.#begun = seen.slice()
      this.#startAnew((waiting) => this.#malformed(waiting, fault))
      return
    }
    this.#options.tally.discardedBytes += strayBytes
    this.#begun = seen.slice(end)
    // A whole answer behind it shows that one that came in pieces ended where it said.
    if (hits.length > 0) this.#settlePieced()
    const isProven = hits.length > 1
    for (const { question, isPieced, ...came } of hits) {
      this.#settleOrDoubt(question, { ...came, isPieced: isPieced && !isProven, at: now })
    }
  }

  #settlePieced(): void {
    for (const waiting of [...this.#waiting.values()]) {
      if (waiting.came !== null && !waiting.isDoubtful) this.#settle(waiting, waiting.came)
    }
  }

  #look(seen: Uint8Array): Looked<Waiting> {
    return lookThrough({
      seen,
      begun: this.#begun.length,
      open: [...this.#waiting.values()].filter(({ came }) => came === null).length,
      isOurs: (id, unit) => (unit === undefined || this.#units.has(unit)) && this.#transactions.mayCome(id),
      match: (message) => {
        const question = this.#waiting.get(message.transaction)
        if (question === undefined) return null
        const answer = answerIn(message, question.request)
        if (answer === null) question.strays += 1
        return answer === null ? null : { question, answer }
      },
      takesTwo: ({ isDoubtful }) => isDoubtful,
    })
  }

  /** A message that answers nothing that is awaited: counted as stale where it is known what it answers. */
  #stray({ transaction, unit, pdu }: TcpMessage, now: number): void {
    const isNamed = this.#transactions.isUnanswered(transaction, now)
    const isKnown = this.#guard.recognise(unit, pdu, { now, isNamed })
    if (isKnown || isNamed) this.#options.tally.staleAnswers += 1
  }

  #settleOrDoubt(waiting: Waiting, came: Came): void {
    const holdMs = waiting.isDoubtful ? this.#options.worstMs() : came.isPieced ? PIECES_MS : 0
    if (waiting.came !== null) {
      if (sameBytes(waiting.came.pdu, came.pdu)) return
      this.#fail(waiting, this.#malformed(waiting, 'two answers came, one of them an older one'))
    } else if (holdMs === 0) {
      this.#settle(waiting, came)
    } else {
      waiting.came = came
      waiting.deadline = came.at + holdMs
      this.#watch.by(waiting.deadline)
    }
  }

  #settle(waiting: Waiting, came: Came): void {
    const { answer, at } = came
    this.#waiting.delete(waiting.transaction)
    this.#transactions.end(waiting.transaction, isGivenUp(answer) ? 'unanswered' : 'answered', at)
    const mayBeCopy = waiting.asked !== null && this.#guard.answered(waiting.asked, came.pdu, at)
    this.#connection.proven()
    waiting.resolve({ ...came, mayBeCopy })
  }

  /** Its answer is no longer awaited, but may still come. */
  #fail(waiting: Waiting, error: Error): void {
    if (!this.#waiting.delete(waiting.transaction)) return
    this.#transactions.end(waiting.transaction, 'unanswered', this.#options.clock.mono())
    if (waiting.asked !== null) this.#guard.unanswered(waiting.asked)
    waiting.reject(error)
  }

  /** Ends the questions whose time is over; answers when the next one's is. */
  #expire(now: number): number {
    const over = [...this.#waiting.values()].filter(({ deadline }) => deadline <= now)
    for (const waiting of over) {
      if (waiting.came !== null) {
        this.#settle(waiting, waiting.came)
        continue
      }
      if (!waiting.isSearch && waiting.sentAt >= this.#roundOverAt) {
        this.#silentRounds += 1
        this.#roundOverAt = now
      }
      this.#fail(waiting, this.#unanswered(waiting))
    }
    const isCutShort = over.length > 0 && this.#waiting.size === 0 && this.#begun.length > 0
    if (isCutShort || this.#silentRounds >= SILENT_ROUNDS) this.#startAnew((waiting) => this.#unanswered(waiting))
    let next = Infinity
    for (const { deadline } of this.#waiting.values()) next = Math.min(next, deadline)
    return next
  }

  #startAnew(why: (waiting: Waiting) => Error): void {
    this.#connection.drop()
    this.#end(why)
  }

  /** The connection is over; nobody is answered on it any more. */
  #end(why: (waiting: Waiting) => Error): void {
    for (const waiting of [...this.#waiting.values()]) this.#fail(waiting, why(waiting))
    this.#silentRounds = 0
    this.#options.tally.discardedBytes += this.#begun.length
    this.#begun = new Uint8Array(0)
  }

  #unanswered(waiting: Waiting): HouseError {
    const { bus, tally } = this.#options
    const { withinMs, strays } = waiting
    const { unit } = waiting.request
    if (this.#begun.length > 0) return this.#malformed(waiting, 'a message began and did not end')
    if (strays > 0) return this.#malformed(waiting, `${strays} messages came, but no answer to the request`)
    tally.timeouts += 1
    return new HouseError('link/timeout', `unit ${unit} gave no answer in ${withinMs} ms`, { bus, unit, withinMs })
  }

  #malformed({ request: { unit, kind } }: Waiting, why: string): HouseError {
    const { bus, tally } = this.#options
    tally.malformed += 1
    return new HouseError('modbus/malformed', `unit ${unit}: ${why}`, { bus, unit, kind })
  }
}

function answerIn({ unit, pdu }: TcpMessage, request: ModbusRequest): ModbusAnswer | null {
  return unit === request.unit ? decodeAnswer(request, pdu) : null
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(a.length + b.length)
  whole.set(a)
  whole.set(b, a.length)
  return whole
}
