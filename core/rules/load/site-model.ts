import type { SiteLoad } from '../../contract/activity.ts'
import type { Inputs, Sample } from '../rule.ts'
import type { SiteView } from '../site-view.ts'
import { takeCreep } from './creep.ts'
import { forgetHour, noteCycle } from './days.ts'
import { addExcess, mostExcess } from './excess.ts'
import { addToHour, beginHour, noteRuns } from './hour.ts'
import { endHour, learnNight } from './learning.ts'
import type { LoadMemory } from './memory.ts'
import { noiseAt, restartMeter, takeMeter, withoutSpike } from './meter.ts'
import type { LoadModel } from './model.ts'
import { normalAt } from './normal.ts'
import { RunningLoads } from './running-loads.ts'
import { addToRuns, isOverdue } from './runs.ts'
import { learnStart, loseSteps, resetSteps, restartSteps, runningBySteps, takeStep } from './steps.ts'
import { addToTrail } from './trail.ts'
import type { LoadStart, LoadView } from './view.ts'

const MINUTE_MS = 60_000

/** Appliances somebody answers for at a time. */
const APPLIANCES = 16
const WH = 3_600_000

/** How far what a known load draws may lie from what it was rated, as a share. */
const RATED_TOLERANCE = 0.06

/** What runs by its steps is known so well, and a household may draw so much beside it, W. */
const STEPS_MARGIN = 1.1
const BESIDE_W = 2_000

/** Every thermostat calls at once after an outage, W. */
const COLD_LOAD_W = 2_500

/** A site whose hours need less than this has no thermostats that could, W. */
const ALIVE_W = 100

/** What is not as always for so long in an hour spoils it. */
const ODD_MS = 30_000

/** The power of a site, and what it should be. */
export class SiteModel implements LoadModel {
  readonly #load: SiteLoad
  readonly #site: SiteView
  readonly #inputs: Inputs
  readonly #memory: LoadMemory
  readonly #loads: RunningLoads
  readonly #temperatureInput: number
  #longest: { readonly longest: readonly number[]; readonly isHeaterExpected: boolean }
  /** The same object again: this happens at every sample. */
  readonly #drawn = { power: 0, mono: 0, ms: 0, stepMs: 0, noise: 0, low: 0 }
  power = NaN
  expected = NaN
  residual = NaN
  envelope = NaN
  floor = NaN
  usual = NaN
  overdue = 0
  stranger = 0

  /** Goes on from `memory`, which is changed from here on. */
  constructor(
    parts: { readonly load: SiteLoad; readonly site: SiteView; readonly inputs: Inputs },
    memory: LoadMemory,
  ) {
    const { load } = parts
    this.#load = load
    this.#site = parts.site
    this.#inputs = parts.inputs
    this.#memory = memory
    const energies = load.energy === undefined ? 0 : 1
    this.#temperatureInput = load.temperature === undefined ? -1 : 1 + energies
    const firstInput = 1 + energies + (load.temperature === undefined ? 0 : 1)
    const known = load.known.flatMap(({ id }) => memory.known[id] ?? [])
    this.#loads = new RunningLoads(known, { inputs: parts.inputs, firstInput })
    this.#longest = longestOf(memory)
    const { view } = memory
    this.#loads.running = view.running
    this.#loads.runningW = view.runningW
    this.#loads.isMasked = view.isMasked
    this.#loads.along = view.along
    if (view.power !== null) this.#see(view.power, view.isOverdue)
  }

  get runningW(): number {
    return this.#loads.runningW
  }

  get running(): number {
    return this.#loads.running
  }

  get isMasked(): boolean {
    return this.#loads.isMasked
  }

  get along(): LoadView['along'] {
    return this.#loads.along
  }

  get noise(): number {
    return noiseAt(this.#memory.meter, this.power)
  }

  get isArmed(): boolean {
    return this.#memory.normal.isArmed
  }

  get daysLearned(): number {
    return this.#memory.normal.days
  }

  get usualExcess(): number {
    const { isArmed, excess } = this.#memory.normal
    return isArmed && excess !== null ? excess * WH : NaN
  }

  get excess(): number {
    return this.#memory.normal.isArmed ? this.#memory.excess.sum : 0
  }

  get isHeaterExpected(): boolean {
    return this.#memory.normal.weather > 0
  }

  get usualCycle(): number {
    return this.#memory.normal.isArmed ? this.#memory.cycle : NaN
  }

  get creep(): number {
    return this.#memory.normal.isArmed ? this.#memory.creep.power : 0
  }

  get usualCreep(): number {
    return this.#memory.usualCreep
  }

  get starts(): readonly LoadStart[] {
    return this.#memory.steps.starts
  }

  get shift(): number {
    return this.#memory.shift ?? NaN
  }

  sample(input: number, sample: Sample): void {
    if (sample.quality === 'bad' || Number.isNaN(sample.value)) return
    if (input === 0) {
      if (sample.kind === 'number') this.#meter(sample)
    } else this.#contact(input, sample)
  }

  spoil(at: number): void {
    const { hour, days } = this.#memory
    if (hour.isSpoiled) return
    hour.isSpoiled = true
    // What is found now began a while ago.
    const before = at - 30 * MINUTE_MS
    forgetHour(days, this.#site.dayOf(before), this.#site.hourOf(before))
  }

  widen(appliance: { readonly power: number; readonly until: number; readonly at: number }): void {
    const { appliances, steps, normal } = this.#memory
    const { power, until, at } = appliance
    appliances.push({ power, until, minute: this.#site.minuteOf(at) })
    if (appliances.length > APPLIANCES) appliances.shift()
    const day = this.#site.dayOf(at)
    const hour = this.#site.hourOf(at)
    for (const on of [day - 1, day]) learnStart(steps, power, { day: on, hour })
    normal.minute = null
  }

  save(): unknown {
    const { running, runningW, isMasked } = this
    const power = Number.isNaN(this.power) ? null : this.power
    return {
      ...this.#memory,
      view: { power, running, runningW, isMasked, isOverdue: this.overdue > 0, along: this.along },
    }
  }

  restart(isSameBoot: boolean): void {
    if (isSameBoot) return
    const memory = this.#memory
    restartMeter(memory.meter)
    memory.trail.monos = []
    memory.trail.powers = []
    memory.trail.next = 0
    restartSteps(memory.steps)
    this.#loads.restart()
    this.power = this.expected = this.residual = this.envelope = this.floor = this.usual = NaN
    this.overdue = this.stranger = 0
  }

  #contact(input: number, sample: Sample): void {
    const { steps, normal } = this.#memory
    const since = this.#loads.contact(input, sample, this.#memory)
    if (since === null) return
    resetSteps(steps, since)
    this.stranger = normal.isArmed ? steps.stranger : 0
  }

  #meter(sample: Sample): void {
    const memory = this.#memory
    const { meter, normal } = memory
    const minute = Math.floor(sample.at / MINUTE_MS)
    if (minute !== normal.minute) this.#minute(minute, sample)
    const held = takeMeter(meter, sample, normal.low > ALIVE_W)
    const power = withoutSpike(meter, sample.value)
    addToTrail(memory.trail, sample.mono, power)
    this.#loads.find(power, normal.base, memory)
    this.#see(power, false)
    // What comes back with the power, or was switched while nobody looked, is no start.
    if (held === 0 || meter.deadMs > 0) loseSteps(memory.steps)
    if (this.isMasked || held === 0 || meter.deadMs > 0) {
      memory.steps.isKnown = false
      memory.creep.isKnown = false
      return
    }
    this.#follow(power, held)
    if (sample.quality === 'good' && meter.mono >= meter.coldUntil && !normal.isPermitted) this.#learn(held)
  }

  /** What has switched, crept in, lasted and added up, by a sample that means something. */
  #follow(power: number, held: number): void {
    const memory = this.#memory
    const { meter, steps, runs, normal, creep } = memory
    const drawn = this.#drawn
    drawn.power = power - this.runningW
    drawn.mono = meter.mono
    drawn.ms = held
    drawn.stepMs = meter.stepMs
    drawn.noise = noiseAt(meter, power)
    drawn.low = normal.low
    const found = takeStep(steps, drawn)
    if (found !== 'none') this.#noteStart(found)
    const isCold = meter.mono < meter.coldUntil
    const over = drawn.power - normal.low
    if (steps.stranger > 0 && (isCold || over < 0.5 * steps.stranger)) steps.stranger = 0
    this.stranger = normal.isArmed ? steps.stranger : 0
    addToRuns(runs, over, held)
    if (normal.isArmed && isOverdue(runs, over - runningBySteps(steps), this.#longest)) this.overdue = over
    if (this.running > 0 || isCold) creep.isKnown = false
    else takeCreep(creep, drawn)
    if (normal.days > 0 && !isCold) this.#addExcess(held)
    if (!normal.isArmed || (this.residual <= this.envelope && this.stranger === 0 && this.overdue === 0)) return
    memory.oddMs += held
    if (memory.oddMs > ODD_MS) memory.hour.isSpoiled = true
  }

  #addExcess(held: number): void {
    const { normal, excess, hour } = this.#memory
    const expected = normal.base + normal.heat + this.runningW
    const over = this.power - expected - normal.usual - 0.5 * RATED_TOLERANCE * this.runningW
    const isBeyond = normal.isArmed && this.residual > this.envelope
    addExcess(excess, over, { ms: held, isBeyond, mostWh: normal.isArmed ? mostExcess(normal.excess) : Infinity })
    if (!normal.isPermitted && !isBeyond) hour.excess = Math.max(hour.excess ?? 0, excess.sum)
  }

  #learn(held: number): void {
    const { hour, runs, creep } = this.#memory
    addToHour(hour, this.#drawn.power, held, this.#load.declared)
    noteRuns(hour, runs)
    if (creep.power > hour.creep) hour.creep = creep.power
  }

  #see(power: number, isOverdue: boolean): void {
    const { normal, meter, steps } = this.#memory
    const { runningW } = this
    this.power = power
    this.expected = (normal.isArmed ? normal.base + normal.heat : 0) + runningW
    this.residual = power - this.expected
    const cold = meter.mono < meter.coldUntil && normal.isArmed ? COLD_LOAD_W : 0
    // What starts at any hour may run at any hour, and beside another.
    const bySteps = steps.running.length === 0 ? 0 : STEPS_MARGIN * runningBySteps(steps) + BESIDE_W
    this.envelope =
      Math.max(normal.envelope, Math.min(bySteps, this.#load.declared)) + RATED_TOLERANCE * runningW + cold
    this.floor = normal.isArmed ? normal.low + runningW : NaN
    this.usual = normal.isArmed ? normal.usual : NaN
    this.overdue = isOverdue ? power - runningW - normal.low : 0
    this.stranger = normal.isArmed ? steps.stranger : 0
  }

  #noteStart(found: 'start' | 'more'): void {
    const { hour, steps } = this.#memory
    const power = steps.starts.at(-1)?.power ?? 0
    if (found === 'more') hour.starts.pop()
    if (hour.starts.length < 12) hour.starts.push(power)
    noteCycle(hour, steps.starts)
  }

  /** Works out what is normal from here on, and puts away what is over. */
  #minute(minute: number, { at, mono }: Sample): void {
    const memory = this.#memory
    const { hour, normal, meter } = memory
    const day = this.#site.dayOf(at)
    const minuteOfDay = this.#site.minuteOf(at)
    const hourOfDay = Math.floor(minuteOfDay / 60)
    const isOff = this.#site.dayType(at) !== 'work'
    if (hour.day !== day || hour.hour !== hourOfDay) {
      endHour(memory, this.#load)
      beginHour(hour, { day, hour: hourOfDay, isOff })
      memory.oddMs = 0
      memory.appliances = memory.appliances.filter(({ until }) => until > at)
    }
    if (memory.learned === null || memory.learned > day + 1) memory.learned = day
    if (day > memory.learned) {
      learnNight(memory, this.#load, day)
      memory.learned = day
    }
    const read = this.#temperatureInput < 0 ? NaN : this.#inputs.value(this.#temperatureInput, mono)
    const temperature = Number.isNaN(read) ? null : read
    if (temperature !== null) hour.temperature ??= temperature
    const limits = isOff && memory.limits.off !== null ? memory.limits.off : memory.limits.work
    const { declared } = this.#load
    const { heating, appliances } = memory
    Object.assign(
      normal,
      normalAt({
        minute: minuteOfDay,
        limits,
        heating,
        temperature,
        declared,
        noise: noiseAt(meter, declared),
        appliances,
      }),
    )
    normal.minute = minute
    this.#longest = longestOf(memory)
    normal.temperature = temperature
    normal.isPermitted = this.#site.permits(at).length > 0
  }
}

function longestOf({ longest, normal }: LoadMemory) {
  return { longest: longest.map((ms) => ms ?? Infinity), isHeaterExpected: normal.weather > 0 }
}
