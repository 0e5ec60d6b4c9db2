import type { RefObject } from 'preact'
import { usePage, useTexts } from '../page.ts'
import { PRIORITIES } from '../stores/alarm-order.ts'
import { type AlarmView, FIRST_VIEW, REACHES, STANDINGS, withColour } from '../stores/alarm-view.ts'
import { useAlarmWords } from './alarm-cells.tsx'
import { Mark } from './mark.tsx'

interface FiltersProps {
  readonly view: AlarmView
  readonly change: (view: AlarmView) => void
  readonly search: RefObject<HTMLInputElement | null>
}

/** What the list shows: colours, state, whose, words; and how far back closed ones go. */
export function AlarmFilters({ view, change, search }: FiltersProps) {
  const { session } = usePage()
  const words = useAlarmWords()
  const signedIn = session.signedIn.value
  const user = signedIn.is === 'in' ? signedIn.session.user : ''
  const isMine = view.assignee !== '' && view.assignee === user
  const isFiltered =
    view.colours.length > 0 || view.standing !== 'any' || view.assignee !== '' || view.text.trim() !== ''
  return (
    <div class="alarm-filters" role="search">
      <input
        ref={search}
        class="alarm-search"
        type="search"
        name="text"
        autoComplete="off"
        maxLength={200}
        placeholder={words.search}
        aria-label={words.searchShort}
        aria-keyshortcuts="/"
        value={view.text}
        onInput={(event) => change({ ...view, text: event.currentTarget.value })}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' && event.key !== 'Escape') return
          event.preventDefault()
          event.stopPropagation()
          if (event.key === 'Escape') change({ ...view, text: '' })
          event.currentTarget.blur()
        }}
      />
      <Colours view={view} change={change} />
      <label class="inline-field">
        <span class="unseen">{words.standing}</span>
        <select
          name="standing"
          value={view.standing}
          onChange={({ currentTarget: { value } }) =>
            change({ ...view, standing: STANDINGS.find((one) => one === value) ?? 'any' })
          }
        >
          {STANDINGS.map((one) => (
            <option key={one} value={one}>
              {words.standings[one]}
            </option>
          ))}
        </select>
      </label>
      <button
        class="choice"
        type="button"
        aria-pressed={isMine}
        onClick={() => change({ ...view, assignee: isMine ? '' : user })}
      >
        {words.mine}
      </button>
      {view.show === 'all' && <ReachField view={view} change={change} />}
      {isFiltered && (
        <button
          class="choice"
          type="button"
          data-act="reset-filters"
          onClick={() =>
            change({
              ...view,
              ...{ colours: [], text: '', assignee: '', standing: FIRST_VIEW.standing },
            })
          }
        >
          {words.reset}
        </button>
      )}
    </div>
  )
}

function Colours({ view, change }: Omit<FiltersProps, 'search'>) {
  const texts = useTexts()
  const words = useAlarmWords()
  return (
    <div class="colour-choices" role="group" aria-label={words.colours}>
      {PRIORITIES.map((priority, place) => (
        <button
          key={priority}
          class="choice"
          type="button"
          data-colour={priority}
          aria-pressed={view.colours.includes(priority)}
          aria-keyshortcuts={String(place + 1)}
          title={words.colour(texts.priority[priority], place + 1)}
          onClick={() => change(withColour(view, priority))}
        >
          <Mark priority={priority} size={22} />
          <span class="colour-word">{texts.priority[priority]}</span>
        </button>
      ))}
    </div>
  )
}

function ReachField({ view, change }: Omit<FiltersProps, 'search'>) {
  const words = useAlarmWords()
  return (
    <label class="inline-field">
      <span class="hint">{words.reach}</span>
      <select
        name="reach"
        value={String(view.reach)}
        onChange={({ currentTarget: { value } }) =>
          change({ ...view, reach: REACHES.find((days) => String(days) === value) ?? FIRST_VIEW.reach })
        }
      >
        {REACHES.map((days) => (
          <option key={days} value={String(days)}>
            {words.reaches[days]}
          </option>
        ))}
      </select>
    </label>
  )
}
