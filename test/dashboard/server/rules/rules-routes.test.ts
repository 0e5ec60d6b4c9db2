import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { JudgeAlarm, LedgerQuery } from '../../../../core/contract/http.ts'
import { EditVerdict, RuleForm, RulesList, SiteRules } from '../../../../core/contract/rules-desk.ts'
import { incidentsOf } from '../../../../dashboard/server/rules/rehearsal-result.ts'
import { realAlarms } from '../../../../dashboard/server/rules/rehearsal-rows.ts'
import { shownBy } from '../../../support/authenticator.ts'
import { BASE, CONTENT, openRehearsedRoom, POINT, realAlarm } from './rehearsed-site.ts'
import { told } from './told.ts'

type Room = Awaited<ReturnType<typeof openRehearsedRoom>>

/** The program as a person runs it. */
function backtest(args: readonly string[]): Promise<unknown> {
  return new Promise((settle) => {
    const env = { ...process.env, LC_ALL: 'en_GB.UTF-8', PITWATCH_CLOCK: '' }
    execFile(process.execPath, ['cli/pitwatch.js', 'backtest', ...args], { env }, (_error, out) => {
      settle(JSON.parse(out.trim().split('\n').at(-1) ?? ''))
    })
  })
}

const Summary = z.object({
  alarms: z.number(),
  watchedDays: z.number(),
  load: z.object({ perDay: z.number() }),
  comparison: z.object({
    rules: z.array(
      z.object({
        rule: z.string(),
        before: z.number(),
        after: z.number(),
        added: z.array(z.unknown()),
        removed: z.array(z.unknown()),
        moved: z.array(z.unknown()),
      }),
    ),
    lost: z.array(z.unknown()),
    missed: z.array(z.unknown()),
    falseBefore: z.number(),
    falseAfter: z.number(),
    isRefused: z.boolean(),
  }),
})

describe('rules in the control room', () => {
  let room: Room
  const edit = (limit: unknown, more: object = {}) => {
    return { base: BASE, priority: 'red', with: { limit, onDelay: '2min' }, ...more }
  }
  const acts = async () => {
    const { entries } = await room.desk.ledger(LedgerQuery.parse({ subject: 'east-pit', limit: 1_000 }))
    return entries
  }

  beforeAll(async () => {
    room = await openRehearsedRoom()
    for (const hours of [40, 30]) {
      for (const transition of realAlarm(room.now, hours)) await room.desk.receive(transition)
      const [open] = await room.desk.open()
      if (open !== undefined) await room.desk.acknowledge(open.id, { by: 'somebody', note: 'looked', via: 'desk' })
    }
    const alarms = await room.desk.list({ state: 'all', limit: 100 })
    for (const { id, raisedAt } of alarms) {
      const isFirst = raisedAt < room.now - 35 * 3_600_000
      const kind = isFirst ? 'confirmed' : 'sensor-fault'
      const more = isFirst ? {} : { until: room.now + 86_400_000, point: POINT }
      await room.services.feedback.judge(id, JudgeAlarm.parse({ kind, note: 'looked at', ...more }), 'somebody')
    }
  }, 60_000)
  afterAll(() => room.dispose())

  it('are listed with what they are, what they were worth, and how often they were heard of', async () => {
    const { json } = await room.ask('rules')
    const { knowledge, sha256, rules, sent } = SiteRules.parse(json)
    expect({ knowledge, sha256, sent }).toEqual({ knowledge: 'told', sha256: BASE, sent: null })
    expect(rules.find(({ rule }) => rule === 'busy')).toMatchObject({
      ...{ type: 'high-limit', limit: 1_000, quantity: 'power', priority: 'red', isArmed: true, origin: 'configured' },
      ...{ with: { limit: 1_000, onDelay: '2min' }, raised: 2, worth: { confirmed: 1, wrong: 1, as: 'alarm' } },
    })
  })

  it('are found by the names of rules, types, points and sites, and counted by type', async () => {
    const find = async (query: string, cookie = room.leader.cookie) =>
      RulesList.parse((await room.ask(`../../rules?${query}`, undefined, cookie)).json)
    for (const text of ['busy', '东沟', 'east gully', 'feeder/', 'High'])
      expect(
        (await find(`text=${encodeURIComponent(text)}`)).rules.map(({ rule }) => rule),
        text,
      ).toContain('busy')
    expect((await find('text=nothing%25')).total).toBe(0)
    expect((await find('type=high-limit')).types).toEqual([{ type: 'high-limit', rules: 1, sites: 1, raised: 2 }])
    expect((await find('priority=red&limit=1')).rules).toHaveLength(1)
    const elsewhere = await room.signedIn('viewer', { of: 'places', towns: ['nowhere'], villages: [] })
    expect(await find('', elsewhere.cookie)).toMatchObject({ total: 0, unknown: [] })
  })

  it('describe themselves: every type has a form with words and a schema', async () => {
    const forms = z.array(RuleForm).parse((await room.ask('../../rules/types')).json)
    expect(forms.length).toBeGreaterThan(40)
    const limit = forms.find(({ type }) => type === 'high-limit')?.parameters.find(({ name }) => name === 'limit')
    expect(limit).toMatchObject({ isRequired: true, unit: 'own', schema: { type: 'number' } })
  })

  it('are checked as the gateway checks them, every fault with the path of its field', async () => {
    const { json } = await room.ask('rules/busy/check', edit('much', { with: { limit: 'much', onDelay: 'x' } }))
    expect(EditVerdict.parse(json)).toMatchObject({ sha256: null, after: null, needsSecond: true })
    expect(EditVerdict.parse(json).faults.map(({ path }) => path)).toEqual(['with.limit', 'with.onDelay'])
    expect((await room.ask('rules/none/check', edit(1))).status).toBe(404)
    const { status, json: body } = await room.ask('rules/busy/check', { ...edit(1), base: 'x' })
    expect({ status, body }).toMatchObject({ status: 400, body: { field: 'body.base' } })
    expect((await room.ask('rules/busy/check', { ...edit(1), base: 'b'.repeat(64) })).status).toBe(409)
    const operator = await room.signedIn('operator')
    expect((await room.ask('rules/busy/check', edit(1), operator.cookie)).status).toBe(403)
  })

  it('are rehearsed with the same numbers that pitwatch backtest finds over the same history', async () => {
    const { state, result, after, fault } = await room.rehearsed({ ...edit(2_000), days: 2, learnDays: 1 })
    expect({ state, fault }).toEqual({ state: 'done', fault: null })
    if (result === null) throw new Error('expected a result')
    expect(after.limit).toBe(2_000)
    const store = room.folder
    const files = { now: join(store, 'now.yaml'), was: join(store, 'was.yaml'), known: join(store, 'incidents.ndjson') }
    const reals = await room.db.read((q) => realAlarms(q, 'east-pit', result))
    await writeFile(files.was, CONTENT.site)
    await writeFile(files.now, CONTENT.site.replace('limit: 1000', 'limit: 2000'))
    await writeFile(
      files.known,
      incidentsOf(reals)
        .map((one) => `${JSON.stringify(one)}\n`)
        .join(''),
    )
    const learnFrom = result.from - 86_400_000
    const args = ['--site', files.now, '--against', files.was, '--incidents', files.known, '--data', store, '--json']
    const span = ['--from', String(learnFrom), '--to', String(result.to), '--learn-until', String(result.from)]
    const summary = Summary.parse(await backtest([...args, ...span, '--out', join(store, 'alarms.ndjson')]))
    const [rule] = summary.comparison.rules
    expect(result.after.site.alarms).toBe(summary.alarms)
    expect(result.watchedDays).toBe(summary.watchedDays)
    expect(result.after.load.perDay).toBe(summary.load.perDay)
    const { lost, missed, falseBefore, falseAfter, isRefused } = summary.comparison
    expect([result.lost.length, result.missed.length, result.falseBefore, result.falseAfter, result.isRefused]).toEqual(
      [lost.length, missed.length, falseBefore, falseAfter, isRefused],
    )
    expect(result.effects).toEqual([
      {
        ...{ rule: 'busy', before: rule?.before, after: rule?.after, added: rule?.added.length },
        ...{ removed: rule?.removed.length, earlier: 0, later: rule?.moved.length },
      },
    ])
    // The numbers themselves: two of four are weaker than the new limit, one of them confirmed.
    expect(result.effects[0]).toMatchObject({ before: 4, after: 2, removed: 2 })
    expect(result).toMatchObject({ isRefused: true, lost: [{ note: expect.stringMatching(/^PW-/) as string }] })
    expect(result.before.rule).toEqual({ alarms: 4, confirmed: 1, wrong: 1, lawful: 0, unjudged: 2 })
    expect(result.after.rule).toEqual({ alarms: 2, confirmed: 0, wrong: 1, lawful: 0, unjudged: 1 })
    expect(result.episodes.map(({ fate, judged }) => `${fate} ${judged}`)).toEqual([
      ...['removed unjudged', 'removed confirmed', 'same unjudged', 'same wrong'],
    ])
  }, 60_000)

  it('are rehearsed only where nothing is wrong, and a rehearsal can be ended', async () => {
    const refused = await room.ask('rules/busy/rehearsals', { ...edit('much'), days: 2 })
    expect(refused).toMatchObject({ status: 400, json: { field: 'with.limit' } })
    expect((await room.ask('rules/busy/rehearsals', { ...edit(1), days: 366 })).status).toBe(400)
    const asked = await room.ask('rules/busy/rehearsals', { ...edit(1_500), days: 365 })
    const { id } = z.object({ id: z.string() }).parse(asked.json)
    const ended = await room.ask(`rehearsals/${id}`, undefined, room.leader.cookie)
    expect(ended.status).toBe(200)
    const cancelled = await room.end(`rehearsals/${id}`)
    expect(['cancelled', 'done']).toContain(z.object({ state: z.string() }).parse(cancelled.json).state)
  }, 60_000)

  it('are saved by two persons where they are red, with a rehearsal or a reason, and all of it is in the ledger', async () => {
    const second = { user: room.second.user, password: room.second.password }
    const save = (more: object) => room.ask('rules/busy', { ...edit(900), reason: 'too late in March', ...more })
    expect(await save({})).toMatchObject({ status: 400, json: { field: 'despite' } })
    await room.rehearsed({ ...edit(900), days: 2 })
    expect(await save({})).toMatchObject({ status: 403, json: { field: 'second', came: 'nobody' } })
    const { user, password } = room.leader
    expect(await save({ second: { user, password } })).toMatchObject({ status: 403, json: { came: 'the same person' } })
    const operator = await room.signedIn('operator')
    expect(await save({ second: { user: operator.user, password: operator.password } })).toMatchObject({ status: 403 })
    expect(await save({ second: { ...second, password: 'wrong' } })).toMatchObject({ status: 403 })
    expect(await save({ second })).toMatchObject({ status: 403, json: { code: 'http/no-second-factor' } })
    const { users } = room.services.access
    const { secret } = await users.offerFactor(user)
    const [code] = await users.confirmFactor(user, shownBy(secret, Date.now()))
    expect(await save({ second })).toMatchObject({ status: 403, json: { code: 'http/second-factor' } })
    const saved = await save({ second, code })
    expect(saved).toMatchObject({ status: 200, json: { site: 'east-pit', version: 1 } })
    const entries = (await acts()).filter(({ act }) => act.startsWith('rule-') || act === 'configuration-pushed')
    expect(entries.filter(({ act }) => act === 'rule-change-refused')).toHaveLength(4)
    expect(entries.at(-1)).toMatchObject({
      ...{ act: 'rule-changed', actor: { kind: 'person', name: user } },
      detail: {
        ...{ rule: 'busy', from: { with: { limit: 1_000 } }, to: { with: { limit: 900 } }, version: 1 },
        ...{ second: second.user, reason: 'too late in March', despite: null, rehearsal: expect.any(String) as string },
      },
    })
    expect(entries.some(({ act }) => act === 'rule-rehearsed')).toBe(true)
    const { sent } = SiteRules.parse((await room.ask('rules')).json)
    expect(sent).toMatchObject({ version: 1, by: user, state: null })
    // Nothing more until the gateway has said what became of it.
    expect(await save({ second, ...edit(800), despite: 'no time to wait' })).toMatchObject({ status: 409 })
    const next = { ...CONTENT, site: CONTENT.site.replace('limit: 1000', 'limit: 900') }
    room.running.take(told(next, { version: 1 }))
    await room.running.settled()
    expect((await room.ask('rules/busy/history')).json).toMatchObject({
      changes: [{ by: user, version: 1, reason: 'too late in March', second: second.user, before: { limit: 1_000 } }],
    })
  }, 60_000)

  it('whose false alarms are too many are listed for review', async () => {
    const { json } = await room.ask('../../rules/review')
    // Two judged alarms say nothing yet.
    expect(json).toMatchObject({ rules: [] })
  })
})
