import type { Told } from '../wording.ts'
import { normalEn, normalZh, runsEn, runsZh } from './load-phrases.ts'
import type { RuleWords } from './words.ts'

export const slowEnergyWords: RuleWords = {
  type: 'slow-energy',
  name: { 'zh-CN': '用电缓慢增多', en: 'More energy than usual' },
  headline: { usual: { 'zh-CN': () => '用电缓慢增多', en: () => 'more energy than usual' } },
  'zh-CN': {
    raised: (t) =>
      `近一段时间比平时多用电 ${kwhZh(t, 'excessKwh')}，学习期得出的限值为 ${kwhZh(t, 'limitKwh')}。现用电 ${t.amount('power')}，${normalZh(t)}。${runsZh(t)}可能是取暖或制冷，也可能有小设备长时间运行。`,
    cleared: (t) => `多用的电已基本抵回：现用电 ${t.amount('power')}。本次持续 ${t.duration('activeS')}。`,
  },
  en: {
    raised: (t) =>
      `${kwhEn(t, 'excessKwh')} more than usual has been used of late; what was learned allows ${kwhEn(t, 'limitKwh')}. ${t.amount('power')} is drawn now, ${normalEn(t)}. ${runsEn(t)}It may be heating or cooling, or something small that runs for long.`,
    cleared: (t) =>
      `Most of the energy used beyond the usual has been saved again: ${t.amount('power')} is drawn now. It lasted ${t.duration('activeS')}.`,
  },
}

function kwhZh(t: Told, name: string): string {
  return `${t.number(name) ?? 0} 度`
}

function kwhEn(t: Told, name: string): string {
  return `${t.number(name) ?? 0} kWh`
}
