import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { BecauseRow } from '../../../../core/contract/activity.ts'
import { Command, orderOf } from '../../../../core/contract/command.ts'
import { LedgerQuery } from '../../../../core/contract/http.ts'
import { HouseError } from '../../../../core/kit/errors.ts'
import { canonicalJson } from '../../../../core/kit/canonical-json.ts'
import { type FeedbackDesk, openFeedbackDesk } from '../../../../dashboard/server/feedback/feedback-desk.ts'
import { NIGHT, openWorld, transition, type World } from '../alarms/world.ts'
import { UtcMs } from '../../../../core/contract/time.ts'

const DAY = 86_400_000
const HEATER = { kind: 'known-appliance', note: 'the guard has a heater', power: 2_000 } as const

describe('the desk of feedback', () => {
  let world: World
  let feedback: FeedbackDesk
  let sent: { topic: string; text: string; retain: boolean }[]
  let isBrokerAway: boolean

  const publish = (topic: string, payload: Uint8Array | string, how: { retain?: boolean } = {}) => {
    if (isBrokerAway) return Promise.reject(new HouseError('mqtt/refused', 'away'))
    sent.push({ topic, text: String(payload), retain: how.retain ?? false })
    return Promise.resolve()
  }
  const open = () => {
    const { db, desk, log } = world
    const sign = (order: object) => `signed ${canonicalJson(order)}`
    feedback = openFeedbackDesk({ db, desk, group: 'county', sign, publish, log })
  }
  const later = (ms: number) => UtcMs.parse(world.clock.now() + ms)
  const raised = transition({ ruleType: 'site-activity', rule: 'site-activity' })
  const raise = () => world.desk.receive(raised)
  const heater = () => feedback.judge(raised.occurrence, { ...HEATER, until: later(30 * DAY) }, 'somebody')
  const sentCommand = (index = 0) => Command.parse(JSON.parse(sent[index]?.text ?? ''))
  const answer = (command: Command, changes: Partial<Command> = {}) => {
    const told = { ...command, state: 'done', ...changes } as const
    const topic = `pitwatch/v1/county/${command.site}/command/${command.id}`
    feedback.take({ topic, payload: Buffer.from(JSON.stringify(told)) })
    return feedback.run(AbortSignal.abort())
  }
  const shown = async () => (await world.desk.get(raised.occurrence))?.feedback ?? []
  const acts = async () => {
    const { entries } = await world.desk.ledger(LedgerQuery.parse({ subject: raised.occurrence }))
    return entries.map(({ act, actor }) => `${act} ${actor.name}`)
  }

  beforeEach(() => {
    world = openWorld()
    sent = []
    isBrokerAway = false
    open()
  })
  afterEach(() => world.end())

  it('keeps what was found with the alarm and in the ledger, and sends it signed and retained', async () => {
    await raise()
    const alarm = await heater()
    const [kept] = alarm.feedback ?? []
    expect(kept).toMatchObject({
      ...{ ...HEATER, occurrence: raised.occurrence, by: 'somebody', at: NIGHT, until: NIGHT + 30 * DAY },
      ...{ state: 'pending', answeredAt: null, answer: null },
    })
    expect(alarm.version).toBe(2)
    expect(await acts()).toContain('alarm-judged somebody')
    const command = sentCommand()
    expect(sent).toMatchObject([{ topic: `pitwatch/v1/county/north-gully/command/${kept?.id}`, retain: true }])
    expect(command).toMatchObject({ site: 'north-gully', state: 'requested', by: 'somebody', requestedAt: NIGHT })
    expect(command.signature).toBe(`signed ${canonicalJson(orderOf(command))}`)
  })

  it.each([
    ['power', 'known-appliance', { power: 6_501, until: DAY }],
    ['power', 'known-appliance', { until: DAY }],
    ['until', 'known-appliance', { power: 500 }],
    ['until', 'known-appliance', { power: 500, until: 30 * DAY + 1 }],
    ['until', 'authorised', {}],
    ['until', 'authorised', { until: DAY + 1 }],
    ['until', 'authorised', { until: -1 }],
    ['point', 'sensor-fault', { until: DAY }],
    ['until', 'sensor-fault', { until: 7 * DAY + 1, point: 'meter/power' }],
  ] as const)('names %s where that of %s is beyond its limits: %j', async (field, kind, given) => {
    await raise()
    const { until, ...more } = { until: undefined, ...given }
    const said = { kind, note: '', ...more, ...(until === undefined ? {} : { until: later(until) }) }
    const refused = await feedback.judge(raised.occurrence, said, 'somebody').catch((error: unknown) => error)
    expect(refused).toMatchObject({ code: 'http/invalid', facts: { field } })
    expect((refused as HouseError).message).toMatch(new RegExp(`^${field}: expected .*, came `))
    expect([await shown(), sent]).toEqual([[], []])
  })

  it('says that there is no such alarm', async () => {
    await expect(feedback.judge('north-gully.r.0', { kind: 'confirmed', note: '' }, 'a')).rejects.toMatchObject({
      code: 'http/not-found',
    })
  })

  it('notes what the gateway made of it, once, and lets the broker forget the command', async () => {
    await raise()
    await heater()
    const command = sentCommand()
    await answer(command, { state: 'accepted' })
    expect((await shown())[0]?.state).toBe('pending')
    world.clock.advance(5_000)
    await answer(command)
    await answer(command, { state: 'failed', result: 'too late' })
    expect(await shown()).toMatchObject([{ state: 'applied', answeredAt: NIGHT + 5_000, answer: null }])
    expect((await acts()).filter((act) => act.startsWith('feedback-'))).toEqual(['feedback-applied north-gully'])
    expect(sent.slice(1)).toEqual(Array.from({ length: 2 }, () => ({ topic: sent[0]?.topic, text: '', retain: true })))
  })

  it('shows why a gateway has refused it', async () => {
    await raise()
    await heater()
    await answer(sentCommand(), { state: 'failed', result: 'no-load: expected a load section' })
    expect(await shown()).toMatchObject([{ state: 'refused', answer: 'no-load: expected a load section' }])
    expect(await acts()).toContain('feedback-refused north-gully')
  })

  it('believes no gateway of another site, and nothing malformed', async () => {
    await raise()
    await heater()
    const command = sentCommand()
    await answer({ ...command, site: 'south-gully' })
    const topic = `pitwatch/v1/county/south-gully/command/${command.id}`
    for (const payload of [JSON.stringify({ ...command, state: 'done' }), '{', 'x'.repeat(10_000), '']) {
      feedback.take({ topic, payload: Buffer.from(payload) })
    }
    await feedback.run(AbortSignal.abort())
    expect((await shown())[0]?.state).toBe('pending')
    expect(world.log.lines.filter(({ level }) => level === 'warn')).toHaveLength(1)
  })

  it('sends on each new connection what nobody has answered, also after a start of its own, and nothing else', async () => {
    await raise()
    isBrokerAway = true
    await heater()
    await feedback.judge(raised.occurrence, { kind: 'confirmed', note: '' }, 'another')
    await world.restart()
    open()
    isBrokerAway = false
    await feedback.announce(publish)
    expect([0, 1].map((index) => sentCommand(index).by)).toEqual(['somebody', 'another'])
    await answer(sentCommand(0))
    sent = []
    await feedback.announce(publish)
    expect(sent.map(({ text }) => Command.parse(JSON.parse(text)).by)).toEqual(['another'])
  })

  it('tells what each rule was worth, by its own alarms and as a sign, and forgets alarms of more than 90 days ago', async () => {
    const sign: BecauseRow = {
      ...{
        rule: 'feeder-live',
        ruleType: 'should-be-off',
        group: 'power',
        point: 'meter/power',
        at: UtcMs.parse(NIGHT),
      },
      ...{ strength: 3, explanation: { key: 'should-be-off.raised', values: {} } },
    }
    const raiseAt = async (day: number, kind: 'confirmed' | 'known-appliance' | 'authorised' | null) => {
      const one = transition({
        ...raised,
        occurrence: `north-gully.site-activity.${day}`,
        at: UtcMs.parse(NIGHT + day * DAY),
        because: [sign],
      })
      await world.desk.receive(one)
      await world.desk.receive({ ...one, n: 2, kind: 'clear', at: UtcMs.parse(one.at + 1) })
      await world.desk.acknowledge(one.occurrence, { by: 'somebody', note: 'went there', via: 'desk' })
      if (kind === null) return
      const needs = kind === 'confirmed' ? {} : { until: later(DAY), power: 100 }
      // The last word counts.
      await feedback.judge(one.occurrence, { kind: 'confirmed', note: '' }, 'somebody')
      await feedback.judge(one.occurrence, { kind, note: '', ...needs }, 'somebody')
    }
    world.clock.advance(10 * DAY)
    await raiseAt(-81, 'known-appliance')
    for (const [day, kind] of (['confirmed', 'confirmed', 'known-appliance', 'authorised', null] as const).entries())
      await raiseAt(day, kind)
    const { types, rules, from, to } = await feedback.precision()
    expect(to - from).toBe(90 * DAY)
    const tally = { alarms: 5, confirmed: 2, wrong: 1, lawful: 1, open: 1, precision: 2 / 3 }
    expect(types).toMatchObject([
      { ruleType: 'should-be-off', as: 'sign', ...tally },
      { ruleType: 'site-activity', as: 'alarm', ...tally },
    ])
    // Wilson's interval of 2 of 3, as printed in tables: 20.8 % to 93.9 %.
    expect(types[0]?.interval?.map((end) => end.toFixed(3))).toEqual(['0.208', '0.939'])
    expect(rules.map(({ site, rule }) => `${site}/${rule}`).sort()).toEqual([
      'north-gully/feeder-live',
      'north-gully/site-activity',
    ])
  })
})
