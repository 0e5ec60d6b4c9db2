import type { Alarm, Suppression } from '../../../core/contract/alarm.ts'
import { usePage, useTexts } from '../page.ts'
import { suppressionOf } from '../stores/alarm-order.ts'
import { FindingPhotos } from './phone-photos.tsx'
import { usePersonName } from './use-person.ts'
import { useZone } from './use-zone.ts'

/** What holds beside the state: held back, late, latched, chattering, without data; who sees to it and what comes next. */
export function AlarmStanding({ alarm }: { readonly alarm: Alarm }) {
  const texts = useTexts().alarmActs
  const { times, live } = usePage()
  const siteZone = useZone(alarm.site)
  const zone = times(siteZone)
  const now = live.now.value
  const assignee = usePersonName(alarm.assignee ?? '')
  const lines = [
    ...(alarm.late ? [texts.lateLong] : []),
    ...(alarm.latched && alarm.state !== 'closed' ? [texts.latched] : []),
    ...(alarm.quality === 'stale' && alarm.state !== 'closed' ? [texts.stale] : []),
    ...alarm.suppressions.map((one) => suppressionLine(one, texts, (at) => zone.near(at, now))),
    ...(alarm.held > 0 ? [texts.held(alarm.held)] : []),
    ...(alarm.assignee === null ? [] : [texts.assigned(assignee)]),
    ...(alarm.ladder === null
      ? []
      : [texts.next(`${alarm.ladder.round + 1}-${alarm.ladder.step + 1}`, zone.time(alarm.ladder.dueAt))]),
    ...(alarm.reAlarmAt === null ? [] : [texts.reAlarm(zone.near(alarm.reAlarmAt, now))]),
  ]
  if (lines.length === 0 && alarm.findings.length === 0) return null
  return (
    <ul class="standing">
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
      {alarm.findings.map((finding) => (
        <li key={finding.id ?? `${finding.kind}${finding.at}`}>
          {[texts.found[finding.kind], zone.full(finding.at), finding.by, finding.note, finding.receipt ?? '']
            .filter((part) => part !== '')
            .join(' · ')}
          <FindingPhotos finding={finding} zone={siteZone} />
        </li>
      ))}
    </ul>
  )
}

function suppressionLine(
  { kind, by, second, until, parent, reason }: Suppression,
  texts: ReturnType<typeof useTexts>['alarmActs'],
  time: (at: number) => string,
): string {
  const who = second === null ? by : `${by}, ${second}`
  if (until === null) return texts.suppressedBy(texts.suppressed[kind], parent ?? reason)
  return `${texts.suppressedUntil(texts.suppressed[kind], who, time(until))} · ${reason}`
}

/** Small words beside an alarm in a list. */
export function AlarmBadges({ alarm }: { readonly alarm: Alarm }) {
  const texts = useTexts().alarmActs
  const suppression = suppressionOf(alarm)
  const words = [
    ...(suppression === null ? [] : [texts.suppressed[suppression]]),
    ...(alarm.late ? [texts.late] : []),
    ...(alarm.chattering ? [texts.chattering] : []),
  ]
  return words.map((word) => (
    <span key={word} class="badge">
      {word}
    </span>
  ))
}
