import type { Bus } from '../../core/contract/site.ts'
import type { ReadAnswer } from '../../core/decode/modbus-pdu.ts'
import { isGivenUp, isReadAnswer } from '../../core/decode/modbus-answer.ts'
import type { ModbusAnswer, ModbusRequest } from '../../core/decode/modbus-request.ts'
import { encodeRtuRequest } from '../../core/decode/modbus-rtu.ts'
import { HouseError, isHouseError } from '../../core/kit/errors.ts'
import { closedError } from './connection.ts'
import { DeadBudget } from './dead-budget.ts'
import { Depth } from './depth.ts'
import type {
  Asking,
  BusHealth,
  BusRead,
  BusWrite,
  FieldBus,
  Latency,
  LineTiming,
  Purpose,
  Question,
  Room,
  StationFacts,
  WriteOutcome,
} from './field-bus.ts'
import type { LineOptions, ModbusLine } from './line.ts'
import type { Stations } from './stations.ts'
import { Turns } from './turns.ts'
import type { Wire } from './wire.ts'

/** Objects of a device's identification asked for one after the other; a device that names more is lying. */
const MOST_IDENTIFICATIONS = 16
/** Read device identification: basic and regular texts. (MODBUS Application Protocol V1.1b3 §6.21) */
const REGULAR = 2
const BASIC = 1

/** On a wire this unit is everybody, and nobody answers; those above the last are reserved. (MODBUS over Serial Line §2.2) */
const EVERYBODY = 0
const LAST_UNIT = 247

/** What a bus is built from. */
export interface ArbitratedBusOptions extends LineOptions {
  readonly config: Bus
  readonly line: ModbusLine
  /** The bytes below the line, null on Modbus TCP. */
  readonly wire: Wire | null
  readonly stations: Stations
}

/** One exchange on the line, in its turn. */
interface Job<A> {
  readonly station: string
  readonly asking: Asking
  readonly run: (withinMs: number, thought: (ms: number) => void) => Promise<A>
  /** Whether what came says that the station itself was silent; never when absent. */
  readonly isSilence?: (answer: A) => boolean
}

/** A line with everything that several callers need to share it: turns, learned timeouts, and the dead devices' budget. */
export class ArbitratedBus implements FieldBus {
  readonly id: string
  readonly timeoutMs: number
  readonly timing: LineTiming | null
  readonly #options: ArbitratedBusOptions
  readonly #turns: Turns
  readonly #budget: DeadBudget
  /** Exchanges on the line now, and since when there has been one. */
  #running = 0
  #busySince = 0
  #probing = 0

  constructor(options: ArbitratedBusOptions) {
    const { config, clock, tally } = options
    this.id = config.id
    this.timeoutMs = config.timeout
    this.timing = config.kind === 'tcp' ? null : { baud: config.baud }
    this.#options = options
    const depth = new Depth(config.kind === 'tcp' ? config.pipeline : 1, tally)
    this.#turns = new Turns(() => depth.now(clock.mono()))
    this.#budget = new DeadBudget(clock.mono())
  }

  async read(request: BusRead, signal: AbortSignal): Promise<ReadAnswer> {
    const { unit, table, address, quantity, room } = request
    const answer = await this.#modbus({ kind: 'read', unit, table, address, quantity }, { ...request, room }, signal)
    if (isReadAnswer(answer)) return answer
    throw this.#noAnswer(unit)
  }

  async write(request: BusWrite, signal: AbortSignal): Promise<WriteOutcome> {
    const asking = { purpose: 'command' } as const
    const { wire } = this.#options
    if (wire !== null && request.unit === EVERYBODY) return this.#tell(wire, writeOf(request), signal)
    try {
      const answer = await this.#modbus(writeOf(request), asking, signal)
      if (answer.kind === 'exception') return answer
    } catch (error) {
      // Whether it was written can only be seen; to write once more could do it twice.
      if (!isHouseError(error, 'link/timeout', 'modbus/malformed')) throw error
    }
    const { unit, table, address } = request
    const quantity = request.table === 'coil' ? request.bits.length : request.words.length
    const readBack = await this.read({ unit, table, address, quantity, ...asking }, signal)
    return isAsWritten(request, readBack) ? { kind: 'verified' } : { kind: 'differs', readBack }
  }

  async identify(unit: number, asking: Asking, signal: AbortSignal): Promise<ReadonlyMap<number, string> | null> {
    return (await this.#identify(unit, REGULAR, asking, signal)) ?? (await this.#identify(unit, BASIC, asking, signal))
  }

  async ask<A>(question: Question<A>, asking: Asking, signal: AbortSignal): Promise<A> {
    const { wire } = this.#options
    if (wire === null) {
      const message = `bus ${this.id} is Modbus TCP: expected a serial line for this protocol`
      throw new HouseError('link/down', message, { bus: this.id })
    }
    const { station, frame, answerBytes } = question
    const run: Job<A>['run'] = async (withinMs, thought) => {
      const find = (seen: Uint8Array) => question.find(seen)
      const bytes = { whom: station, frame, answerBytes, find, isGarbled: () => false, sent: () => undefined }
      const how = { withinMs, isDoubtful: false, isSearch: asking.purpose === 'search' }
      const { answer, thoughtMs } = await wire.ask(bytes, how, signal)
      thought(thoughtMs)
      return answer
    }
    return this.#inTurn({ station, asking, run }, signal)
  }

  mayProbe(): boolean {
    return this.#probing === 0 && this.#budget.mayProbe(this.#options.clock.mono())
  }

  station(station: string): StationFacts {
    return this.#options.stations.facts(station)
  }

  recall(station: string, latency: Latency): void {
    this.#options.stations.recall(station, latency)
  }

  counters(): BusHealth {
    const { line, tally, clock } = this.#options
    const busyMs = tally.busyMs + (this.#running > 0 ? clock.mono() - this.#busySince : 0)
    return { id: this.id, state: line.state, ...tally, busyMs }
  }

  close(): void {
    this.#turns.close(closedError(this.id))
    this.#options.line.close()
  }

  async #tell(wire: Wire, request: ModbusRequest, signal: AbortSignal): Promise<WriteOutcome> {
    const frame = encodeRtuRequest(request)
    const run: Job<null>['run'] = () => wire.tell(frame, signal).then(() => null)
    await this.#inTurn({ station: `modbus/${EVERYBODY}`, asking: { purpose: 'command' }, run }, signal)
    return { kind: 'sent' }
  }

  async #modbus(
    request: ModbusRequest,
    asking: Asking & { readonly room?: Room | undefined },
    signal: AbortSignal,
  ): Promise<ModbusAnswer> {
    const { line, tally, stations } = this.#options
    this.#demandUnit(request.unit)
    const station = `modbus/${request.unit}`
    const run: Job<ModbusAnswer>['run'] = (withinMs, thought) => {
      const worstMs = stations.facts(station).latencyMs?.p999
      const how = { withinMs, worstMs, thought, room: asking.room, isSearch: asking.purpose === 'search' }
      return line.exchange(request, how, signal)
    }
    const answer = await this.#inTurn({ station, asking, run, isSilence: isGivenUp }, signal)
    if (answer.kind === 'exception') tally.exceptions += 1
    return answer
  }

  /** Nobody could answer, so nothing is asked. */
  #demandUnit(unit: number): void {
    if (this.#options.wire === null || (unit > EVERYBODY && unit <= LAST_UNIT)) return
    const message = `bus ${this.id}: expected a unit of 1–${LAST_UNIT} to answer on a wire, came ${unit}; unit 0 can only be written to`
    throw new HouseError('config/invalid', message, { bus: this.id, unit })
  }

  async #inTurn<A>({ station, asking, run, isSilence }: Job<A>, signal: AbortSignal): Promise<A> {
    const { stations, clock } = this.#options
    const purpose = asking.purpose ?? 'poll'
    if (purpose === 'probe') this.#probing += 1
    try {
      using _turn = await this.#turns.take(station, purpose, signal)
      const startedAt = this.#begin()
      try {
        const withinMs = asking.withinMs ?? stations.withinMs(station, purpose, startedAt)
        const answer = await run(withinMs, (ms) => stations.answered(station, ms))
        if (isSilence?.(answer) === true) this.#missed(station, purpose, clock.mono() - startedAt)
        return answer
      } catch (error) {
        if (isHouseError(error, 'link/timeout')) this.#missed(station, purpose, clock.mono() - startedAt)
        // A dead device whose line babbles costs as much as one whose line is silent.
        else if (isHouseError(error, 'modbus/malformed')) this.#charge(purpose, clock.mono() - startedAt)
        throw error
      } finally {
        this.#end()
      }
    } finally {
      if (purpose === 'probe') this.#probing -= 1
    }
  }

  #begin(): number {
    const now = this.#options.clock.mono()
    if (this.#running === 0) this.#busySince = now
    this.#running += 1
    return now
  }

  #end(): void {
    this.#running -= 1
    if (this.#running === 0) this.#options.tally.busyMs += this.#options.clock.mono() - this.#busySince
  }

  #missed(station: string, purpose: Purpose, tookMs: number): void {
    const { stations, tally } = this.#options
    if (purpose !== 'search') stations.missed(station)
    if (purpose === 'probe') this.#charge(purpose, tookMs)
    else tally.deadMs += tookMs
  }

  /** A probe that brought nothing is the dead devices' to pay for. */
  #charge(purpose: Purpose, tookMs: number): void {
    if (purpose !== 'probe') return
    const { tally, clock } = this.#options
    tally.deadMs += tookMs
    this.#budget.spent(tookMs, clock.mono())
  }

  async #identify(
    unit: number,
    access: 1 | 2,
    asking: Asking,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<number, string> | null> {
    const texts = new Map<number, string>()
    let object: number | null = 0
    for (let count = 0; object !== null && count < MOST_IDENTIFICATIONS; count += 1) {
      const answer = await this.#modbus({ kind: 'identify', unit, access, object }, asking, signal)
      if (answer.kind === 'exception') return texts.size === 0 ? null : texts
      if (answer.kind !== 'identification') throw this.#noAnswer(unit)
      for (const [id, text] of answer.objects) texts.set(id, text)
      object = answer.next
    }
    return texts.size === 0 ? null : texts
  }

  #noAnswer(unit: number): HouseError {
    return new HouseError('modbus/malformed', `unit ${unit}: the answer is none to this request`, {
      bus: this.id,
      unit,
    })
  }
}

function writeOf(request: BusWrite): ModbusRequest {
  const { unit, address } = request
  if (request.table === 'coil') {
    const [bit] = request.bits
    return request.bits.length === 1 && bit !== undefined
      ? { kind: 'write-coil', unit, address, bit }
      : { kind: 'write-coils', unit, address, bits: request.bits }
  }
  const [word] = request.words
  return request.words.length === 1 && word !== undefined
    ? { kind: 'write-register', unit, address, word }
    : { kind: 'write-registers', unit, address, words: request.words }
}

function isAsWritten(request: BusWrite, readBack: ReadAnswer): boolean {
  if (request.table === 'coil') return readBack.kind === 'bits' && sameCells(request.bits, readBack.bits)
  return readBack.kind === 'registers' && sameCells(request.words, readBack.words)
}

function sameCells<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((cell, index) => cell === b[index])
}
