import { machineEn, machineZh, wattsEn, wattsZh } from './power-phrases.ts'
import type { RuleWords } from './words.ts'

export const signatureWords: RuleWords = {
  type: 'signature',
  name: { 'zh-CN': '设备用电特征', en: 'Signature of a machine' },
  headline: {
    usual: { 'zh-CN': () => '用电特征像矿用设备', en: () => 'power looks like a mine’s machine' },
    appliance: { 'zh-CN': () => '用电特征像生活电器', en: () => 'power looks like an appliance' },
  },
  'zh-CN': {
    raised: (t) =>
      `用电特征像${machineZh(t)}：${wattsZh(t, 'power')}，运行 ${t.duration('onS')}后停。已关闭矿井用不着这种设备。如确有此设备，请登记为已知设备。`,
    'raised-lasting': (t) =>
      `用电特征像${machineZh(t)}：${wattsZh(t, 'power')}，已连续运行 ${t.duration('onS')}。已关闭矿井用不着这种设备。如确有此设备，请登记为已知设备。`,
    'raised-appliance': (t) =>
      `用电特征像${machineZh(t)}：${wattsZh(t, 'power')}，运行 ${t.duration('onS')}。这是生活用电，降低可疑程度。`,
    cleared: (t) => `已 ${t.duration('standsS')}没有再出现这种用电特征，或已认出是另一类设备。`,
  },
  en: {
    raised: (t) =>
      `It looks like ${machineEn(t)}: ${wattsEn(t, 'power')}, on for ${t.duration('onS')} and off again. A closed pit has no use for one. If it belongs here, register it as a known load.`,
    'raised-lasting': (t) =>
      `It looks like ${machineEn(t)}: ${wattsEn(t, 'power')}, on for ${t.duration('onS')} by now. A closed pit has no use for one. If it belongs here, register it as a known load.`,
    'raised-appliance': (t) =>
      `It looks like ${machineEn(t)}: ${wattsEn(t, 'power')}, on for ${t.duration('onS')}. People live with such things; it speaks against an alarm.`,
    cleared: (t) =>
      `Nothing of the kind was seen for ${t.duration('standsS')}, or it was recognised as something of another kind.`,
  },
}
