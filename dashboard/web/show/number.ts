import { QUANTITIES, type Quantity } from '../../../core/contract/quantity.ts'
import type { ReadingValue } from '../../../core/contract/reading.ts'
import type { Texts } from '../i18n/texts.ts'

interface Display {
  /** As people write it, not UCUM. */
  readonly unit: string
  /** Shown value = stored value · factor. */
  readonly factor: number
  readonly digits: number
}

/** One fixed unit and number of decimals a quantity, so that two rows always compare and digits do not dance. */
const DISPLAY: Readonly<Record<Quantity, Display>> = {
  voltage: { unit: 'V', factor: 1, digits: 1 },
  current: { unit: 'A', factor: 1, digits: 2 },
  power: { unit: 'kW', factor: 0.001, digits: 2 },
  reactive_power: { unit: 'kvar', factor: 0.001, digits: 2 },
  apparent_power: { unit: 'kVA', factor: 0.001, digits: 2 },
  power_factor: { unit: '', factor: 1, digits: 2 },
  frequency: { unit: 'Hz', factor: 1, digits: 2 },
  energy: { unit: 'kWh', factor: 1, digits: 1 },
  reactive_energy: { unit: 'kvarh', factor: 1, digits: 1 },
  distortion: { unit: '%', factor: 1, digits: 1 },
  level: { unit: 'm', factor: 1, digits: 2 },
  pressure: { unit: 'kPa', factor: 1, digits: 1 },
  air_velocity: { unit: 'm/s', factor: 1, digits: 2 },
  temperature: { unit: '°C', factor: 1, digits: 1 },
  humidity: { unit: '%', factor: 1, digits: 1 },
  fill: { unit: '%', factor: 1, digits: 0 },
  loop_current: { unit: 'mA', factor: 1, digits: 2 },
  gas: { unit: '%', factor: 1, digits: 2 },
  rotational_speed: { unit: 'r/min', factor: 1, digits: 0 },
  vibration_velocity: { unit: 'mm/s', factor: 1, digits: 2 },
  displacement: { unit: 'µm', factor: 1, digits: 0 },
  flow: { unit: 'm³/h', factor: 1, digits: 1 },
  duration: { unit: 'h', factor: 1 / 3600, digits: 1 },
  ratio: { unit: '', factor: 1, digits: 2 },
  state: { unit: '', factor: 1, digits: 0 },
  count: { unit: '', factor: 1, digits: 0 },
  contact: { unit: '', factor: 1, digits: 0 },
  running: { unit: '', factor: 1, digits: 0 },
  tamper: { unit: '', factor: 1, digits: 0 },
  presence: { unit: '', factor: 1, digits: 0 },
  stream: { unit: '', factor: 1, digits: 0 },
  fault: { unit: '', factor: 1, digits: 0 },
}

/** A value as text and its unit, both ready to be drawn. */
export interface ValueText {
  readonly text: string
  readonly unit: string
}

/** The unit a quantity is shown in; empty where it has none. */
export function unitOf(quantity: Quantity): string {
  return DISPLAY[quantity].unit
}

/** A stored number in the unit it is shown in. */
export function inShownUnit(value: number, quantity: Quantity): number {
  return value * DISPLAY[quantity].factor
}

/** True where values are words (on, off), not numbers. */
export function isSwitch(quantity: Quantity): boolean {
  return QUANTITIES[quantity].kind === 'boolean'
}

/** A number in its shown unit with the quantity's decimals; the minus is a true minus and never stands before a zero. */
export function numberText(value: number, quantity: Quantity): string {
  const text = inShownUnit(value, quantity).toFixed(DISPLAY[quantity].digits)
  return /[1-9]/.test(text) ? text.replace('-', '−') : text.replace('-', '')
}

/** A value in words of the reader: number with unit, a word for a switch, a dash for nothing. */
export function valueText(value: ReadingValue, quantity: Quantity, texts: Texts): ValueText {
  if (value === null) return { text: '—', unit: '' }
  if (typeof value === 'string') return { text: value, unit: '' }
  if (typeof value === 'number' && !isSwitch(quantity)) {
    return { text: numberText(value, quantity), unit: unitOf(quantity) }
  }
  return { text: switchText(Boolean(value), quantity, texts), unit: '' }
}

function switchText(on: boolean, quantity: Quantity, texts: Texts): string {
  const [yes, no] = texts.switches[quantity] ?? texts.switches.other
  return on ? yes : no
}
