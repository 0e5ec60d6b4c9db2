import type { Alarm } from '../../../core/contract/alarm.ts'
import { AlarmList } from '../../../core/contract/http.ts'
import { SuppressionRegister } from '../../../core/contract/suppressions.ts'
import { ManyHistory, PointSearch } from '../../../core/contract/trends.ts'
import type { Api } from './api.ts'
import type { Stretch } from './trend-shade.ts'

/** Most alarms that one answer brings. (core/contract/http.ts) */
const MOST_ALARMS = 1_000

/** What looking back asks the control room. */
export interface TrendCalls {
  /** Points by `site/device/point` in at most so many columns. */
  many(
    points: readonly string[],
    query: Stretch & { readonly columns: number },
    signal: AbortSignal,
  ): Promise<ManyHistory>
  search(text: string, signal: AbortSignal): Promise<PointSearch>
  suppressions(span: Stretch, signal: AbortSignal): Promise<SuppressionRegister['entries']>
  /** Alarms of a site that were raised between two instants. */
  alarms(site: string, span: Stretch, signal: AbortSignal): Promise<readonly Alarm[]>
}

export function trendCalls(api: Pick<Api, 'ask'>): TrendCalls {
  const get = (path: string, values: Readonly<Record<string, string | number>>) =>
    `/api/${path}?${new URLSearchParams(Object.entries(values).map(([key, value]) => [key, String(value)])).toString()}`
  const whole = ({ from, to }: Stretch) => ({ from: Math.max(0, Math.floor(from)), to: Math.ceil(to) })
  return {
    many: (points, { columns, ...span }, signal) =>
      api.ask(get('history/many', { points: points.join(','), ...whole(span), columns }), {
        answer: ManyHistory,
        signal,
      }),
    search: (text, signal) => api.ask(get('points', { text }), { answer: PointSearch, signal }),
    suppressions: async (span, signal) =>
      (await api.ask(get('suppressions', whole(span)), { answer: SuppressionRegister, signal })).entries,
    alarms: async (site, span, signal) => {
      const path = get('alarms', { state: 'all', site, ...whole(span), limit: MOST_ALARMS })
      return (await api.ask(path, { answer: AlarmList, signal })).alarms
    },
  }
}
