import { z } from 'zod'

/**
 * What a point measures, and the one UCUM unit its values are stored in.
 * A quantity is also the InfluxDB measurement, so a measurement never mixes units or types.
 */
export const QUANTITIES = {
  voltage: { unit: 'V', kind: 'number' },
  current: { unit: 'A', kind: 'number' },
  power: { unit: 'W', kind: 'number' },
  reactive_power: { unit: 'var', kind: 'number' },
  power_factor: { unit: '1', kind: 'number' },
  frequency: { unit: 'Hz', kind: 'number' },
  energy: { unit: 'kW.h', kind: 'number' },
  level: { unit: 'm', kind: 'number' },
  air_velocity: { unit: 'm/s', kind: 'number' },
  temperature: { unit: 'Cel', kind: 'number' },
  loop_current: { unit: 'mA', kind: 'number' },
  gas: { unit: '%', kind: 'number' },
  count: { unit: '1', kind: 'number' },
  contact: { unit: '1', kind: 'boolean' },
  running: { unit: '1', kind: 'boolean' },
  tamper: { unit: '1', kind: 'boolean' },
  presence: { unit: '1', kind: 'boolean' },
  stream: { unit: '1', kind: 'boolean' },
} as const satisfies Record<string, { unit: string; kind: 'number' | 'boolean' }>

export const Quantity = z.enum(Object.keys(QUANTITIES) as [keyof typeof QUANTITIES, ...(keyof typeof QUANTITIES)[]])
export type Quantity = z.infer<typeof Quantity>

/** The UCUM codes a device profile may give; decoding converts to the quantity's own unit. */
export const UNITS = {
  V: { quantity: 'voltage', factor: 1 },
  kV: { quantity: 'voltage', factor: 1000 },
  A: { quantity: 'current', factor: 1 },
  W: { quantity: 'power', factor: 1 },
  kW: { quantity: 'power', factor: 1000 },
  var: { quantity: 'reactive_power', factor: 1 },
  kvar: { quantity: 'reactive_power', factor: 1000 },
  Hz: { quantity: 'frequency', factor: 1 },
  'kW.h': { quantity: 'energy', factor: 1 },
  'W.h': { quantity: 'energy', factor: 0.001 },
  m: { quantity: 'level', factor: 1 },
  cm: { quantity: 'level', factor: 0.01 },
  mm: { quantity: 'level', factor: 0.001 },
  'm/s': { quantity: 'air_velocity', factor: 1 },
  Cel: { quantity: 'temperature', factor: 1 },
  mA: { quantity: 'loop_current', factor: 1 },
  '%': { quantity: 'gas', factor: 1 },
  '1': { quantity: null, factor: 1 },
} as const satisfies Record<string, { quantity: Quantity | null; factor: number }>

export const Unit = z.enum(Object.keys(UNITS) as [keyof typeof UNITS, ...(keyof typeof UNITS)[]])
export type Unit = z.infer<typeof Unit>
