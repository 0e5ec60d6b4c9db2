import type { JudgedCounts, RehearsalResult, RuleEffect } from '../../../core/contract/rule-rehearsal.ts'
import type { RuleSheet } from '../../../core/contract/rules-desk.ts'
import { useRulesWords } from './use-rules-words.ts'

interface FiguresProps {
  readonly result: RehearsalResult
  /** What the rule is used for. */
  readonly as: RuleSheet['as']
}

/** The figures of a rehearsal: what would have been raised, what that loses or gains, and what it asks of the desk. */
export function RehearsalFigures({ result, as }: FiguresProps) {
  const words = useRulesWords()
  const { before, after, effects, isRefused } = result
  const side = as === 'evidence' ? 'site' : 'rule'
  return (
    <div class="rehearsal-figures">
      <p class={`rehearsal-verdict${isRefused ? ' is-refused' : ''}`} data-refused={isRefused ? 'yes' : 'no'}>
        <span aria-hidden="true">{isRefused ? '✕' : '✓'}</span> {isRefused ? words.refused : words.accepted}
      </p>
      {as === 'evidence' && <p class="soft">{words.evidenceOnly}</p>}
      <p class="rehearsal-raised">
        <strong>{words.wouldRaise(after[side].alarms)}</strong> {countsText(after[side], words)}
      </p>
      <p class="soft">
        {words.against(before[side].alarms)} · {countsText(before[side], words)}
      </p>
      <Reasons result={result} />
      <Load result={result} />
      {effects.length > 0 && <Effects effects={effects} />}
    </div>
  )
}

type Words = ReturnType<typeof useRulesWords>

function countsText({ confirmed, wrong, lawful, unjudged }: JudgedCounts, words: Words): string {
  return words.ofThem(confirmed, wrong, lawful, unjudged)
}

function Reasons({ result: { lost, gained, missed, falseBefore, falseAfter } }: Pick<FiguresProps, 'result'>) {
  const words = useRulesWords()
  return (
    <ul class="rehearsal-reasons">
      {lost.length > 0 && (
        <li class="is-bad">
          {words.loses(lost.length)}: {lost.map(({ note }) => note).join(', ')}
        </li>
      )}
      {gained.length > 0 && <li>{words.gains(gained.length)}</li>}
      {missed.length > 0 && <li>{words.misses(missed.length)}</li>}
      <li>{words.falseMore(falseBefore, falseAfter)}</li>
    </ul>
  )
}

function Load({ result: { before, after } }: Pick<FiguresProps, 'result'>) {
  const words = useRulesWords()
  const { perDay, budget, isWithin, mostInTenMinutes } = after.load
  return (
    <p class="rehearsal-load">
      {words.desk}: {words.perDay(before.load.perDay.toFixed(2), perDay.toFixed(2))} ·{' '}
      {words.budget(String(budget), isWithin)} · {words.tenMinutes(before.load.mostInTenMinutes, mostInTenMinutes)}
    </p>
  )
}

function Effects({ effects }: { readonly effects: readonly RuleEffect[] }) {
  const words = useRulesWords()
  return (
    <ul class="rehearsal-effects" aria-label={words.effects}>
      {effects.map((one) => (
        <li key={one.rule} data-effect={one.rule}>
          <code class="rule-id">{one.rule}</code> {one.before} → {one.after} · {effectText(one, words)}
        </li>
      ))}
    </ul>
  )
}

function effectText(one: RuleEffect, { effect }: Words): string {
  const parts = (['added', 'removed', 'earlier', 'later'] as const).flatMap((name) =>
    one[name] === 0 ? [] : [effect[name](one[name])],
  )
  return parts.length === 0 ? effect.none : parts.join(' · ')
}
