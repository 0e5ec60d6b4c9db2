import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SuppressionRegister } from '../../../../core/contract/suppressions.ts'
import { UtcMs } from '../../../../core/contract/time.ts'
import { ManyHistory, PointSearch } from '../../../../core/contract/trends.ts'
import { addUser } from '../../../../dashboard/server/access/users.ts'
import { systemClock } from '../../../../platform/clock.ts'
import { transition } from '../alarms/world.ts'
import { batchOf, START } from '../history/batches.ts'
import { jsonBody, openControlWeb } from './control-web.ts'

let web: Awaited<ReturnType<typeof openControlWeb>>
let cookie: string
let elsewhere: string
beforeAll(async () => {
  web = await openControlWeb()
  cookie = (await web.signedIn('operator')).cookie
  elsewhere = await signedInElsewhere()
  await web.history.write([batchOf(1, [1, 2, 3])], new AbortController().signal)
})
afterAll(() => web[Symbol.asyncDispose]())

/** The cookie of somebody whose town has no site. */
async function signedInElsewhere() {
  const password = await addUser(web.db, 'elsewhere', { role: 'operator', clock: systemClock })
  const scope = JSON.stringify({ of: 'places', towns: ['别处'], villages: [] })
  await web.db.transaction((q) => q.run('update users set scope = ? where name = ?', scope, 'elsewhere'))
  const { headers } = await web.ask('/api/session', {
    method: 'POST',
    ...jsonBody({ user: 'elsewhere', password }),
  })
  return (headers.get('set-cookie') ?? '').split(';')[0] ?? ''
}

const ask = (path: string, as = cookie) => web.ask(path, { headers: { cookie: as } })
const span = `from=${START}&to=${START + 10_000}&columns=10`
const power = 'east-pit/feeder/active-power'

describe('many points at once', () => {
  it('come in the same columns as one alone, with their names, and name what nobody has told of', async () => {
    const { json } = await ask(`/api/history/many?${span}&points=${power},east-pit/feeder/none,nowhere/feeder/power`)
    const many = ManyHistory.parse(json)
    expect(many).toMatchObject({ columnMs: 1_000, unknown: ['east-pit/feeder/none', 'nowhere/feeder/power'] })
    expect(many.points).toHaveLength(1)
    const alone = await ask(`/api/sites/east-pit/points/feeder/active-power/history?${span}`)
    expect(many.points[0]).toMatchObject({ site: 'east-pit', quantity: 'power', deviceName: { en: 'meter' } })
    expect(many.points[0]?.history).toEqual(alone.json)
  })

  it.each([
    [`${span}&points=`, 400],
    [`${span}&points=${Array.from({ length: 9 }, (_, index) => `a/b/c${index}`).join(',')}`, 400],
    [`from=5&to=5&points=${power}`, 400],
    [`from=0&to=${500 * 86_400_000}&points=${power}`, 400],
  ])('are refused for %s', async (query, status) => {
    expect((await ask(`/api/history/many?${query}`)).status).toBe(status)
  })

  it('tell nobody of sites that are not theirs: such a point is one nobody has told of', async () => {
    const many = ManyHistory.parse((await ask(`/api/history/many?${span}&points=${power}`, elsewhere)).json)
    expect(many).toMatchObject({ points: [], unknown: [power] })
    expect((await ask('/api/points', elsewhere)).json).toEqual({ points: [], total: 0 })
  })
})

describe('points by name', () => {
  it.each([
    ['', 1],
    ['METER east-pit', 1],
    ['电表', 1],
    ['power', 1],
    ['meter nothing', 0],
  ])('are found by "%s": %i', async (text, total) => {
    const found = PointSearch.parse((await ask(`/api/points?text=${encodeURIComponent(text)}`)).json)
    expect(found.total).toBe(total)
    expect(found.points).toHaveLength(total)
  })
})

describe('the register of suppressions', () => {
  const reason = '线路检修，工作票 17'
  let count = 0
  const raised = async () => {
    count += 1
    const one = transition({ rule: `held-${count}`, priority: 'orange', at: UtcMs.parse(Date.now()) })
    await web.desk.receive(one)
    return one.occurrence
  }
  const post = (id: string, name: string, body: object) => {
    const { headers, ...rest } = jsonBody(body)
    return web.ask(`/api/alarms/${id}/${name}`, { method: 'POST', ...rest, headers: { ...headers, cookie } })
  }
  const register = async (from = 0, as = cookie) => {
    const begin = Math.max(from, Date.now() - 86_400_000)
    const { json } = await ask(`/api/suppressions?from=${begin}&to=${Date.now() + 1_000}`, as)
    return SuppressionRegister.parse(json).entries
  }

  it('shows what is in force, that which ends first before the others, and then what is over and by whom', async () => {
    const [late, soon, over] = [await raised(), await raised(), await raised()]
    await post(late, 'shelve', { until: Date.now() + 7_200_000, reason })
    await post(soon, 'shelve', { until: Date.now() + 3_600_000, reason })
    await post(over, 'shelve', { until: Date.now() + 3_600_000, reason })
    await post(over, 'end-suppression', { kind: 'shelved', reason: '检修提前完成' })
    const entries = await register()
    expect(entries.map(({ alarm }) => alarm)).toEqual([soon, late, over])
    expect(entries[0]).toMatchObject({ kind: 'shelved', reason, second: null, endedAt: null, held: 1 })
    expect(entries[2]).toMatchObject({ endedWhy: '检修提前完成', endedBy: entries[2]?.by })
    expect(entries[2]?.endedAt).toBeGreaterThanOrEqual(entries[2]?.from ?? Infinity)
  })

  it('counts a shelf that takes the place of another as one after the other', async () => {
    const id = await raised()
    await post(id, 'shelve', { until: Date.now() + 3_600_000, reason })
    await post(id, 'shelve', { until: Date.now() + 7_200_000, reason: '检修延长，工作票 18' })
    const mine = (await register()).filter(({ alarm }) => alarm === id)
    expect(mine.map(({ endedAt, endedWhy }) => [endedAt === null, endedWhy])).toEqual([
      [true, null],
      [false, '检修延长，工作票 18'],
    ])
  })

  it('tells nobody of sites that are not theirs', async () => {
    await post(await raised(), 'shelve', { until: Date.now() + 3_600_000, reason })
    expect(await register(0, elsewhere)).toEqual([])
  })

  it('leaves out what was over before the time asked for', async () => {
    const id = await raised()
    await post(id, 'shelve', { until: Date.now() + 3_600_000, reason })
    await post(id, 'end-suppression', { kind: 'shelved', reason: '检修提前完成' })
    expect((await register(Date.now() + 500)).some(({ alarm }) => alarm === id)).toBe(false)
  })
})
