import type { Alarm, AlarmTransition } from '../../../core/contract/alarm.ts'
import type { UtcMs } from '../../../core/contract/time.ts'
import { takeTransition } from '../../../core/alarms/lifecycle-take.ts'
import { renewed } from '../../../core/alarms/lifecycle-past.ts'
import type { Query } from '../db/database.ts'
import { findAlarmOf, findNewestAlarm } from './alarm-rows.ts'
import { commitSteps, type Done, parentOf } from './commit-steps.ts'
import { nextNumber } from './numbers.ts'

/** What taking a transition came to. */
export interface Received extends Done {
  readonly known: boolean
  /** Why it did not fit the order it should have come in; null = it did. */
  readonly oddity: string | null
}

export interface ReceiveFacts {
  readonly now: UtcMs
  /** Before the numbers of alarms. */
  readonly prefix: string
}

/** Applies a transition in a transaction; a repeat is `known` and changes nothing (I3, I18). */
export async function applyTransition(
  q: Query,
  transition: AlarmTransition,
  { now, prefix }: ReceiveFacts,
): Promise<Received> {
  const { changes } = await q.run(
    'insert into transitions (occurrence, n, kind, received_at) values (?, ?, ?, ?) on conflict do nothing',
    transition.occurrence,
    transition.n,
    transition.kind,
    now,
  )
  if (changes === 0) return { known: true, changed: [], actions: [], oddity: null }
  const { own, heard } = await whoseIs(q, transition)
  const newest = await findNewestAlarm(q, heard.site, heard.rule)
  const number = await nextNumber(q, prefix, now)
  const parent = await parentOf(q, heard.site, heard.ruleType)
  const { steps, oddity } = takeTransition({ own, newest }, heard, { receivedAt: now, number: number.text, parent })
  if (steps.some(({ before, alarm }) => before === null && alarm !== null)) await number.take()
  return { known: false, oddity, ...(await commitSteps(q, steps, now)) }
}

/** The alarm of a transition's occurrence; where that one was withdrawn while it went on, the one that has taken its place. */
async function whoseIs(
  q: Query,
  transition: AlarmTransition,
): Promise<{ readonly own: Alarm | null; readonly heard: AlarmTransition }> {
  let heard = transition
  let own = await findAlarmOf(q, heard.occurrence)
  // A raise tells of the beginning, which was before.
  while (heard.kind !== 'raise' && own?.state === 'closed' && own.returnedAt === null) {
    const occurrence = renewed(heard.occurrence)
    const next = await findAlarmOf(q, occurrence)
    if (next === null) break
    heard = { ...heard, occurrence }
    own = next
  }
  return { own, heard }
}
