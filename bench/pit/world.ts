import { type Agenda, type AgendaWish, drawAgenda } from './agenda.ts'
import { DAY_S } from './days.ts'
import type { Dice } from './dice.ts'
import type { Deed } from './families.ts'
import { drawFaults, type Faults, SAG } from './faults.ts'
import { coldStart, fan, lawfulLoads, pumping } from './lawful.ts'
import type { Load, Now } from './load.ts'
import { declaredW, type PitSite } from './site.ts'
import { follow } from './span.ts'
import { type Incident, Witness } from './truth.ts'
import { drawWeather } from './weather.ts'

/** A site second by second, as it really is. Its fields are changed in place by `step`. */
export interface World {
  readonly site: PitSite
  readonly agenda: Agenda
  readonly faults: Faults
  readonly now: Now
  readonly hasMains: boolean
  /** What each phase draws through the meter, W. */
  readonly phaseW: Float64Array
  /** Share of it drawn by motors, whose power factor is poor. */
  readonly motorW: number
  /** What the meter has counted, W·s, before its own error. */
  readonly joules: number
  /** Volts of a phase. */
  readonly volts: number
  /** What is unlawful just now; null when nothing is. */
  readonly deed: Deed | null
  /** Goes on by one second. */
  step(): void
  /** What really happened, once the last second is over. */
  incidents(): readonly Incident[]
}

const SITE_VOLTS = 228

/** Opens a site at its first midnight. */
export function openWorld(site: PitSite, wish: AgendaWish): World {
  return new LivingWorld(site, wish)
}

class LivingWorld implements World {
  readonly site: PitSite
  readonly agenda: Agenda
  readonly faults: Faults
  readonly now: Now
  readonly phaseW = new Float64Array(3)
  hasMains = true
  motorW = 0
  joules = 0
  volts = SITE_VOLTS
  deed: Deed | null = null
  readonly #weather
  readonly #pumping
  readonly #cold
  /** Standby first, then what a cut cable takes away. */
  readonly #loads: readonly Load[]
  /** What contacts tell of. */
  readonly #known: readonly Load[]
  readonly #outage
  readonly #sag
  readonly #cursor
  readonly #papers
  readonly #gaps
  readonly #stuck
  readonly #witnesses = new Map<Deed, Witness>()
  readonly #declaredW: number
  readonly #single = new Float64Array(3)
  #three = 0
  #goneS = 0
  #calmVolts = SITE_VOLTS
  #wander: number
  readonly #dice: Dice

  constructor(site: PitSite, wish: AgendaWish) {
    const dice = site.chance
    this.site = site
    this.#weather = drawWeather(site, dice.fork())
    this.faults = drawFaults(site, dice.fork())
    this.agenda = drawAgenda(site, dice.fork(), wish)
    this.#cold = coldStart(dice.fork())
    const loads = lawfulLoads(site, dice.fork(), this.agenda.visits)
    this.#pumping = pumping(site, this.#weather, dice.fork())
    const fans = site.fan === null ? [] : [fan(site, site.fan, dice.fork())]
    this.#loads = [...loads, this.#cold, ...(site.fan?.hasContact === true ? [] : fans)]
    this.#known = [...this.#pumping.loads, ...(site.fan?.hasContact === true ? fans : [])]
    this.#dice = dice.fork()
    this.#wander = this.#dice.uniform(0, 6)
    this.#outage = follow(this.faults.outages)
    this.#sag = follow(this.faults.sags)
    this.#gaps = follow(this.faults.gaps)
    this.#stuck = follow(this.faults.stuck)
    this.#papers = follow(this.agenda.papers)
    this.#cursor = follow(
      this.agenda.deeds.map((deed) => ({ deed, from: deed.permit?.from ?? deed.from, to: deed.to })),
    )
    for (const deed of this.agenda.deeds) this.#witnesses.set(deed, new Witness(deed))
    this.#declaredW = declaredW(site, { pumps: true })
    this.now = {
      t: -1,
      ofDay: 0,
      day: 0,
      hasPower: true,
      temperatureC: 0,
      pumps: site.pumps.map(() => false),
      fan: false,
      levelM: site.sump.lowM + 0.4 * (site.sump.highM - site.sump.lowM),
    }
  }

  step(): void {
    const { now } = this
    const t = ++now.t
    now.ofDay = t % DAY_S
    now.day = (t - now.ofDay) / DAY_S
    if (t % 60 === 0) {
      now.temperatureC = this.#weather.temperature(t)
      this.#calmVolts = SITE_VOLTS * (1 + 0.015 * Math.sin(t / 9_000 + this.#wander) + 0.003 * this.#dice.gauss())
    }
    this.#power(t)
    this.deed = this.#cursor.at(t)?.deed ?? null
    this.#pumping.flow(now, this.deed?.draws ?? 0)
    const lawfulW = this.#draw()
    const deedW = this.#act()
    this.#measure(t, deedW)
    if (this.deed !== null && t >= this.deed.from) this.#witness(this.deed, lawfulW, deedW)
  }

  incidents(): readonly Incident[] {
    return [...this.#witnesses.values()].map((one) => one.incident()).filter((one) => one !== null)
  }

  #power(t: number): void {
    const isOut = this.#outage.at(t) !== null
    if (isOut) this.#goneS += 1
    else if (!this.hasMains) {
      this.#cold.back(t, this.#goneS)
      this.#goneS = 0
    }
    this.hasMains = !isOut
    this.now.hasPower = !isOut && this.deed?.isCableCut !== true
  }

  /** Lawful loads; what no contact tells of, W. */
  #draw(): number {
    const { now } = this
    const single = this.#single.fill(0)
    this.#three = 0
    now.fan = false
    if (!this.hasMains) return 0
    let unknown = 0
    for (const load of this.#loads) {
      const watts = load.watts(now)
      // A cut cable leaves only the first load, standby.
      if (watts === 0 || (!now.hasPower && load !== this.#loads[0])) continue
      unknown += watts
      if (load.phase === 'all') this.#three += watts
      else single[load.phase]! += watts
    }
    if (now.hasPower) for (const load of this.#known) this.#three += load.watts(now)
    return unknown
  }

  /** What the deed draws through the site's feeder, W. */
  #act(): number {
    const load = this.deed?.load ?? null
    if (load === null) return 0
    const watts = load.watts(this.now)
    if (!this.hasMains) return 0
    if (load.phase === 'all') this.#three += watts
    else this.#single[load.phase]! += watts
    return watts
  }

  #measure(t: number, deedW: number): void {
    const { deed, phaseW } = this
    const isSagging = this.#sag.at(t) !== null
    const seen = (deed?.gain ?? 1) * (isSagging ? SAG : 1)
    const lost = deed?.lostPhases ?? 0
    for (let phase = 0; phase < 3; phase++) {
      const watts = this.#single[phase]! + this.#three / 3
      // A bypass of whole phases takes those; one of none thins them all.
      phaseW[phase] = lost === 0 ? watts * seen : phase < lost ? 0 : watts * (isSagging ? SAG : 1)
    }
    this.motorW = this.#three
    this.joules += phaseW[0]! + phaseW[1]! + phaseW[2]!
    const pulled = deed !== null && deedW > 0 ? 1 - deed.sag : 1
    this.volts = this.hasMains ? this.#calmVolts * pulled * (isSagging ? SAG : 1) : 0
  }

  #witness(deed: Deed, lawfulW: number, deedW: number): void {
    const { now, site } = this
    const acts = deed.load === null ? this.hasMains || deed.gain === 1 : deedW > 0
    const isMetered = deed.load !== null && !deed.cutsMeter
    this.#witnesses.get(deed)?.note(now.t, {
      acts,
      aboveW: isMetered ? lawfulW + deedW - this.#declaredW : 0,
      isScheduled: (now.fan && site.fan?.hasContact === false) || this.#papers.at(now.t) !== null,
      isBlind: !this.hasMains || this.#gaps.at(now.t) !== null || this.#stuck.at(now.t) !== null,
    })
  }
}
