import type { Alarm } from '../../../core/contract/alarm.ts'
import { AlarmList } from '../../../core/contract/http.ts'
import { errorText } from '../i18n/texts.ts'
import { usePage, useTexts } from '../page.ts'
import { spanText } from '../show/time.ts'
import { addressOf } from '../stores/route.ts'
import { useAlarmWords } from './alarm-cells.tsx'
import { Mark } from './mark.tsx'
import { useFetched } from './use-fetched.ts'
import { useZone } from './use-zone.ts'

/** Alarms shown beside this one. */
const SHOWN = 8

/** Earlier alarms of the same rule at the same site, and what people found out about each. */
export function AlarmPast({ alarm }: { readonly alarm: Alarm }) {
  const { api, live } = usePage()
  const texts = useTexts()
  const words = useAlarmWords().detail
  const query = new URLSearchParams({ state: 'all', site: alarm.site, rule: alarm.rule, limit: String(SHOWN + 1) })
  const path = `/api/alarms?${query.toString()}`
  const fetched = useFetched(path, live.state.value.epoch, (signal) => api.ask(path, { answer: AlarmList, signal }))
  if (fetched.data === null) {
    return <p class="empty">{fetched.error === null ? texts.loading : texts.failed(errorText(fetched.error, texts))}</p>
  }
  const past = fetched.data.alarms.filter(({ id, raisedAt }) => id !== alarm.id && raisedAt <= alarm.raisedAt)
  if (past.length === 0) return <p class="empty">{words.pastNone}</p>
  return (
    <ul class="past">
      {past.slice(0, SHOWN).map((one) => (
        <PastRow key={one.id} alarm={one} />
      ))}
    </ul>
  )
}

function PastRow({ alarm }: { readonly alarm: Alarm }) {
  const { times } = usePage()
  const texts = useTexts()
  const words = useAlarmWords().detail
  const zone = times(useZone(alarm.site))
  const until = alarm.returnedAt
  return (
    <li class="past-row" data-past={alarm.id}>
      <Mark priority={alarm.priority} hollow quiet size={22} />
      <a href={`#${addressOf({ page: 'alarm', id: alarm.id })}`}>
        <time>{zone.full(alarm.raisedAt)}</time>
      </a>
      <span class="soft">
        {until === null ? texts.alarmShort[alarm.state] : words.pastLasted(spanText(until - alarm.raisedAt, texts))}
      </span>
      <p class="past-found">{foundOf(alarm, texts) ?? words.pastNothing}</p>
    </li>
  )
}

/** What people made of it: a judgement first, then what was found on the spot, then the words it was acknowledged with. */
function foundOf(alarm: Alarm, texts: ReturnType<typeof useTexts>): string | null {
  const judged = alarm.feedback?.at(-1)
  const found = alarm.findings.at(-1)
  const parts = [
    judged === undefined ? null : [texts.feedback.kinds[judged.kind], judged.note].filter(Boolean).join(' · '),
    found === undefined ? null : [texts.alarmActs.found[found.kind], found.note].filter(Boolean).join(' · '),
  ].filter((part) => part !== null)
  if (parts.length > 0) return parts.join('; ')
  const note = alarm.acknowledgement?.note ?? ''
  return note === '' ? null : `“${note}”`
}
