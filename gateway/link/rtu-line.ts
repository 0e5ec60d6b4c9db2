import { setImmediate as ioTurn } from 'node:timers/promises'
import {
  answerBytes,
  decodeReadAnswer,
  isGatewayException,
  type ReadAnswer,
  type ReadRequest,
} from '../../core/decode/modbus-pdu.ts'
import { encodeRtuRequest, frameSilenceMs, scanRtu, wireTimeMs } from '../../core/decode/modbus-rtu.ts'
import { HouseError } from '../../core/kit/errors.ts'
import { systemClock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import type { Connect } from './channel.ts'
import { closedError, Connection } from './connection.ts'
import { Inbox } from './inbox.ts'
import { type Line, reconnectPauses, type Tally } from './line.ts'

/** A line that never falls silent must not hold its callers for ever. */
const MOST_SILENCES = 10
/** This many exchanges without a single byte: a connection whose other end is gone without a word. */
const SILENT_EXCHANGES = 3

/** One RTU line; `timeoutMs` is how long a device may think, the time on the wire is added by baud. */
export interface RtuLineOptions {
  readonly bus: string
  readonly connect: Connect
  readonly baud: number
  readonly timeoutMs: number
  /** True where a connection can be dead without either side knowing (TCP). */
  readonly halfOpen: boolean
  readonly tally: Tally
  readonly log: Log
}

/**
 * Modbus RTU over bytes. An answer carries nothing that ties it to its question, so after a question that was not
 * answered the line is left alone until it has been silent for a whole timeout: a late answer is thrown away there and
 * cannot become the answer to the next question.
 */
export class RtuLine implements Line {
  readonly #options: RtuLineOptions
  readonly #connection: Connection
  readonly #inbox = new Inbox()
  /** Monotonic time of the last byte either way, or of the last event silence is counted from. */
  #lastSign = 0
  #quarantined = false
  #silentExchanges = 0
  #exchanging = false

  constructor(options: RtuLineOptions) {
    this.#options = options
    this.#connection = new Connection({
      bus: options.bus,
      connect: options.connect,
      log: options.log,
      pauses: reconnectPauses(options.timeoutMs),
      events: { received: (bytes) => this.#received(bytes), lost: (error) => this.#inbox.fail(error) },
    })
  }

  get state(): 'up' | 'down' {
    return this.#connection.state
  }

  async exchange(request: ReadRequest, signal: AbortSignal): Promise<ReadAnswer> {
    const { baud, timeoutMs, tally } = this.#options
    const frame = encodeRtuRequest(request)
    await this.#connection.open(signal)
    await this.#silence(request, signal)
    const channel = await this.#connection.open(signal)
    await channel.flush()
    tally.discardedBytes += this.#inbox.clear()
    tally.exchanges += 1
    this.#exchanging = true
    // Until the answer is there any end of this exchange leaves an answer that may still come.
    this.#quarantined = true
    try {
      channel.write(frame)
      const within = timeoutMs + wireTimeMs(frame.length + answerBytes(request) + 5, baud)
      const pdu = await this.#inbox.wait((bytes) => this.#find(bytes, request), within, signal)
      const answer = pdu === null ? null : decodeReadAnswer(request, pdu)
      if (answer === null) throw this.#unanswered(request)
      // A gateway that gave up leaves a device whose answer may still come.
      this.#quarantined = answer.kind === 'exception' && isGatewayException(answer.code)
      this.#silentExchanges = 0
      this.#connection.proven()
      return answer
    } finally {
      this.#exchanging = false
      this.#lastSign = systemClock.mono()
      tally.discardedBytes += this.#inbox.clear()
    }
  }

  close(): void {
    this.#connection.close()
    this.#inbox.fail(closedError(this.#options.bus))
  }

  #received(bytes: Uint8Array): void {
    this.#lastSign = systemClock.mono()
    // Taken first: while the bytes are looked at, the same count grows.
    const dropped = this.#exchanging ? this.#inbox.add(bytes) : bytes.length
    this.#options.tally.discardedBytes += dropped
  }

  #find(bytes: Uint8Array, request: ReadRequest): Uint8Array | null {
    const scan = scanRtu(bytes, request)
    if (scan.kind === 'nothing') return null
    this.#inbox.take(scan.end)
    this.#options.tally.discardedBytes += scan.start
    return scan.pdu
  }

  /** Waits for the silence the next request needs: 3.5 characters, or a whole timeout after an unanswered one. */
  async #silence(request: ReadRequest, signal: AbortSignal): Promise<void> {
    const { baud, timeoutMs, bus, tally } = this.#options
    const needed = Math.max(frameSilenceMs(baud), this.#quarantined ? timeoutMs : 0)
    const giveUpAt = systemClock.mono() + MOST_SILENCES * Math.max(needed, timeoutMs)
    for (;;) {
      const missing = this.#lastSign + needed - systemClock.mono()
      if (missing <= 0) {
        // A program that was held up looks at its timers before its input: what already waits there is no silence.
        await ioTurn()
        if (this.#lastSign + needed <= systemClock.mono()) return
        continue
      }
      if (systemClock.mono() > giveUpAt) {
        tally.malformed += 1
        throw new HouseError(
          'modbus/malformed',
          `bus ${bus} does not fall silent: expected ${Math.ceil(needed)} ms without a byte; look for a second master or a babbling device`,
          { bus, unit: request.unit },
        )
      }
      await systemClock.sleep(Math.ceil(missing), signal)
    }
  }

  #unanswered(request: ReadRequest): HouseError {
    const { bus, timeoutMs, tally, halfOpen } = this.#options
    const { unit, table, address, quantity } = request
    const facts = { bus, unit, table, address, quantity }
    const came = this.#inbox.bytes.length
    if (came > 0) {
      tally.malformed += 1
      this.#silentExchanges = 0
      return new HouseError('modbus/malformed', `unit ${unit}: ${came} bytes came, but no answer to the request`, facts)
    }
    tally.timeouts += 1
    this.#silentExchanges += 1
    if (halfOpen && this.#silentExchanges % SILENT_EXCHANGES === 0) this.#connection.drop()
    return new HouseError('link/timeout', `unit ${unit} gave no answer in ${timeoutMs} ms`, facts)
  }
}
