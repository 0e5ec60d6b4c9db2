import { TRENDS } from '../i18n/trends-words.ts'
import { usePage, useWords } from '../page.ts'
import {
  between,
  type Compare,
  COMPARE_NAMES,
  panned,
  SPAN_NAMES,
  type TrendTime,
  type TrendView,
  zoomed,
} from '../stores/trend-view.ts'
import type { TrendWindow } from '../stores/trend.ts'
import { Choices } from './choices.tsx'
import { FreeTime } from './free-time.tsx'

const PAN_SHARE = 0.5

interface TrendToolbarProps {
  readonly view: TrendView
  readonly window: TrendWindow
  readonly zone: string
  /** Shows another time, to which one can go back. */
  readonly go: (time: TrendTime) => void
  /** null where there is nothing to go back to. */
  readonly back: (() => void) | null
  readonly compare: (compare: Compare) => void
  readonly csv: (() => void) | null
}

/** What time is shown, what it is compared with, and the file of it. */
export function TrendToolbar({ view, window, zone, go, back, compare, csv }: TrendToolbarProps) {
  const words = useWords(TRENDS)
  const free = (from: number, to: number) => {
    const time = between(from, to)
    // What had to be made to fit is not what was typed.
    const fits = time.is === 'between' && time.from === from && time.to === to
    if (fits) go(time)
    return fits
  }
  return (
    <div class="trend-tools">
      <Choices
        name="span"
        label={words.spanLabel}
        options={SPAN_NAMES}
        word={(span) => words.spans[span]}
        chosen={view.time.is === 'last' ? view.time.span : null}
        choose={(span) => go({ is: 'last', span })}
      />
      <FreeTime key={JSON.stringify(view.time)} {...window} zone={zone} isOpen={!window.live} show={free} />
      <Moves window={window} go={go} back={back} />
      <Choices
        name="compare"
        label={words.compareLabel}
        options={COMPARE_NAMES}
        word={(choice) => words.compares[choice]}
        chosen={view.compare}
        choose={compare}
      />
      <button
        class="button"
        type="button"
        data-act="csv"
        title={words.csvHint}
        disabled={csv === null}
        onClick={() => csv?.()}
      >
        {words.csv}
      </button>
    </div>
  )
}

/** Earlier, later, closer, wider, and back to where one was. */
function Moves({ window, go, back }: Pick<TrendToolbarProps, 'window' | 'go' | 'back'>) {
  const { live } = usePage()
  const words = useWords(TRENDS)
  const now = () => live.now.peek()
  const pan = (share: number) => () => go(panned(window, share, now()))
  const zoom = (factor: number) => () => go(zoomed(window, factor, { around: null, now: now() }))
  return (
    <div class="trend-moves" role="group" aria-label={words.moves}>
      <Move act="left" sign="‹" word={words.left} press={pan(-PAN_SHARE)} />
      <Move act="right" sign="›" word={words.right} press={window.live ? null : pan(PAN_SHARE)} />
      <Move act="in" sign="+" word={words.in} press={zoom(0.5)} />
      <Move act="out" sign="−" word={words.out} press={zoom(2)} />
      <Move act="back" sign="↶" word={words.back} press={back} />
    </div>
  )
}

interface MoveProps {
  readonly act: string
  readonly sign: string
  readonly word: string
  readonly press: (() => void) | null
}

function Move({ act, sign, word, press }: MoveProps) {
  return (
    <button
      class="button trend-move"
      type="button"
      data-act={act}
      aria-label={word}
      title={word}
      disabled={press === null}
      onClick={() => press?.()}
    >
      <span aria-hidden="true">{sign}</span>
    </button>
  )
}
