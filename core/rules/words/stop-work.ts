import type { RuleWords } from './words.ts'
import type { Told } from '../wording.ts'
import { wattsEn, wattsZh } from './power-phrases.ts'

export const stopWorkWords: RuleWords = {
  type: 'stop-work',
  name: { 'zh-CN': '停工停电令未执行', en: 'Order to stop not obeyed' },
  headline: {
    usual: { 'zh-CN': () => '停工停电令未执行', en: () => 'order to stop work not obeyed' },
  },
  'zh-CN': {
    raised: (t) =>
      `停工停电令未执行：${t.text('by') ?? '—'} 自 ${t.clock('from')} 下令（编号 ${t.text('order') ?? '—'}），现仍用电 ${wattsZh(t, 'value')}，限值 ${wattsZh(t, 'limit')}${usualZh(t)}。已登记的排水、通风设备不计在内。本系统只核验，不切断电源，请到现场核实。`,
    cleared: (t) =>
      `用电已降到 ${wattsZh(t, 'value')}，停工停电令（编号 ${t.text('order') ?? '—'}）已落实。违令用电 ${t.duration('activeS')}，最高 ${wattsZh(t, 'peak')}。`,
    'cleared-lifted': (t) => `停工停电令已解除。此前违令用电 ${t.duration('activeS')}，最高 ${wattsZh(t, 'peak')}。`,
  },
  en: {
    raised: (t) =>
      `An order to stop is not obeyed: ${t.text('by') ?? '—'} gave it at ${t.clock('from')} (order ${t.text('order') ?? '—'}), and ${wattsEn(t, 'value')} is still drawn; the limit is ${wattsEn(t, 'limit')}${usualEn(t)}. Registered pumps and fans are not counted. Pitwatch only verifies and cuts no power; check on site.`,
    cleared: (t) =>
      `Power is down to ${wattsEn(t, 'value')}: order ${t.text('order') ?? '—'} is obeyed now. Against it power was drawn for ${t.duration('activeS')}, highest ${wattsEn(t, 'peak')}.`,
    'cleared-lifted': (t) =>
      `The order to stop was lifted. Against it power had been drawn for ${t.duration('activeS')}, highest ${wattsEn(t, 'peak')}.`,
  },
}

function usualZh(t: Told): string {
  return t.number('usual') === null ? '' : `，近 30 天通常 ${wattsZh(t, 'usual')}`
}

function usualEn(t: Told): string {
  return t.number('usual') === null ? '' : `, usual over 30 days ${wattsEn(t, 'usual')}`
}
