import { Priority } from '../../../core/contract/priority.ts'
import type { AlarmQuality, Spread } from '../../../core/contract/proof.ts'

/** How a figure stands to its target. `partly`: kept for some, or it cannot be said for sure; `none`: nothing happened; `info`: there is no target. */
export type Verdict = 'met' | 'missed' | 'partly' | 'none' | 'info'

const SECOND = 1_000
const MINUTE = 60 * SECOND

/** Targets of alarm quality. (shared/docs/alarms.md §5.4; EEMUA 191) */
export const TARGETS = {
  redAcknowledgeMs: 5 * MINUTE,
  redNotifyMs: 5 * SECOND,
  detectMs: 3 * SECOND,
  redVerifyMs: 30 * MINUTE,
  per10Min: 1,
  perDay: 144,
  windowsOver10: 0.01,
  floodShare: 0.01,
  mixHigh: 0.05,
  mixMedium: 0.15,
  topShare: 0.05,
  stale: 5,
  falseRed: 0.3,
  falseOrange: 0.5,
  redPages: 4,
  smsAccepted: 0.98,
} as const

/** How long things took, of one colour. */
export interface SpeedFigure {
  readonly id: 'acknowledge' | 'notify' | 'detect' | 'verify'
  readonly priority: Priority
  readonly spread: Spread
  readonly verdict: Verdict
  /** Where there is one, ms. */
  readonly targetMs: number | null
}

/** How fast alarms were acknowledged, told, found and verified, by colour. */
export function speedFigures(quality: AlarmQuality): SpeedFigure[] {
  const rows = [
    { id: 'acknowledge', of: quality.toAcknowledge, target: TARGETS.redAcknowledgeMs, share: 0.9, onlyRed: true },
    { id: 'notify', of: quality.toNotify, target: TARGETS.redNotifyMs, share: 0.99, onlyRed: true },
    { id: 'detect', of: quality.toDetect, target: TARGETS.detectMs, share: 0.95, onlyRed: false },
    { id: 'verify', of: quality.toVerify, target: TARGETS.redVerifyMs, share: 0.9, onlyRed: true },
  ] as const
  return rows.flatMap(({ id, of, target, share, onlyRed }) =>
    Priority.options.map((priority) => {
      const spread = of[priority]
      const targetMs = onlyRed && priority !== 'red' ? null : target
      return { id, priority, spread, targetMs, verdict: spreadVerdict(spread, targetMs, share) }
    }),
  )
}

/**
 * Whether so large a share kept within a target. Of a spread only the 90th percentile and the greatest are known: of fewer than 1 / (1 − share)
 * values the greatest is the percentile asked for; of more it may be that nobody can say.
 */
function spreadVerdict(spread: Spread, targetMs: number | null, share: number): Verdict {
  if (spread === null) return 'none'
  if (targetMs === null) return 'info'
  if (spread.max <= targetMs) return 'met'
  if (share <= 0.9) return atMost(spread.p90, targetMs)
  if (spread.p90 > targetMs || spread.count < Math.round(1 / (1 - share))) return 'missed'
  return 'partly'
}

/** Figures that are one number each. */
export const SINGLE_FIGURES = [
  'per10Min',
  'perDay',
  'windowsOver10',
  'floodShare',
  'peakHour',
  'peakMinute',
  'chattering',
  'fleeting',
  'stale',
  'redPages',
  'suppressionHours',
  'unauthorised',
  'late',
] as const
export type SingleId = (typeof SINGLE_FIGURES)[number]

export interface SingleFigure {
  readonly id: SingleId
  /** null where there is nothing to count. */
  readonly value: number | null
  readonly verdict: Verdict
}

/** The figures of load, nuisance and holding back. */
export function singleFigures(quality: AlarmQuality): SingleFigure[] {
  const { rate, pages, suppression, late } = quality
  const values: Readonly<Record<SingleId, readonly [number | null, Verdict]>> = {
    per10Min: [rate.per10Min, atMost(rate.per10Min, TARGETS.per10Min)],
    perDay: [rate.perDay, atMost(rate.perDay, TARGETS.perDay)],
    windowsOver10: [rate.windowsOver10, atMost(rate.windowsOver10, TARGETS.windowsOver10)],
    floodShare: [quality.floodShare, below(quality.floodShare, TARGETS.floodShare)],
    peakHour: [rate.peakHour, 'info'],
    peakMinute: [rate.peakMinute, 'info'],
    chattering: [quality.chattering, atMost(quality.chattering, 0)],
    fleeting: [quality.fleeting, atMost(quality.fleeting, 0)],
    stale: [quality.stale, below(quality.stale, TARGETS.stale)],
    redPages: [pages.red?.mean ?? null, pages.red === null ? 'none' : atMost(pages.red.mean, TARGETS.redPages)],
    suppressionHours: [suppression.hours, 'info'],
    unauthorised: [suppression.unauthorised, atMost(suppression.unauthorised, 0)],
    late: [late.count, 'info'],
  }
  return SINGLE_FIGURES.map((id) => ({ id, value: values[id][0], verdict: values[id][1] }))
}

/** How the shares of colours stand to 5/15/80: red and orange, and yellow, may be no more. */
export function mixVerdict(mix: AlarmQuality['mix']): Verdict {
  if (mix === null) return 'none'
  const kept = [mix.high <= TARGETS.mixHigh, mix.medium <= TARGETS.mixMedium].filter((is) => is).length
  return kept === 2 ? 'met' : kept === 1 ? 'partly' : 'missed'
}

/** How often a type of rule was wrong: red may be so in 30 %, orange in 50 %; what lies between is enough for orange only. */
export function falseVerdict(falseRatio: number | null): Verdict {
  if (falseRatio === null) return 'none'
  if (falseRatio <= TARGETS.falseRed) return 'met'
  return falseRatio <= TARGETS.falseOrange ? 'partly' : 'missed'
}

/** Whether a point has no more than its share of all alarms. */
export function topVerdict(share: number): Verdict {
  return atMost(share, TARGETS.topShare)
}

/** Whether what was handed to a channel was taken; of texts at least 98 %. */
export function channelVerdict({ medium, acceptedShare }: AlarmQuality['channels'][number]): Verdict {
  if (acceptedShare === null) return 'none'
  if (medium !== 'sms') return 'info'
  return acceptedShare >= TARGETS.smsAccepted ? 'met' : 'missed'
}

/** How dark an hour is drawn, by its alarms: none, within one in ten minutes, more, a flood's rate, more than that. */
export function heatOf(alarms: number): 0 | 1 | 2 | 3 | 4 {
  if (alarms === 0) return 0
  if (alarms <= 6) return 1
  if (alarms <= 30) return 2
  return alarms <= 60 ? 3 : 4
}

function atMost(value: number, target: number): Verdict {
  return value <= target ? 'met' : 'missed'
}

function below(value: number, target: number): Verdict {
  return value < target ? 'met' : 'missed'
}
