import type { Rehearsal } from '../../../core/contract/rule-rehearsal.ts'

/** A rehearsal says nothing of what happened since; the control room holds to the same. */
const FRESH_MS = 3_600_000

interface Against {
  readonly base: string
  /** null while nobody asked what the change comes to. */
  readonly proposed: string | null
  readonly now: number
}

/** Whether a rehearsal is enough to save what is typed. */
export function standingOf(
  rehearsal: Rehearsal | null,
  { base, proposed, now }: Against,
): 'good' | 'none' | 'other' | 'stale' | 'refused' {
  const { result = null, finishedAt = null } = rehearsal ?? {}
  if (rehearsal === null || result === null || finishedAt === null) return 'none'
  if (rehearsal.base !== base || (proposed !== null && rehearsal.proposed !== proposed)) return 'other'
  if (proposed === null) return 'none'
  if (now - finishedAt > FRESH_MS) return 'stale'
  return result.isRefused ? 'refused' : 'good'
}
