import { type IdentityRegister, type ModbusProfile, REGISTERS_OF } from '../../core/contract/device-profile.ts'
import type { BusDevice } from '../../core/contract/site.ts'
import type { BusProfile } from '../../core/decode/device-points.ts'
import { identityRaw } from '../../core/decode/identity.ts'
import { askItem } from '../drivers/dlt645/ask-item.ts'
import { METER_NUMBER } from '../drivers/dlt645/identity.ts'
import { type LiveDeps, type LivePoint, readLive, readTable } from './live.ts'
import type { ReadPoint, SheetDevice } from './sheet.ts'

/** A device as it was read for a sheet, before anything is compared. */
export type ReadDevice = Omit<SheetDevice, 'points'> & { readonly points: readonly ReadPoint[] }

interface Who {
  readonly serial: string | null
  readonly model: SheetDevice['model']
}

const METER_WITHIN_MS = 600

/**
 * Reads everything of a device that goes on a sheet: who it is, and each of its points once. `onPart` is told how many of
 * its points are read. Throws `link/down` and `link/busy`.
 */
export async function readForSheet(
  { device, profile }: { readonly device: BusDevice; readonly profile: BusProfile },
  deps: LiveDeps & { readonly onPart: (points: number) => void },
  signal: AbortSignal,
): Promise<ReadDevice> {
  const who =
    profile.driver === 'modbus' ? await whoIs(device, profile, deps, signal) : await meterNumber(device, deps, signal)
  const points: ReadPoint[] = []
  for await (const some of readLive({ device, profile }, { ...deps, points: null }, signal)) {
    points.push(...some.map(readPoint))
    deps.onPart(points.length)
  }
  return {
    id: device.id,
    name: device.name ?? profile.name,
    profile: profile.profile,
    models: profile.models,
    bus: device.bus,
    address: device.address ?? String(device.unit ?? ''),
    expectedSerial: device.serial ?? null,
    ...who,
    points,
  }
}

function readPoint({ point, name, quantity, decoded, at, raw }: LivePoint): ReadPoint {
  const { value, quality, reason } = decoded
  return { point, name, quantity, value, quality, reason, at, raw }
}

async function whoIs(device: BusDevice, profile: ModbusProfile, deps: LiveDeps, signal: AbortSignal): Promise<Who> {
  const { model = [], serial } = profile.identity ?? {}
  const found: boolean[] = []
  for (const { is, ...register } of model) {
    const raw = await registerRaw(device, register, deps, signal)
    if (raw !== null) found.push(is.includes(raw))
  }
  const number = serial === undefined ? null : await registerRaw(device, serial, deps, signal)
  return {
    serial: number === null ? null : String(number),
    model: found.length === 0 ? 'unknown' : found.includes(false) ? 'other' : 'confirmed',
  }
}

async function registerRaw(
  { unit = 1 }: BusDevice,
  register: IdentityRegister,
  deps: LiveDeps,
  signal: AbortSignal,
): Promise<number | null> {
  const { table, address, type } = register
  const { answer } = await readTable({ unit, table, address, quantity: REGISTERS_OF[type] }, deps, signal)
  if (answer === null || answer.kind === 'exception') return null
  const raw = identityRaw(register, answer)
  return Number.isFinite(raw) ? raw : null
}

async function meterNumber({ address = '' }: BusDevice, { bus }: LiveDeps, signal: AbortSignal): Promise<Who> {
  const outcome = await askItem(
    bus,
    { address, ...METER_NUMBER, purpose: 'command', withinMs: METER_WITHIN_MS },
    signal,
  )
  const digits = outcome.kind === 'data' ? Buffer.from(outcome.data.toReversed()).toString('hex') : ''
  return { serial: /^\d{12}$/.test(digits) ? digits : null, model: 'unknown' }
}
