import type { Alarm } from '../../../core/contract/alarm.ts'
import type { Proof, SlaCheck, SlaEnd, Stamp, StampId } from '../../../core/contract/proof.ts'
import { rulerOf } from '../../../core/alarms/proof/ruler.ts'

/** One of the ten time stamps as the page draws it. */
export interface StampRow extends Stamp {
  /** Since T0, ms; null where either is not there. */
  readonly afterMs: number | null
  /** Time limits that end with it. */
  readonly checks: readonly SlaCheck[]
}

const ENDS: Readonly<Record<SlaEnd, StampId>> = { acknowledged: 'T8', reported: 'T9', 'reported-in-writing': 'T9' }

/**
 * The ruler of an alarm. What was proved is taken where it is as new as the alarm; until then, the stamps are read from the alarm itself, so
 * that none is missing while the control room is asked.
 */
export function stampRows(alarm: Alarm, proof: Proof | null): readonly StampRow[] {
  const isNew = proof !== null && proof.alarm.version >= alarm.version
  const stamps = isNew ? proof.stamps : rulerOf({ alarm, notices: alarm.notices, entries: [] })
  const first = stamps[0]?.at ?? null
  return stamps.map((stamp) => ({
    ...stamp,
    afterMs: stamp.at === null || first === null ? null : stamp.at - first,
    checks: proof === null ? [] : proof.slas.filter(({ row }) => ENDS[row.ends] === stamp.stamp),
  }))
}

/** How a time limit stands now, which runs on while nobody asks: kept with so much to spare, late by so much, or so much left. */
export function slaNow(
  { is, dueAt, metAt, overMs }: SlaCheck,
  now: number,
): { readonly is: SlaCheck['is']; readonly ms: number } {
  if (is === 'running') return now > dueAt ? { is: 'exceeded', ms: now - dueAt } : { is, ms: dueAt - now }
  if (is === 'exceeded') return { is, ms: metAt === null ? Math.max(overMs, now - dueAt) : overMs }
  return { is, ms: metAt === null ? 0 : dueAt - metAt }
}
