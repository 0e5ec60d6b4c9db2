import { useMemo, useState } from 'preact/hooks'
import { usePage, useTexts } from '../page.ts'
import { type AlarmView, FIRST_VIEW, queryOfView } from '../stores/alarm-view.ts'
import { isSameView, openSavedViews, type SavedView } from '../stores/alarm-views.ts'
import { addressOf } from '../stores/route.ts'
import { useAlarmWords } from './alarm-cells.tsx'

/** The views of the list by name: those that come with it, and those that were kept in this browser. Each is a link. */
export function AlarmViewBar({ view }: { readonly view: AlarmView }) {
  const words = useAlarmWords()
  const saved = useMemo(() => openSavedViews(localStorage), [])
  const here = { show: view.show, query: queryOfView(view) }
  const isKnown = saved.all.value.some((one) => isSameView(one, here))
  return (
    <div class="view-bar">
      <nav class="choices" aria-label={words.views}>
        {useBuiltIn().map((one) => (
          <ViewLink key={one.name} view={one} isHere={isSameView(one, here)} />
        ))}
        {saved.all.value.map((one) => (
          <span key={one.name} class="saved-view">
            <ViewLink view={one} isHere={isSameView(one, here)} />
            <button
              class="choice"
              type="button"
              aria-label={words.removeView(one.name)}
              onClick={() => saved.remove(one.name)}
            >
              ×
            </button>
          </span>
        ))}
      </nav>
      {!isKnown && <SaveForm save={(name) => saved.save({ name, ...here })} />}
    </div>
  )
}

function useBuiltIn(): readonly SavedView[] {
  const { session } = usePage()
  const texts = useTexts()
  const words = useAlarmWords()
  const signedIn = session.signedIn.value
  const user = signedIn.is === 'in' ? signedIn.session.user : ''
  const viewOf = (name: string, changes: Partial<AlarmView>): SavedView => {
    const view = { ...FIRST_VIEW, ...changes }
    return { name, show: view.show, query: queryOfView(view) }
  }
  return [
    viewOf(words.builtIn.all, {}),
    viewOf(words.builtIn.waiting, { standing: 'waiting' }),
    viewOf(words.builtIn.mine, { assignee: user }),
    viewOf(words.builtIn.held, { standing: 'held-back' }),
    viewOf(texts.alarms.all, { show: 'all', sort: 'since', down: true }),
  ]
}

function ViewLink({ view: { name, show, query }, isHere }: { readonly view: SavedView; readonly isHere: boolean }) {
  return (
    <a
      class="choice"
      href={`#${addressOf({ page: 'alarms', show, query })}`}
      aria-current={isHere ? 'true' : undefined}
    >
      {name}
    </a>
  )
}

function SaveForm({ save }: { readonly save: (name: string) => void }) {
  const words = useAlarmWords()
  const [name, setName] = useState<string | null>(null)
  if (name === null) {
    return (
      <button class="choice" type="button" data-act="save-view" onClick={() => setName('')}>
        + {words.saveView}
      </button>
    )
  }
  return (
    <form
      class="save-view"
      onSubmit={(event) => {
        event.preventDefault()
        save(name)
        setName(null)
      }}
    >
      <input
        name="view-name"
        autoComplete="off"
        maxLength={40}
        placeholder={words.viewName}
        aria-label={words.viewName}
        ref={(field) => field?.focus()}
        value={name}
        onInput={(event) => setName(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') setName(null)
        }}
      />
      <button class="button" type="submit" disabled={name.trim() === ''}>
        {words.save}
      </button>
    </form>
  )
}
