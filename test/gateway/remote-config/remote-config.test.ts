import { generateKeyPairSync, sign, verify } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ConfigContent, ConfigReport, type DeployReport, SiteConfig } from '../../../core/contract/config-lane.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import { canonicalJson } from '../../../core/kit/canonical-json.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import { checkGateway, type LoadedGateway } from '../../../platform/site/loaded-gateway.ts'
import { shippedProfiles } from '../../../platform/site/profiles.ts'
import type { VerifyConfig } from '../../../gateway/remote-config/envelope.ts'
import { RemoteConfig } from '../../../gateway/remote-config/remote-config.ts'
import { hashOfContent, signedPart } from '../../../platform/site-config.ts'
import { type HandClock, handClock } from '../../support/hand-clock.ts'
import { type QuietLog, quietLog } from '../../support/quiet-log.ts'
import { until } from '../../support/until.ts'
import { DEMO_METER, siteText } from '../runtime/sites.ts'

const SHIPPED = shippedProfiles()
const BUS = 'id: main, kind: tcp, host: 127.0.0.1, port: 1502'
const METER = 'profile: demo/meter, bus: main, unit: 1'
const NOTHING = { kept: [], restarted: [], added: [], removed: [] }
const DEPLOYED: DeployReport = {
  ...{ buses: NOTHING, devices: NOTHING, rules: NOTHING },
  continuity: { measured: 0, late: [], worstLateMs: 0 },
}
const CONFIRM_WITHIN_MS = 60_000

const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const foreign = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const verifyOurs: VerifyConfig = (signed, signature) =>
  verify('sha256', Buffer.from(canonicalJson(signed)), keys.publicKey, Buffer.from(signature, 'base64'))

describe('a configuration from the control room', () => {
  let folder: string
  let clock: HandClock
  let log: QuietLog
  let applied: LoadedGateway[]
  let refuseToApply: string | null
  let stop: AbortController
  let running: Promise<void>
  let remote: RemoteConfig
  let own: LoadedGateway

  const ownFile = (...top: readonly string[]) =>
    checkGateway({
      text: siteText({ buses: [BUS], top: [`confirmWithin: ${CONFIRM_WITHIN_MS}ms`, ...top] }),
      path: 'site.yaml',
      baseFolder: folder,
      profiles: { shipped: SHIPPED },
    })
  const content = (device = 'meter', site?: string): ConfigContent => ({
    site: site ?? siteText({ buses: [BUS], devices: [`id: ${device}, ${METER}`] }),
    profiles: [DEMO_METER],
  })
  const sent = (version: number, more: Partial<SiteConfig> = {}, key = keys.privateKey): Buffer => {
    const text = { ...content(), ...more }
    const bare: SiteConfig = {
      siteId: 'east-pit',
      version,
      ...text,
      sha256: hashOfContent(text),
      issuedAt: UtcMs.parse(1),
      by: 'somebody',
      signature: null,
      ...more,
    }
    const signature = sign('sha256', Buffer.from(canonicalJson(signedPart(bare))), key).toString('base64')
    return Buffer.from(
      JSON.stringify(SiteConfig.parse({ ...bare, signature: more.signature === null ? null : signature })),
    )
  }
  const start = async (verifying: VerifyConfig | null = verifyOurs) => {
    stop = new AbortController()
    remote = new RemoteConfig({
      ...{ own, storeFolder: join(folder, 'store'), verify: verifying, clock, real: clock, log },
      apply: (next) => {
        if (refuseToApply === next.config.devices[0]?.id) {
          return Promise.reject(new HouseError('config/unreadable', 'password of gate: cannot be read'))
        }
        applied.push(next)
        return Promise.resolve(DEPLOYED)
      },
      onReport: () => undefined,
    })
    const first = await remote.takeUp()
    running = remote.run(stop.signal)
    return first
  }
  const end = async () => {
    stop.abort()
    await running
  }
  const restart = async () => {
    await end()
    return await start()
  }
  const report = () => (remote.report === null ? null : ConfigReport.parse(JSON.parse(remote.report)))
  const told = (state: ConfigReport['state'], version: number) =>
    until(`version ${version} ${state}`, () => report()?.state === state && report()?.version === version)
  const answer = (version: number) => {
    remote.answered({ version, sha256: report()?.sha256 ?? '' })
  }
  const devices = (loaded: LoadedGateway | undefined) => loaded?.config.devices.map(({ id }) => id)

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pitwatch-remote-'))
    clock = handClock()
    log = quietLog()
    applied = []
    refuseToApply = null
    own = ownFile()
  })
  afterEach(async () => {
    await end()
    await rm(folder, { recursive: true, force: true })
  })

  it('is applied, told, and confirmed by an answer to what was told', async () => {
    expect(await start()).toBe(own)
    expect(report()).toBeNull()
    remote.take(sent(4))
    await told('applied', 4)
    expect(report()).toMatchObject({ running: 4, highest: 4, reason: null, faults: [], deploy: DEPLOYED })
    expect(applied.map(devices)).toEqual([['meter']])
    answer(4)
    await told('confirmed', 4)
    await clock.advance(10 * CONFIRM_WITHIN_MS)
    expect(report()).toMatchObject({ state: 'confirmed', running: 4 })
    expect(applied).toHaveLength(1)
  })

  it('is taken up again at the next start, from files a technician can read', async () => {
    await start()
    remote.take(sent(4))
    await told('applied', 4)
    answer(4)
    await told('confirmed', 4)
    expect(readFileSync(join(folder, 'store/config/4/site.yaml'), 'utf8')).toBe(content().site)
    expect(readFileSync(join(folder, 'store/config/4/profiles/demo/meter.yaml'), 'utf8')).toBe(DEMO_METER.yaml)
    expect(devices(await restart())).toEqual(['meter'])
    expect(report()).toMatchObject({ state: 'confirmed', version: 4, running: 4 })
  })

  it('is given up when the control room is not heard again, and not tried a second time', async () => {
    await start()
    remote.take(sent(4))
    await told('applied', 4)
    answer(4)
    await told('confirmed', 4)
    remote.take(sent(5, content('other')))
    await told('applied', 5)
    await clock.advance(CONFIRM_WITHIN_MS - 1)
    expect(report()?.state).toBe('applied')
    await clock.advance(1)
    await told('rolled-back', 5)
    expect(report()).toMatchObject({ reason: 'unreachable', running: 4, highest: 5 })
    expect(applied.map(devices)).toEqual([['meter'], ['other'], ['meter']])
    remote.take(sent(5, content('other')))
    await until('the repeat to be seen', async () => {
      await clock.advance(1)
      return true
    })
    expect(devices(await restart())).toEqual(['meter'])
    expect(report()).toMatchObject({ state: 'rolled-back', version: 5, running: 4 })
    expect(applied).toHaveLength(3)
  })

  it('gets its remaining chance after a power cut, once', async () => {
    await start()
    remote.take(sent(4))
    await told('applied', 4)
    expect(devices(await restart())).toEqual(['meter'])
    expect(report()).toMatchObject({ state: 'applied', version: 4, running: 4 })
    expect(await restart()).toBe(own)
    expect(report()).toMatchObject({ state: 'rolled-back', reason: 'unreachable', running: 0, highest: 4 })
  })

  it('can still be confirmed after a power cut', async () => {
    await start()
    remote.take(sent(4))
    await told('applied', 4)
    await restart()
    answer(4)
    await told('confirmed', 4)
    expect(devices(await restart())).toEqual(['meter'])
  })

  it.each([
    ['with a forged signature', () => sent(4, {}, foreign.privateKey), 'signature', /came another/],
    ['without a signature', () => sent(4, { signature: null }), 'signature', /came none/],
    ['of another site', () => sent(4, { siteId: 'west-pit' }), 'other-site', /east-pit, came one of west-pit/],
    ['whose text does not fit its hash', () => sent(4, { sha256: '0'.repeat(64) }), 'malformed', /hash/],
  ])('%s is refused, and uses no version up', async (_what, make, reason, fault) => {
    await start()
    remote.take(make())
    await told('refused', 4)
    expect(report()).toMatchObject({ reason, running: 0, highest: 0, faults: [expect.stringMatching(fault)] })
    expect(applied).toHaveLength(0)
    remote.take(sent(4))
    await told('applied', 4)
  })

  it('whose words were changed after it was signed is refused', async () => {
    await start()
    const changed = { ...SiteConfig.parse(JSON.parse(sent(4).toString())), by: 'somebody else' }
    remote.take(Buffer.from(JSON.stringify(changed)))
    await told('refused', 4)
    expect(report()?.reason).toBe('signature')
  })

  it('below one that was decided on is refused', async () => {
    await start()
    remote.take(sent(4))
    await told('applied', 4)
    remote.take(sent(3))
    await told('refused', 3)
    expect(report()).toMatchObject({ reason: 'old-version', running: 4, highest: 4 })
    remote.take(sent(4, content('other')))
    await told('refused', 4)
    expect(report()?.reason).toBe('old-version')
  })

  it('that is no JSON, or empty, changes nothing', async () => {
    await start()
    remote.take(Buffer.from('{'))
    await until('the refusal', () => log.lines.some(({ message }) => message === 'a configuration is refused'))
    remote.take(new Uint8Array())
    expect(report()).toBeNull()
  })

  it('with faults is refused with all of them, each with its line, and the old one goes on', async () => {
    await start()
    const site = siteText({
      buses: [BUS, 'id: main, kind: tcp, host: 127.0.0.1, port: 1503'],
      devices: [
        `id: meter, profile: demo/metre, bus: main, unit: 1`,
        `id: pump, profile: demo/meter, bus: side, unit: 2`,
      ],
      rules: ['id: r, type: high-limit, point: meter/active-power, priority: red, with: { limit: many }'],
    }).replace('store: store', 'store: elsewhere')
    remote.take(sent(4, content('meter', site)))
    await told('refused', 4)
    expect(report()).toMatchObject({ reason: 'invalid', running: 0, highest: 4 })
    const faults = report()?.faults.map((fault) => fault.replace(/: expected.*|: is the.*/, '')) ?? []
    expect(faults).toEqual([
      expect.stringMatching(/^site\.yaml:\d+:\d+: store$/),
      expect.stringMatching(/^site\.yaml:\d+:\d+: buses\[1\]\.id$/),
      expect.stringMatching(/^site\.yaml:\d+:\d+: devices\[0\]\.profile$/),
      expect.stringMatching(/^site\.yaml:\d+:\d+: devices\[1\]\.bus$/),
      expect.stringMatching(/^site\.yaml:\d+:\d+: rules\[0\]\.with\.limit$/),
    ])
    expect(applied).toHaveLength(0)
  })

  it('with faults in a profile of its own names that profile', async () => {
    await start()
    const profiles = [{ name: 'demo/meter', yaml: DEMO_METER.yaml.replace('u16', 'u17') }]
    remote.take(sent(4, { ...content(), profiles }))
    await told('refused', 4)
    expect(report()?.faults[0]).toMatch(/^demo\/meter\.yaml:\d+:/)
  })

  it.each([
    ['site.id', siteText({}).replace('id: east-pit', 'id: west-pit')],
    ['group', siteText({}).replace('group: demo', 'group: other')],
    ['store', siteText({}).replace('store: store', 'store: /tmp')],
    ['uplink', siteText({}).replace(/uplink:.*/, "uplink: { url: 'mqtt://10.0.0.1:1883' }")],
    ['remoteConfig', siteText({ top: ['remoteConfig: unsigned'] })],
    ['confirmWithin', siteText({ top: ['confirmWithin: 30d'] })],
    ['profiles', siteText({ top: ['profiles: elsewhere'] })],
  ])('may not change %s, which is the technician’s', async (key, site) => {
    await start()
    remote.take(sent(4, content('meter', site)))
    await told('refused', 4)
    expect(report()?.faults).toEqual([expect.stringContaining(`: ${key}: is the technician's`)])
  })

  it('may leave out what is the technician’s, which is then as on the gateway', async () => {
    own = ownFile('profiles: own')
    await start()
    remote.take(sent(4))
    await told('applied', 4)
    expect(applied[0]?.config).toMatchObject({ confirmWithin: CONFIRM_WITHIN_MS, profiles: 'own' })
  })

  it('can use profiles that only the gateway has', async () => {
    mkdirSync(join(folder, 'own/demo'), { recursive: true })
    writeFileSync(join(folder, 'own/demo/meter.yaml'), DEMO_METER.yaml)
    own = ownFile('profiles: own')
    await start()
    remote.take(sent(4, { ...content(), profiles: [] }))
    await told('applied', 4)
  })

  describe('with a camera', () => {
    const camera = (secret: string) =>
      siteText({
        top: [
          `cameras: [{ id: gate, profile: hikvision/isapi-camera, url: 'http://127.0.0.1:9', user: u, ${secret} }]`,
        ],
      })
    const push = async (secret: string) => {
      remote.take(sent(4, content('meter', camera(secret))))
      await until('a decision', () => report()?.state === 'refused' || report()?.state === 'applied')
      return report()?.faults.join('\n') ?? ''
    }
    beforeEach(() => {
      mkdirSync(join(folder, 'store/identity'), { recursive: true })
      for (const name of ['gate.password', 'store/identity/gateway.key']) writeFileSync(join(folder, name), 'secret')
      writeFileSync(join(folder, 'large'), 'x'.repeat(5_000))
      symlinkSync('/etc/hostname', join(folder, 'link'))
      symlinkSync(join(folder, 'store'), join(folder, 'way-in'))
    })

    it('may have its password from a file beside the gateway’s own', async () => {
      await start()
      expect(await push('passwordFile: gate.password')).toBe('')
      expect(report()?.state).toBe('applied')
    })

    it.each([
      '/etc/hostname',
      '../x',
      'link',
      '/dev/zero',
      'large',
      'store/identity/gateway.key',
      'way-in/identity/gateway.key',
    ])('may not have it from %s, which is not read', async (file) => {
      await start()
      expect(await push(`passwordFile: ${file}`)).toMatch(
        /passwordFile: expected a small file in the folder of site\.yaml/,
      )
      expect(applied).toHaveLength(0)
    })

    it('may not have it from a variable of the program, nor from the uplink’s own file', async () => {
      writeFileSync(join(folder, 'uplink.password'), 'secret')
      own = { ...own, config: { ...own.config, uplink: { ...own.config.uplink, passwordFile: 'uplink.password' } } }
      await start()
      expect(await push('passwordEnv: PATH')).toMatch(/passwordEnv: expected a variable/)
      remote.take(sent(5, content('meter', camera('passwordFile: ./uplink.password'))))
      await told('refused', 5)
      expect(report()?.faults.join()).toMatch(/passwordFile: expected a small file/)
    })

    it('may have it from wherever the gateway’s own file has one', async () => {
      own = checkGateway({
        text: camera('passwordFile: /etc/hostname'),
        ...{ path: 'site.yaml', baseFolder: folder, profiles: { shipped: SHIPPED } },
      })
      await start()
      expect(await push('passwordFile: /etc/hostname')).toBe('')
    })
  })

  it('that names another folder of profiles does not have it looked at', async () => {
    mkdirSync(join(folder, 'elsewhere'))
    writeFileSync(join(folder, 'elsewhere/secret.yaml'), 'word: hidden')
    await start()
    remote.take(sent(4, content('meter', siteText({ top: ['profiles: elsewhere'] }))))
    await told('refused', 4)
    expect(report()?.faults.join()).not.toMatch(/secret\.yaml/)
  })

  it('with the same profile twice is refused: only one could be kept', async () => {
    await start()
    remote.take(sent(4, { ...content(), profiles: [DEMO_METER, DEMO_METER] }))
    await told('refused', 4)
    expect(report()?.faults).toEqual(['demo/meter.yaml: expected each profile once, came twice'])
  })

  it('on trial is told again when another was refused meanwhile, so that it can still be confirmed', async () => {
    await start()
    remote.take(sent(4))
    await told('applied', 4)
    remote.take(sent(5, content('meter', 'site: nothing')))
    await told('refused', 5)
    await clock.advance(CONFIRM_WITHIN_MS / 8)
    await told('applied', 4)
    answer(4)
    await told('confirmed', 4)
    expect(devices(await restart())).toEqual(['meter'])
  })

  it('that cannot be applied leaves what was there', async () => {
    await start()
    refuseToApply = 'meter'
    remote.take(sent(4))
    await told('rolled-back', 4)
    expect(report()).toMatchObject({ reason: 'not-applied', running: 0, faults: ['password of gate: cannot be read'] })
    expect(await restart()).toBe(own)
  })

  it('that cannot be applied takes one on trial with it', async () => {
    await start()
    remote.take(sent(4))
    await told('applied', 4)
    refuseToApply = 'other'
    remote.take(sent(5, content('other')))
    await told('rolled-back', 5)
    await until('the own file', () => applied.length === 2)
    expect(applied.map(devices)).toEqual([['meter'], []])
  })

  it('is refused where it cannot be kept', async () => {
    mkdirSync(join(folder, 'store'), { recursive: true })
    writeFileSync(join(folder, 'store/config'), 'a file where the folder should be')
    await start()
    remote.take(sent(4))
    await told('refused', 4)
    expect(report()?.reason).toBe('not-kept')
    expect(applied).toHaveLength(0)
  })

  it('is not taken where the gateway’s own file says off', async () => {
    own = ownFile('remoteConfig: off')
    await start()
    remote.take(sent(4))
    await told('refused', 4)
    expect(report()?.reason).toBe('off')
  })

  it('needs no signature only where there is no identity and the own file says so', async () => {
    await start(null)
    remote.take(sent(4, { signature: null }))
    await told('refused', 4)
    expect(report()?.reason).toBe('signature')
    await end()
    own = ownFile('remoteConfig: unsigned')
    await start(null)
    remote.take(sent(4, { signature: null }))
    await told('applied', 4)
    await end()
    await start()
    remote.take(sent(5, { signature: null }))
    await told('refused', 5)
  })

  it('makes room for the technician who has changed the file on the gateway', async () => {
    await start()
    remote.take(sent(4))
    await told('applied', 4)
    answer(4)
    await told('confirmed', 4)
    own = ownFile('flightRecorderKB: 8')
    expect(await restart()).toBe(own)
    expect(report()).toMatchObject({ state: 'rolled-back', reason: 'file-changed', running: 0, highest: 4 })
    remote.take(sent(5, content('other')))
    await told('applied', 5)
  })

  it('that was damaged on the disk is not used: the gateway runs with its own file and says so', async () => {
    await start()
    remote.take(sent(4))
    await told('applied', 4)
    answer(4)
    await told('confirmed', 4)
    writeFileSync(join(folder, 'store/config/4/site.yaml'), content('spoilt').site)
    expect(await restart()).toBe(own)
    expect(report()).toMatchObject({ state: 'rolled-back', reason: 'not-kept', running: 0 })
    expect(log.lines.filter(({ level }) => level === 'error')).toHaveLength(1)
  })

  it('leaves a gateway whose memory of it is damaged with its own file, ready for the next', async () => {
    await start()
    remote.take(sent(4))
    await told('applied', 4)
    writeFileSync(join(folder, 'store/config/state.json'), '{"file":')
    expect(await restart()).toBe(own)
    remote.take(sent(4))
    await told('applied', 4)
  })

  it('keeps no more versions than it may go back to', async () => {
    await start()
    for (const version of [1, 2, 3]) {
      remote.take(sent(version, content(`meter-${version}`)))
      await told('applied', version)
      answer(version)
      await told('confirmed', version)
    }
    const left = [1, 2, 3].filter((version) => existsSync(join(folder, 'store/config', String(version))))
    expect(left).toEqual([3])
  })
})
