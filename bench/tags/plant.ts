import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'

/** One device: half of its points are 32-bit floats, half scaled 16-bit integers, as real maps mix them. */
export const POINTS_PER_DEVICE = 1_000
export const FLOATS = POINTS_PER_DEVICE / 2
/** Poll period of every device, and the time after which every register holds something else, ms. */
export const PERIOD_MS = 1_000
/** Values come round again after this many periods. */
export const PHASES = 8

export const GROUP = 'county'
export const SITE = 'old-pit'
const PROFILE = 'trial/large'
const SCALE = 0.1

/** The float that register pair `index` of a device holds in a phase, with all the digits a measured value has. */
export function floatAt(device: number, index: number, phase: number): number {
  return Math.fround(5_000 + 3_000 * Math.sin(device * 1.7 + index * 0.37 + phase * 2.1))
}

/** The raw integer that register `index` of a device holds in a phase. */
export function integerAt(device: number, index: number, phase: number): number {
  return Math.round(20_000 * Math.sin(device * 2.3 + index * 0.53 + phase * 1.9))
}

/** The phase of a moment of wall time. */
export function phaseAt(ms: number): number {
  return Math.floor(ms / PERIOD_MS) % PHASES
}

/** Whether `value` is what the point held in the phase, after decoding. */
export function isValueOf(value: unknown, { device, point, phase }: { device: number; point: number; phase: number }) {
  if (typeof value !== 'number') return false
  if (point < FLOATS) return Math.fround(value) === floatAt(device, point, phase)
  return Math.abs(value / SCALE - integerAt(device, point - FLOATS, phase)) < 0.01
}

export interface PlantFacts {
  readonly folder: string
  /** The TCP port of each device. */
  readonly ports: readonly number[]
  readonly brokerUrl: string
}

/** Writes a site of one device a port, and a rule for each device; answers the path of its configuration. */
export async function writePlant({ folder, ports, brokerUrl }: PlantFacts): Promise<string> {
  await mkdir(join(folder, 'profiles', 'trial'), { recursive: true })
  await writeFile(join(folder, 'profiles', 'trial', 'large.yaml'), stringify(largeDevice()))
  const path = join(folder, 'site.yaml')
  const config = {
    group: GROUP,
    site: {
      id: SITE,
      name: { 'zh-CN': '试验废井', en: 'Trial old pit' },
      kind: 'licensed-mine',
      area: { 'zh-CN': '试验乡', en: 'Trial township' },
      place: { x: 40, y: 40 },
    },
    store: 'gateway',
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
    rules: ports.map((_, device) => ({
      id: `high-${device}`,
      type: 'high-limit',
      point: `device-${device}/point-0`,
      priority: 'yellow',
      with: { limit: 100_000 },
    })),
  }
  await writeFile(path, stringify(config))
  return path
}

function largeDevice(): object {
  const floats = Array.from({ length: FLOATS }, (_, index) => ({
    point: `point-${index}`,
    quantity: 'power',
    table: 'input-register',
    address: index * 2,
    type: 'f32',
    unit: 'W',
    range: [-1e6, 1e6],
  }))
  const integers = Array.from({ length: POINTS_PER_DEVICE - FLOATS }, (_, index) => ({
    point: `point-${FLOATS + index}`,
    quantity: 'temperature',
    table: 'holding-register',
    address: index,
    type: 's16',
    scale: SCALE,
    unit: 'Cel',
    range: [-1e6, 1e6],
  }))
  return {
    profile: PROFILE,
    vendor: 'Trial',
    models: ['a thousand points'],
    name: { 'zh-CN': '千点试验设备', en: 'thousand-point trial device' },
    source: 'made for this benchmark',
    verified: 'unverified',
    driver: 'modbus',
    link: { baud: 9_600, parity: 'none', stopBits: 1 },
    points: [...floats, ...integers],
    samples: [{ request: '01 04 00 00 00 02', reply: '01 04 04 00 00 00 00', expect: { 'point-0': 0 } }],
  }
}
