import { z } from 'zod'
import type { SiteLoad } from '../../contract/activity.ts'
import { Creep, startCreep } from './creep.ts'
import { Day } from './days.ts'
import { Excess, startExcess } from './excess.ts'
import { Heating, startHeating } from './heating.ts'
import { Hour, startHour } from './hour.ts'
import { KnownState, startKnown } from './known-loads.ts'
import { HourLimits } from './limits.ts'
import { Meter, startMeter } from './meter.ts'
import { Normal, nothingNormal } from './normal.ts'
import { LEVELS, Runs, startRuns } from './runs.ts'
import { startSteps, Steps } from './steps.ts'
import { startTrail, Trail } from './trail.ts'

/** An appliance a person answers for, around the minute of the day at which it was found. */
export const Appliance = z.object({ power: z.number(), until: z.number(), minute: z.number().int() }).strict()
export type Appliance = z.infer<typeof Appliance>

const Told = z.number().nullable()
const OneKind = z.array(HourLimits.nullable()).length(24)

/** Everything the load of a site remembers: plain JSON of at most some 24 kB, changed in place. */
export const LoadMemory = z
  .object({
    /** Of which meter. */
    point: z.string(),
    meter: Meter,
    trail: Trail,
    known: z.record(z.string(), KnownState),
    steps: Steps,
    runs: Runs,
    creep: Creep,
    /** The most that crept in on a quiet day, W. */
    usualCreep: z.number(),
    excess: Excess,
    hour: Hour,
    days: z.array(Day),
    /** The local day up to which was learned. */
    learned: z.number().int().nullable(),
    /** What is normal, by hour; `off` only where days off are another kind of day. */
    limits: z.object({ work: OneKind, off: OneKind.nullable() }).strict(),
    heating: Heating,
    /** By level, ms; null = too little is known. */
    longest: z.array(Told).length(LEVELS.length),
    cycle: z.number(),
    shift: z.number().nullable(),
    appliances: z.array(Appliance),
    normal: Normal,
    /** For how long something was not as always, in this hour, ms. */
    oddMs: z.number(),
    view: z
      .object({
        power: Told,
        running: z.number(),
        runningW: z.number(),
        isMasked: z.boolean(),
        isOverdue: z.boolean(),
        along: z.object({ times: z.number(), power: z.number() }).strict(),
      })
      .strict(),
  })
  .strict()
export type LoadMemory = z.infer<typeof LoadMemory>

/** The memory of a site of which nothing was seen. */
export function startMemory(load: SiteLoad): LoadMemory {
  const none = () => Array.from({ length: 24 }, () => null)
  return {
    point: load.meter,
    meter: startMeter(),
    trail: startTrail(),
    known: Object.fromEntries(load.known.map(({ id, rated }) => [id, startKnown(rated)])),
    steps: startSteps(),
    runs: startRuns(),
    creep: startCreep(),
    usualCreep: 0,
    excess: startExcess(),
    hour: startHour(),
    days: [],
    learned: null,
    limits: { work: none(), off: null },
    heating: startHeating(),
    longest: LEVELS.map(() => null),
    cycle: 0,
    shift: null,
    appliances: [],
    normal: nothingNormal(),
    oddMs: 0,
    view: { power: null, running: 0, runningW: 0, isMasked: false, isOverdue: false, along: { times: 0, power: 0 } },
  }
}

/** What was saved, if it is of this meter; known loads that were added since begin anew. */
export function memoryFrom(saved: unknown, load: SiteLoad): LoadMemory {
  const fresh = startMemory(load)
  const memory = LoadMemory.safeParse(saved).data
  if (memory?.point !== load.meter) return fresh
  const known = Object.fromEntries(Object.entries(fresh.known).map(([id, one]) => [id, memory.known[id] ?? one]))
  return { ...memory, known }
}
