import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import type { Calendar } from '../../../../core/contract/activity.ts'
import type { Roster } from '../../../../core/contract/roster.ts'
import type { UtcMs } from '../../../../core/contract/time.ts'
import { appendLedger } from '../../../../dashboard/server/alarms/ledger.ts'
import type { OwnTrouble } from '../../../../dashboard/server/alarms/own-alarms.ts'
import { steadyTime } from '../../../../dashboard/server/alarms/steady-time.ts'
import { type Database, openDatabase } from '../../../../dashboard/server/db/database.ts'
import { type DutyBook, openDutyBook } from '../../../../dashboard/server/duty/duty-book.ts'
import type { Memo } from '../../../../dashboard/server/notify/memo.ts'
import { at, CN, rosterWith } from '../../../core/alarms/roster/build.ts'
import { type HandClock, handClock } from '../../../support/hand-clock.ts'
import { quietLog } from '../../../support/quiet-log.ts'

export const CHANNELS = [
  { id: 'sms', kind: 'webhook', with: {} },
  { id: 'robot', kind: 'dingtalk', with: {} },
]

export const ADMIN = { kind: 'person', name: 'admin' } as const

/** A roster whose phones are webhooks; `gao` holds no role, `an` signs in as an-user. */
export function countyRoster(table: object = {}, part: object = {}): Roster {
  const roster = rosterWith(table, part)
  const persons = roster.persons.map((person) => ({
    ...person,
    user: `${person.id}-user`,
    contacts: [
      { channel: 'desk', address: `${person.id}-user` },
      { channel: 'sms', address: `http://127.0.0.1:1/${person.id}` },
    ],
  }))
  return { ...roster, persons }
}

/** A duty book over a database of its own, with a clock that is moved by hand. */
export interface DutyWorld {
  readonly clock: HandClock
  readonly db: Database
  readonly book: DutyBook
  readonly memos: Memo[]
  /** The alarms of the control room that are on, by rule. */
  readonly troubles: Map<string, OwnTrouble>
  readonly time: () => Promise<UtcMs>
  /** Acts of the ledger, as `act subject`. */
  acts(): Promise<string[]>
  /** Moves the clock in seconds and ticks after each. */
  pass(seconds: number): Promise<void>
  /** Closes the file and opens it again, with another roster in control.yaml where one is given. */
  restart(fromConfig?: Roster): Promise<void>
  end(): Promise<void>
}

export interface WorldOptions {
  readonly start?: string
  readonly chance?: () => number
  readonly calendar?: Calendar | null
}

export async function openDutyWorld(fromConfig: Roster, options: WorldOptions = {}): Promise<DutyWorld> {
  const { start = '2026-03-02 12:00', chance = () => 0.5, calendar = CN } = options
  const folder = mkdtempSync(join(tmpdir(), 'pitwatch-duty-'))
  const clock = handClock(at(start))
  const memos: Memo[] = []
  const troubles = new Map<string, OwnTrouble>()
  const steady = steadyTime(clock)
  const open = async (roster: Roster) => {
    const db = openDatabase(join(folder, 'control.sqlite'))
    const book = await openDutyBook({
      ...{ db, clock, calendar, channels: CHANNELS, fromConfig: roster, chance, log: quietLog() },
      desk: { time: () => Promise.resolve(steady.now()), append: (q, actions) => appendLedger(q, steady, ...actions) },
      ownAlarms: {
        set: (rule, trouble) => {
          if (trouble === null) troubles.delete(rule)
          else troubles.set(rule, trouble)
          return Promise.resolve()
        },
      },
      memos: (_q, more) => {
        memos.push(...more.filter(({ key }) => memos.every((memo) => memo.key !== key)))
        return Promise.resolve()
      },
    })
    return { db, book }
  }
  let now = await open(fromConfig)
  return {
    ...{ clock, memos, troubles },
    time: () => Promise.resolve(steady.now()),
    get db() {
      return now.db
    },
    get book() {
      return now.book
    },
    acts: async () => {
      const row = z.object({ act: z.string(), subject: z.string() })
      const rows = await now.db.read((q) => q.all(row, 'select act, subject from ledger order by n'))
      return rows.map(({ act, subject }) => `${act} ${subject}`)
    },
    pass: async (seconds) => {
      for (let second = 0; second < seconds; second += 1) {
        await clock.advance(1_000)
        await now.book.tick()
      }
    },
    restart: async (roster = fromConfig) => {
      await now.db.close()
      now = await open(roster)
    },
    end: async () => {
      await now.db.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Proves every contact of some persons by the codes that were sent. */
export async function proveAll({ book, memos }: DutyWorld, persons: readonly string[]): Promise<void> {
  for (const person of persons) {
    for (const { channel } of book.person(person)?.contacts ?? []) {
      await book.contacts.sendCode({ person, channel }, ADMIN)
      await book.contacts.prove({ person, channel, code: codeIn(memos.at(-1)), actor: ADMIN })
    }
  }
}

/** The code a memo carries. */
export function codeIn(memo: Memo | undefined): string {
  return /\d{4,6}/.exec(memo?.short.en ?? '')?.[0] ?? ''
}
