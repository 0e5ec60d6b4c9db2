import { randomUUID } from 'node:crypto'
import { Feedback } from '../../../core/contract/activity.ts'
import type { Alarm } from '../../../core/contract/alarm.ts'
import { Command, orderOf } from '../../../core/contract/command.ts'
import type { JudgeAlarm, RulePrecision } from '../../../core/contract/http.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import { topicOf, topicText } from '../../../core/contract/topics.ts'
import { HouseError, isHouseError, messageOf } from '../../../core/kit/errors.ts'
import { systemClock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import { findAlarm, touchAlarm } from '../alarms/alarm-rows.ts'
import type { AlarmDesk } from '../alarms/desk.ts'
import type { BrokerLink, BrokerMessage } from '../broker/link.ts'
import type { Database } from '../db/database.ts'
import { openWorkLane } from '../ingest/work-lane.ts'
import { checkLimits } from './limits.ts'
import { tallies } from './precision.ts'
import { addFeedback, answerFeedback, judgedSince, pendingFeedback } from './rows.ts'

/** Answers that may wait for the database; beyond them a gateway is asked again. */
const MOST_ANSWERS = 2_000
/** A command is no longer, bytes. */
const MOST_BYTES = 8 << 10
/** What nobody has answered is sent again after so long, ms: a gateway or this room may not have been able to keep it. */
const AGAIN_MS = 600_000
/** Precision is that of the alarms of so many days. */
const PRECISION_MS = 90 * 86_400_000
/** Rules told one by one. */
const MOST_RULES = 500

/** What people found out about alarms: kept, sent to the gateways as retained commands, and what they made of it. */
export interface FeedbackDesk {
  /** Keeps it with its alarm and sends it. Throws `http/not-found`, and `http/invalid` that names the field. */
  judge(alarm: string, said: JudgeAlarm, by: string): Promise<Alarm>
  /** What rules were worth in the last 90 days. */
  precision(sees?: (site: string) => boolean): Promise<RulePrecision>
  /** Takes a gateway's answer; other messages are left alone. Quick, never throws. */
  take(message: BrokerMessage): void
  /** Sends what no gateway has answered yet on a new connection: the broker may have forgotten it. Throws `mqtt/refused`. */
  announce(publish: BrokerLink['publish']): Promise<void>
  /** Sends again now and then what nobody has answered, until the signal aborts; then ends what it has begun. */
  run(signal: AbortSignal): Promise<void>
}

export interface FeedbackDeskDeps {
  readonly db: Database
  readonly desk: Pick<AlarmDesk, 'append' | 'time' | 'changed'>
  /** null where it is not known, and nothing is sent or heard. */
  readonly group: string | null
  /** Signs by the authority of the county; null where there is none. */
  readonly sign: (order: object) => string | null
  /** Throws `mqtt/refused` when the broker cannot be reached now. */
  readonly publish: BrokerLink['publish']
  readonly log: Log
}

export function openFeedbackDesk(deps: FeedbackDeskDeps): FeedbackDesk {
  const { db, desk, group, publish, log } = deps
  const answers = openWorkLane<Command>({
    most: MOST_ANSWERS,
    what: 'answer to feedback',
    log,
    work: (command) => takeAnswer(deps, command),
  })
  const refused = { isSaid: false }
  return {
    judge: async (id, said, by) => {
      const alarm = await keep(deps, id, { said, by })
      desk.changed([id])
      const feedback = alarm.feedback?.at(-1)
      if (feedback !== undefined) {
        const { state: _s, answer: _a, answeredAt: _at, ...order } = feedback
        await send(deps, { site: alarm.site, feedback: order }, publish).catch((error: unknown) => {
          const code = isHouseError(error) ? error.code : 'mqtt/refused'
          log.info({ code, site: alarm.site, why: messageOf(error) }, 'feedback waits for the next connection')
        })
      }
      return alarm
    },
    precision: async (sees = () => true) => {
      const to = await desk.time()
      const from = UtcMs.parse(Math.max(0, to - PRECISION_MS))
      const judged = await db.read((q) => judgedSince(q, from))
      return {
        from,
        to,
        ...tallies(
          judged.filter(({ site }) => sees(site)),
          MOST_RULES,
        ),
      }
    },
    take: ({ topic: text, payload }) => {
      const topic = topicOf(text)
      if (topic?.kind !== 'command' || topic.group !== group || payload.length === 0) return
      try {
        if (payload.length > MOST_BYTES) throw new Error(`expected at most ${MOST_BYTES} bytes, came ${payload.length}`)
        const command = Command.parse(JSON.parse(Buffer.from(payload).toString('utf8')))
        if (command.site !== topic.site || command.id !== topic.command)
          throw new Error(`expected a command of ${topic.site}, came one of ${command.site}`)
        if (command.state === 'done' || command.state === 'failed')
          answers.add(`${command.site} ${command.id}`, command)
        refused.isSaid = false
      } catch (error) {
        const facts = { code: 'message/malformed', site: topic.site, why: messageOf(error).slice(0, 500) }
        if (!refused.isSaid) log.warn(facts, 'an answer to a command is refused; further ones are not logged')
        refused.isSaid = true
      }
    },
    announce: (over) => sendPending(deps, over),
    run: async (signal) => {
      while (!signal.aborted) {
        await systemClock.sleep(AGAIN_MS, signal).catch(() => undefined)
        await sendPending(deps, publish).catch((error: unknown) => {
          log.debug({ why: messageOf(error) }, 'feedback that waits cannot be sent now')
        })
      }
      await answers.settled()
    },
  }
}

async function sendPending(deps: FeedbackDeskDeps, publish: BrokerLink['publish']): Promise<void> {
  for (const pending of await deps.db.read(pendingFeedback)) await send(deps, pending, publish)
}

/** Keeps feedback with its alarm, with the entry of the ledger that says so. */
async function keep(
  { db, desk }: FeedbackDeskDeps,
  id: string,
  { said, by }: { readonly said: JudgeAlarm; readonly by: string },
): Promise<Alarm> {
  const at = await desk.time()
  return await db.transaction(async (q) => {
    const alarm = await findAlarm(q, id)
    if (alarm === null) throw new HouseError('http/not-found', `expected the id of an alarm, came ${id}`, { id })
    const occurrence = alarm.activations.at(-1)?.occurrence ?? alarm.id
    const feedback = Feedback.parse({ ...said, id: `feedback-${randomUUID()}`, occurrence, at, by })
    checkLimits(feedback)
    await addFeedback(q, { alarm: alarm.id, site: alarm.site }, feedback)
    await touchAlarm(q, alarm.id)
    const { id: feedbackId, kind, note, power, until, point } = feedback
    const detail = { feedback: feedbackId, judged: kind, note, ...given({ power, until, point }) }
    await desk.append(q, [{ actor: { kind: 'person', name: by }, act: 'alarm-judged', subject: alarm.id, detail }])
    return (await findAlarm(q, id)) ?? alarm
  })
}

/** Without what was not given. */
function given(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}

interface Pending {
  readonly site: string
  readonly feedback: Feedback
}

async function send(
  { group, sign }: FeedbackDeskDeps,
  { site, feedback }: Pending,
  publish: BrokerLink['publish'],
): Promise<void> {
  if (group === null) return
  const { id, by, at: requestedAt } = feedback
  const bare = Command.parse({
    ...{ id, site, order: { kind: 'feedback', feedback }, by, requestedAt },
    ...{ state: 'requested', result: null, signature: null },
  })
  const command: Command = { ...bare, signature: sign(orderOf(bare)) }
  const topic = topicText({ kind: 'command', group, site, command: id })
  await publish(topic, JSON.stringify(command), { qos: 1, retain: true })
}

/** Notes what a gateway made of feedback, and lets the broker forget the command, also when it comes again. */
async function takeAnswer({ db, desk, group, publish, log }: FeedbackDeskDeps, command: Command): Promise<void> {
  const { id, site, state, result } = command
  const at = await desk.time()
  const isApplied = state === 'done'
  const alarm = await db.transaction(async (q) => {
    const told = { id, site, state: isApplied ? 'applied' : 'refused', answer: isApplied ? null : result, at } as const
    const about = await answerFeedback(q, told)
    if (about === null) return null
    await touchAlarm(q, about)
    const act = isApplied ? 'feedback-applied' : 'feedback-refused'
    const detail = { feedback: id, ...given({ why: isApplied ? undefined : (result ?? undefined) }) }
    await desk.append(q, [{ actor: { kind: 'system', name: site }, act, subject: about, detail }])
    return about
  })
  if (alarm !== null) desk.changed([alarm])
  if (group === null) return
  const topic = topicText({ kind: 'command', group, site, command: id })
  await publish(topic, '', { qos: 1, retain: true }).catch((error: unknown) => {
    log.debug({ site, why: messageOf(error) }, 'a command that is done stays at the broker until the next connection')
  })
}
