import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { ModbusProfile } from '../../core/contract/device-profile.ts'
import { type Listener } from '../../sim/listen.ts'
import { serveBus } from '../../sim/modbus/bus.ts'
import { imageOf } from '../../sim/modbus/image.ts'
import { DEVICES, KINDS, PERIOD_MS, POINTS_PER_DEVICE, roundAt, valueAt } from './readings.ts'

export const GROUP = 'county'
export const SITE = 'old-pit'
const PROFILE = 'trial/hundred'

/** The alarm that is raised in the outage: a level that is reached once, in the round the bench chooses. */
export const ALARM_POINT = 'device-0/point-5'
export const ALARM_RULE = 'power-at-night'
export const ALARM_VALUE = 90_000

const PROFILE_VALUE = {
  profile: PROFILE,
  vendor: 'Trial',
  models: ['a hundred points'],
  name: { 'zh-CN': '百点试验设备', en: 'hundred-point trial device' },
  source: 'made for this benchmark',
  verified: 'unverified',
  driver: 'modbus',
  link: { baud: 9_600, parity: 'none', stopBits: 1 },
  points: Array.from({ length: POINTS_PER_DEVICE }, (_, index) => ({
    point: `point-${index}`,
    quantity: KINDS[index % KINDS.length]?.quantity,
    table: 'input-register',
    address: index * 2,
    type: 'f32',
    unit: KINDS[index % KINDS.length]?.unit,
    range: [-1e6, 1e6],
  })),
  samples: [{ request: '01 04 00 00 00 02', reply: '01 04 04 00 00 00 00', expect: { 'point-0': 0 } }],
} as const

export interface PlantFacts {
  readonly folder: string
  /** Where the gateway's store lies. */
  readonly store: string
  /** The TCP port of each device. */
  readonly ports: readonly number[]
  readonly brokerUrl: string
}

/** Writes the site's configuration with its profile; answers its path. */
export async function writePlant({ folder, store, ports, brokerUrl }: PlantFacts): Promise<string> {
  await mkdir(join(folder, 'profiles', 'trial'), { recursive: true })
  await writeFile(join(folder, 'profiles', 'trial', 'hundred.yaml'), stringify(PROFILE_VALUE))
  const path = join(folder, 'site.yaml')
  const config = {
    group: GROUP,
    site: {
      id: SITE,
      name: { 'zh-CN': '试验废井', en: 'Trial old pit' },
      kind: 'closed-pit',
      area: { 'zh-CN': '试验乡', en: 'Trial township' },
      place: { x: 40, y: 40 },
    },
    store,
    profiles: 'profiles',
    uplink: { url: brokerUrl },
    buses: ports.map((port, device) => ({ id: `line-${device}`, kind: 'tcp', host: '127.0.0.1', port })),
    devices: ports.map((_, device) => ({
      id: `device-${device}`,
      profile: PROFILE,
      bus: `line-${device}`,
      unit: 1,
      every: `${PERIOD_MS}ms`,
    })),
    rules: [
      { id: ALARM_RULE, type: 'high-limit', point: ALARM_POINT, priority: 'red', with: { limit: ALARM_VALUE / 2 } },
    ],
  }
  await writeFile(path, stringify(config))
  return path
}

/** The devices themselves, over Modbus TCP, simulated. */
export async function servePlant(): Promise<AsyncDisposable & { readonly ports: readonly number[] }> {
  const stack = new AsyncDisposableStack()
  const profile = ModbusProfile.parse(PROFILE_VALUE)
  const ports: number[] = []
  for (let device = 0; device < DEVICES; device += 1) {
    const memory = { round: -1, image: imageOf(profile, {}) }
    const image = () => {
      const round = roundAt(Date.now() % 864_000_000)
      if (round !== memory.round) {
        const values: Record<string, number> = {}
        for (let index = 0; index < POINTS_PER_DEVICE; index += 1) {
          values[`point-${index}`] = valueAt(device * POINTS_PER_DEVICE + index, round)
        }
        Object.assign(memory, { round, image: imageOf(profile, values) })
      }
      return memory.image
    }
    const bus: Listener = await serveBus({
      ...{ kind: 'tcp', host: '127.0.0.1', port: 0 },
      stations: [{ unit: 1, maxRegisters: profile.maxRegisters, image }],
    })
    stack.defer(() => bus.close())
    ports.push(bus.port)
  }
  return { ports, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}
