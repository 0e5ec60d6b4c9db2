import { type IdentityRegister, type ModbusProfile, REGISTERS_OF } from '../../core/contract/device-profile.ts'
import type { BusDevice } from '../../core/contract/site.ts'
import type { BusProfile } from '../../core/decode/device-points.ts'
import { identityRaw } from '../../core/decode/identity.ts'
import { askItem } from '../drivers/dlt645/ask-item.ts'
import { METER_NUMBER } from '../drivers/dlt645/identity.ts'
import { type LiveDeps, readTable } from './live.ts'

/** What a device tells of itself. */
export interface Who {
  /** null where it tells none. */
  readonly serial: string | null
  /** Whether its model registers hold what this model has in them. */
  readonly model: 'confirmed' | 'other' | 'unknown'
}

const METER_WITHIN_MS = 600

/** Asks a device who it is, as far as its profile says where that stands. Throws `link/down` and `link/busy`. */
export async function readWho(
  { device, profile }: { readonly device: BusDevice; readonly profile: BusProfile },
  deps: LiveDeps,
  signal: AbortSignal,
): Promise<Who> {
  return profile.driver === 'modbus' ? unitWho(device, profile, deps, signal) : meterWho(device, deps, signal)
}

async function unitWho(device: BusDevice, profile: ModbusProfile, deps: LiveDeps, signal: AbortSignal): Promise<Who> {
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

async function meterWho({ address = '' }: BusDevice, { bus }: LiveDeps, signal: AbortSignal): Promise<Who> {
  const outcome = await askItem(
    bus,
    { address, ...METER_NUMBER, purpose: 'command', withinMs: METER_WITHIN_MS },
    signal,
  )
  const digits = outcome.kind === 'data' ? Buffer.from(outcome.data.toReversed()).toString('hex') : ''
  return { serial: /^\d{12}$/.test(digits) ? digits : null, model: 'unknown' }
}
