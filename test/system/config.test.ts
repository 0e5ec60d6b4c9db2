import { createPublicKey, type KeyObject, X509Certificate } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ConfigContent } from '../../core/contract/config-lane.ts'
import type { Actor } from '../../core/contract/ledger.ts'
import { type AlarmDesk, openAlarmDesk } from '../../dashboard/server/alarms/desk.ts'
import type { BrokerLink } from '../../dashboard/server/broker/link.ts'
import { openExternalBroker } from '../../dashboard/server/broker/external.ts'
import { type ConfigDesk, openConfigDesk } from '../../dashboard/server/configs/config-desk.ts'
import { openRunningConfigs } from '../../dashboard/server/configs/running-configs.ts'
import { type Database, openDatabase } from '../../dashboard/server/db/database.ts'
import { authorityCertificate, issueCertificate } from '../../dashboard/server/identity/issue.ts'
import { type ContentReader, openContentReader } from '../../dashboard/server/rules/content-reader.ts'
import { openRehearsals } from '../../dashboard/server/rules/rehearsals.ts'
import { openRulesDesk, type RulesDesk } from '../../dashboard/server/rules/rules-desk.ts'
import { loadGatewayConfig } from '../../platform/site/loaded-gateway.ts'
import { openIdentityFolder } from '../../gateway/identity/folder.ts'
import { runGateway } from '../../gateway/main.ts'
import { systemClock } from '../../platform/clock.ts'
import { makeKey } from '../../platform/identity/keys.ts'
import { signConfig } from '../../platform/identity/signatures.ts'
import { Meter, writeSite } from '../gateway/pit.ts'
import { ControlRoom, freePort, Mosquitto } from '../gateway/uplink/county.ts'
import { quietLog } from '../support/quiet-log.ts'
import { until } from '../support/until.ts'

const SOMEBODY: Actor = { kind: 'person', name: 'somebody' }
const DAY_MS = 86_400_000

describe('a site that is configured from the control room', () => {
  let folder: string
  let broker: Mosquitto
  let meter: Meter
  let path: string
  let authority: { certificate: X509Certificate; key: KeyObject }
  let room: ControlRoom
  let db: Database
  let desk: AlarmDesk
  let link: BrokerLink
  let configs: ConfigDesk
  let rules: RulesDesk
  let reader: ContentReader
  /** The control room hears, and answers nothing. */
  let isMute: boolean
  const stop = { gateway: new AbortController(), desk: new AbortController() }
  const running: Promise<void>[] = []

  const start = () => {
    const log = quietLog()
    stop.gateway = new AbortController()
    const { signal } = stop.gateway
    running.push(runGateway(loadGatewayConfig(path), { clock: systemClock, log, signal }))
    return log
  }
  const restart = async () => {
    stop.gateway.abort()
    await running.pop()
    return start()
  }
  const openRoom = async (key: KeyObject) => {
    db = openDatabase(join(folder, 'control.sqlite'))
    const log = quietLog()
    desk = openAlarmDesk({ db, clock: systemClock, log, prefix: 'PW' })
    configs = openConfigDesk({
      ...{ db, desk, group: 'demo', clock: systemClock, log },
      sign: (signed) => signConfig(signed, key),
      publish: (topic, payload, how) =>
        isMute && topic.endsWith('/receipt') ? Promise.resolve() : link.publish(topic, payload, how),
    })
    reader = openContentReader()
    const told = openRunningConfigs({
      ...{ db, desk, group: 'demo', reader, log },
      publish: (topic, payload, how) => link.publish(topic, payload, how),
    })
    const rehearsals = await openRehearsals({ db, desk, log, place: { is: 'embedded', path: join(folder, 'none') } })
    rules = openRulesDesk({ db, desk, configs, reader, rehearsals })
    const will = { topic: 'spBv1.0/STATE/demo', payload: '{"online":false,"timestamp":1}' }
    link = openExternalBroker(
      { access: { url: broker.url }, will, log },
      {
        filters: ['pitwatch/v1/demo/+/config-report', 'pitwatch/v1/demo/+/running-config'],
        onMessage: (message) => {
          configs.take(message)
          told.take(message)
        },
        onConnected: (publish) => configs.announce(publish),
      },
    )
    running.unshift(configs.run(stop.desk.signal))
  }
  /** The site's own file with another line among its devices, and its profile. */
  const content = async (more: string, change = (text: string) => text): Promise<ConfigContent> => {
    const text = (await readFile(path, 'utf8')).replace(
      'devices:\n',
      `devices:\n${more === '' ? '' : `  - { ${more} }\n`}`,
    )
    const yaml = await readFile(join(folder, 'own/demo/meter.yaml'), 'utf8')
    return { site: change(text), profiles: [{ name: 'demo/meter', yaml }] }
  }
  const report = async () => (await configs.list('east-pit')).report
  const comes = (version: number, state: string) =>
    until(`version ${version} ${state}`, async () => {
      const told = await report()
      return told?.version === version && told.state === state ? told : null
    })
  const second = 'id: second-meter, profile: demo/meter, bus: main, unit: 2, every: 100ms'
  const reads = (device: string) =>
    until(`a reading of ${device}`, () => room.readings.some((reading) => reading.device === device))

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pitwatch-config-'))
    const ports = { broker: await freePort(), meter: await freePort() }
    broker = new Mosquitto(ports.broker)
    meter = new Meter()
    await Promise.all([broker.start(), meter.listen(ports.meter)])
    path = writeSite(folder, ports)
    await writeFile(path, `confirmWithin: 4s\n${await readFile(path, 'utf8')}`)
    const [key, life] = [makeKey(), { from: Date.now() - DAY_MS, to: Date.now() + DAY_MS }]
    authority = { key, certificate: new X509Certificate(authorityCertificate(key, 'demo', life)) }
    const own = makeKey()
    const issued = issueCertificate(authority, {
      ...{ subject: { group: 'demo', name: 'east-pit' }, purpose: 'client', life },
      publicKey: createPublicKey(own),
    })
    openIdentityFolder(join(folder, 'store/identity')).write({
      key: own,
      certificate: new X509Certificate(issued),
      authority: authority.certificate.toString(),
      home: { url: 'http://127.0.0.1:1', group: 'demo', site: 'east-pit' },
    })
    isMute = false
    stop.desk = new AbortController()
    room = new ControlRoom(broker.url)
    await room.ready()
    await openRoom(authority.key)
  })
  afterEach(async () => {
    stop.gateway.abort()
    stop.desk.abort()
    await Promise.all(running.splice(0))
    await Promise.all([room.close(), link.close(), reader.close()])
    await db.close()
    await Promise.all([broker.end(), meter.end()])
    await rm(folder, { recursive: true, force: true })
  })

  it('takes another configuration while it runs, keeps it over a restart, and loses no reading on the way', async () => {
    start()
    await reads('feeder-meter')
    await configs.push('east-pit', await content(second), SOMEBODY)
    const told = await comes(1, 'confirmed')
    expect(told.deploy?.devices).toEqual({
      ...{ kept: ['feeder-meter'], restarted: [], added: ['second-meter'], removed: [] },
    })
    await reads('second-meter')
    for (const version of [2, 3, 4]) {
      await configs.push('east-pit', await content(version % 2 === 0 ? '' : second), SOMEBODY)
      const { deploy } = await comes(version, 'confirmed')
      expect(deploy?.devices.kept).toContain('feeder-meter')
    }
    // A reading of a device that has just been taken out has no birth to go under: it comes in its range, within a minute.
    const seqs = () => [...new Set([...room.readings.map(({ seq }) => seq), ...room.seqs()])].sort((a, b) => a - b)
    const isWhole = () => {
      const known = seqs()
      return known.length > 50 && known.every((seq, index) => seq === (known[0] ?? 0) + index)
    }
    await until('every reading up to some number', isWhole, 90_000)
    await configs.push('east-pit', await content(second), SOMEBODY)
    await comes(5, 'confirmed')
    const log = await restart()
    await until('the start', () => log.lines.some(({ facts }) => facts.version === 5))
    expect(await report()).toMatchObject({ version: 5, running: 5 })
  }, 180_000)

  it('tells what it runs with, so that one rule can be changed from here; the change is tried, confirmed and told', async () => {
    start()
    const known = await until('what it runs with', async () => {
      const site = await rules.site('east-pit')
      return site.knowledge === 'told' ? site : null
    })
    expect(known).toMatchObject({ version: 0, sent: null })
    const before = known.rules.find(({ origin }) => origin === 'configured')
    if (before === undefined) throw new Error('expected a rule of the file')
    const place = { site: 'east-pit', rule: before.rule }
    const params = { ...before.with, limit: 4_321 }
    await rules.save(place, {
      save: {
        ...{ base: known.sha256 ?? '', priority: before.priority, with: params },
        ...{ reason: 'the pump is new', despite: 'there is no history yet' },
      },
      by: 'somebody',
      confirm: () => Promise.resolve({ name: 'another' }),
    })
    expect((await rules.site('east-pit')).sent).toMatchObject({ version: 1 })
    await comes(1, 'confirmed')
    const after = await until('the change in the table', async () => {
      const site = await rules.site('east-pit')
      return site.version === 1 ? site : null
    })
    expect(after.rules.find(({ rule }) => rule === before.rule)?.limit).toBe(4_321)
    expect(after.sent).toBeNull()
    expect((await rules.history(place)).changes).toMatchObject([
      { by: 'somebody', version: 1, reason: 'the pump is new', second: 'another', after: { limit: 4_321 } },
    ])
  })

  it('goes back by itself when the control room is not heard again, and does not try that version twice', async () => {
    start()
    await reads('feeder-meter')
    isMute = true
    await configs.push('east-pit', await content(second), SOMEBODY)
    await comes(1, 'applied')
    await broker.kill()
    await until('the way back', async () =>
      (await readFile(join(folder, 'store/config/state.json'), 'utf8')).includes('rolled-back'),
    )
    isMute = false
    await broker.start()
    expect(await comes(1, 'rolled-back')).toMatchObject({ reason: 'unreachable', running: 0 })
    await configs.push('east-pit', await content(second), SOMEBODY)
    await comes(2, 'confirmed')
    expect((await configs.list('east-pit')).versions.map(({ report: last }) => last?.state)).toEqual([
      'confirmed',
      'rolled-back',
    ])
  })

  it('says every fault with its line, and goes on as it was', async () => {
    start()
    await reads('feeder-meter')
    const faulty = await content('id: third, profile: demo/metre, bus: main, unit: 3', (text) =>
      text.replace('point: feeder-meter/active-power', 'point: feeder-meter/active-powder'),
    )
    await configs.push('east-pit', faulty, SOMEBODY)
    const { faults, reason, running: version } = await comes(1, 'refused')
    expect({ reason, version }).toEqual({ reason: 'invalid', version: 0 })
    expect(faults).toEqual([
      expect.stringMatching(/^site\.yaml:16:\d+: devices\[0\]\.profile: expected .*demo\/meter/),
      expect.stringMatching(/^site\.yaml:19:\d+: rules\[0\]\.point: expected .*active-power/),
    ])
    const before = room.readings.length
    await until('more readings', () => room.readings.length > before + 5)
  })

  it('takes nothing that another has signed', async () => {
    start()
    await reads('feeder-meter')
    await link.close()
    stop.desk.abort()
    await running.shift()
    await db.close()
    stop.desk = new AbortController()
    await openRoom(makeKey())
    await configs.push('east-pit', await content(second), SOMEBODY)
    expect(await comes(1, 'refused')).toMatchObject({ reason: 'signature', running: 0, highest: 0 })
    expect(room.readings.some(({ device }) => device === 'second-meter')).toBe(false)
  })
})
