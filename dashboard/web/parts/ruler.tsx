import type { Alarm } from '../../../core/contract/alarm.ts'
import { Proof, type SlaCheck } from '../../../core/contract/proof.ts'
import {
  MISSING_WORDS,
  reasonWords,
  STAMP_NAMES,
  VERDICT_NAMES,
  VERDICT_STATES,
  wayWords,
} from '../../../core/alarms/proof/wording.ts'
import { channelWord, errorText } from '../i18n/texts.ts'
import { usePage, useTexts } from '../page.ts'
import { afterText, spanText } from '../show/time.ts'
import { slaNow, type StampRow, stampRows } from '../stores/alarm-stamps.ts'
import { useAlarmWords } from './alarm-cells.tsx'
import { useFetched } from './use-fetched.ts'
import { useZone } from './use-zone.ts'

/** The ten time stamps with their time limits, and what follows from them: what proves who knew when. */
export function Ruler({ alarm }: { readonly alarm: Alarm }) {
  const { api, live } = usePage()
  const texts = useTexts()
  const words = useAlarmWords().detail
  const path = `/api/alarms/${encodeURIComponent(alarm.id)}/proof`
  const { epoch } = live.state.value
  const fetched = useFetched(path, epoch + alarm.version, (signal) => api.ask(path, { answer: Proof, signal }))
  return (
    <>
      <ol class="stamps" aria-label={words.ruler}>
        {stampRows(alarm, fetched.data).map((row) => (
          <StampItem key={row.stamp} row={row} alarm={alarm} />
        ))}
        <EndItem name={words.returned} at={alarm.returnedAt} alarm={alarm} />
        <EndItem name={words.closed} at={alarm.closedAt} alarm={alarm} />
      </ol>
      {fetched.error !== null && <p class="hint stamps-foot">{words.proofFailed(errorText(fetched.error, texts))}</p>}
      {fetched.data !== null && <Verdicts proof={fetched.data} />}
    </>
  )
}

function StampItem({ row, alarm }: { readonly row: StampRow; readonly alarm: Alarm }) {
  const { times, preferences } = usePage()
  const texts = useTexts()
  const zone = times(useZone(alarm.site))
  const language = preferences.language.value
  const { stamp, at, afterMs, by, via, missing, checks } = row
  const isMessage = stamp === 'T4' || stamp === 'T5' || stamp === 'T6' || stamp === 'T7'
  const way = via === null ? null : isMessage ? channelWord(via, texts) : wayWords(via, language)
  return (
    <li class={`stamp${at === null ? ' is-pending' : ''}`} data-stamp={stamp}>
      <span class="stamp-id">{stamp}</span>
      <span class="stamp-name">{STAMP_NAMES[language][stamp]}</span>
      {at === null ? (
        <span class="stamp-at">{missing === null ? texts.alarm.pending : MISSING_WORDS[language][missing]}</span>
      ) : (
        <time class="stamp-at">{zone.time(at)}</time>
      )}
      <span class="stamp-after">
        {stamp === 'T0' && at !== null ? zone.date(at) : afterMs === null ? '' : afterText(afterMs, texts)}
      </span>
      {(by ?? way) !== null && <span class="stamp-by">{[by, way].filter((part) => part !== null).join(' · ')}</span>}
      {checks.map((check) => (
        <SlaLine key={check.row.id} check={check} alarm={alarm} />
      ))}
    </li>
  )
}

const SIGNS: Readonly<Record<SlaCheck['is'], string>> = { kept: '✓', exceeded: '✕', running: '◔', released: '–' }

function SlaLine({ check, alarm }: { readonly check: SlaCheck; readonly alarm: Alarm }) {
  const { live, times, preferences } = usePage()
  const texts = useTexts()
  const words = useAlarmWords().detail
  const zone = times(useZone(alarm.site))
  const { is, ms } = slaNow(check, live.now.value)
  const { row, dueAt } = check
  const used = Math.min(1, Math.max(0, 1 - (is === 'running' ? ms : 0) / row.withinMs))
  return (
    <div class={`sla is-${is}`} data-sla={row.id}>
      <p>
        <span aria-hidden="true">{SIGNS[is]}</span> {row.demand[preferences.language.value]} ·{' '}
        <strong>{words.sla[is](spanText(ms, texts))}</strong> · {words.due(zone.time(dueAt))}
        {!row.verified && <span class="soft"> · {words.unverified}</span>}
      </p>
      {is === 'running' && (
        <meter class="sla-left" min={0} max={1} value={used} aria-label={row.demand[preferences.language.value]} />
      )}
    </div>
  )
}

function EndItem({ name, at, alarm }: { readonly name: string; readonly at: number | null; readonly alarm: Alarm }) {
  const { times } = usePage()
  const texts = useTexts()
  const zone = times(useZone(alarm.site))
  return (
    <li class={`stamp is-end${at === null ? ' is-pending' : ''}`}>
      <span class="stamp-id" />
      <span class="stamp-name">{name}</span>
      <span class="stamp-at">{at === null ? texts.alarm.pending : <time>{zone.time(at)}</time>}</span>
      <span class="stamp-after">{at === null ? '' : afterText(at - alarm.raisedAt, texts)}</span>
    </li>
  )
}

/** Late, omitted, false, concealed: computed, never typed. */
function Verdicts({ proof }: { readonly proof: Proof }) {
  const language = usePage().preferences.language.value
  const words = useAlarmWords().detail
  return (
    <dl class="verdicts" aria-label={words.verdicts}>
      {proof.verdicts.map(({ kind, is, because }) => (
        <div key={kind} class={`verdict-row is-${is}`} data-verdict={kind}>
          <dt>{VERDICT_NAMES[language][kind]}</dt>
          <dd>
            {VERDICT_STATES[language][is]}
            {because.length > 0 && ` – ${because.map((reason) => reasonWords(reason, language)).join('; ')}`}
          </dd>
        </div>
      ))}
    </dl>
  )
}
