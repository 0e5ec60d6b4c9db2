import { useState } from 'preact/hooks'
import { MOST_TREND_POINTS, type PointSearch, type TrendPoint } from '../../../core/contract/trends.ts'
import { errorText } from '../i18n/texts.ts'
import { TRENDS } from '../i18n/trends-words.ts'
import { usePage, useTexts, useWords } from '../page.ts'
import { pointWords, sitePointOf } from '../show/trend-names.ts'
import type { TrendCalls } from '../stores/trend-calls.ts'
import { useFetched } from './use-fetched.ts'

interface TrendChooserProps {
  readonly calls: TrendCalls
  /** Points that are chosen, as `site/device/point`. */
  readonly chosen: readonly string[]
  /** Chooses a point, or gives it up. */
  readonly toggle: (point: string) => void
}

const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }

/** Finds points by what people call them, by site: type, move with the arrows, choose with Enter. */
export function TrendChooser(props: TrendChooserProps) {
  const words = useWords(TRENDS)
  const texts = useTexts()
  const { text, isOpen, open, close, type, press, choose, found, error, active, isFull } = useSearch(props)
  const { chosen } = props
  return (
    <div
      class="trend-chooser"
      onFocusOut={({ relatedTarget, currentTarget }) => {
        if (!(relatedTarget instanceof Node && currentTarget.contains(relatedTarget))) close()
      }}
    >
      <input
        type="text"
        role="combobox"
        name="points"
        autoComplete="off"
        aria-label={words.add}
        aria-expanded={isOpen}
        aria-controls="trend-points"
        aria-autocomplete="list"
        {...(isOpen && active !== undefined ? { 'aria-activedescendant': idOf(active) } : {})}
        placeholder={words.search}
        value={text}
        onFocus={open}
        onClick={open}
        onInput={(event) => type(event.currentTarget.value)}
        onKeyDown={press}
      />
      <span class="hint">
        {isFull ? words.full(MOST_TREND_POINTS) : words.addHint(chosen.length, MOST_TREND_POINTS)}
      </span>
      <div class="trend-found" hidden={!isOpen}>
        <p class="hint" role="status">
          {error === null ? countText(found, words) : texts.failed(errorText(error, texts))}
        </p>
        <div id="trend-points" role="listbox" aria-multiselectable="true" aria-label={words.add}>
          <Groups found={found?.points ?? []} active={active} chosen={chosen} choose={choose} />
        </div>
      </div>
    </div>
  )
}

/** What is typed, what was found, and which of it the keys are at. */
function useSearch({ calls, chosen, toggle }: TrendChooserProps) {
  const [text, setText] = useState('')
  const [isOpen, setOpen] = useState(false)
  const [at, setAt] = useState(0)
  const { data: found, error } = useFetched(`points/${isOpen ? text : ''}/${String(isOpen)}`, 0, (signal) =>
    isOpen ? calls.search(text, signal) : Promise.resolve(null),
  )
  const last = (found?.points.length ?? 0) - 1
  const active = found?.points[Math.min(at, last)]
  const isFull = chosen.length >= MOST_TREND_POINTS
  const choose = (point: TrendPoint) => {
    const name = sitePointOf(point)
    if (!isFull || chosen.includes(name)) toggle(name)
  }
  const press = (event: KeyboardEvent) => {
    const step = STEPS[event.key]
    if (step !== undefined) setAt(Math.min(last, Math.max(0, at + step)))
    else if (event.key === 'Enter' && active !== undefined) choose(active)
    else if (event.key !== 'Escape') return
    setOpen(event.key !== 'Escape')
    event.preventDefault()
    event.stopPropagation()
  }
  const type = (typed: string) => {
    setText(typed)
    setAt(0)
    setOpen(true)
  }
  const [open, close] = [() => setOpen(true), () => setOpen(false)]
  return { text, isOpen, open, close, type, press, choose, found, error, active, isFull }
}

function countText(found: PointSearch | null, words: (typeof TRENDS)['en']): string {
  if (found === null) return ''
  if (found.total === 0) return words.foundNone
  return found.total > found.points.length
    ? words.foundFirst(found.points.length, found.total)
    : words.found(found.total)
}

interface GroupsProps {
  readonly found: readonly TrendPoint[]
  readonly active: TrendPoint | undefined
  readonly chosen: readonly string[]
  readonly choose: (point: TrendPoint) => void
}

function Groups({ found, active, chosen, choose }: GroupsProps) {
  const { preferences } = usePage()
  const language = preferences.language.value
  return [...Map.groupBy(found, ({ site }) => site)].map(([site, points]) => (
    <div key={site} class="trend-group" role="group" aria-label={points[0]?.siteName[language] ?? site}>
      <span class="trend-group-name" aria-hidden="true">
        {points[0]?.siteName[language] ?? site}
      </span>
      {points.map((point) => (
        <div
          key={point.point}
          id={idOf(point)}
          class={`trend-option${point === active ? ' is-active' : ''}`}
          role="option"
          tabIndex={-1}
          aria-selected={chosen.includes(sitePointOf(point))}
          ref={(element) => {
            if (point === active) element?.scrollIntoView({ block: 'nearest' })
          }}
          onMouseDown={(event) => {
            // The focus stays where one types.
            event.preventDefault()
            choose(point)
          }}
        >
          <span class="trend-tick" aria-hidden="true">
            {chosen.includes(sitePointOf(point)) ? '✓' : ''}
          </span>
          {pointWords(point, language)}
        </div>
      ))}
    </div>
  ))
}

function idOf(point: TrendPoint): string {
  return `point-${sitePointOf(point).replaceAll('/', '--')}`
}
