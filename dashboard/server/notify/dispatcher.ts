import { messageOf } from '../../../core/kit/errors.ts'
import { type Clock, systemClock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import type { AlarmDesk } from '../alarms/desk.ts'
import type { Database, Query } from '../db/database.ts'
import { climbLadders } from './climb.ts'
import {
  doorOf,
  leaseNotices,
  type LeasedNotice,
  type Outcome,
  type QueueChange,
  settleNotice,
  type Times,
} from './queue.ts'
import { openSender, type SenderDeps } from './sender.ts'

const TICK_MS = 1_000
/** Messages in hand at once, and over one channel: a channel that hangs must not hold up the others. */
const IN_HAND = 32
const IN_HAND_A_CHANNEL = 4
/** No notifier may take longer; shorter than a lease. */
const SEND_WITHIN_MS = 30_000
/** How long messages in hand may still take when the control room stops. */
const GRACE_MS = 3_000
const SETTLE_TRIES = 5

export interface DispatcherDeps extends SenderDeps {
  readonly desk: AlarmDesk
  readonly db: Database
  /** Domain time: when the next person is called. */
  readonly clock: Clock
  readonly log: Log
  /** Network time, for pauses between tries and for leases. Real time unless a test moves it. */
  readonly networkClock?: Clock
}

/** Carries alarms to people. */
export interface Dispatcher {
  /**
   * Climbs the ladders that are due and begins to send what is queued. Never throws: a failure is logged and tried
   * again.
   */
  tick(): Promise<void>
  /** Waits until nothing is in hand. */
  idle(): Promise<void>
  /** Gives what is in hand a moment to end, then breaks it off. */
  stop(): Promise<void>
}

/**
 * Runs the dispatcher until `signal` aborts. Everything it knows is in the database, so after a crash it goes on
 * where it was: steps missed meanwhile are called together, and a message that was being sent is sent once more when
 * its lease has ended. Close the database only after this has resolved.
 */
export async function runDispatcher(deps: DispatcherDeps & { readonly signal: AbortSignal }): Promise<void> {
  const { clock, signal } = deps
  const dispatcher = openDispatcher(deps)
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
  const { desk, duty, log } = deps
  const sender = openSender(deps)
  const commit = committer(deps)
  const health = channelHealth(log)
  const breakOff = new AbortController()
  let isStopping = false
  let pumping = Promise.resolve()

  const deliver = async (leased: LeasedNotice): Promise<void> => {
    const { notice } = leased
    const within = AbortSignal.any([breakOff.signal, AbortSignal.timeout(SEND_WITHIN_MS)])
    const outcome = await sender.send(leased, await desk.time(), within)
    health.tell(doorOf(notice), outcome)
    await untilDone(log, () => commit((q, times) => settleNotice(q, notice, { outcome, times })))
  }
  const hands = openHands({ log, deliver, freed: () => void pump() })
  const pump = (): Promise<void> => {
    pumping = pumping.then(() => health.guard(fill))
    return pumping
  }
  const fill = async (): Promise<void> => {
    if (isStopping) return
    const facts = {
      free: IN_HAND - hands.size(),
      perChannel: IN_HAND_A_CHANNEL,
      inHand: (door: string) => hands.at(door),
      nameOf: (person: string) => sender.nameOf(person),
    }
    const { leased } = await commit((q, times) => leaseNotices(q, { ...times, ...facts }))
    for (const one of leased) hands.take(one)
  }
  const climb = async (): Promise<void> => {
    const reachable = (person: string, channel: string) => sender.reachable(person, channel)
    while (!isStopping) {
      const { more } = await commit((q, { now }) => climbLadders(q, { duty, now, reachable }))
      if (!more) return
    }
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
      await health.guard(climb)
      await pump()
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

interface HandsDeps {
  readonly log: Log
  readonly deliver: (leased: LeasedNotice) => Promise<void>
  /** Called whenever one has been dealt with. */
  readonly freed: () => void
}

/** The messages that are being sent at this moment. */
function openHands({ log, deliver, freed }: HandsDeps) {
  const inHand = new Map<string, { readonly door: string; readonly done: Promise<void> }>()
  const take = (leased: LeasedNotice): void => {
    const { id } = leased.notice
    const done = deliver(leased)
      .catch((error: unknown) => {
        // Its lease ends by itself, and it is then sent again.
        log.error({ code: 'notify/unsettled', notice: id, error: messageOf(error) }, 'a message could not be settled')
      })
      .then(() => {
        inHand.delete(id)
        freed()
      })
    inHand.set(id, { door: doorOf(leased.notice), done })
  }
  return {
    take,
    size: () => inHand.size,
    at: (door: string) => [...inHand.values()].filter((hand) => hand.door === door).length,
    emptied: () => Promise.all([...inHand.values()].map((hand) => hand.done)),
  }
}

type Commit = <T extends QueueChange>(change: (q: Query, times: Times) => Promise<T>) => Promise<T>

/**
 * Makes a change of the queue, its ledger entries included, in one transaction, and tells those who follow the alarms.
 */
function committer({ desk, db, networkClock = systemClock }: DispatcherDeps): Commit {
  return async (change) => {
    const times: Times = { now: await desk.time(), networkNow: networkClock.now() }
    const done = await db.transaction(async (q) => {
      const made = await change(q, times)
      if (made.actions.length > 0) await desk.append(q, made.actions)
      return made
    })
    desk.changed(done.changed)
    return done
  }
}

/** A message that has been taken must be written down as taken, or it goes out again. */
async function untilDone(log: Log, work: () => Promise<unknown>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await work()
      return
    } catch (error) {
      if (tries === SETTLE_TRIES) throw error
      log.debug({ error: messageOf(error), tries }, 'settling a message failed')
      await systemClock.sleep(200 * tries)
    }
  }
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
    tell: (door: string, { is, answer }: Outcome) => change(door, is === 'accepted' ? null : answer),
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
