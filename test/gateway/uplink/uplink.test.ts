import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createHash } from 'node:crypto'
import { createServer, type AddressInfo } from 'node:net'
import { Aedes } from 'aedes'
import type { AlarmTransition } from '../../../core/contract/alarm.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import type { Reading } from '../../../core/contract/reading.ts'
import type { Picture } from '../../../gateway/driver.ts'
import { openGatewayStore, type GatewayStore } from '../../../gateway/store.ts'
import type { BirthDevice } from '../../../gateway/uplink/births.ts'
import { openUplink, type Uplink } from '../../../gateway/uplink/uplink.ts'
import { systemClock } from '../../../platform/clock.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import { DATA_TYPE, decodePayload, type Payload } from '../../../platform/sparkplug.ts'
import {
  Cable,
  ControlRoom,
  freePort,
  keptLog,
  Mosquitto,
  powerAt,
  temporaryFolder,
  transitionOf,
  until,
} from './county.ts'

const T0 = 1_760_000_000_000

/** A gateway without drivers: its store and its uplink. */
class Gateway {
  readonly store: GatewayStore
  readonly log = keptLog()
  readonly #uplink: Uplink
  readonly #stop = new AbortController()
  readonly #running: Promise<void>
  #kept = Promise.resolve()

  constructor(url: string, store: GatewayStore) {
    this.store = store
    const name = { 'zh-CN': '东坑', en: 'East pit' }
    const site = {
      id: 'east-pit',
      name,
      kind: 'closed-pit',
      area: name,
      zone: 'Asia/Shanghai',
      place: { x: 1, y: 1 },
      simulated: true,
    } as const
    const point = { device: 'feeder-meter', point: 'active-power', name, quantity: 'power', unit: 'W' } as const
    const points: BirthDevice['points'] = [{ ...point, range: [0, 1e6], validForMs: 2_500 }]
    this.#uplink = openUplink({
      group: 'demo',
      about: { site, version: '1', stream: this.store.stream, rules: [] },
      devices: [{ device: 'feeder-meter', name, profile: 'demo/meter', points }],
      access: { url },
      store: this.store,
      clock: systemClock,
      log: this.log,
      health: () => ({
        site: 'east-pit',
        at: UtcMs.parse(T0),
        startedAt: UtcMs.parse(T0),
        version: '1',
        outbox: this.store.waiting(),
        buses: [],
        devices: [],
        rssBytes: 1,
      }),
      timing: { alarmResendMs: 150, telemetryResendMs: 400, evidenceResendMs: 150 },
      mqtt: { pauseMs: { first: 30, most: 100 }, keepaliveS: 2 },
    })
    this.#running = this.#uplink.run(this.#stop.signal)
  }

  commit(
    readings: readonly Reading[],
    transitions: readonly AlarmTransition[] = [],
    pictures: readonly Picture[] = [],
  ): void {
    const device = readings.length > 0 ? 'feeder-meter' : null
    const [committed] = this.store.commit([{ device, readings, transitions, pictures }])
    this.#kept = this.#kept.then(async () => {
      await this.store.durable()
      this.#uplink.committed(committed!, transitions)
    })
  }

  async end(): Promise<void> {
    await this.#kept
    this.#stop.abort()
    await this.#running
    this.store.close()
  }
}

function bdSeqOf(payload: Payload | null): unknown {
  return payload?.metrics.find(({ name }) => name === 'bdSeq')?.value
}

describe('the uplink over a real Mosquitto', () => {
  let broker: Mosquitto
  let room: ControlRoom
  let folder: ReturnType<typeof temporaryFolder>
  const gateways: Gateway[] = []
  const gateway = (store = openGatewayStore(folder.path)): Gateway => {
    const made = new Gateway(broker.url, store)
    gateways.push(made)
    return made
  }
  const ended = async (one: Gateway) => {
    gateways.splice(gateways.indexOf(one), 1)
    await one.end()
  }
  const isEmpty = (one: Gateway) => Object.values(one.store.waiting()).every((count) => count === 0)

  beforeEach(async () => {
    broker = new Mosquitto(await freePort())
    await broker.start()
    folder = temporaryFolder()
    room = new ControlRoom(broker.url)
    await room.ready()
  })
  afterEach(async () => {
    for (const one of gateways.splice(0)) await one.end()
    await room.close()
    await broker.end()
    folder.remove()
  })

  it('begins with NBIRTH seq 0 and a DBIRTH of each device [tck-id-payloads-nbirth-seq] [tck-id-payloads-dbirth-order]', async () => {
    gateway()
    await until(() => room.types().includes('DBIRTH'), 'births')
    expect(room.types().slice(0, 2)).toEqual(['NBIRTH', 'DBIRTH'])
    const [nbirth, dbirth] = room.sparkplug()
    expect([nbirth?.seq, dbirth?.seq]).toEqual([0, 1])
    expect(nbirth?.metrics.find(({ name }) => name === 'bdSeq')).toMatchObject({ value: 0, datatype: DATA_TYPE.int64 })
    expect(nbirth?.metrics.find(({ name }) => name === 'Node Control/Rebirth')).toMatchObject({ value: false })
    expect(dbirth?.metrics.every(({ name, datatype }) => name !== undefined && datatype !== undefined)).toBe(true)
  })

  it('sends data live, numbered 0–255 and round again, and forgets what is receipted [tck-id-payloads-sequence-num-incrementing]', async () => {
    const one = gateway()
    await until(() => room.types().includes('DBIRTH'), 'births')
    for (let i = 0; i < 300; i += 1) one.commit([powerAt(T0 + i, i)])
    await until(() => room.seqs().length === 300 && isEmpty(one), 'all data receipted')
    expect(room.readings.map(({ value }) => value)).toEqual(Array.from({ length: 300 }, (_, index) => index))
    expect(room.readings.every(({ historical }) => !historical)).toBe(true)
    const numbers = room.sparkplug().map(({ seq }) => seq)
    expect(numbers).toEqual(numbers.map((_, index) => index % 256))
  })

  it('is declared dead by its will when its line is cut, and comes back with the next bdSeq [tck-id-topics-nbirth-bdseq-increment] [tck-id-payloads-ndeath-bdseq]', async () => {
    const cable = new Cable(broker.port)
    await cable.lay()
    gateways.push(new Gateway(cable.url, openGatewayStore(folder.path)))
    await until(() => room.types().includes('DBIRTH'), 'births')
    cable.cut()
    await until(() => room.types().filter((type) => type === 'NBIRTH').length === 2, 'birth again')
    const lives = room.heard.filter(({ topic }) => topic.kind === 'sparkplug-node')
    expect(lives.map(({ topic, payload }) => ['type' in topic && topic.type, bdSeqOf(payload)])).toEqual([
      ['NBIRTH', 0],
      ['NDEATH', 0],
      ['NBIRTH', 1],
    ])
    await cable.end()
  })

  it('says NDEATH itself before it disconnects on purpose [tck-id-operational-behavior-edge-node-intentional-disconnect-ndeath]', async () => {
    const one = gateway()
    await until(() => room.types().includes('DBIRTH'), 'births')
    await ended(one)
    await until(() => room.types().includes('NDEATH'), 'death')
    const death = room.sparkplug().at(-1)
    expect(death?.seq).toBeUndefined()
    expect(death?.metrics).toMatchObject([{ name: 'bdSeq', value: 0 }])
    expect(room.types().filter((type) => type === 'NDEATH')).toHaveLength(1)
  })

  it('gives its births again when asked, seq from 0, bdSeq the same [tck-id-operational-behavior-data-commands-rebirth-action-2]', async () => {
    const one = gateway()
    await until(() => room.types().includes('DBIRTH'), 'births')
    one.commit([powerAt(T0, 1)])
    await until(() => room.types().includes('DDATA'), 'data')
    await room.rebirth()
    await until(() => room.types().filter((type) => type === 'DBIRTH').length === 2, 'rebirth')
    const births = room.heard
      .filter(({ topic }) => 'type' in topic && topic.type === 'NBIRTH')
      .map(({ payload }) => payload)
    expect(births.map((birth) => birth?.seq)).toEqual([0, 0])
    expect(births.map((birth) => birth?.metrics.find(({ name }) => name === 'bdSeq')?.value)).toEqual([0, 0])
    const again = room.sparkplug().findLast(({ metrics }) => metrics.some(({ name }) => name === 'active-power'))
    expect(again?.metrics.find(({ name }) => name === 'active-power')).toMatchObject({ value: 1, timestamp: T0 })
  })

  it('keeps what an outage held back and sends it late as historical, oldest first, while live data goes on', async () => {
    const one = gateway()
    await until(() => room.types().includes('DBIRTH'), 'births')
    await broker.kill()
    for (let i = 0; i < 100; i += 1) one.commit([powerAt(T0 + i, i), powerAt(T0 + i, -i)])
    await broker.start()
    await until(() => room.types().filter((type) => type === 'DBIRTH').length >= 2, 'births again')
    one.commit([powerAt(T0 + 1_000, 1_000)])
    await until(() => room.seqs().length === 201 && isEmpty(one), 'everything')
    const late = [
      ...new Set(room.readings.filter(({ historical, seq }) => historical && seq < 200).map(({ seq }) => seq)),
    ]
    expect(late).toEqual(Array.from({ length: 200 }, (_, index) => index))
    expect(room.readings.find(({ seq }) => seq === 200)).toMatchObject({ historical: false, value: 1_000 })
  })

  it('sends again after a restart whatever had no receipt', async () => {
    room.receipting = { telemetry: false, alarm: false, evidence: false }
    const first = gateway()
    await until(() => room.types().includes('DBIRTH'), 'births')
    first.commit([powerAt(T0, 7)], [transitionOf('a', 1)])
    await until(() => room.readings.length > 0 && room.transitions.length > 0, 'first sending')
    await ended(first)
    const before = room.readings.length
    room.receipting = { telemetry: true, alarm: true, evidence: true }
    const second = gateway()
    await until(() => isEmpty(second), 'receipts')
    expect(room.readings.slice(before)).toMatchObject([{ seq: 0, value: 7, historical: true }])
    expect(room.transitions.at(-1)).toEqual(transitionOf('a', 1))
  })

  it('sends an alarm again until it is receipted, and the next of its occurrence only then', async () => {
    room.receipting.alarm = false
    const one = gateway()
    await until(() => room.types().includes('DBIRTH'), 'births')
    one.commit([], [transitionOf('a', 1), transitionOf('a', 2, 'clear'), transitionOf('b', 1)])
    await until(
      () => room.transitions.filter(({ n, occurrence }) => n === 1 && occurrence.endsWith('.a')).length >= 3,
      'resends',
    )
    expect(room.transitions.every(({ n }) => n === 1)).toBe(true)
    expect(room.transitions.some(({ occurrence }) => occurrence.endsWith('.b'))).toBe(true)
    await room.receipt({ lane: 'alarm', occurrence: transitionOf('a', 1).occurrence, n: 1 })
    await until(() => room.transitions.some(({ n }) => n === 2), 'the clear')
    room.receipting.alarm = true
    await until(() => isEmpty(one), 'receipts')
  })

  it('sends the other alarms at once when one cannot be read, and that one when it can', async () => {
    const store = openGatewayStore(folder.path)
    const transitions = ['a', 'b', 'c'].map((one) => transitionOf(one, 1))
    store.commit([{ device: null, readings: [], pictures: [], transitions }])
    const disk = { broken: true }
    const bad = transitionOf('a', 1).occurrence
    const one = gateway({
      ...store,
      alarm: (occurrence, n) => {
        if (disk.broken && occurrence === bad) throw new HouseError('store/failed', 'disk I/O error')
        return store.alarm(occurrence, n)
      },
    })
    await until(() => new Set(room.transitions.map(({ occurrence }) => occurrence)).size === 2, 'the other two')
    expect(one.log.lines.filter(({ facts }) => facts.code === 'store/failed')).toHaveLength(1)
    disk.broken = false
    await until(() => room.transitions.some(({ occurrence }) => occurrence === bad), 'the third')
  })

  it('sends telemetry again when no receipt comes', async () => {
    room.receipting.telemetry = false
    const one = gateway()
    await until(() => room.types().includes('DBIRTH'), 'births')
    one.commit([powerAt(T0, 3)])
    await until(() => room.readings.length >= 2, 'a second sending')
    expect(room.readings.slice(0, 2)).toMatchObject([
      { seq: 0, historical: false },
      { seq: 0, historical: true },
    ])
    room.receipting.telemetry = true
    await until(() => isEmpty(one), 'receipts')
  })

  it('carries the pictures an alarm names, under their hash, until receipted', async () => {
    const bytes = Buffer.from('a picture')
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    const evidence = {
      kind: 'picture',
      sha256,
      mediaType: 'image/jpeg',
      bytes: 9,
      device: 'gate-camera',
      target: 'human',
      event: 'fielddetection',
      at: UtcMs.parse(T0),
    } as const
    const one = gateway()
    await until(() => room.types().includes('DBIRTH'), 'births')
    one.commit([], [{ ...transitionOf('a', 1), evidence: [evidence] }], [{ sha256, mediaType: 'image/jpeg', bytes }])
    await until(() => isEmpty(one), 'receipts')
    const picture = room.heard.find(({ topic }) => topic.kind === 'evidence')
    expect(picture?.topic).toMatchObject({ sha256 })
    expect(Buffer.from(picture?.bytes ?? []).toString()).toBe('a picture')
  })

  it('loses no alarm and no reading when the broker is killed again and again', async () => {
    const one = gateway()
    await until(() => room.types().includes('DBIRTH'), 'births')
    for (let round = 0; round < 4; round += 1) {
      for (let i = 0; i < 20; i += 1)
        one.commit(
          [powerAt(T0 + round * 20 + i, i)],
          [transitionOf(`r${round}x${i}`, 1), transitionOf(`r${round}x${i}`, 2, 'clear')],
        )
      await broker.kill()
      await broker.start()
    }
    await until(() => isEmpty(one), 'everything receipted')
    expect(room.seqs()).toEqual(Array.from({ length: 80 }, (_, index) => index))
    for (const occurrence of new Set(room.transitions.map((one) => one.occurrence))) {
      const numbers = room.transitions.filter((one) => one.occurrence === occurrence).map(({ n }) => n)
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b))
      expect(new Set(numbers)).toEqual(new Set([1, 2]))
    }
    expect(new Set(room.transitions.map(({ occurrence }) => occurrence)).size).toBe(80)
  })

  it('drops late telemetry of a point that is configured no longer, and says that it will never come', async () => {
    const store = openGatewayStore(folder.path)
    const common = { device: 'feeder-meter', transitions: [], pictures: [] }
    store.commit([
      { ...common, readings: [{ ...powerAt(T0, 1), point: 'removed' }] },
      { ...common, readings: [powerAt(T0, 2)] },
    ])
    store.close()
    const one = gateway()
    await until(() => isEmpty(one), 'receipts')
    expect(room.readings.map(({ seq, value }) => [seq, value])).toContainEqual([1, 2])
    expect(room.floor).toBeGreaterThanOrEqual(1)
  })

  it('refuses receipts and commands it cannot read, says so once, and goes on', async () => {
    const one = gateway()
    await until(() => room.types().includes('DBIRTH'), 'births')
    for (const text of [
      '',
      '{',
      '{"lane":"alarm"}',
      '[]',
      '\u0000',
      `{"lane":"telemetry","stream":"${one.store.stream}","upTo":99}`,
    ])
      await room.say('pitwatch/v1/demo/east-pit/receipt', text)
    await room.say('spBv1.0/demo/NCMD/east-pit', 'no payload')
    await room.say('spBv1.0/demo/NCMD/east-pit', '')
    one.commit([powerAt(T0, 1)], [transitionOf('a', 1)])
    await until(() => isEmpty(one), 'receipts')
    expect(one.log.lines.filter(({ facts }) => facts.code === 'message/malformed')).toHaveLength(1)
  })

  it('tells its health', async () => {
    gateway()
    await until(() => room.heard.some(({ topic }) => topic.kind === 'health'), 'health')
  })
})

describe('the uplink over an embedded aedes', () => {
  it('leaves its will and listens for commands before its first birth [tck-id-payloads-ndeath-will-message-qos] [tck-id-message-flow-edge-node-ncmd-subscribe]', async () => {
    const broker = await Aedes.createBroker()
    const server = createServer((socket) => void broker.handle(socket))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const seen: unknown[] = []
    broker.preConnect = (_client, packet, done) => {
      const { clean, will } = packet
      seen.push({
        clean,
        topic: will?.topic,
        qos: will?.qos,
        retain: will?.retain,
        bdSeq: bdSeqOf(decodePayload(Buffer.from(will?.payload ?? ''))),
      })
      done(null, true)
    }
    broker.on('subscribe', (subscriptions) => seen.push(subscriptions.map(({ topic, qos }) => [topic, qos])))
    broker.on('publish', ({ topic, qos, retain }, client) => {
      if (client !== null) seen.push([topic, qos, retain])
    })
    const folder = temporaryFolder()
    const one = new Gateway(`mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`, openGatewayStore(folder.path))
    await until(() => seen.length >= 4, 'births')
    await one.end()
    expect(seen.slice(0, 4)).toEqual([
      { clean: true, topic: 'spBv1.0/demo/NDEATH/east-pit', qos: 1, retain: false, bdSeq: 0 },
      [
        ['spBv1.0/demo/NCMD/east-pit', 1],
        ['pitwatch/v1/demo/east-pit/receipt', 1],
      ],
      // [tck-id-payloads-nbirth-qos] [tck-id-payloads-nbirth-retain] QoS 0, not retained
      ['spBv1.0/demo/NBIRTH/east-pit', 0, false],
      ['spBv1.0/demo/DBIRTH/east-pit/feeder-meter', 0, false],
    ])
    await new Promise<void>((resolve) => broker.close(() => resolve()))
    await new Promise((resolve) => server.close(resolve))
    folder.remove()
  })
})
