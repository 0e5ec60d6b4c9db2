import type { Unit } from '../../core/contract/quantity.ts'

const SHOWN: Partial<Readonly<Record<Unit, string>>> = {
  'kW.h': 'kWh',
  'W.h': 'Wh',
  'kvar.h': 'kvarh',
  'var.h': 'varh',
  Cel: '°C',
  '/min': 'r/min',
  um: 'µm',
  '1': '',
}

/** A unit as it is printed beside a number. */
export function unitText(unit: Unit): string {
  return SHOWN[unit] ?? unit
}

/** A number with as many digits as are of use to a person: six significant ones, without zeros at the end. */
export function numberText(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return String(value)
  return String(Number(value.toPrecision(6)))
}
