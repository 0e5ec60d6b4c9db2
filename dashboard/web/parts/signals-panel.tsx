import type { Alarm } from '../../../core/contract/alarm.ts'
import { GROUP_NAMES } from '../../../core/rules/words/signals.ts'
import { usePage, useRuleTexts, useTexts } from '../page.ts'
import { useZone } from './use-zone.ts'

/** A bar is full at this strength: nothing counts more. */
const FULL_STRENGTH = 6

/** What an alarm of a whole site rests on, strongest first: what kind of sign, when, how strong, and the sign's own sentence. */
export function SignalsPanel({ alarm }: { readonly alarm: Alarm }) {
  const { times, preferences } = usePage()
  const texts = useTexts()
  const rules = useRuleTexts()
  const zoneName = useZone(alarm.site)
  const zone = times(zoneName)
  const language = preferences.language.value
  const { because = [] } = alarm
  if (because.length === 0) return null
  return (
    <section class="panel">
      <h2 class="panel-title">{texts.alarm.signals}</h2>
      <ol class="signals">
        {because.map((row) => {
          const share = Math.min(1, Math.max(0, row.strength / FULL_STRENGTH))
          return (
            <li key={row.rule} class="signal">
              <p class="signal-head">
                <strong>{GROUP_NAMES[language][row.group]}</strong>
                <span>{rules.typeName(row.ruleType)}</span>
                <time>{zone.time(row.at)}</time>
                <span class="signal-strength">
                  <meter min={0} max={1} value={share} aria-label={texts.alarm.strength} />
                  {row.strength.toFixed(1)}
                </span>
              </p>
              <p>{rules.explain(row.explanation, zoneName)}</p>
            </li>
          )
        })}
      </ol>
    </section>
  )
}
