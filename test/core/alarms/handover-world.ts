import fc from 'fast-check'
import { type AlarmState, AlarmState as States } from '../../../core/contract/alarm.ts'
import type { HandoverShift } from '../../../core/contract/handover-draft.ts'
import type { HandoverRecord, HandoverSide, Signature } from '../../../core/contract/handover.ts'
import type { LedgerAct } from '../../../core/contract/ledger.ts'
import { type UtcMs, utcMs } from '../../../core/contract/time.ts'
import { draftHandover } from '../../../core/alarms/handover-draft.ts'
import type { HandoverSource, ShiftAct, ShiftEpisode } from '../../../core/alarms/handover-source.ts'
import { at } from './roster/build.ts'

const named = (id: string) => ({ 'zh-CN': id, en: id })
const HOUR = 3_600_000

/** The night shift of 12 January. */
export const SHIFT: HandoverShift = {
  ...{ role: 'duty', roleName: named('duty'), shift: 'night', name: named('night'), day: '2026-01-12' },
  ...{ from: at('2026-01-12 20:00'), to: at('2026-01-13 08:00') },
}

/** An alarm of the night; red, raised at 22:00 and not acknowledged, unless it is said otherwise. */
export function episode(part: Partial<ShiftEpisode> & Pick<ShiftEpisode, 'id'>): ShiftEpisode {
  const raisedAt = part.raisedAt ?? at('2026-01-12 22:00')
  return {
    ...{ number: `PW-20260112-${part.id}`, site: 'east-pit', priority: 'red', ruleType: 'gas', state: 'unacked' },
    ...{ explanation: { key: 'gas.raised', values: {} }, raisedAt, receivedAt: raisedAt, raises: 1, late: false },
    ...{ reAlarmAt: null, assignee: null, findings: [], suppressions: [], held: 0 },
    ...part,
  }
}

export function act(what: LedgerAct, subject: string, when: UtcMs, detail: ShiftAct['detail'] = {}): ShiftAct {
  return { act: what, subject, at: when, detail }
}

/** Facts of a quiet night at 07:30. */
export function source(part: Partial<HandoverSource> = {}): HandoverSource {
  return {
    ...{ at: at('2026-01-13 07:30'), shift: SHIFT, isDayOff: false, crew: [{ id: 'an', name: 'An' }] },
    ...{ leaders: [{ id: 'zhu', name: 'Zhu' }], next: [{ id: 'bo', name: 'Bo' }], checkIns: [], spotChecks: [] },
    ...{
      persons: [{ id: 'chen', name: 'Chen' }],
      episodes: [],
      acts: [],
      floodSince: null,
      sites: [],
      silences: [],
      channels: [],
      answers: 0,
    },
    ...{ refusedAnswers: 0, orders: [], sitesWithoutPapers: 0, lamps: [], tests: [], disk: null },
    ...{ clockWithinMs: null, watchman: 'absent', ledgerHead: null, backupAt: null },
    ...part,
  }
}

/** A record drafted at 07:30. */
export function record(part: Partial<HandoverRecord> = {}): HandoverRecord {
  const draftedAt = at('2026-01-13 07:30')
  const bare = {
    id: 'duty.2026-01-12.night',
    shift: SHIFT,
    state: 'draft',
    draftedAt,
    draft: draftHandover(source()),
  } as const
  return { ...bare, entries: [], signatures: [], addenda: [], ...part }
}

export function signature(side: HandoverSide, user: string, when = at('2026-01-13 07:32')): Signature {
  const content = 'a'.repeat(64)
  return { side, person: user, name: user, user, at: when, inPlace: null, note: '', content }
}

/** Any night: alarms of every colour and state, and what was done about them. */
export const anyNight: fc.Arbitrary<Pick<HandoverSource, 'episodes' | 'acts'>> = fc
  .array(
    fc.record({
      priority: fc.constantFrom('red', 'orange', 'yellow', 'blue'),
      state: fc.constantFrom<AlarmState>(...States.options),
      late: fc.boolean(),
      receivedAt: fc.integer({ min: SHIFT.from - 2 * HOUR, max: SHIFT.to }).map(utcMs),
      acts: fc.array(
        fc.record({
          act: fc.constantFrom<LedgerAct>(
            'alarm-acknowledged',
            'alarm-returned',
            'alarm-raised-again',
            'alarm-assigned',
          ),
          at: fc.integer({ min: SHIFT.from, max: at('2026-01-13 07:30') }).map(utcMs),
          again: fc.boolean(),
        }),
        { maxLength: 5 },
      ),
    }),
    { maxLength: 40 },
  )
  .map((alarms) => ({
    episodes: alarms.map(({ acts: _, ...rest }, n) => episode({ ...rest, id: `a${n}`, raisedAt: rest.receivedAt })),
    acts: alarms.flatMap(({ acts }, n) => acts.map((one) => act(one.act, `a${n}`, one.at, { again: one.again }))),
  }))
