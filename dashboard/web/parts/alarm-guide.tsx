import { useMemo } from 'preact/hooks'
import type { Alarm } from '../../../core/contract/alarm.ts'
import { guideTo } from '../../../core/rules/guidance.ts'
import { usePage } from '../page.ts'
import { useAlarmWords } from './alarm-cells.tsx'

/** What an alarm means, what to look at first, what to ask by phone, and which of the eight checks it belongs to. */
export function AlarmGuide({ alarm }: { readonly alarm: Alarm }) {
  const language = usePage().preferences.language.value
  const words = useAlarmWords().detail
  const { ruleType, explanation } = alarm
  const { means, first, ask, checks } = useMemo(
    () => guideTo({ ruleType, explanation }, language),
    [ruleType, explanation, language],
  )
  return (
    <div class="guide">
      <p class="guide-means">{means ?? words.noGuide}</p>
      {first.length > 0 && (
        <>
          <h3>{words.first}</h3>
          <ol>
            {first.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ol>
        </>
      )}
      <h3>{words.ask}</h3>
      <ol>
        {ask.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ol>
      {checks.length > 0 && (
        <p class="guide-checks">
          <strong>{words.checks}</strong>{' '}
          {checks.map((check) => (
            <span key={check} class="badge">
              {check}
            </span>
          ))}
        </p>
      )}
    </div>
  )
}
