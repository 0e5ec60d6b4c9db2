import type {
  IdentityRegister,
  ModbusPoint,
  ModbusProfile,
  ModbusTable,
  RegisterType,
} from '../../core/contract/device-profile.ts'
import { QUANTITIES, UNITS } from '../../core/contract/quantity.ts'

/** Values of a device's points in each quantity's own unit. `null`: the device says itself that it has no value. */
export type PointValues = Readonly<Record<string, number | boolean | null>>

/** What a device holds: raw words and bits by table and address. */
export type Image = Readonly<Record<ModbusTable, ReadonlyMap<number, number>>>

/** What an analogue point means on site: the ends of its raw unit, and the real values they stand for. */
export type Spans = Readonly<
  Record<string, { readonly from: readonly [number, number]; readonly to: readonly [number, number] }>
>

/** The serial number of a simulated device that was given none, where one fits into its registers. */
const SERIAL = { long: 24_100_001, short: 4_711 }

type Cells = Record<ModbusTable, Map<number, number>>

/**
 * The registers and bits in which a device of `profile` shows `values`. Registers of points without a value hold 0.
 * Several points may share an address (an input that means a level or a velocity); the one with a value counts. Points that
 * are some bits of a register lie in it side by side. What the device is known by is there as well.
 */
export function imageOf(profile: ModbusProfile, values: PointValues, spans: Spans = {}): Image {
  const image: Cells = {
    coil: new Map(),
    'discrete-input': new Map(),
    'holding-register': new Map(),
    'input-register': new Map(),
  }
  for (const point of profile.points) {
    const value = values[point.point]
    const raw = value === undefined ? 0 : rawOf(point, value, spans)
    if (point.bits === undefined) place(image, point, raw, value !== undefined)
    else placeBits(image[point.table], point.address, point.bits, raw)
  }
  for (const register of profile.identity?.model ?? []) place(image, register, register.is[0] ?? 0)
  const serial = profile.identity?.serial
  if (serial !== undefined)
    place(image, serial, serial.type === 'u16' || serial.type === 's16' ? SERIAL.short : SERIAL.long)
  return image
}

/** `image` as another device of the same profile has it, whose serial number is `serial`. */
export function withSerial(profile: ModbusProfile, image: Image, serial: number): Image {
  const register = profile.identity?.serial
  if (register === undefined) return image
  const other: Cells = {
    coil: new Map(image.coil),
    'discrete-input': new Map(image['discrete-input']),
    'holding-register': new Map(image['holding-register']),
    'input-register': new Map(image['input-register']),
  }
  place(other, register, serial)
  return other
}

function place(image: Cells, register: IdentityRegister, raw: number, overwrites = true): void {
  const cells = image[register.table]
  const words = highFirst(register.type, raw)
  for (const [index, word] of (register.words === 'high-first' ? words : words.toReversed()).entries()) {
    const address = register.address + index
    if (overwrites || !cells.has(address)) cells.set(address, word)
  }
}

function placeBits(
  cells: Map<number, number>,
  address: number,
  [low, high]: readonly [number, number],
  raw: number,
): void {
  const mask = ((1 << (high - low + 1)) - 1) << low
  cells.set(address, ((cells.get(address) ?? 0) & ~mask) | ((raw << low) & mask))
}

function rawOf(point: ModbusPoint, value: number | boolean | null, spans: Spans): number {
  if (value === null) return [point.sentinels[0]?.raw ?? 0].flat()[0] ?? 0
  if (typeof value === 'boolean') return Number(point.inverted ? !value : value)
  const span = spans[point.point]
  return ((span === undefined ? inUnitOf(point, value) : throughSpan(span, value)) - point.offset) / point.scale
}

function inUnitOf(point: ModbusPoint, value: number): number {
  return (value * UNITS[QUANTITIES[point.quantity].unit].factor) / UNITS[point.unit].factor
}

function throughSpan({ from, to }: Spans[string], value: number): number {
  return from[0] + ((value - to[0]) / (to[1] - to[0])) * (from[1] - from[0])
}

/** The value as 16-bit words, most significant first. Integers are rounded, and stop at what their type can hold. */
function highFirst(type: RegisterType, raw: number): readonly number[] {
  const view = new DataView(new ArrayBuffer(8))
  const whole = (low: number, high: number) => Math.min(high, Math.max(low, Math.round(raw)))
  switch (type) {
    case 'bit':
      return [raw === 0 ? 0 : 1]
    case 'u16':
      view.setUint16(0, whole(0, 0xffff))
      return words(view, 1)
    case 's16':
      view.setInt16(0, whole(-0x8000, 0x7fff))
      return words(view, 1)
    case 'u32':
      view.setUint32(0, whole(0, 0xffff_ffff))
      return words(view, 2)
    case 's32':
      view.setInt32(0, whole(-0x8000_0000, 0x7fff_ffff))
      return words(view, 2)
    case 'f32':
      view.setFloat32(0, raw)
      return words(view, 2)
    case 'u64':
      view.setBigUint64(0, BigInt(whole(0, Number.MAX_SAFE_INTEGER)))
      return words(view, 4)
    case 's64':
      view.setBigInt64(0, BigInt(whole(-Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)))
      return words(view, 4)
  }
}

function words(view: DataView, count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => view.getUint16(index * 2))
}
