import { longestAnswerBytes } from '../../core/decode/modbus-answer.ts'
import {
  answerBytes,
  functionOf,
  isAddressException,
  isGatewayException,
  type ReadAnswer,
  type ReadRequest,
} from '../../core/decode/modbus-pdu.ts'
import type { ModbusAnswer, ModbusRequest } from '../../core/decode/modbus-request.ts'
import { encodeRtuRequest, RTU_OVERHEAD, rtuAnswerIn, scanRtu } from '../../core/decode/modbus-rtu.ts'
import { HouseError, isHouseError } from '../../core/kit/errors.ts'
import type { Found } from './field-bus.ts'
import { type Exchange, type LineOptions, memoryOf, type ModbusLine } from './line.ts'
import { type Asked, cutBack, StaleGuard } from './stale-guard.ts'
import { Wire, type WireQuestion } from './wire.ts'

/** How often one read is put in another way when the device refuses the cells around it. */
const MOST_WAYS = 4

/** One RTU line; the time on the wire is known from its baud rate. */
export interface RtuLineOptions extends LineOptions {
  readonly baud: number
  /** Opened anew after so many exchanges without a single byte. */
  readonly hangsAfter: number
  /** How long the slowest station on it thinks at worst, in ms. */
  readonly worstMs: () => number
}

/** Modbus RTU over a wire. An answer carries nothing that ties it to its question; the guard sees to it that it can be told. */
export class RtuLine implements ModbusLine {
  readonly wire: Wire
  readonly #options: RtuLineOptions
  readonly #guard: StaleGuard
  /** Whether the line sends back what is sent on it. */
  #echoes = false

  constructor(options: RtuLineOptions) {
    this.#options = options
    this.#guard = new StaleGuard({ memoryMs: memoryOf(options.timeoutMs) })
    this.wire = new Wire({ ...options, stray: (bytes, at) => this.#stray(bytes, at) })
  }

  get state(): 'up' | 'down' {
    return this.wire.state
  }

  async exchange(request: ModbusRequest, how: Exchange, signal: AbortSignal): Promise<ModbusAnswer> {
    if (request.kind === 'read') return this.#read(request, how, signal)
    const asking = { withinMs: how.withinMs, isDoubtful: false }
    const { answer, thoughtMs } = await this.wire.ask(
      this.#question(request, () => undefined),
      asking,
      signal,
    )
    how.thought?.(thoughtMs)
    return answer
  }

  close(): void {
    this.wire.close()
  }

  async #read(request: ReadRequest, how: Exchange, signal: AbortSignal): Promise<ReadAnswer> {
    const { clock } = this.#options
    for (let way = 0; way < MOST_WAYS; way += 1) {
      this.wire.sift()
      const shaped = this.#guard.shape(request, how.room ?? null, clock.mono())
      if (shaped.kind === 'wait') throw this.#blocked(request, shaped.until)
      const sent = shaped.request
      const answer = await this.#readOnce(sent, { ...how, isDoubtful: shaped.isDoubtful }, signal)
      const isRefused = answer.kind === 'exception' && isAddressException(answer.code)
      if (sent.quantity === request.quantity || !isRefused) return cutBack(request, sent, answer)
      this.#guard.refused(request, sent)
    }
    throw this.#blocked(request, clock.mono())
  }

  async #readOnce(
    request: ReadRequest,
    how: Exchange & { readonly isDoubtful: boolean },
    signal: AbortSignal,
  ): Promise<ReadAnswer> {
    const { clock } = this.#options
    const out: { asked: Asked | null } = { asked: null }
    const question = this.#question({ kind: 'read', ...request }, (at) => (out.asked = this.#guard.asked(request, at)))
    try {
      const { answer, thoughtMs, at } = await this.wire.ask(question, how, signal)
      if (!isReadAnswer(answer)) throw new HouseError('modbus/malformed', `unit ${request.unit}: no answer to a read`)
      how.thought?.(thoughtMs)
      if (out.asked !== null) this.#guard.answered(out.asked, answer, at)
      // A gateway that gave up leaves a device whose answer may still come.
      if (answer.kind === 'exception' && isGatewayException(answer.code)) this.wire.doubt()
      return answer
    } catch (error) {
      if (out.asked === null) throw error
      if (isHouseError(error, 'modbus/malformed') && question.cameDamaged())
        this.#guard.garbled(out.asked, clock.mono())
      else this.#guard.unanswered(out.asked)
      throw error
    }
  }

  #question(
    request: ModbusRequest,
    sent: (at: number) => void,
  ): WireQuestion<ModbusAnswer> & { cameDamaged(): boolean } {
    const frame = encodeRtuRequest(request)
    const answerBytes = longestAnswerBytes(request) + RTU_OVERHEAD
    let damaged = false
    return {
      whom: `unit ${request.unit}`,
      frame,
      answerBytes,
      find: (seen) => {
        const found = this.#find(seen, request)
        // One that was found and is not believed is there as much as a damaged one.
        damaged = found !== null
        return found
      },
      isGarbled: (seen) => (damaged = request.kind === 'read' && isGarbled(seen, request, frame)),
      sent,
      cameDamaged: () => damaged,
    }
  }

  #find(seen: Uint8Array, request: ModbusRequest): Found<ModbusAnswer> | null {
    const scan = scanRtu(seen, request, this.#echoes)
    if (scan.kind === 'nothing') return null
    if (request.kind === 'read') this.#echoes = scan.echoed
    return scan
  }

  /** Looks for answers that came too late or twice in what is thrown away. */
  #stray(bytes: Uint8Array, at: number): number {
    let known = 0
    for (let frame = rtuAnswerIn(bytes); frame !== null; frame = rtuAnswerIn(bytes, frame.end)) {
      const [code = 0, count = 0] = frame.pdu
      if (!this.#guard.recognise(frame.unit, code, count, at)) continue
      known += frame.end - frame.start
      this.#options.tally.staleAnswers += 1
    }
    return known
  }

  #blocked({ unit, table, address, quantity }: ReadRequest, until: number): HouseError {
    const { bus, clock } = this.#options
    const inMs = Math.max(0, Math.ceil(until - clock.mono()))
    return new HouseError(
      'link/timeout',
      `unit ${unit} still owes an answer that could be taken for this one, and nothing around ${quantity} cells at ${address} is known to be readable: expected within ${inMs} ms; ask again then`,
      { bus, unit, table, address, quantity, inMs },
    )
  }
}

/** Whether all of an answer to `request` is there but for its CRC. Our own echo can look like the beginning of one. */
function isGarbled(seen: Uint8Array, request: ReadRequest, own: Uint8Array): boolean {
  const bytes = answerBytes(request)
  const code = functionOf(request.table)
  for (let start = 0; start + bytes + 5 <= seen.length; start += 1) {
    const isHead = seen[start] === request.unit && seen[start + 1] === code && seen[start + 2] === bytes
    if (isHead && !own.every((byte, index) => seen[start + index] === byte)) return true
  }
  return false
}

function isReadAnswer(answer: ModbusAnswer): answer is ReadAnswer {
  return answer.kind === 'registers' || answer.kind === 'bits' || answer.kind === 'exception'
}
