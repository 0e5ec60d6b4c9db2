import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AlarmTransition } from '../../../../core/contract/alarm.ts'
import { MonoMs, UtcMs } from '../../../../core/contract/time.ts'
import type { Clock } from '../../../../platform/clock.ts'
import type { Log, LogFacts } from '../../../../platform/log.ts'
import { type AlarmDesk, openAlarmDesk } from '../../../../dashboard/server/alarms/desk.ts'
import { type Database, openDatabase } from '../../../../dashboard/server/db/database.ts'

export const NIGHT = Date.UTC(2026, 0, 11, 18, 14, 5)

/** A clock that stands still until it is moved. `setBack` moves the wall clock alone, as a person or NTP would. */
export interface ManualClock extends Clock {
  advance(ms: number): void
  setBack(ms: number): void
}

export function manualClock(start = NIGHT): ManualClock {
  let wall = start
  let mono = 0
  return {
    now: () => UtcMs.parse(wall),
    mono: () => MonoMs.parse(mono),
    sleep: () => Promise.reject(new Error('nothing here may wait by this clock')),
    advance: (ms) => {
      wall += ms
      mono += ms
    },
    setBack: (ms) => {
      wall -= ms
    },
  }
}

export function recordingLog(): Log & { readonly lines: { level: string; facts: LogFacts; message: string }[] } {
  const lines: { level: string; facts: LogFacts; message: string }[] = []
  const at = (level: string) => (facts: LogFacts, message: string) => void lines.push({ level, facts, message })
  const log = { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug'), child: () => log, lines }
  return log
}

/**
 * A control room's alarm side over a file of its own. `restart` closes and opens the file again, as a crash and a
 * start would.
 */
export interface World {
  readonly clock: ManualClock
  readonly log: ReturnType<typeof recordingLog>
  readonly path: string
  readonly db: Database
  readonly desk: AlarmDesk
  restart(): Promise<void>
  end(): Promise<void>
}

export function openWorld(): World {
  const folder = mkdtempSync(join(tmpdir(), 'pitwatch-desk-'))
  const path = join(folder, 'control.db')
  const clock = manualClock()
  const log = recordingLog()
  const open = () => {
    const db = openDatabase(path)
    return { db, desk: openAlarmDesk({ db, clock, log, prefix: 'PW' }) }
  }
  let now = open()
  return {
    clock,
    log,
    path,
    get db() {
      return now.db
    },
    get desk() {
      return now.desk
    },
    restart: async () => {
      await now.db.close()
      now = open()
    },
    end: async () => {
      await now.db.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** One transition of the alarm lane; a should-be-off alarm at a fictional closed pit unless told otherwise. */
export function transition(changes: Partial<AlarmTransition> = {}): AlarmTransition {
  const { site = 'north-gully', rule = 'feeder-live', at = UtcMs.parse(NIGHT) } = changes
  return {
    occurrence: `${site}.${rule}.${at.toString(36)}`,
    n: 1,
    kind: 'raise',
    site,
    rule,
    ruleType: 'should-be-off',
    point: 'feeder-meter/active-power',
    priority: 'orange',
    at,
    explanation: { key: 'should-be-off.raised', values: { value: 4.2, limit: 1, forS: 60 } },
    readings: [],
    evidence: [],
    ...changes,
  }
}

export const clearOf = (raised: AlarmTransition, afterMs = 60_000, n = 2): AlarmTransition => ({
  ...raised,
  n,
  kind: 'clear',
  at: UtcMs.parse(raised.at + afterMs),
  explanation: { key: 'should-be-off.cleared', values: {} },
})
