import type { Latency, Purpose, StationFacts } from './field-bus.ts'
import { LatencyMemory } from './latency.ts'

/** A learned timeout is this many times the station's worst latency … */
const MARGIN = 3
/** … once so many answers are known; before that the configured one holds. */
const LEARNED_AFTER = 20
/** A station that never answered is probed this many times as long as the slowest of the others thinks, at least … */
const PROBE_MARGIN = 4
const PROBE_FLOOR_MS = 50
/** … and at most this long: one slow device must not make those dear that are dead. */
const PROBE_MOST_MS = 100
/** … and who was probed so often in vain is given the whole configured timeout, for it may only be slow … */
const WHOLE_PROBE_AFTER = 7
/** … but of the bus no more than one such probe in this time, in ms: it keeps everybody else waiting. */
const WHOLE_PROBE_EVERY_MS = 120_000
/** Far more than fit on a bus; those of an address scan are not kept for ever. */
const MOST_STATIONS = 1_024

/** What is given to whom on a bus. */
export interface StationLimits {
  /** Longest time a device may think as the site configures it, in ms. */
  readonly timeoutMs: number
  /** Least time any device is given, in ms. */
  readonly floorMs: number
}

interface Station {
  readonly memory: LatencyMemory
  /** Exchanges without an answer since the last one with. */
  misses: number
  /** Probes since the last one that was given all there is. */
  probes: number
}

/** What a bus has learned of the stations on it, and how long each is given to think. */
export class Stations {
  readonly #limits: StationLimits
  readonly #stations = new Map<string, Station>()
  /** Monotonic time from which a probe may be given the whole timeout again. */
  #wholeProbeAt: number

  /** `now` is monotonic time, as everywhere here, in ms. */
  constructor(limits: StationLimits, now: number) {
    this.#limits = limits
    this.#wholeProbeAt = now + WHOLE_PROBE_EVERY_MS
  }

  /** How long the next exchange gives the station, in ms; never more than is configured. */
  withinMs(name: string, purpose: Purpose, now: number): number {
    return purpose === 'probe' ? this.#nextProbeMs(name, now) : this.#usualMs(this.#stations.get(name))
  }

  answered(name: string, thoughtMs: number): void {
    const station = this.#at(name)
    station.memory.add(Math.max(0, thoughtMs))
    station.misses = 0
    station.probes = 0
  }

  missed(name: string): void {
    this.#at(name).misses += 1
  }

  facts(name: string): StationFacts {
    const station = this.#stations.get(name)
    return { latencyMs: station?.memory.latency() ?? null, timeoutMs: this.#usualMs(station) }
  }

  recall(name: string, latency: Latency): void {
    this.#at(name).memory.recall(latency)
  }

  /** How long the slowest station that ever answered thinks at worst, in ms; the configured timeout when none did. */
  worstMs(): number {
    const { timeoutMs } = this.#limits
    const known = [...this.#stations.values()].flatMap(({ memory }) => memory.latency()?.p999 ?? [])
    return known.length === 0 ? timeoutMs : Math.min(timeoutMs, Math.max(...known))
  }

  #usualMs(station: Station | undefined): number {
    const { timeoutMs, floorMs } = this.#limits
    const p999 = station?.memory.latency()?.p999
    if (station === undefined || p999 === undefined || station.memory.answers < LEARNED_AFTER) return timeoutMs
    // A station that has become slower must not look dead: after a miss it is given more, after two all there is.
    if (station.misses >= 2) return timeoutMs
    return Math.min(timeoutMs, Math.max(floorMs, p999 * MARGIN * (station.misses === 1 ? 4 : 1)))
  }

  #nextProbeMs(name: string, now: number): number {
    const neededMs = this.#probeMs(this.#stations.get(name))
    const station = this.#at(name)
    if (station.probes < WHOLE_PROBE_AFTER || now < this.#wholeProbeAt) {
      station.probes += 1
      return neededMs
    }
    station.probes = 0
    this.#wholeProbeAt = now + WHOLE_PROBE_EVERY_MS
    return this.#limits.timeoutMs
  }

  #probeMs(station: Station | undefined): number {
    const { timeoutMs, floorMs } = this.#limits
    const own = station?.memory.latency()?.p999
    const neededMs = own === undefined ? Math.min(PROBE_MOST_MS, this.worstMs() * PROBE_MARGIN) : own * PROBE_MARGIN
    return Math.min(timeoutMs, Math.max(PROBE_FLOOR_MS, floorMs, neededMs))
  }

  #at(name: string): Station {
    const known = this.#stations.get(name)
    if (known !== undefined) return known
    if (this.#stations.size >= MOST_STATIONS) this.#forgetOne()
    const station = { memory: new LatencyMemory(), misses: 0, probes: 0 }
    this.#stations.set(name, station)
    return station
  }

  /** One that never answered, if there is such. */
  #forgetOne(): void {
    const names = [...this.#stations.keys()]
    const name = names.find((candidate) => this.#stations.get(candidate)?.memory.answers === 0) ?? names[0]
    if (name !== undefined) this.#stations.delete(name)
  }
}
