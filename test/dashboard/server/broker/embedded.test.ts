import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { connect as connectSocket } from 'node:net'
import { join } from 'node:path'
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt'
import { generate } from 'mqtt-packet'
import { describe, expect, it } from 'vitest'
import { openAccounts } from '../../../../dashboard/server/broker/accounts.ts'
import { type EmbeddedBroker, openEmbeddedBroker } from '../../../../dashboard/server/broker/embedded.ts'
import type { BrokerMessage } from '../../../../dashboard/server/broker/link.ts'
import { testFolder } from '../../../support/processes.ts'
import { quietLog } from '../../../support/quiet-log.ts'
import { until } from '../../../support/until.ts'

const EAST = { username: 'east', password: 'east-secret' }
const WEST = { username: 'west', password: 'west-secret' }
const FLOWS = { username: 'flows', password: 'flows-token' }

interface World {
  readonly broker: EmbeddedBroker
  readonly messages: BrokerMessage[]
  readonly log: ReturnType<typeof quietLog>
  readonly connect: (options?: IClientOptions) => Promise<MqttClient>
}

async function withBroker(work: (world: World) => Promise<void>): Promise<void> {
  await using folder = await testFolder()
  const accounts = []
  for (const { username, password } of [EAST, WEST]) {
    await writeFile(join(folder.path, username), `${password}\n`)
    accounts.push({ user: username, site: `${username}-pit`, passwordFile: username })
  }
  const log = quietLog()
  const messages: BrokerMessage[] = []
  const broker = await openEmbeddedBroker(
    {
      host: '127.0.0.1',
      port: 0,
      group: 'county',
      accounts: openAccounts(accounts, [{ name: 'flows', token: 'flows-token' }], folder.path),
      log,
    },
    {
      filters: ['pitwatch/v1/county/+/alarm', 'spBv1.0/county/NDEATH/+', 'pitwatch/v1/county/+/evidence/+'],
      onMessage: (message) => void messages.push(message),
      onConnected: () => Promise.resolve(),
    },
  )
  const clients: MqttClient[] = []
  const connect = async (options: IClientOptions = {}) => {
    const client = await connectAsync(
      broker.url,
      { protocolVersion: 4, reconnectPeriod: 0, ...EAST, ...options },
      false,
    )
    client.on('error', () => undefined)
    clients.push(client)
    return client
  }
  try {
    await work({ broker, messages, log, connect })
  } finally {
    for (const client of clients) client.end(true)
    await broker.close()
  }
}

/** The next message's payload as text. */
function heardBy(client: MqttClient): Promise<string> {
  return new Promise((settle) => client.once('message', (_topic, payload) => settle(payload.toString())))
}

/** An error before the end is part of being dropped. */
function closeOf(client: MqttClient): Promise<void> {
  return new Promise((settle) => client.once('close', settle))
}

describe('the embedded broker', () => {
  it('carries messages of a gateway to the control room and back', () =>
    withBroker(async ({ broker, messages, connect }) => {
      const client = await connect()
      await client.publishAsync('pitwatch/v1/county/east-pit/alarm', 'raised', { qos: 1 })
      expect(messages.map(({ topic, payload }) => [topic, Buffer.from(payload).toString()])).toEqual([
        ['pitwatch/v1/county/east-pit/alarm', 'raised'],
      ])
      await client.subscribeAsync('pitwatch/v1/county/east-pit/receipt', { qos: 1 })
      const heard = heardBy(client)
      await broker.publish('pitwatch/v1/county/east-pit/receipt', 'receipt', { qos: 1 })
      expect(await heard).toBe('receipt')
    }))

  it.each([
    ['a wrong password', { ...EAST, password: 'wrong' }],
    ['an unknown user', { username: 'nobody', password: 'east-secret' }],
    ["another's password", { ...EAST, password: WEST.password }],
  ])('refuses %s with the code for it', (_, options) =>
    withBroker(async ({ broker, connect }) => {
      await expect(connect(options)).rejects.toMatchObject({ code: 4 })
      expect(broker.refusals()).toEqual({ 'unknown-user': 1 })
    }),
  )

  it('refuses nobody at all, without name or password', () =>
    withBroker(async ({ broker }) => {
      await expect(connectAsync(broker.url, { protocolVersion: 4, reconnectPeriod: 0 }, false)).rejects.toMatchObject({
        code: 4,
      })
    }))

  it('refuses a session that would make it queue for an absent peer', () =>
    withBroker(async ({ connect }) => {
      await expect(connect({ clean: false, clientId: 'kept' })).rejects.toMatchObject({ code: 2 })
    }))

  it("drops a gateway that publishes on another site's topic, and delivers nothing of it", () =>
    withBroker(async ({ broker, messages, connect }) => {
      const client = await connect()
      client.publish('pitwatch/v1/county/west-pit/alarm', 'forged', { qos: 1 })
      await closeOf(client)
      expect(messages).toEqual([])
      expect(broker.refusals()).toEqual({ publish: 1 })
    }))

  it("answers a subscription to another site's topic with the failure code", () =>
    withBroker(async ({ connect }) => {
      const client = await connect()
      await expect(client.subscribeAsync('pitwatch/v1/county/west-pit/receipt')).rejects.toThrow()
      await expect(client.subscribeAsync('#')).rejects.toThrow()
      await expect(client.subscribeAsync('pitwatch/v1/county/east-pit/receipt')).resolves.toBeDefined()
    }))

  it('lets a service listen with its token and publish nothing', () =>
    withBroker(async ({ connect, messages }) => {
      const flows = await connect(FLOWS)
      await flows.subscribeAsync('pitwatch/v1/county/+/alarm')
      const east = await connect()
      const heard = heardBy(flows)
      await east.publishAsync('pitwatch/v1/county/east-pit/alarm', 'raised', { qos: 1 })
      expect(await heard).toBe('raised')
      flows.publish('pitwatch/v1/county/east-pit/alarm', 'forged', { qos: 1 })
      await closeOf(flows)
      expect(messages).toHaveLength(1)
    }))

  it('speaks a will that is the own death, and no other', () =>
    withBroker(async ({ connect, messages }) => {
      const will = (site: string) => ({
        topic: `spBv1.0/county/NDEATH/${site}`,
        payload: Buffer.from(site),
        qos: 1 as const,
      })
      const forging = await connect({ will: will('west-pit') })
      const honest = await connect({ ...WEST, will: will('west-pit') })
      forging.stream.destroy()
      honest.stream.destroy()
      await until('the death', () => messages.length > 0)
      expect(messages).toHaveLength(1)
    }))

  it("refuses a client id that is another user's, and lets its own user take it over", () =>
    withBroker(async ({ connect }) => {
      const first = await connect({ clientId: 'gateway-1' })
      await expect(connect({ ...WEST, clientId: 'gateway-1' })).rejects.toMatchObject({ code: 2 })
      expect(first.connected).toBe(true)
      await connect({ clientId: 'gateway-1' })
      await until('the first to be gone', () => !first.connected)
    }))

  it('takes a picture of 1 MB and drops a peer that announces more', () =>
    withBroker(async ({ connect, messages }) => {
      const topic = `pitwatch/v1/county/east-pit/evidence/${'a'.repeat(64)}`
      const client = await connect()
      await client.publishAsync(topic, Buffer.alloc(1 << 20), { qos: 1 })
      expect(messages[0]?.payload.length).toBe(1 << 20)
      client.publish(topic, Buffer.alloc(2 << 20), { qos: 1 })
      await closeOf(client)
      expect(messages).toHaveLength(1)
    }))

  it('drops a stranger that sends anything but a small CONNECT', () =>
    withBroker(async ({ broker }) => {
      for (const bytes of [Buffer.from('GET / HTTP/1.1\r\n\r\n'), Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f])]) {
        const socket = connectSocket(Number(new URL(broker.url).port), '127.0.0.1')
        socket.on('error', () => undefined)
        socket.write(bytes)
        await once(socket, 'close')
      }
    }))

  it('goes on delivering while one peer does not read', () =>
    withBroker(async ({ broker, connect }) => {
      const stuck = connectSocket(Number(new URL(broker.url).port), '127.0.0.1')
      stuck.on('error', () => undefined)
      stuck.write(
        generate({
          cmd: 'connect',
          clientId: 'stuck',
          protocolId: 'MQTT',
          protocolVersion: 4,
          clean: true,
          ...FLOWS,
          password: Buffer.from(FLOWS.password),
        }),
      )
      stuck.write(
        generate({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'pitwatch/v1/county/+/alarm', qos: 0 }] }),
      )
      await once(stuck, 'data')
      stuck.pause()
      const healthy = await connect(FLOWS)
      await healthy.subscribeAsync('pitwatch/v1/county/+/alarm')
      let heard = 0
      healthy.on('message', () => heard++)
      const east = await connect()
      const payload = Buffer.alloc(64 << 10)
      for (let n = 0; n < 400; n++) await east.publishAsync('pitwatch/v1/county/east-pit/alarm', payload, { qos: 1 })
      await until('all to have come', () => heard === 400)
      // It reads nothing, so it learns only by writing that the broker has hung up.
      await until('the stuck peer to be dropped', () => {
        if (!stuck.destroyed) stuck.write(generate({ cmd: 'pingreq' }))
        return stuck.destroyed
      })
    }))

  it('says which port is taken and what to do', () =>
    withBroker(async ({ broker }) => {
      const port = Number(new URL(broker.url).port)
      const accounts = openAccounts([], [], '.')
      const opening = openEmbeddedBroker(
        { host: '127.0.0.1', port, group: 'county', accounts, log: quietLog() },
        { filters: [], onMessage: () => undefined, onConnected: () => Promise.resolve() },
      )
      await expect(opening).rejects.toMatchObject({ code: 'link/busy', message: expect.stringContaining(`${port}`) })
      await expect(opening).rejects.toThrow(/broker\.port/)
    }))

  it('logs a peer that tries for ever once', () =>
    withBroker(async ({ connect, log, broker }) => {
      for (let n = 0; n < 5; n++) await connect({ ...EAST, password: 'wrong' }).catch(() => undefined)
      expect(log.lines.filter(({ level }) => level === 'warn')).toHaveLength(1)
      expect(broker.refusals()).toEqual({ 'unknown-user': 5 })
    }))
})
