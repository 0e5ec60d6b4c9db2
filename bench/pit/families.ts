import type { Dice } from './dice.ts'
import { HOUR_S } from './days.ts'
import { inrush, type Load, type Now } from './load.ts'
import type { PitSite } from './site.ts'
import type { Span } from './span.ts'

/** What a camera told: who, when, and how sure it was. */
export interface Sight {
  readonly t: number
  readonly kind: 'person' | 'vehicle'
  readonly confidence: number
}

/** Something unlawful, as it is planned; what comes of it, the world decides. */
export interface Deed extends Span {
  readonly family: string
  /** What it draws while it is on, W; 0 where it is not metered. */
  readonly watts: number
  readonly load: Load | null
  /** Share of what the site draws that its meter still sees, and how many phases it has lost. */
  readonly gain: number
  readonly lostPhases: number
  readonly cutsMeter: boolean
  readonly cutsCamera: boolean
  readonly shakes: boolean
  /** Voltage falls by this share while its load is on. */
  readonly sag: number
  /** Water taken from the sump by a pump that is not the site's, as a share of what its own pump takes. */
  readonly draws: number
  /** Loads of the site that run no more. */
  readonly isCableCut: boolean
  readonly sights: readonly Sight[]
  /** Somebody goes through the door that has a contact, at its beginning. */
  readonly opensDoor: boolean
  /** Permit that it hides behind: it begins with its end, or lies inside it. */
  readonly permit: { readonly from: number; readonly to: number; readonly watts: number } | null
}

/** Plans one at a site, beginning at `from`. */
export type Family = (from: number, site: PitSite, dice: Dice) => Deed

/** A deed that does nothing but what is said. */
export function deed(said: Pick<Deed, 'family' | 'from' | 'to'> & Partial<Deed>): Deed {
  return {
    watts: 0,
    load: null,
    gain: 1,
    lostPhases: 0,
    cutsMeter: false,
    cutsCamera: false,
    shakes: false,
    sag: 0,
    draws: 0,
    isCableCut: false,
    sights: [],
    opensDoor: false,
    permit: null,
    ...said,
  }
}

/** What cameras told of it: `share` of such deeds are seen at all, `most` times, around `from`. */
export function seen(
  site: PitSite,
  dice: Dice,
  how: { share: number; most: number; from: number; to: number },
): Sight[] {
  if (!dice.isLucky(how.share)) return []
  const sights = Array.from({ length: dice.whole(1, how.most) }, (): Sight => {
    const mean = site.fitted.smartCamera ? 0.85 : 0.7
    return {
      t: Math.round(dice.uniform(how.from, how.to)),
      kind: dice.isLucky(0.5) ? 'person' : 'vehicle',
      confidence: Math.min(0.98, Math.max(0.35, mean + 0.1 * dice.gauss())),
    }
  })
  return sights.toSorted((a, b) => a.t - b.t)
}

/** People come some minutes before it begins, and may go in. */
export function arrival(site: PitSite, dice: Dice, from: number): Pick<Deed, 'sights' | 'opensDoor'> {
  const sights = seen(site, dice, { share: 0.4, most: 3, from: from - 600, to: from + 300 })
  return { sights, opensDoor: dice.isLucky(0.2) }
}

/** On for a while, off for a while; a load that counts its own time. */
export function cycling(
  dice: Dice,
  from: number,
  cycle: { on: () => number; off: () => number; level: (secondsOn: number, onS: number) => number },
): Load {
  let isOn = true
  let since = from
  let length = cycle.on()
  return {
    phase: 'all',
    watts: ({ t }) => {
      if (t < from) return 0
      if (t - since >= length) {
        isOn = !isOn
        since = t
        length = isOn ? cycle.on() : cycle.off()
      }
      return isOn ? cycle.level(t - since, length) * (1 + 0.01 * (dice.next() - 0.5)) : 0
    },
  }
}

/** Lifts and lowers: half of them draw evenly, half lift at most of the power and lower at little of it. */
export const winch: Family = (from, site, dice) => {
  const watts = dice.logUniform(7_500, 45_000)
  const to = from + dice.uniform(0.3, 4) * HOUR_S
  const lift = dice.uniform(0.75, 1)
  const isEven = dice.isLucky(0.5)
  const own = dice.fork()
  const load = cycling(own, from, {
    on: () => own.uniform(50, 180),
    off: () => own.uniform(40, 300),
    level: (secondsOn, onS) => watts * inrush(secondsOn, 'direct') * (isEven || secondsOn < 0.55 * onS ? lift : 0.12),
  })
  return deed({ family: 'winch', from, to, watts: watts * lift, load, ...arrival(site, dice, from) })
}

export const localFan: Family = (from, site, dice) => {
  const watts = dice.logUniform(2_200, 11_000)
  const to = from + dice.uniform(1, 9) * HOUR_S
  const ripple = dice.uniform(0.003, 0.015)
  const load: Load = {
    phase: 'all',
    watts: ({ t }) => (t < from ? 0 : watts * (1 + ripple * Math.sin(t / 53)) * inrush(t - from, 'direct')),
  }
  return deed({ family: 'fan', from, to, watts, load, ...arrival(site, dice, from) })
}

/** Loaded and unloaded by turns; unloaded it draws 35 %. */
export const compressor: Family = (from, site, dice) => {
  const watts = dice.logUniform(5_500, 37_000)
  const to = from + dice.uniform(0.5, 5) * HOUR_S
  const own = dice.fork()
  const loaded = cycling(own, from, {
    on: () => own.uniform(30, 180),
    off: () => own.uniform(30, 180),
    level: () => watts,
  })
  const load: Load = {
    phase: 'all',
    watts: (now) => (now.t < from ? 0 : Math.max(loaded.watts(now), 0.35 * watts) * inrush(now.t - from, 'star-delta')),
  }
  return deed({ family: 'compressor', from, to, watts, load, ...arrival(site, dice, from) })
}

/** A small load that grows slowly. */
export const ramp: Family = (from, _site, dice) => {
  const watts = dice.uniform(600, 3_000)
  const growS = dice.uniform(20, 120) * 60
  const to = from + growS + dice.uniform(0, 0.5) * growS
  const load: Load = { phase: 1, watts: ({ t }) => (t < from ? 0 : watts * Math.min(1, (t - from) / growS)) }
  return deed({ family: 'ramp', from, to, watts, load })
}

/** Brings its own power: only the camera, or a sensor in the ground, may notice. */
export const generator: Family = (from, site, dice) => {
  const to = from + dice.uniform(0.5, 5) * HOUR_S
  const sights = seen(site, dice, { share: 0.9, most: 3, from, to: Math.min(to, from + 1_800) })
  return deed({ family: 'generator', from, to, shakes: true, sights })
}

/** Current goes round the meter: it sees none of it, a phase or two, or half. */
export const bypass: Family = (from, _site, dice) => {
  const gain = dice.pick([0, 0.33, 0.5, 0.67])
  const lostPhases = gain === 0 ? 3 : gain === 0.33 ? 2 : gain === 0.67 ? 1 : 0
  const to = from + dice.uniform(0.5, 6) * HOUR_S
  return deed({ family: 'bypass', from, to, gain, lostPhases })
}

/** The line to the meter is cut, and then power is drawn. */
export const commsCut: Family = (from, site, dice) => {
  const watts = dice.logUniform(3_000, 30_000)
  const to = from + dice.uniform(0.3, 5) * HOUR_S
  const load: Load = { phase: 'all', watts: ({ t }) => (t < from + 120 || t > to - 60 ? 0 : watts) }
  const sights = seen(site, dice, { share: 0.3, most: 2, from: from - 300, to: from })
  return deed({
    family: 'comms-cut',
    from,
    to,
    watts,
    load,
    cutsMeter: true,
    cutsCamera: dice.isLucky(0.4),
    sights,
    opensDoor: dice.isLucky(0.5),
  })
}

/** Lorries come and go; nothing at the site is switched on. */
export const vehicle: Family = (from, site, dice) => {
  const to = from + dice.uniform(10, 60) * 60
  const sights = seen(site, dice, { share: 1, most: 6, from, to }).map((one, index): Sight => {
    return { ...one, kind: 'vehicle', t: index === 0 ? from + 5 : one.t }
  })
  return deed({ family: 'vehicle', from, to, sights })
}

/** A load that runs only while the lawful pump does. */
export const piggyback: Family = (from, _site, dice) => {
  const watts = dice.logUniform(2_000, 15_000)
  const to = from + dice.uniform(4, 10) * HOUR_S
  const load: Load = { phase: 'all', watts: (now: Now) => (now.t >= from && now.pumps.includes(true) ? watts : 0) }
  return deed({ family: 'piggyback', from, to, watts, load })
}

/** Work that was allowed goes on when its permit has ended. */
export const overrun: Family = (from, _site, dice) => {
  const watts = dice.logUniform(2_000, 15_000)
  const permit = { from: from - Math.round(dice.uniform(1, 3) * HOUR_S), to: from, watts: Math.ceil(watts / 500) * 500 }
  const to = from + dice.uniform(0.7, 5) * HOUR_S
  const load: Load = { phase: 'all', watts: ({ t }) => (t < permit.from + 600 ? 0 : watts) }
  return deed({ family: 'overrun', from, to, watts, load, permit })
}

/** The ten families the rehearsal is open about. */
export const FAMILIES: readonly [Family, ...Family[]] = [
  winch,
  localFan,
  compressor,
  ramp,
  generator,
  bypass,
  commsCut,
  vehicle,
  piggyback,
  overrun,
]
