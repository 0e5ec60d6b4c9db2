import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HandoverDraft } from '../../../core/contract/handover-draft.ts'
import { Priority } from '../../../core/contract/priority.ts'
import { draftHandover } from '../../../core/alarms/handover-draft.ts'
import { nextStep } from '../../../core/alarms/handover-episodes.ts'
import type { HandoverSource } from '../../../core/alarms/handover-source.ts'
import { act, anyNight, episode, SHIFT, source } from './handover-world.ts'
import { at } from './roster/build.ts'

const night = (part: Partial<HandoverSource>) => HandoverDraft.parse(draftHandover(source(part)))

describe('the draft of a hand-over', () => {
  it('depends on the facts alone and not on the order they come in', () => {
    fc.assert(
      fc.property(anyNight, fc.infiniteStream(fc.nat()), ({ episodes, acts }, numbers) => {
        const shuffled = <T>(list: readonly T[]): T[] => {
          const keys = list.map((one) => ({ one, key: numbers.next().value ?? 0 }))
          return keys.sort((a, b) => a.key - b.key).map(({ one }) => one)
        }
        const facts = source({ episodes, acts })
        const before = structuredClone(facts)
        const draft = draftHandover(facts)
        expect(draftHandover(source({ episodes: shuffled(episodes), acts: shuffled(acts) }))).toEqual(draft)
        expect(facts).toEqual(before)
        expect(HandoverDraft.parse(draft)).toEqual(draft)
      }),
    )
  })

  it('counts as somebody does who goes through the night alarm by alarm', () => {
    fc.assert(
      fc.property(anyNight, ({ episodes, acts }) => {
        const { alarms, unfinished } = night({ episodes, acts })
        const none = () => ({ red: 0, orange: 0, yellow: 0, blue: 0 })
        const slow = { raised: none(), acked: none(), returned: none(), open: none(), unacked: none() }
        let late = 0
        let longest: number | null = null
        for (const alarm of episodes) {
          const own = acts.filter(({ subject }) => subject === alarm.id)
          const acked = own.filter(({ act: what, detail }) => what === 'alarm-acknowledged' && detail.again !== true)
          const cameIn = alarm.receivedAt >= SHIFT.from && alarm.receivedAt < at('2026-01-13 07:30')
          if (cameIn) slow.raised[alarm.priority] += 1
          if (cameIn && alarm.late) late += 1
          if (acked.length > 0) slow.acked[alarm.priority] += 1
          if (own.some(({ act: what }) => what === 'alarm-returned')) slow.returned[alarm.priority] += 1
          if (alarm.state !== 'closed') slow.open[alarm.priority] += 1
          if (['unacked', 'returned', 'latched'].includes(alarm.state)) slow.unacked[alarm.priority] += 1
          for (const answer of acked) {
            let asked: number = alarm.receivedAt
            for (const again of own)
              if (again.act === 'alarm-raised-again' && again.at <= answer.at && again.at > asked) asked = again.at
            longest = Math.max(longest ?? 0, answer.at - asked)
          }
        }
        expect(alarms).toMatchObject({ ...slow, late })
        expect(alarms.slowest?.waitedMs ?? null).toBe(longest)
        const open = Priority.options.reduce((sum, priority) => sum + slow.open[priority], 0)
        expect([unfinished.total, unfinished.rows.length]).toEqual([open, open])
      }),
    )
  })

  it('names the slowest answer from when the alarm last asked for one', () => {
    const { slowest } = night({
      episodes: [episode({ id: 'a', state: 'acked' }), episode({ id: 'b', state: 'acked', priority: 'blue' })],
      acts: [
        act('alarm-acknowledged', 'a', at('2026-01-12 22:04')),
        act('alarm-re-alarmed', 'b', at('2026-01-13 02:00')),
        act('alarm-acknowledged', 'b', at('2026-01-13 02:09')),
      ],
    }).alarms
    expect(slowest).toMatchObject({ alarm: 'b', waitedMs: 9 * 60_000 })
  })

  it('says of each open alarm what has to be done next, the gravest that waits first', () => {
    const found = { kind: 'on-site', at: at('2026-01-13 01:00'), by: 'an', note: 'lock whole', receipt: null } as const
    const { rows } = night({
      episodes: [
        episode({ id: 'a', state: 'acked', priority: 'orange', assignee: 'bo' }),
        episode({ id: 'b', state: 'acked', priority: 'orange' }),
        episode({ id: 'c', state: 'acked', priority: 'orange', findings: [found] }),
        episode({ id: 'd', state: 'latched', priority: 'orange' }),
        episode({ id: 'e', state: 'latched-acked' }),
        episode({ id: 'f', state: 'closed' }),
        episode({ id: 'g', state: 'returned', priority: 'blue' }),
      ],
    }).unfinished
    expect(rows.map(({ alarm, next }) => `${alarm} ${next}`)).toEqual([
      'e inspect-and-reset',
      'd acknowledge-and-inspect',
      'a go-there',
      'b assign',
      'c wait-for-end',
      'g acknowledge-returned',
    ])
    expect(nextStep(episode({ id: 'x' }))).toBe('acknowledge')
  })

  it('lists what is held back with its end and what it owes', () => {
    const shelf = { kind: 'shelved', by: 'an', second: 'zhu', reason: 'repair', from: at('2026-01-13 06:00') } as const
    const until = at('2026-01-13 09:00')
    const { suppressions, unfinished } = night({
      episodes: [episode({ id: 'a', held: 3, suppressions: [{ ...shelf, until, parent: null }] })],
    })
    expect(suppressions.rows).toMatchObject([
      { alarm: 'a', kind: 'shelved', second: 'zhu', held: 3, until, ticket: null },
    ])
    expect(unfinished.rows[0]?.suppressed).toBe('shelved')
  })

  it('tells floods by their beginning and end, one that goes on without an end', () => {
    const [began, ended] = [at('2026-01-12 23:00'), at('2026-01-12 23:20')]
    const acts = [act('storm-began', 'storm', began), act('storm-ended', 'storm', ended, { since: began })]
    expect(night({ acts }).alarms.floods).toEqual([{ from: began, to: ended }])
    const now = at('2026-01-13 07:00')
    const goesOn = [...acts, act('storm-began', 'storm', now)]
    expect(night({ acts: goesOn, floodSince: now }).alarms.floods).toEqual([
      { from: began, to: ended },
      { from: now, to: null },
    ])
    // One of the next shift is not this one's.
    expect(night({ floodSince: at('2026-01-13 09:00'), at: at('2026-01-13 10:00') }).alarms.floods).toEqual([])
  })

  it('shows gaps with their causes, and never calls one filled that goes on or that nobody asked about', () => {
    const [from, to] = [at('2026-01-13 01:00'), at('2026-01-13 01:30')]
    const { gaps } = night({
      silences: [
        { site: 'b', from, to, causes: ['power', 'power'] },
        { site: 'a', from, to, causes: [] },
        { site: 'c', from, to, causes: null },
        { site: 'd', from, to: null, causes: [] },
        { site: 'e', from: at('2026-01-12 10:00'), to: at('2026-01-12 19:00'), causes: [] },
      ],
    }).offline
    expect(gaps.rows.map(({ site, causes, filled }) => [site.id, causes, filled])).toEqual([
      ['a', [], true],
      ['b', ['power'], false],
      ['c', [], null],
      ['d', [], null],
    ])
  })

  it('says who was sent, when they came and what it was', () => {
    const found = (kind: 'on-site' | 'reported', note: string, receipt: string | null) => ({
      ...{ kind, at: at('2026-01-13 02:00'), by: 'chen', note, receipt },
    })
    const { rows } = night({
      episodes: [
        episode({
          id: 'a',
          assignee: 'chen',
          findings: [found('on-site', 'cable cut', null), found('reported', '', 'X-1')],
        }),
        episode({ id: 'b' }),
      ],
      acts: [
        act('alarm-assigned', 'a', at('2026-01-13 01:30'), { to: 'chen' }),
        act('alarm-judged', 'a', at('2026-01-13 02:30'), { judged: 'confirmed' }),
      ],
    }).checks
    expect(rows).toMatchObject([
      {
        ...{ alarm: 'a', assignee: 'Chen', sentAt: at('2026-01-13 01:30'), arrivedAt: at('2026-01-13 02:00') },
        ...{ arrivedBy: 'Chen', result: 'confirmed', note: 'cable cut', receipt: 'X-1' },
      },
    ])
  })

  it('keeps orders in force and permits of the next day, and says how many sites nobody knows the papers of', () => {
    const permit = { kind: 'permit', site: 'east-pit', who: 'Li', what: 'pump' } as const
    const { orders } = night({
      sitesWithoutPapers: 4,
      orders: [
        { ...permit, id: 'over', from: at('2026-01-12 08:00'), until: at('2026-01-13 07:00') },
        { ...permit, id: 'soon', from: at('2026-01-13 20:00'), until: at('2026-01-13 22:00') },
        { ...permit, id: 'later', from: at('2026-01-15 08:00'), until: at('2026-01-15 09:00') },
        { ...permit, kind: 'stop-order', id: 'stop', from: at('2026-01-01 08:00'), until: null },
      ],
    })
    expect(orders.rows.map(({ id }) => id)).toEqual(['stop', 'soon'])
    expect(orders).toMatchObject({ total: 2, unknownSites: 4 })
  })

  it('says when each of the crew came, by the shift they came for', () => {
    const checkIn = { role: 'duty', via: 'desk', onSite: false } as const
    const { shift } = night({
      checkIns: [
        { ...checkIn, person: 'an', shiftAt: SHIFT.from, at: at('2026-01-12 19:50') },
        { ...checkIn, person: 'an', shiftAt: SHIFT.from, at: at('2026-01-12 20:01'), onSite: true },
        { ...checkIn, person: 'bo', shiftAt: SHIFT.to, at: at('2026-01-13 07:20') },
      ],
    })
    expect(shift.crew).toEqual([
      { id: 'an', name: 'An', checkedInAt: at('2026-01-12 19:50'), via: 'desk', onSite: true },
    ])
    expect(shift.leaders[0]?.checkedInAt).toBe(null)
    expect(shift.next[0]?.checkedInAt).toBe(at('2026-01-13 07:20'))
  })
})
