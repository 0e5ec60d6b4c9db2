import { describe, expect, it } from 'vitest'
import type { Medium } from '../../../core/contract/notice.ts'
import type { Priority } from '../../../core/contract/priority.ts'
import { Roster } from '../../../core/contract/roster.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import {
  type EscalationQuestion,
  hurryEscalation,
  paled,
  planBeside,
  planEscalation,
  planLines,
  type Told,
} from '../../../core/alarms/escalation.ts'
import { quietWay } from '../../../core/alarms/escalation-who.ts'

const T = 1_768_154_400_000
const at = (s: number) => UtcMs.parse(T + s * 1_000)

const person = (id: string, ...channels: string[]) => ({
  ...{ id, name: id.toUpperCase() },
  contacts: channels.map((channel) => ({ channel, address: `${id}@${channel}` })),
})
const name = { 'zh-CN': 'r', en: 'r' }
const ROSTER = Roster.parse({
  persons: [
    person('lin', 'modem', 'robot'),
    person('qiao', 'modem', 'mail'),
    person('shen', 'modem', 'mail'),
    person('wei', 'modem', 'mail'),
    person('gu', 'robot', 'mail'),
    person('bai', 'robot', 'mail'),
  ],
  roles: [
    { id: 'duty', name, fallback: ['wei', 'gu', 'bai'] },
    { id: 'leader', name, fallback: ['wei'] },
    { id: 'grid', name, fallback: ['qiao'] },
  ],
  ladders: {
    red: {
      steps: [
        { call: [{ role: 'duty', by: ['sms', 'robot'] }] },
        { after: '2min', call: [{ role: 'leader', by: ['sms'] }] },
        { after: '5min', call: [{ role: 'duty' }] },
      ],
      loop: '10min',
    },
    orange: {
      steps: [{ call: [{ role: 'duty' }] }, { after: '10min', call: [{ role: 'leader' }] }],
      loop: '30min',
    },
    yellow: {
      steps: [{ call: [{ role: 'duty' }] }, { after: '30min', digest: '20min', call: [{ role: 'duty' }] }],
      loop: '8h',
    },
  },
  office: { notices: 'duty', leader: 'leader' },
})
const WAYS = new Map<string, Medium>([
  ['modem', 'sms'],
  ['robot', 'robot'],
])
const CREW: Readonly<Record<string, readonly string[]>> = { duty: ['lin'], leader: ['shen'] }

type Asked = Partial<EscalationQuestion> & {
  readonly s?: number
  readonly crew?: typeof CREW
  readonly roster?: Roster
  readonly priority?: Priority
  readonly isActive?: boolean
}
function question({ s = 0, crew = CREW, roster = ROSTER, priority = 'red', isActive = true, ...rest }: Asked = {}) {
  return {
    ...{ alarm: { id: 'a', site: 'north', priority, isActive }, begun: { round: 0, kind: 'raise' as const } },
    ...{ state: { round: 0, step: 0, dueAt: at(0) }, ways: WAYS, told: [], now: at(s) },
    duty: {
      ...{ roster, spans: () => [], person: (id: string) => roster.persons.find((one) => one.id === id) ?? null },
      onDuty: (role: string, from: UtcMs) => ({
        ...{ role, from, until: from, shift: null, source: 'cycle' as const },
        persons: [...(crew[role] ?? [])],
      }),
    },
    ...rest,
  }
}
const told = (id: string, more: Partial<Told> = {}): Told => ({
  ...{ person: id, name: id.toUpperCase(), channel: 'robot', medium: 'robot', byEdgeAt: null },
  ...more,
})
const shown = (rows: ReturnType<typeof planBeside>) => rows.map((one) => `${one.person} ${one.channel} ${one.kind}`)

describe('a ladder', () => {
  it('makes rows that say everything of whom, about what, how and when', () => {
    const [first] = planEscalation(question()).rows
    const common = { alarm: 'a', round: 0, step: 0, person: 'lin', name: 'LIN', channel: 'modem', medium: 'sms' }
    expect(first).toEqual({
      ...common,
      key: 'a|0|0|lin|modem',
      kind: 'raise',
      priority: 'red',
      bundle: null,
      holdUntil: at(0),
    })
    const [beside] = planBeside({ ...question(), n: 4, quietly: false })
    expect(beside).toEqual({
      ...common,
      key: 'a|raise|4|lin|modem',
      kind: 'raise',
      priority: 'red',
      bundle: null,
      holdUntil: at(0),
    })
  })

  it('skips somebody nobody knows, whoever may have named them', () => {
    expect(shown(planEscalation(question({ crew: { duty: ['ghost', 'lin'] } })).rows)).toEqual([
      'lin modem raise',
      'lin robot raise',
    ])
    const roles = ROSTER.roles.map((role) => ({ ...role, fallback: ['ghost', ...role.fallback] }))
    const rows = planEscalation(question({ crew: {}, roster: { ...ROSTER, roles } })).rows
    expect(shown(rows)).toEqual(['wei modem escalation', 'gu robot escalation', 'bai robot escalation'])
  })

  it('falls back on those of its own roles who can be reached, by one way or more', () => {
    const noRobot = new Map([...WAYS].filter(([channel]) => channel !== 'robot'))
    expect(shown(planEscalation(question({ crew: {}, ways: noRobot })).rows)).toEqual(['wei modem escalation'])
  })

  it('asks whom the site’s gateway texted at its step, and does not climb for it', () => {
    const texted = told('lin', { byEdgeAt: at(-119) })
    expect(planEscalation(question({ told: [texted] }))).toMatchObject({
      rows: [],
      next: { round: 0, step: 1, dueAt: at(120) },
    })
    expect(planEscalation(question({ told: [{ ...texted, byEdgeAt: at(-120) }] })).rows).toHaveLength(2)
  })

  it('is never left due, also when its next round begins at this very instant', () => {
    expect(planEscalation(question({ s: 900 })).next).toEqual({ round: 1, step: 0, dueAt: at(1_500) })
  })

  it('that became shorter begins its next round where its step was the one behind the last', () => {
    expect(planEscalation(question({ state: { round: 2, step: 3, dueAt: at(0) } })).rows[0]?.key).toBe(
      'a|3|0|lin|modem',
    )
  })

  it('calls steps of one instant together, and a loop of nothing once a second', () => {
    const { red } = ROSTER.ladders
    const steps = red.steps.map((step) => ({ ...step, after: 0 }))
    const roster = { ...ROSTER, ladders: { ...ROSTER.ladders, red: { ...red, steps, loop: 0 } } }
    const plan = planEscalation(question({ roster }))
    expect(new Set(plan.rows.map((one) => one.person))).toEqual(new Set(['lin', 'shen']))
    expect(plan.next).toEqual({ round: 1, step: 0, dueAt: at(1) })
  })

  it('lets what has returned wait for a digest where it is yellow, ten minutes or as long as its step says', () => {
    const hold = (asked: Asked) => planEscalation(question(asked)).rows[0]?.holdUntil
    expect(hold({ priority: 'yellow' })).toBe(at(30))
    expect(hold({ priority: 'yellow', isActive: false })).toBe(at(600))
    expect(hold({ priority: 'orange', isActive: false })).toBe(at(30))
    const second = { round: 0, step: 1, dueAt: at(0) }
    expect(hold({ priority: 'yellow', isActive: false, state: second })).toBe(at(1_200))
    expect(hold({ priority: 'yellow', state: second })).toBe(at(1_200))
  })
})

describe('who was told and is not called any more', () => {
  it('hears that others have it: not whoever is still on the ladder, nor whom the gateway told', () => {
    const handed = (...all: readonly Told[]) =>
      planEscalation(question({ told: all }))
        .rows.filter(({ kind }) => kind === 'handed-over')
        .map((one) => one.person)
    expect(handed(told('shen'))).toEqual([])
    expect(handed(told('qiao'))).toEqual(['qiao'])
    expect(handed(told('qiao', { byEdgeAt: at(-1_000) }))).toEqual([])
  })

  it('hears nothing while nobody else is called', () => {
    expect(planEscalation(question({ crew: {}, ways: new Map(), told: [told('qiao')] })).rows).toEqual([])
  })
})

describe('a line beside the ladder', () => {
  const line = (kind: 'returned' | 'acknowledged', asked: Asked = {}) =>
    planLines(
      question({ told: [told('lin', { name: 'Lin L.' }), told('lin', { channel: 'modem', medium: 'sms' })], ...asked }),
      {
        ...{ kind, place: '7', round: 2, step: 1 },
      },
    )[0]

  it('says of a return as much as the alarm is worth, and of an acknowledgement soon', () => {
    const common = {
      alarm: 'a',
      round: 2,
      step: 1,
      person: 'lin',
      name: 'Lin L.',
      channel: 'robot',
      medium: 'robot',
      bundle: '*',
    }
    expect(line('returned', { priority: 'yellow' })).toEqual({
      ...{ ...common, key: 'a|returned|7|lin|robot', kind: 'returned', priority: 'yellow', holdUntil: at(600) },
    })
    expect(line('acknowledged', { priority: 'yellow' })).toEqual({
      ...{ ...common, key: 'a|acknowledged|7|lin|robot', kind: 'acknowledged', priority: 'blue', holdUntil: at(30) },
    })
    expect(line('returned')).toMatchObject({ priority: 'orange', holdUntil: at(30) })
    expect((['red', 'orange', 'yellow', 'blue'] as const).map(paled)).toEqual(['orange', 'orange', 'yellow', 'blue'])
  })

  it('goes by the quietest way there is, the first of them', () => {
    const doors = (...media: readonly Medium[]) =>
      media.map((medium, index) => ({ channel: `${medium}-${index}`, medium }))
    const all: readonly Medium[] = ['voice', 'desk', 'webhook', 'sms', 'mail', 'push', 'robot']
    for (const [count, medium] of [
      [7, 'robot'],
      [6, 'push'],
      [5, 'mail'],
      [4, 'sms'],
      [3, 'webhook'],
    ] as const)
      expect(quietWay(doors(...all.slice(0, count)))?.medium).toBe(medium)
    expect(quietWay(doors('voice', 'desk'))).toBeNull()
    expect(quietWay(doors('sms', 'sms'))).toEqual({ channel: 'sms-0', medium: 'sms' })
  })

  it('of blue is none, and of others goes to the first step that reaches anybody, or to the last resort', () => {
    const beside = (asked: Asked) => shown(planBeside({ ...question(asked), n: 1, quietly: true }))
    expect(beside({ priority: 'blue' })).toEqual([])
    expect(beside({ crew: { leader: ['shen'] } })).toEqual(['shen modem raise'])
    expect(beside({ crew: {} })).toEqual(['wei modem raise', 'gu robot raise', 'bai robot raise'])
  })
})

describe('a ladder is hurried', () => {
  const state = { round: 1, step: 0, dueAt: at(100) }
  const gone = { sinceStep: false, inRound: false }

  it('to a time before its own, and for the round after only', () => {
    const hurried = (failed: { round: number; step: number }, s: number, from = state) =>
      hurryEscalation(from, failed, { hope: gone, now: at(s) })
    expect(hurried({ round: 0, step: 2 }, -501)).toEqual({ ...state, dueAt: at(99) })
    expect(hurried({ round: 0, step: 2 }, -500)).toBe(state)
    expect(hurried({ round: 0, step: 2 }, 300)).toBe(state)
    const far = { ...state, round: 4 }
    expect(hurried({ round: 0, step: 2 }, -900, far)).toBe(far)
    const climbed = { ...state, step: 1 }
    expect(hurried({ round: 0, step: 2 }, -900, climbed)).toBe(climbed)
  })
})
