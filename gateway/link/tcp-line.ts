import {
  decodeReadAnswer,
  isGatewayException,
  type ReadAnswer,
  type ReadRequest,
} from '../../core/decode/modbus-pdu.ts'
import { encodeTcpRequest, scanTcp } from '../../core/decode/modbus-tcp.ts'
import { HouseError, isHouseError } from '../../core/kit/errors.ts'
import { systemClock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import type { Connect } from './channel.ts'
import { closedError, Connection } from './connection.ts'
import { Inbox } from './inbox.ts'
import { type Line, reconnectPauses, type Tally } from './line.ts'

/** One Modbus TCP server; `timeoutMs` counts from the request to its whole answer. */
export interface TcpLineOptions {
  readonly bus: string
  readonly connect: Connect
  readonly timeoutMs: number
  readonly tally: Tally
  readonly log: Log
}

type Found = { readonly pdu: Uint8Array; readonly unit: number } | { readonly malformed: string }

/**
 * Modbus TCP. Answers are tied to questions by the transaction id, which is never used twice on this bus in a row. That is
 * not enough: a gateway to a serial line may give the late answer of one question the transaction id of the next. So after
 * an unanswered question, and after one the gateway itself gave up on, the connection is dropped and, after a pause of one
 * timeout, made anew.
 */
export class TcpLine implements Line {
  readonly #options: TcpLineOptions
  readonly #connection: Connection
  readonly #inbox = new Inbox()
  #transaction = 0
  /** Monotonic time before which nothing is asked after an unanswered question. */
  #quietUntil = 0

  constructor(options: TcpLineOptions) {
    this.#options = options
    this.#connection = new Connection({
      bus: options.bus,
      connect: options.connect,
      log: options.log,
      pauses: reconnectPauses(options.timeoutMs),
      events: {
        received: (bytes) => {
          // Taken first: while the bytes are looked at, the same count grows.
          const dropped = this.#inbox.add(bytes)
          options.tally.discardedBytes += dropped
        },
        lost: (error) => this.#inbox.fail(error),
      },
    })
  }

  get state(): 'up' | 'down' {
    return this.#connection.state
  }

  async exchange(request: ReadRequest, signal: AbortSignal): Promise<ReadAnswer> {
    const { timeoutMs, tally } = this.#options
    const quiet = this.#quietUntil - systemClock.mono()
    if (quiet > 0) await systemClock.sleep(Math.ceil(quiet), signal)
    const channel = await this.#connection.open(signal)
    this.#transaction = (this.#transaction % 0xffff) + 1
    tally.exchanges += 1
    try {
      channel.write(encodeTcpRequest(this.#transaction, request))
      const found = await this.#inbox.wait(() => this.#find(this.#transaction), timeoutMs, signal)
      const answer = this.#answerIn(found, request)
      this.#connection.proven()
      if (answer.kind === 'exception' && isGatewayException(answer.code)) this.#startAnew(false)
      return answer
    } catch (error) {
      this.#startAnew(isHouseError(error, 'link/down'))
      throw error
    }
  }

  close(): void {
    this.#connection.close()
    this.#inbox.fail(closedError(this.#options.bus))
  }

  /** The message with this transaction id; those of other questions on the way are thrown away. */
  #find(transaction: number): Found | null {
    for (;;) {
      const scan = scanTcp(this.#inbox.bytes)
      if (scan.kind === 'incomplete') return null
      if (scan.kind === 'malformed') return { malformed: scan.why }
      this.#inbox.take(scan.end)
      if (scan.message.transaction === transaction) return scan.message
      this.#options.tally.discardedBytes += scan.end
    }
  }

  #answerIn(found: Found | null, request: ReadRequest): ReadAnswer {
    const { bus, timeoutMs, tally } = this.#options
    const { unit, table, address, quantity } = request
    const facts = { bus, unit, table, address, quantity }
    if (found === null) {
      tally.timeouts += 1
      throw new HouseError('link/timeout', `unit ${unit} gave no answer in ${timeoutMs} ms`, facts)
    }
    const malformed = (why: string) => {
      tally.malformed += 1
      return new HouseError('modbus/malformed', `unit ${unit}: ${why}`, facts)
    }
    if ('malformed' in found) throw malformed(found.malformed)
    if (found.unit !== unit) throw malformed(`expected the answer of unit ${unit}, came one of unit ${found.unit}`)
    const answer = decodeReadAnswer(request, found.pdu)
    if (answer === null) throw malformed('an answer came that is none to this request')
    return answer
  }

  #startAnew(isLost: boolean): void {
    this.#connection.drop()
    this.#options.tally.discardedBytes += this.#inbox.clear()
    // A lost connection has its own pause, in which callers are told at once.
    if (!isLost) this.#quietUntil = systemClock.mono() + this.#options.timeoutMs
  }
}
