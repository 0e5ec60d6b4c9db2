import { amountText, type Told } from '../wording.ts'
import type { RuleWords } from './words.ts'

function kwh(t: Told, name: string): string {
  return amountText(t.number(name), null, 'en')
}

export const energyIntegralWords: RuleWords = {
  type: 'energy-integral',
  name: { 'zh-CN': '电量与功率不符', en: 'Energy and power disagree' },
  headline: {
    usual: { 'zh-CN': () => '电量与功率不符', en: () => 'energy and power disagree' },
  },
  'zh-CN': {
    'raised-less': (t) =>
      `电量读数少计：最近 ${t.duration('windowS')}内，电量只增加 ${kwh(t, 'counted')} 千瓦时，按功率应为 ${kwh(t, 'drawn')} 千瓦时，允许相差 ${kwh(t, 'limit')} 千瓦时。没有数据的时间不计。电表可能被改动，或互感器变比有误，请查表。`,
    'raised-more': (t) =>
      `电量读数多计：最近 ${t.duration('windowS')}内，电量增加 ${kwh(t, 'counted')} 千瓦时，按功率只应为 ${kwh(t, 'drawn')} 千瓦时，允许相差 ${kwh(t, 'limit')} 千瓦时。没有数据的时间不计。功率读数可能被压低，或互感器变比有误，请查表。`,
    cleared: (t) =>
      `电量与功率已相符：${kwh(t, 'counted')} 与 ${kwh(t, 'drawn')} 千瓦时。不符持续 ${t.duration('activeS')}。仍须查表。`,
  },
  en: {
    'raised-less': (t) =>
      `The energy register counts too little: over the last ${t.duration('windowS')} it grew by only ${kwh(t, 'counted')} kWh, while the power makes ${kwh(t, 'drawn')} kWh; they may differ by ${kwh(t, 'limit')} kWh. Time without data is not counted. The meter may have been altered or its transformer ratio is wrong; check the meter.`,
    'raised-more': (t) =>
      `The energy register counts more than the power tells: over the last ${t.duration('windowS')} it grew by ${kwh(t, 'counted')} kWh, while the power makes only ${kwh(t, 'drawn')} kWh; they may differ by ${kwh(t, 'limit')} kWh. Time without data is not counted. The power may be told too low or a transformer ratio is wrong; check the meter.`,
    cleared: (t) =>
      `Energy and power agree again: ${kwh(t, 'counted')} and ${kwh(t, 'drawn')} kWh. They disagreed for ${t.duration('activeS')}. The meter still has to be checked.`,
  },
}
