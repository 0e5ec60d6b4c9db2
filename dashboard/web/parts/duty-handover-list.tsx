import type { HandoverList, HandoverSummary } from '../../../core/contract/handover.ts'
import { HANDOVER } from '../i18n/handover-words.ts'
import { usePage, useWords } from '../page.ts'
import { type HandoverPlace, queryOfHandover } from '../stores/duty-handover.ts'
import { addressOf } from '../stores/route.ts'
import { useZone } from './use-zone.ts'

interface ListProps {
  readonly list: HandoverList
  readonly place: HandoverPlace
  /** The record that is shown. */
  readonly shown: string | null
}

/** The shift that runs, the one before, and the records of old ones. */
export function HandoverRail({ list, place, shown }: ListProps) {
  const words = useWords(HANDOVER)
  const { current, previous, records } = list
  const due = [previous, current].filter((one) => one !== null)
  const past = records.filter(({ id }) => due.every((one) => one.id !== id))
  const oldest = records.at(-1)
  return (
    <nav class="panel handover-rail" aria-label={words.list}>
      <h2 class="panel-title">{words.list}</h2>
      <ul class="handover-list">
        {current !== null && <Entry word={words.current} summary={current} place={place} shown={shown} />}
        {previous !== null && <Entry word={words.previous} summary={previous} place={place} shown={shown} />}
      </ul>
      {past.length > 0 && <h3 class="handover-past">{words.past}</h3>}
      <ul class="handover-list">
        {past.map((summary) => (
          <Entry key={summary.id} summary={summary} place={place} shown={shown} />
        ))}
      </ul>
      <p class="handover-pages">
        {place.before !== null && <PageLink word={words.newest} place={{ ...place, before: null }} />}
        {records.length >= 30 && oldest !== undefined && (
          <PageLink word={words.older} place={{ ...place, before: oldest.shift.from }} />
        )}
      </p>
    </nav>
  )
}

function PageLink({ word, place }: { readonly word: string; readonly place: HandoverPlace }) {
  return (
    <a class="choice" href={`#${addressOf({ page: 'handover', query: queryOfHandover(place) })}`}>
      {word}
    </a>
  )
}

interface EntryProps extends Pick<ListProps, 'place' | 'shown'> {
  readonly summary: HandoverSummary
  /** What the shift is to somebody now. */
  readonly word?: string
}

function Entry({ summary, word, place, shown }: EntryProps) {
  const { times, preferences } = usePage()
  const words = useWords(HANDOVER)
  const zone = times(useZone(null))
  const { id, shift, state, outgoing, incoming, addenda } = summary
  const names = [...outgoing, ...incoming].join(' → ')
  return (
    <li>
      <a
        class="handover-entry"
        data-record={id}
        aria-current={id === shown ? 'true' : undefined}
        href={`#${addressOf({ page: 'handover', query: queryOfHandover({ ...place, record: id }) })}`}
      >
        {word !== undefined && <span class="hint">{word}</span>}
        <strong>
          {shift.day} {shift.name[preferences.language.value]}
        </strong>
        <span class="hint">
          {zone.shortTime(shift.from)}–{zone.shortTime(shift.to)}
        </span>
        <StateChip state={state} />
        {names !== '' && <span class="hint">{names}</span>}
        {addenda > 0 && (
          <span class="hint">
            {words.addenda} {addenda}
          </span>
        )}
      </a>
    </li>
  )
}

/** Where a record stands, by word and outline. */
export function StateChip({ state }: { readonly state: HandoverSummary['state'] }) {
  const words = useWords(HANDOVER)
  return (
    <span class={`handover-state is-${state ?? 'none'}`}>{state === null ? words.noRecord : words.states[state]}</span>
  )
}
