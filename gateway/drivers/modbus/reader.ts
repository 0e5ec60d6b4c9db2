import type { ModbusPoint, ModbusProfile } from '../../../core/contract/device-profile.ts'
import type { Reading, ReasonCode } from '../../../core/contract/reading.ts'
import {
  exceptionName,
  isAddressException,
  isGatewayException,
  type ReadAnswer,
} from '../../../core/decode/modbus-pdu.ts'
import type { BusDevice } from '../../../core/contract/site.ts'
import { pointsOf } from '../../../core/decode/profile-faults.ts'
import { missedReadings, readingsOf, type Stamp } from '../../../core/decode/readings.ts'
import { HouseError, isHouseError } from '../../../core/kit/errors.ts'
import { later } from '../../../core/kit/time.ts'
import { type Clock, systemClock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import type { FieldBus } from '../../link/field-bus.ts'
import { Patience } from './patience.ts'
import { bridgeFor, type PlannedRead, planReads } from './plan.ts'

/** Slow points are read every so many periods. */
const SLOW_EVERY = 30
/** A reading is believed for this many periods. */
const VALID_PERIODS = 2.5
/** Where the bus cannot keep the period, readings hold as long as it really takes, up to this many periods. */
const MOST_PERIODS = 60
const DEVICE = 'device'

/** One device, its map and its bus. */
export interface ReaderOptions {
  readonly device: BusDevice
  readonly profile: ModbusProfile
  readonly bus: Pick<FieldBus, 'id' | 'timeoutMs' | 'timing' | 'read'>
  readonly clock: Clock
  readonly log: Log
}

/** What has become of the cycle so far. */
interface Cycle {
  readonly readings: Map<string, Reading>
  answered: number
  missed: number
  slowMissed: boolean
  /** Set when asking on is useless; the rest of the points get this reason. */
  givenUp: ReasonCode | null
}

/** Reads a device's due points, one cycle at a time, and remembers what it cannot answer. */
export class DeviceReader {
  readonly #options: ReaderOptions
  readonly #points: readonly ModbusPoint[]
  readonly #patience: Patience
  /** Plans without and with the slow points. */
  #plans: readonly [readonly PlannedRead[], readonly PlannedRead[]]
  #slowDueAt = 0
  #lastStart: number | null = null
  #periodMs: number
  /** Cycles in a row without an answer. */
  #silentCycles = 0
  readonly #refused = new Set<string>()

  constructor(options: ReaderOptions) {
    const { device, profile, bus } = options
    this.#options = options
    this.#points = pointsOf(device, profile)
    this.#patience = new Patience(device.id, bus.timeoutMs)
    this.#periodMs = device.every
    this.#plans = this.#planWith(bridgeFor(bus.timing?.baud ?? null))
  }

  /** Readings of all points that were due and asked for; a device known to be silent is asked now and then only. */
  async cycle(signal: AbortSignal): Promise<readonly Reading[]> {
    const start = this.#startCycle()
    if (this.#silentCycles > 0 && !this.#patience.isDue(DEVICE, systemClock.mono())) return []
    const withSlow = start >= this.#slowDueAt
    const cycle: Cycle = { readings: new Map(), answered: 0, missed: 0, slowMissed: false, givenUp: null }
    for (const planned of this.#inAskingOrder(this.#plans[withSlow ? 1 : 0])) await this.#ask(planned, cycle, signal)
    if (withSlow && !cycle.slowMissed) this.#slowDueAt = start + SLOW_EVERY * this.#options.device.every
    this.#judge(cycle)
    return this.#points.flatMap((point) => cycle.readings.get(point.point) ?? [])
  }

  #startCycle(): number {
    const { clock, device } = this.#options
    const start = clock.mono()
    const took = this.#lastStart === null ? 0 : start - this.#lastStart
    this.#periodMs = Math.min(Math.max(device.every, took), MOST_PERIODS * device.every)
    this.#lastStart = start
    return start
  }

  /** A silent device is probed with another request each time, since one of them may be what it never answers. */
  #inAskingOrder(plan: readonly PlannedRead[]): readonly PlannedRead[] {
    const first = plan.length === 0 ? 0 : this.#silentCycles % plan.length
    return [...plan.slice(first), ...plan.slice(0, first)]
  }

  async #ask(planned: PlannedRead, cycle: Cycle, signal: AbortSignal): Promise<void> {
    const key = keyOf(planned)
    if (this.#silentCycles === 0 && !this.#patience.isDue(key, systemClock.mono())) return
    if (cycle.givenUp !== null) {
      this.#miss(planned, cycle, cycle.givenUp)
      return
    }
    const { bus, device } = this.#options
    try {
      const answer = await bus.read({ unit: unitOf(device), ...planned.request }, signal)
      if (answer.kind === 'exception' && isGatewayException(answer.code)) this.#silence(planned, cycle, 'timeout')
      else await this.#take(planned, answer, cycle, signal)
    } catch (error) {
      signal.throwIfAborted()
      if (!isHouseError(error, 'link/timeout', 'link/down', 'link/busy', 'modbus/malformed')) throw error
      this.#silence(planned, cycle, reasonOf(error))
    }
  }

  async #take(planned: PlannedRead, answer: ReadAnswer, cycle: Cycle, signal: AbortSignal): Promise<void> {
    const { device, profile, log } = this.#options
    cycle.answered += 1
    this.#patience.answered(keyOf(planned))
    if (answer.kind === 'exception') {
      if (planned.bridges && isAddressException(answer.code)) {
        log.info(
          { device: device.id, ...planned.request },
          'device refuses registers between its points; reading without gaps',
        )
        this.#plans = this.#planWith(0)
        const { maxRegisters } = profile
        for (const part of planReads(planned.points, { maxRegisters, bridge: 0 })) await this.#ask(part, cycle, signal)
        return
      }
      this.#noteRefusal(planned, answer.code)
    } else this.#refused.delete(keyOf(planned))
    const request = { unit: unitOf(device), ...planned.request }
    this.#keep(cycle, readingsOf({ request, answer }, planned.points, this.#stamp()))
  }

  #noteRefusal(planned: PlannedRead, code: number): void {
    const { device, log } = this.#options
    if (this.#refused.has(keyOf(planned))) return
    this.#refused.add(keyOf(planned))
    const facts = { code: 'modbus/exception', device: device.id, ...planned.request, exception: code }
    log.warn(facts, `device refuses a request: ${exceptionName(code)}`)
  }

  /** No answer: the points are bad, and where the whole device seems gone the rest of the cycle is spared. */
  #silence(planned: PlannedRead, cycle: Cycle, reason: ReasonCode): void {
    this.#miss(planned, cycle, reason)
    if (reason === 'link-down') {
      cycle.givenUp = reason
      return
    }
    cycle.missed += 1
    if (this.#silentCycles === 0) this.#patience.missed(keyOf(planned), systemClock.mono())
    if (cycle.answered === 0 && (this.#silentCycles > 0 || cycle.missed >= 2)) cycle.givenUp = reason
  }

  #miss(planned: PlannedRead, cycle: Cycle, reason: ReasonCode): void {
    if (planned.points.some((point) => point.poll === 'slow')) cycle.slowMissed = true
    this.#keep(cycle, missedReadings(planned.points, reason, this.#stamp()))
  }

  #keep(cycle: Cycle, readings: readonly Reading[]): void {
    for (const reading of readings) cycle.readings.set(reading.point, reading)
  }

  /** After a cycle: is the device there? Said once per change. */
  #judge(cycle: Cycle): void {
    const { device, bus, log } = this.#options
    if (cycle.answered > 0) {
      if (this.#silentCycles > 1) log.info({ device: device.id, bus: bus.id }, 'device answers again')
      if (this.#silentCycles > 0) this.#patience.clear()
      this.#silentCycles = 0
    } else if (cycle.missed > 0) {
      this.#silentCycles += 1
      this.#patience.missed(DEVICE, systemClock.mono())
      if (this.#silentCycles !== 2) return
      const facts = { code: 'link/timeout', device: device.id, bus: bus.id, unit: device.unit }
      log.warn(facts, 'device does not answer; check its power, unit id and wiring')
    }
  }

  #planWith(bridge: number): readonly [readonly PlannedRead[], readonly PlannedRead[]] {
    const limits = { maxRegisters: this.#options.profile.maxRegisters, bridge }
    const fast = this.#points.filter((point) => point.poll === 'fast')
    return [planReads(fast, limits), planReads(this.#points, limits)]
  }

  #stamp(): Stamp {
    const { clock, device, bus } = this.#options
    const at = clock.now()
    const validUntil = (point: ModbusPoint) => {
      const period = point.poll === 'slow' ? SLOW_EVERY * this.#periodMs : this.#periodMs
      return later(at, Math.max(VALID_PERIODS * period, period + bus.timeoutMs))
    }
    return { device: device.id, at, mono: clock.mono(), validUntil, spans: device.spans }
  }
}

/** The configuration check has seen to it that a Modbus device has a unit id. */
function unitOf({ id, unit }: BusDevice): number {
  if (unit !== undefined) return unit
  throw new HouseError('config/invalid', `${id}: expected a unit id`)
}

function keyOf({ request }: PlannedRead): string {
  return `${request.table}/${request.address}/${request.quantity}`
}

function reasonOf(error: HouseError): ReasonCode {
  switch (error.code) {
    case 'link/timeout':
      return 'timeout'
    case 'modbus/malformed':
      return 'malformed'
    default:
      return 'link-down'
  }
}
