import { join } from 'node:path'
import type { DeskStatus } from '../../../core/contract/live.ts'
import type { UtcMs } from '../../../core/contract/time.ts'
import { messageOf } from '../../../core/kit/errors.ts'
import { type Clock, systemClock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import { openWatchLine, type WatchLine } from '../../../platform/watch-line/client.ts'
import type { ToldEvent } from '../../../platform/watch-line/ears.ts'
import type { AlarmDesk } from '../alarms/desk.ts'
import type { LedgerAction } from '../alarms/ledger.ts'
import type { OwnAlarms } from '../alarms/own-alarms.ts'
import type { Watchman } from '../config.ts'
import type { Database } from '../db/database.ts'

const LOOK_EVERY_MS = 5_000
/** A watchman that is started anew is back by then, ms. */
const SILENT_FOR_MS = 60_000
/** What was told is remembered for this long, ms. */
const KEEP_MS = 90 * 86_400_000

export interface WatchDeps {
  readonly db: Database
  readonly desk: AlarmDesk
  readonly ownAlarms: OwnAlarms
  /** Folder of the control room's store: the watchman's socket lies in it. */
  readonly folder: string
  /** As it is configured; absent = there is none. */
  readonly watchman?: Watchman | undefined
  /** The county's time. */
  readonly clock: Clock
  readonly log: Log
}

/** The control room's side of the watchman. */
export interface Watch {
  /** For channels that go over its modem; absent where there is no watchman in the configuration. */
  readonly line: WatchLine | null
  /** For the header of the page. */
  status(): DeskStatus['watchman']
  /** Holds the line, writes down what the watchman did alone, and alarms when it is silent. Until `signal` aborts. */
  run(signal: AbortSignal): Promise<void>
}

/** Opens the control room's side; it talks once `run` is called. */
export function openWatch(deps: WatchDeps): Watch {
  const { folder, watchman, log } = deps
  if (watchman === undefined) return { line: null, status: () => 'absent', run: aborted }
  const perMinute = watchman.modem?.perMinute ?? null
  const line = openWatchLine({ path: join(folder, 'watchman.sock'), perMinute, clock: systemClock, log })
  return {
    line,
    status: () => (line.state().is === 'good' ? 'good' : 'silent'),
    run: async (signal) => {
      const hearing = line.hear({ event: (told) => keepEvent(told, deps) }, signal)
      await Promise.all([line.run(signal), hearing, keepAlarms(line, deps, signal)])
    },
  }
}

/** Writes what the watchman did into the ledger, once. Delivery reports are for the channels. */
async function keepEvent(told: ToldEvent, { db, desk, clock }: WatchDeps): Promise<boolean> {
  const action = actionOf(told)
  if (action === null) return false
  const now = clock.now()
  await db.transaction(async (q) => {
    const { changes } = await q.run(
      'insert into watchman_told (key, at) values (?, ?) on conflict (key) do nothing',
      told.key,
      now,
    )
    if (changes === 0) return
    await q.run('delete from watchman_told where at < ?', now - KEEP_MS)
    await desk.append(q, [action])
  })
  return true
}

function actionOf({ at, event }: ToldEvent): LedgerAction | null {
  switch (event.kind) {
    case 'delivered':
    case 'undelivered':
      return null
    case 'alarmed': {
      const { reasons, buzzer, told } = event
      return {
        actor: { kind: 'system', name: 'watchman' },
        act: 'watchman-alarmed',
        subject: 'control-room',
        detail: { doneAt: at, reasons, buzzer, told },
      }
    }
    case 'unreadable':
      return {
        actor: { kind: 'system', name: 'watchman' },
        act: 'reply-refused',
        subject: 'control-room',
        detail: { why: 'unreadable', answer: event.why },
      }
  }
}

interface Trouble {
  readonly rule: 'watchman-silent' | 'watchman-alarm'
  /** Null where nothing is known yet: the alarm stays as it is. */
  readonly isWrong: () => boolean | null
  readonly since: () => UtcMs
}

/** Alarms that nobody watches the control room from outside, and that whoever does had to call people itself. */
async function keepAlarms(line: WatchLine, deps: WatchDeps, signal: AbortSignal): Promise<void> {
  const { clock } = deps
  let goodAt: UtcMs = clock.now()
  const isGood = () => line.state().is === 'good'
  const silent: Trouble = {
    rule: 'watchman-silent',
    isWrong: () => (isGood() ? false : clock.now() - goodAt >= SILENT_FOR_MS ? true : null),
    since: () => goodAt,
  }
  const alarmed: Trouble = {
    rule: 'watchman-alarm',
    isWrong: () => {
      const audit = line.state().health?.audit ?? null
      return isGood() && audit !== null ? audit.told : null
    },
    since: () => line.state().health?.audit?.at ?? clock.now(),
  }
  const keep = [keeperOf(silent, deps), keeperOf(alarmed, deps)]
  while (!signal.aborted) {
    for (const one of keep) await one()
    if (isGood()) goodAt = clock.now()
    await Promise.all([clock.sleep(LOOK_EVERY_MS, signal), systemClock.sleep(50, signal)]).catch(() => undefined)
  }
}

function keeperOf({ rule, isWrong, since }: Trouble, { ownAlarms, log }: WatchDeps): () => Promise<void> {
  let known: boolean | null = null
  let isTold = false
  return async () => {
    const wrong = isWrong()
    if (wrong === null || wrong === known) return
    try {
      const explanation = { key: `control-room.${rule}`, values: { since: since() } }
      await ownAlarms.set(rule, wrong ? { priority: 'orange', explanation } : null)
      known = wrong
      isTold = false
    } catch (error) {
      if (!isTold) log.error({ code: 'store/failed', error: messageOf(error) }, 'an own alarm could not be kept')
      isTold = true
    }
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((settle) => {
    signal.addEventListener('abort', () => settle(), { once: true })
    if (signal.aborted) settle()
  })
}
