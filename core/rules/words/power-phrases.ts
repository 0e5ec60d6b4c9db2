import type { Quantity } from '../../contract/quantity.ts'
import type { Language } from '../../contract/text.ts'
import { amountText, type Told } from '../wording.ts'

/** A number of another quantity than the point's own, such as `12.4 kW`. */
export function amountOf(t: Told, name: string, of: { quantity: Quantity; language: Language }): string {
  return amountText(t.number(name), of.quantity, of.language)
}

export function wattsZh(t: Told, name: string): string {
  return amountOf(t, name, { quantity: 'power', language: 'zh-CN' })
}

export function wattsEn(t: Told, name: string): string {
  return amountOf(t, name, { quantity: 'power', language: 'en' })
}

/** `12.4 %`, of a number that is a share of a hundred. */
export function percent(t: Told, name: string): string {
  return `${amountText(t.number(name), null, 'en')} %`
}

/** A number without a unit. */
export function plain(t: Told, name: string): string {
  return amountText(t.number(name), null, 'en')
}

const MACHINES: Readonly<Record<string, { zh: string; en: string }>> = {
  winch: { zh: '绞车', en: 'a winch' },
  fan: { zh: '局部通风机', en: 'a local fan' },
  compressor: { zh: '空压机', en: 'an air compressor' },
  drill: { zh: '电钻', en: 'an electric drill' },
  heater: { zh: '电暖器', en: 'a heater' },
  kettle: { zh: '电水壶或电炊具', en: 'a kettle or cooker' },
  cooling: { zh: '值班室空调', en: 'a room air conditioner' },
}

/** What a signature is called: as it is named in the site's own library, or by its id in the one that comes along. */
export function machineZh(t: Told): string {
  return t.text('machineZh') ?? MACHINES[t.text('machine') ?? '']?.zh ?? '某种设备'
}

export function machineEn(t: Told): string {
  return t.text('machineEn') ?? MACHINES[t.text('machine') ?? '']?.en ?? 'some machine'
}
