import type { Feedback } from '../../contract/activity.ts'
import type { Medium } from '../../contract/notice.ts'
import type { Priority } from '../../contract/priority.ts'
import type { AlarmQuality, Spread } from '../../contract/proof.ts'
import type { UtcMs } from '../../contract/time.ts'
import { loadOf } from './load.ts'
import { spreadOf } from './spread.ts'

/** An alarm as its quality is counted. */
export interface QualityEpisode {
  readonly site: string
  readonly rule: string
  readonly ruleType: string
  readonly point: string
  readonly priority: Priority
  readonly raisedAt: UtcMs
  readonly receivedAt: UtcMs
  readonly acceptedAt: UtcMs | null
  readonly acknowledgedAt: UtcMs | null
  readonly onSiteAt: UtcMs | null
  /** How long its first activation lasted; null while it does. */
  readonly firstMs: number | null
  /** How long its longest activation has lasted. */
  readonly longestMs: number
  readonly late: boolean
  readonly chattering: boolean
  /** Messages that called somebody and were taken. */
  readonly pages: number
  readonly judged: Feedback['kind'] | null
}

/** One time that an alarm was held back; `to` = its end, or the end of what is looked at. */
export interface QualitySuppression {
  readonly from: UtcMs
  readonly to: UtcMs
  /** Without the second person it needs. */
  readonly isUnauthorised: boolean
}

export interface QualityChannel {
  readonly channel: string
  readonly medium: Medium
  readonly attempted: number
  readonly accepted: number
  readonly delivered: number
}

export interface QualityRows {
  /** Alarms that came in [from, to). */
  readonly episodes: readonly QualityEpisode[]
  /** Older ones that were active for more than 24 h in it. */
  readonly olderStale: number
  readonly suppressions: readonly QualitySuppression[]
  readonly channels: readonly QualityChannel[]
}

const FLEETING_MS = 30_000
const STALE_MS = 24 * 3_600_000
const HOUR_MS = 3_600_000
const TOP = 10
const PRIORITIES = ['red', 'orange', 'yellow', 'blue'] as const

/** The figures of alarm quality between two instants. (§5.4) */
export function qualityOf(rows: QualityRows, span: { readonly from: UtcMs; readonly to: UtcMs }): AlarmQuality {
  const { episodes } = rows
  const times = episodes.map(({ receivedAt }) => receivedAt)
  const late = episodes.filter((episode) => episode.late)
  return {
    ...span,
    alarms: byPriority(episodes, (group) => group.length),
    toAcknowledge: spreads(
      episodes,
      ({ receivedAt }) => receivedAt,
      ({ acknowledgedAt }) => acknowledgedAt,
    ),
    toNotify: spreads(
      episodes,
      ({ receivedAt }) => receivedAt,
      ({ acceptedAt }) => acceptedAt,
    ),
    toDetect: spreads(
      episodes.filter((episode) => !episode.late),
      ({ raisedAt }) => raisedAt,
      ({ receivedAt }) => receivedAt,
    ),
    toVerify: spreads(
      episodes,
      ({ acknowledgedAt }) => acknowledgedAt,
      ({ onSiteAt }) => onSiteAt,
    ),
    ...loadOf(times, span),
    mix: mixOf(episodes),
    ...topOf(episodes),
    chattering: count(episodes, ({ chattering }) => chattering),
    fleeting: count(episodes, ({ firstMs }) => firstMs !== null && firstMs < FLEETING_MS),
    stale: rows.olderStale + count(episodes, ({ longestMs }) => longestMs > STALE_MS),
    rules: rulesOf(episodes),
    pages: byPriority(episodes, pagesOf),
    suppression: suppressionOf(rows.suppressions, span),
    channels: rows.channels.map(channelOf),
    late: {
      count: late.length,
      age: spreadOf(late.map(({ raisedAt, receivedAt }) => Math.max(0, receivedAt - raisedAt))),
    },
  }
}

function byPriority<T>(
  episodes: readonly QualityEpisode[],
  of: (group: readonly QualityEpisode[]) => T,
): Record<Priority, T> {
  const [red, orange, yellow, blue] = PRIORITIES.map((priority) =>
    of(episodes.filter((episode) => episode.priority === priority)),
  )
  // The four are there; the compiler cannot know that a map keeps their count.
  const none = of([])
  return { red: red ?? none, orange: orange ?? none, yellow: yellow ?? none, blue: blue ?? none }
}

type TimeOf = (episode: QualityEpisode) => UtcMs | null

function spreads(episodes: readonly QualityEpisode[], from: TimeOf, to: TimeOf): Record<Priority, Spread> {
  return byPriority(episodes, (group) =>
    spreadOf(
      group.flatMap((episode) => {
        const [start, end] = [from(episode), to(episode)]
        // Two clocks may differ; nothing is noticed before it is there.
        return start === null || end === null ? [] : [Math.max(0, end - start)]
      }),
    ),
  )
}

function count(episodes: readonly QualityEpisode[], is: (episode: QualityEpisode) => boolean): number {
  return episodes.reduce((sum, episode) => sum + (is(episode) ? 1 : 0), 0)
}

function mixOf(episodes: readonly QualityEpisode[]): AlarmQuality['mix'] {
  if (episodes.length === 0) return null
  const share = (...of: readonly Priority[]) =>
    count(episodes, ({ priority }) => of.includes(priority)) / episodes.length
  return { high: share('red', 'orange'), medium: share('yellow'), low: share('blue') }
}

function topOf(episodes: readonly QualityEpisode[]): Pick<AlarmQuality, 'top' | 'topShare'> {
  const points = Map.groupBy(episodes, ({ site, rule, point }) => `${site} ${rule} ${point}`)
  const top = [...points]
    .sort(([a, many], [b, more]) => more.length - many.length || (a < b ? -1 : 1))
    .slice(0, TOP)
    .flatMap(([, group]) =>
      group.slice(0, 1).map(({ site, rule, point }) => ({
        ...{ site, rule, point, alarms: group.length },
        share: group.length / episodes.length,
      })),
    )
  return { top, topShare: Math.min(1, top.reduce((sum, { alarms }) => sum + alarms, 0) / Math.max(1, episodes.length)) }
}

function rulesOf(episodes: readonly QualityEpisode[]): AlarmQuality['rules'] {
  return [...Map.groupBy(episodes, ({ ruleType }) => ruleType)]
    .map(([ruleType, group]) => {
      const said = (...kinds: readonly QualityEpisode['judged'][]) =>
        count(group, ({ judged }) => kinds.includes(judged))
      const confirmed = said('confirmed')
      const wrong = said('known-appliance', 'sensor-fault')
      const falseRatio = confirmed + wrong === 0 ? null : wrong / (confirmed + wrong)
      return { ruleType, alarms: group.length, confirmed, wrong, planned: said('authorised'), falseRatio }
    })
    .sort((a, b) => b.wrong - a.wrong || b.alarms - a.alarms || (a.ruleType < b.ruleType ? -1 : 1))
}

function pagesOf(group: readonly QualityEpisode[]): AlarmQuality['pages']['red'] {
  const pages = group.filter(({ acknowledgedAt }) => acknowledgedAt !== null).map((episode) => episode.pages)
  if (pages.length === 0) return null
  return {
    mean: pages.reduce((sum, each) => sum + each, 0) / pages.length,
    max: pages.reduce((most, each) => Math.max(most, each), 0),
  }
}

function suppressionOf(
  suppressions: readonly QualitySuppression[],
  { from, to }: { readonly from: UtcMs; readonly to: UtcMs },
): AlarmQuality['suppression'] {
  const inside = suppressions.filter((each) => each.from < to && each.to > from)
  const ms = inside.reduce((sum, each) => sum + Math.min(each.to, to) - Math.max(each.from, from), 0)
  const unauthorised = inside.filter(({ isUnauthorised }) => isUnauthorised).length
  return { count: inside.length, hours: ms / HOUR_MS, unauthorised }
}

function channelOf({
  channel,
  medium,
  attempted,
  accepted,
  delivered,
}: QualityChannel): AlarmQuality['channels'][number] {
  const acceptedShare = attempted === 0 ? null : accepted / attempted
  const deliveredShare = accepted === 0 ? null : delivered / accepted
  return { channel, medium, attempted, accepted, delivered, acceptedShare, deliveredShare }
}
