import type { ModbusPoint, ModbusProfile, PollClass } from '../../../core/contract/device-profile.ts'
import type { BusDevice } from '../../../core/contract/site.ts'
import { type Placed, placedIn } from '../../../core/decode/readings.ts'
import type { Room } from '../../link/field-bus.ts'
import type { ReaderBus } from './asker.ts'
import { bridgeFor, roundMs, USUAL_LATENCY_MS } from './bus-time.ts'
import type { Slotted } from './cycle.ts'
import type { Lessons } from './lessons.ts'
import { mostCells, type PlannedRead, planReads } from './plan.ts'
import { roomAround } from './room.ts'
import { type Span, spanKey, spanOf } from './span.ts'

/** A planned request, ready to be asked and its answer to be taken apart. */
export interface Step extends PlannedRead, Slotted {
  readonly key: string
  readonly room: Room | undefined
  readonly placed: readonly Placed[]
}

/** What one round asks for, and the points that the device is known to refuse, which are not asked. */
export interface Plan {
  readonly steps: readonly Step[]
  readonly refused: Slotted
}

interface Made extends Plan {
  readonly points: readonly ModbusPoint[]
  latencyMs: number
}

/** How much better another plan must be to take the place of one. */
const WORTHWHILE = 0.99

/** The plans of a device, each made once and kept until something is learned that changes it. */
export class Plans {
  readonly #points: readonly ModbusPoint[]
  readonly #slotOf: ReadonlyMap<ModbusPoint, number>
  readonly #options: PlansOptions
  readonly #made = new Map<string, Made>()
  /** Requests over gaps that the device has answered. */
  readonly #bridged = new Map<string, Span>()
  #latencyMs: number = USUAL_LATENCY_MS

  constructor(points: readonly ModbusPoint[], options: PlansOptions) {
    this.#points = points
    this.#slotOf = new Map(points.map((point, slot) => [point, slot]))
    this.#options = options
  }

  /** All points of these groups. */
  pointsOf(groups: readonly PollClass[]): Slotted {
    return this.#slotted(this.#points.filter(({ poll }) => groups.includes(poll)))
  }

  /** The plan that reads these groups together. */
  of(groups: readonly PollClass[]): Plan {
    const key = groups.join()
    const known = this.#made.get(key)
    if (known !== undefined) return known
    const made = this.#make(this.pointsOf(groups).points)
    this.#made.set(key, made)
    return made
  }

  /** The steps that read `points` now, in requests of at most `most` cells where given. */
  steps(points: readonly ModbusPoint[], most?: number): readonly Step[] {
    const { profile, timing, lessons } = this.#options
    const learned = lessons.limits()
    const limited =
      most === undefined
        ? learned
        : { ...learned, maxRegisters: capped(learned.maxRegisters, most), maxBits: capped(learned.maxBits, most) }
    return planReads(points, {
      maxRegisters: profile.maxRegisters,
      learned: limited,
      timing,
      latencyMs: this.#latencyMs,
    }).map((read) => this.#stepOf(read))
  }

  /** Something was learned: all plans are made anew when they are needed. */
  forget(): void {
    this.#made.clear()
  }

  /** The device has given a request that bridges a gap: the cells in it can be read. */
  bridged(step: Step): void {
    if (this.#bridged.has(step.key)) return
    this.#bridged.set(step.key, step.request)
    this.#made.clear()
  }

  /** The device is known to think so long: plans that have become dear are made anew. */
  latency(latencyMs: number): void {
    const { timing, profile } = this.#options
    const { restMs } = profile
    this.#latencyMs = latencyMs
    for (const [key, made] of this.#made) {
      if (bridgeFor(timing, made.latencyMs) === bridgeFor(timing, latencyMs)) continue
      const better = this.#make(made.points)
      const time = ({ steps }: Plan) => roundMs(steps, { timing, latencyMs, restMs })
      if (time(better) < WORTHWHILE * time(made)) this.#made.set(key, better)
      else made.latencyMs = latencyMs
    }
  }

  #make(points: readonly ModbusPoint[]): Made {
    const refused = points.filter((point) => this.#options.lessons.isRefused(point))
    const asked = refused.length === 0 ? points : points.filter((point) => !refused.includes(point))
    return { points, steps: this.steps(asked), refused: this.#slotted(refused), latencyMs: this.#latencyMs }
  }

  #slotted(points: readonly ModbusPoint[]): Slotted {
    return { points, slots: points.map((point) => this.#slotOf.get(point) ?? -1) }
  }

  #stepOf(read: PlannedRead): Step {
    return {
      ...read,
      ...this.#slotted(read.points),
      key: spanKey(read.request),
      room: this.#roomOf(read.request),
      placed: placedIn({ unit: 0, ...read.request }, read.points, this.#options.spans),
    }
  }

  #roomOf(span: Span): Room | undefined {
    const { profile, lessons } = this.#options
    const learned = lessons.limits()
    const given = profile.points.filter((point) => !lessons.isRefused(point)).map(spanOf)
    const known = [...given, ...this.#bridged.values()].filter(({ table }) => table === span.table)
    const most = mostCells(span.table, { maxRegisters: profile.maxRegisters, learned })
    return roomAround(span, known, { refused: learned.refused, most })
  }
}

export interface PlansOptions {
  readonly profile: Pick<ModbusProfile, 'maxRegisters' | 'points' | 'restMs'>
  readonly spans: BusDevice['spans']
  readonly timing: ReaderBus['timing']
  readonly lessons: Lessons
}

function capped(limit: number | null, most: number): number {
  return limit === null ? most : Math.min(limit, most)
}
