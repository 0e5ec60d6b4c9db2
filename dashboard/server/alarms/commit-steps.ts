import type { Alarm } from '../../../core/contract/alarm.ts'
import type { UtcMs } from '../../../core/contract/time.ts'
import { type AlarmStep, isActive, stepAlarm } from '../../../core/alarms/lifecycle.ts'
import type { Query } from '../db/database.ts'
import { SILENCE_RULE } from '../ingest/silence.ts'
import { obey } from '../notify/obey.ts'
import { findAlarms, saveAlarm } from './alarm-rows.ts'
import type { LedgerAction } from './ledger.ts'

/** What steps came to: alarms that have changed, and what of it belongs in the ledger. */
export interface Done {
  readonly changed: readonly string[]
  readonly actions: readonly LedgerAction[]
}

/** Alarms of this type say only what the silence of their whole gateway explains. (§3.4) */
const EXPLAINED_TYPE = 'comms'

/**
 * Writes steps down in a transaction, does what they ask of whoever tells people, and lets other alarms follow: while a gateway is silent
 * those of its site are stale, and what the silence explains is held back.
 */
export async function commitSteps(q: Query, steps: readonly AlarmStep[], now: UtcMs): Promise<Done> {
  const changed = new Set<string>()
  const actions: LedgerAction[] = []
  for (const { before, alarm, acts, announcement, changed: isChanged } of steps) {
    actions.push(...acts)
    if (alarm === null || !isChanged) continue
    await saveAlarm(q, alarm, before)
    actions.push(...(await obey(q, before, alarm, announcement, now)))
    changed.add(alarm.id)
    const followed = await followSilence(q, { before, alarm }, now)
    for (const id of followed.changed) changed.add(id)
    actions.push(...followed.actions)
  }
  return { changed: [...changed], actions }
}

/** The active alarm that says that a site's gateway is silent; null = none. */
export async function silenceOf(q: Query, site: string): Promise<string | null> {
  const [alarm] = await findAlarms(
    q,
    "where site = ? and rule = ? and state in ('unacked', 'acked')",
    site,
    SILENCE_RULE,
  )
  return alarm?.id ?? null
}

/** What explains an alarm of this type at a site. */
export async function parentOf(q: Query, site: string, ruleType: string): Promise<string | null> {
  return ruleType === EXPLAINED_TYPE ? await silenceOf(q, site) : null
}

async function followSilence(
  q: Query,
  { before, alarm }: { readonly before: Alarm | null; readonly alarm: Alarm },
  at: UtcMs,
): Promise<Done> {
  const wasSilent = before !== null && isActive(before.state)
  const isSilent = isActive(alarm.state)
  if (alarm.rule !== SILENCE_RULE || wasSilent === isSilent) return { changed: [], actions: [] }
  const others = await findAlarms(q, "where site = ? and state <> 'closed' and id <> ?", alarm.site, alarm.id)
  const steps = others.flatMap((other) => {
    const why = { gateway: isSilent ? 'silent' : 'back' }
    const told = stepAlarm(other, { kind: 'quality', quality: isSilent ? 'stale' : 'good', why, at })
    if (other.ruleType !== EXPLAINED_TYPE) return [told]
    return [told, stepAlarm(told.alarm, { kind: isSilent ? 'explained' : 'unexplained', parent: alarm.id, at })]
  })
  return await commitSteps(q, steps, at)
}
