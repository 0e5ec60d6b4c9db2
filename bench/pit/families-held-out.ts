import { DAY_S, HOUR_S } from './days.ts'
import { arrival, cycling, deed, type Family } from './families.ts'
import { inrush, type Load } from './load.ts'

/** Bursts of an electric drill. */
const drill: Family = (from, site, dice) => {
  const watts = dice.uniform(1_200, 3_000)
  const to = from + dice.uniform(1, 4) * HOUR_S
  const own = dice.fork()
  const load = cycling(own, from, {
    on: () => own.uniform(60, 600),
    off: () => own.uniform(60, 400),
    level: () => watts * own.uniform(0.85, 1),
  })
  return deed({ family: 'drill', from, to, watts, load, ...arrival(site, dice, from) })
}

/** A loader's battery: flat, and falling off towards the end. */
const charger: Family = (from, _site, dice) => {
  const watts = dice.uniform(3_000, 9_000)
  const to = from + dice.uniform(2, 5) * HOUR_S
  const load: Load = {
    phase: 'all',
    watts: ({ t }) => {
      const part = (t - from) / (to - from)
      return part < 0 ? 0 : watts * Math.min(1, 0.2 + (t - from) / 60, 2.6 - 2.4 * part)
    },
  }
  return deed({ family: 'charger', from, to, watts, load })
}

/** A belt with what lies on it. */
const conveyor: Family = (from, site, dice) => {
  const watts = dice.uniform(7_500, 22_000)
  const to = from + dice.uniform(0.5, 3) * HOUR_S
  const own = dice.fork()
  let laden = 0.8
  const load: Load = {
    phase: 'all',
    watts: ({ t }) => {
      if (t < from) return 0
      laden = Math.min(1, Math.max(0.6, laden + 0.02 * own.gauss()))
      return watts * laden * inrush(t - from, 'star-delta')
    },
  }
  return deed({ family: 'conveyor', from, to, watts, load, ...arrival(site, dice, from) })
}

/** Seconds of welding that pull the voltage down. */
const welding: Family = (from, _site, dice) => {
  const watts = dice.uniform(4_000, 10_000)
  const to = from + dice.uniform(0.5, 3) * HOUR_S
  const own = dice.fork()
  const arc = cycling(own, from, {
    on: () => own.uniform(5, 45),
    off: () => own.uniform(15, 180),
    level: () => watts * own.uniform(0.8, 1.1),
  })
  return deed({ family: 'welding', from, to, watts, load: { ...arc, phase: 2 }, sag: 0.06 })
}

/** Somebody takes the cable behind the meter: lamps, heating and pumps are dead, standby goes on. */
const cableTheft: Family = (from, site, dice) => {
  const to = from + dice.uniform(2, 10) * HOUR_S
  return deed({ family: 'cable-theft', from, to, isCableCut: true, ...arrival(site, dice, from) })
}

/** Two small loads, one some time after the other. */
const twoSmall: Family = (from, _site, dice) => {
  const first = dice.uniform(800, 2_000)
  const second = dice.uniform(800, 2_000)
  const later = from + dice.uniform(10, 60) * 60
  const to = later + dice.uniform(1, 4) * HOUR_S
  const load: Load = { phase: 1, watts: ({ t }) => (t < from ? 0 : t < later ? first : first + second) }
  return deed({ family: 'two-small', from, to, watts: first + second, load })
}

/** A winch that works while visitors with a small permit are there. */
const underPermit: Family = (from, _site, dice) => {
  const watts = dice.logUniform(7_500, 30_000)
  const nextDay = Math.ceil(from / DAY_S) * DAY_S
  const begin = nextDay + Math.round(dice.uniform(9, 14) * HOUR_S)
  const to = begin + dice.uniform(0.5, 2) * HOUR_S
  const own = dice.fork()
  const load = cycling(own, begin, {
    on: () => own.uniform(50, 180),
    off: () => own.uniform(40, 300),
    level: (secondsOn) => watts * inrush(secondsOn, 'direct'),
  })
  return deed({
    family: 'under-permit',
    from: begin,
    to,
    watts,
    load,
    permit: { from: begin - HOUR_S / 2, to: to + HOUR_S / 2, watts: 2_000 },
  })
}

/** A winch behind a frequency converter: no inrush, slow to rise. */
const smoothWinch: Family = (from, site, dice) => {
  const watts = dice.logUniform(7_500, 30_000)
  const to = from + dice.uniform(0.5, 4) * HOUR_S
  const own = dice.fork()
  const load = cycling(own, from, {
    on: () => own.uniform(60, 240),
    off: () => own.uniform(60, 400),
    level: (secondsOn) => watts * inrush(secondsOn, 'vfd'),
  })
  return deed({ family: 'smooth-winch', from, to, watts, load, ...arrival(site, dice, from) })
}

/** Water is taken out of old workings by a pump on its own diesel. */
const dieselPump: Family = (from, site, dice) => {
  const to = from + dice.uniform(3, 9) * HOUR_S
  return deed({ family: 'diesel-pump', from, to, draws: dice.uniform(0.3, 1), ...arrival(site, dice, from) })
}

/** Families nothing was tuned to. */
export const HELD_OUT: readonly Family[] = [
  drill,
  charger,
  conveyor,
  welding,
  cableTheft,
  twoSmall,
  underPermit,
  smoothWinch,
  dieselPump,
]
