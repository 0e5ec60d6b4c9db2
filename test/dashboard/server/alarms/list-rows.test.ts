import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AlarmRows } from '../../../../core/contract/alarm-row.ts'
import { UtcMs } from '../../../../core/contract/time.ts'
import { rowOf } from '../../../../core/alarms/alarm-row.ts'
import { clearOf, NIGHT, openWorld, transition, type World } from './world.ts'

let world: World
beforeEach(() => {
  world = openWorld()
})
afterEach(() => world.end())

const HOUR = 3_600_000
const desk = { by: 'lin', note: '已派人去看', via: 'desk' } as const

/** Tells somebody of an alarm, and how far the message came. */
async function tell(alarm: string, person: string, times: readonly (number | null)[], kind = 'raise') {
  const id = `${alarm}/${person}/${kind}`
  await world.db.transaction((q) =>
    q.run(
      `insert into notices (id, key, alarm, kind, urgency, round, step, person, name, channel, medium, state, queued_at, hold_until,
         sent_at, accepted_at, delivered_at, seen_at)
       values (?, ?, ?, ?, 0, 0, 0, ?, ?, 'modem', 'sms', 'accepted', ?, ?, ?, ?, ?, ?)`,
      ...[id, id, alarm, kind, person, `name of ${person}`, NIGHT, NIGHT, ...times],
    ),
  )
}

async function several(): Promise<readonly string[]> {
  const of = [
    transition({ rule: 'a', explanation: { key: 'k.raised', values: { quantity: 'power', value: 4.5, limit: 1 } } }),
    transition({
      rule: 'b',
      explanation: { key: 'k.raised', values: { quantity: 'contact', value: true, limit: null } },
    }),
    transition({
      rule: 'c',
      priority: 'yellow',
      explanation: { key: 'k.raised', values: { quantity: 'odd', value: 'x' } },
    }),
    transition({ rule: 'd', at: UtcMs.parse(NIGHT - 40 * 24 * HOUR) }),
    transition({ rule: 'e', site: 'far-ridge' }),
  ]
  for (const one of of) await world.desk.receive(one)
  const [a = '', b = '', c = ''] = of.map(({ occurrence }) => occurrence)
  await tell(a, 'wang', [NIGHT + 5, NIGHT + 9, null, null])
  await tell(a, 'li', [NIGHT + 7, NIGHT + 8, NIGHT + 20, null])
  await tell(a, 'li', [NIGHT + 1, NIGHT + 1, NIGHT + 1, NIGHT + 1], 'returned')
  const hold = {
    kind: 'shelved',
    by: 'lin',
    second: null,
    reason: 'known work',
    until: UtcMs.parse(NIGHT + HOUR),
  } as const
  await world.desk.act(b, { do: 'hold-back', hold })
  await world.desk.act(b, { do: 'assign', to: 'li', by: 'lin' })
  const [, , third] = of
  if (third !== undefined) await world.desk.receive(clearOf(third))
  await world.desk.acknowledge(c, desk)
  return of.map(({ occurrence }) => occurrence)
}

describe('the rows of a list', () => {
  it('say of each alarm what its whole says', async () => {
    await several()
    const { rows } = await world.desk.rows({ closedSince: 0 })
    expect(AlarmRows.parse({ rows, more: false }).rows).toEqual(rows)
    const whole = await world.desk.list({ state: 'all', limit: 100 })
    const byId = (list: readonly { readonly id: string }[]) => list.toSorted((x, y) => (x.id < y.id ? -1 : 1))
    expect(byId(rows)).toEqual(byId(whole.map(rowOf)))
    expect(rows.find(({ rule }) => rule === 'a')).toMatchObject({
      ...{ called: { name: 'name of li', persons: 2 }, told: [NIGHT + 5, NIGHT + 8, NIGHT + 20, null] },
      ...{ quantity: 'power', value: 4.5, limit: 1 },
    })
    expect(rows.find(({ rule }) => rule === 'b')).toMatchObject({
      value: true,
      suppressions: ['shelved'],
      assignee: 'li',
    })
  })

  it('are every open alarm, whatever its age, and closed ones only as far back as was asked', async () => {
    await several()
    const rules = async (query: Parameters<typeof world.desk.rows>[0], sites: readonly string[] | null = null) =>
      (await world.desk.rows(query, sites)).rows.map(({ rule }) => rule).sort()
    expect(await rules({})).toEqual(['a', 'b', 'd', 'e'])
    expect(await rules({ closedSince: NIGHT + 1 })).toEqual(['a', 'b', 'd', 'e'])
    expect(await rules({ closedSince: NIGHT - 1 })).toEqual(['a', 'b', 'c', 'd', 'e'])
    expect(await rules({ closedSince: 0 }, ['far-ridge'])).toEqual(['e'])
    expect(await rules({ closedSince: 0 }, [])).toEqual([])
  })
})
