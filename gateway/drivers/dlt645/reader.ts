import type { Dlt645Point, Dlt645Profile } from '../../../core/contract/device-profile.ts'
import type { Reading, ReasonCode } from '../../../core/contract/reading.ts'
import type { BusDevice } from '../../../core/contract/site.ts'
import { periodsOf } from '../../../core/decode/device-points.ts'
import { isUnknownItem, refusalText } from '../../../core/decode/dlt645.ts'
import { decodeDlt645, dlt645PointsOf, isBlock } from '../../../core/decode/dlt645-points.ts'
import { IDENTITY_POINT } from '../../../core/decode/identity.ts'
import { bad } from '../../../core/decode/point.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import { type Clock, systemClock } from '../../../platform/clock.ts'
import { Beat } from '../../device/beat.ts'
import { Patience } from '../../device/patience.ts'
import type { DeviceHealth, PolledOptions, PolledReader } from '../../device/polled-driver.ts'
import type { FieldBus } from '../../link/field-bus.ts'
import { type Outcome, stationOf } from './ask-item.ts'
import { Attendance } from './attendance.ts'
import { ClockReader } from './clock-reader.ts'
import { MeterAsker } from './meter-asker.ts'
import { CLOCK, isFast, type ItemRead, planItems } from './plan.ts'
import { Proof } from './proof.ts'
import { Publisher } from './publisher.ts'
import { keepMeter, recallMeter } from './record.ts'
import { Refusals } from './refusals.ts'
import { Round } from './round.ts'
import { Schedule } from './schedule.ts'

/** One meter, its map and its bus. */
export interface ReaderOptions extends PolledOptions {
  readonly profile: Dlt645Profile
  readonly bus: Pick<FieldBus, 'id' | 'timeoutMs' | 'ask' | 'mayProbe' | 'station' | 'recall' | 'counters'>
  /**
   * True where no other device is on the bus: then a meter of another address can be found by broadcast when ours is
   * silent. With several on a line they would all answer at once.
   */
  readonly isAlone?: boolean
}

/** A block that was not answered so often in a row, though others were, is read item by item. */
const MISSES_TO_SPLIT = 3
const KEEP_EVERY_MS = 3_600_000

/** Reads a meter's due points, one round at a time, and remembers what it cannot answer and who it is. */
export class MeterReader implements PolledReader {
  readonly #options: ReaderOptions
  readonly #wire: Clock
  readonly #address: string
  readonly #points: readonly Dlt645Point[]
  readonly #asker: MeterAsker
  readonly #beat: Beat
  readonly #schedule: Schedule
  readonly #patience: Patience
  readonly #refusals: Refusals
  readonly #publisher: Publisher
  readonly #attendance: Attendance
  readonly #meterClock: ClockReader
  readonly #proof = new Proof()
  #keptAt: number
  #lostSaidUntil = 0

  constructor(options: ReaderOptions) {
    const { device, profile, bus, clock, memory } = options
    this.#options = options
    this.#wire = options.wire ?? systemClock
    this.#address = addressOf(device)
    this.#points = dlt645PointsOf(device, profile)
    this.#asker = new MeterAsker(bus, this.#address)
    this.#beat = new Beat(device.id, device.every, clock.mono())
    const identity = { point: IDENTITY_POINT, poll: 'slow' } as const
    this.#schedule = new Schedule(device, [...this.#points, identity], this.#beat.shiftMs)
    this.#patience = new Patience(device.id, bus.timeoutMs)
    const { slow, rare } = periodsOf(device)
    this.#refusals = new Refusals({ unknownMs: rare, otherMs: slow })
    const { timeoutMs } = bus
    this.#publisher = new Publisher({ device: device.id, schedule: this.#schedule, clock, timeoutMs })
    const record = recallMeter(memory, device)
    if (record.latencyMs !== null) bus.recall(stationOf(this.#address), record.latencyMs)
    this.#attendance = this.#attend(device.serial ?? record.serial)
    this.#meterClock = new ClockReader(this.#asker, clock, record.clock)
    this.#keptAt = clock.mono()
  }

  /** Time until the next round is due. */
  waitMs(): number {
    return this.#beat.waitMs(this.#options.clock.mono())
  }

  /**
   * Readings of all points that were due and asked for. A meter known to be silent is asked now and then only, and then for
   * its number; of another meter at the address nothing is shown but that it is there.
   */
  async round(signal: AbortSignal): Promise<readonly Reading[]> {
    const { clock, device } = this.#options
    const start = clock.mono()
    this.#beat.begin(start)
    // What is due within half a period is read now: no round is nearer to its time.
    const round = new Round(start, Math.max(this.#beat.at, start) + device.every / 2)
    const reason = await this.#attendance.meet(start, signal)
    if (reason === null) {
      this.#lostSaidUntil = 0
      await this.#readDue(round, signal)
    } else if (reason !== 'unasked') this.#missAll(round, reason)
    this.#beat.end(clock.mono())
    this.#keepNowAndThen()
    return [...round.readings.values()]
  }

  health(): DeviceHealth {
    const { latencyMs, timeoutMs } = this.#options.bus.station(stationOf(this.#address))
    return {
      id: this.#options.device.id,
      state: this.#attendance.state,
      latencyMs,
      timeoutMs,
      ...this.#beat.figures,
    }
  }

  /** Keeps what was learned, for the next start. */
  keep(): void {
    const { device, bus, memory, clock } = this.#options
    this.#keptAt = clock.mono()
    const { latencyMs } = bus.station(stationOf(this.#address))
    keepMeter(memory, device, { serial: this.#attendance.serial, clock: this.#meterClock.memory, latencyMs })
  }

  #attend(serial: string | null): Attendance {
    const { device, bus, log, isAlone = false } = this.#options
    return new Attendance({
      device: device.id,
      address: this.#address,
      serial,
      asker: this.#asker,
      bus,
      wire: this.#wire,
      log,
      isAlone,
      recheckMs: periodsOf(device).slow,
      onBack: () => {
        this.#beginAnew()
      },
      onLearned: () => {
        this.keep()
      },
    })
  }

  /** It may have been away for long, or be another one: nothing that was learned of what it refuses holds. */
  #beginAnew(): void {
    this.#patience.clear()
    this.#refusals.clear()
    this.#schedule.allDue()
  }

  async #readDue(round: Round, signal: AbortSignal): Promise<void> {
    const dueAt = ({ point }: Dlt645Point) => this.#schedule.dueAt(point)
    const due = this.#points.filter((point) => dueAt(point) <= round.until).toSorted((a, b) => dueAt(a) - dueAt(b))
    for (const step of planItems(due, (item) => this.#refusals.holds(item, round.start))) {
      // Slow items wait for the next round where this one is already longer than a period; one is read in any case.
      if (!isFast(step) && round.hasSlow && this.#isLong(round)) continue
      round.hasSlow ||= !isFast(step)
      await this.#read(step, round, signal)
    }
    if (this.#schedule.dueAt(IDENTITY_POINT) <= round.until)
      this.#publisher.identity(this.#attendance.verdict, round, round.givenUp)
    this.#judge(round)
  }

  #isLong({ start }: Round): boolean {
    return this.#options.clock.mono() - start >= this.#options.device.every
  }

  async #read(step: ItemRead, round: Round, signal: AbortSignal): Promise<void> {
    const { item, points } = step
    if (round.givenUp !== null) {
      this.#publisher.miss(points, round, round.givenUp)
      return
    }
    if (this.#refusals.holds(item, round.start)) {
      this.#publisher.take(points, round, () => bad('exception'))
      return
    }
    if (!this.#patience.isDue(item, this.#wire.mono())) return
    if (item === CLOCK) {
      await this.#readClock(step, round, signal)
      return
    }
    const outcome = await this.#surely(item, () => this.#asker.item(step, 'poll', signal))
    if (outcome.kind === 'data') {
      this.#given(item, round)
      await this.#takeData(step, outcome.data, { round, signal })
    } else if (this.#notGiven(step, outcome, round) && isBlock(item)) {
      // A block that the meter does not have is read item by item.
      for (const single of planItems(points, () => true)) await this.#read(single, round, signal)
    }
  }

  async #readClock(step: ItemRead, round: Round, signal: AbortSignal): Promise<void> {
    const outcome = await this.#surely(CLOCK, () => this.#meterClock.read(signal))
    if (outcome.kind !== 'read') {
      this.#notGiven(step, outcome, round)
      return
    }
    this.#given(CLOCK, round)
    this.#publisher.take(step.points, round, ({ derive }) =>
      derive === undefined ? bad('malformed') : outcome[derive],
    )
    this.keep()
  }

  /** A refusal that is new counts when it is seen twice: the first may be of a moment, or a late answer. */
  async #surely<O extends { readonly kind: string }>(item: string, ask: () => Promise<O>): Promise<O> {
    const first = await ask()
    return first.kind === 'refused' && !this.#refusals.knows(item) ? ask() : first
  }

  #given(item: string, round: Round): void {
    this.#answered(item, round)
    this.#refusals.forget(item)
  }

  #answered(item: string, round: Round): void {
    round.answer()
    this.#patience.answered(item)
  }

  /** No value came. True where the meter said so itself. */
  #notGiven(step: ItemRead, outcome: Exclude<Outcome, { readonly kind: 'data' }>, round: Round): boolean {
    const { item, points } = step
    switch (outcome.kind) {
      case 'refused':
        this.#answered(item, round)
        this.#tellRefusal(item, outcome.error, round)
        if (!isBlock(item)) this.#publisher.take(points, round, () => bad('exception'))
        return true
      case 'missed': {
        round.miss(outcome.reason)
        const times = this.#patience.missed(item, this.#wire.mono())
        this.#publisher.miss(points, round, outcome.reason)
        if (isBlock(item) && times >= MISSES_TO_SPLIT && round.answered > 0) this.#refusals.add(item, true, round.start)
        return false
      }
      case 'lost':
        round.lost()
        this.#publisher.miss(points, round, 'link-down')
        return false
    }
  }

  async #takeData(
    { item, points }: ItemRead,
    data: Uint8Array,
    { round, signal }: { readonly round: Round; readonly signal: AbortSignal },
  ): Promise<void> {
    const decode = (from: Uint8Array) => (point: Dlt645Point) =>
      decodeDlt645(point, item, from, this.#options.device.spans[point.point] ?? null)
    if (this.#proof.isNeeded(points, decode(data))) {
      const again = await this.#asker.item({ item }, 'poll', signal)
      if (!this.#proof.give(points, decode(data), again.kind === 'data' ? decode(again.data) : null)) {
        this.#publisher.miss(points, round, 'malformed')
        return
      }
    }
    this.#publisher.take(points, round, decode(data))
  }

  #tellRefusal(item: string, error: number, round: Round): void {
    const { device, log } = this.#options
    if (!this.#refusals.add(item, isUnknownItem(error), round.start)) return
    const facts = { device: device.id, address: this.#address, item, error }
    if (isBlock(item)) log.info(facts, 'meter has no such block; reading its items one by one')
    else log.warn({ code: 'dlt645/refused', ...facts }, `meter refuses an item: ${refusalText(error)}`)
  }

  /**
   * Nothing can be shown. While the line is away this is said again once in a slow period only: it is asked for every round.
   */
  #missAll(round: Round, reason: ReasonCode): void {
    const isSaid = reason === 'link-down' && round.start < this.#lostSaidUntil
    if (isSaid) return
    this.#lostSaidUntil = reason === 'link-down' ? round.start + periodsOf(this.#options.device).slow : 0
    this.#publisher.miss(this.#points, round, reason)
    this.#publisher.identity(this.#attendance.verdict, round, reason)
    this.#schedule.allDue()
  }

  /** After a round: where asking became useless the meter has to show itself first. */
  #judge(round: Round): void {
    if (round.givenUp === null && (round.answered > 0 || round.missed === 0)) return
    if (round.givenUp === 'link-down') this.#schedule.allDue()
    this.#attendance.doubt()
  }

  #keepNowAndThen(): void {
    if (this.#attendance.state === 'answers' && this.#options.clock.mono() - this.#keptAt >= KEEP_EVERY_MS) this.keep()
  }
}

/** The configuration check has seen to it that a meter has an address. */
function addressOf({ id, address }: BusDevice): string {
  if (address !== undefined) return address
  throw new HouseError('config/invalid', `${id}: expected the 12 digits of the meter address`)
}
