import { describe, expect, it } from 'vitest'
import { Roster } from '../../../core/contract/roster.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import type { DutyView } from '../../../core/alarms/duty-view.ts'
import {
  type EscalationQuestion,
  type EscalationState,
  hurryEscalation,
  LOST_ROUND_MS,
  planBeside,
  planEscalation,
  planLines,
} from '../../../core/alarms/escalation.ts'

const T = 1_768_154_400_000
const at = (s: number) => UtcMs.parse(T + s * 1_000)

const person = (id: string, ...channels: string[]) => ({
  ...{ id, name: id.toUpperCase() },
  contacts: channels.map((channel) => ({ channel, address: `${id}@${channel}` })),
})
const role = (id: string) => ({ id, name: { 'zh-CN': id, en: id }, fallback: ['wei'] })

/** The ladders of §3.7, with two duty officers, a leader, a deputy and somebody to fall back on. */
const ROSTER = Roster.parse({
  persons: [
    person('lin', 'desk', 'modem', 'robot', 'line'),
    person('qiao', 'modem', 'line'),
    person('shen', 'modem', 'line', 'mail'),
    person('zhou', 'mail'),
    person('wei', 'modem', 'mail'),
  ],
  roles: ['duty', 'grid', 'leader', 'deputy'].map(role),
  ladders: {
    red: {
      steps: [
        {
          call: [
            { role: 'duty', by: ['desk', 'sms', 'robot'] },
            { role: 'grid', by: ['sms'] },
          ],
        },
        {
          after: '2min',
          call: [
            { role: 'duty', by: ['sms', 'voice'] },
            { role: 'leader', by: ['sms', 'voice'] },
          ],
        },
        {
          after: '5min',
          call: [
            { role: 'leader', by: ['sms', 'voice'] },
            { role: 'deputy', by: ['sms'] },
          ],
        },
      ],
      loop: '10min',
    },
    orange: {
      steps: [{ call: [{ role: 'duty', by: ['desk', 'robot'] }] }, { after: '10min', call: [{ role: 'leader' }] }],
      loop: '30min',
    },
    yellow: { steps: [{ digest: '10min', call: [{ role: 'duty', by: ['robot'] }] }], loop: '8h' },
  },
  office: { notices: 'duty', leader: 'leader' },
})
const WAYS = new Map([
  ['desk', 'desk'],
  ['modem', 'sms'],
  ['robot', 'robot'],
  ['line', 'voice'],
  ['mail', 'mail'],
] as const)
const CREW = { duty: ['lin'], grid: ['qiao'], leader: ['shen'], deputy: ['zhou'] }

function dutyOf(crew: Readonly<Record<string, readonly string[]>>): DutyView {
  return {
    roster: ROSTER,
    spans: () => [],
    person: (id) => ROSTER.persons.find((one) => one.id === id) ?? null,
    onDuty: (id, from) => ({
      role: id,
      from,
      until: from,
      shift: null,
      persons: [...(crew[id] ?? [])],
      source: 'cycle',
    }),
  }
}

const RED = { id: 'a', site: 'north-gully', priority: 'red', isActive: true } as const
function question(
  changes: Partial<EscalationQuestion> & { seconds?: number; crew?: typeof CREW | Record<string, string[]> },
) {
  const { seconds = 0, crew = CREW, ...rest } = changes
  const base = { alarm: RED, begun: { round: 0, kind: 'raise' as const }, ways: WAYS, told: [], now: at(seconds) }
  return { ...base, duty: dutyOf(crew), state: { round: 0, step: 0, dueAt: at(0) }, ...rest }
}
const shown = (rows: ReturnType<typeof planEscalation>['rows']) =>
  rows.map((row) => `${row.person} ${row.channel} ${row.kind}`)

/** What a dispatcher does: asks once a second. */
function climb(seconds: number, crew: Readonly<Record<string, string[]>> = CREW) {
  const steps: string[] = []
  let state: EscalationState = { round: 0, step: 0, dueAt: at(0) }
  for (let s = 0; s <= seconds; s += 1) {
    const plan = planEscalation(question({ seconds: s, state, crew }))
    if (plan.rows.length > 0) steps.push(`${s}: ${[...new Set(plan.rows.map((row) => row.person))].join(' ')}`)
    state = plan.next
  }
  return steps
}

describe('a ladder', () => {
  it('calls whoever is on duty by the media of the step, each person once over each channel', () => {
    const { rows, next } = planEscalation(question({}))
    expect(shown(rows)).toEqual(['lin desk raise', 'lin modem raise', 'lin robot raise', 'qiao modem raise'])
    expect(rows[0]).toMatchObject({ key: 'a|0|0|lin|desk', medium: 'desk', bundle: null, holdUntil: at(0) })
    expect(next).toEqual({ round: 0, step: 1, dueAt: at(120) })
    const both = question({ crew: { ...CREW, leader: ['lin'] }, state: { round: 0, step: 1, dueAt: at(0) } })
    expect(shown(planEscalation(both).rows)).toEqual(['lin modem escalation', 'lin line escalation'])
  })

  it('uses every way of somebody who has none of the step’s media', () => {
    const { rows } = planEscalation(question({ state: { round: 0, step: 2, dueAt: at(0) } }))
    expect(shown(rows)).toEqual(['shen modem escalation', 'shen line escalation', 'zhou mail escalation'])
  })

  it('climbs at its times and starts over after the loop, for ever (E6)', () => {
    expect(climb(1_500)).toEqual([
      '0: lin qiao',
      '120: lin shen',
      '300: shen zhou',
      '900: lin qiao',
      '1020: lin shen',
      '1200: shen zhou',
    ])
    const times = climb(6 * 3_600).map((step) => Number(step.split(':')[0]))
    expect(Math.max(...times.slice(1).map((time, index) => time - times[index]!))).toBeLessThanOrEqual(600)
    expect(times.at(-1)).toBeGreaterThan(6 * 3_600 - 600)
  })

  it('passes over a step nobody can be reached on in the same call, and says so (E7)', () => {
    const plan = planEscalation(question({ crew: { leader: ['shen'] } }))
    expect(plan.nobody).toEqual([{ round: 0, step: 0, roles: ['duty', 'grid'] }])
    expect(shown(plan.rows)).toEqual(['shen modem escalation', 'shen line escalation'])
    expect(plan.next).toEqual({ round: 0, step: 2, dueAt: at(180) })
  })

  it('calls the fallback persons over all their ways where no step reaches anybody', () => {
    const plan = planEscalation(question({ crew: {} }))
    expect(plan.nobody).toHaveLength(3)
    expect(shown(plan.rows)).toEqual(['wei modem escalation', 'wei mail escalation'])
    expect(plan.next).toEqual({ round: 1, step: 0, dueAt: at(600) })
  })

  it('asks again after its loop where not even they can be reached', () => {
    const plan = planEscalation(question({ ways: new Map() }))
    expect(plan.rows).toEqual([])
    expect(plan.next).toEqual({ round: 1, step: 0, dueAt: at(600) })
  })

  it('calls the steps missed together, each person by the latest that names them, however long it was down', () => {
    const late = planEscalation(question({ seconds: 400 }))
    expect(late.rows.map(({ key }) => key)).toEqual([
      'a|0|1|lin|modem',
      'a|0|1|lin|line',
      'a|0|0|qiao|modem',
      'a|0|2|shen|modem',
      'a|0|2|shen|line',
      'a|0|2|zhou|mail',
    ])
    expect(late.next).toEqual({ round: 1, step: 0, dueAt: at(900) })
    expect(planEscalation(question({ seconds: 86_400 })).next).toEqual({ round: 1, step: 0, dueAt: at(87_000) })
  })

  it('tells who was told and has left duty once that others have it (E9)', () => {
    const told = [{ person: 'lin', name: 'LIN', channel: 'robot', medium: 'robot', byEdgeAt: null } as const]
    const state = { round: 0, step: 1, dueAt: at(120) }
    const plan = planEscalation(question({ seconds: 120, state, told, crew: { ...CREW, duty: ['qiao'] } }))
    expect(plan.rows.at(-1)).toMatchObject({
      kind: 'handed-over',
      person: 'lin',
      channel: 'robot',
      key: 'a|handed-over|0|lin|robot',
    })
    expect(planEscalation(question({ seconds: 120, state, told })).rows.map(({ kind }) => kind)).not.toContain(
      'handed-over',
    )
  })

  it('does not call again for a step whom the gateway of the site has texted within it', () => {
    const told = [{ person: 'lin', name: 'LIN', channel: 'edge', medium: 'sms', byEdgeAt: at(-30) } as const]
    expect(shown(planEscalation(question({ told })).rows)).toEqual(['qiao modem raise'])
    expect(shown(planEscalation(question({ told: [{ ...told[0]!, byEdgeAt: at(-121) }] })).rows)).toHaveLength(4)
  })

  it('goes on with the next round when the ladder became shorter, and does nothing before it is due', () => {
    const shorter = planEscalation(question({ state: { round: 2, step: 7, dueAt: at(0) } }))
    expect(shorter.rows[0]?.key).toBe('a|3|0|lin|desk')
    const state = { round: 0, step: 1, dueAt: at(120) }
    expect(planEscalation(question({ seconds: 119, state }))).toEqual({ rows: [], next: state, nobody: [] })
    expect(planEscalation(question({ alarm: { ...RED, priority: 'blue' } })).rows).toEqual([])
  })

  it('lets orange wait half a minute for others of its site, and yellow for the digest of its step', () => {
    const orange = planEscalation(question({ alarm: { ...RED, priority: 'orange' } })).rows[0]
    expect(orange).toMatchObject({ bundle: 'north-gully', holdUntil: at(30) })
    const yellow = planEscalation(question({ alarm: { ...RED, priority: 'yellow' } })).rows[0]
    expect(yellow).toMatchObject({ bundle: '*', holdUntil: at(600) })
  })

  it('is hurried to its next step when all hope of one is gone, and to its next round within ten minutes', () => {
    const state = { round: 0, step: 1, dueAt: at(120) }
    const gone = { hope: { sinceStep: false, inRound: false }, now: at(5) }
    expect(hurryEscalation(state, { round: 0, step: 0 }, gone)).toEqual({ ...state, dueAt: at(5) })
    expect(hurryEscalation(state, { round: 0, step: 0 }, { ...gone, hope: { sinceStep: true, inRound: true } })).toBe(
      state,
    )
    expect(hurryEscalation(state, { round: 0, step: 1 }, gone)).toBe(state)
    const next = { round: 1, step: 0, dueAt: at(8 * 3_600) }
    expect(hurryEscalation(next, { round: 0, step: 2 }, gone).dueAt).toBe(at(5) + LOST_ROUND_MS)
    expect(hurryEscalation(next, { round: 0, step: 2 }, { ...gone, hope: { sinceStep: false, inRound: true } })).toBe(
      next,
    )
  })
})

describe('beside a ladder', () => {
  it('the first persons are called again at once, or in their next digest', () => {
    const { state: _, ...rest } = question({})
    const again = planBeside({ ...rest, begun: { round: 2, kind: 'again' }, n: 7, quietly: false })
    expect(again[0]).toMatchObject({
      key: 'a|again|7|lin|desk',
      kind: 'again',
      round: 2,
      priority: 'red',
      bundle: null,
    })
    const quiet = planBeside({ ...rest, begun: { round: 2, kind: 'late' }, n: 8, quietly: true })
    expect(quiet[0]).toMatchObject({ priority: 'orange', bundle: '*', holdUntil: at(30) })
  })

  it('each person who was told gets one line by the quietest way, and nobody is rung up for it', () => {
    const door = (person: string, channel: string) => ({
      person,
      name: person,
      channel,
      medium: WAYS.get(channel as 'desk')!,
      byEdgeAt: null,
    })
    const told = [
      door('lin', 'line'),
      door('lin', 'modem'),
      door('lin', 'robot'),
      door('qiao', 'desk'),
      door('qiao', 'line'),
    ]
    const rows = planLines({ alarm: RED, told, now: at(0) }, { kind: 'acknowledged', place: '3', round: 0, step: 1 })
    expect(rows.map(({ key, priority }) => `${key} ${priority}`)).toEqual(['a|acknowledged|3|lin|robot blue'])
  })
})
