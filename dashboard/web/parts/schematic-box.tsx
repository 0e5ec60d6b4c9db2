import type { Alarm } from '../../../core/contract/alarm.ts'
import { isActive } from '../../../core/alarms/lifecycle.ts'
import { useTexts } from '../page.ts'
import { fitText } from '../show/fit-text.ts'
import { valueText } from '../show/number.ts'
import { BOX } from '../show/schematic-layout.ts'
import type { RunState } from '../show/schematic-state.ts'
import type { PitSymbol } from '../show/schematic-symbols.ts'
import { agoText } from '../show/time.ts'
import { compareAlarms, digitOf, isSuppressed, needsPerson } from '../stores/alarm-order.ts'
import { DIGIT_Y, MarkClock, SHAPES } from './mark.tsx'
import { SymbolIcon } from './schematic-icons.tsx'
import { useSiteWords } from './site-cells.tsx'
import type { LivePoint } from './use-pit.ts'
import { qualityText } from './value.tsx'

const PAD = 12
const VALUES_X = 86
const LINE_Y = [54, 78, 100] as const
const MARK = 26
const SMALL = 12

/** A symbol with what is known of it now. */
export interface ShownSymbol {
  readonly symbol: PitSymbol
  readonly title: string
  readonly points: readonly LivePoint[]
  readonly state: RunState | null
  readonly alarms: readonly Alarm[]
  /** How full, where it is a sump. */
  readonly fill: number | null
  /** What stands at a symbol without points. */
  readonly note: { readonly text: string; readonly isGood: boolean } | null
}

/** The inside of one symbol's box: drawing, values with unit, state in shape and word, age and quality. */
export function SymbolBox({ shown }: { readonly shown: ShownSymbol }) {
  const words = useSiteWords()
  const { symbol, title, points, state, alarms, fill, note } = shown
  const worst = [...alarms].sort(compareAlarms)[0]
  const isHatched = points.some(({ shown: { standing } }) => standing !== 'good' && standing !== 'uncertain')
  const room = BOX.width - PAD * 2 - (worst === undefined ? 0 : MARK + 6)
  return (
    <>
      <rect class="pit-box" width={BOX.width} height={BOX.height} rx={5} />
      {(isHatched || note?.isGood === false) && (
        <rect class="pit-hatched" width={BOX.width} height={BOX.height} rx={5} />
      )}
      <text class="pit-title" x={PAD} y={22}>
        {fitText(title, 14, room)}
      </text>
      <g class="pit-icon" transform={`translate(${PAD} 36)`}>
        <SymbolIcon
          kind={symbol.kind}
          runs={state === null ? null : state === 'running' || state === 'load'}
          fill={fill}
        />
      </g>
      {state !== null && (
        <text class={`pit-state is-${state}`} x={PAD} y={106}>
          {fitText(`${STATE_SIGN[state]} ${words.states[state]}`, SMALL, VALUES_X - PAD)}
        </text>
      )}
      {points.map((point, index) => (
        <ValueLine key={point.ref} point={point} y={LINE_Y[index] ?? 0} isMain={index === 0} />
      ))}
      {note !== null && (
        <text class="pit-note" x={VALUES_X} y={LINE_Y[0]}>
          {fitText(note.text, 15, BOX.width - VALUES_X - PAD)}
        </text>
      )}
      <AgeLine points={points} />
      {worst !== undefined && <AlarmShape alarm={worst} />}
    </>
  )
}

/** A shape beside each word of state: a triangle runs, a square stands. */
const STATE_SIGN: Readonly<Record<RunState, string>> = {
  running: '▶',
  standing: '■',
  load: '▷',
  'no-load': '□',
  unknown: '?',
}

function ValueLine({ point, y, isMain }: { readonly point: LivePoint; readonly y: number; readonly isMain: boolean }) {
  const { text, unit } = valueText(point.shown.value, point.info.quantity, useTexts())
  const { standing } = point.shown
  const size = isMain ? 18 : 14
  const label = fitText(
    point.label,
    SMALL,
    BOX.width - VALUES_X - PAD - (text.length + unit.length + 1) * size * 0.6 - 8,
  )
  return (
    <g class={`pit-value is-${standing}${isMain ? ' is-main' : ''}`}>
      <text class="pit-label" x={VALUES_X} y={y}>
        {label}
      </text>
      <text x={BOX.width - PAD} y={y} text-anchor="end" font-size={size}>
        {text}
        {standing === 'uncertain' ? ' ?' : ''}
        {unit !== '' && <tspan class="pit-unit"> {unit}</tspan>}
      </text>
    </g>
  )
}

const WORST_FIRST = ['none', 'bad', 'expired', 'uncertain', 'good'] as const

/** The age of the oldest value of a symbol, and the worst quality of any, in words where it is not good. */
function AgeLine({ points }: { readonly points: readonly LivePoint[] }) {
  const texts = useTexts()
  if (points.length === 0) return null
  const ages = points.map(({ shown }) => shown.ageMs).filter((age) => age !== null)
  const worst = points.toSorted(
    (a, b) => WORST_FIRST.indexOf(a.shown.standing) - WORST_FIRST.indexOf(b.shown.standing),
  )[0]
  const said = [
    ...(ages.length === 0 ? [] : [agoText(Math.max(...ages), texts)]),
    ...(worst === undefined || worst.shown.standing === 'good' ? [] : [qualityText(worst.shown, texts)]),
  ]
  return (
    <text class={`pit-age is-${worst?.shown.standing ?? 'none'}`} x={PAD} y={BOX.height - 9}>
      {fitText(said.join(' · '), SMALL, BOX.width - PAD * 2)}
    </text>
  )
}

/** The shape of the worst alarm at a symbol, as on every other screen. */
function AlarmShape({ alarm }: { readonly alarm: Alarm }) {
  const { priority } = alarm
  const isHeld = isSuppressed(alarm)
  const hollow = !isActive(alarm.state) || isHeld
  return (
    <g class={`mark mark-${priority}${hollow ? ' is-hollow' : ''}`} transform={`translate(${BOX.width - MARK - 6} 6)`}>
      {needsPerson(alarm) && <path class="mark-outline" d={SHAPES[priority]} />}
      <path class="mark-shape" d={SHAPES[priority]} />
      <text class="mark-digit" x="12" y={DIGIT_Y[priority]} text-anchor="middle">
        {digitOf(priority)}
      </text>
      {isHeld && <MarkClock />}
    </g>
  )
}
