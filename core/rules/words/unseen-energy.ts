import { amountText, type Told } from '../wording.ts'
import { wattsEn, wattsZh } from './power-phrases.ts'
import type { RuleWords } from './words.ts'

function kwh(t: Told, name: string): string {
  return amountText(t.number(name), null, 'en')
}

export const unseenEnergyWords: RuleWords = {
  type: 'unseen-energy',
  name: { 'zh-CN': '失联期间偷用电', en: 'Power used while unseen' },
  headline: {
    usual: { 'zh-CN': () => '失联期间用电异常', en: () => 'power used while nobody could see' },
  },
  'zh-CN': {
    raised: (t) =>
      `电表失联 ${t.duration('gapS')}（${t.clock('since')} 至 ${t.clock('until')}），期间电量增加 ${kwh(t, 'used')} 千瓦时，平均 ${wattsZh(t, 'power')}。这段时间通常只用 ${kwh(t, 'expected')} 千瓦时，最多 ${kwh(t, 'limit')} 千瓦时。可能有人断开通信后用电，请查看现场。`,
    cleared: (t) =>
      `此后 ${t.duration('heldS')}没有新的失联用电。上次失联期间用了 ${kwh(t, 'used')} 千瓦时，仍须查明。`,
  },
  en: {
    raised: (t) =>
      `The meter was not heard for ${t.duration('gapS')} (${t.clock('since')} to ${t.clock('until')}), and meanwhile its register grew by ${kwh(t, 'used')} kWh, ${wattsEn(t, 'power')} on average. Usual for that time is ${kwh(t, 'expected')} kWh, at most ${kwh(t, 'limit')} kWh. Somebody may have cut the line and used power behind it; look on site.`,
    cleared: (t) =>
      `Nothing more was used unseen for ${t.duration('heldS')}. In the last gap it was ${kwh(t, 'used')} kWh; that still has to be explained.`,
  },
}
