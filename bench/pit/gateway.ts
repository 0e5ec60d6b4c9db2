import type { Sight } from './families.ts'
import { type MeterFace, meterOf, stepped } from './instruments.ts'
import type { PitPoint } from './points.ts'
import { openProbes, type Probe } from './probes.ts'
import type { Listener, Said } from './said.ts'
import { follow } from './span.ts'
import type { World } from './world.ts'

/** The gateway had been up for so long when the play begins, ms. */
export const UP_MS = 600_000
const SIGHT_S = 8

const METER = 0
const CAMERA = 1
const OTHER = 2

/** How a gateway is set up. */
export interface GatewayParts {
  readonly points: readonly PitPoint[]
  readonly startAt: number
  readonly everyS: number
  readonly listener: Listener
}

/** Reads the points of a site as a gateway does, and tells them. */
export class Gateway {
  readonly #world: World
  readonly #parts: GatewayParts
  readonly #meter: MeterFace
  readonly #probes: readonly Probe[]
  /** By point: how often it is read, s, and which wire it is on. */
  readonly #every: Int32Array
  readonly #wires: Int8Array
  readonly #gaps
  readonly #clock
  readonly #muddles
  readonly #blind
  readonly #human: number
  readonly #vehicle: number
  #nextSight = 0
  /** What the camera still sees, by point. */
  readonly #ongoing = new Map<number, number>()
  readonly #said: Said = {
    at: 0,
    mono: 0,
    value: NaN,
    kind: 'none',
    quality: 'bad',
    reason: null,
    validMs: 0,
    event: null,
  }
  /** Readings of a poll that come after those of the next. */
  #held: { readonly index: number; readonly said: Said }[] = []
  #isHolding = false

  constructor(world: World, parts: GatewayParts) {
    this.#world = world
    this.#parts = parts
    const dice = world.site.chance.fork()
    this.#meter = meterOf(world, dice.fork())
    this.#gaps = follow(world.faults.gaps)
    this.#clock = follow(world.faults.clock)
    this.#muddles = follow(world.faults.muddles)
    this.#blind = follow(world.faults.blind)
    this.#human = parts.points.findIndex(({ ref }) => ref === 'gate-camera/human')
    this.#vehicle = parts.points.findIndex(({ ref }) => ref === 'gate-camera/vehicle')
    this.#every = Int32Array.from(parts.points, ({ everyS }) => everyS)
    this.#wires = Int8Array.from(parts.points, ({ ref }) => {
      return ref.startsWith('gate-camera/') ? CAMERA : ref.startsWith('meter/') ? METER : OTHER
    })
    const sees = (kind: 'human' | 'vehicle') => this.#ongoing.has(kind === 'human' ? this.#human : this.#vehicle)
    const probeOf = openProbes({ world, meter: this.#meter, dice, sees })
    this.#probes = parts.points.map(({ ref }) => probeOf(ref))
  }

  second(t: number): void {
    const { everyS, listener } = this.#parts
    const isPoll = t % everyS === 0
    this.#camera(t)
    if (!isPoll) return
    this.#poll(t)
    listener.polled(t)
  }

  #poll(t: number): void {
    const { points } = this.#parts
    const { deed } = this.#world
    this.#meter.read(t)
    const isDeaf = this.#gaps.at(t)?.isAll === true
    const isCameraLost = this.#blind.at(t) !== null || (deed?.cutsCamera === true && t >= deed.from)
    const muddle = this.#muddles.at(t)
    // Every other poll of a muddle waits for the next one.
    const wasHolding = this.#isHolding
    this.#isHolding = muddle?.kind === 'swapped' && !wasHolding
    for (let index = 0; index < points.length; index++) {
      if (t % this.#every[index]! !== 0) continue
      const said = this.#stamp(t, index)
      const wire = this.#wires[index]
      if (wire === CAMERA ? isCameraLost : wire === METER ? this.#meter.isSilent : isDeaf)
        silence(said, wire === CAMERA ? 'stream-lost' : 'timeout')
      else this.#probes[index]!(said)
      if (this.#isHolding) this.#held.push({ index, said: { ...said } })
      else this.#tell(index, said)
      if (muddle?.kind === 'twice') this.#tell(index, said)
    }
    if (this.#isHolding) return
    for (const { index, said } of this.#held) this.#tell(index, said)
    if (this.#held.length > 0) this.#held = []
  }

  /** The camera tells at once, not when it is asked. */
  #camera(t: number): void {
    const sights = this.#world.agenda.sights
    if (this.#ongoing.size > 0) this.#endSights(t)
    for (let sight = sights[this.#nextSight]; sight !== undefined && sight.t <= t; sight = sights[this.#nextSight]) {
      this.#nextSight += 1
      const deed = this.#world.deed
      const isLost = this.#blind.at(t) !== null || (deed?.cutsCamera === true && t >= deed.from)
      const index = sight.kind === 'vehicle' ? this.#vehicle : this.#human
      if (isLost || this.#ongoing.has(index)) continue
      this.#ongoing.set(index, t + SIGHT_S)
      this.#tellSight(t, index, sight)
    }
  }

  #endSights(t: number): void {
    for (const [index, until] of this.#ongoing) {
      if (t < until) continue
      this.#ongoing.delete(index)
      this.#tellSight(t, index, null)
    }
  }

  #tellSight(t: number, index: number, sight: Sight | null): void {
    const said = this.#stamp(t, index)
    // Between two polls, so that it never comes at the very instant of one.
    said.at += 500
    said.mono += 500
    said.value = sight === null ? 0 : 1
    said.kind = 'state'
    const kind = index === this.#vehicle ? 'vehicle' : 'person'
    said.event =
      sight === null
        ? { kind, phase: 'end', confidence: null }
        : { kind, phase: 'start', confidence: stepped(sight.confidence, 0.01) }
    this.#tell(index, said)
  }

  #stamp(t: number, index: number): Said {
    const said = this.#said
    const { points, startAt } = this.#parts
    said.at = startAt + (t + (this.#clock.at(t)?.seconds ?? 0)) * 1_000
    said.mono = UP_MS + t * 1_000
    said.validMs = points[index]?.validMs ?? 0
    said.quality = 'good'
    said.reason = null
    said.event = null
    return said
  }

  #tell(index: number, said: Said): void {
    const point = this.#parts.points[index]
    if (point !== undefined) this.#parts.listener.take(point, index, said)
  }
}

function silence(said: Said, reason: 'timeout' | 'stream-lost'): void {
  said.kind = 'none'
  said.value = NaN
  said.quality = 'bad'
  said.reason = reason
}
