import { type Bench, rounded } from './bench.ts'
import { alarmsOfYear, planWith } from './calendar/site.ts'
import { chanceOf, dutchHolidays, dutchYear, type Year } from './calendar/year.ts'
import type { RehearsedAlarm } from '../core/rules/comparison.ts'
import { SITE_ACTIVITY } from '../core/rules/activity/judge.ts'

const WEEK_MS = 7 * 86_400_000
const MEAN_W = 3_000
/** Above everything the site draws in that year: what is found is found by what was learned. */
const DECLARED_W = 10_000
/** Nothing counts before. */
const LEARN_WEEKS = 4
const WEEKS = 52
const INJECTED_KW = [1, 2, 3, 5]
const SEED = 7

/**
 * A year of a real site, scaled to 3 kW and read every minute, through the engine with the standard rules: alarms of a year in which nothing
 * happened, with and without its holidays, and how many loads of half an hour to six hours are found while they run, one a week.
 * The baseline alone, with an alarm of its own, stands beside the alarm of the site.
 */
export const bench: Bench = {
  name: 'calendar',
  about:
    'false alarms of a real year with and without the calendar of its holidays, and loads put into it that are found.',
  aim: [
    { figure: 'falsePerWeekWith', atMost: 0.1 },
    { figure: 'foundFrom3kW', atLeast: 0.95 },
  ],
  run: ({ quick }) => {
    const year = dutchYear(MEAN_W, quick ? 180_000 : 60_000)
    const armedFrom = (year.at[0] ?? 0) + LEARN_WEEKS * WEEK_MS
    const known = planWith(dutchHolidays(), DECLARED_W)
    const withDays = alarmsOfYear(known, year, armedFrom)
    const without = alarmsOfYear(planWith(null, DECLARED_W), year, armedFrom)
    const tries = INJECTED_KW.map((kW) => {
      const { loaded, events } = injected(year, kW * 1_000)
      const alarms = alarmsOfYear(known, loaded, armedFrom)
      return {
        kW,
        events: events.length,
        site: found(alarms, events, isSite),
        baseline: found(alarms, events, isBaseline),
      }
    })
    const perWeek = (alarms: readonly RehearsedAlarm[], which: Which) =>
      rounded(alarms.filter(which).length / (WEEKS - LEARN_WEEKS), 3)
    const great = tries.filter(({ kW }) => kW >= 3)
    const sum = (values: readonly number[]) => values.reduce((all, one) => all + one, 0)
    return Promise.resolve({
      falsePerWeekWith: perWeek(withDays, isSite),
      falsePerWeekWithout: perWeek(without, isSite),
      injected: Object.fromEntries(tries.map(({ kW, site }) => [kW, site])),
      events: tries[0]?.events ?? 0,
      foundFrom3kW: rounded(sum(great.map(({ site }) => site)) / sum(great.map(({ events }) => events)), 3),
      baselineFalsePerWeekWith: perWeek(withDays, isBaseline),
      baselineFalsePerWeekWithout: perWeek(without, isBaseline),
      baselineInjected: Object.fromEntries(tries.map(({ kW, baseline }) => [kW, baseline])),
    })
  },
}

type Which = (alarm: RehearsedAlarm) => boolean
const isSite: Which = ({ rule }) => rule === SITE_ACTIVITY
const isBaseline: Which = ({ rule }) => rule === 'baseline'

interface Event {
  readonly from: number
  readonly to: number
}

/** One load a week at any hour, from the end of learning on. */
function injected({ at, power }: Year, loadW: number): { readonly loaded: Year; readonly events: readonly Event[] } {
  const chance = chanceOf(SEED)
  const begin = at[0] ?? 0
  const events = Array.from({ length: WEEKS - LEARN_WEEKS }, (_, week): Event => {
    const from = begin + (LEARN_WEEKS + week + (chance() * 6) / 7) * WEEK_MS
    return { from, to: from + (0.5 + 5.5 * chance()) * 3_600_000 }
  })
  let next = 0
  const loaded = power.map((one, row) => {
    const now = at[row] ?? 0
    while ((events[next]?.to ?? Infinity) <= now) next++
    return now >= (events[next]?.from ?? Infinity) ? one + loadW : one
  })
  return { loaded: { at, power: loaded }, events }
}

/** Events during which something was told. */
function found(alarms: readonly RehearsedAlarm[], events: readonly Event[], which: Which): number {
  const news = alarms.filter(which).flatMap((alarm) => alarm.news)
  return events.filter(({ from, to }) => news.some((at) => at >= from && at <= to)).length
}
