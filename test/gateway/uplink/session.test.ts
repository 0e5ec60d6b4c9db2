import { createServer, type AddressInfo, type Server } from 'node:net'
import { Aedes } from 'aedes'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Reading } from '../../../core/contract/reading.ts'
import type { UplinkOptions } from '../../../gateway/uplink/uplink.ts'
import { DATA_TYPE, decodePayload, type Payload } from '../../../platform/sparkplug.ts'
import { Cable, ControlRoom, freePort, Mosquitto, powerAt, temporaryFolder, until } from './county.ts'
import { Gateway, meterWith, openStore, T0 } from './gateway.ts'

function bdSeqOf(payload: Payload | null): unknown {
  return payload?.metrics.find(({ name }) => name === 'bdSeq')?.value
}

function missed(device = 'feeder-meter'): Reading {
  return { ...powerAt(T0, 0), device, value: null, quality: 'bad', reason: 'timeout' }
}

describe('a Sparkplug session of an edge node', () => {
  let broker: Mosquitto
  let room: ControlRoom
  let folder: ReturnType<typeof temporaryFolder>
  const gateways: Gateway[] = []
  const gateway = (options: Partial<UplinkOptions> = {}, url = broker.url): Gateway => {
    const made = new Gateway(url, openStore(folder.path), options)
    gateways.push(made)
    return made
  }
  const heard = (type: string, count = 1) =>
    until(() => room.types().filter((one) => one === type).length >= count, `${count} ${type}`)
  const nodeLife = () =>
    room.heard
      .filter(({ topic }) => topic.kind === 'sparkplug-node')
      .map(({ topic, payload }) => ['type' in topic && topic.type, bdSeqOf(payload)])

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

  it('begins with NBIRTH seq 0 and a DBIRTH of each device [tck-id-payloads-nbirth-seq] [tck-id-payloads-dbirth-order] [tck-id-message-flow-device-birth-publish-nbirth-wait]', async () => {
    gateway({ devices: [meterWith(), meterWith(['flow'], 'pump')] })
    await heard('DBIRTH', 2)
    expect(room.types().slice(0, 3)).toEqual(['NBIRTH', 'DBIRTH', 'DBIRTH'])
    expect(room.sparkplug().map(({ seq }) => seq)).toEqual([0, 1, 2])
    expect(room.sparkplug().every(({ timestamp }) => timestamp !== undefined)).toBe(true)
  })

  it('tells name, type and value of every metric in births [tck-id-topics-nbirth-metrics] [tck-id-topics-dbirth-metrics] [tck-id-topics-nbirth-bdseq-included] [tck-id-topics-nbirth-rebirth-metric]', async () => {
    gateway()
    await heard('DBIRTH')
    const [nbirth, dbirth] = room.sparkplug()
    expect(nbirth?.metrics.find(({ name }) => name === 'bdSeq')).toMatchObject({ value: 0, datatype: DATA_TYPE.int64 })
    expect(nbirth?.metrics.find(({ name }) => name === 'Node Control/Rebirth')).toMatchObject({
      value: false,
      datatype: DATA_TYPE.boolean,
    })
    for (const { name, datatype, timestamp } of [...(nbirth?.metrics ?? []), ...(dbirth?.metrics ?? [])])
      expect([typeof name, typeof datatype, typeof timestamp]).toEqual(['string', 'number', 'number'])
    expect(dbirth?.metrics.find(({ name }) => name === 'Device/Profile/Source')?.value).toBe('made for tests')
    expect(dbirth?.metrics.find(({ name }) => name === 'active-power')?.properties).toMatchObject({
      engUnit: { value: 'W' },
      engLow: { value: 0 },
      engHigh: { value: 1e6 },
    })
  })

  it('numbers all messages 0–255 and round again [tck-id-payloads-sequence-num-incrementing] [tck-id-topics-ddata-seq-num]', async () => {
    const one = gateway()
    await heard('DBIRTH')
    for (let i = 0; i < 300; i += 1) one.commit([powerAt(T0 + i, i)])
    await heard('DDATA', 300)
    const numbers = room.sparkplug().map(({ seq }) => seq)
    expect(numbers).toEqual(numbers.map((_, index) => index % 256))
  })

  it('is declared dead by its will when its line is cut, and comes back with the next bdSeq [tck-id-topics-nbirth-bdseq-increment] [tck-id-topics-nbirth-bdseq-matching] [tck-id-payloads-ndeath-bdseq]', async () => {
    const cable = new Cable(broker.port)
    await cable.lay()
    gateway({}, cable.url)
    await heard('DBIRTH')
    cable.cut()
    await heard('NBIRTH', 2)
    expect(nodeLife()).toEqual([
      ['NBIRTH', 0],
      ['NDEATH', 0],
      ['NBIRTH', 1],
    ])
    await cable.end()
  })

  it('goes on counting bdSeq after a restart [tck-id-message-flow-edge-node-birth-publish-will-message-payload-bdSeq]', async () => {
    const first = gateway()
    await heard('NBIRTH')
    await gateways.pop()?.end()
    expect(first.store).toBeDefined()
    gateway()
    await heard('NBIRTH', 2)
    expect(nodeLife().map(([, bdSeq]) => bdSeq)).toEqual([0, 0, 1])
  })

  it('says NDEATH itself before it disconnects on purpose [tck-id-operational-behavior-edge-node-intentional-disconnect-ndeath] [tck-id-topics-ndeath-seq] [tck-id-topics-ndeath-payload]', async () => {
    gateway()
    await heard('DBIRTH')
    await gateways.pop()?.end()
    await heard('NDEATH')
    const death = room.sparkplug().at(-1)
    expect(death?.seq).toBeUndefined()
    expect(death?.metrics).toMatchObject([{ name: 'bdSeq', value: 0 }])
    expect(room.types().filter((type) => type === 'NDEATH')).toHaveLength(1)
  })

  it('gives its births again when asked, no data in between, bdSeq the same [tck-id-operational-behavior-data-commands-rebirth-action-1] [tck-id-operational-behavior-data-commands-rebirth-action-2] [tck-id-operational-behavior-data-commands-rebirth-action-3]', async () => {
    const one = gateway({ devices: [meterWith(), meterWith(['flow'], 'pump')] })
    await heard('DBIRTH', 2)
    one.commit([powerAt(T0, 1)])
    await heard('DDATA')
    await room.rebirth()
    for (let i = 0; room.types().filter((type) => type === 'DBIRTH').length < 4; i += 1) {
      one.commit([powerAt(T0 + i, i)])
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    const again = room.types().lastIndexOf('NBIRTH')
    expect(room.types().slice(again, again + 3)).toEqual(['NBIRTH', 'DBIRTH', 'DBIRTH'])
    expect(nodeLife().map(([, bdSeq]) => bdSeq)).toEqual([0, 0])
    const sparkplug = room.sparkplug().slice(again)
    expect(sparkplug.map(({ seq }) => seq)).toEqual(sparkplug.map((_, index) => index % 256))
    const born = sparkplug[1]?.metrics.find(({ name }) => name === 'active-power')
    expect(born?.value).not.toBeNull()
  })

  it('tells the death of a device that is silent for long, and its birth before its data when it is back [tck-id-operational-behavior-device-ddeath] [tck-id-topics-ddeath-seq-num] [tck-id-topics-dbirth-seq]', async () => {
    const devices = [meterWith(), meterWith(['flow'], 'pump')]
    const one = gateway({ devices, timing: { goneAfterMs: 200 } })
    await heard('DBIRTH', 2)
    one.commit([missed('feeder-meter')])
    await heard('DDEATH')
    const death = room.heard.find(({ topic }) => 'type' in topic && topic.type === 'DDEATH')
    expect(death?.topic).toMatchObject({ device: 'feeder-meter' })
    expect(death?.payload?.metrics).toEqual([])
    const before = room.readings.length
    one.commit([missed('feeder-meter')])
    one.commit([powerAt(T0 + 1, 5)])
    await until(() => room.readings.at(-1)?.value === 5, 'data again')
    expect(room.readings.slice(before)).toHaveLength(1)
    expect(room.types().slice(-2)).toEqual(['DBIRTH', 'DDATA'])
    const numbers = room.sparkplug().map(({ seq }) => seq)
    expect(numbers).toEqual(numbers.map((_, index) => index))
  })

  it('tells its births anew when its devices are others', async () => {
    const one = gateway()
    await heard('DBIRTH')
    one.commit([powerAt(T0, 9)])
    await heard('DDATA')
    one.uplink.changed([meterWith(['active-power', 'frequency']), meterWith(['flow'], 'pump')])
    await heard('DBIRTH', 3)
    const [meter, pump] = room.heard.slice(-2)
    expect([meter?.topic, pump?.topic]).toMatchObject([{ device: 'feeder-meter' }, { device: 'pump' }])
    const values = meter?.payload?.metrics.slice(-2).map(({ name, value }) => [name, value])
    expect(values).toEqual([
      ['active-power', 9],
      ['frequency', null],
    ])
  })

  describe('with a primary host', () => {
    it('waits for its STATE, online and not older than the last, before any birth [tck-id-message-flow-edge-node-birth-publish-phid-wait] [tck-id-message-flow-edge-node-birth-publish-phid-wait-id] [tck-id-message-flow-edge-node-birth-publish-phid-wait-online] [tck-id-message-flow-edge-node-birth-publish-phid-wait-timestamp] [tck-id-operational-behavior-edge-node-birth-sequence-wait]', async () => {
      await room.host(false, 1_000)
      const one = gateway({ primaryHost: true })
      await until(() => one.log.lines.some(({ message }) => message === 'broker connected'), 'a connection')
      await room.say('spBv1.0/STATE/another', JSON.stringify({ online: true, timestamp: 3_000 }))
      await room.say('spBv1.0/STATE/demo', 'no json')
      await room.host(true, 900)
      await until(() => one.uplink.counts().refused.size === 1, 'the refusal')
      one.commit([powerAt(T0, 1)])
      await new Promise((resolve) => setTimeout(resolve, 300))
      expect(room.heard).toEqual([])
      await room.host(true, 1_100)
      await heard('DBIRTH')
    })

    it('says NDEATH and connects anew when the host goes offline, but not for an old word of it [tck-id-message-flow-edge-node-birth-publish-phid-offline] [tck-id-operational-behavior-edge-node-termination-host-offline] [tck-id-operational-behavior-edge-node-termination-host-offline-timestamp] [tck-id-operational-behavior-edge-node-termination-host-offline-reconnect]', async () => {
      await room.host(true, 2_000)
      const one = gateway({ primaryHost: true })
      await heard('DBIRTH')
      await room.host(false, 1_999)
      one.commit([powerAt(T0, 1)])
      await heard('DDATA')
      expect(room.types()).not.toContain('NDEATH')
      await room.host(false, 2_000)
      await heard('NDEATH')
      const lost = () => one.log.lines.filter(({ facts }) => facts.why === 'the primary host is offline').length
      await until(() => lost() === 1, 'the reason')
      await room.host(true, 2_500)
      await heard('NBIRTH', 2)
      expect(nodeLife().slice(0, 2)).toEqual([
        ['NBIRTH', 0],
        ['NDEATH', 0],
      ])
      expect(Number(nodeLife().at(-1)?.[1])).toBeGreaterThan(0)
      expect(room.types().filter((type) => type === 'NDEATH')).toHaveLength(1)
    })

    it('believes a host again on the next connection whose clock was ahead and has been set back', async () => {
      await room.host(true, 9_000_000)
      const one = gateway({ primaryHost: true })
      await heard('NBIRTH')
      await room.host(false, 9_000_000)
      await heard('NDEATH')
      await until(() => one.log.lines.some(({ facts }) => facts.why === 'the primary host is offline'), 'the end')
      // The broker keeps nothing, so what is heard first on the next connection is the clock that was set back.
      await broker.kill()
      await broker.start()
      await until(() => {
        room.host(true, 2_000).catch(() => undefined)
        return room.types().filter((type) => type === 'NBIRTH').length >= 2
      }, 'a birth')
    })
  })
})

describe('what stands in CONNECT and SUBSCRIBE', () => {
  let broker: Aedes
  let server: Server
  let folder: ReturnType<typeof temporaryFolder>
  const seen: unknown[] = []
  beforeEach(async () => {
    folder = temporaryFolder()
    seen.length = 0
    broker = await Aedes.createBroker()
    server = createServer((socket) => void broker.handle(socket))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  })
  afterEach(async () => {
    await new Promise<void>((resolve) => broker.close(() => resolve()))
    await new Promise((resolve) => server.close(resolve))
    folder.remove()
  })

  it('leaves its will and listens for commands before its first birth [tck-id-payloads-ndeath-will-message-qos] [tck-id-payloads-ndeath-will-message-retain] [tck-id-principles-persistence-clean-session-311] [tck-id-message-flow-edge-node-ncmd-subscribe] [tck-id-message-flow-device-dcmd-subscribe] [tck-id-payloads-nbirth-qos] [tck-id-payloads-nbirth-retain] [tck-id-payloads-dbirth-qos] [tck-id-payloads-dbirth-retain]', async () => {
    broker.preConnect = (_client, packet, done) => {
      const { clean, will } = packet
      const payload = decodePayload(Buffer.from(will?.payload ?? ''))
      seen.push({ clean, topic: will?.topic, qos: will?.qos, retain: will?.retain, bdSeq: bdSeqOf(payload) })
      done(null, true)
    }
    broker.on('subscribe', (subscriptions) => seen.push(subscriptions.map(({ topic, qos }) => [topic, qos])))
    broker.on('publish', ({ topic, qos, retain }, client) => {
      if (client !== null) seen.push([topic, qos, retain])
    })
    const url = `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`
    const one = new Gateway(url, openStore(folder.path))
    await until(() => seen.length >= 4, 'births')
    await one.end()
    expect(seen.slice(0, 4)).toEqual([
      { clean: true, topic: 'spBv1.0/demo/NDEATH/east-pit', qos: 1, retain: false, bdSeq: 0 },
      [
        ['spBv1.0/demo/NCMD/east-pit', 1],
        ['spBv1.0/demo/DCMD/east-pit/+', 1],
        ['pitwatch/v1/demo/east-pit/receipt', 1],
      ],
      ['spBv1.0/demo/NBIRTH/east-pit', 0, false],
      ['spBv1.0/demo/DBIRTH/east-pit/feeder-meter', 0, false],
    ])
  })
})
