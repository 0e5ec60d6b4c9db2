import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { connectAsync, type MqttClient } from 'mqtt'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Id } from '../../../../core/contract/text.ts'
import { controlRoomFilters } from '../../../../core/contract/topics.ts'
import { type CertificateFor, issueCertificate } from '../../../../dashboard/server/identity/issue.ts'
import { mosquittoFiles } from '../../../../dashboard/server/identity/mosquitto.ts'
import { PUBLIC_MODE, SECRET_MODE, writeWhole } from '../../../../platform/identity/files.ts'
import { keyText, makeKey } from '../../../../platform/identity/keys.ts'
import { freePort, startProcess, type StartedProcess } from '../../../support/processes.ts'
import { until } from '../../../support/until.ts'
import { BY, type IdentityWorld, openIdentityWorld } from './world.ts'

const DAY = 86_400_000
const EAST = Id.parse('east-pit')
const OWN = 'pitwatch/v1/county/east-pit'
const HASH = 'a'.repeat(64)

let identities: IdentityWorld
let broker: StartedProcess
let port: number
const clients: MqttClient[] = []
beforeEach(async () => {
  identities = await openIdentityWorld()
  port = await freePort()
})
afterEach(async () => {
  for (const client of clients.splice(0)) client.end(true)
  await broker.stop()
  await identities[Symbol.asyncDispose]()
})

/** Writes the files as the command line does; from then on Mosquitto knows what they say. */
async function written(): Promise<string> {
  const { authority, identity, folder } = identities
  const out = join(folder.path, 'mosquitto')
  const pair = authority.pairFor(['localhost', '127.0.0.1'], 30 * DAY)
  const facts = { group: 'county', folder: out, port, pair, revoked: identity.revocationList() }
  for (const { name, text, isSecret } of mosquittoFiles(facts)) {
    writeWhole(join(out, name), text, isSecret ? SECRET_MODE : PUBLIC_MODE)
  }
  expect((await stat(join(out, 'server.key'))).mode & 0o777).toBe(0o600)
  // The test owns the files, so Mosquitto stays who the test is.
  const path = join(out, 'test.conf')
  await writeFile(path, `${await readFile(join(out, 'pitwatch.conf'), 'utf8')}user root\nlog_type information\n`)
  return path
}
async function start(): Promise<void> {
  broker = await startProcess('/usr/sbin/mosquitto', ['-c', await written()], { ready: /running/ })
}
async function connect(by: { key: string; cert: string } | null): Promise<MqttClient> {
  const ca = identities.authority.pair('client').ca
  const options = { protocolVersion: 4, reconnectPeriod: 0, connectTimeout: 5_000, ca, ...(by ?? {}) } as const
  const client = await connectAsync(`mqtts://127.0.0.1:${port}`, options, false)
  client.on('error', () => undefined)
  clients.push(client)
  return client
}
const enrolled = async (site: string) => {
  const { key, certificate } = await identities.enrolled(site)
  return { key: keyText(key), cert: certificate }
}
function issued({ authority }: IdentityWorld, over: Partial<CertificateFor> = {}) {
  const key = makeKey()
  const cert = issueCertificate(authority.authority(), {
    ...{ subject: { group: 'county', name: 'east-pit' }, publicKey: key, purpose: 'client' },
    life: { from: Date.now() - DAY, to: Date.now() + DAY },
    ...over,
  })
  return { key: keyText(key), cert }
}
function heardBy(client: MqttClient): string[] {
  const heard: string[] = []
  client.on('message', (topic) => heard.push(topic))
  return heard
}

describe('Mosquitto with the files made for it', () => {
  it('carries a whole session of the right gateway, both ways', async () => {
    await start()
    const room = await connect(identities.authority.pair('client'))
    await room.subscribeAsync([...controlRoomFilters('county')], { qos: 1 })
    const atRoom = heardBy(room)
    const gateway = await connect(await enrolled('east-pit'))
    const hears = ['receipt', 'clock-answer', 'config', 'command/+'].map((lane) => `${OWN}/${lane}`)
    await gateway.subscribeAsync(
      [...hears, 'spBv1.0/county/NCMD/east-pit', 'spBv1.0/county/DCMD/east-pit/+', 'spBv1.0/STATE/county'],
      { qos: 1 },
    )
    const atGateway = heardBy(gateway)
    const says = [
      ...['NBIRTH', 'NDATA', 'NDEATH'].map((type) => `spBv1.0/county/${type}/east-pit`),
      ...['DBIRTH', 'DDATA', 'DDEATH'].map((type) => `spBv1.0/county/${type}/east-pit/feeder`),
      ...['alarm', 'health', 'range', 'trend', 'clock-ask', 'config-report'].map((lane) => `${OWN}/${lane}`),
      `${OWN}/evidence/${HASH}`,
    ]
    for (const topic of says) await gateway.publishAsync(topic, 'said', { qos: 1 })
    const told = [
      ...['receipt', 'clock-answer', 'config', 'command/siren-1'].map((lane) => `${OWN}/${lane}`),
      ...['spBv1.0/county/NCMD/east-pit', 'spBv1.0/county/DCMD/east-pit/feeder', 'spBv1.0/STATE/county'],
    ]
    for (const topic of told) await room.publishAsync(topic, 'told', { qos: 1 })
    // Commands are spoken on both ways, and each hears itself.
    await gateway.publishAsync(`${OWN}/command/siren-1`, 'answered', { qos: 1 })
    const both = [`${OWN}/command/siren-1`, `${OWN}/command/siren-1`]
    const [all, own] = [[...says, ...both].sort(), [...told, ...both.slice(1)].sort()]
    await until('everything to have come', () => atRoom.length === all.length && atGateway.length === own.length)
    expect([atRoom.sort(), atGateway.sort()]).toEqual([all, own])
  })

  it('lets a gateway neither publish as another nor hear anything of another', async () => {
    await start()
    const room = await connect(identities.authority.pair('client'))
    await room.subscribeAsync([...controlRoomFilters('county'), 'spBv1.0/STATE/+'], { qos: 1 })
    const atRoom = heardBy(room)
    const west = await connect(await enrolled('west-pit'))
    await west.subscribeAsync(['#', `${OWN}/receipt`, `${OWN}/config`, 'spBv1.0/county/+/east-pit'], { qos: 1 })
    const atWest = heardBy(west)
    const forged = [`${OWN}/alarm`, `${OWN}/range`, 'spBv1.0/county/NDEATH/east-pit', 'spBv1.0/STATE/county']
    for (const topic of forged) await west.publishAsync(topic, 'forged', { qos: 1 })
    for (const lane of ['receipt', 'config', 'clock-answer']) await room.publishAsync(`${OWN}/${lane}`, 'x', { qos: 1 })
    await west.publishAsync('pitwatch/v1/county/west-pit/alarm', 'own', { qos: 1 })
    await room.publishAsync('pitwatch/v1/county/west-pit/receipt', 'own', { qos: 1 })
    await west.subscribeAsync('pitwatch/v1/county/west-pit/receipt', { qos: 1 })
    await until('what is its own to have come', () => atRoom.length > 0 && atWest.length > 0)
    expect(new Set(atRoom)).toEqual(new Set(['pitwatch/v1/county/west-pit/alarm']))
    expect(new Set(atWest)).toEqual(new Set(['pitwatch/v1/county/west-pit/receipt']))
  })

  it('lets in nobody without a certificate, nor with one that is foreign, over, for a server, or taken back', async () => {
    await using others = await openIdentityWorld()
    const stolen = await enrolled('east-pit')
    await identities.identity.revoke({ site: EAST, serial: null, reason: 'card stolen' }, BY)
    await start()
    const over = issued(identities, { life: { from: Date.now() - 2 * DAY, to: Date.now() - DAY } })
    for (const by of [null, issued(others), over, issued(identities, { purpose: 'server' }), stolen]) {
      await expect(connect(by)).rejects.toThrow()
    }
    await expect(connect(await enrolled('west-pit'))).resolves.toBeDefined()
  })

  it('hears of a revocation when its list is written anew and it is told so', async () => {
    const stolen = await enrolled('east-pit')
    await start()
    await expect(connect(stolen)).resolves.toBeDefined()
    await identities.identity.revoke({ site: EAST, serial: null, reason: 'card stolen' }, BY)
    await written()
    broker.signal('SIGHUP')
    await until('the stolen card to be refused', async () => {
      const client = await connect(stolen).catch(() => null)
      client?.end(true)
      return client === null
    })
  })
})
