import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Alarm } from '../../../../core/contract/alarm.ts'
import { AlarmList, LedgerPage, Refusal } from '../../../../core/contract/http.ts'
import type { Priority } from '../../../../core/contract/priority.ts'
import { UtcMs } from '../../../../core/contract/time.ts'
import { transition } from '../alarms/world.ts'
import { jsonBody, openControlWeb } from './control-web.ts'

type Web = Awaited<ReturnType<typeof openControlWeb>>
let web: Web
let operator: Awaited<ReturnType<Web['signedIn']>>
let chief: typeof operator
beforeAll(async () => {
  web = await openControlWeb()
  operator = await web.signedIn('operator')
  chief = await web.signedIn('administrator')
})
afterAll(() => web[Symbol.asyncDispose]())

let count = 0
async function raised(priority: Priority = 'orange', more: Parameters<typeof transition>[0] = {}): Promise<string> {
  count += 1
  const at = UtcMs.parse(Date.now())
  const one = transition({ rule: `rule-${count}`, priority, at, ...more })
  await web.desk.receive(one)
  return one.occurrence
}

async function post(path: string, body: unknown, as: Record<string, string> = { cookie: operator.cookie }) {
  const { headers, ...rest } = jsonBody(body)
  return await web.ask(path, { method: 'POST', ...rest, headers: { ...headers, ...as } })
}
const act = (id: string, name: string, body: unknown) => post(`/api/alarms/${id}/${name}`, body)
const reason = '线路检修，工作票 17'
const until = () => Date.now() + 3_600_000
const secondOf = ({ user, password }: typeof operator) => ({ user, password })

async function lastOf(subject: string) {
  const { json } = await web.ask(`/api/ledger?limit=1000&subject=${subject}`, { headers: { cookie: operator.cookie } })
  return LedgerPage.parse(json).entries.at(-1)
}

describe('acts on alarms over HTTP', () => {
  it('hold back, end it, assign, add what was found, withdraw: each answers the alarm as it is then', async () => {
    const id = await raised()
    const shelved = Alarm.parse((await act(id, 'shelve', { until: until(), reason })).json)
    expect(shelved).toMatchObject({ suppressions: [{ kind: 'shelved', by: operator.user }], held: 1 })
    await act(id, 'suppress', { until: until(), reason })
    const ended = Alarm.parse((await act(id, 'end-suppression', { kind: 'shelved', reason })).json)
    expect(ended.suppressions.map(({ kind }) => kind)).toEqual(['by-design'])
    expect(Alarm.parse((await act(id, 'assign', { to: 'qiao' })).json).assignee).toBe('qiao')
    const found = Alarm.parse((await act(id, 'findings', { kind: 'on-site' })).json)
    expect(found.findings).toMatchObject([{ kind: 'on-site', by: operator.user, note: '', receipt: null }])
    expect(Alarm.parse((await act(id, 'withdraw', { reason })).json)).toMatchObject({
      state: 'closed',
      suppressions: [],
    })
  })

  it('want a second person for red: another, who may act on alarms, and whose password fits', async () => {
    const id = await raised('red')
    const viewer = await web.signedIn('viewer')
    const wrong = { user: chief.user, password: 'not it' }
    for (const second of [undefined, wrong, secondOf(viewer)]) {
      const { status, json } = await act(id, 'shelve', { until: until(), reason, second })
      const { code, because } = Refusal.parse(json)
      const why = second === undefined ? 'second-needed' : 'second-refused'
      expect([status, code, because]).toEqual([403, 'http/forbidden', why])
      expect(await lastOf(id)).toMatchObject({ act: 'alarm-refused', actor: { name: operator.user } })
    }
    expect(await lastOf(chief.user)).toMatchObject({ act: 'sign-in-refused' })
    expect((await act(id, 'shelve', { until: until(), reason, second: secondOf(operator) })).status).toBe(400)
    const { json } = await act(id, 'shelve', { until: until(), reason, second: secondOf(chief) })
    expect(Alarm.parse(json).suppressions).toMatchObject([{ second: chief.user }])
  })

  it('take out of service with two persons and the number of the order', async () => {
    const id = await raised('yellow')
    const body = { until: until(), reason, ticket: 'WO-17' }
    expect((await act(id, 'out-of-service', body)).status).toBe(400)
    const { json } = await act(id, 'out-of-service', { ...body, second: secondOf(chief) })
    expect(Alarm.parse(json).suppressions).toMatchObject([{ kind: 'out-of-service', ticket: 'WO-17' }])
  })

  it('reset only what has latched and was acknowledged; a shelf without an end is refused with what is missing', async () => {
    const id = await raised('yellow', { latched: true })
    const reset = { result: 'nothing-found', note: '现场无异常' }
    expect((await act(id, 'reset', reset)).status).toBe(409)
    const { status, json } = await act(id, 'shelve', { reason })
    expect([status, Refusal.parse(json).message]).toEqual([400, 'body.until: expected number, came nothing'])
  })

  it('acknowledge many at once, none of them red', async () => {
    const [a, b, red] = [await raised('yellow'), await raised('blue'), await raised('red')]
    const many = (ids: readonly string[]) => post('/api/alarms/acknowledge', { ids, note: reason })
    expect((await many([a, red])).status).toBe(400)
    const { alarms } = AlarmList.parse((await many([a, b])).json)
    expect(alarms.map(({ state }) => state)).toEqual(['acked', 'acked'])
  })

  it('are done by persons alone: a program may only add a note', async () => {
    const id = await raised()
    const program = { authorization: 'Bearer flows-token' }
    for (const [name, body] of [
      ['acknowledge', { note: reason }],
      ['shelve', { until: until(), reason }],
      ['withdraw', { reason }],
      ['assign', { to: null }],
    ] as const)
      expect((await post(`/api/alarms/${id}/${name}`, body, program)).status).toBe(403)
    expect((await post(`/api/alarms/${id}/notes`, { text: 'seen' }, program)).status).toBe(200)
  })

  it('are found by what people call them, by rule, priority, time and whether they are held back', async () => {
    const id = await raised('blue')
    await act(id, 'shelve', { until: until(), reason })
    const alarm = await web.desk.get(id)
    const list = async (query: string) => {
      const { json } = await web.ask(`/api/alarms?${query}`, { headers: { cookie: operator.cookie } })
      return AlarmList.parse(json).alarms.map((one) => one.id)
    }
    expect(await list(`number=${alarm?.number}`)).toEqual([id])
    expect(await list(`rule=${alarm?.rule}&priority=blue&suppressed=yes`)).toEqual([id])
    expect(await list(`rule=${alarm?.rule}&suppressed=no`)).toEqual([])
    expect(await list(`rule=${alarm?.rule}&from=${(alarm?.raisedAt ?? 0) + 1}`)).toEqual([])
    expect(await list(`rule=${alarm?.rule}&to=${(alarm?.raisedAt ?? 0) + 1}`)).toEqual([id])
  })
})
