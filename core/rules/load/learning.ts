import type { SiteLoad } from '../../contract/activity.ts'
import { closeHour, type Day, hasRhythm, longestRuns, seenAt, usualCreep, usualCycle } from './days.ts'
import { fitHeating, heatingAt, isHeatingWeather } from './heating.ts'
import { ageKnown } from './known-loads.ts'
import { type HourLimits, type Learning, learnHour } from './limits.ts'
import type { LoadMemory } from './memory.ts'
import { learnStart } from './steps.ts'
import { median } from './trail.ts'

/** Weaker starts are a household's and tell nothing, W. */
const LEAST_START_W = 2_500

/** The hour is over: what was quiet of it goes to its day. */
export function endHour(memory: LoadMemory, { declared }: SiteLoad): void {
  const { hour, days, steps } = memory
  if (!closeHour(days, hour, declared) || hour.day === null) return
  for (const power of hour.starts)
    if (power >= LEAST_START_W && power <= declared) learnStart(steps, power, { day: hour.day, hour: hour.hour })
}

/** A day is over: what is believed follows what was seen in quiet hours. */
export function learnNight(memory: LoadMemory, load: SiteLoad, today: number): void {
  const { days, limits } = memory
  for (const known of Object.values(memory.known)) ageKnown(known)
  memory.heating = fitHeating(days.flatMap(weatherOf))
  const learning = {
    learnDays: load.learnDays,
    heating: memory.heating,
    today,
    isRare: false,
    isSeason: isSeason(days),
  }
  if (limits.off !== null || hasRhythm(days)) {
    limits.work = learnKind(
      days.filter(({ isOff }) => !isOff),
      limits.work,
      learning,
    )
    limits.off = learnKind(
      days.filter(({ isOff }) => isOff),
      limits.off ?? limits.work.map(() => null),
      { ...learning, isRare: true },
    )
  } else limits.work = learnKind(days, limits.work, learning)
  memory.longest = longestRuns(days).map((ms) => (Number.isFinite(ms) ? ms : null))
  memory.cycle = usualCycle(days)
  memory.usualCreep = usualCreep(days)
  memory.shift = shiftOf(memory)
}

function learnKind(days: readonly Day[], before: readonly (HourLimits | null)[], learning: Learning) {
  return before.map((one, hour) => learnHour(days, hour, one, learning))
}

function weatherOf({ hours }: Day) {
  return hours.flatMap((summary, hour) => {
    if (summary === null) return []
    const [, , , , power, , temperature] = summary
    return temperature === null ? [] : [{ hour, power, temperature }]
  })
}

/** Whether one of the last days asked for heating or cooling. */
function isSeason(days: readonly Day[]): boolean {
  return days.slice(-3).some((day) => weatherOf(day).some(({ temperature }) => isHeatingWeather(temperature)))
}

/** How far the medians of the last two weeks lie from the slow baseline, over all believed hours, as a share. */
function shiftOf({ days, limits, heating }: LoadMemory): number | null {
  let [fast, slow] = [0, 0]
  for (const [hour, believed] of limits.work.entries()) {
    const before = believed?.slow ?? null
    if (before === null) continue
    const kind = limits.off === null ? days : days.filter(({ isOff }) => !isOff)
    const middles = seenAt(kind, hour).map(({ summary }) => summary[0] - heatingAt(heating, summary[6]))
    if (middles.length < 5) continue
    fast += median(middles)
    slow += before
  }
  return slow <= 0 ? null : fast / slow - 1
}
