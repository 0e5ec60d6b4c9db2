import type { Ref } from 'preact'
import { RegisterStatus } from '../../../core/contract/register.ts'
import type { Bilingual } from '../../../core/contract/text.ts'
import { usePage } from '../page.ts'
import { SITE_SORTS, type SiteListView, WHOLE_LIST } from '../stores/site-list.ts'
import { Choice } from './form-fields.tsx'
import { useSiteWords } from './site-cells.tsx'

interface SiteFilterProps {
  readonly view: SiteListView
  readonly change: (part: Partial<SiteListView>) => void
  readonly towns: readonly Bilingual[]
  readonly search: Ref<HTMLInputElement>
}

/** What the list of sites shows, and in which order. */
export function SiteFilter({ view, change, towns, search }: SiteFilterProps) {
  const words = useSiteWords()
  const language = usePage().preferences.language.value
  return (
    <form class="site-filter" role="search" onSubmit={(event) => event.preventDefault()}>
      <Search text={view.text} search={search} set={(text) => change({ text })} />
      <Choice
        label={words.town}
        name="town"
        value={view.town ?? ''}
        options={[['', words.allTowns], ...towns.map((town) => [town['zh-CN'], town[language]] as const)]}
        set={(town) => change({ town: town === '' ? null : town })}
      />
      <Choice
        label={words.status}
        name="status"
        value={view.status ?? ''}
        options={[
          ['', words.allStatus],
          ...RegisterStatus.options.map((status) => [status, words.siteStatus[status]] as const),
        ]}
        set={(status) => change({ status: RegisterStatus.nullable().catch(null).parse(status) })}
      />
      <Choice
        label={words.sortBy}
        name="sort"
        value={view.sort}
        options={SITE_SORTS.map((sort) => [sort, words.sorts[sort]])}
        set={(sort) => change({ sort: SITE_SORTS.find((one) => one === sort) ?? WHOLE_LIST.sort })}
      />
      <Toggles view={view} change={change} />
    </form>
  )
}

interface SearchProps {
  readonly text: string
  readonly search: Ref<HTMLInputElement>
  readonly set: (text: string) => void
}

function Search({ text, search, set }: SearchProps) {
  const words = useSiteWords()
  return (
    <label class="field is-search">
      <span class="field-label">{words.search}</span>
      <input
        ref={search}
        name="text"
        type="search"
        placeholder={words.searchHint}
        value={text}
        onInput={(event) => set(event.currentTarget.value)}
        onKeyDown={(event) => {
          // Back to the list, where letters are keys.
          if (event.key === 'Escape' || event.key === 'Enter') event.currentTarget.blur()
        }}
      />
    </label>
  )
}

function Toggles({ view, change }: Pick<SiteFilterProps, 'view' | 'change'>) {
  const words = useSiteWords()
  const { town, status, text, unwatched, overdue, sort } = view
  const isWhole = town === null && status === null && text === '' && !unwatched && !overdue
  return (
    <div class="site-filter-toggles">
      {(['unwatched', 'overdue'] as const).map((name) => (
        <button
          key={name}
          class="choice"
          type="button"
          data-filter={name}
          aria-pressed={view[name]}
          onClick={() => change({ [name]: !view[name] })}
        >
          {words[name]}
        </button>
      ))}
      {!isWhole && (
        <button class="button" type="button" data-act="clear-filter" onClick={() => change({ ...WHOLE_LIST, sort })}>
          {words.clear}
        </button>
      )}
    </div>
  )
}
