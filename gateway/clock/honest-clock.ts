import type { AlarmTransition } from '../../core/contract/alarm.ts'
import type { BootId, Dating } from '../../core/contract/clock.ts'
import type { GatewayHealth } from '../../core/contract/lanes.ts'
import type { Reading } from '../../core/contract/reading.ts'
import { type MonoMs, UtcMs } from '../../core/contract/time.ts'
import { later } from '../../core/kit/time.ts'
import { messageOf } from '../../core/kit/errors.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import { type KeptTime, readKeptTime, writeKeptTime } from './kept-time.ts'
import { RoomTime } from './room-time.ts'
import type { Claim } from './select.ts'
import { KEEP_EVERY_MS, TimeKeeper } from './time-keeper.ts'

/** Somebody who may know the time, other than the control room. */
export interface ClockSource {
  /** How often it is worth asking, ms. */
  readonly everyMs: number
  /** What it says now; null when it says nothing. Never throws, and answers within seconds. */
  claim(signal: AbortSignal): Promise<Claim | null>
}

/**
 * A clock that says what it is worth. Its monotonic time and its sleep are those of the machine; its wall time is monotonic time plus
 * the best offset that anybody has told, whatever becomes of the machine's own wall clock.
 */
export interface HonestClock extends Clock {
  readonly boot: BootId
  /** For the uplink: asks the control room, and hears its answers. */
  readonly room: RoomTime
  /** How the present boot's time is dated now. */
  dating(): Dating
  /** How a boot's time is dated as far as is known; null for one of which nothing is known. */
  datingOf(boot: BootId): Dating | null
  /** How far the time told for an instant of this boot may be off either way, ms; null where nobody can say. */
  uncertaintyMs(at: MonoMs): number | null
  /** Readings as they are dated now: those stamped before a step of the time get their stamps anew. */
  restamped(readings: readonly Reading[]): readonly Reading[]
  /** A transition that tells its monotonic time, with what its wall time is worth; one that followed from before a step is dated anew. */
  stamped(transition: AlarmTransition): AlarmTransition
  health(): GatewayHealth['clock']
  /**
   * Asks the sources and keeps notes until `signal` aborts. `chain` is told each dating of what was read before, just before the time
   * it brings is told; one it refuses with a throw is told again every minute.
   */
  run(chain: (dating: Dating) => void, signal: AbortSignal): Promise<void>
}

export interface HonestClockOptions {
  /** The machine's own clock. */
  readonly clock: Clock
  readonly boot: BootId
  /** Folder of the gateway's store, where notes are kept; null keeps none. */
  readonly folder: string | null
  readonly log: Log
  readonly sources: readonly ClockSource[]
  /** What the battery clock shows, ms; null where there is none. */
  readonly rtc: () => number | null
  /** What is known of the time at the start, given the note of the run before. */
  readonly first: (mono: MonoMs, kept: KeptTime | null) => readonly Claim[]
}

/** So often it is looked whether a source is due, ms. */
const LOOK_EVERY_MS = 5_000

/** Readings are on their way through the gateway no longer than this, ms. */
const UNDER_WAY_MS = 600_000

/** What bears another time than its monotonic one says was stamped before a step; less than this is no step, ms. */
const STEP_MS = 1_000

export function honestClock(options: HonestClockOptions): HonestClock {
  return new TellingClock(options)
}

class TellingClock implements HonestClock {
  readonly boot: BootId
  readonly room: RoomTime
  readonly #options: HonestClockOptions
  readonly #keeper: TimeKeeper
  #chain: ((dating: Dating) => void) | null = null
  /** Datings the chain has not taken yet, oldest first. */
  #owed: readonly Dating[] = []
  #isNews = false
  #rtcAheadMs: number | null
  readonly #said = { source: '', outliers: '', isRefused: false }

  constructor(options: HonestClockOptions) {
    const { clock, boot, folder } = options
    this.boot = boot
    this.#options = options
    const kept = folder === null ? null : readKeptTime(folder)
    this.#rtcAheadMs = kept?.rtcAheadMs ?? null
    this.#owed = kept?.owed ?? []
    const mono = clock.mono()
    const onDating = (dating: Dating) => this.#date(dating)
    this.#keeper = new TimeKeeper({ boot, mono, guess: clock.now(), kept, onDating })
    for (const claim of options.first(mono, kept)) this.#keeper.take(claim, mono)
    this.room = new RoomTime({ clock, boot, onClaim: (claim) => this.#take(claim) })
    this.#tell()
  }

  now(): UtcMs {
    const mono = this.#options.clock.mono()
    return UtcMs.parse(Math.max(0, Math.floor(mono + this.#keeper.offsetAt(mono))))
  }

  mono(): MonoMs {
    return this.#options.clock.mono()
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return this.#options.clock.sleep(ms, signal)
  }

  dating(): Dating {
    return rounded(this.#keeper.datingAt(this.mono()))
  }

  datingOf(boot: BootId): Dating | null {
    if (boot === this.boot) return this.dating()
    const dating = this.#keeper.datingOf(boot)
    return dating === null ? null : rounded(dating)
  }

  uncertaintyMs(at: MonoMs): number | null {
    return this.#keeper.uncertaintyAt(at)
  }

  restamped(readings: readonly Reading[]): readonly Reading[] {
    const { steppedAt } = this.#keeper
    if (this.mono() - steppedAt > UNDER_WAY_MS || !readings.some(({ mono }) => mono <= steppedAt)) return readings
    return readings.map((reading) => {
      const before = this.#keeper.offsetBefore(reading.mono)
      // One of an earlier boot, which only looks as if it were of this one, does not bear the time told then.
      if (before === null || Math.abs(reading.at - reading.mono - before) > STEP_MS) return reading
      const at = this.#at(reading.mono)
      return { ...reading, at, validUntil: later(at, reading.validUntil - reading.at) }
    })
  }

  stamped(transition: AlarmTransition): AlarmTransition {
    const { clock } = transition
    if (clock?.boot !== this.boot) return transition
    const known = this.#at(clock.mono)
    const at = Math.abs(known - transition.at) > STEP_MS ? known : transition.at
    const readings = [...this.restamped(transition.readings)]
    const uncertaintyMs = this.#keeper.uncertaintyAt(clock.mono)
    return { ...transition, at, readings, clock: { ...clock, recordedAt: at, uncertaintyMs } }
  }

  health(): GatewayHealth['clock'] {
    return { ...this.dating(), systemAheadMs: this.#options.clock.now() - this.now() }
  }

  async run(chain: (dating: Dating) => void, signal: AbortSignal): Promise<void> {
    const { clock, sources } = this.#options
    this.#chain = chain
    const due = new Map(sources.map((source) => [source, -Infinity]))
    let keptAt = -Infinity
    while (!signal.aborted) {
      const now = clock.mono()
      for (const [source, at] of due) {
        if (now < at) continue
        due.set(source, now + source.everyMs)
        const claim = await source.claim(signal)
        if (claim !== null) this.#take(claim)
      }
      if (now - keptAt >= KEEP_EVERY_MS) {
        keptAt = now
        this.#keeper.reconsider(clock.mono())
        this.#tell()
        this.#payDebts()
        this.#keep(false)
      }
      await clock.sleep(LOOK_EVERY_MS, signal).catch(() => undefined)
    }
    this.#keep(true)
  }

  /** UTC of an instant of this boot as it is known now. */
  #at(mono: MonoMs): UtcMs {
    return UtcMs.parse(Math.max(0, Math.floor(mono + this.#keeper.correctedAt(mono))))
  }

  #take(claim: Claim): void {
    this.#keeper.take(claim, this.mono())
    this.#tell()
    // What was learned is not to be unlearned by a program that is killed within the minute; and a technician waits for it.
    if (this.#isNews || claim.source === 'technician') this.#keep(false)
  }

  #date(dating: Dating): void {
    this.#isNews = true
    this.#owed = [...this.#owed, rounded(dating)]
    this.#payDebts()
  }

  #payDebts(): void {
    const chain = this.#chain
    if (chain === null) return
    while (this.#owed[0] !== undefined) {
      try {
        chain(this.#owed[0])
      } catch (error) {
        if (!this.#said.isRefused) {
          const facts = { code: 'store/failed', why: messageOf(error) } as const
          this.#options.log.warn(facts, 'the store does not take what is known of the time; trying again')
        }
        this.#said.isRefused = true
        return
      }
      this.#said.isRefused = false
      this.#owed = this.#owed.slice(1)
    }
  }

  #keep(isLast: boolean): void {
    const { folder, clock, log } = this.#options
    if (folder === null) return
    const mono = clock.mono()
    const rtc = this.#keeper.uncertaintyAt(mono) === null ? null : this.#options.rtc()
    if (rtc !== null) this.#rtcAheadMs = rtc - this.now()
    const kept = this.#keeper.kept(mono, { isLast, rtcAheadMs: this.#rtcAheadMs, owed: [...this.#owed] })
    try {
      writeKeptTime(folder, kept)
      this.#isNews = false
    } catch (error) {
      // The store says that its disk refuses.
      log.debug({ why: messageOf(error) }, 'the time is not kept')
    }
  }

  /** Says when the time comes from somebody else than before, and when somebody contradicts. */
  #tell(): void {
    const { log } = this.#options
    const { source, uncertaintyMs } = this.dating()
    const { systemAheadMs } = this.health()
    if (source !== this.#said.source) log.info({ source, uncertaintyMs, systemAheadMs }, 'the time is taken from')
    const outliers = this.#keeper.outliers.join(' ')
    if (outliers !== this.#said.outliers && outliers !== '') {
      log.warn({ source, outliers, uncertaintyMs }, 'sources of the time contradict each other')
    }
    Object.assign(this.#said, { source, outliers })
  }
}

/** Thousandths of a millisecond are enough. */
function rounded({ boot, offsetMs, uncertaintyMs, source }: Dating): Dating {
  const thousandth = (ms: number) => Math.round(ms * 1_000) / 1_000
  return {
    boot,
    offsetMs: thousandth(offsetMs),
    uncertaintyMs: uncertaintyMs === null ? null : thousandth(uncertaintyMs),
    source,
  }
}
