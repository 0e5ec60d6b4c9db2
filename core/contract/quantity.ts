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
  apparent_power: { unit: 'VA', kind: 'number' },
  power_factor: { unit: '1', kind: 'number' },
  frequency: { unit: 'Hz', kind: 'number' },
  energy: { unit: 'kW.h', kind: 'number' },
  reactive_energy: { unit: 'kvar.h', kind: 'number' },
  distortion: { unit: '%', kind: 'number' },
  level: { unit: 'm', kind: 'number' },
  pressure: { unit: 'kPa', kind: 'number' },
  air_velocity: { unit: 'm/s', kind: 'number' },
  temperature: { unit: 'Cel', kind: 'number' },
  humidity: { unit: '%', kind: 'number' },
  fill: { unit: '%', kind: 'number' },
  loop_current: { unit: 'mA', kind: 'number' },
  gas: { unit: '%', kind: 'number' },
  rotational_speed: { unit: '/min', kind: 'number' },
  vibration_velocity: { unit: 'mm/s', kind: 'number' },
  displacement: { unit: 'um', kind: 'number' },
  flow: { unit: 'm3/h', kind: 'number' },
  duration: { unit: 's', kind: 'number' },
  ratio: { unit: '1', kind: 'number' },
  state: { unit: '1', kind: 'number' },
  count: { unit: '1', kind: 'number' },
  contact: { unit: '1', kind: 'boolean' },
  running: { unit: '1', kind: 'boolean' },
  tamper: { unit: '1', kind: 'boolean' },
  presence: { unit: '1', kind: 'boolean' },
  stream: { unit: '1', kind: 'boolean' },
  fault: { unit: '1', kind: 'boolean' },
} as const satisfies Record<string, { unit: string; kind: 'number' | 'boolean' }>

export const Quantity = z.enum(Object.keys(QUANTITIES) as [keyof typeof QUANTITIES, ...(keyof typeof QUANTITIES)[]])
export type Quantity = z.infer<typeof Quantity>

/**
 * The UCUM codes a device profile may give. `own` is the unit of the quantities that it can be converted to, by `factor`;
 * decoding does so.
 */
export const UNITS = {
  V: { own: 'V', factor: 1 },
  kV: { own: 'V', factor: 1000 },
  A: { own: 'A', factor: 1 },
  W: { own: 'W', factor: 1 },
  kW: { own: 'W', factor: 1000 },
  var: { own: 'var', factor: 1 },
  kvar: { own: 'var', factor: 1000 },
  VA: { own: 'VA', factor: 1 },
  kVA: { own: 'VA', factor: 1000 },
  Hz: { own: 'Hz', factor: 1 },
  'kW.h': { own: 'kW.h', factor: 1 },
  'W.h': { own: 'kW.h', factor: 0.001 },
  'kvar.h': { own: 'kvar.h', factor: 1 },
  'var.h': { own: 'kvar.h', factor: 0.001 },
  m: { own: 'm', factor: 1 },
  cm: { own: 'm', factor: 0.01 },
  mm: { own: 'm', factor: 0.001 },
  kPa: { own: 'kPa', factor: 1 },
  bar: { own: 'kPa', factor: 100 },
  'm/s': { own: 'm/s', factor: 1 },
  'mm/s': { own: 'mm/s', factor: 1 },
  um: { own: 'um', factor: 1 },
  Cel: { own: 'Cel', factor: 1 },
  mA: { own: 'mA', factor: 1 },
  '%': { own: '%', factor: 1 },
  ppm: { own: '%', factor: 0.0001 },
  '/min': { own: '/min', factor: 1 },
  'm3/h': { own: 'm3/h', factor: 1 },
  s: { own: 's', factor: 1 },
  min: { own: 's', factor: 60 },
  h: { own: 's', factor: 3600 },
  '1': { own: '1', factor: 1 },
} as const satisfies Record<string, { own: (typeof QUANTITIES)[Quantity]['unit']; factor: number }>

export const Unit = z.enum(Object.keys(UNITS) as [keyof typeof UNITS, ...(keyof typeof UNITS)[]])
export type Unit = z.infer<typeof Unit>
