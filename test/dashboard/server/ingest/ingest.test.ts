import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { AlarmTransition } from '../../../../core/contract/alarm.ts'
import { ClockAnswer } from '../../../../core/contract/clock.ts'
import { Receipt } from '../../../../core/contract/lanes.ts'
import type { LedgerAction } from '../../../../dashboard/server/alarms/ledger.ts'
import { openArchive } from '../../../../dashboard/server/archive/archive.ts'
import { openEmbeddedHistory } from '../../../../dashboard/server/history/embedded.ts'
import { openCounty } from '../../../../dashboard/server/ingest/county.ts'
import { openEvidenceStore } from '../../../../dashboard/server/ingest/evidence-store.ts'
import { openIngest } from '../../../../dashboard/server/ingest/ingest.ts'
import { picturePart } from '../../../../platform/picture-parts.ts'
import { decodePayload } from '../../../../platform/sparkplug.ts'
import { isRebirthCommand } from '../../../../platform/telemetry.ts'
import { handClock } from '../../../support/hand-clock.ts'
import { testFolder } from '../../../support/processes.ts'
import { quietLog } from '../../../support/quiet-log.ts'
import { until } from '../../../support/until.ts'
import { chainMaker, dated } from '../archive/chain-maker.ts'
import { edge, GROUP, START } from './edge.ts'

const quiet = { openAlarms: { red: 0, orange: 0, yellow: 0, blue: 0 }, worstUnacked: null }
const power = { site: 'east-pit', point: 'feeder/active-power', quantity: 'power' } as const
const never = new AbortController().signal

async function withIngest(work: (world: Awaited<ReturnType<typeof openWorld>>) => Promise<void>): Promise<void> {
  await using folder = await testFolder()
  const world = await openWorld(folder.path)
  const stop = new AbortController()
  const running = world.ingest.run(stop.signal)
  try {
    await work(world)
  } finally {
    stop.abort()
    await running
    world.archive.close()
    await world.history.close()
  }
}

async function openWorld(folder: string) {
  const county = openCounty([])
  const history = await openEmbeddedHistory(folder)
  const archive = openArchive(folder)
  const evidence = openEvidenceStore(folder)
  const received: AlarmTransition[] = []
  const acts: LedgerAction[] = []
  const receipts: Receipt[] = []
  const rebirths: string[] = []
  const heard: string[] = []
  const answers: ClockAnswer[] = []
  const desk = {
    isDown: false,
    receive: (transition: AlarmTransition) => {
      if (desk.isDown) return Promise.reject(new Error('disk full'))
      received.push(transition)
      return Promise.resolve('committed' as const)
    },
    record: (action: LedgerAction) => Promise.resolve(void acts.push(action)),
  }
  const log = quietLog()
  const ingest = openIngest({
    ...{ group: GROUP, county, history, archive, desk, evidence, log },
    clock: handClock(START),
    keysOf: () => [],
    timeIsWorth: () => 30,
    heard: (site) => void heard.push(site),
    publish: (topic, payload) => {
      if (topic.endsWith('/clock-answer')) answers.push(ClockAnswer.parse(JSON.parse(String(payload))))
      else if (topic.endsWith('/receipt')) receipts.push(Receipt.parse(JSON.parse(String(payload))))
      else if (isRebirthCommand(decodePayload(Buffer.from(payload)))) rebirths.push(topic)
      return Promise.resolve()
    },
  })
  return { county, history, archive, answers, evidence, ingest, desk, received, acts, receipts, rebirths, heard, log }
}

describe('ingest', () => {
  it('takes live readings into the county and the history', () =>
    withIngest(async ({ ingest, county, history, receipts, acts }) => {
      const gateway = edge()
      ingest.take(gateway.nodeBirth())
      ingest.take(gateway.deviceBirth())
      ingest.take(
        gateway.data(1, [
          { point: 'active-power', value: 7_200, at: 1_000 },
          { point: 'door', value: true },
        ]),
      )
      expect(county.summary('east-pit', quiet)).toMatchObject({ online: true, headline: { value: 7_200 } })
      const shown = () => history.query(power, { from: START, to: START + 10_000, columns: 1 }, never)
      await until('the reading in the history', async () => (await shown()).readings === 1)
      expect(await shown()).toMatchObject({ max: [7_200], readings: 1 })
      expect(receipts).toEqual([])
      expect(acts).toEqual([expect.objectContaining({ act: 'gateway-online', subject: 'east-pit' })])
    }))

  it('never shows late data as live, and stores it', () =>
    withIngest(async ({ ingest, county, history }) => {
      const gateway = edge()
      for (const message of [gateway.nodeBirth(), gateway.deviceBirth()]) ingest.take(message)
      ingest.take(gateway.data(1, [{ point: 'active-power', value: 1, at: 9_000 }], true))
      expect(county.summary('east-pit', quiet)?.headline).toBeNull()
      const shown = () => history.query(power, { from: START, to: START + 10_000, columns: 1 }, never)
      await until('the reading in the history', async () => (await shown()).readings === 1)
    }))

  it('stores no live reading at a time nobody believes; its range is dated when somebody knows', () =>
    withIngest(async ({ ingest, county, history, receipts, archive }) => {
      const gateway = edge({ uncertaintyMs: null })
      for (const message of [gateway.nodeBirth(), gateway.deviceBirth()]) ingest.take(message)
      ingest.take(gateway.data(0, [{ point: 'active-power', value: 1, at: -START + 5_000 }]))
      expect(county.summary('east-pit', quiet)?.headline).toMatchObject({ value: 1 })
      const made = chainMaker()
      made.range({ count: 1, mono: 5_000, dating: dated({ offsetMs: 0, uncertaintyMs: null, source: 'none' }) })
      made.dating(dated())
      for (const link of made.links.toReversed()) ingest.take(gateway.range(made.message(link)))
      await until('both receipts', () => receipts.length === 2)
      expect(archive.spans('east-pit', START, START + 10_000)).toHaveLength(1)
      const all = await history.query(power, { from: 0, to: START + 10_000, columns: 1 }, never)
      expect(all.readings).toBe(1)
      const there = await history.query(power, { from: START, to: START + 10_000, columns: 1 }, never)
      expect(there.readings).toBe(1)
    }))

  it('takes links of the chain, receipts each by its hash, and stores what live readings were there already once', () =>
    withIngest(async ({ ingest, history, receipts }) => {
      const gateway = edge()
      const made = chainMaker()
      for (const message of [gateway.nodeBirth(), gateway.deviceBirth()]) ingest.take(message)
      ingest.take(gateway.data(0, [{ point: 'active-power', value: 0, at: 1_000 }]))
      made.range({ mono: 1_000, count: 30 })
      made.range({ count: 10 })
      for (const link of made.links.toReversed()) ingest.take(gateway.range(made.message(link)))
      await until('both receipts', () => receipts.length === 2)
      expect(receipts).toEqual(
        made.links.toReversed().map(({ head, hash }) => {
          return { lane: 'range', stream: 's0000000', n: head.link.n, hash, verdict: 'accept' }
        }),
      )
      const shown = await history.query(power, { from: START, to: START + 100_000, columns: 1 }, never)
      expect(shown).toMatchObject({ readings: 40, min: [0], max: [39] })
    }))

  it('answers a gateway that asks for the time at once, with what its own is worth', () =>
    withIngest(async ({ ingest, answers }) => {
      const ask = { boot: 'abcdef0123456789', mono: 1_234.5 }
      const topic = 'pitwatch/v1/county/east-pit/clock-ask'
      ingest.take({ topic, payload: Buffer.from(JSON.stringify(ask)) })
      expect(answers).toEqual([{ ...ask, at: START, uncertaintyMs: 30 }])
      await Promise.resolve()
    }))

  it('refuses for good an alarm that will never be taken, where it can be named', () =>
    withIngest(async ({ ingest, receipts, received }) => {
      const gateway = edge()
      ingest.take(gateway.alarm({ site: 'west-pit' }))
      ingest.take(gateway.alarm({ n: 2, priority: 'pink' as 'red' }))
      const link = chainMaker({ site: 'west-pit' })
      ingest.take(gateway.range(link.message(link.gap(1))))
      const named = { lane: 'alarm', occurrence: 'east-pit.winch.loa1', verdict: 'reject' }
      expect(receipts).toMatchObject([
        { ...named, n: 1 },
        { ...named, n: 2 },
        { lane: 'range', verdict: 'reject' },
      ])
      expect(received).toEqual([])
      expect(ingest.refusals()).toEqual({ 'other-site': 2, malformed: 1 })
      await Promise.resolve()
    }))

  it('reads nothing of a message that is too long', () =>
    withIngest(async ({ ingest, county }) => {
      const gateway = edge()
      const { topic } = gateway.nodeBirth()
      ingest.take({ topic, payload: Buffer.alloc((512 << 10) + 1) })
      ingest.take(gateway.range(Buffer.alloc((256 << 10) + 1)))
      expect(ingest.refusals()).toEqual({ 'too-large': 2 })
      expect(county.ids()).toEqual([])
      await Promise.resolve()
    }))

  it("keeps what a site's gateway last said of its buses and devices", () =>
    withIngest(async ({ ingest, county }) => {
      const gateway = edge()
      ingest.take(gateway.nodeBirth())
      expect(county.gateway('east-pit')).toEqual({ health: null, receivedAt: null })
      ingest.take(gateway.health(7))
      ingest.take(gateway.health(9))
      expect(county.gateway('east-pit')).toMatchObject({ health: { buses: [{ exchanges: 9 }] }, receivedAt: START })
      expect(county.gateway('west-pit')).toBeNull()
      await Promise.resolve()
    }))

  it('asks for births when data of an unknown one comes, once in a while', () =>
    withIngest(async ({ ingest, rebirths, county }) => {
      const gateway = edge()
      gateway.nodeBirth()
      gateway.deviceBirth()
      for (let n = 1; n < 5; n++) ingest.take(gateway.data(n, [{ point: 'voltage', value: 230 }]))
      expect(rebirths).toEqual(['spBv1.0/county/NCMD/east-pit'])
      ingest.take(gateway.nodeBirth())
      ingest.take(gateway.deviceBirth())
      expect(county.isOnline('east-pit')).toBe(true)
      await Promise.resolve()
    }))

  it('asks for births when a gateway it knows nothing of says that it is well', () =>
    withIngest(async ({ ingest, rebirths }) => {
      ingest.take(edge().health())
      expect(rebirths).toEqual(['spBv1.0/county/NCMD/east-pit'])
      await Promise.resolve()
    }))

  it('hands alarms to the desk in order and receipts each once it is durable', () =>
    withIngest(async ({ ingest, desk, received, receipts }) => {
      const gateway = edge()
      desk.isDown = true
      ingest.take(gateway.alarm())
      await new Promise((settle) => setImmediate(settle))
      expect(receipts).toEqual([])
      desk.isDown = false
      ingest.take(gateway.alarm())
      ingest.take(gateway.alarm({ n: 2, kind: 'clear' }))
      await until('both receipts', () => receipts.length === 2)
      expect(received.map(({ n }) => n)).toEqual([1, 2])
      expect(receipts).toEqual(
        [1, 2].map((n) => ({ lane: 'alarm', occurrence: 'east-pit.winch.loa1', n, verdict: 'accept' })),
      )
    }))

  it('stores a picture whose bytes fit its name and receipts it; refuses another', () =>
    withIngest(async ({ ingest, evidence, receipts }) => {
      const bytes = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3])
      const hash = createHash('sha256').update(bytes).digest('hex')
      const { payload } = picturePart(bytes, 0)
      ingest.take({ topic: `pitwatch/v1/county/east-pit/evidence/${'0'.repeat(64)}`, payload })
      ingest.take({ topic: `pitwatch/v1/county/east-pit/evidence/${hash}`, payload })
      await until('both receipts', () => receipts.length === 2)
      expect(receipts).toMatchObject([
        { lane: 'evidence', sha256: '0'.repeat(64), verdict: 'reject' },
        { lane: 'evidence', sha256: hash, verdict: 'accept' },
      ])
      expect((await evidence.get(hash))?.bytes).toEqual(bytes)
      expect(ingest.refused()).toBe(1)
    }))

  it('counts poison of every kind, says so once a source, and goes on', () =>
    withIngest(async ({ ingest, log, county }) => {
      const gateway = edge()
      const poison = [
        { topic: 'nonsense', payload: Buffer.from('x') },
        { topic: 'spBv1.0/county/NBIRTH/east-pit', payload: Buffer.from('no protobuf at all') },
        { topic: 'spBv1.0/county/NBIRTH/east-pit', payload: Buffer.alloc(0) },
        { topic: 'pitwatch/v1/county/east-pit/alarm', payload: Buffer.from('{"occurrence":') },
        { topic: 'pitwatch/v1/county/east-pit/alarm', payload: edge({ site: 'west-pit' }).alarm().payload },
        // A gateway that names another site's occurrence could end its alarm.
        gateway.alarm({ occurrence: 'west-pit.winch.loa1', n: 2, kind: 'clear' }),
        { topic: 'pitwatch/v1/county/east-pit/health', payload: Buffer.from('[]') },
      ]
      for (const message of poison) ingest.take(message)
      expect(ingest.refused()).toBe(poison.length)
      expect(log.lines.filter(({ level }) => level === 'warn')).toHaveLength(4)
      expect(county.ids()).toEqual([])
      for (const message of [gateway.nodeBirth(), gateway.deviceBirth()]) ingest.take(message)
      ingest.take(gateway.data(1, [{ point: 'voltage', value: 230 }]))
      expect(county.isOnline('east-pit')).toBe(true)
      expect(ingest.refused()).toBe(poison.length)
      expect(ingest.refusals()).toEqual({ 'unknown-topic': 1, malformed: 4, 'other-site': 2 })
      await Promise.resolve()
    }))

  it('takes every message but a death as a sign of life', () =>
    withIngest(async ({ ingest, heard, county, acts }) => {
      const gateway = edge()
      const messages = [
        gateway.nodeBirth(),
        gateway.deviceBirth(),
        gateway.health(),
        gateway.alarm(),
        gateway.deviceDeath(),
      ]
      for (const message of messages) ingest.take(message)
      expect(heard).toHaveLength(5)
      ingest.take(gateway.death())
      expect(heard).toHaveLength(5)
      expect(county.isOnline('east-pit')).toBe(false)
      expect(acts.map(({ act }) => act)).toEqual(['gateway-online', 'gateway-offline'])
      await Promise.resolve()
    }))
})
