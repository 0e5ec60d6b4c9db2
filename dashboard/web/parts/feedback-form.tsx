import { useState } from 'preact/hooks'
import type { Alarm } from '../../../core/contract/alarm.ts'
import type { SiteDetail } from '../../../core/contract/http.ts'
import { isHouseError } from '../../../core/kit/errors.ts'
import { errorText } from '../i18n/texts.ts'
import { usePage, useTexts } from '../page.ts'
import { spanText } from '../show/time.ts'
import { type Draft, draftFor, FEEDBACK_KINDS, judgementOf, MOST_KW, pointsOf, spansOf } from '../stores/judgement.ts'
import { pointName } from './point-name.ts'

interface FeedbackFormProps {
  readonly alarm: Alarm
  readonly detail: SiteDetail | null
}

/** Four choices, and what the chosen one needs. */
export function FeedbackForm({ alarm, detail }: FeedbackFormProps) {
  const { api, live } = usePage()
  const texts = useTexts()
  const [draft, setDraft] = useState<Draft | null>(null)
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState<string | null>(null)
  const send = async () => {
    if (draft === null || busy) return
    const judgement = judgementOf(draft, live.now.value)
    if (judgement === null) {
      setFault(texts.feedback.badPower(String(MOST_KW)))
      return
    }
    setBusy(true)
    setFault(null)
    try {
      live.learn(await api.judge(alarm.id, judgement, AbortSignal.timeout(15_000)))
      setDraft(null)
    } catch (error) {
      // The field is named in it.
      setFault(isHouseError(error, 'http/invalid') ? error.message : errorText(error, texts))
    }
    setBusy(false)
  }
  return (
    <form
      class="feedback-form"
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
    >
      <fieldset class="feedback-kinds">
        <legend class="hint">{texts.feedback.about}</legend>
        {FEEDBACK_KINDS.map((kind) => (
          <label key={kind} class="feedback-kind">
            <input
              type="radio"
              name="feedback-kind"
              value={kind}
              checked={draft?.kind === kind}
              onChange={() => {
                setFault(null)
                setDraft({ ...draftFor(kind, alarm), note: draft?.note ?? '' })
              }}
            />
            {texts.feedback.kinds[kind]}
          </label>
        ))}
      </fieldset>
      {draft !== null && (
        <>
          <p class="hint">{texts.feedback.hints[draft.kind]}</p>
          <Needs draft={draft} change={setDraft} points={pointsOf(alarm)} detail={detail} isFaulty={fault !== null} />
          {fault !== null && (
            <p class="error" role="alert">
              {fault}
            </p>
          )}
          <button class="button button-main" type="submit" data-act="judge" disabled={busy}>
            {busy ? texts.feedback.busy : texts.feedback.submit}
          </button>
        </>
      )}
    </form>
  )
}

interface NeedsProps {
  readonly draft: Draft
  readonly change: (draft: Draft) => void
  readonly points: readonly string[]
  readonly detail: SiteDetail | null
  readonly isFaulty: boolean
}

function Needs({ draft, change, points, detail, isFaulty }: NeedsProps) {
  const { preferences } = usePage()
  const all = useTexts()
  const texts = all.feedback
  const spans = spansOf(draft.kind)
  return (
    <div class="feedback-needs">
      {draft.kind === 'known-appliance' && (
        <label class="field">
          <span class="field-label">{texts.power(String(MOST_KW))}</span>
          <input
            name="power"
            inputMode="decimal"
            autoComplete="off"
            value={draft.kw}
            aria-invalid={isFaulty}
            onInput={(event) => change({ ...draft, kw: event.currentTarget.value })}
          />
        </label>
      )}
      {draft.kind === 'sensor-fault' && (
        <label class="field">
          <span class="field-label">{texts.point}</span>
          <select
            name="point"
            value={draft.point}
            onChange={(event) => change({ ...draft, point: event.currentTarget.value })}
          >
            {points.map((point) => (
              <option key={point} value={point}>
                {pointName(point, detail, preferences.language.value)}
              </option>
            ))}
          </select>
        </label>
      )}
      {spans.length > 0 && (
        <label class="field">
          <span class="field-label">{texts.until}</span>
          <select
            name="until"
            value={String(draft.spanMs)}
            onChange={(event) => change({ ...draft, spanMs: Number(event.currentTarget.value) })}
          >
            {spans.map((span) => (
              <option key={span} value={String(span)}>
                {spanText(span, all)}
              </option>
            ))}
          </select>
        </label>
      )}
      <label class="field is-wide">
        <span class="field-label">{texts.note}</span>
        <input
          name="judgement"
          maxLength={500}
          autoComplete="off"
          placeholder={texts.notePlaceholder}
          value={draft.note}
          onInput={(event) => change({ ...draft, note: event.currentTarget.value })}
        />
      </label>
    </div>
  )
}
