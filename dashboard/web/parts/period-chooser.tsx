import { QUALITY } from '../i18n/quality-words.ts'
import { useWords } from '../page.ts'
import { neighbour, type Period, PERIODS, periodOf, queryOfPeriod, type Span } from '../stores/period.ts'
import { Choices } from './choices.tsx'
import { FreeTime } from './free-time.tsx'

/** Periods are those of the county. */
const ZONE = 'Asia/Shanghai'

interface PeriodChooserProps {
  readonly period: Period
  readonly span: Span
  readonly now: number
  readonly choose: (period: Period) => void
}

/** Which period is looked at: a kind, the one before and after, or any two instants. */
export function PeriodChooser({ period, span, now, choose }: PeriodChooserProps) {
  const words = useWords(QUALITY)
  const free = (from: number, to: number) => {
    const typed = { is: 'free', from, to } as const
    // What an address cannot hold is no period.
    const isOne = periodOf(queryOfPeriod(typed)).is === 'free'
    if (isOne) choose(typed)
    return isOne
  }
  return (
    <div class="period-chooser">
      <Choices
        name="period"
        label={words.periodLabel}
        options={PERIODS}
        word={(kind) => words.periods[kind]}
        chosen={period.is === 'free' ? null : period.is}
        choose={(kind) => choose({ is: kind, at: null })}
      />
      <div class="period-steps">
        <Step act="before" sign="‹" to={neighbour(period, -1, { span, now })} choose={choose} />
        <Step act="after" sign="›" to={neighbour(period, 1, { span, now })} choose={choose} />
      </div>
      <FreeTime key={`${span.from} ${span.to}`} {...span} zone={ZONE} isOpen={period.is === 'free'} show={free} />
    </div>
  )
}

interface StepProps {
  readonly act: 'before' | 'after'
  readonly sign: string
  readonly to: Period | null
  readonly choose: (period: Period) => void
}

function Step({ act, sign, to, choose }: StepProps) {
  const word = useWords(QUALITY)[act]
  return (
    <button
      class="button"
      type="button"
      data-act={act}
      aria-label={word}
      title={word}
      disabled={to === null}
      onClick={() => to !== null && choose(to)}
    >
      <span aria-hidden="true">{sign}</span>
    </button>
  )
}
