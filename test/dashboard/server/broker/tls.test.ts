import { connect as connectPlain } from 'node:net'
import { once } from 'node:events'
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt'
import { describe, expect, it } from 'vitest'
import { Id } from '../../../../core/contract/text.ts'
import { openAccounts } from '../../../../dashboard/server/broker/accounts.ts'
import { type EmbeddedBroker, openEmbeddedBroker } from '../../../../dashboard/server/broker/embedded.ts'
import type { BrokerMessage } from '../../../../dashboard/server/broker/link.ts'
import { type CertificateFor, issueCertificate } from '../../../../dashboard/server/identity/issue.ts'
import { keyText, makeKey } from '../../../../platform/identity/keys.ts'
import { until } from '../../../support/until.ts'
import { BY, type IdentityWorld, openIdentityWorld } from '../identity/world.ts'

const DAY = 86_400_000
const EAST = Id.parse('east-pit')
const ALARM = 'pitwatch/v1/county/east-pit/alarm'

interface World {
  readonly broker: EmbeddedBroker
  readonly identities: IdentityWorld
  readonly messages: BrokerMessage[]
  readonly connect: (by: { key: string; cert: string } | null, more?: IClientOptions) => Promise<MqttClient>
  readonly enrolled: (site: string) => Promise<{ key: string; cert: string }>
}

async function withBroker(work: (world: World) => Promise<void>): Promise<void> {
  const messages: BrokerMessage[] = []
  const running: { broker?: EmbeddedBroker } = {}
  await using identities = await openIdentityWorld({ changed: () => running.broker?.look() })
  const { identity, authority, log } = identities
  const broker = await openEmbeddedBroker(
    {
      ...{ host: '127.0.0.1', port: 0, group: 'county', log },
      accounts: openAccounts([], [{ name: 'flows', token: 'flows-token' }], '.'),
      tls: {
        ...{ host: '127.0.0.1', port: 0 },
        pair: () => authority.pair('server'),
        judge: (certificate) => identity.judge(certificate),
        seen: (certificate) => void identity.seen(certificate),
      },
    },
    {
      filters: ['pitwatch/v1/county/+/alarm', 'spBv1.0/county/NDEATH/+'],
      onMessage: (message) => void messages.push(message),
      onConnected: () => Promise.resolve(),
    },
  )
  running.broker = broker
  const clients: MqttClient[] = []
  const connect: World['connect'] = async (by, more = {}) => {
    const ca = authority.pair('server').ca
    const options = { protocolVersion: 4, reconnectPeriod: 0, ca, ...(by ?? {}), ...more } as const
    const client = await connectAsync(broker.tlsUrl ?? '', options, false)
    client.on('error', () => undefined)
    clients.push(client)
    return client
  }
  const enrolled = async (site: string) => {
    const { key, certificate } = await identities.enrolled(site)
    return { key: keyText(key), cert: certificate }
  }
  try {
    await work({ broker, identities, messages, connect, enrolled })
  } finally {
    for (const client of clients) client.end(true)
    await broker.close()
  }
}

/** A certificate as somebody might have it who should not get in. */
function issued({ authority }: IdentityWorld, over: Partial<CertificateFor> = {}) {
  const key = makeKey()
  const cert = issueCertificate(authority.authority(), {
    ...{ subject: { group: 'county', name: 'east-pit' }, publicKey: key, purpose: 'client' },
    life: { from: Date.now() - DAY, to: Date.now() + DAY },
    ...over,
  })
  return { key: keyText(key), cert }
}

/** An error before the end is part of being dropped. */
function closeOf(client: MqttClient): Promise<void> {
  return new Promise((settle) => client.once('close', settle))
}

describe('the encrypted door of the embedded broker', () => {
  it('lets an enrolled gateway speak for its own site, and hear what is for it', () =>
    withBroker(async ({ broker, connect, enrolled, messages }) => {
      const client = await connect(await enrolled('east-pit'))
      await client.publishAsync(ALARM, 'raised', { qos: 1 })
      expect(messages.map(({ topic }) => topic)).toEqual([ALARM])
      await client.subscribeAsync('pitwatch/v1/county/east-pit/receipt', { qos: 1 })
      const heard = new Promise((settle) => client.once('message', (_, payload) => settle(payload.toString())))
      await broker.publish('pitwatch/v1/county/east-pit/receipt', 'taken', { qos: 1 })
      expect(await heard).toBe('taken')
      expect(broker.refusals()).toEqual({})
    }))

  it('lets it neither publish as another nor hear anything of another, and counts both', () =>
    withBroker(async ({ broker, connect, enrolled, messages }) => {
      const client = await connect(await enrolled('west-pit'))
      for (const filter of ['#', 'pitwatch/v1/county/east-pit/receipt', 'spBv1.0/county/+/+']) {
        await expect(client.subscribeAsync(filter)).rejects.toThrow()
      }
      client.publish(ALARM, 'forged', { qos: 1 })
      await closeOf(client)
      expect(messages).toEqual([])
      expect(broker.refusals()).toEqual({ subscribe: 3, publish: 1 })
    }))

  it.each([
    ['nothing', 'no-certificate', () => null],
    [
      'one whose time is over',
      'expired-certificate',
      (of) => issued(of, { life: { from: Date.now() - 2 * DAY, to: Date.now() - DAY } }),
    ],
    [
      'one whose time has not come',
      'certificate-not-yet-valid',
      (of) => issued(of, { life: { from: Date.now() + DAY, to: Date.now() + 2 * DAY } }),
    ],
    [
      'one of another group',
      'unfit-certificate',
      (of) => issued(of, { subject: { group: 'elsewhere', name: 'east-pit' } }),
    ],
    ['one for a server', 'unfit-certificate', (of) => issued(of, { purpose: 'server' })],
    ['the control room’s own', 'unfit-certificate', (of) => of.authority.pair('client')],
  ] as readonly (readonly [string, string, (of: IdentityWorld) => { key: string; cert: string } | null])[])(
    'refuses who shows %s, and says why in its count',
    (_, reason, make) =>
      withBroker(async ({ broker, identities, connect }) => {
        await expect(connect(make(identities))).rejects.toMatchObject({ code: 5 })
        expect(broker.refusals()).toEqual({ [reason]: 1 })
      }),
  )

  it('refuses a certificate of another authority, whatever it names', () =>
    withBroker(async ({ broker, connect }) => {
      await using others = await openIdentityWorld()
      await expect(connect(issued(others))).rejects.toMatchObject({ code: 5 })
      expect(broker.refusals()).toEqual({ 'foreign-certificate': 1 })
    }))

  it('looks at no name and password in place of a certificate', () =>
    withBroker(async ({ broker, connect }) => {
      const refused = connect(null, { username: 'flows', password: 'flows-token' })
      await expect(refused).rejects.toMatchObject({ code: 5 })
      expect(broker.refusals()).toEqual({ 'no-certificate': 1 })
    }))

  it('ends the connection of a gateway whose certificate is taken back, and lets it in no more', () =>
    withBroker(async ({ broker, identities, connect, enrolled, messages }) => {
      const by = await enrolled('east-pit')
      const will = { topic: 'spBv1.0/county/NDEATH/east-pit', payload: Buffer.from('gone'), qos: 1 as const }
      const client = await connect(by, { will })
      const closed = closeOf(client)
      await identities.identity.revoke({ site: EAST, serial: null, reason: 'card stolen' }, BY)
      await closed
      await until('the death of the gateway', () => messages.some(({ topic }) => topic.includes('NDEATH')))
      await expect(connect(by)).rejects.toMatchObject({ code: 5 })
      expect(broker.refusals()).toEqual({ 'revoked-certificate': 2 })
    }))

  it('takes a picture of 1 MB and drops a peer that announces more', () =>
    withBroker(async ({ connect, enrolled, messages }) => {
      const client = await connect(await enrolled('east-pit'))
      await client.publishAsync(ALARM, Buffer.alloc(1 << 20), { qos: 1 })
      expect(messages[0]?.payload.length).toBe(1 << 20)
      client.publish(ALARM, Buffer.alloc(2 << 20), { qos: 1 })
      await closeOf(client)
      expect(messages).toHaveLength(1)
    }))

  it('goes on for others while one gateway does not read', () =>
    withBroker(async ({ broker, connect, enrolled }) => {
      const stuck = await connect(await enrolled('east-pit'))
      await stuck.subscribeAsync('pitwatch/v1/county/east-pit/receipt')
      const healthy = await connect(await enrolled('west-pit'))
      await healthy.subscribeAsync('pitwatch/v1/county/west-pit/receipt')
      let heard = 0
      healthy.on('message', () => heard++)
      stuck.stream.pause()
      const payload = Buffer.alloc(64 << 10)
      for (let n = 0; n < 200; n++) {
        await broker.publish('pitwatch/v1/county/east-pit/receipt', payload)
        await broker.publish('pitwatch/v1/county/west-pit/receipt', payload)
      }
      await until('all to have come', () => heard === 200)
    }))

  it('survives who does not speak TLS', () =>
    withBroker(async ({ broker, connect, enrolled }) => {
      const socket = connectPlain(Number(new URL(broker.tlsUrl ?? '').port), '127.0.0.1')
      socket.on('error', () => undefined)
      socket.write('GET / HTTP/1.1\r\n\r\n')
      await once(socket, 'close')
      await expect(connect(await enrolled('east-pit'))).resolves.toBeDefined()
    }))
})
