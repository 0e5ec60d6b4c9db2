import type { Explanation } from '../contract/alarm.ts'
import { QUANTITIES, Quantity } from '../contract/quantity.ts'
import type { Language } from '../contract/text.ts'

/** The numbers and words of an explanation, taken out safely: what is missing or of another type is null. */
export interface Told {
  number(name: string): number | null
  text(name: string): string | null
  /** `12.4 kW` for the explanation's quantity. */
  amount(name: string): string
  /** Like `amount`, without its sign. */
  size(name: string): string
  /** The explanation's quantity by name, such as 功率. */
  what(): string
  /** A duration in words, of a value in seconds. */
  duration(name: string): string
  /** A clock time in the site's zone, with a word for the night. */
  clock(name: string): string
}

export interface Wording {
  readonly language: Language
  readonly zone: string
}

/** Reads an explanation for a language and a zone. */
export function tell({ values }: Explanation, { language, zone }: Wording): Told {
  const number = (name: string) => {
    const value = values[name]
    return typeof value === 'number' && Number.isFinite(value) ? value : null
  }
  const text = (name: string) => {
    const value = values[name]
    return typeof value === 'string' && value !== '' ? value : null
  }
  const quantity = Quantity.safeParse(values.quantity).data ?? null
  // Gases in traces have their limits in ppm.
  const isInPpm = quantity === 'gas' && values.unit === 'ppm'
  return {
    number,
    text,
    amount: (name) => {
      const value = number(name)
      return isInPpm && value !== null
        ? `${digits(value * 10_000)} ppm`
        : amountText(values[name] ?? null, quantity, language)
    },
    size: (name) => amountText(Math.abs(number(name) ?? NaN), quantity, language),
    what: () => QUANTITY_NAMES[language][quantity ?? 'value'],
    duration: (name) => durationText(number(name) ?? 0, language),
    clock: (name) => clockText(number(name), { language, zone }),
  }
}

/** `12.4 kW`, `0.42 m`, `228 V`; watts are shown as kilowatts from 1000 on. An unknown value is a dash. */
export function amountText(
  value: Explanation['values'][string],
  quantity: Quantity | null,
  language: Language,
): string {
  if (typeof value === 'boolean') return value ? ON[language] : OFF[language]
  if (typeof value !== 'number' || !Number.isFinite(value)) return typeof value === 'string' ? value : '—'
  const unit = quantity === null ? '' : QUANTITIES[quantity].unit
  const rounded = Math.abs(Number(digits(value)))
  if ((unit === 'W' || unit === 'var') && rounded >= 1_000) return `${digits(value / 1_000)} k${unit}`
  const shown = UNIT_SIGNS[unit] ?? unit
  return shown === '' ? digits(value) : `${digits(value)} ${shown}`
}

/** `10 秒`, `2 分 30 秒`, `1 小时 5 分钟`; `10 seconds`, `2 minutes 30 seconds`. The two greatest parts only. */
export function durationText(seconds: number, language: Language): string {
  const whole = Math.max(0, seconds < 10 ? Math.round(seconds * 10) / 10 : Math.round(seconds))
  if (whole < 60) return part(whole, 'second', language)
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return two([minutes, 'minute'], [Math.floor(whole % 60), 'second'], language)
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return two([hours, 'hour'], [minutes % 60, 'minute'], language)
  return two([Math.floor(hours / 24), 'day'], [hours % 24, 'hour'], language)
}

/** `02:14:03`, with `夜间` or `(night)` between 20:00 and 06:00 local time. */
export function clockText(utcMs: number | null, { language, zone }: Wording): string {
  if (utcMs === null) return '—'
  const clock = clockIn(zone, utcMs) ?? clockIn('UTC', utcMs) ?? '—'
  const hour = Number(clock.slice(0, 2))
  if (hour >= 6 && hour < 20) return clock
  return language === 'zh-CN' ? `夜间 ${clock}` : `${clock} (night)`
}

/** Null for a zone no calendar knows: a wrong zone must not keep an alarm from being told. */
function clockIn(zone: string, utcMs: number): string | null {
  try {
    return new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeStyle: 'medium' }).format(utcMs)
  } catch {
    return null
  }
}

type Part = 'second' | 'minute' | 'hour' | 'day'

const PARTS_ZH: Readonly<Record<Part, { alone: string; before: string }>> = {
  second: { alone: '秒', before: '秒' },
  minute: { alone: '分钟', before: '分' },
  hour: { alone: '小时', before: '小时' },
  day: { alone: '天', before: '天' },
}

function two([a, larger]: [number, Part], [b, smaller]: [number, Part], language: Language): string {
  if (b === 0) return part(a, larger, language)
  if (language === 'en') return `${part(a, larger, language)} ${part(b, smaller, language)}`
  return `${a} ${PARTS_ZH[larger].before} ${part(b, smaller, language)}`
}

function part(count: number, unit: Part, language: Language): string {
  if (language === 'zh-CN') return `${count} ${PARTS_ZH[unit].alone}`
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}

/** Three digits that matter, and every one before the point. */
function digits(value: number): string {
  const size = Math.abs(value)
  const decimals = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3
  const text = String(Number(value.toFixed(decimals)))
  return text === '-0' ? '0' : text
}

const ON: Readonly<Record<Language, string>> = { 'zh-CN': '接通', en: 'on' }
const OFF: Readonly<Record<Language, string>> = { 'zh-CN': '断开', en: 'off' }

/** Units as people write them, where that differs from UCUM. */
const UNIT_SIGNS: Readonly<Record<string, string>> = {
  '1': '',
  Cel: '°C',
  'kW.h': 'kWh',
  'kvar.h': 'kvarh',
  um: 'µm',
  '/min': 'r/min',
  'm3/h': 'm³/h',
}

const QUANTITY_NAMES: Readonly<Record<Language, Readonly<Record<Quantity | 'value', string>>>> = {
  'zh-CN': {
    voltage: '电压',
    current: '电流',
    power: '功率',
    reactive_power: '无功功率',
    power_factor: '功率因数',
    frequency: '频率',
    energy: '电量',
    reactive_energy: '无功电量',
    level: '水位',
    air_velocity: '风速',
    temperature: '温度',
    loop_current: '回路电流',
    gas: '气体浓度',
    apparent_power: '视在功率',
    distortion: '谐波畸变率',
    pressure: '压力',
    humidity: '湿度',
    fill: '存量',
    rotational_speed: '转速',
    vibration_velocity: '振动速度',
    displacement: '位移',
    flow: '流量',
    duration: '时长',
    ratio: '变比',
    state: '状态',
    count: '计数',
    contact: '触点',
    running: '运行信号',
    tamper: '防拆触点',
    presence: '人车检测',
    stream: '视频流',
    fault: '故障信号',
    value: '数值',
  },
  en: {
    voltage: 'Voltage',
    current: 'Current',
    power: 'Power',
    reactive_power: 'Reactive power',
    power_factor: 'Power factor',
    frequency: 'Frequency',
    energy: 'Energy',
    reactive_energy: 'Reactive energy',
    level: 'Level',
    air_velocity: 'Air velocity',
    temperature: 'Temperature',
    loop_current: 'Loop current',
    gas: 'Gas concentration',
    apparent_power: 'Apparent power',
    distortion: 'Harmonic distortion',
    pressure: 'Pressure',
    humidity: 'Humidity',
    fill: 'Fill',
    rotational_speed: 'Rotational speed',
    vibration_velocity: 'Vibration velocity',
    displacement: 'Displacement',
    flow: 'Flow',
    duration: 'Duration',
    ratio: 'Ratio',
    state: 'State',
    count: 'Count',
    contact: 'Contact',
    running: 'Running signal',
    tamper: 'Tamper contact',
    presence: 'Presence',
    stream: 'Video stream',
    fault: 'Fault signal',
    value: 'Value',
  },
}
