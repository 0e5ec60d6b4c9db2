import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Alarm } from '../../../../core/contract/alarm.ts'
import { LedgerPage, Refusal, RulePrecision } from '../../../../core/contract/http.ts'
import { UtcMs } from '../../../../core/contract/time.ts'
import { transition } from '../alarms/world.ts'
import { jsonBody, openControlWeb } from './control-web.ts'

const ALARM = '/api/alarms/east-pit.winch.loa1'
const DAY = 86_400_000

let web: Awaited<ReturnType<typeof openControlWeb>>
let operator: string
beforeAll(async () => {
  web = await openControlWeb()
  operator = (await web.signedIn('operator')).cookie
  await web.raise()
})
afterAll(() => web[Symbol.asyncDispose]())

const judge = (body: unknown, as: Record<string, string> = { cookie: operator }) => {
  const { headers, ...rest } = jsonBody(body)
  return web.ask(`${ALARM}/feedback`, { method: 'POST', ...rest, headers: { ...headers, ...as } })
}

describe('what an alarm was', () => {
  it('is said by an operator, kept with the alarm and in the ledger', async () => {
    const until = Date.now() + DAY
    const { json } = await judge({ kind: 'known-appliance', note: 'a heater', power: 1_800, until })
    expect(Alarm.parse(json).feedback).toMatchObject([
      { kind: 'known-appliance', power: 1_800, until, state: 'pending' },
    ])
    const page = await web.ask('/api/ledger?limit=1000', { headers: { cookie: operator } })
    expect(LedgerPage.parse(page.json).entries.at(-1)).toMatchObject({
      ...{ act: 'alarm-judged', subject: 'east-pit.winch.loa1' },
      detail: { judged: 'known-appliance', note: 'a heater', power: 1_800, until },
    })
    expect(Alarm.parse((await web.ask(ALARM, { headers: { cookie: operator } })).json).feedback).toHaveLength(1)
  })

  it('is said by no viewer, no program, and nobody who is not signed in', async () => {
    const viewer = (await web.signedIn('viewer')).cookie
    const statuses = await Promise.all(
      [{ cookie: viewer }, { authorization: 'Bearer flows-token' }, {}].map((as) => judge({ kind: 'confirmed' }, as)),
    )
    expect(statuses.map(({ status }) => status)).toEqual([403, 403, 401])
  })

  it.each([
    [
      'too strong an appliance',
      { kind: 'known-appliance', power: 7_000, until: Date.now() + DAY },
      /^power: expected .* 6500 W, came 7000 W/,
    ],
    ['work without an end', { kind: 'authorised' }, /^until: expected a time at which it ends/],
    ['an unknown kind', { kind: 'harmless' }, /^body\.kind: expected confirmed or /],
    ['less than no power', { kind: 'known-appliance', power: -1 }, /^body\.power: /],
    ['a key more', { kind: 'confirmed', extra: 1 }, /expected no key extra/],
  ])('%s is refused with its field', async (_what, body, message) => {
    const { status, json } = await judge(body)
    expect([status, Refusal.parse(json)]).toMatchObject([
      400,
      { code: 'http/invalid', message: expect.stringMatching(message) as string },
    ])
  })

  it('shows in the precision of rules, to viewers too', async () => {
    const viewer = (await web.signedIn('viewer')).cookie
    await web.desk.receive(transition({ at: UtcMs.parse(Date.now()) }))
    const { types } = RulePrecision.parse((await web.ask('/api/rules/precision', { headers: { cookie: viewer } })).json)
    expect(types).toMatchObject([{ ruleType: 'should-be-off', as: 'alarm', alarms: 1, open: 1, precision: null }])
  })
})
