import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { connectAsync, type MqttClient } from 'mqtt'
import { describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { stringify } from 'yaml'
import { Alarm } from '../../../core/contract/alarm.ts'
import { AlarmList, Health, History, SiteSummary } from '../../../core/contract/http.ts'
import { NoticeMessage } from '../../../core/contract/notice.ts'
import { Receipt } from '../../../core/contract/lanes.ts'
import type { BrokerMessage } from '../../../dashboard/server/broker/link.ts'
import { ControlConfig, loadControlConfig } from '../../../dashboard/server/config.ts'
import { type ControlReady, runControlRoom } from '../../../dashboard/server/main.ts'
import { scaledClock, systemClock, type Clock } from '../../../platform/clock.ts'
import { decodePayload } from '../../../platform/sparkplug.ts'
import { isRebirthCommand } from '../../../platform/telemetry.ts'
import { freePort, startProcess, testFolder } from '../../support/processes.ts'
import { quietLog } from '../../support/quiet-log.ts'
import { smallRoster } from '../../support/roster.ts'
import { until } from '../../support/until.ts'
import { chainMaker } from './archive/chain-maker.ts'
import { edge, type Edge, START } from './ingest/edge.ts'

const rosterOf = (url: string) => smallRoster([{ id: 'officer', name: '值班员', url }])

interface Room {
  readonly ready: ControlReady
  readonly log: ReturnType<typeof quietLog>
  ask(path: string, init?: RequestInit): Promise<unknown>
  stop(): Promise<void>
}

/** Runs a control room in this process until `stop`. */
async function startRoom(folder: string, part: Record<string, unknown>, clock: Clock = systemClock): Promise<Room> {
  const config = ControlConfig.parse({
    ...{ group: 'county', store: 'control', http: { port: 0 }, ...rosterOf('http://127.0.0.1:1/') },
    broker: { kind: 'embedded', port: 0, accounts: [{ user: 'east', site: 'east-pit', passwordFile: 'east' }] },
    serviceAccounts: [{ name: 'flows', tokenFile: 'token' }],
    ...part,
  })
  await writeFile(join(folder, 'east'), 'east-secret\n')
  await writeFile(join(folder, 'token'), 'flows-token\n')
  const stop = new AbortController()
  const log = quietLog()
  let running: Promise<void> = Promise.resolve()
  const ready = await new Promise<ControlReady>((settle, refuse) => {
    running = runControlRoom(config, { clock, log, signal: stop.signal, baseFolder: folder, onReady: settle })
    running.catch(refuse)
  })
  return {
    ready,
    log,
    ask: async (path, init = {}) => {
      const headers = { authorization: 'Bearer flows-token', 'content-type': 'application/json' }
      return (await fetch(`${ready.url}${path}`, { headers, ...init })).json() as unknown
    },
    stop: async () => {
      stop.abort()
      await running
    },
  }
}

interface Gateway extends Edge {
  readonly client: MqttClient
  readonly receipts: Receipt[]
  readonly rebirths: () => number
  say(...messages: BrokerMessage[]): Promise<void>
}

async function startGateway(
  brokerUrl: string,
  login: Record<string, string> = { username: 'east', password: 'east-secret' },
) {
  const gateway = edge()
  const receipts: Receipt[] = []
  let rebirths = 0
  const client = await connectAsync(brokerUrl, { protocolVersion: 4, reconnectPeriod: 0, ...login })
  client.on('error', () => undefined)
  client.on('message', (topic, payload) => {
    if (topic.endsWith('/receipt')) receipts.push(Receipt.parse(JSON.parse(payload.toString())))
    else if (isRebirthCommand(decodePayload(payload))) rebirths++
  })
  await client.subscribeAsync(['pitwatch/v1/county/east-pit/receipt', 'spBv1.0/county/NCMD/east-pit'], { qos: 1 })
  const say = async (...messages: BrokerMessage[]) => {
    for (const { topic, payload } of messages) await client.publishAsync(topic, Buffer.from(payload), { qos: 1 })
  }
  const made: Gateway = { ...gateway, client, receipts, rebirths: () => rebirths, say }
  return made
}

async function startPhone() {
  const heard: NoticeMessage[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      heard.push(NoticeMessage.parse(JSON.parse(body)))
      response.end('{"ok":true}')
    })
  })
  await new Promise<void>((settle) => server.listen(0, '127.0.0.1', settle))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const end = () => {
    server.closeAllConnections()
    return new Promise<void>((settle) => server.close(() => settle()))
  }
  return { heard, roster: rosterOf(url), [Symbol.asyncDispose]: end }
}

describe('the control room', () => {
  it('carries readings to the trend and an alarm to a phone, whose link acknowledges it', async () => {
    await using folder = await testFolder()
    await using phone = await startPhone()
    const room = await startRoom(folder.path, { ...phone.roster })
    const gateway = await startGateway(room.ready.brokerUrl)
    await gateway.say(gateway.nodeBirth(), gateway.deviceBirth())
    await gateway.say(gateway.data(1, [{ point: 'active-power', value: 7_200 }]), gateway.alarm())
    await until('the receipt', () => gateway.receipts.length === 1)

    const path = `/api/sites/east-pit/points/feeder/active-power/history?from=${START}&to=${START + 1_000}`
    const history = async () => History.parse(await room.ask(path))
    await until('the reading in the history', async () => (await history()).readings === 1)
    expect(await history()).toMatchObject({ source: 'embedded', max: [7_200] })
    const summary = SiteSummary.array().parse(await room.ask('/api/sites'))[0]
    expect(summary).toMatchObject({ online: true, headline: { value: 7_200 } })

    const notice = await until('the message', () => phone.heard[0])
    const link = notice.acknowledge?.url ?? ''
    expect(link.startsWith(room.ready.url)).toBe(true)
    const page = await (await fetch(link)).text()
    expect(page).toContain('东沟煤矿')
    const send = (note: string) =>
      fetch(link, { method: 'POST', body: new URLSearchParams({ note }), headers: { 'accept-language': 'en' } })
    expect((await send('')).status).toBe(400)
    expect(await (await send('on my way')).text()).toContain('Acknowledged')
    const alarm = Alarm.parse(await room.ask('/api/alarms/east-pit.winch.loa1'))
    expect(alarm).toMatchObject({ state: 'acked', acknowledgement: { note: 'on my way', via: 'phone' } })
    gateway.client.end(true)
    await room.stop()
  })

  it('shows its administrator once, and after a restart the county at once and a gateway asked for its births', async () => {
    await using folder = await testFolder()
    const first = await startRoom(folder.path, {})
    expect(first.ready.administratorPassword).toMatch(/^[a-z2-9-]{19}$/)
    const before = await startGateway(first.ready.brokerUrl)
    const made = chainMaker()
    const range = made.message(made.range({ count: 1, mono: 0 }))
    await before.say(before.nodeBirth(), before.deviceBirth(), before.data(0, [{ point: 'active-power', value: 0 }]))
    await before.say(before.range(range))
    await until('the receipt', () => before.receipts.length > 0)
    await first.stop()

    const second = await startRoom(folder.path, {})
    expect(second.ready.administratorPassword).toBeNull()
    expect(SiteSummary.array().parse(await second.ask('/api/sites'))).toMatchObject([
      { online: false, headline: { value: 0 } },
    ])
    const again = await startGateway(second.ready.brokerUrl)
    // The control room has lost the births of before, and the reading comes a second time.
    await again.say(before.data(0, [{ point: 'active-power', value: 0 }]))
    await until('the request for births', () => again.rebirths() === 1)
    await again.say(again.nodeBirth(), again.deviceBirth(), again.data(0, [{ point: 'active-power', value: 0 }]))
    await again.say(again.range(range))
    await until('the receipt', () => again.receipts.length > 0)
    const query = `from=${START}&to=${START + 1_000}`
    const history = await second.ask(`/api/sites/east-pit/points/feeder/active-power/history?${query}`)
    expect(History.parse(history).readings).toBe(1)
    again.client.end(true)
    await second.stop()
  })

  it('raises an alarm for a gateway that is cut off, by the time of the county, and clears it on its return', async () => {
    await using folder = await testFolder()
    const now = Date.now()
    const room = await startRoom(folder.path, { gatewaySilentAfter: '60s' }, scaledClock(now, now, 60))
    const gateway = await startGateway(room.ready.brokerUrl)
    await gateway.say(gateway.nodeBirth(), gateway.deviceBirth())
    gateway.client.end(true)
    const alarms = async (state: string) => AlarmList.parse(await room.ask(`/api/alarms?state=${state}`)).alarms
    const silent = await until('the alarm', async () => (await alarms('unacked'))[0])
    expect(silent).toMatchObject({ rule: 'gateway-silent', site: 'east-pit', priority: 'orange' })
    const again = await startGateway(room.ready.brokerUrl)
    await until('the return', async () => {
      await again.say(again.nodeBirth())
      return (await alarms('returned')).length === 1
    })
    again.client.end(true)
    await room.stop()
  })

  it('comes up while its broker and InfluxDB are away, says so, and takes up work when they come', async () => {
    await using folder = await testFolder()
    const [port, influx] = [await freePort(), await freePort()]
    const url = `mqtt://127.0.0.1:${port}`
    const room = await startRoom(folder.path, {
      broker: { kind: 'external', url },
      history: { kind: 'influxdb', url: `http://127.0.0.1:${influx}`, database: 'pits' },
    })
    const health = async () => Health.parse(await room.ask('/api/health'))
    const away = { ok: false, broker: 'disconnected', history: { kind: 'influxdb', ok: false } }
    await until('the report', async () => !(await health()).history.ok)
    expect(await health()).toMatchObject(away)
    await writeFile(join(folder.path, 'mosquitto.conf'), `listener ${port} 127.0.0.1\nallow_anonymous true\n`)
    const config = join(folder.path, 'mosquitto.conf')
    await using _mosquitto = await startProcess('/usr/sbin/mosquitto', ['-c', config], { ready: /running/ })
    await until('the connection', async () => (await health()).broker === 'connected')
    const gateway = await startGateway(url, {})
    const made = chainMaker()
    await gateway.say(
      gateway.nodeBirth(),
      gateway.deviceBirth(),
      gateway.data(1, [{ point: 'voltage', value: 230 }]),
      gateway.range(made.message(made.range())),
      gateway.alarm(),
    )
    await until('both receipts', () => gateway.receipts.length === 2)
    // What is not stored is not accepted.
    const verdicts = gateway.receipts.map(({ lane, verdict }) => `${lane} ${verdict}`)
    expect(verdicts.sort()).toEqual(['alarm accept', 'range keep'])
    expect((await health()).history.waiting).toBe(1)
    expect(room.log.lines.filter(({ level }) => level === 'error')).toHaveLength(1)
    gateway.client.end(true)
    await room.stop()
  })

  it('ends when it is told to, with gateways and browsers connected', async () => {
    await using folder = await testFolder()
    const room = await startRoom(folder.path, {})
    const gateway = await startGateway(room.ready.brokerUrl)
    await gateway.say(gateway.nodeBirth(), gateway.deviceBirth(), gateway.alarm())
    const socket = new WebSocket(`${room.ready.url.replace('http', 'ws')}/api/live`, {
      headers: { authorization: 'Bearer flows-token' },
    })
    socket.on('error', () => undefined)
    await once(socket, 'message')
    const ended = Promise.all([
      once(socket, 'close'),
      new Promise((settle) => gateway.client.once('close', () => settle(null))),
    ])
    await room.stop()
    await ended
  })

  it('says which port is taken, by whom it is wanted and what to do', async () => {
    await using folder = await testFolder()
    const room = await startRoom(folder.path, {})
    const port = Number(new URL(room.ready.url).port)
    const other = startRoom(folder.path, { store: 'other', http: { port } })
    await expect(other).rejects.toMatchObject({ code: 'link/busy' })
    await expect(other).rejects.toThrow(new RegExp(`${port}.*http\\.port`))
    await room.stop()
    // What the failed one had opened is closed again.
    await (await startRoom(folder.path, { store: 'other' })).stop()
  })
})

describe('control.yaml', () => {
  it('with several faults gets all of them told with their lines', async () => {
    await using folder = await testFolder()
    const path = join(folder.path, 'control.yaml')
    await writeFile(
      path,
      `group: county
store: data
broker:
  kind: embedded
  accounts:
    - { user: east, site: east-pit }
    - { user: east, site: west-pit, passwordFile: none }
history:
  kind: influxdb
  url: http://127.0.0.1:8086
  database: pits
  user: writer
${stringify(rosterOf('http://127.0.0.1:1/')).replace('channel: phone', 'channel: pigeon')}`,
    )
    let report = ''
    try {
      loadControlConfig(path)
    } catch (error) {
      report = (error as Error).message
    }
    const lines = report.split('\n')
    expect(lines).toHaveLength(6)
    for (const [line, words] of [
      [6, 'secret'],
      [7, 'each name once'],
      [7, 'none'],
      [8, 'secret'],
      [21, '2 different kinds'],
      [24, 'pigeon'],
    ] as const) {
      expect(lines.some((one) => one.startsWith(`${path}:${line}:`) && one.includes(words))).toBe(true)
    }
    expect(await readFile(path, 'utf8')).toContain('pigeon')
  })
})
