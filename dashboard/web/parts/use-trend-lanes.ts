import { useMemo } from 'preact/hooks'
import { useTexts } from '../page.ts'
import { causeOver } from '../show/holes.ts'
import { sitePointOf } from '../show/trend-names.ts'
import { lanesOf } from '../stores/trend-lanes.ts'
import { holdsOf, nightsIn, permitsOf } from '../stores/trend-shade.ts'
import type { TrendView } from '../stores/trend-view.ts'
import { alarmPeriods } from '../stores/trend.ts'
import type { LaneContent } from './chart-lane.ts'
import { useTrendMarks } from './use-trend-marks.ts'
import type { TrendSet } from './use-trend-set.ts'

/** The lanes of a view: its points with everything that stands beside them. */
export function useTrendLanes(view: TrendView, set: TrendSet, zone: string): readonly LaneContent[] {
  const { causes } = useTexts().completeness
  const sites = [...new Set(set.points.map(({ info }) => info.site))]
  const marks = useTrendMarks(set.calls, sites, set.window)
  const { from, to } = set.window
  const nights = useMemo(() => nightsIn({ from, to }, zone), [from, to, zone])
  return useMemo(() => {
    const window = { from, to }
    const points = view.picks.flatMap(({ point, own }, index) => {
      const drawn = set.points.find(({ info }) => sitePointOf(info) === point)
      return drawn === undefined ? [] : [{ ...drawn, index, own, quantity: drawn.info.quantity }]
    })
    return lanesOf(points).map(({ quantity, points: members }): LaneContent => {
      const each = <T>(of: (site: string, point: string) => readonly T[]) =>
        members.flatMap(({ info }) => of(info.site, info.point))
      return {
        ...{ from, to, quantity, nights },
        traces: members.map(({ index, trend, earlier }) => ({ pen: index + 1, trend, earlier })),
        limits: each((site, point) => (marks.limits.get(site) ?? []).filter((limit) => limit.point === point)),
        periods: each((site, point) => alarmPeriods(marks.alarms, site, point)),
        holds: [
          ...each((site, point) => holdsOf(marks.holds, { site, point, window })),
          ...[...new Set(members.map(({ info }) => info.site))].flatMap((site) =>
            permitsOf(marks.alarms, { site, window }),
          ),
        ],
        why: (gap, trace) => {
          const cause = causeOver(marks.holes.get(members[trace]?.info.site ?? '') ?? [], gap)
          return cause === null ? null : causes[cause]
        },
      }
    })
  }, [view.picks, set.points, marks.limits, marks.holds, marks.holes, marks.alarms, nights, from, to, causes])
}
