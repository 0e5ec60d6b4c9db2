import { createServer, type AddressInfo, type Server } from 'node:net'
import { Aedes } from 'aedes'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openMqtt, type MqttLink, type MqttMessage, type MqttOptions } from '../../platform/mqtt.ts'
import { Cable, freePort, keptLog, until } from '../gateway/uplink/county.ts'

describe('an MQTT link', () => {
  let broker: Aedes
  let server: Server
  let port: number
  const links: MqttLink[] = []
  const open = (options: Partial<MqttOptions>, url = `mqtt://127.0.0.1:${port}`, user?: string): MqttLink => {
    const link = openMqtt(
      { url, ...(user === undefined ? {} : { user, password: 'not-a-real-one' }) },
      {
        clientId: `c${links.length}`,
        log: keptLog(),
        onMessage: () => undefined,
        pauseMs: { first: 10, most: 50 },
        ...options,
      },
    )
    links.push(link)
    return link
  }
  const ready = (link: MqttLink) => until(() => link.session() !== null, 'connected')

  beforeEach(async () => {
    broker = await Aedes.createBroker()
    server = createServer((socket) => void broker.handle(socket))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    port = (server.address() as AddressInfo).port
  })
  afterEach(async () => {
    for (const link of links.splice(0)) await link.close()
    await new Promise<void>((resolve) => broker.close(() => resolve()))
    await new Promise((resolve) => server.close(resolve))
  })

  it('carries messages from one program to another', async () => {
    const heard: MqttMessage[] = []
    const ear = open({
      onMessage: (message) => heard.push(message),
      onConnect: (session) => session.subscribe(['a/#']),
    })
    const mouth = open({})
    await Promise.all([ready(ear), ready(mouth)])
    await mouth.publish('a/b', 'text', { qos: 1 })
    await mouth.publish('a/c', Uint8Array.from([1, 2]))
    await until(() => heard.length === 2, 'both')
    expect(heard.map(({ topic, payload }) => [topic, [...payload]])).toEqual([
      ['a/b', [...Buffer.from('text')]],
      ['a/c', [1, 2]],
    ])
  })

  it('refuses to publish while there is no connection, and on a connection that has ended', async () => {
    const lonely = open({}, `mqtt://127.0.0.1:${await freePort()}`)
    await expect(lonely.publish('a', 'x')).rejects.toMatchObject({ code: 'mqtt/refused' })
    const cable = new Cable(port)
    await cable.lay()
    const link = open({}, cable.url)
    await ready(link)
    const first = link.session()
    cable.cut()
    await until(() => first?.signal.aborted === true, 'the end')
    await expect(first?.publish('a', 'x', { qos: 1 })).rejects.toMatchObject({ code: 'mqtt/refused' })
    await cable.end()
  })

  it('tells when the broker has read everything, each question by its own answer', async () => {
    let read = 0
    broker.on('publish', (packet) => (read += packet.topic === 'a' ? 1 : 0))
    const link = open({})
    await ready(link)
    const session = link.session()!
    const seen: number[] = []
    const asked: Promise<void>[] = []
    for (let count = 1; count <= 5; count += 1) {
      void session.publish('a', new Uint8Array(5_000))
      asked.push(session.reached().then(() => void seen.push(read)))
    }
    await Promise.all(asked)
    expect(seen.every((count, index) => count >= index + 1)).toBe(true)
    await link.close()
    await expect(session.reached()).rejects.toMatchObject({ code: 'mqtt/refused' })
  })

  it('connects anew when it leaves a connection, and gives the reason', async () => {
    const log = keptLog()
    const link = open({ log })
    await ready(link)
    const first = link.session()
    first?.leave('enough')
    await until(() => link.session() !== null && link.session() !== first, 'the next')
    expect(log.lines.map(({ facts }) => facts.why)).toEqual([undefined, 'enough', undefined])
  })

  it('comes back by itself, says so once each way, and asks for a will each time', async () => {
    const log = keptLog()
    const cable = new Cable(port)
    await cable.lay()
    let wills = 0
    const link = open(
      { log, will: () => ({ topic: 'w', payload: Uint8Array.from([(wills += 1)]), qos: 1 }) },
      cable.url,
    )
    for (let round = 0; round < 3; round += 1) {
      await ready(link)
      const session = link.session()
      cable.cut()
      await until(() => session?.signal.aborted === true, 'cut')
    }
    await ready(link)
    expect(wills).toBe(4)
    expect(log.lines.map(({ level }) => level)).toEqual(['info', 'warn', 'info', 'warn', 'info', 'warn', 'info'])
    await cable.end()
  })

  it('reports a broker that is not there once, not once an attempt', async () => {
    const log = keptLog()
    let attempts = 0
    open(
      { log, will: () => ({ topic: 'w', payload: Uint8Array.from([(attempts += 1)]), qos: 1 }) },
      `mqtt://127.0.0.1:${await freePort()}`,
    )
    await until(() => attempts >= 4, 'attempts')
    expect(log.lines).toMatchObject([{ level: 'warn', facts: { code: 'mqtt/refused' } }])
  })

  it('tries anew when what must happen first on a connection fails', async () => {
    let tries = 0
    const link = open({
      onConnect: () => ((tries += 1) < 3 ? Promise.reject(new Error('not yet')) : Promise.resolve()),
    })
    await ready(link)
    expect(tries).toBe(3)
  })

  it('never shows a password in what it logs', async () => {
    const log = keptLog()
    broker.authenticate = (_client, _user, _password, done) =>
      done(Object.assign(new Error('no'), { returnCode: 5 }), false)
    open({ log }, undefined, 'somebody')
    await until(() => log.lines.length > 0, 'refusal')
    expect(log.lines[0]).toMatchObject({ level: 'warn', facts: { code: 'mqtt/refused' } })
    expect(JSON.stringify(log.lines)).not.toContain('not-a-real-one')
  })

  it('ends with a DISCONNECT, so that the will stays unsent', async () => {
    const heard: string[] = []
    const ear = open({ onMessage: ({ topic }) => heard.push(topic), onConnect: (session) => session.subscribe(['#']) })
    const gone = open({ will: () => ({ topic: 'will', payload: new Uint8Array(1), qos: 1 }) })
    await Promise.all([ready(ear), ready(gone)])
    await gone.close()
    await ear.publish('after', 'x', { qos: 1 })
    await until(() => heard.includes('after'), 'after')
    expect(heard).toEqual(['after'])
  })

  it('survives a handler that throws', async () => {
    const log = keptLog()
    let count = 0
    const link = open({
      log,
      onMessage: () => {
        count += 1
        throw new Error('no')
      },
      onConnect: (session) => session.subscribe(['a']),
    })
    await ready(link)
    await link.publish('a', '1', { qos: 1 })
    await link.publish('a', '2', { qos: 1 })
    await until(() => count === 2, 'both')
    expect(log.lines.filter(({ level }) => level === 'error')).toHaveLength(2)
  })
})
