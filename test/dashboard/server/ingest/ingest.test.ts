import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { AlarmTransition } from '../../../../core/contract/alarm.ts'
import { Receipt } from '../../../../core/contract/lanes.ts'
import type { LedgerAction } from '../../../../dashboard/server/alarms/ledger.ts'
import { openEmbeddedHistory } from '../../../../dashboard/server/history/embedded.ts'
import { openCounty } from '../../../../dashboard/server/ingest/county.ts'
import { openEvidenceStore } from '../../../../dashboard/server/ingest/evidence-store.ts'
import { openIngest } from '../../../../dashboard/server/ingest/ingest.ts'
import { decodePayload } from '../../../../platform/sparkplug.ts'
import { isRebirthCommand } from '../../../../platform/telemetry.ts'
import { handClock } from '../../../support/hand-clock.ts'
import { testFolder } from '../../../support/processes.ts'
import { quietLog } from '../../../support/quiet-log.ts'
import { until } from '../../../support/until.ts'
import { edge, GROUP, START } from './edge.ts'

const quiet = { openAlarms: { red: 0, orange: 0, yellow: 0, blue: 0 }, worstUnacked: null }
const never = new AbortController().signal

async function withIngest(work: (world: Awaited<ReturnType<typeof openWorld>>) => Promise<void>): Promise<void> {
  await using folder = await testFolder()
  const world = openWorld(folder.path)
  const stop = new AbortController()
  const running = world.ingest.run(stop.signal)
  try {
    await work(world)
  } finally {
    stop.abort()
    await running
    world.history.close()
  }
}

function openWorld(folder: string) {
  const county = openCounty([])
  const history = openEmbeddedHistory(folder)
  const evidence = openEvidenceStore(folder)
  const received: AlarmTransition[] = []
  const acts: LedgerAction[] = []
  const receipts: Receipt[] = []
  const rebirths: string[] = []
  const heard: string[] = []
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
    ...{ group: GROUP, county, history, desk, evidence, log },
    clock: handClock(START),
    heard: (site) => void heard.push(site),
    publish: (topic, payload) => {
      if (topic.endsWith('/receipt')) receipts.push(Receipt.parse(JSON.parse(String(payload))))
      else if (isRebirthCommand(decodePayload(Buffer.from(payload)))) rebirths.push(topic)
      return Promise.resolve()
    },
  })
  return { county, history, evidence, ingest, desk, received, acts, receipts, rebirths, heard, log }
}

describe('ingest', () => {
  it('takes readings into the county and the history and receipts them', () =>
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
      await until('the receipt', () => receipts.length > 0)
      expect(receipts).toEqual([{ lane: 'telemetry', stream: 's0000000', upTo: 2 }])
      const query = { from: START, to: START + 10_000, columns: 1 }
      const target = { site: 'east-pit', point: 'feeder/active-power', quantity: 'power' } as const
      expect(await history.query(target, query, never)).toMatchObject({ max: [7_200], readings: 1 })
      expect(acts).toEqual([expect.objectContaining({ act: 'gateway-online', subject: 'east-pit' })])
    }))

  it('never shows late data as live, and stores it', () =>
    withIngest(async ({ ingest, county, receipts }) => {
      const gateway = edge()
      ingest.take(gateway.nodeBirth())
      ingest.take(gateway.deviceBirth())
      ingest.take(gateway.data(1, [{ point: 'active-power', value: 1, at: 9_000 }], true))
      expect(county.summary('east-pit', quiet)?.headline).toBeNull()
      await until('the receipt', () => receipts.length > 0)
      expect(receipts[0]).toMatchObject({ upTo: 1 })
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
      expect(receipts).toEqual([1, 2].map((n) => ({ lane: 'alarm', occurrence: 'east-pit.winch.loa1', n })))
    }))

  it('stores a picture whose bytes fit its name and receipts it; refuses another', () =>
    withIngest(async ({ ingest, evidence, receipts }) => {
      const bytes = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3])
      const hash = createHash('sha256').update(bytes).digest('hex')
      ingest.take({ topic: `pitwatch/v1/county/east-pit/evidence/${'0'.repeat(64)}`, payload: bytes })
      ingest.take({ topic: `pitwatch/v1/county/east-pit/evidence/${hash}`, payload: bytes })
      await until('the receipt', () => receipts.length > 0)
      expect(receipts).toEqual([{ lane: 'evidence', sha256: hash }])
      expect((await evidence.get(hash))?.bytes).toEqual(bytes)
      expect(ingest.refused()).toBe(1)
    }))

  it('counts poison of every kind, says so once a source, and goes on', () =>
    withIngest(async ({ ingest, log, receipts, county }) => {
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
      await until('the receipt', () => receipts.length > 0)
      expect(ingest.refused()).toBe(poison.length)
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
