import { ModbusProfile, REGISTERS_OF } from '../../core/contract/device-profile.ts'
import { plausibleValues } from '../../sim/models/plausible.ts'
import { type Image, imageOf } from '../../sim/modbus/image.ts'
import { modbusProfile } from '../../sim/profiles.ts'
import type { Task } from './optimum.ts'

/** A device whose points all lie in one table: its profile, and what it really holds. */
export interface DeviceMap {
  readonly profile: ModbusProfile
  readonly image: Image
  readonly task: Task
}

/** What can be asked for on the line: two meters as shipped, and a map with gaps, some of which the device refuses. */
export const MAPS = {
  sdm630: () => meterMap('eastron/sdm630'),
  sdm120: () => meterMap('eastron/sdm120'),
  sparse: sparseMap,
} satisfies Record<string, () => DeviceMap>

export type MapName = keyof typeof MAPS

/** Registers left out before each point of the sparse map, around what is worth bridging at one rate or another. */
const GAPS = [0, 1, 5, 0, 11, 2, 19, 0, 7, 34, 12, 1, 48, 3, 14, 0, 26, 8, 62, 4, 13, 2, 41, 0, 9, 120, 6, 0, 17, 3]
/** Gaps by index with a register in them that the device refuses. */
const HOLES = [2, 6, 9, 14, 17, 20, 22]
const VALUE = 1_234
const FIRST_ADDRESS = 100

/** A shipped meter. It gives zeros between its points, as the real ones do. */
function meterMap(name: string): DeviceMap {
  const profile = modbusProfile(name)
  return mapOf(profile, imageOf(profile, plausibleValues(profile, 1)), new Set())
}

function sparseMap(): DeviceMap {
  const points: object[] = []
  const values: Record<string, number> = {}
  const illegal = new Set<number>()
  let address = FIRST_ADDRESS
  for (const [index, gap] of GAPS.entries()) {
    if (HOLES.includes(index)) illegal.add(address + (gap >> 1))
    const type = index % 3 === 0 ? 'u16' : 'u32'
    const point = `cell-${index + 1}`
    address += gap
    points.push({ point, quantity: 'count', table: 'input-register', address, type, unit: '1', range: [0, 1_000_000] })
    values[point] = VALUE + index
    address += REGISTERS_OF[type]
  }
  const profile = ModbusProfile.parse({
    profile: 'bench/sparse',
    vendor: 'Bench',
    models: ['sparse'],
    name: { 'zh-CN': '稀疏', en: 'Sparse map' },
    source: 'made up for this bench',
    verified: 'unverified',
    driver: 'modbus',
    link: { baud: 9_600, parity: 'none', stopBits: 2 },
    points,
    samples: [{ request: '01', reply: '01', expect: {} }],
  })
  return mapOf(profile, imageOf(profile, values), illegal)
}

function mapOf(profile: ModbusProfile, image: Image, illegal: ReadonlySet<number>): DeviceMap {
  const points = profile.points.map(({ address, type }) => ({ address, quantity: REGISTERS_OF[type] }))
  const cells = new Map(image['input-register'])
  const last = Math.max(...cells.keys())
  for (let cell = Math.min(...cells.keys()); cell < last; cell += 1) {
    if (!cells.has(cell) && !illegal.has(cell)) cells.set(cell, 0)
  }
  return {
    profile,
    image: { ...image, 'input-register': cells },
    task: { points, maxRegisters: profile.maxRegisters, illegal },
  }
}
