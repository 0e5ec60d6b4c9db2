import { useMemo, useRef } from 'preact/hooks'
import { placeNameOf } from '../../../core/alarms/place-name.ts'
import type { RulesList } from '../../../core/contract/rules-desk.ts'
import { errorText } from '../i18n/texts.ts'
import { usePage, useTexts } from '../page.ts'
import { RuleFilters } from '../parts/rule-filters.tsx'
import { RulePanel } from '../parts/rule-panel.tsx'
import { RuleReviewPanel } from '../parts/rule-review.tsx'
import { RuleTable } from '../parts/rule-table.tsx'
import { useRulesWords } from '../parts/use-rules-words.ts'
import { type Fetched, useFetched } from '../parts/use-fetched.ts'
import type { Query } from '../stores/route.ts'
import { rulesCalls } from '../stores/rules-calls.ts'
import { queryOfRules, type RulesView, rulesViewOf } from '../stores/rules-view.ts'

/** Rules a list begins with, and how many more are shown each time. */
const SHOWN = 200
const MOST_SHOWN = 1_000

/** Rules and limits: all of them beside the one that is open, with what it was worth, what changed, and what a change would do. */
export function RulesPage({ query }: { readonly query: Query }) {
  const { router } = usePage()
  const words = useRulesWords()
  const view = rulesViewOf(query)
  const change = (changes: Partial<RulesView>) => {
    router.replace({ page: 'rules', query: queryOfRules({ ...view, ...changes }) })
  }
  return (
    <div class="page rules-page">
      <div class="page-head">
        <h1>{words.title}</h1>
        <div class="choices" role="group" aria-label={words.tabsLabel}>
          {(['rules', 'review'] as const).map((tab) => (
            <button
              key={tab}
              class="choice"
              type="button"
              data-tab={tab}
              aria-pressed={view.tab === tab}
              onClick={() => change({ tab })}
            >
              {words.tabs[tab]}
            </button>
          ))}
        </div>
        <p class="hint rules-about">{words.about}</p>
      </div>
      <div class={`rules-columns${view.open === null ? '' : ' is-open'}`}>
        {view.tab === 'review' ? (
          <RuleReviewPanel open={(open) => change({ open })} chosen={view.open} />
        ) : (
          <RuleListPanel view={view} change={change} />
        )}
        {view.open !== null && (
          <RulePanel
            key={`${view.open.site} ${view.open.rule}`}
            place={view.open}
            close={() => change({ open: null })}
          />
        )}
      </div>
    </div>
  )
}

interface ListProps {
  readonly view: RulesView
  readonly change: (changes: Partial<RulesView>) => void
}

function RuleListPanel({ view, change }: ListProps) {
  const texts = useTexts()
  const words = useRulesWords()
  const { data, error, more } = useRuleList(view)
  return (
    <section class="panel rules-list" aria-labelledby="rules-title">
      <h2 class="panel-title" id="rules-title">
        {words.table}
        <span class="panel-note" role="status">
          {data === null ? '' : words.found(data.rules.length, data.total)}
        </span>
      </h2>
      <RuleFilters view={view} change={change} list={data} />
      {data === null ? (
        <p class="empty" role="status">
          {error === null ? texts.loading : errorText(error, texts)}
        </p>
      ) : (
        <RuleTable rules={data.rules} open={view.open} choose={(open) => change({ open })} />
      )}
      {data !== null && data.rules.length < data.total && data.rules.length < MOST_SHOWN && (
        <button class="button rules-more" type="button" onClick={more}>
          {words.more}
        </button>
      )}
      {data !== null && data.unknown.length > 0 && <Unknown sites={data.unknown} />}
    </section>
  )
}

/** The list of a view; what was there stays while another is on its way. */
function useRuleList(view: RulesView): Pick<Fetched<RulesList>, 'data' | 'error'> & { readonly more: () => void } {
  const { api, live } = usePage()
  const calls = useMemo(() => rulesCalls(api), [api])
  const limit = useRef(SHOWN)
  const asked = JSON.stringify([view.site, view.type, view.priority, view.armed, view.text.trim()])
  const turn = useRef({ asked, n: 0 })
  if (turn.current.asked !== asked) {
    turn.current = { asked, n: turn.current.n + 1 }
    limit.current = SHOWN
  }
  const epoch = live.state.value.epoch * 1_000 + turn.current.n
  const fetched = useFetched('rules', epoch, (signal) => calls.list(view, limit.current, signal))
  const more = () => {
    limit.current = Math.min(MOST_SHOWN, limit.current + SHOWN)
    fetched.again()
  }
  return { data: fetched.data, error: fetched.error, more }
}

function Unknown({ sites }: { readonly sites: readonly string[] }) {
  const { live, preferences } = usePage()
  const words = useRulesWords()
  const language = preferences.language.value
  const nameOf = (site: string) => placeNameOf(site, live.state.value.sites.get(site)?.site)[language]
  return (
    <details class="rules-unknown">
      <summary>{words.unknown(sites.length)}</summary>
      <ul aria-label={words.unknownNames}>
        {sites.map((site) => (
          <li key={site}>{nameOf(site)}</li>
        ))}
      </ul>
    </details>
  )
}
