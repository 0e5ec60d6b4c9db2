import type { ModbusPoint, ModbusProfile, PollClass } from '../../../core/contract/device-profile.ts'
import type { Reading, ReasonCode } from '../../../core/contract/reading.ts'
import type { BusDevice } from '../../../core/contract/site.ts'
import { hasIdentity, polledPoints } from '../../../core/decode/device-points.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import { type Clock, systemClock } from '../../../platform/clock.ts'
import { Identity } from '../../device/identity.ts'
import { LossWatch } from '../../device/loss-watch.ts'
import type { DeviceHealth, PolledOptions, PolledReader } from '../../device/polled-driver.ts'
import { Presence } from '../../device/presence.ts'
import { Asker, type ReaderBus } from './asker.ts'
import { Cycle } from './cycle.ts'
import { Doorkeeper } from './doorkeeper.ts'
import { Explorer } from './explorer.ts'
import { IdentityQuestions } from './identity.ts'
import { Lessons } from './lessons.ts'
import { Pace } from './pace.ts'
import { Plans } from './plans.ts'
import { Publisher } from './publisher.ts'
import { keepDevice, recallDevice, serialOf } from './record.ts'
import { spanOf } from './span.ts'
import { StepReader } from './step-reader.ts'

/** One device, its map and its bus. */
export interface ReaderOptions extends PolledOptions {
  readonly profile: ModbusProfile
  readonly bus: ReaderBus
  /** Requests that may wait for their answers at once; 1 when absent. */
  readonly atOnce?: number
}

/** How often the learned latency is looked at, and kept, in ms. */
const LATENCY_EVERY_MS = 10_000
const KEEP_EVERY_MS = 3_600_000
/** How often another device at the address is asked again whether it is still there. */
const MISMATCH_CHECK_MS = 60_000
/** A silent device is asked for one of its shortest points, another each time, since one may be what it never answers. */
const PROBES = 3

const ALL_GROUPS = ['fast', 'slow', 'rare'] as const satisfies readonly PollClass[]

/** What a round may show: `reason` null = what was read, else why nothing of these groups. */
interface Shown {
  readonly reason: ReasonCode | null
  readonly groups: readonly PollClass[]
}

/** Reads a device's due points, one round at a time. */
export class DeviceReader implements PolledReader {
  readonly #options: ReaderOptions
  readonly #wire: Clock
  readonly #points: readonly ModbusPoint[]
  readonly #probes: readonly ModbusPoint[]
  readonly #station: string
  readonly #pace: Pace
  readonly #presence: Presence
  readonly #publisher: Publisher
  readonly #lessons: Lessons
  readonly #plans: Plans
  readonly #asker: Asker
  readonly #explorer: Explorer
  readonly #steps: StepReader
  readonly #identity: Identity | null
  readonly #doorkeeper: Doorkeeper | null
  readonly #losses: LossWatch
  #latencyAt = 0
  #keptAt: number

  /** Throws `config/invalid` for a device without a unit id. */
  constructor(options: ReaderOptions) {
    const { device, profile, bus, clock, log, memory } = options
    const unit = unitOf(device)
    const wire = options.wire ?? systemClock
    this.#options = options
    this.#wire = wire
    this.#station = `modbus/${unit}`
    this.#points = polledPoints(device, profile)
    this.#probes = this.#points.toSorted((a, b) => spanOf(a).quantity - spanOf(b).quantity).slice(0, PROBES)
    const record = recallDevice(memory, { device, profile })
    if (record.latencyMs !== null) bus.recall(this.#station, record.latencyMs)
    this.#pace = new Pace(device, groupsOf(this.#points, profile), clock.mono())
    this.#presence = new Presence({
      device: device.id,
      bus,
      log,
      wire,
      address: { unit },
      check: 'its power, unit id and wiring',
    })
    this.#publisher = new Publisher({ device, clock, pace: this.#pace, timeoutMs: bus.timeoutMs })
    this.#lessons = new Lessons(record.lessons)
    this.#plans = new Plans(this.#points, {
      profile,
      spans: device.spans,
      timing: bus.timing,
      lessons: this.#lessons,
    })
    this.#asker = new Asker(bus, { unit, restMs: profile.restMs, clock: wire })
    const parts = { asker: this.#asker, lessons: this.#lessons, plans: this.#plans, clock, log }
    this.#explorer = new Explorer({ ...parts, device: device.id, keep: () => this.keep() })
    this.#steps = new StepReader({
      ...parts,
      explorer: this.#explorer,
      publisher: this.#publisher,
      device,
      timeoutMs: bus.timeoutMs,
      wire,
      // Requests that wait at once would leave the device no rest between them.
      atOnce: profile.restMs > 0 ? 1 : (options.atOnce ?? 1),
    })
    this.#losses = new LossWatch(bus)
    const [other] = this.#probes
    if (profile.identity === undefined || other === undefined) {
      this.#identity = null
      this.#doorkeeper = null
    } else {
      const serial = serialOf(device) ?? record.serial
      const facts = { device: device.id }
      this.#identity = new Identity({ serial, recheckMs: MISMATCH_CHECK_MS, log, facts })
      const questions = new IdentityQuestions(profile.identity, this.#identity)
      this.#doorkeeper = new Doorkeeper({ ...parts, identity: this.#identity, questions, device, other: spanOf(other) })
    }
    this.#keptAt = clock.mono()
  }

  /** Time until the next round is due, in ms. */
  waitMs(): number {
    return this.#pace.waitMs(this.#options.clock.mono())
  }

  /**
   * Readings of all points that were due and asked for. A device known to be silent is asked now and then only, and then
   * for one point; of a stranger at the address nothing is shown but that it is there.
   */
  async round(signal: AbortSignal): Promise<readonly Reading[]> {
    const { clock } = this.#options
    if (this.#presence.silentTimes > 0) {
      const probed = await this.#probe(signal)
      if (probed !== null) {
        this.#pace.pass(clock.mono())
        return probed
      }
      this.#pace.allDue()
    }
    const round = this.#pace.begin(clock.mono())
    const cycle = new Cycle(this.#points.length)
    const { reason, groups } = await this.#readKnown(round.groups, cycle, signal)
    this.#pace.end(round, cycle.missedGroups, clock.mono())
    if (!this.#presence.isDoubted && clock.mono() - this.#keptAt >= KEEP_EVERY_MS) this.keep()
    const readings = cycle.readings()
    readings.push(...this.#identityReadings(groups, reason ?? cycle.givenUp))
    return readings
  }

  health(): DeviceHealth {
    const { device, bus } = this.#options
    const { latencyMs, timeoutMs } = bus.station(this.#station)
    const isOther = this.#identity?.verdict === 'other'
    const state = this.#presence.isDoubted ? 'silent' : isOther ? 'identity-mismatch' : 'answers'
    return { id: device.id, state, latencyMs, timeoutMs, ...this.#pace.figures }
  }

  /** Keeps what was learned, for the next start. */
  keep(): void {
    const { device, profile, bus, memory, clock } = this.#options
    this.#keptAt = clock.mono()
    const { latencyMs } = bus.station(this.#station)
    const record = { serial: this.#identity?.serial ?? null, lessons: this.#lessons.kept(), latencyMs }
    keepDevice(memory, { device, profile }, record)
  }

  /** Asks a silent device for one point. null when it answers; else the readings that follow from it. */
  async #probe(signal: AbortSignal): Promise<readonly Reading[] | null> {
    const point = this.#probes[this.#presence.silentTimes % this.#probes.length]
    if (point === undefined || !this.#presence.mayProbe()) return []
    const outcome = await this.#asker.ask(spanOf(point), { purpose: 'probe' }, signal)
    if (outcome.kind === 'given' || outcome.kind === 'refused') {
      this.#answered()
      return null
    }
    if (outcome.kind === 'silent') this.#presence.silent()
    const reason = outcome.kind === 'lost' ? 'link-down' : outcome.reason
    return [...this.#publisher.missed(this.#points, reason), ...this.#identityReadings(['slow'], reason)]
  }

  /** Reads the groups, as long as it is the right device that answers; `groups` are those of which something is published. */
  async #readKnown(due: readonly PollClass[], cycle: Cycle, signal: AbortSignal): Promise<Shown> {
    if (this.#losses.isLost || this.#losses.wasLost()) this.#doorkeeper?.suspect()
    const before = await this.#admit(due, signal)
    if (before.reason === null) {
      await this.#read(due, cycle, signal)
      if (!this.#losses.wasLost()) return before
      // Another line may have come back in the middle of the round.
      this.#doorkeeper?.suspect()
    }
    const shown = before.reason === null ? await this.#admit(due, signal) : before
    if (shown.reason !== null) this.#missAll(shown.groups, cycle, shown.reason)
    return shown
  }

  /** Whether the right device answers. What was shown of it holds no more once another one is there, due or not. */
  async #admit(due: readonly PollClass[], signal: AbortSignal): Promise<Shown> {
    if (this.#doorkeeper === null) return { reason: null, groups: due }
    const { reason, seen, news } = await this.#doorkeeper.admit(signal)
    if (seen === 'answers') this.#answered()
    if (seen === 'silent') this.#silent()
    if (news.hasLearned) this.keep()
    if (news.isBack) this.#pace.allDue()
    if (!news.isNews || reason !== 'identity-mismatch') return { reason, groups: due }
    this.#lessons.clear()
    this.#plans.forget()
    this.keep()
    return { reason, groups: ALL_GROUPS }
  }

  async #read(groups: readonly PollClass[], cycle: Cycle, signal: AbortSignal): Promise<void> {
    this.#noteLatency()
    const { steps, refused } = this.#plans.of(groups)
    // A point that the device refuses is not asked for, and is as bad as it was.
    cycle.keep(refused, this.#publisher.missed(refused.points, 'exception'))
    await this.#steps.read(steps, cycle, signal)
    if (cycle.answered > 0) {
      this.#answered()
      if (cycle.givenUp === null) await this.#explorer.recheck(signal)
    } else if (cycle.missed > 0) this.#silent()
    if (cycle.givenUp === 'link-down') this.#doorkeeper?.suspect()
  }

  #missAll(groups: readonly PollClass[], cycle: Cycle, reason: ReasonCode): void {
    const missed = this.#plans.pointsOf(groups)
    cycle.keep(missed, this.#publisher.missed(missed.points, reason))
    if (reason !== 'identity-mismatch') for (const group of groups) cycle.missedGroups.add(group)
  }

  #noteLatency(): void {
    const now = this.#wire.mono()
    if (now < this.#latencyAt) return
    const { latencyMs } = this.#options.bus.station(this.#station)
    if (latencyMs === null) return
    this.#plans.latency(latencyMs.p50)
    this.#latencyAt = now + LATENCY_EVERY_MS
  }

  #answered(): void {
    if (this.#presence.answered()) this.#steps.forgiveAll()
  }

  #silent(): void {
    this.#presence.silent()
    this.#doorkeeper?.suspect()
  }

  #identityReadings(groups: readonly PollClass[], reason: ReasonCode | null): readonly Reading[] {
    if (this.#identity === null || !groups.includes('slow')) return []
    return [this.#publisher.identity(this.#identity.verdict, reason)]
  }
}

function groupsOf(points: readonly ModbusPoint[], profile: ModbusProfile): PollClass[] {
  const used = new Set(points.map(({ poll }) => poll))
  if (hasIdentity(profile)) used.add('slow')
  return ALL_GROUPS.filter((poll) => used.has(poll))
}

/** The configuration check has seen to it that a Modbus device has a unit id. */
function unitOf({ id, unit }: BusDevice): number {
  if (unit !== undefined) return unit
  throw new HouseError('config/invalid', `${id}: expected a unit id`)
}
