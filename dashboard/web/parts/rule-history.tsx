import { useMemo } from 'preact/hooks'
import type { RuleChange, RuleForm } from '../../../core/contract/rules-desk.ts'
import { usePage } from '../page.ts'
import { rulesCalls } from '../stores/rules-calls.ts'
import { ruleDiff } from '../stores/rules-diff.ts'
import type { RulePlace } from '../stores/rules-view.ts'
import { RuleDiffList } from './rule-parameters.tsx'
import { useFetched } from './use-fetched.ts'
import { useRulesWords } from './use-rules-words.ts'
import { useZone } from './use-zone.ts'

interface HistoryProps {
  readonly place: RulePlace
  readonly form: RuleForm | null
  /** Hash of what runs: another one means another history. */
  readonly version: string | null
}

/** What was changed in a rule: when, by whom, from what to what, and why. */
export function RuleHistoryList({ place, form, version }: HistoryProps) {
  const { api, live } = usePage()
  const words = useRulesWords()
  const calls = useMemo(() => rulesCalls(api), [api])
  const key = `rule-history/${place.site}/${place.rule}/${version}`
  const { data } = useFetched(key, live.state.value.epoch, (signal) => calls.history(place, signal))
  const changes = data?.changes ?? []
  return (
    <div class="rule-part">
      <h3>{words.history}</h3>
      {data !== null && changes.length === 0 && <p class="soft">{words.noHistory}</p>}
      <ol class="rule-history">
        {changes.map((change) => (
          <Change key={`${change.at} ${change.version}`} change={change} form={form} site={place.site} />
        ))}
      </ol>
    </div>
  )
}

interface ChangeProps {
  readonly change: RuleChange
  readonly form: RuleForm | null
  readonly site: string
}

function Change({ change: { at, by, version, before, after, reason, second }, form, site }: ChangeProps) {
  const { times } = usePage()
  const words = useRulesWords()
  const zone = times(useZone(site))
  return (
    <li>
      <p>
        <time>{zone.full(at)}</time> · {version === 0 ? words.versionOwn : words.version(version)} ·{' '}
        {by === null ? words.onSite : words.changedBy(by, second)}
      </p>
      {reason !== null && <p class="soft">{reason}</p>}
      {before === null && <p>{words.wentIn}</p>}
      {after === null && <p>{words.wentOut}</p>}
      {before !== null && after !== null && (
        <RuleDiffList diffs={ruleDiff(before, after, form)} sheet={after} form={form} />
      )}
    </li>
  )
}
