import type { RuleWords } from './words.ts'

export const tamperWords: RuleWords = {
  type: 'tamper',
  name: { 'zh-CN': '防拆动作', en: 'Tampering' },
  headline: {
    usual: { 'zh-CN': () => '设备被动过', en: () => 'equipment tampered with' },
  },
  'zh-CN': {
    'raised-contact': (t) => `防拆触点动作，${t.clock('since')}：表盖或箱门可能被打开。请派人到现场查看。`,
    'raised-counter': (t) =>
      `开盖计数由 ${t.number('before') ?? '—'} 变为 ${t.number('counter') ?? '—'}，${t.clock('since')}：表盖或箱门被打开过。请派人到现场查看。`,
    'raised-reset': (t) =>
      `开盖计数由 ${t.number('before') ?? '—'} 退回 ${t.number('counter') ?? '—'}，${t.clock('since')}：可能换过表或被清零。请派人到现场查看。`,
    cleared: (t) => `已 ${t.duration('heldS')}没有新的开盖动作。仍须到现场核实。`,
    'raised-value': (t) =>
      `受监视的值由 ${t.number('before') ?? '—'} 变为 ${t.number('counter') ?? '—'}，${t.clock('since')}：设备可能被打开、断过电或被改动。请派人到现场查看。`,
    'cleared-value': (t) => `已 ${t.duration('heldS')}没有新的变化。仍须到现场核实。`,
    'raised-device': (t) =>
      `该地址上换成了别的设备，${t.clock('since')}：原设备可能被更换，其数据不再显示。请派人到现场查看。`,
    'cleared-device': (t) => `原设备已重新应答 ${t.duration('heldS')}。仍须到现场核实。`,
  },
  en: {
    'raised-contact': (t) =>
      `The tamper contact was triggered at ${t.clock('since')}: a meter cover or cabinet may be open. Send somebody to look.`,
    'raised-counter': (t) =>
      `The cover counter went from ${t.number('before') ?? '—'} to ${t.number('counter') ?? '—'} at ${t.clock('since')}: a cover or cabinet was opened. Send somebody to look.`,
    'raised-reset': (t) =>
      `The cover counter went back from ${t.number('before') ?? '—'} to ${t.number('counter') ?? '—'} at ${t.clock('since')}: the meter may have been exchanged or reset. Send somebody to look.`,
    cleared: (t) => `Nothing more was opened for ${t.duration('heldS')}. It still has to be checked on site.`,
    'raised-value': (t) =>
      `The watched value went from ${t.number('before') ?? '—'} to ${t.number('counter') ?? '—'} at ${t.clock('since')}: the device may have been opened, switched off or altered. Send somebody to look.`,
    'cleared-value': (t) => `Nothing more has changed for ${t.duration('heldS')}. It still has to be checked on site.`,
    'raised-device': (t) =>
      `Another device answers at this address since ${t.clock('since')}: the site’s own may have been exchanged, and its values are not shown. Send somebody to look.`,
    'cleared-device': (t) =>
      `The site’s own device has answered again for ${t.duration('heldS')}. It still has to be checked on site.`,
  },
}
