import type { RuleWords } from './words.ts'

export const gatewaySilentWords: RuleWords = {
  type: 'gateway-silent',
  name: { 'zh-CN': '网关失联', en: 'Gateway silent' },
  headline: {
    usual: { 'zh-CN': () => '网关失联', en: () => 'gateway is silent' },
  },
  'zh-CN': {
    raised: (t) => `网关已 ${t.duration('silentS')}没有消息：可能断电、断网或被破坏。恢复之前，该站点失去监测。`,
    cleared: (t) => `网关已恢复通信，中断 ${t.duration('silentS')}。`,
  },
  en: {
    raised: (t) =>
      `The gateway has been silent for ${t.duration('silentS')}: power or network may be cut, or it was damaged. Until it is back, nobody is watching this site.`,
    cleared: (t) => `The gateway is back. It was silent for ${t.duration('silentS')}.`,
  },
}
