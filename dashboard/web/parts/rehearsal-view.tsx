import { useMemo } from 'preact/hooks'
import type { Episode, Rehearsal, RehearsalResult } from '../../../core/contract/rule-rehearsal.ts'
import type { RuleForm } from '../../../core/contract/rules-desk.ts'
import { durationText } from '../../../core/rules/wording.ts'
import { usePage } from '../page.ts'
import { addressOf } from '../stores/route.ts'
import { ruleDiff } from '../stores/rules-diff.ts'
import { rulesCalls } from '../stores/rules-calls.ts'
import type { RulePlace } from '../stores/rules-view.ts'
import { queryOfTrend } from '../stores/trend-view.ts'
import { RehearsalFigures } from './rehearsal-figures.tsx'
import { RuleDiffList } from './rule-parameters.tsx'
import { useAct } from './use-act.ts'
import { useRulesWords } from './use-rules-words.ts'
import { useZone } from './use-zone.ts'

interface ViewProps {
  readonly rehearsal: Rehearsal
  readonly place: RulePlace
  readonly form: RuleForm
  /** It was ended: ask anew. */
  readonly cancelled: () => void
}

/** A rehearsal: how far it is, or what came of it. */
export function RehearsalView({ rehearsal, place, form, cancelled }: ViewProps) {
  const words = useRulesWords()
  const { state, fault, result, before, after } = rehearsal
  return (
    <section class="rehearsal" aria-labelledby="rehearsal-title" data-rehearsal={state}>
      <h3 id="rehearsal-title">{words.rehearseTitle}</h3>
      <RuleDiffList diffs={ruleDiff(before, after, form)} sheet={after} form={form} />
      {(state === 'waiting' || state === 'running') && <Going rehearsal={rehearsal} cancelled={cancelled} />}
      {state === 'cancelled' && <p>{words.stopped}</p>}
      {state === 'failed' && <p class="error">{words.failed(fault ?? '')}</p>}
      {result !== null && <Result result={result} rehearsal={rehearsal} place={place} />}
    </section>
  )
}

function Going({ rehearsal, cancelled }: Omit<ViewProps, 'place' | 'form'>) {
  const { api } = usePage()
  const words = useRulesWords()
  const calls = useMemo(() => rulesCalls(api), [api])
  const act = useAct()
  const { site, id, state, share, ahead } = rehearsal
  const percent = (100 * share).toFixed(0)
  return (
    <div class="rehearsal-going" role="status">
      <progress value={share} max={1} aria-label={words.rehearsing} />
      <span>{state === 'waiting' ? words.waiting(ahead) : words.share(percent)}</span>
      <button
        class="button"
        type="button"
        data-act="cancel-rehearsal"
        disabled={act.busy}
        onClick={() => void act.run(() => calls.cancel(site, id)).then(cancelled)}
      >
        {words.stop}
      </button>
    </div>
  )
}

interface ResultProps {
  readonly result: RehearsalResult
  readonly rehearsal: Rehearsal
  readonly place: RulePlace
}

function Result({ result, rehearsal, place }: ResultProps) {
  const { times } = usePage()
  const words = useRulesWords()
  const zone = times(useZone(place.site))
  const { from, to, watchedDays, episodes, episodesLeftOut } = result
  return (
    <>
      <p class="soft">{words.ofWhen(zone.full(from), zone.full(to), watchedDays.toFixed(1))}</p>
      {watchedDays === 0 && <p class="error">{words.noData}</p>}
      <RehearsalFigures result={result} as={rehearsal.after.as} />
      <details class="rehearsal-episodes" open={episodes.length > 0 && episodes.length <= 12}>
        <summary>
          {words.episodes} · {episodes.length}
        </summary>
        <ul>
          {episodes.map((one) => (
            <EpisodeRow key={`${one.rule} ${one.from} ${one.fate}`} one={one} site={place.site} own={place.rule} />
          ))}
        </ul>
        {episodesLeftOut > 0 && <p class="soft">{words.episodesLeft(episodesLeftOut)}</p>}
      </details>
    </>
  )
}

interface EpisodeProps {
  readonly one: Episode
  readonly site: string
  /** The rule that is changed; an alarm of another one says which. */
  readonly own: string
}

/** How much of a trend is shown around an alarm, ms. */
const AROUND_MS = 1_800_000

function EpisodeRow({ one, site, own }: EpisodeProps) {
  const { times, preferences } = usePage()
  const words = useRulesWords()
  const zone = times(useZone(site))
  const { fate, byMs, from, to, point, judged, alarm, rule } = one
  const span = (ms: number) => durationText(Math.abs(ms) / 1_000, preferences.language.value)
  return (
    <li data-fate={fate} data-judged={judged}>
      <span class={`episode-fate is-${fate}`}>
        {words.fates[fate]}
        {byMs !== 0 && ` ${span(byMs)}`}
      </span>
      <time>{zone.full(from)}</time>
      <span class="soft">{to === null ? words.goesOn : span(to - from)}</span>
      {rule !== own && <code class="rule-id">{rule}</code>}
      <span class="episode-judged">{words.judged[judged]}</span>
      {alarm !== null && <a href={`#${addressOf({ page: 'alarm', id: alarm })}`}>{words.alarm}</a>}
      {point !== null && <a href={`#${trendAround(`${site}/${point}`, from, to)}`}>{words.trend}</a>}
    </li>
  )
}

function trendAround(point: string, from: number, to: number | null): string {
  const time = { is: 'between', from: from - AROUND_MS, to: (to ?? from + AROUND_MS) + AROUND_MS } as const
  return addressOf({ page: 'trends', query: queryOfTrend({ picks: [{ point, own: false }], time, compare: 'none' }) })
}
