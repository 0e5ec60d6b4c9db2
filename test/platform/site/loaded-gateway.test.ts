import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isHouseError, messageOf } from '../../../core/kit/errors.ts'
import { loadGatewayConfig } from '../../../platform/site/loaded-gateway.ts'
import { DEMO_METER } from '../../gateway/runtime/sites.ts'
import { temporaryFolder } from '../../gateway/uplink/county.ts'

const GOOD = `group: demo
site:
  id: east-pit
  name: { zh-CN: 东坑, en: East pit }
  kind: closed-pit
  area: { zh-CN: 东乡, en: East township }
  place: { x: 10, y: 20 }
  simulated: true
  headline: feeder-meter/active-power
store: store
uplink:
  url: mqtt://127.0.0.1:1883
  user: east-pit
  passwordFile: secret
buses:
  - { id: main, kind: tcp, host: 127.0.0.1, port: 1502 }
devices:
  - { id: feeder-meter, profile: demo/meter, bus: main, unit: 1 }
rules:
  - { id: night-load, type: should-be-off, point: feeder-meter/active-power, priority: red, with: { above: 200 } }
`

const PROFILE = DEMO_METER.yaml

/** A meter with a serial number, a guarded counter and a guarded setting. */
const GUARDED = PROFILE.replace('demo/meter', 'demo/guarded').replace(
  'samples:',
  `  - { point: opened, name: { zh-CN: 开盖次数, en: Cover openings }, quantity: count, table: holding-register, address: 10, type: u16, unit: '1', range: [0, 65535], guard: rises, poll: slow }
  - { point: ratio, quantity: ratio, table: holding-register, address: 11, type: u16, unit: '1', range: [1, 9999], guard: changes, poll: rare }
identity: { serial: { table: holding-register, address: 100, type: u32 } }
samples:`,
)

/** A meter of DL/T 645. */
const DLT645 = `profile: demo/dlt
vendor: Demo
models: [M2]
name: { zh-CN: 电表, en: meter }
source: invented for this test
verified: unverified
driver: dlt645
link: { baud: 2400, parity: even, stopBits: 1 }
points:
  - { point: voltage, quantity: voltage, item: '02010100', bytes: 2, decimals: 1, unit: V, range: [0, 500] }
samples:
  - request: 68 01 00 14 50 02 20 68 11 04 33 34 34 35 3C 16
    reply: 68 01 00 14 50 02 20 68 91 06 33 34 34 35 38 55 4B 16
    expect: { voltage: 220.5 }
`

describe('the gateway configuration', () => {
  let folder: ReturnType<typeof temporaryFolder>
  let path: string
  const loaded = (text: string) => {
    writeFileSync(path, text)
    return loadGatewayConfig(path)
  }
  const report = (text: string): string[] => {
    try {
      loaded(text)
      return []
    } catch (error) {
      if (!isHouseError(error, 'config/invalid')) throw error
      return messageOf(error)
        .split('\n')
        .map((line) => line.replace(path, 'site.yaml'))
    }
  }

  beforeEach(() => {
    folder = temporaryFolder()
    path = join(folder.path, 'site.yaml')
    mkdirSync(join(folder.path, 'own/demo'), { recursive: true })
    writeFileSync(join(folder.path, 'own/demo/meter.yaml'), PROFILE)
    writeFileSync(join(folder.path, 'own/demo/guarded.yaml'), GUARDED)
    writeFileSync(join(folder.path, 'secret'), 'not-a-real-one\n')
  })
  afterEach(() => folder.remove())

  it('loads with its profiles and armed rules', () => {
    const { config, profiles, plan } = loaded(`profiles: own\n${GOOD}`)
    expect(config.site.id).toBe('east-pit')
    expect(profiles.has('demo/meter')).toBe(true)
    expect(profiles.has('eastron/sdm630')).toBe(true)
    expect(plan.rules.map(({ id }) => id)).toEqual([
      'night-load',
      'gateway-store-fault',
      'gateway-store-reduced',
      'gateway-clock-unsure',
    ])
  })

  it('reports every fault at once, of the schema and between the parts, with line and column', () => {
    const text = `profiles: own\n${GOOD}`
      .replace('kind: closed-pit', 'kind: closed-hole')
      .replace(
        'bus: main, unit: 1 }',
        'bus: mian, unit: 1, points: [active-powr] }\n  - { id: feeder-meter, profile: demo/metre, bus: main, unit: 300 }',
      )
      .replace('passwordFile: secret', 'passwordFile: gone')
      .replace('rules:', 'rules:\n  - { id: a, type: high-limt, point: pump-meter/current, priority: red }')
      .replace('store: store', 'stoer: store')
    const lines = report(text)
    const facts = lines.map((line) => /^site\.yaml:(\d+):\d+: ([^:]*): /.exec(line)?.slice(1).join(' '))
    expect(facts).toEqual(
      expect.arrayContaining([
        '1 store',
        '6 site.kind',
        '11 stoer',
        '15 uplink.passwordFile',
        '19 devices[0].bus',
        '19 devices[0].points[0]',
        '20 devices[1].unit',
        '22 rules[0].point',
        '22 rules[0].type',
      ]),
    )
    expect(lines.find((line) => line.includes('devices[0].bus'))).toContain('did you mean main?')
    expect(lines.find((line) => line.includes('stoer'))).toContain('did you mean store?')
  })

  it('refuses what two parts claim: an id, a unit on a bus, a serial line', () => {
    const text = `profiles: own\n${GOOD}`
      .replace(
        'buses:',
        'buses:\n  - { id: one, kind: rtu, path: /dev/ttyX }\n  - { id: two, kind: rtu, path: /dev/ttyX }',
      )
      .replace('rules:', '  - { id: feeder-meter, profile: demo/meter, bus: main, unit: 1 }\nrules:')
    const lines = report(text)
    expect(lines).toHaveLength(3)
    for (const where of ['buses[1].path', 'devices[1].id', 'devices[1].unit']) {
      expect(lines.some((line) => line.includes(`${where}: expected each only once`))).toBe(true)
    }
  })

  it('refuses one wire behind a converter as two buses, however it is reached, and a time in which nobody answers', () => {
    const buses = (kind: string, more = '') =>
      report(
        `profiles: own\n${GOOD}`.replace(
          'buses:',
          `buses:\n  - { id: one, kind: ${kind}, host: Converter, port: 4001 }\n  - { id: two, kind: rtu-over-tcp, host: converter, port: 4001${more} }`,
        ),
      )
    for (const kind of ['rtu-over-tcp', 'tcp'])
      expect(buses(kind)).toEqual([
        expect.stringContaining('buses[1].port: expected each only once, came converter:4001 again'),
      ])
    for (const timeout of ['0ms', '9ms'])
      expect(buses('rtu-over-tcp', `, timeout: ${timeout}`).join()).toContain(
        'buses[1].timeout: expected at least 10ms',
      )
    const twice = GOOD.replace('buses:', 'buses:\n  - { id: one, kind: tcp, host: 127.0.0.1, port: 1502 }')
    expect(loaded(`profiles: own\n${twice}`).config.buses).toHaveLength(2)
  })

  it('refuses a serial number that the device cannot have', () => {
    writeFileSync(join(folder.path, 'own/demo/dlt.yaml'), DLT645)
    const numbered = (serial: string) =>
      `profiles: own\n${GOOD}`.replace('demo/meter, bus: main', `demo/guarded, serial: '${serial}', bus: main`)
    expect(report(numbered('SN-12'))).toEqual([
      expect.stringContaining('devices[0].serial: expected digits: demo/guarded has a number there, came SN-12'),
    ])
    expect(loaded(numbered('0012345')).config.devices).toHaveLength(1)
    const meter = `profiles: own\n${GOOD}`
      .replace('buses:', `buses:\n  - { id: line, kind: rtu-over-tcp, host: 127.0.0.1, port: 4001 }`)
      .replace('rules:', `  - { id: m, profile: demo/dlt, bus: line, address: '202014500001', serial: '12' }\nrules:`)
    expect(report(meter)).toEqual([
      expect.stringContaining('devices[1].serial: expected the 12 digits of the meter number, came 12'),
    ])
  })

  it('guards counters and settings that must not move, and who answers, without a rule of the site’s own', () => {
    const text = `profiles: own\n${GOOD}`.replace('demo/meter, bus', 'demo/guarded, bus')
    const summary = (more: string) =>
      loaded(text.replace('rules:', `rules:${more}`)).plan.rules.map(({ id, type, point, priority }) =>
        [id, type, point, priority].join(' '),
      )
    expect(summary('')).toEqual([
      'night-load should-be-off feeder-meter/active-power red',
      'guard-feeder-meter-opened tamper feeder-meter/opened red',
      'guard-feeder-meter-ratio tamper feeder-meter/ratio red',
      'identity-feeder-meter tamper feeder-meter/identity-changed red',
      'gateway-store-fault fault gateway/store-fault orange',
      'gateway-store-reduced fault gateway/store-reduced orange',
      'gateway-clock-unsure fault gateway/clock-unsure yellow',
    ])
    const own = '\n  - { id: mine, type: tamper, point: feeder-meter/opened, priority: yellow }'
    expect(summary(own)).toContain('mine tamper feeder-meter/opened yellow')
    expect(summary(own).some((line) => line.startsWith('guard-feeder-meter-opened'))).toBe(false)
    const taken = '\n  - { id: identity-feeder-meter, type: stale, point: feeder-meter/ratio, priority: blue }'
    expect(summary(taken)).toContain('identity-feeder-meter-2 tamper feeder-meter/identity-changed red')
    const exchanged = '\n  - { id: mine, type: tamper, point: feeder-meter/identity-changed, priority: orange }'
    expect(summary(exchanged)).toHaveLength(7)
    const self = '\n  - { id: mine, type: fault, point: gateway/store-fault, priority: red }'
    expect(summary(self).filter((line) => line.includes('store-fault'))).toEqual(['mine fault gateway/store-fault red'])
  })

  it('refuses what a device cannot have: no place on its bus, a point nobody knows, a pace that runs backwards', () => {
    const device = (more: string) => `profiles: own\n${GOOD}`.replace('bus: main, unit: 1', `bus: main, ${more}`)
    const faults = (more: string) =>
      report(device(more)).map((line) => /devices\[0\]([^:]*): (.*)/.exec(line)?.slice(1).join(': '))
    expect(faults('every: 2s')).toEqual([': expected the unit id of a Modbus device (unit), came none'])
    expect(faults("unit: 1, address: '000000000001'")).toEqual([
      '.address: expected none for a Modbus device, came 000000000001',
    ])
    expect(faults('unit: 1, polls: { active-powr: slow }')).toEqual([
      expect.stringContaining('.polls.active-powr: expected a point of demo/meter that is read'),
    ])
    expect(faults('unit: 1, every: 10s, pace: { slow: 5s }')).toEqual([
      '.pace.slow: expected at least every (10000 ms), came 5000 ms',
    ])
    expect(faults('unit: 1, pace: { slow: 10s, rare: 5s }')).toEqual([
      expect.stringContaining('.pace.rare: expected at least the period of slow points'),
    ])
    expect(faults("unit: 1, serial: '5'")).toEqual([
      '.serial: expected none: demo/meter does not say where its serial number stands',
    ])
  })

  it('takes a DL/T 645 meter by its address, on a line of bytes only, and each address once a bus', () => {
    writeFileSync(join(folder.path, 'own/demo/dlt.yaml'), DLT645)
    const site = (bus: string, device: string) =>
      `profiles: own\n${GOOD}`
        .replace('buses:', `buses:\n  - { id: line, kind: rtu-over-tcp, host: 127.0.0.1, port: 4001 }`)
        .replace('rules:', `  - { id: meter, profile: demo/dlt, bus: ${bus}, ${device} }\nrules:`)
    const address = "address: '202014500001'"
    const { plan } = loaded(site('line', address))
    expect(plan.rules.map(({ id }) => id)).toContain('identity-meter')
    expect(report(site('main', address))).toEqual([
      expect.stringContaining('expected a bus of kind rtu or rtu-over-tcp'),
    ])
    expect(report(site('line', 'unit: 3'))).toEqual([
      expect.stringContaining('expected the 12-digit address'),
      expect.stringContaining('expected none for a DL/T 645 meter'),
    ])
    const twice = site('line', address).replace(
      'rules:',
      `  - { id: twin, profile: demo/dlt, bus: line, ${address} }\nrules:`,
    )
    expect(report(twice)).toEqual([expect.stringContaining('devices[2].address: expected each only once')])
  })

  it('refuses a rule or headline on a point nobody reads', () => {
    const text = `profiles: own\n${GOOD}`.replaceAll('feeder-meter/active-power', 'feeder-meter/voltage')
    expect(report(text).map((line) => /: ([^:]*): expected a point/.exec(line)?.[1])).toEqual([
      'site.headline',
      'rules[0].point',
    ])
  })

  it('reports faults of a profile beside those of the site', () => {
    writeFileSync(join(folder.path, 'own/demo/meter.yaml'), PROFILE.replace('00 05', '00 06'))
    const lines = report(`profiles: own\n${GOOD}`.replace('bus: main, unit', 'bus: none, unit'))
    expect(lines.some((line) => line.includes('meter.yaml:') && line.includes('decodes to 6'))).toBe(true)
    expect(lines.some((line) => line.includes('devices[0].bus'))).toBe(true)
  })

  it('says that a file is missing or no YAML', () => {
    expect(() => loadGatewayConfig(join(folder.path, 'none.yaml'))).toThrow(/cannot be read/)
    expect(report('a: [1\nb: }')[0]).toContain('no YAML')
    expect(report('')).not.toEqual([])
    expect(report('just a text')).not.toEqual([])
  })
})
