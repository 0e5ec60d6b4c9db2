import type { Alarm, AlarmFeedback } from '../../../core/contract/alarm.ts'
import { JudgeAlarm } from '../../../core/contract/http.ts'
import type { PointRef } from '../../../core/contract/reading.ts'
import { GREATEST_APPLIANCE_W, LONGEST_MS } from '../../../core/rules/activity/feedback.ts'

export type FeedbackKind = AlarmFeedback['kind']

/** The kinds in the order they are offered. */
export const FEEDBACK_KINDS: readonly FeedbackKind[] = ['confirmed', 'authorised', 'known-appliance', 'sensor-fault']

const HOUR = 3_600_000
const DAY = 24 * HOUR
const SPANS: readonly number[] = [HOUR, 4 * HOUR, 8 * HOUR, DAY, 3 * DAY, 7 * DAY, 14 * DAY, 30 * DAY]

/** How long a judgement of a kind may count, ms, shortest first; none where it changes nothing. */
export function spansOf(kind: FeedbackKind): readonly number[] {
  const longest = LONGEST_MS[kind]
  if (longest === null) return []
  const fitting = SPANS.filter((span) => span <= longest)
  return kind === 'authorised' ? fitting : fitting.filter((span) => span >= DAY)
}

/** The most an appliance may draw, kW. */
export const MOST_KW = GREATEST_APPLIANCE_W / 1_000

/** A judgement as it stands in the form. */
export interface Draft {
  readonly kind: FeedbackKind
  readonly note: string
  /** As typed, kW. */
  readonly kw: string
  readonly spanMs: number
  readonly point: PointRef
}

/** A form before anything was chosen in it. */
export function draftFor(kind: FeedbackKind, alarm: Alarm): Draft {
  return { kind, note: '', kw: '', spanMs: spansOf(kind).at(0) ?? 0, point: alarm.point }
}

/** What the form says; null where its power is none that an appliance may have. */
export function judgementOf(draft: Draft, now: number): JudgeAlarm | null {
  const { kind, spanMs, point } = draft
  const until = kind === 'confirmed' ? {} : { until: now + spanMs }
  const note = draft.note.trim()
  if (kind === 'sensor-fault') return JudgeAlarm.parse({ kind, note, ...until, point })
  if (kind !== 'known-appliance') return JudgeAlarm.parse({ kind, note, ...until })
  const kw = Number(draft.kw.trim().replace(',', '.'))
  if (!(kw > 0 && kw <= MOST_KW)) return null
  return JudgeAlarm.parse({ kind, note, ...until, power: Math.round(kw * 1_000) })
}

/** The points whose sensors could be at fault: the alarm's own, and those of its signs. */
export function pointsOf({ point, because = [] }: Alarm): readonly PointRef[] {
  return [...new Set([point, ...because.map((row) => row.point)])]
}
