import { z } from 'zod'
import type { Drawn } from './steps.ts'

/** Less than this from one sample to the next few is no switching, W. */
const STEP_W = 200
const STEP_MOST_W = 500
const FOLLOW_MS = 30_000
const STEP_HELD_MS = 20_000

/** What has crept in is forgotten over so long: the night is colder than the day. */
const FORGET_MS = 3 * 3_600_000

/**
 * What has come in without ever being switched on: everything lawful at a closed pit starts with a step, a load that somebody turns up
 * slowly so that no step is seen does not.
 */
export const Creep = z
  .object({
    /** Where it stands, once that is known. */
    isKnown: z.boolean(),
    level: z.number(),
    /** For how long it has been elsewhere: a step. */
    awayMs: z.number(),
    /** W. */
    power: z.number(),
  })
  .strict()
export type Creep = z.infer<typeof Creep>

export function startCreep(): Creep {
  return { isKnown: false, level: 0, awayMs: 0, power: 0 }
}

/** The unexplained power was `power` for `ms`; `low` is the least that is ever drawn here, so that no more than what lies above can have crept in. */
export function takeCreep(creep: Creep, sample: Drawn): void {
  const { power, ms } = sample
  creep.power *= Math.max(0, 1 - ms / FORGET_MS)
  if (!creep.isKnown) {
    creep.isKnown = true
    creep.level = power
  }
  const change = power - creep.level
  if (Math.abs(change) < Math.min(STEP_MOST_W, Math.max(STEP_W, 6 * sample.noise))) {
    const move = change * Math.min(1, ms / FOLLOW_MS)
    creep.level += move
    creep.awayMs = 0
    creep.power = Math.max(0, creep.power + move)
  } else {
    creep.awayMs += ms
    if (creep.awayMs >= STEP_HELD_MS) {
      // About as much as had crept in was switched off.
      if (change < -0.7 * creep.power && change > -1.3 * creep.power) creep.power = 0
      creep.level = power
      creep.awayMs = 0
    }
  }
  creep.power = Math.min(creep.power, Math.max(0, power - sample.low))
}
