import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ConfigContent, type ConfigReport, SiteConfig } from '../../../../core/contract/config-lane.ts'
import type { Actor } from '../../../../core/contract/ledger.ts'
import { LedgerQuery } from '../../../../core/contract/http.ts'
import { UtcMs } from '../../../../core/contract/time.ts'
import { canonicalJson } from '../../../../core/kit/canonical-json.ts'
import { HouseError } from '../../../../core/kit/errors.ts'
import { type ConfigDesk, openConfigDesk } from '../../../../dashboard/server/configs/config-desk.ts'
import { hashOfContent, signedPart } from '../../../../platform/site-config.ts'
import { DEMO_METER, siteText } from '../../../gateway/runtime/sites.ts'
import { until } from '../../../support/until.ts'
import { openWorld, type World } from '../alarms/world.ts'

const SOMEBODY: Actor = { kind: 'person', name: 'somebody' }

describe('the desk of configurations', () => {
  let world: World
  let configs: ConfigDesk
  let sent: { topic: string; text: string; retain: boolean }[]
  let isBrokerAway: boolean
  let slowly: () => Promise<void>

  const publish = (topic: string, payload: Uint8Array | string, how: { retain?: boolean } = {}) => {
    if (isBrokerAway) return Promise.reject(new HouseError('mqtt/refused', 'away'))
    sent.push({ topic, text: String(payload), retain: how.retain ?? false })
    return slowly()
  }
  const open = () => {
    const { db, desk, clock, log } = world
    const sign = (signed: object) => `signed ${canonicalJson(signed).length}`
    configs = openConfigDesk({ db, desk, group: 'demo', publish, clock, log, sign })
  }
  /** Resolves when every report taken so far is kept. */
  const settled = () => configs.run(AbortSignal.abort())
  const content = (limit = 100): ConfigContent => ({
    site: siteText({
      buses: ['id: main, kind: tcp, host: 127.0.0.1, port: 1502'],
      devices: ['id: meter, profile: demo/meter, bus: main, unit: 1'],
      rules: [`id: r, type: high-limit, point: meter/active-power, priority: red, with: { limit: ${limit} }`],
    }),
    profiles: [DEMO_METER],
  })
  const report = (version: number, state: ConfigReport['state'], more: Partial<ConfigReport> = {}) => {
    const told: ConfigReport = {
      ...{ siteId: 'east-pit', at: UtcMs.parse(5), version, sha256: hashOfContent(content()), state, reason: null },
      ...{ faults: [], deploy: null, running: version, highest: version, ...more },
    }
    const payload = Buffer.from(JSON.stringify(told))
    configs.take({ topic: 'pitwatch/v1/demo/east-pit/config-report', payload })
    return settled()
  }
  const receipts = () =>
    sent.filter(({ topic }) => topic.endsWith('/receipt')).map(({ text }) => JSON.parse(text) as unknown)
  const acts = async () => {
    const { entries } = await world.desk.ledger(LedgerQuery.parse({ subject: 'east-pit' }))
    return entries.map(({ act, actor, detail }) => `${act} ${actor.name} ${String(detail.version)}`)
  }

  beforeEach(() => {
    world = openWorld()
    sent = []
    isBrokerAway = false
    slowly = () => Promise.resolve()
    open()
  })
  afterEach(() => world.end())

  it('sends a version retained, hashed, and signed over everything but its signature', async () => {
    const pushed = await configs.push('east-pit', content(), SOMEBODY)
    expect(pushed).toEqual({ site: 'east-pit', version: 1, sha256: hashOfContent(content()) })
    expect(sent).toMatchObject([{ topic: 'pitwatch/v1/demo/east-pit/config', retain: true }])
    const message = SiteConfig.parse(JSON.parse(sent[0]?.text ?? ''))
    expect(message).toMatchObject({ siteId: 'east-pit', version: 1, by: 'somebody', ...content() })
    expect(message.signature).toBe(`signed ${canonicalJson(signedPart(message)).length}`)
    expect(await acts()).toEqual(['configuration-pushed somebody 1'])
  })

  it('never leaves an older version at the broker behind a newer one, however slowly that takes them', async () => {
    const first = Promise.withResolvers<undefined>()
    slowly = () => first.promise
    const one = configs.push('east-pit', content(), SOMEBODY)
    await until('the first on its way', () => sent.length === 1)
    slowly = () => Promise.resolve()
    const two = configs.push('east-pit', content(1), SOMEBODY)
    await until('the second to be made', async () => (await configs.list('east-pit')).versions.length === 2)
    const again = configs.announce(publish)
    // Time enough for one that would not wait its turn.
    for (let looks = 0; looks < 20; looks += 1) await configs.list('east-pit')
    expect(sent).toHaveLength(1)
    first.resolve(undefined)
    await Promise.all([one, two, again])
    expect(sent.map(({ text }) => SiteConfig.parse(JSON.parse(text)).version)).toEqual([1, 2, 2])
  })

  it('numbers versions without end, and above what the gateway has known', async () => {
    await configs.push('east-pit', content(), SOMEBODY)
    expect((await configs.push('east-pit', content(1), SOMEBODY)).version).toBe(2)
    await report(2, 'refused', { highest: 40, reason: 'old-version' })
    expect((await configs.push('east-pit', content(2), SOMEBODY)).version).toBe(41)
    expect(
      (await configs.push('west-pit', { ...content(), site: content().site.replace('east-pit', 'west-pit') }, SOMEBODY))
        .version,
    ).toBe(1)
  })

  it('answers the report of a version of its own that is applied, as often as it comes, and no other', async () => {
    await configs.push('east-pit', content(), SOMEBODY)
    await report(1, 'validated')
    await report(1, 'applied', { sha256: '0'.repeat(64) })
    await report(7, 'applied')
    expect(receipts()).toEqual([])
    await report(1, 'applied')
    await report(1, 'applied')
    const receipt = { lane: 'config', version: 1, sha256: hashOfContent(content()), verdict: 'accept' }
    expect(receipts()).toEqual([receipt, receipt])
  })

  it('keeps what the gateway says beside the version, and each change once in the ledger', async () => {
    await configs.push('east-pit', content(), SOMEBODY)
    await report(1, 'received', { running: 0 })
    await report(1, 'applied')
    await report(1, 'applied')
    await report(1, 'rolled-back', { running: 0, reason: 'unreachable' })
    const { versions, report: last } = await configs.list('east-pit')
    expect(versions).toMatchObject([{ version: 1, report: { state: 'rolled-back', reason: 'unreachable' } }])
    expect(last).toMatchObject({ version: 1, running: 0 })
    expect(await acts()).toEqual([
      'configuration-pushed somebody 1',
      'configuration-applied east-pit 1',
      'configuration-rolled-back east-pit 1',
    ])
  })

  it('goes back to an old version by sending it as the next', async () => {
    await configs.push('east-pit', content(1), SOMEBODY)
    await configs.push('east-pit', content(2), SOMEBODY)
    expect((await configs.restore('east-pit', 1, SOMEBODY)).version).toBe(3)
    expect(await configs.get('east-pit', 3)).toMatchObject({ copyOf: 1, content: content(1) })
    expect((await configs.list('east-pit')).versions.map(({ version }) => version)).toEqual([3, 2, 1])
    await expect(configs.restore('east-pit', 9, SOMEBODY)).rejects.toThrow('there is no version 9')
  })

  it('refuses what does not follow its schema, with every fault and its line', async () => {
    const site = content().site.replace('kind: tcp', 'kind: tpc').replace('priority: red', 'priority: pink')
    const profiles = [{ ...DEMO_METER, yaml: DEMO_METER.yaml.replace('driver: modbus', 'driver: telepathy') }]
    const push = configs.push('east-pit', { site, profiles }, SOMEBODY)
    await expect(push).rejects.toMatchObject({ code: 'http/invalid' })
    await expect(push).rejects.toThrow(/site\.yaml:11:.*\nsite\.yaml:15:.*\ndemo\/meter\.yaml:7:/)
    expect(sent).toEqual([])
  })

  it('refuses the configuration of another site or group', async () => {
    await expect(configs.push('west-pit', content(), SOMEBODY)).rejects.toThrow(
      /site\.id: expected west-pit, came east-pit/,
    )
    const foreign = { ...content(), site: content().site.replace('group: demo', 'group: other') }
    await expect(configs.push('east-pit', foreign, SOMEBODY)).rejects.toThrow(/group: expected demo, came other/)
  })

  it('keeps a version while the broker is away, and sends the newest of each site when it comes', async () => {
    isBrokerAway = true
    await configs.push('east-pit', content(1), SOMEBODY)
    await configs.push('east-pit', content(2), SOMEBODY)
    expect(sent).toEqual([])
    isBrokerAway = false
    await world.restart()
    open()
    await configs.announce(publish)
    expect(sent.map(({ text }) => SiteConfig.parse(JSON.parse(text)).version)).toEqual([2])
  })

  it('sends what another program has made over the same database', async () => {
    const { db, desk, clock, log } = world
    const away = () => Promise.reject(new HouseError('mqtt/refused', 'no broker here'))
    const other = openConfigDesk({ db, desk, group: 'demo', publish: away, clock, log, sign: () => null })
    await other.push('east-pit', content(), SOMEBODY)
    expect(sent).toEqual([])
    const stop = new AbortController()
    const running = configs.run(stop.signal)
    await until('the version', () => sent.length === 1)
    stop.abort()
    await running
    expect(SiteConfig.parse(JSON.parse(sent[0]?.text ?? ''))).toMatchObject({
      version: 1,
      signature: expect.stringMatching(/^signed/) as string,
    })
  })

  it('does not believe a gateway that reports on another site, nor what is no report', async () => {
    await report(1, 'applied', { siteId: 'west-pit' })
    configs.take({ topic: 'pitwatch/v1/demo/east-pit/config-report', payload: Buffer.from('{') })
    configs.take({ topic: 'pitwatch/v1/demo/east-pit/health', payload: Buffer.from('{') })
    await settled()
    expect((await configs.list('east-pit')).report).toBeNull()
    expect((await configs.list('west-pit')).report).toBeNull()
    expect(world.log.lines.filter(({ facts }) => facts.code === 'message/malformed')).toHaveLength(1)
  })
})
