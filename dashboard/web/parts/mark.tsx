import type { Priority } from '../../../core/contract/priority.ts'
import type { Alarm } from '../../../core/contract/alarm.ts'
import { isActive } from '../../../core/alarms/lifecycle.ts'
import { useTexts } from '../page.ts'
import { digitOf, isSuppressed, needsPerson } from '../stores/alarm-order.ts'

/** Outline of each priority's shape in a 24 × 24 box: square, triangle, circle, diamond. */
export const SHAPES: Readonly<Record<Priority, string>> = {
  red: 'M4 4h16v16H4Z',
  orange: 'M12 2.6 22.4 20.8H1.6Z',
  yellow: 'M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18Z',
  blue: 'M12 1.6 22.4 12 12 22.4 1.6 12Z',
}

/** Where the digit's baseline is, since the middle of a triangle is lower than that of a square. */
export const DIGIT_Y: Readonly<Record<Priority, number>> = { red: 16.6, orange: 18, yellow: 16.6, blue: 16.6 }

interface MarkProps {
  readonly priority: Priority
  /** Nobody has acknowledged: the outline pulses. */
  readonly unacked?: boolean
  /** The condition is gone. */
  readonly hollow?: boolean
  /** Held back: an outline and a clock. */
  readonly suppressed?: boolean
  readonly quiet?: boolean
  readonly size?: number
}

/** A priority as shape, digit and colour. The word stands beside it. */
export function Mark({
  priority,
  unacked = false,
  hollow = false,
  suppressed = false,
  quiet = false,
  size = 24,
}: MarkProps) {
  const name = `mark mark-${priority}${hollow || suppressed ? ' is-hollow' : ''}${quiet ? ' is-none' : ''}`
  return (
    <svg class={name} width={size} height={size} viewBox="-1 -1 26 26" aria-hidden="true">
      {unacked && <path class="mark-outline" d={SHAPES[priority]} />}
      <path class="mark-shape" d={SHAPES[priority]} />
      <text class="mark-digit" x="12" y={DIGIT_Y[priority]} text-anchor="middle">
        {digitOf(priority)}
      </text>
      {suppressed && <MarkClock />}
    </svg>
  )
}

/** The clock on a mark of what is held back. */
export function MarkClock() {
  return (
    <g class="mark-clock">
      <circle cx="20" cy="20" r="5" />
      <path d="M20 17v3h2.4" />
    </g>
  )
}

/** The mark of an alarm as it stands: held back before anything else, then whether it is over and whether anybody has answered. */
export function AlarmMark({ alarm, size }: { readonly alarm: Alarm; readonly size: number }) {
  return (
    <Mark
      priority={alarm.priority}
      unacked={needsPerson(alarm)}
      hollow={!isActive(alarm.state)}
      suppressed={isSuppressed(alarm)}
      size={size}
    />
  )
}

/** The word of a priority, in its colour. */
export function PriorityWord({ priority }: { readonly priority: Priority }) {
  return <span class={`priority-word is-${priority}`}>{useTexts().priority[priority]}</span>
}
