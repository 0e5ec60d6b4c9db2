import { isGivenUp, longestAnswerBytes } from '../../core/decode/modbus-answer.ts'
import { answerBytes, functionOf, type ReadRequest } from '../../core/decode/modbus-pdu.ts'
import type { ModbusAnswer, ModbusRequest } from '../../core/decode/modbus-request.ts'
import { encodeRtuRequest, RTU_OVERHEAD, rtuAnswerIn, scanRtu } from '../../core/decode/modbus-rtu.ts'
import { isHouseError } from '../../core/kit/errors.ts'
import type { Found } from './field-bus.ts'
import { type Given, guardedRead } from './guarded-read.ts'
import { type Exchange, type LineOptions, memoryOf, type ModbusLine } from './line.ts'
import { type Asked, StaleGuard } from './stale-guard.ts'
import { Wire, type WireQuestion } from './wire.ts'

/** One RTU line; the time on the wire is known from its baud rate. */
export interface RtuLineOptions extends LineOptions {
  readonly baud: number
  /** Opened anew after so many exchanges without a single byte. */
  readonly hangsAfter: number
  /** How long the slowest station on it thinks at worst, in ms. */
  readonly worstMs: () => number
}

/** An answer and the PDU it came in. */
type Came = Pick<Given, 'answer' | 'pdu'>

/** Modbus RTU over a wire. An answer carries nothing that ties it to its question; the guard sees to it that it can be told. */
export class RtuLine implements ModbusLine {
  readonly wire: Wire
  readonly #options: RtuLineOptions
  readonly #guard: StaleGuard
  /** Whether the line sends back what is sent on it. */
  #echoes = false

  constructor(options: RtuLineOptions) {
    this.#options = options
    this.#guard = new StaleGuard({ memoryMs: memoryOf(options.timeoutMs), isTied: false })
    this.wire = new Wire({ ...options, stray: (bytes, at) => this.#stray(bytes, at) })
  }

  get state(): 'up' | 'down' {
    return this.wire.state
  }

  async exchange(request: ModbusRequest, how: Exchange, signal: AbortSignal): Promise<ModbusAnswer> {
    if (request.kind === 'read') {
      const { bus, clock } = this.#options
      const ready = () => {
        this.wire.sift()
        return Promise.resolve((sent: ReadRequest, isDoubtful: boolean) => {
          return this.#readOnce(sent, { ...how, isDoubtful }, signal)
        })
      }
      return guardedRead(request, { bus, clock, guard: this.#guard, room: how.room, ready, signal })
    }
    const asking = { withinMs: how.withinMs, isDoubtful: false, isSearch: how.isSearch }
    const { answer, thoughtMs } = await this.wire.ask(
      this.#question(request, () => undefined),
      asking,
      signal,
    )
    this.#learn(answer.answer, thoughtMs, how)
    return answer.answer
  }

  close(): void {
    this.wire.close()
  }

  async #readOnce(
    request: ReadRequest,
    how: Exchange & { readonly isDoubtful: boolean },
    signal: AbortSignal,
  ): Promise<Given> {
    const { clock } = this.#options
    const out: { asked: Asked | null } = { asked: null }
    const question = this.#question({ kind: 'read', ...request }, (at) => (out.asked = this.#guard.asked(request, at)))
    try {
      const { answer: came, thoughtMs, at } = await this.wire.ask(question, how, signal)
      this.#learn(came.answer, thoughtMs, how)
      const mayBeCopy = out.asked !== null && this.#guard.answered(out.asked, came.pdu, at)
      return { ...came, mayBeCopy, at }
    } catch (error) {
      if (out.asked === null) throw error
      if (isHouseError(error, 'modbus/malformed') && question.cameDamaged())
        this.#guard.garbled(out.asked, clock.mono())
      else this.#guard.unanswered(out.asked)
      throw error
    }
  }

  #learn(answer: ModbusAnswer, thoughtMs: number, { thought }: Exchange): void {
    // A gateway that gave up leaves a device whose answer may still come; how long it waited tells nothing of the device.
    if (isGivenUp(answer)) this.wire.doubt()
    else thought?.(thoughtMs)
  }

  #question(request: ModbusRequest, sent: (at: number) => void): WireQuestion<Came> & { cameDamaged(): boolean } {
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

  #find(seen: Uint8Array, request: ModbusRequest): Found<Came> | null {
    const scan = scanRtu(seen, request, this.#echoes)
    if (scan.kind === 'nothing') return null
    if (request.kind === 'read') this.#echoes = scan.echoed
    const { answer, pdu, start, end } = scan
    return { answer: { answer, pdu }, start, end }
  }

  /** Looks for answers that came too late or twice in what is thrown away. */
  #stray(bytes: Uint8Array, at: number): number {
    let known = 0
    for (let frame = rtuAnswerIn(bytes); frame !== null; frame = rtuAnswerIn(bytes, frame.end)) {
      if (!this.#guard.recognise(frame.unit, frame.pdu, { now: at, isNamed: false })) continue
      known += frame.end - frame.start
      this.#options.tally.staleAnswers += 1
    }
    return known
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
