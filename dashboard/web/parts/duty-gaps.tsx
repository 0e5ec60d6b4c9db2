import type { DutyGap, Roster } from '../../../core/contract/roster.ts'
import { DUTY } from '../i18n/duty-words.ts'
import { usePage, useWords } from '../page.ts'
import { Mark } from './mark.tsx'
import { useZone } from './use-zone.ts'

/** What is wrong with the next 14 days, the gravest first. */
export function DutyGaps({ gaps, roster }: { readonly gaps: readonly DutyGap[]; readonly roster: Roster }) {
  const { times, preferences } = usePage()
  const texts = useWords(DUTY)
  const zone = times(useZone(null))
  const language = preferences.language.value
  const nameOf = (id: string) => roster.persons.find((person) => person.id === id)?.name ?? id
  return (
    <section class="panel">
      <h2 class="panel-title">{texts.forecast}</h2>
      {gaps.length === 0 && <p class="empty">{texts.noGaps}</p>}
      <ul class="duty-gaps">
        {gaps.map((gap) => (
          <li key={`${gap.kind}${gap.role}${gap.from}${gap.persons.join()}`}>
            <Mark priority={gap.priority} size={22} />
            <span>
              <strong>{texts.gaps[gap.kind]}</strong> ·{' '}
              {roster.roles.find(({ id }) => id === gap.role)?.name[language] ?? gap.role}
              {gap.persons.length > 0 && ` · ${gap.persons.map(nameOf).join(' ')}`} · {zone.full(gap.from).slice(5, 16)}{' '}
              – {zone.full(gap.to).slice(5, 16)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
