import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { stringify } from 'yaml'
import { startControl, startGateway, writeControlConfig } from '../test/support/county.ts'
import { imageOf } from '../sim/modbus/image.ts'
import { serveBus } from '../sim/modbus/bus.ts'
import { openPhone } from '../test/support/phone.ts'
import { freePort, testFolder } from '../test/support/processes.ts'
import { DeviceProfile } from '../core/contract/device-profile.ts'
import { parseYaml } from '../platform/config.ts'
import { type Bench, rounded } from './bench.ts'
import { processorSeconds, residentMB } from './tags/process.ts'

const DEVICES = 10
const POINTS = 50
/** A gateway as it runs at a site: its own process, ten meters of fifty points each second, a control room that receipts. */
export const bench: Bench = {
  name: 'footprint',
  about: 'memory and processor share of a gateway with 10 devices and 500 points at 1 s.',
  aim: { figure: 'rssMB', atMost: 120 },
  run: async ({ quick }) => {
    await using folder = await testFolder()
    await using phone = await openPhone()
    const profile = fiftyPointMeter()
    const parsed = parseYaml(profile, 'trial/meter.yaml', DeviceProfile)
    if (parsed.driver !== 'modbus') throw new TypeError('expected a Modbus profile')
    const startedAt = performance.now()
    const stations = Array.from({ length: DEVICES }, (_, index) => ({
      unit: index + 1,
      maxRegisters: 125,
      // Values move, so that nothing can be saved by sending only what changed.
      image: () => imageOf(parsed, moving(performance.now() - startedAt, index)),
    }))
    await using bus = await serveBus({ kind: 'tcp', host: '127.0.0.1', port: 0, stations })
    const brokerPort = await freePort()
    const control = await writeControlConfig({
      folder: folder.path,
      httpPort: await freePort(),
      broker: { port: brokerPort },
      phones: [phone.url],
    })
    const site = await writeSite(folder.path, { profile, busPort: bus.port, brokerPort })
    await using room = await startControl(control)
    // The very first start compiles and keeps what it compiled; a gateway in service has been started before.
    const first = await startGateway(site)
    await first.stop()
    await using gateway = await startGateway(site)
    await sleep(quick ? 8_000 : 30_000)
    const before = await processorSeconds(gateway.pid)
    const rss: number[] = []
    const seconds = quick ? 15 : 90
    for (let second = 0; second < seconds; second++) {
      await sleep(1_000)
      rss.push(await residentMB(gateway.pid))
    }
    const spent = (await processorSeconds(gateway.pid)) - before
    const health = (await fetch(`${room.facts.url}/api/health`).then((answer) => answer.json())) as object
    console.error(JSON.stringify(health))
    return {
      devices: DEVICES,
      points: DEVICES * POINTS,
      seconds,
      rssMB: rounded(Math.max(...rss)),
      cpuShare: rounded(spent / seconds, 3),
    }
  },
}

function fiftyPointMeter(): string {
  return stringify({
    profile: 'trial/meter',
    vendor: 'Trial',
    models: ['fifty points'],
    name: { 'zh-CN': '五十点试验表', en: 'fifty-point trial meter' },
    source: 'made for this benchmark',
    verified: 'unverified',
    driver: 'modbus',
    link: { baud: 9_600, parity: 'none', stopBits: 1 },
    points: Array.from({ length: POINTS }, (_, index) => ({
      point: `power-${index + 1}`,
      quantity: 'power',
      table: 'input-register',
      address: index * 2,
      type: 'f32',
      unit: 'W',
      range: [-1e6, 1e6],
    })),
    samples: [{ request: '01 04 00 00 00 02', reply: '01 04 04 00 00 00 00', expect: { 'power-1': 0 } }],
  })
}

function moving(ms: number, device: number): Record<string, number> {
  const values = Array.from({ length: POINTS }, (_, index): [string, number] => [
    `power-${index + 1}`,
    Math.round((5_000 + 3_000 * Math.sin(ms / 7_000 + index + device)) * 10) / 10,
  ])
  return Object.fromEntries(values)
}

interface SiteFacts {
  readonly profile: string
  readonly busPort: number
  readonly brokerPort: number
}

async function writeSite(folder: string, facts: SiteFacts): Promise<string> {
  await mkdir(join(folder, 'profiles', 'trial'), { recursive: true })
  await writeFile(join(folder, 'profiles', 'trial', 'meter.yaml'), facts.profile)
  const path = join(folder, 'site.yaml')
  const config = {
    group: 'county',
    site: {
      id: 'old-pit',
      name: { 'zh-CN': '试验废井', en: 'Trial old pit' },
      kind: 'licensed-mine',
      area: { 'zh-CN': '试验乡', en: 'Trial township' },
      place: { x: 40, y: 40 },
    },
    store: 'gateway',
    profiles: 'profiles',
    uplink: { url: `mqtt://127.0.0.1:${facts.brokerPort}`, user: 'old-pit', passwordFile: 'gateway.secret' },
    buses: [{ id: 'line', kind: 'tcp', host: '127.0.0.1', port: facts.busPort }],
    devices: Array.from({ length: DEVICES }, (_, index) => ({
      id: `meter-${index + 1}`,
      profile: 'trial/meter',
      bus: 'line',
      unit: index + 1,
      every: '1s',
    })),
    rules: Array.from({ length: DEVICES }, (_, index) => ({
      id: `high-${index + 1}`,
      type: 'high-limit',
      point: `meter-${index + 1}/power-1`,
      priority: 'yellow',
      with: { limit: 100_000 },
    })),
  }
  await writeFile(path, stringify(config))
  return path
}
