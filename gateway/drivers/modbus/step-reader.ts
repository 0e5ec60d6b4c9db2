import type { ReasonCode } from '../../../core/contract/reading.ts'
import type { BusDevice } from '../../../core/contract/site.ts'
import { exceptionName, type ReadAnswer } from '../../../core/decode/modbus-pdu.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import { Patience } from '../../device/patience.ts'
import type { Asker, Outcome } from './asker.ts'
import type { Cycle } from './cycle.ts'
import type { Explorer } from './explorer.ts'
import type { Lessons } from './lessons.ts'
import type { Plans, Step } from './plans.ts'
import type { Publisher } from './publisher.ts'

export interface StepReaderOptions {
  readonly asker: Asker
  readonly explorer: Explorer
  readonly lessons: Lessons
  readonly plans: Plans
  readonly publisher: Publisher
  readonly device: BusDevice
  readonly log: Log
  readonly timeoutMs: number
  /** The time on the wire. */
  readonly wire: Clock
  /** Requests that may wait for their answers at once. */
  readonly atOnce: number
}

/** A request that has to be looked into. */
interface Doubt {
  readonly step: Step
  readonly isSilent: boolean
}

/** A request that was not answered for as many rounds, though others were, is looked into. */
const MISSES_TO_LOOK = 3
/** An answer may still come for so long, in ms and in timeouts; until then a request must not be repeated at its longest. */
const LATE_MS = 10_000
const LATE_TIMEOUTS = 10

/** Asks the requests of a round and remembers of each how it fares. What fails spoils only its own points. */
export class StepReader {
  readonly #options: StepReaderOptions
  readonly #patience: Patience
  readonly #misses = new Map<string, { readonly times: number; readonly at: number }>()
  readonly #everGiven = new Set<string>()
  readonly #toldRefused = new Set<string>()

  constructor(options: StepReaderOptions) {
    this.#options = options
    this.#patience = new Patience(options.device.id, options.timeoutMs)
  }

  /** New patience with every request: the device was silent and is back. */
  forgiveAll(): void {
    this.#patience.clear()
  }

  /** Asks all of `steps`, and for what can be had of those that are refused. */
  async read(steps: readonly Step[], cycle: Cycle, signal: AbortSignal): Promise<void> {
    const asked = this.#shortened(steps)
    const doubts: Doubt[] = []
    let next = 0
    const work = async (): Promise<void> => {
      for (let step = asked[next]; step !== undefined; step = asked[next]) {
        next += 1
        const doubt = await this.#readOne(step, cycle, signal)
        if (doubt !== null) doubts.push(doubt)
      }
    }
    const atOnce = Math.min(this.#options.atOnce, asked.length)
    if (atOnce <= 1) await work()
    else await Promise.all(Array.from({ length: atOnce }, work))
    for (const doubt of doubts) await this.#look(doubt, cycle, signal)
  }

  /** Reads one step. Gives back what has to be looked into. */
  async #readOne(step: Step, cycle: Cycle, signal: AbortSignal): Promise<Doubt | null> {
    const { asker, wire, publisher } = this.#options
    if (!this.#patience.isDue(step.key, wire.mono())) return null
    if (cycle.givenUp !== null) {
      this.#miss(step, cycle, cycle.givenUp)
      return null
    }
    const outcome = await asker.ask(step.request, { room: step.room }, signal)
    switch (outcome.kind) {
      case 'given':
        this.#take(step, outcome.answer, cycle)
        return null
      case 'refused':
        cycle.answered += 1
        cycle.keep(step, publisher.missed(step.points, 'exception'))
        if (outcome.isAddress) return { step, isSilent: false }
        this.#tellRefusal(step, outcome.code)
        return null
      case 'silent':
        return this.#silence(step, outcome, cycle)
      case 'lost':
        this.#miss(step, cycle, 'link-down')
        cycle.givenUp = 'link-down'
        return null
    }
  }

  #take(step: Step, answer: ReadAnswer, cycle: Cycle): void {
    cycle.answered += 1
    if (this.#misses.delete(step.key)) this.#patience.answered(step.key)
    this.#toldRefused.delete(step.key)
    if (!this.#everGiven.has(step.key)) {
      this.#everGiven.add(step.key)
      if (step.bridges) this.#options.plans.bridged(step)
    }
    cycle.keep(step, this.#options.publisher.read(step.placed, answer))
  }

  /** No answer: the points are bad, and where the whole device seems gone the rest of the round is spared. */
  #silence(step: Step, outcome: Extract<Outcome, { readonly kind: 'silent' }>, cycle: Cycle): Doubt | null {
    const now = this.#options.wire.mono()
    this.#miss(step, cycle, outcome.reason)
    cycle.missed += 1
    const times = (this.#misses.get(step.key)?.times ?? 0) + 1
    this.#misses.set(step.key, { times, at: now })
    this.#patience.missed(step.key, now)
    if (cycle.answered === 0 && cycle.missed >= 2) cycle.givenUp = outcome.reason
    const isStrange = times >= MISSES_TO_LOOK && step.points.length > 1 && !this.#everGiven.has(step.key)
    return isStrange ? { step, isSilent: true } : null
  }

  /** Finds out why a request is refused, or never answered, and reads what of it can be read. */
  async #look({ step, isSilent }: Doubt, cycle: Cycle, signal: AbortSignal): Promise<void> {
    const { asker, explorer, lessons, plans, wire } = this.#options
    if (isSilent && !asker.hasGiven) return
    const finding = await explorer.look(step, isSilent, signal)
    switch (finding.kind) {
      case 'given':
        this.#take(step, finding.answer, cycle)
        return
      case 'unclear':
        this.#patience.missed(step.key, wire.mono())
        return
      case 'learned': {
        this.#patience.answered(step.key)
        this.#misses.delete(step.key)
        const rest = step.points.filter((point) => !lessons.isRefused(point))
        await this.read(plans.steps(rest), cycle, signal)
      }
    }
  }

  /**
   * Where the answer to a request may still come and there is nothing around it to read as well, its points are read in
   * shorter requests for a while, so that the late answer cannot be taken for a new one.
   */
  #shortened(steps: readonly Step[]): readonly Step[] {
    if (this.#misses.size === 0) return steps
    const { wire, timeoutMs, plans } = this.#options
    const now = wire.mono()
    const lateMs = Math.max(LATE_MS, LATE_TIMEOUTS * timeoutMs)
    return steps.flatMap((step) => {
      const missed = this.#misses.get(step.key)
      const isTight = (step.room?.before ?? 0) + (step.room?.after ?? 0) === 0 && step.points.length > 1
      const isLate = missed !== undefined && now - missed.at < lateMs
      return isTight && isLate ? plans.steps(step.points, step.request.quantity - 1) : [step]
    })
  }

  #miss(step: Step, cycle: Cycle, reason: ReasonCode): void {
    for (const { poll } of step.points) cycle.missedGroups.add(poll)
    cycle.keep(step, this.#options.publisher.missed(step.points, reason))
  }

  #tellRefusal(step: Step, code: number): void {
    const { device, log } = this.#options
    if (this.#toldRefused.has(step.key)) return
    this.#toldRefused.add(step.key)
    const facts = { code: 'modbus/exception', device: device.id, ...step.request, exception: code }
    log.warn(facts, `device refuses a request: ${exceptionName(code)}`)
  }
}
