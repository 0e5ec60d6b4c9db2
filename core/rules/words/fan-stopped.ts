import { demandEn, demandZh, sourceEn, sourceZh } from './law-phrases.ts'
import { sinceEn, sinceZh } from './phrases.ts'
import type { RuleWords } from './words.ts'

export const fanStoppedWords: RuleWords = {
  type: 'fan-stopped',
  name: { 'zh-CN': '主扇停风', en: 'Main fan stopped' },
  headline: {
    usual: { 'zh-CN': () => '主扇停风', en: () => 'main fan stopped' },
    act: { 'zh-CN': () => '主扇停风，备用风机未启动', en: () => 'main fan stopped and no standby fan runs' },
  },
  'zh-CN': {
    raised: (t) =>
      `主要通风机停止运转，没有风机在运行，${sinceZh(t)}。备用风机应在 ${t.duration('withinS')}内启动，否则升级报警。`,
    'raised-act': (t) =>
      `主要通风机停止已 ${t.duration('heldS')}，备用风机没有在 ${t.duration('withinS')}内启动。请停止工作、切断电源、撤出人员。${demandZh(t)}${sourceZh(t)}`,
    cleared: (t) => `主要通风机已恢复运转。停风 ${t.duration('activeS')}。`,
    'cleared-standby': (t) => `备用风机已运转，主要通风机仍停。停风 ${t.duration('activeS')}。`,
  },
  en: {
    raised: (t) =>
      `The main fan stands still and no other fan runs, ${sinceEn(t)}. A standby fan must start within ${t.duration('withinS')}, or this becomes graver.`,
    'raised-act': (t) =>
      `The main fan has stood still for ${t.duration('heldS')} and no standby fan started within ${t.duration('withinS')}. Stop work, cut the power, withdraw people.${demandEn(t)}${sourceEn(t)}`,
    cleared: (t) => `The main fan runs again. There was no ventilation for ${t.duration('activeS')}.`,
    'cleared-standby': (t) =>
      `A standby fan runs; the main fan still stands. There was no ventilation for ${t.duration('activeS')}.`,
  },
}
