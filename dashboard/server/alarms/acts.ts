import { z } from 'zod'
import { Acknowledgement, type Alarm, AlarmNote, Finding, type Suppression } from '../../../core/contract/alarm.ts'
import type { RefusedBecause, Reset } from '../../../core/contract/acts.ts'
import type { UtcMs } from '../../../core/contract/time.ts'
import { type ActRefusal, type AlarmEvent, type AlarmStep, stepAlarm } from '../../../core/alarms/lifecycle.ts'
import { type SecondPerson, SHELVINGS_WITHIN_MS, type SuppressionAsk } from '../../../core/alarms/suppression.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import { later } from '../../../core/kit/time.ts'
import type { Query } from '../db/database.ts'
import type { AcknowledgeRequest } from './acknowledge.ts'
import { findAlarm } from './alarm-rows.ts'
import { commitSteps, type Done } from './commit-steps.ts'
import type { LedgerAction } from './ledger.ts'

/** What a person's act came to. A refused one is in the ledger too. */
export interface PersonsAct extends Done {
  readonly refused: ActRefusal | null
}

/** Most alarms one acknowledgement may be of. */
export const MOST_AT_ONCE = 200

/** A note and who writes it; a person when `kind` does not say otherwise. */
export interface NoteBy {
  readonly by: string
  readonly kind?: 'person' | 'service'
  readonly text: string
}

/** What a person wants held back, and until when. `second` has been checked to be who it says. */
export type HoldBack = Omit<SuppressionAsk, 'shelvedBefore'>

/** What a person asks of one alarm. */
export type Ask =
  | ({ readonly do: 'acknowledge' } & AcknowledgeRequest)
  | ({ readonly do: 'note' } & NoteBy)
  | { readonly do: 'hold-back'; readonly hold: HoldBack }
  | { readonly do: 'end-suppression'; readonly of: Suppression['kind']; readonly reason: string; readonly by: string }
  | ({ readonly do: 'reset'; readonly by: string } & Reset)
  | { readonly do: 'withdraw'; readonly by: string; readonly reason: string; readonly second: SecondPerson | null }
  | { readonly do: 'assign'; readonly to: string | null; readonly by: string }
  | { readonly do: 'finding'; readonly finding: Omit<Finding, 'at'> & { readonly at?: UtcMs | undefined } }

/** Does what a person asks, in a transaction. Throws `http/not-found`, and `http/invalid` for what cannot be kept. */
export async function applyAct(q: Query, id: string, ask: Ask, now: UtcMs): Promise<PersonsAct> {
  const alarm = await alarmOrRefusal(q, id)
  const step = stepAlarm(alarm, await eventOf(q, { alarm, ask }, now))
  if (ask.do === 'hold-back' && ask.hold.kind === 'shelved' && step.changed)
    await q.run('insert into shelvings (site, rule, at) values (?, ?, ?)', alarm.site, alarm.rule, now)
  return { ...(await commitSteps(q, [step], now)), refused: step.refused }
}

/** Acknowledges many for one reason, all of them or none: red ones want a look each. */
export async function applyAcknowledgeMany(
  q: Query,
  ids: readonly string[],
  { request, now }: { readonly request: AcknowledgeRequest; readonly now: UtcMs },
): Promise<PersonsAct> {
  if (ids.length > MOST_AT_ONCE) throw invalid(`ids: expected at most ${MOST_AT_ONCE}, came ${ids.length}`)
  const alarms: Alarm[] = []
  for (const id of new Set(ids)) alarms.push(await alarmOrRefusal(q, id))
  const red = alarms.filter(({ priority }) => priority === 'red')
  if (red.length > 0) {
    const came = red.map(({ number }) => number).join(', ')
    const expected = 'no red alarm: each wants its own look'
    const refused: ActRefusal = { code: 'http/invalid', because: 'red-in-bulk', expected, came }
    return { changed: [], actions: red.map((alarm) => refusedMany(alarm, request.by, refused)), refused }
  }
  const steps: AlarmStep[] = []
  for (const alarm of alarms) {
    const event = await eventOf(q, { alarm, ask: { do: 'acknowledge', ...request } }, now)
    steps.push(stepAlarm(alarm, event))
  }
  const refused = steps.find((step) => step.refused !== null)?.refused ?? null
  return refused === null
    ? { ...(await commitSteps(q, steps, now)), refused }
    : { changed: [], actions: steps.flatMap((step) => (step.refused === null ? [] : step.acts)), refused }
}

function refusedMany(alarm: Alarm, by: string, { expected, came }: ActRefusal): LedgerAction {
  const detail = { did: 'acknowledge many', expected, came }
  return { actor: { kind: 'person', name: by }, act: 'alarm-refused', subject: alarm.id, detail }
}

interface Asked {
  readonly alarm: Alarm
  readonly ask: Ask
}

async function eventOf(q: Query, { alarm, ask }: Asked, at: UtcMs): Promise<AlarmEvent> {
  switch (ask.do) {
    case 'acknowledge': {
      const { by, note, via, saidAt, seen } = ask
      const said = { at, by, note, via, ...(saidAt === undefined ? {} : { saidAt }) }
      return { kind: 'acknowledge', acknowledgement: kept(Acknowledgement, said, 'acknowledge'), seen }
    }
    case 'note': {
      const { by, text, kind = 'person' } = ask
      return { kind: 'note', note: kept(AlarmNote, { at, by, text }, 'note'), actor: kind }
    }
    case 'hold-back':
      return { kind: 'suppress', ask: { ...ask.hold, shelvedBefore: await shelvingsOf(q, alarm, at) }, at }
    case 'end-suppression':
      return { kind: 'end-suppression', of: ask.of, reason: ask.reason, by: ask.by, at }
    case 'reset':
      return { kind: 'reset', by: ask.by, result: ask.result, note: ask.note, at }
    case 'withdraw':
      return { kind: 'withdraw', by: ask.by, reason: ask.reason, second: ask.second, at }
    case 'assign':
      return { kind: 'assign', to: ask.to, by: ask.by, at }
    case 'finding': {
      const { at: foundAt = at, ...rest } = ask.finding
      if (foundAt > at) throw invalid('finding.at: expected a time that has come, came one ahead', 'found-ahead')
      return { kind: 'finding', finding: kept(Finding, { ...rest, at: foundAt }, 'finding'), at }
    }
  }
}

async function shelvingsOf(q: Query, { site, rule }: Alarm, at: UtcMs): Promise<number> {
  const row = await q.one(
    z.object({ count: z.number() }),
    'select count(*) as count from shelvings where site = ? and rule = ? and at > ?',
    site,
    rule,
    later(at, -SHELVINGS_WITHIN_MS),
  )
  return row?.count ?? 0
}

function kept<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw invalid(`${what}: ${z.prettifyError(result.error)}`)
}

function invalid(message: string, because?: RefusedBecause): HouseError {
  return new HouseError('http/invalid', message, because === undefined ? {} : { because })
}

async function alarmOrRefusal(q: Query, id: string): Promise<Alarm> {
  const alarm = await findAlarm(q, id)
  if (alarm === null) throw new HouseError('http/not-found', `expected the id of an alarm, came ${id}`, { id })
  return alarm
}
