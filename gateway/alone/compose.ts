import type { Site } from '../../core/contract/site.ts'
import type { Language } from '../../core/contract/text.ts'
import type { UtcMs } from '../../core/contract/time.ts'
import type { AloneAlarm, AloneText } from '../../core/alarms/edge-alone-state.ts'
import { headlineOf } from '../../core/rules/explain.ts'
import { clockText } from '../../core/rules/wording.ts'
import { ALONE_TEXTS } from './messages.ts'

export interface ComposeFacts {
  readonly site: Site
  /** What the county puts before the numbers of its alarms. */
  readonly prefix: string
}

/** The words of a text, the same each time it is sent. `takenAt` = when its alarm was acknowledged. */
export function composeText(
  { kind, language, round }: Pick<AloneText, 'kind' | 'language' | 'round'>,
  alarm: AloneAlarm,
  { site, prefix }: ComposeFacts,
): string {
  const { priority, code } = alarm
  const common = {
    simulated: site.simulated,
    site: site.name[language],
    headline: headlineOf(alarm, language),
    number: `${prefix}#${code}·${round + 1}`,
  }
  const wall = (at: UtcMs) => wallText(at, language, site.zone)
  return kind === 'taken'
    ? ALONE_TEXTS[language].taken({ ...common, by: alarm.takenBy ?? '—', at: wall(alarm.due.at) })
    : ALONE_TEXTS[language].alarm({ ...common, priority, code, since: wall(alarm.raisedAt) })
}

function wallText(at: UtcMs, language: Language, zone: string): string {
  return clockText(at, { language, zone })
}
