import type { SentVersion } from '../../../core/contract/rules-desk.ts'
import { usePage, useTexts } from '../page.ts'
import { useRulesWords } from './use-rules-words.ts'
import { useZone } from './use-zone.ts'

/** What became of the version that was sent last, while that is not simply what runs. */
export function RuleSent({ sent, site }: { readonly sent: SentVersion | null; readonly site: string }) {
  const { live, times } = usePage()
  const words = useRulesWords()
  const { configs } = useTexts()
  const zone = times(useZone(site))
  if (sent === null) return null
  const { version, by, at, state, reason, faults } = sent
  const isOver = state === 'refused' || state === 'rolled-back'
  return (
    <div class={`rule-sent${isOver ? ' is-over' : ''}`} role="status" data-sent={state ?? 'waiting'}>
      <p>
        <strong>{words.sent[state ?? 'waiting']}</strong> · {words.sent.title(version, by)} ·{' '}
        <time>{zone.near(at, live.now.value)}</time>
      </p>
      {reason !== null && <p>{configs.whys[reason]}</p>}
      {faults.length > 0 && (
        <ul class="faults">
          {faults.map((fault) => (
            <li key={fault}>{fault}</li>
          ))}
        </ul>
      )}
    </div>
  )
}
