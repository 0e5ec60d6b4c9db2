import type { ComponentChildren } from 'preact'
import { useEffect, useLayoutEffect } from 'preact/hooks'
import type { Alarm } from '../../../core/contract/alarm.ts'
import type { SiteDetail } from '../../../core/contract/http.ts'
import { errorText } from '../i18n/texts.ts'
import { usePage, useTexts } from '../page.ts'
import { uncertaintyText } from '../show/clock-words.ts'
import { spanText } from '../show/time.ts'
import { suppressionOf } from '../stores/alarm-order.ts'
import { addressOf, FIRST_SPAN } from '../stores/route.ts'
import { AcknowledgeButton, useExplanation, useRuleWord } from '../parts/alarm-row.tsx'
import { AlarmActs } from '../parts/alarm-acts.tsx'
import { useAlarmWords } from '../parts/alarm-cells.tsx'
import { AlarmGuide } from '../parts/alarm-guide.tsx'
import { AlarmStanding } from '../parts/alarm-standing.tsx'
import { AlarmNotes } from '../parts/alarm-notes.tsx'
import { AlarmNotices } from '../parts/alarm-notices.tsx'
import { AlarmPast } from '../parts/alarm-past.tsx'
import { AlarmPeople } from '../parts/alarm-people.tsx'
import { DecidingReadings } from '../parts/deciding-readings.tsx'
import { FeedbackPanel } from '../parts/feedback-panel.tsx'
import { AlarmMark, PriorityWord } from '../parts/mark.tsx'
import { Picture } from '../parts/picture.tsx'
import { deviceName, pointName } from '../parts/point-name.ts'
import { Ruler } from '../parts/ruler.tsx'
import { SignalsPanel } from '../parts/signals-panel.tsx'
import { SimulatedTag } from '../parts/site-row.tsx'
import { TrendAround } from '../parts/trend-around.tsx'
import { useFetched } from '../parts/use-fetched.ts'
import { useScreenKeys } from '../parts/use-screen-keys.ts'
import { useSiteName } from '../parts/use-site.ts'
import { useZone } from '../parts/use-zone.ts'

/** Everything about one alarm: what, where, since when, why, who was told, who answered. */
export function AlarmPage({ id }: { readonly id: string }) {
  const { api, live, desk } = usePage()
  const texts = useTexts()
  const { alarms, epoch } = live.state.value
  const fetched = useFetched(`alarm/${id}`, epoch, (signal) => api.alarm(id, signal))
  const known = alarms.get(id) ?? null
  const alarm = newer(known, fetched.data)
  // Before it is painted: a key pressed at once is meant for what is seen.
  useLayoutEffect(() => {
    desk.visible.value = [id]
    desk.cursor.value = id
    return () => {
      desk.visible.value = []
    }
  }, [id])
  if (alarm === null) {
    const words = fetched.error === null ? texts.loading : errorText(fetched.error, texts)
    return (
      <p class="empty is-page" role="status">
        {words}
      </p>
    )
  }
  return <AlarmView alarm={alarm} />
}

function newer(a: Alarm | null, b: Alarm | null): Alarm | null {
  if (a === null || b === null) return a ?? b
  return b.version > a.version ? b : a
}

function AlarmView({ alarm }: { readonly alarm: Alarm }) {
  const { api, live } = usePage()
  useEffect(() => live.watch(alarm.site), [alarm.site])
  const fetched = useFetched(`site/${alarm.site}`, live.state.value.epoch, (signal) => api.site(alarm.site, signal))
  useAlarmKeys()
  const { data: detail } = fetched
  return (
    <div class="page alarm-page">
      <AlarmHead alarm={alarm} detail={detail} />
      <div class="alarm-columns">
        <Proven alarm={alarm} />
        <Seen alarm={alarm} detail={detail} />
        <ToDo alarm={alarm} detail={detail} />
      </div>
    </div>
  )
}

/** The keys of one alarm, beside those of the room. */
function useAlarmKeys(): void {
  const words = useAlarmWords().keys
  const reach = (selector: string) => document.querySelector<HTMLElement>(`.alarm-page ${selector}`)
  useScreenKeys([
    { key: 'c', words: words.note, act: () => reach('textarea[name=note]')?.focus() },
    { key: 'v', words: words.judge, act: () => reach('input[name=feedback-kind]')?.focus() },
    { key: 'p', words: words.sheet, act: () => reach('a[data-act=sheet]')?.click() },
  ])
}

interface ColumnProps {
  readonly alarm: Alarm
  readonly detail: SiteDetail | null
}

/** Left: who knew when, who was told, what was said. */
function Proven({ alarm }: Pick<ColumnProps, 'alarm'>) {
  const texts = useTexts()
  const words = useAlarmWords().detail
  return (
    <div class="column is-proven">
      <Panel title={words.ruler}>
        <Ruler alarm={alarm} />
      </Panel>
      <Panel title={words.log}>
        <AlarmNotices alarm={alarm} />
      </Panel>
      <Panel title={texts.alarm.notes}>
        <AlarmNotes alarm={alarm} />
      </Panel>
    </div>
  )
}

/** Middle: what was measured and seen. */
function Seen({ alarm, detail }: ColumnProps) {
  const { preferences } = usePage()
  const texts = useTexts()
  const words = useAlarmWords().detail
  const zone = useZone(alarm.site)
  const language = preferences.language.value
  return (
    <div class="column is-seen">
      <SignalsPanel alarm={alarm} />
      <Panel title={words.trend}>
        <TrendAround alarm={alarm} detail={detail} />
      </Panel>
      {alarm.evidence.length > 0 && (
        <Panel title={texts.alarm.pictures}>
          <div class="pictures">
            {alarm.evidence.map((row) => (
              <Picture key={row.sha256} row={row} device={deviceName(row.device, detail, language)} zone={zone} />
            ))}
          </div>
        </Panel>
      )}
      <Panel title={texts.alarm.decided}>
        <DecidingReadings alarm={alarm} detail={detail} />
      </Panel>
    </div>
  )
}

/** Right: what to do, whom to call, what it was before, and what it turned out to be. */
function ToDo({ alarm, detail }: ColumnProps) {
  const words = useAlarmWords().detail
  return (
    <div class="column is-to-do">
      <Panel title={words.guide}>
        <AlarmGuide alarm={alarm} />
      </Panel>
      <Panel title={words.people}>
        <div class="guide">
          <AlarmPeople alarm={alarm} detail={detail} />
        </div>
      </Panel>
      <FeedbackPanel alarm={alarm} detail={detail} />
      <Panel title={words.past}>
        <AlarmPast alarm={alarm} />
      </Panel>
    </div>
  )
}

function Panel({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  return (
    <section class="panel" aria-label={title}>
      <h2 class="panel-title">{title}</h2>
      {children}
    </section>
  )
}

function AlarmHead({ alarm, detail }: { readonly alarm: Alarm; readonly detail: SiteDetail | null }) {
  const { live, times, preferences } = usePage()
  const texts = useTexts()
  const zone = times(useZone(alarm.site))
  const site = useSiteName(alarm.site)
  const rule = useRuleWord(alarm)
  const sentence = useExplanation(alarm)
  const summary = live.state.value.sites.get(alarm.site)
  const until = alarm.returnedAt ?? live.now.value
  const held = suppressionOf(alarm)
  const worth = uncertaintyText(alarm.clock?.uncertaintyMs, texts)
  const isRedated = Math.abs((alarm.clock?.recordedAt ?? alarm.raisedAt) - alarm.raisedAt) >= 1_000
  return (
    <section class={`panel alarm-head is-${alarm.priority}`}>
      <AlarmMark alarm={alarm} size={64} />
      <div class="alarm-head-text">
        <h1>
          <PriorityWord priority={alarm.priority} />{' '}
          <a href={`#${addressOf({ page: 'site', site: alarm.site, point: alarm.point, span: FIRST_SPAN })}`}>{site}</a>{' '}
          {summary?.site.simulated === true && <SimulatedTag />} <span>{rule}</span>
        </h1>
        <p class="alarm-sentence">{sentence}</p>
        <dl class="facts">
          <Fact name={texts.alarm.since} value={[zone.full(alarm.raisedAt), worth].filter(Boolean).join(' ')} />
          {isRedated && <Fact name={texts.clock.recorded} value={zone.full(alarm.clock?.recordedAt ?? 0)} />}
          <Fact
            name={texts.alarm.lasted}
            value={`${spanText(until - alarm.raisedAt, texts)}${alarm.returnedAt === null ? ` · ${texts.alarm.still}` : ''}`}
          />
          <Fact name={texts.alarm.point} value={pointName(alarm.point, detail, preferences.language.value)} />
          {alarm.activations.length > 1 && (
            <Fact name={texts.alarm.activations} value={texts.alarms.timesLong(alarm.activations.length)} />
          )}
          <Fact name={texts.alarm.id} value={`${alarm.number} · ${alarm.id}`} />
        </dl>
        <p>
          <a href={`#${addressOf({ page: 'ledger', subject: alarm.id })}`}>{texts.alarm.ledger}</a>
        </p>
      </div>
      <div class="alarm-head-act">
        <span class={`state-word is-large is-${alarm.state}`}>
          {[held === null ? null : texts.alarmActs.suppressed[held], texts.alarmState[alarm.state]]
            .filter(Boolean)
            .join(' · ')}
        </span>
        <AcknowledgeButton alarm={alarm} large />
        <AcknowledgedBy alarm={alarm} />
        <AlarmStanding alarm={alarm} />
      </div>
      <AlarmActs alarm={alarm} />
    </section>
  )
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div class="fact">
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}

function AcknowledgedBy({ alarm }: { readonly alarm: Alarm }) {
  const { times } = usePage()
  const texts = useTexts()
  const zone = times(useZone(alarm.site))
  const { acknowledgement } = alarm
  if (acknowledgement === null) return <p class="hint">{texts.alarm.notAcknowledged}</p>
  return (
    <div class="acknowledged" role="status">
      <strong>{texts.ack.done(acknowledgement.by)}</strong>
      <span>
        {zone.full(acknowledgement.at)} · {texts.alarm.via[acknowledgement.via]}
      </span>
      {acknowledgement.note !== '' && <q>{acknowledgement.note}</q>}
    </div>
  )
}
