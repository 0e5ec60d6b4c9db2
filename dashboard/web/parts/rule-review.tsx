import { useMemo } from 'preact/hooks'
import type { RuleReview } from '../../../core/contract/rules-desk.ts'
import { errorText } from '../i18n/texts.ts'
import { usePage, useRuleTexts, useTexts } from '../page.ts'
import { rulesCalls } from '../stores/rules-calls.ts'
import type { RulePlace } from '../stores/rules-view.ts'
import { mayLead } from '../stores/session.ts'
import { Mark } from './mark.tsx'
import { RuleLink } from './rule-table.tsx'
import { useFetched } from './use-fetched.ts'
import { useRulesWords } from './use-rules-words.ts'
import { useSiteName } from './use-site.ts'

interface ReviewProps {
  readonly open: (place: RulePlace) => void
  readonly chosen: RulePlace | null
}

/** Rules with too many false alarms, worst first, each with the way to change it. */
export function RuleReviewPanel({ open, chosen }: ReviewProps) {
  const { api, live } = usePage()
  const texts = useTexts()
  const words = useRulesWords()
  const calls = useMemo(() => rulesCalls(api), [api])
  const { data, error } = useFetched('rule-review', live.state.value.epoch, (signal) => calls.review(signal))
  return (
    <section class="panel rules-list" aria-labelledby="review-title">
      <h2 class="panel-title" id="review-title">
        {words.review.title}
        <span class="panel-note">{data === null ? '' : data.rules.length}</span>
      </h2>
      <p class="hint rules-hint">
        {words.review.about} {words.review.noSuggestion}
      </p>
      {data === null ? (
        <p class="empty" role="status">
          {error === null ? texts.loading : errorText(error, texts)}
        </p>
      ) : data.rules.length === 0 ? (
        <p class="empty">{words.review.none}</p>
      ) : (
        <ul class="review-list">
          {data.rules.map((row) => (
            <Reviewed key={`${row.site} ${row.rule} ${row.as}`} row={row} open={open} chosen={chosen} />
          ))}
        </ul>
      )}
    </section>
  )
}

function Reviewed({ row, open, chosen }: ReviewProps & { readonly row: RuleReview['rules'][number] }) {
  const words = useRulesWords()
  const { typeName } = useRuleTexts()
  const { session } = usePage()
  const site = useSiteName(row.site)
  const place = { site: row.site, rule: row.rule }
  const isOpen = chosen?.site === row.site && chosen.rule === row.rule
  const percent = (share: number) => (100 * share).toFixed(0)
  return (
    <li class={`review-row${isOpen ? ' is-chosen' : ''}`} data-rule={row.rule} data-site={row.site}>
      <Mark priority={row.priority} size={26} />
      <div>
        <p>
          <RuleLink place={place} isOpen={isOpen} choose={open} word={typeName(row.ruleType)} /> · {site}{' '}
          <code class="rule-id">{row.rule}</code>
        </p>
        <p class="soft">
          {words.tally(row.confirmed, row.wrong, row.lawful, row.open)}
          {row.as === 'sign' && ` · ${words.asSign}`}
        </p>
      </div>
      <strong>{words.review.share(percent(row.falseShare), percent(row.target))}</strong>
      {mayLead(session.signedIn.value) && (
        <button class="button" type="button" onClick={() => open(place)}>
          {words.review.look}
        </button>
      )}
    </li>
  )
}
