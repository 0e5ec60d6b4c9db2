import { useMemo } from 'preact/hooks'
import type { Alarm } from '../../../core/contract/alarm.ts'
import type { SiteDetail } from '../../../core/contract/http.ts'
import type { SuppressionEntry } from '../../../core/contract/suppressions.ts'
import { usePage } from '../page.ts'
import type { Hole } from '../show/holes.ts'
import { withLive } from '../stores/alarm-order.ts'
import type { TrendCalls } from '../stores/trend-calls.ts'
import type { TrendWindow } from '../stores/trend.ts'
import { useFetched } from './use-fetched.ts'

const DAY_MS = 86_400_000
/** An alarm that was raised so long before a window may still reach into it. */
const BEFORE_MS = 31 * DAY_MS
/** Over a longer window nobody asks why single readings stayed away. */
const MOST_PROVED_MS = 31 * DAY_MS
/** What stands beside the lines is asked for anew this often. */
const EVERY_MS = 60_000

/** What is drawn beside the lines of some sites. */
export interface TrendMarks {
  readonly limits: ReadonlyMap<string, SiteDetail['limits']>
  readonly alarms: readonly Alarm[]
  readonly holds: readonly SuppressionEntry[]
  readonly holes: ReadonlyMap<string, readonly Hole[]>
}

const NO_MARKS: TrendMarks = { limits: new Map(), alarms: [], holds: [], holes: new Map() }

/** Limits, alarms, what was held back and proven holes of some sites over a window; what cannot be had is left out. */
export function useTrendMarks(
  calls: TrendCalls,
  sites: readonly string[],
  { from, to, live }: TrendWindow,
): TrendMarks {
  const page = usePage()
  const { epoch, alarms: liveAlarms } = page.live.state.value
  const round = (at: number) => (live ? Math.ceil(at / EVERY_MS) * EVERY_MS : at)
  const window = { from: round(from) - (live ? EVERY_MS : 0), to: round(to) }
  const key = `marks ${sites.join()} ${live ? to - from : `${from} ${to}`}`
  const fetched = useFetched<TrendMarks>(key, live ? epoch + window.to / EVERY_MS : 0, async (signal) => {
    if (sites.length === 0) return NO_MARKS
    const isProved = to - from <= MOST_PROVED_MS
    const before = { from: Math.max(0, window.from - BEFORE_MS), to: window.to }
    const [holds, ...rest] = await Promise.all([
      calls.suppressions(window, signal).catch(() => []),
      ...sites.map(async (site) => ({
        site,
        limits: (await page.api.site(site, signal).catch(() => null))?.limits ?? [],
        alarms: await calls.alarms(site, before, signal).catch(() => []),
        holes: isProved
          ? await page.api.certificate(site, window, signal).then(
              ({ holes }) => holes,
              () => [],
            )
          : [],
      })),
    ])
    return {
      holds,
      limits: new Map(rest.map(({ site, limits }) => [site, limits])),
      alarms: rest.flatMap(({ alarms }) => alarms),
      holes: new Map(rest.map(({ site, holes }) => [site, holes])),
    }
  })
  const marks = fetched.data ?? NO_MARKS
  const alarms = useMemo(() => {
    const mine = new Map([...liveAlarms].filter(([, { site }]) => sites.includes(site)))
    return withLive(marks.alarms, mine)
  }, [marks, liveAlarms, sites.join()])
  return { ...marks, alarms }
}
