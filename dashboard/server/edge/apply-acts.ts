import type { Alarm } from '../../../core/contract/alarm.ts'
import type { EdgeAct } from '../../../core/contract/edge.ts'
import type { LedgerAct } from '../../../core/contract/ledger.ts'
import type { UtcMs } from '../../../core/contract/time.ts'
import { stepAlarm } from '../../../core/alarms/lifecycle.ts'
import { findAlarmOf } from '../alarms/alarm-rows.ts'
import { commitSteps, type Done } from '../alarms/commit-steps.ts'
import type { Query } from '../db/database.ts'
import { edgeTold } from '../notify/obey.ts'
import { actsOf, hasWaitingActs, markApplied } from './edge-rows.ts'

const NOTHING: Done = { changed: [], actions: [] }

/**
 * Lets the alarm of an occurrence know what its gateway did alone: who was told, who has acknowledged, what sounded. Nothing while the
 * alarm is not known. In a transaction; a second time it does nothing.
 */
export async function applyActs(q: Query, occurrence: string, now: UtcMs): Promise<Done> {
  if (!(await hasWaitingActs(q, occurrence))) return NOTHING
  const done = { changed: new Set<string>(), actions: [] as Done['actions'][number][] }
  const all = await actsOf(q, occurrence)
  for (const { act, isApplied } of all) {
    if (isApplied) continue
    // Each act may have changed it.
    const alarm = await findAlarmOf(q, occurrence)
    if (alarm === null) return NOTHING
    const { changed, actions } = await applyAct(q, { alarm, act, acts: all.map((one) => one.act) }, now)
    await markApplied(q, act, now)
    for (const id of [alarm.id, ...changed]) done.changed.add(id)
    done.actions.push(...actions)
  }
  return { changed: [...done.changed], actions: done.actions }
}

interface Applied {
  readonly alarm: Alarm
  readonly act: EdgeAct
  /** All that are known of the occurrence. */
  readonly acts: readonly EdgeAct[]
}

async function applyAct(q: Query, applied: Applied, now: UtcMs): Promise<Done> {
  const { alarm, act } = applied
  const { did } = act
  switch (did.kind) {
    case 'told':
      return { changed: [], actions: await edgeTold(q, { ...toldOf(applied, did), delivered: false }, now) }
    case 'delivered': {
      const told = lastTold(applied, did.person)
      if (told === null) return entry(applied, 'edge-acted')
      return { changed: [], actions: await edgeTold(q, { ...toldOf(applied, told), at: act.at, delivered: true }, now) }
    }
    case 'acknowledged':
      return await acknowledge(q, { ...applied, by: did.name, note: did.note }, now)
    case 'sounded':
      return entry({ alarm, act }, 'siren-sounded')
    case 'reply-refused':
      return entry({ alarm, act }, 'reply-refused')
  }
}

type Told = Extract<EdgeAct['did'], { kind: 'told' }>

function toldOf({ alarm, act }: Applied, { person, name, round, accepted, answer }: Told) {
  return { alarm: alarm.id, occurrence: act.occurrence, person, name, at: act.at, round, accepted, answer }
}

/** The text a delivery report is about: the last that a person was sent before it. */
function lastTold({ act, acts }: Applied, person: string): Told | null {
  const told = acts.flatMap(({ n, did }) =>
    did.kind === 'told' && did.accepted && did.person === person && n < act.n ? [did] : [],
  )
  return told.at(-1) ?? null
}

/** As the person who answered, at the time of the answer. What has come back since then nobody has seen yet. */
async function acknowledge(
  q: Query,
  { alarm, act, by, note }: Pick<Applied, 'alarm' | 'act'> & { readonly by: string; readonly note: string },
  now: UtcMs,
): Promise<Done> {
  const isOfNewest = alarm.activations.at(-1)?.occurrence === act.occurrence
  const said = entry({ alarm, act }, 'edge-acted')
  if (!isOfNewest) return said
  // A gateway whose clock is wrong must not acknowledge before the beginning, nor ahead of time.
  const began = alarm.activations.at(-1)?.from ?? alarm.raisedAt
  const at = act.at > now ? now : act.at < began ? began : act.at
  const step = stepAlarm(alarm, { kind: 'acknowledge', acknowledgement: { at, by, note, via: 'edge' } })
  const done = await commitSteps(q, [step], now)
  return { changed: done.changed, actions: [...said.actions, ...done.actions] }
}

function entry({ alarm, act }: Pick<Applied, 'alarm' | 'act'>, kind: LedgerAct): Done {
  const { site, occurrence, n, at, did } = act
  const detail = { occurrence, n, at, did }
  return { changed: [], actions: [{ actor: { kind: 'system', name: site }, act: kind, subject: alarm.id, detail }] }
}
