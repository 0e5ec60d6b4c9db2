import type { DeviceProfile, Dlt645Profile, LineSettings, ModbusProfile } from '../../core/contract/device-profile.ts'
import { isHouseError } from '../../core/kit/errors.ts'
import type { Clock } from '../../platform/clock.ts'
import type { FieldBus } from '../link/field-bus.ts'
import { type Candidate, type Evidence, type Outcome, rank } from './identify.ts'
import { type Library, libraryOf } from './identify-library.ts'
import { type AskedBus, LastingBus } from './lasting-bus.ts'
import { findMeters, type FoundMeter, identifyMeter } from './scan-meters.ts'
import { type ScanStep, scanSteps } from './scan-plan.ts'
import { learnUnit, PATIENT_MS, PROBE, probeUnit, SECOND_PROBE } from './unit-talk.ts'

/** A Modbus device that answered. */
export interface FoundUnit {
  readonly kind: 'unit'
  readonly line: LineSettings
  readonly unit: number
  /** Best first; empty when no profile of the library explains it. */
  readonly candidates: readonly Candidate[]
  /** Its serial number, where the best profile says where it stands and the device gives one. */
  readonly serial: string | null
  /** Other settings on which the same device answered: the port has none, or the device takes any. */
  readonly alsoAt: readonly LineSettings[]
}

/** A unit that something answers for, but not in a way that can be read: two devices with one unit id, or a bad line. */
export interface GarbledUnit {
  readonly line: LineSettings
  readonly unit: number
}

export interface ScanReport {
  readonly units: readonly FoundUnit[]
  readonly meters: readonly FoundMeter[]
  readonly garbled: readonly GarbledUnit[]
  /** Lines on which several DL/T 645 meters answer at once and could not all be told apart in time. */
  readonly crowded: readonly LineSettings[]
  /** What the time or the connection was too short for. */
  readonly untried: readonly ScanStep[]
  /** How often the connection was lost on the way. */
  readonly losses: number
  readonly spentMs: number
}

export interface ScanProgress {
  readonly spentMs: number
  readonly withinMs: number
  readonly line: LineSettings
  readonly unit: number | null
  readonly found: number
}

export interface ScanOptions {
  readonly profiles: readonly DeviceProfile[]
  /** Settings to try in this order; one only where the line's settings cannot be chosen from here. */
  readonly lines: readonly LineSettings[]
  /** True where the line has settings of its own that are not known here: behind a network server. */
  readonly isRemote?: boolean
  readonly units: readonly number[]
  /** Time the whole may take, in ms of the clock. What has been found is identified even when it is over. */
  readonly withinMs: number
  /** Time a device is given for the first sign, in ms; slower ones betray themselves by answering too late. */
  readonly probeMs: number
  /** Opens the bus with one setting. The scan closes it. */
  readonly open: (line: LineSettings) => FieldBus
  readonly clock: Clock
  readonly onProgress?: (progress: ScanProgress) => void
}

/** A late answer belongs to one of this many units asked before. */
const SUSPECTS = 4
/** What identifying one device may cost; so much time is kept for each found one, … */
const IDENTIFY_MS = 1_500
/** … and so much for what is on the line when the time is nearly over. */
const LAST_MS = 750
/** No device may have this unit id; a server behind which it answers is one device that ignores unit ids. */
const RESERVED_UNIT = 251
/** Share of the time that may go into telling meters apart that answer at once. */
const CROWD_SHARE = 0.25
/**
 * Finds out what is on an unlabelled line: which units and meters answer on which setting, and which profile explains
 * each. Sends function codes 1–4 and 43/14 and DL/T 645 reads, never a write. When the signal aborts, or the line is lost
 * for good, the report is of what was found until then. Throws `link/down` and `link/busy` when the line was never there.
 */
export async function scanLine(options: ScanOptions, signal: AbortSignal): Promise<ScanReport> {
  return new Scan(options).run(signal)
}

/** A stretch of units as far as it has come. */
interface Sweep {
  readonly line: LineSettings
  readonly answered: Map<number, Outcome>
  readonly silent: number[]
  /** Units that were not tried, or not to the end. */
  readonly left: number[]
}

class Scan {
  readonly #options: ScanOptions
  readonly #library: Library
  readonly #meterProfiles: readonly Dlt645Profile[]
  readonly #startedAt: number
  readonly #units: FoundUnit[] = []
  readonly #meters: FoundMeter[] = []
  readonly #garbled: GarbledUnit[] = []
  readonly #crowded: LineSettings[] = []
  #waiting = 0
  #losses = 0

  constructor(options: ScanOptions) {
    this.#options = options
    this.#library = libraryOf(
      options.profiles.filter((profile): profile is ModbusProfile => profile.driver === 'modbus'),
    )
    this.#meterProfiles = options.profiles.filter((profile): profile is Dlt645Profile => profile.driver === 'dlt645')
    this.#startedAt = options.clock.mono()
  }

  async run(signal: AbortSignal): Promise<ScanReport> {
    const { lines, units, profiles } = this.#options
    const untried: ScanStep[] = []
    const steps = scanSteps(lines, units, profiles)
    const [first] = steps
    if (first !== undefined) {
      const { open, clock, withinMs } = this.#options
      const bus = new LastingBus(first.line, { open, clock, mayWait: () => this.#spent() < withinMs })
      try {
        for (const step of steps) {
          const left = this.#mayGoOn() && !signal.aborted ? await this.#take(bus, step, signal) : step
          if (left !== null) untried.push(left)
        }
      } finally {
        this.#losses = bus.losses
        bus.close()
      }
    }
    return {
      units: this.#units,
      meters: this.#meters,
      garbled: this.#garbled,
      crowded: this.#crowded,
      untried,
      losses: this.#losses,
      spentMs: this.#spent(),
    }
  }

  /** Answers what of the step was not done. */
  async #take(bus: LastingBus, step: ScanStep, signal: AbortSignal): Promise<ScanStep | null> {
    bus.turnTo(step.line)
    if (step.kind === 'units') return this.#sweep(bus, step, signal)
    return (await this.#untilCut(bus, () => this.#meet(bus, step.line, signal), signal)) ? null : step
  }

  /** Answers whether the work came to its end: not when the signal aborts or the connection is lost. Throws all else. */
  async #untilCut(bus: LastingBus, work: () => Promise<void>, signal: AbortSignal): Promise<boolean> {
    try {
      await work()
      return true
    } catch (error) {
      if (signal.aborted || (bus.wasThere && isHouseError(error, 'link/down'))) return false
      throw error
    }
  }

  async #sweep(
    bus: LastingBus,
    { line, units }: ScanStep & { kind: 'units' },
    signal: AbortSignal,
  ): Promise<ScanStep | null> {
    const sweep: Sweep = { line, answered: new Map(), silent: [], left: [] }
    const server = { isOneDevice: false }
    const isThere = await this.#untilCut(
      bus,
      async () => {
        server.isOneDevice = bus.timing === null && (await this.#probe(bus, RESERVED_UNIT, signal)) !== null
      },
      signal,
    )
    for (const unit of units) {
      const isOver = !isThere || !this.#mayGoOn() || signal.aborted
      if (server.isOneDevice && sweep.answered.size > 0) break
      if (isOver || !(await this.#untilCut(bus, () => this.#visit(bus, { unit, sweep }, signal), signal)))
        sweep.left.push(unit)
      this.#waiting = sweep.answered.size
    }
    const found = [...sweep.answered].sort(([a], [b]) => a - b)
    for (const [unit, outcome] of found) {
      await this.#identify(bus, { line, unit, outcome }, signal)
      this.#waiting -= 1
    }
    return sweep.left.length === 0 ? null : { kind: 'units', line, units: sweep.left }
  }

  async #visit(
    bus: AskedBus,
    { unit, sweep }: { readonly unit: number; readonly sweep: Sweep },
    signal: AbortSignal,
  ): Promise<void> {
    const { line, answered, silent } = sweep
    this.#tell(line, unit)
    const noise = noiseOn(bus)
    const outcome = await this.#probe(bus, unit, signal)
    const isLate = outcome !== 'garbled' && noiseOn(bus) > noise
    if (outcome === null) silent.push(unit)
    else if (outcome !== 'garbled') answered.set(unit, outcome)
    if (outcome !== 'garbled' && !isLate) return
    const suspects = [...silent.slice(-SUSPECTS), ...(outcome === 'garbled' ? [unit] : [])]
    for (const [one, patient] of await this.#askAgain(bus, suspects, signal)) {
      if (patient === 'garbled') this.#garbled.push({ line, unit: one })
      else answered.set(one, patient)
    }
  }

  #probe(bus: AskedBus, unit: number, signal: AbortSignal) {
    return probeUnit({ bus, unit }, { question: PROBE, withinMs: this.#options.probeMs }, signal)
  }

  async #askAgain(bus: AskedBus, units: readonly number[], signal: AbortSignal) {
    const answers = new Map<number, Outcome | 'garbled'>()
    for (const unit of units) {
      const outcome = await probeUnit({ bus, unit }, { question: SECOND_PROBE, withinMs: PATIENT_MS }, signal)
      if (outcome !== null) answers.set(unit, outcome)
    }
    return answers
  }

  async #identify(
    bus: LastingBus,
    { line, unit, outcome }: { readonly line: LineSettings; readonly unit: number; readonly outcome: Outcome },
    signal: AbortSignal,
  ): Promise<void> {
    const known = this.#units.findIndex((one) => one.unit === unit && one.alsoAt.length > 0)
    // What answers on two settings answers on all of them: the port has none.
    if (known >= 0) {
      this.#meetAgain(known, line)
      return
    }
    this.#tell(line, unit)
    const probe = outcome.kind === 'registers' && outcome.words.length > 1 ? SECOND_PROBE : PROBE
    const told = this.#options.isRemote === true ? null : line
    let evidence: Evidence = { line: told, asked: [{ question: probe, outcome }], texts: null }
    let serial: string | null = null
    const learning = {
      library: this.#library,
      known: evidence,
      msPerCell: bus.timing === null ? 0 : 22_000 / line.baud,
      learned: (more: Evidence) => {
        evidence = more
      },
    }
    const learn = async () => {
      serial = await learnUnit({ bus, unit }, learning, signal)
    }
    // What was learned until it was cut short is worth telling too.
    await this.#untilCut(bus, learn, signal)
    const candidates = rank(this.#library, evidence)
    const found: FoundUnit = { kind: 'unit', line, unit, candidates, serial, alsoAt: [] }
    const same = this.#units.findIndex((one) => isSame(one, found))
    if (same >= 0) this.#meetAgain(same, line)
    else this.#units.push(found)
  }

  #meetAgain(index: number, line: LineSettings): void {
    const known = this.#units[index]
    if (known !== undefined) this.#units[index] = { ...known, alsoAt: [...known.alsoAt, line] }
  }

  async #meet(bus: AskedBus, line: LineSettings, signal: AbortSignal): Promise<void> {
    // Modbus TCP carries nothing else.
    if (bus.timing === null) return
    this.#tell(line, null)
    const until = this.#spent() + CROWD_SHARE * this.#options.withinMs
    const { addresses, crowded } = await findMeters(bus, () => this.#mayGoOn() && this.#spent() < until, signal)
    if (crowded) this.#crowded.push(line)
    for (const address of addresses) {
      const known = this.#meters.findIndex((one) => one.address === address)
      const before = this.#meters[known]
      if (before !== undefined) {
        this.#meters[known] = { ...before, alsoAt: [...before.alsoAt, line] }
        continue
      }
      const candidates = await identifyMeter({ bus, address }, this.#meterProfiles, signal)
      this.#meters.push({ kind: 'meter', line, address, candidates, alsoAt: [] })
      this.#tell(line, null)
    }
  }

  #tell(line: LineSettings, unit: number | null): void {
    const { withinMs, onProgress } = this.#options
    const found = this.#units.length + this.#meters.length + this.#waiting
    onProgress?.({ spentMs: this.#spent(), withinMs, line, unit, found })
  }

  #spent(): number {
    return this.#options.clock.mono() - this.#startedAt
  }

  #mayGoOn(): boolean {
    return this.#spent() + this.#waiting * IDENTIFY_MS + LAST_MS < this.#options.withinMs
  }
}

/** Bytes and frames that nobody was waiting for: somebody answers late. */
function noiseOn(bus: AskedBus): number {
  const { discardedBytes, staleAnswers } = bus.counters()
  return discardedBytes + staleAnswers
}

/** The same device, met again: nothing in what is known of the two tells them apart. */
function isSame(a: FoundUnit, b: FoundUnit): boolean {
  return a.unit === b.unit && a.serial === b.serial && a.candidates[0]?.profile === b.candidates[0]?.profile
}
