import { useLayoutEffect, useRef } from 'preact/hooks'
import type { Alarm } from '../../../core/contract/alarm.ts'
import { errorText } from '../i18n/texts.ts'
import { usePage, useRuleTexts, useTexts } from '../page.ts'
import { spanText } from '../show/time.ts'
import { isSuppressed } from '../stores/alarm-order.ts'
import { mayAct } from '../stores/session.ts'
import { addressOf } from '../stores/route.ts'
import { AlarmBadges } from './alarm-standing.tsx'
import { AlarmMark, PriorityWord } from './mark.tsx'
import { useSiteName } from './use-site.ts'
import { useZone } from './use-zone.ts'
import { Uncertainty } from './value.tsx'

/** The sentence that says why, in the language chosen. */
export function useExplanation(alarm: Alarm): string {
  return useRuleTexts().explain(alarm.explanation, useZone(alarm.site))
}

/** What kind of alarm it is, in words. */
export function useRuleWord(alarm: Alarm): string {
  return useRuleTexts().typeName(alarm.ruleType)
}

/** One alarm in a list: shape, where, what, why, since when, and how to acknowledge. */
export function AlarmRow({ alarm, showSite = true }: { readonly alarm: Alarm; readonly showSite?: boolean }) {
  const { desk } = usePage()
  const texts = useTexts()
  const link = useRef<HTMLAnchorElement>(null)
  const siteName = useSiteName(alarm.site)
  const rule = useRuleWord(alarm)
  const sentence = useExplanation(alarm)
  const selected = desk.cursor.value === alarm.id
  useLayoutEffect(() => {
    // Effects run after the next key: by then another row may be selected, and this one must not take it back.
    if (selected && desk.cursor.peek() === alarm.id && desk.asking.value === null) link.current?.focus()
  }, [selected])
  return (
    <li
      class={`alarm-row is-${alarm.state}${isSuppressed(alarm) ? ' is-suppressed' : ''}${selected ? ' is-selected' : ''}`}
      data-alarm={alarm.id}
    >
      <AlarmMark alarm={alarm} size={34} />
      <a
        ref={link}
        class="alarm-link"
        href={`#${addressOf({ page: 'alarm', id: alarm.id })}`}
        onFocus={() => (desk.cursor.value = alarm.id)}
      >
        <PriorityWord priority={alarm.priority} />
        {showSite && <span class="alarm-site">{siteName}</span>}
        <span class="alarm-rule">{rule}</span>
        <span class="alarm-number">{alarm.number}</span>
      </a>
      <p class="alarm-why">{sentence}</p>
      <AlarmSince alarm={alarm} />
      <AlarmFailure alarm={alarm} texts={texts} />
      <AcknowledgeButton alarm={alarm} />
    </li>
  )
}

function AlarmSince({ alarm }: { readonly alarm: Alarm }) {
  const texts = useTexts()
  const { live, times } = usePage()
  const zone = times(useZone(alarm.site))
  const now = live.now.value
  const until = alarm.returnedAt ?? now
  const { acknowledgement } = alarm
  return (
    <p class="alarm-since">
      <AlarmBadges alarm={alarm} />
      <span class={`state-word is-${alarm.state}`}>{texts.alarmState[alarm.state]}</span>
      <span>{texts.alarms.since(zone.near(alarm.raisedAt, now), spanText(until - alarm.raisedAt, texts))}</span>
      <Uncertainty ms={alarm.clock?.uncertaintyMs} />
      {alarm.activations.length > 1 && <span>{texts.alarms.times(alarm.activations.length)}</span>}
      {acknowledgement !== null && (
        <span class="alarm-by">
          {texts.alarms.acknowledgedBy(acknowledgement.by, zone.near(acknowledgement.at, now))}
        </span>
      )}
    </p>
  )
}

function AlarmFailure({ alarm, texts }: { readonly alarm: Alarm; readonly texts: ReturnType<typeof useTexts> }) {
  const { desk } = usePage()
  const failure = desk.failure.value
  if (failure?.alarm !== alarm.id || desk.asking.value !== null) return null
  return (
    <p class="error" role="alert">
      {errorText(failure.error, texts)}
    </p>
  )
}

/** The button that acknowledges, or opens the form for the note; absent once somebody has. */
export function AcknowledgeButton({ alarm, large = false }: { readonly alarm: Alarm; readonly large?: boolean }) {
  const { desk, session } = usePage()
  const texts = useTexts()
  if (alarm.acknowledgement !== null || alarm.state === 'closed') return null
  const allowed = mayAct(session.signedIn.value)
  const busy = desk.sending.value.has(alarm.id)
  return (
    <button
      class={`button button-ack${large ? ' is-large' : ''}`}
      type="button"
      data-act="acknowledge"
      disabled={!allowed || busy}
      title={allowed ? undefined : texts.ack.viewer}
      aria-keyshortcuts="a"
      onClick={() => desk.begin(alarm)}
    >
      {busy ? texts.ack.busy : texts.alarms.acknowledge}
      <kbd aria-hidden="true">A</kbd>
    </button>
  )
}
