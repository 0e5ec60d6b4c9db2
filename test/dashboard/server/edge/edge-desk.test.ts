import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EdgeAct } from '../../../../core/contract/edge.ts'
import { UtcMs } from '../../../../core/contract/time.ts'
import { topicText } from '../../../../core/contract/topics.ts'
import { wordOf } from '../../../../dashboard/server/edge/alarm-word.ts'
import { manualClock, type ManualClock, NIGHT, transition } from '../alarms/world.ts'
import { until } from '../../../support/until.ts'
import { actOf, type EdgeWorld, isGenuine, LI, openEdgeWorld, rosterOf, SITE, ZHANG } from './world.ts'

const MINUTE = 60_000
const red = transition({ site: SITE, priority: 'red' })
const A = red.occurrence
const told = (person = 'zhang', round = 0, accepted = true): EdgeAct['did'] => ({
  ...{ kind: 'told', person, name: '张甲', round, accepted, answer: 'refs 7' },
})
const acknowledged: EdgeAct['did'] = { kind: 'acknowledged', person: 'zhang', name: '张甲', note: '马上到' }

describe('what gateways did alone', () => {
  let clock: ManualClock
  let world: EdgeWorld
  beforeEach(() => {
    clock = manualClock()
    world = openEdgeWorld(clock)
  })
  afterEach(() => world.end())

  const at = (ms = 0) => UtcMs.parse(NIGHT + ms)
  /** Hands over acts, numbered from 1, and waits for their receipts. */
  const acts = async (...dids: readonly EdgeAct['did'][]) => {
    const before = world.receipts.length
    dids.forEach((did, index) => world.act(actOf(A, index + 1, did, at(MINUTE))))
    await until('what was awaited', () => world.receipts.length >= before + dids.length)
  }
  const night = async (minutes: number) => {
    for (let passed = 0; passed <= minutes; passed += 1) {
      await world.dispatcher.tick()
      await world.dispatcher.idle()
      clock.advance(MINUTE)
    }
  }
  const alarm = async () => (await world.desk.get(A))!

  it('is known to the alarm in the commit that opens it: who was told, and who has it; and nobody is called again', async () => {
    clock.advance(5 * MINUTE)
    await acts(told(), told('li'), { kind: 'delivered', person: 'zhang' }, acknowledged)
    expect(world.receipts.at(-1)).toEqual({ lane: 'edge-act', occurrence: A, n: 4, verdict: 'accept' })
    await world.desk.receive(red)
    const opened = await alarm()
    expect(opened.acknowledgement).toEqual({ at: at(MINUTE), by: '张甲', note: '马上到', via: 'edge' })
    expect(opened.notices.map(({ person, state, byEdge, medium }) => [person, state, byEdge, medium])).toEqual([
      ['zhang', 'delivered', true, 'sms'],
      ['li', 'accepted', true, 'sms'],
    ])
    expect(opened.state).toBe('acked')
    await night(14)
    // Only the other one who was told hears who has it.
    expect(world.sent.filter((line) => !line.endsWith(' acknowledged'))).toEqual([])
    expect(await world.acts()).toContain('alarm-acknowledged')
  })

  it('is known to an alarm that is open already, once, however often it comes', async () => {
    await world.desk.receive(red)
    for (let times = 0; times < 3; times += 1) await acts(told(), acknowledged)
    const opened = await alarm()
    expect([opened.state, opened.notices.length]).toEqual(['acked', 1])
    expect(world.receipts).toHaveLength(6)
    expect((await world.acts()).filter((act) => act === 'alarm-acknowledged')).toHaveLength(1)
  })

  it('does not call a person a second time whom the gateway has just texted', async () => {
    clock.advance(MINUTE + 1_000)
    await acts(told('zhang'), told('wang'))
    await world.desk.receive(red)
    await world.dispatcher.tick()
    await world.dispatcher.idle()
    expect(world.sent).toEqual([])
    await night(3)
    expect(world.sent).toEqual(['李丙 escalation'])
  })

  it('acknowledges nothing that has come back since', async () => {
    await world.desk.receive(red)
    const at2 = at(30 * MINUTE)
    await world.desk.receive({ ...red, n: 2, kind: 'clear', at: at(20 * MINUTE) })
    await world.desk.receive(transition({ site: SITE, priority: 'red', at: at2 }))
    await acts(told(), acknowledged)
    expect((await alarm()).state).toBe('unacked')
    expect(await world.acts()).toContain('edge-acted')
  })

  it('waits over a restart for its alarm', async () => {
    await acts(told(), acknowledged)
    await world.restart()
    await world.desk.receive(red)
    expect((await alarm()).state).toBe('acked')
  })

  it('is in the ledger: sirens, refused replies', async () => {
    await world.desk.receive(red)
    await acts(
      { kind: 'sounded', output: 'siren', seconds: 20, seen: false, why: 'coil 2 was not read back as on' },
      { kind: 'reply-refused', from: '0009', why: 'number' },
    )
    const entries = (await world.desk.ledger({ after: 0, limit: 100, subject: A })).entries
    expect(entries.map(({ act }) => act)).toEqual(expect.arrayContaining(['siren-sounded', 'reply-refused']))
    expect(entries.find(({ act }) => act === 'siren-sounded')?.detail).toMatchObject({ did: { seen: false } })
  })

  it.each([
    ['of another site', { ...actOf(A, 1, acknowledged, at()), site: 'west-pit' }],
    ['about an alarm of another site', { ...actOf(A, 1, acknowledged, at()), occurrence: 'west-pit.fan.a' }],
    ['of a kind nobody knows', { ...actOf(A, 1, acknowledged, at()), did: { kind: 'closed' } }],
  ])('is refused for good when it is %s', async (_what, act) => {
    await world.desk.receive(red)
    world.act(act as never)
    await until('what was awaited', () => world.receipts.length === 1)
    expect([world.receipts[0]?.verdict, world.edge.refused(), (await alarm()).state]).toEqual(['reject', 1, 'unacked'])
  })

  it('is left alone when it is half a message, or on another topic', () => {
    const topic = topicText({ kind: 'edge-act', group: 'county', site: SITE })
    world.edge.take({ topic, payload: Buffer.from('{') })
    world.edge.take({ topic: topicText({ kind: 'alarm', group: 'county', site: SITE }), payload: Buffer.from('{') })
    expect([world.edge.refused(), world.receipts]).toEqual([1, []])
  })

  it('comes to the same in whatever order it and the alarm arrive, and however often', async () => {
    const dids: readonly EdgeAct['did'][] = [told(), told('li'), { kind: 'delivered', person: 'li' }, acknowledged]
    const order = fc.shuffledSubarray([0, 1, 2, 3, 4, 0, 1, 2, 3, 4], { minLength: 5 })
    let n = 0
    await fc.assert(
      fc.asyncProperty(order, async (mixed) => {
        n += 1
        const raised = transition({ site: SITE, priority: 'red', rule: `rule-${n}` })
        const all = [...mixed, ...[0, 1, 2, 3, 4].filter((one) => !mixed.includes(one))]
        for (const one of all) {
          const did = dids[one]
          if (did === undefined) await world.desk.receive(raised)
          else {
            const before = world.receipts.length
            world.act(actOf(raised.occurrence, one + 1, did, at(MINUTE)))
            while (world.receipts.length === before) await new Promise((resolve) => setImmediate(resolve))
          }
        }
        const opened = (await world.desk.get(raised.occurrence))!
        expect(opened.acknowledgement).toMatchObject({ by: '张甲', via: 'edge' })
        expect(opened.notices.map(({ person, byEdge }) => [person, byEdge]).toSorted()).toEqual([
          ['li', true],
          ['zhang', true],
        ])
      }),
      { numRuns: 100 },
    )
  })
})

describe('what gateways are told', () => {
  let clock: ManualClock
  let world: EdgeWorld
  let stop: AbortController
  let running: Promise<void>
  beforeEach(() => {
    clock = manualClock()
    world = openEdgeWorld(clock)
    stop = new AbortController()
    running = world.edge.run(stop.signal)
  })
  afterEach(async () => {
    stop.abort()
    await running
    await world.end()
  })

  it('is a sheet with who can be texted when, and the fallback, signed', async () => {
    await until('what was awaited', () => world.sheets.length === 1)
    const sheet = world.sheets[0]!
    expect([isGenuine(sheet), sheet.version, sheet.site, sheet.prefix]).toEqual([true, 1, SITE, 'PW'])
    // The leader's role has no table: its fallback is on duty at all times.
    const now = sheet.watches.find(({ from, to }) => from <= NIGHT && NIGHT < to)
    expect(now?.persons.map(({ id, number }) => [id, number])).toEqual([
      expect.arrayContaining([expect.stringMatching(/zhang|wang/)]),
      ['li', LI],
    ])
    expect(sheet.fallback.map(({ id }) => id)).toEqual(['li'])
    expect(sheet.watches.length).toBe(29)
    expect(
      sheet.watches.every(({ from, to }, index) => to === (sheet.watches[index + 1]?.from ?? sheet.until) && from < to),
    ).toBe(true)
    expect(new Set(sheet.watches.flatMap(({ persons }) => persons.map(({ number }) => number)))).toEqual(
      new Set([ZHANG, LI, '+8613900000002']),
    )
  })

  it('is another sheet when the roster has changed and when a day has passed, and the same on a new connection', async () => {
    await until('what was awaited', () => world.sheets.length === 1)
    await world.edge.announce(world.publish)
    expect(world.sheets.map(({ version }) => version)).toEqual([1, 1])
    world.setRoster(rosterOf({ tables: [] }))
    await until('what was awaited', () => world.sheets.length === 3)
    expect([world.sheets[2]?.version, world.sheets[2]?.watches.length]).toEqual([2, 1])
    clock.advance(86_400_000)
    await until('what was awaited', () => world.sheets.length === 4)
    expect(world.sheets[3]!.until - world.sheets[2]!.until).toBe(86_400_000)
  })

  it('is a word when an alarm is told, acknowledged and closed, and the last of it on a new connection', async () => {
    await world.desk.receive(red)
    await world.dispatcher.tick()
    await world.dispatcher.idle()
    await until('what was awaited', () => world.words.at(-1)?.alarms[0]?.state === 'told')
    await world.desk.acknowledge(A, { by: 'zhang', note: '已派人去看', via: 'desk' })
    await until('what was awaited', () => world.words.at(-1)?.alarms[0]?.state === 'acknowledged')
    await world.desk.receive({ ...red, n: 2, kind: 'clear', at: UtcMs.parse(NIGHT + MINUTE) })
    await until('what was awaited', () => world.words.at(-1)?.alarms[0]?.state === 'closed')
    const before = world.words.length
    await world.edge.announce(world.publish)
    expect(world.words.slice(before).map(({ alarms }) => alarms)).toEqual([
      [{ occurrence: A, state: 'closed', by: 'zhang' }],
    ])
    expect(world.words.every(isGenuine)).toBe(true)
    expect(world.words.every(({ at }, index) => at >= (world.words[index - 1]?.at ?? 0))).toBe(true)
  })

  it('is said again when the broker could not be reached', async () => {
    await until('what was awaited', () => world.sheets.length > 0)
    const publish = world.publish
    world.publish = () => Promise.reject(new Error('no broker'))
    await world.desk.receive(red)
    await world.desk.acknowledge(A, { by: 'zhang', note: '已派人去看', via: 'desk' })
    await new Promise((resolve) => setTimeout(resolve, 600))
    world.publish = publish
    await until('what was awaited', () => world.words.at(-1)?.alarms[0]?.state === 'acknowledged')
  })

  it('names no alarm nobody was told of, and of one that came back only who was told of that', async () => {
    await world.desk.receive(red)
    const opened = (await world.desk.get(A))!
    expect(wordOf([opened])).toEqual([])
    const notice = { ...opened.notices[0], byEdge: true, queuedAt: UtcMs.parse(NIGHT), state: 'accepted' }
    expect(wordOf([{ ...opened, notices: [notice as never] }])).toEqual([])
    const own = { ...notice, byEdge: false }
    expect(wordOf([{ ...opened, notices: [own as never] }])).toHaveLength(1)
    const again = { occurrence: `${A}0`, from: UtcMs.parse(NIGHT + 1), to: null }
    expect(wordOf([{ ...opened, activations: [...opened.activations, again], notices: [own as never] }])).toEqual([])
  })
})
