import { Roster } from '../../../../core/contract/roster.ts'
import { utcMs } from '../../../../core/contract/time.ts'
import { planRoster } from '../../../../core/alarms/roster/plan.ts'
import type { DutyView } from '../../../../core/alarms/duty-view.ts'
import { HouseError } from '../../../../core/kit/errors.ts'
import type { AlarmTransition } from '../../../../core/contract/alarm.ts'
import type { Memo } from '../../../../dashboard/server/notify/memo.ts'
import { openReplies, type Replies } from '../../../../dashboard/server/notify/replies.ts'
import { openWorld, transition, type World } from '../alarms/world.ts'

const ladder = { steps: [{ after: 0, call: [{ role: 'duty' }] }], loop: 600_000 }

export const WANG = '+8613900000001'
export const LI = '13900000002'

export const roster = Roster.parse({
  persons: [
    {
      id: 'wang',
      name: 'Wang',
      contacts: [
        { channel: 'modem', address: WANG },
        { channel: 'mail', address: 'w@example.org' },
      ],
    },
    { id: 'li', name: 'Li', language: 'en', contacts: [{ channel: 'modem', address: LI }] },
    { id: 'zhao', name: 'Zhao', contacts: [{ channel: 'modem', address: '0356-2000003' }] },
    { id: 'qian', name: 'Qian', contacts: [{ channel: 'modem', address: '+86 356 2000003' }] },
  ],
  roles: [
    { id: 'duty', name: { 'zh-CN': '值班员', en: 'duty officer' }, fallback: ['wang'] },
    { id: 'leader', name: { 'zh-CN': '带班领导', en: 'leader' }, fallback: ['zhao'] },
  ],
  ladders: { red: ladder, orange: ladder, yellow: ladder },
  office: { notices: 'leader', leader: 'leader' },
})

export interface ReplyWorld extends World {
  readonly replies: Replies
  readonly memos: Memo[]
  readonly checkedIn: string[]
  /** Codes of spot checks that wait, by person. */
  readonly spots: Map<string, string>
  /** Raises an alarm and tells `person` of it under `code`. */
  told(code: string, person: string, changes?: Partial<AlarmTransition>): Promise<string>
  sms(from: string, text: string, key?: string): Promise<string>
  acts(subject?: string): Promise<string[]>
}

/** Alarms over a real database, and answers to messages about them. */
export function openReplyWorld(): ReplyWorld {
  const world = openWorld()
  const memos: Memo[] = []
  const checkedIn: string[] = []
  const spots = new Map<string, string>()
  const plan = planRoster(roster, null)
  const duty: DutyView = {
    roster,
    onDuty: (role, at) => plan.onDuty(role, at),
    spans: (role, from, to) => plan.spans(role, from, to),
    person: (id) => roster.persons.find((person) => person.id === id) ?? null,
  }
  const open = () =>
    openReplies({
      ...{ db: world.db, desk: world.desk, duty, log: world.log },
      checkIn: (person) => {
        if (person !== 'wang') return Promise.reject(new HouseError('http/conflict', 'not on duty'))
        checkedIn.push(person)
        return Promise.resolve()
      },
      answerSpot: (person, code) => {
        if (spots.get(person) !== code) return Promise.reject(new HouseError('http/not-found', 'none'))
        spots.delete(person)
        return Promise.resolve()
      },
      memos: (_q, more) => {
        memos.push(...more)
        return Promise.resolve()
      },
    })
  let n = 0
  return {
    ...world,
    get db() {
      return world.db
    },
    get desk() {
      return world.desk
    },
    get replies() {
      return open()
    },
    memos,
    checkedIn,
    spots,
    told: async (code, person, changes = {}) => {
      n += 1
      const raised = transition({ rule: `rule-${n}`, priority: 'red', ...changes })
      await world.desk.receive(raised)
      await world.db.transaction(async (q) => {
        const id = `notice-${n}`
        const now = utcMs(world.clock.now())
        await q.run(
          `insert into notices (id, key, alarm, kind, urgency, round, step, person, name, channel, medium, state, queued_at,
             hold_until, sent_at, accepted_at, code)
           values (?, ?, ?, 'raise', 0, 0, 0, ?, ?, 'modem', 'sms', 'accepted', ?, ?, ?, ?, ?)`,
          ...[id, id, raised.occurrence, person, person, now, now, now, now, code],
        )
      })
      return raised.occurrence
    },
    sms: (from, text, key) => {
      n += 1
      return open().take({ key: key ?? `sms/${n}`, from, text, medium: 'sms' })
    },
    acts: async (subject) => {
      const query = subject === undefined ? { after: 0, limit: 1_000 } : { after: 0, limit: 1_000, subject }
      return (await world.desk.ledger(query)).entries.map(({ act }) => act)
    },
  }
}
