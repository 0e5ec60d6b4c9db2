import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { BootId } from '../../../core/contract/clock.ts'
import type { UtcMs } from '../../../core/contract/time.ts'
import { messageOf } from '../../../core/kit/errors.ts'
import { bootId, type Clock, systemClock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import type { AlarmDesk } from '../alarms/desk.ts'
import type { LedgerAction } from '../alarms/ledger.ts'
import type { Database, Query } from '../db/database.ts'
import { beat } from '../watch/beat.ts'
import type { HeardOver } from './channels.ts'
import { climbLadders, planAnnounced } from './climb.ts'
import { openHands } from './hands.ts'
import { leaseFrom, type Leased } from './lease.ts'
import { openMemos } from './memos.ts'
import type { QueueChange } from './notice-rows.ts'
import { type Attempt, openSender, type SenderDeps } from './sender.ts'
import { openSettler } from './settler.ts'
import { leaveClosed, noteReport, type SettleFacts, takeOrphans } from './settle.ts'
import { stormSince, watchStorm } from './storm-watch.ts'
import { countChanges, takeOver, type TransportTime } from './transport-time.ts'

const TICK_MS = 1_000
/** Messages in hand over one channel at once: one that hangs must not hold up the others, nor be given everything. */
const IN_HAND = 16
/** No channel may take longer; shorter than a lease. */
const SEND_WITHIN_MS = 30_000
/** How long messages in hand may still take when the control room stops. */
const GRACE_MS = 3_000

export interface DispatcherDeps extends SenderDeps {
  readonly desk: Pick<AlarmDesk, 'time' | 'append' | 'changed'>
  readonly db: Database
  /** Domain time: when the next person is called. */
  readonly clock: Clock
  readonly log: Log
  /** Time of the network, for pauses, leases and budgets. Real time unless a test moves it. */
  readonly networkClock?: Clock
  /** What the network time's monotonic clock counts from. */
  readonly boot?: BootId
  /** Told what every attempt came to: null = taken, else what the channel threw. For lamps. */
  readonly sent?: (channel: string, fault: unknown) => void
}

/** Carries alarms to people. */
export interface Dispatcher {
  /** Climbs the ladders that are due and begins to send what is queued. Never throws: a failure is logged and tried again. */
  tick(): Promise<void>
  /** Takes a delivery report. Durable when it resolves; answers whether its message is known. */
  readonly heard: HeardOver
  /** Messages of a channel that were not taken yet, as of the last tick. */
  waiting(channel: string): number
  /** Whether there are more alarms than people can handle, as of the last tick. */
  storm(): boolean
  /** Waits until nothing is in hand. */
  idle(): Promise<void>
  /** Gives what is in hand a moment to end, then breaks it off. */
  stop(): Promise<void>
}

/**
 * Runs the dispatcher until `signal` aborts. Everything it knows is in the database, so after a crash it goes on
 * where it was: steps missed meanwhile are called together, and a message that was being sent is sent once more.
 * Close the database only after this has resolved.
 */
export async function runDispatcher(dispatcher: Dispatcher, clock: Clock, signal: AbortSignal): Promise<void> {
  try {
    while (!signal.aborted) {
      await dispatcher.tick()
      // The second pause keeps a clock that runs very fast from spinning.
      await Promise.all([clock.sleep(TICK_MS, signal), systemClock.sleep(10, signal)])
    }
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    await dispatcher.stop()
  }
}

/** The dispatcher without its loop. */
export function openDispatcher(deps: DispatcherDeps): Dispatcher {
  const { db, desk, duty, channels, log } = deps
  const send = openSender(deps)
  const store = openStore(deps)
  const memos = openMemos({ duty, channels }, (q, actions) => desk.append(q, actions))
  const health = channelHealth(log)
  const settler = openSettler(log, (work) => store.commit(work))
  const breakOff = new AbortController()
  let look: Look = { waiting: new Map(), storm: false }
  let isStopping = false
  let pumping = Promise.resolve()

  const deliver = async (leased: Leased): Promise<void> => {
    const within = AbortSignal.any([breakOff.signal, AbortSignal.timeout(SEND_WITHIN_MS)])
    const attempt = await sendAtAll(send, leased, { now: await desk.time(), within })
    health.tell(leased.channel, attempt)
    if (attempt.fault !== undefined) deps.sent?.(leased.channel, attempt.fault)
    const { batch, channel, rows } = leased
    await settler.settle({ batch, channel, rows, bodyHash: attempt.bodyHash }, attempt.outcome)
  }
  const hands = openHands({ log, deliver, freed: (channel) => void pump(channel) })
  const asked = new Set<string>()
  const pump = (only?: string): Promise<void> => {
    if (only !== undefined && asked.has(only)) return pumping
    if (only !== undefined) asked.add(only)
    pumping = pumping.then(() => {
      if (only !== undefined) asked.delete(only)
      return health.guard(() => fill(only))
    })
    return pumping
  }
  const fill = async (only?: string): Promise<void> => {
    for (const entry of channels.values()) {
      if (only !== undefined && entry.id !== only) continue
      const room = { inHand: hands.at(entry.id), mostInHand: IN_HAND }
      if (isStopping || room.inHand >= room.mostInHand) continue
      const { leased } = await store.commit((q, facts) => leaseFrom(q, entry, { ...facts, ...room, run: store.run }))
      for (const one of leased) hands.take(one)
    }
  }
  const plan = async (): Promise<void> => {
    await store.commit((q, facts) => takeOrphans(q, { ...facts, run: store.run, inHand: hands.batches() }))
    await store.commit((q, facts) => leaveClosed(q, facts))
    // Each round of planning is followed by sending, so that in a flood the first call does not wait for the last plan.
    for (let more = true; more && !isStopping;) {
      const climbed = await store.commit((q, facts) => climbLadders(q, facts))
      if (climbed.changed.length > 0) await pump()
      more = climbed.more
    }
    for (let more = true; more && !isStopping;) more = (await store.commit((q, facts) => planAnnounced(q, facts))).more
    await store.commit(async (q, { now }) => {
      // Only a tick that came this far counts as life: the watchman calls people when there is none for 120 s.
      await beat(q, now)
      return { changed: [], actions: await watchStorm(q, { duty, memos, now }) }
    })
  }
  const idle = async (): Promise<void> => {
    await pumping
    while (hands.size() > 0) {
      await hands.emptied()
      await pumping
    }
  }
  return {
    tick: async () => {
      if (isStopping) return
      await health.guard(plan)
      await pump()
      await health.guard(async () => {
        look = await db.read(lookAround)
      })
    },
    waiting: (channel) => look.waiting.get(channel) ?? 0,
    storm: () => look.storm,
    heard: async (entry, what) => {
      if (what.kind === 'reply') return
      const report = { channel: entry.id, ...what }
      const note = () => store.commit((q, facts) => orNothing(noteReport(q, report, facts)))
      if ((await note()).isKnown) return
      // A report can overtake the answer to the message it is about.
      await hands.emptied(entry.id)
      await note()
    },
    idle,
    stop: async () => {
      isStopping = true
      const ended = idle()
      const grace = new AbortController()
      await Promise.race([ended, systemClock.sleep(GRACE_MS, grace.signal).catch(() => undefined)])
      grace.abort()
      breakOff.abort()
      await ended
    },
  }
}

interface Look {
  readonly waiting: ReadonlyMap<string, number>
  readonly storm: boolean
}

const Waiting = z.object({ channel: z.string(), waiting: z.number() })

async function lookAround(q: Query): Promise<Look> {
  // Each state by itself, as each has an index of its own.
  const rows = await q.all(
    Waiting,
    `select channel, sum(waiting) as waiting from (
       select channel, count(*) as waiting from notices where state = 'queued' group by channel
       union all select channel, count(*) from notices where state = 'sending' group by channel
     ) group by channel`,
  )
  const waiting = new Map(rows.map((row) => [row.channel, row.waiting]))
  return { waiting, storm: (await stormSince(q)) !== null }
}

async function orNothing(change: Promise<QueueChange | null>): Promise<QueueChange & { readonly isKnown: boolean }> {
  const done = await change
  return done === null ? { changed: [], actions: [], isKnown: false } : { ...done, isKnown: true }
}

/** A channel that does not heed its signal must not keep its hand for ever. */
async function sendAtAll(
  send: ReturnType<typeof openSender>,
  leased: Leased,
  { now, within }: { readonly now: UtcMs; readonly within: AbortSignal },
): Promise<Attempt> {
  const broken = Promise.withResolvers<Attempt>()
  const give = () =>
    broken.resolve({ outcome: { is: 'temporary', answer: 'no answer in time' }, bodyHash: null, fault: within.reason })
  within.addEventListener('abort', give, { once: true })
  if (within.aborted) give()
  try {
    return await Promise.race([send(leased, now, within), broken.promise])
  } catch (error) {
    return { outcome: { is: 'temporary', answer: messageOf(error) }, bodyHash: null }
  } finally {
    within.removeEventListener('abort', give)
  }
}

/** Makes a change of the queue, its ledger entries included, in one transaction, and tells those who follow the alarms. */
export type Commit = <T extends QueueChange>(change: (q: Query, facts: SettleFacts) => Promise<T>) => Promise<T>

interface Store {
  /** Names this dispatcher among those there were. */
  readonly run: string
  readonly commit: Commit
}

function openStore({ desk, db, duty, channels, networkClock = systemClock, boot }: DispatcherDeps): Store {
  const run = randomBytes(9).toString('base64url')
  const known = boot ?? bootId(networkClock)
  let time: TransportTime | null = null
  const commit: Commit = async (change) => {
    const now = await desk.time()
    const done = await db.transaction(async (q) => {
      const before = await countChanges(q)
      const own = time ?? (await takeOver(q, { run, clock: networkClock, boot: known }))
      const made = await change(q, { duty, channels, now, t: own.t() })
      const actions: readonly LedgerAction[] = made.actions
      if (actions.length > 0) await desk.append(q, actions)
      await own.keep(q, before)
      return { made, own }
    })
    time = done.own
    desk.changed(done.made.changed)
    return done.made
  }
  return { run, commit }
}

/** Logs once when a channel, or the store, begins to fail and once when it is well again. */
function channelHealth(log: Log) {
  const failing = new Set<string>()
  const change = (what: string, reason: string | null) => {
    if (reason !== null && !failing.has(what)) {
      failing.add(what)
      log.warn({ code: 'notify/failing', what, reason }, 'messages cannot be delivered')
    }
    if (reason === null && failing.delete(what)) log.info({ what }, 'messages can be delivered again')
  }
  return {
    tell: (channel: string, { outcome }: Attempt) => change(channel, outcome.is === 'accepted' ? null : outcome.answer),
    guard: async (work: () => Promise<void>): Promise<void> => {
      try {
        await work()
        change('queue', null)
      } catch (error) {
        change('queue', messageOf(error))
      }
    },
  }
}
