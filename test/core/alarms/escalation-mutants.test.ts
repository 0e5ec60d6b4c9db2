import { describe, expect, it } from 'vitest'
import type { Medium, NoticeState } from '../../../core/contract/notice.ts'
import type { Priority } from '../../../core/contract/priority.ts'
import { Roster } from '../../../core/contract/roster.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import { holdOfLine, linesThatFit } from '../../../core/alarms/digest.ts'
import { type ChannelFacts, chooseSends } from '../../../core/alarms/dispatch-choose.ts'
import { type DispatchRow, isCall, mayGoAnotherWay, type RowKind } from '../../../core/alarms/dispatch-row.ts'
import { type Around, settleRow } from '../../../core/alarms/dispatch-settle.ts'
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
import { comparePriority } from '../../../core/alarms/priority.ts'
import { STORM_WINDOW_MS } from '../../../core/alarms/storm.ts'

const T = 1_768_154_400_000
const at = (s: number) => UtcMs.parse(T + s * 1_000)
const now = { now: at(0), t: 1_000_000 }

function row(n: number, changes: Partial<DispatchRow> = {}): DispatchRow {
  return {
    ...{ id: `n${n}`, n, key: `k${n}`, alarm: `alarm-${n}`, kind: 'escalation', round: 0, step: 0, person: 'lin' },
    ...{ name: 'Lin', channel: 'robot', medium: 'robot', priority: 'yellow', bundle: 'north', holdUntil: at(0) },
    ...{ state: 'queued', attempts: 0, retryAt: 0, batch: null, ...changes },
  }
}
const CHANNEL: ChannelFacts = {
  ...{ allowance: { most: 20, perMs: 60_000, reserved: 5 }, spent: [], penaltyUntil: 0, inHand: 0, mostInHand: 16 },
  lines: 50,
}
const chosen = (rows: readonly DispatchRow[], facts: Partial<ChannelFacts> = {}) =>
  chooseSends(rows, { ...CHANNEL, ...facts }, now).map((batch) => batch.rows.map(({ n }) => n))
/** So many messages just sent. */
const spent = (count: number) => Array.from({ length: count }, () => ({ ended: now.t }))

describe('what goes over a channel', () => {
  it('leaves two places in hand to red, of which a channel with few has fewer', () => {
    const two = [row(1, { person: 'lin' }), row(2, { person: 'qiao' })]
    expect(chosen(two, { inHand: 13 })).toEqual([[1]])
    expect(chosen(two, { inHand: 14 })).toEqual([])
    expect(chosen(two, { mostInHand: 1 })).toEqual([[1]])
    expect(chosen(two, { mostInHand: 2 })).toEqual([[1]])
  })

  it('is queued, and its pause is over from the very millisecond on', () => {
    expect(chosen([row(1, { state: 'sending' }), row(2, { state: 'accepted' })])).toEqual([])
    expect(chosen([row(1, { retryAt: now.t })])).toEqual([[1]])
    const waits = { holdUntil: at(20) }
    expect(chosen([row(1), row(2, { ...waits, retryAt: now.t }), row(3, { ...waits, retryAt: now.t + 1 })])).toEqual([
      [1, 2],
    ])
  })

  it('takes nobody along who waits alone', () => {
    const alone = { bundle: null, alarm: null, kind: 'memo' } as const
    expect(chosen([row(1, alone), row(2, { ...alone, holdUntil: at(20) })])).toEqual([[1]])
  })

  it('is folded only where there are more messages than may go', () => {
    const sites = [row(1), row(2, { bundle: 'south' })]
    expect(chosen(sites)).toEqual([[1], [2]])
    expect(chosen(sites, { spent: spent(13) })).toEqual([[1], [2]])
    expect(chosen(sites, { spent: spent(14) })).toEqual([[1, 2]])
    const memo = { alarm: null, kind: 'memo', bundle: null } as const
    expect(chosen([row(1), row(2, memo), row(3, { bundle: 'south' })], { spent: spent(14) })).toEqual([[1, 3]])
    expect(chosen([row(1, memo), row(2), row(3, { bundle: 'south' })], { spent: spent(13) })).toEqual([[1], [2, 3]])
  })

  it('joins its own alarm first, and its site else; a message that is full takes no more and leaves the others open', () => {
    const rows = [row(1, { alarm: 'a', bundle: '*' }), row(2, { alarm: 'b' }), row(3, { alarm: 'a' })]
    expect(chosen(rows)).toEqual([[3, 1], [2]])
    const south = { bundle: 'south' }
    const four = [row(1), row(2, south), row(3), row(4, south), row(5)]
    expect(chosen(four, { lines: 2 })).toEqual([[1, 3], [2, 4], [5]])
  })

  it('is the oldest first: by when it could have gone, then by when it was queued', () => {
    const one = (n: number, s: number) => row(n, { holdUntil: at(-s), bundle: `site-${n}` })
    expect(chosen([one(1, 1), one(2, 3), one(3, 2)])).toEqual([[2], [3], [1]])
    expect(chosen([one(3, 1), one(1, 1), one(2, 1)])).toEqual([[1], [2], [3]])
    const worse = row(9, { priority: 'blue', holdUntil: at(-99), bundle: 'x' })
    expect(chosen([worse, one(1, 1)])).toEqual([[1], [9]])
    expect(comparePriority('yellow', 'blue')).toBeLessThan(0)
  })
})

describe('a digest', () => {
  it('waits ten minutes, and half a minute where the alarm is grave', () => {
    const waits = (['red', 'orange', 'yellow', 'blue'] as const).map(
      (priority) => holdOfLine(priority, at(0)).holdUntil,
    )
    expect(waits).toEqual([at(30), at(30), at(600), at(600)])
  })

  it('has lines of 120 bytes and an end each, and 240 bytes around them; what is short counts', () => {
    expect([1_934, 1_933].map((bytes) => linesThatFit('robot', bytes))).toEqual([14, 13])
    expect((['sms', 'voice', 'push'] as const).map((medium) => linesThatFit(medium, 100))).toEqual([200, 200, 200])
  })

  it('counts a storm over ten minutes', () => {
    expect(STORM_WINDOW_MS).toBe(600_000)
  })
})

describe('a row', () => {
  it('is a call unless it only informs; what proves a way goes no other', () => {
    const kinds: readonly RowKind[] = [
      ...(['raise', 'again', 'escalation', 're-alarm', 'after-suppression', 'returned', 'late'] as const),
      ...(['acknowledged', 'handed-over', 'memo', 'test', 'code'] as const),
    ]
    expect(kinds.map(isCall)).toEqual(kinds.map((_, index) => index < 7))
    expect(kinds.filter((kind) => !mayGoAnotherWay(kind))).toEqual(['test', 'code'])
  })

  const around = (...states: readonly (NoticeState | null)[]): Around => ({
    ...{ awaits: true, hasLadder: false, t: now.t },
    others: states.map((state, index) => ({ channel: `c${index}`, medium: 'sms', state })),
  })
  const tried = row(1, { kind: 'acknowledged', state: 'sending', attempts: 3 })
  const after = (...states: readonly (NoticeState | null)[]) =>
    settleRow(tried, { is: 'temporary', answer: '' }, around(...states))

  it('that nothing repeats is given up only where it is hoped for on another way', () => {
    for (const state of ['queued', 'sending', 'accepted', 'delivered', 'seen'] as const)
      expect(after(state).state).toBe('failed')
    for (const state of ['failed', 'cancelled'] as const) expect(after(state).state).toBe('queued')
    expect(after('failed', 'queued').state).toBe('failed')
    expect(after(null)).toMatchObject({ state: 'failed', fallbacks: [{ channel: 'c0' }] })
    expect(after(null, 'failed').state).toBe('failed')
  })

  it('that a provider throttles has lost no attempt, and comes back after a second at the least', () => {
    const throttled = { is: 'throttled', answer: '', penaltyMs: 0, isForAll: true } as const
    expect(settleRow(tried, throttled, around())).toMatchObject({ attempts: 2, retryAt: now.t + 1_000 })
    expect(settleRow({ ...tried, attempts: 0 }, throttled, around()).attempts).toBe(0)
  })
})

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
