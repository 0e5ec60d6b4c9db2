import { sinceEn, sinceZh } from './phrases.ts'
import type { RuleWords } from './words.ts'

export const entryWords: RuleWords = {
  type: 'entry',
  name: { 'zh-CN': '无票开门', en: 'Opened without a permit' },
  headline: {
    usual: { 'zh-CN': () => '门被打开', en: () => 'door opened' },
    door: { 'zh-CN': () => '门被打开', en: () => 'door opened' },
    hatch: { 'zh-CN': () => '井盖被打开', en: () => 'hatch opened' },
    seal: { 'zh-CN': () => '封条断开', en: () => 'seal broken' },
    cabinet: { 'zh-CN': () => '箱门被打开', en: () => 'cabinet opened' },
  },
  'zh-CN': {
    'raised-door': (t) => `门被打开，${sinceZh(t)}，无有效作业票。`,
    'raised-hatch': (t) => `井口盖板被打开，${sinceZh(t)}，无有效作业票。`,
    'raised-seal': (t) => `封条线断开，${sinceZh(t)}，无有效作业票：封闭可能被破坏。`,
    'raised-cabinet': (t) => `箱门被打开，${sinceZh(t)}，无有效作业票。`,
    'cleared-door': (t) => `门已关闭 ${t.duration('heldS')}，此前打开 ${t.duration('activeS')}。仍须核实是谁打开的。`,
    'cleared-hatch': (t) =>
      `井口盖板已盖好 ${t.duration('heldS')}，此前打开 ${t.duration('activeS')}。仍须到现场核实。`,
    'cleared-seal': (t) => `封条线已接通 ${t.duration('heldS')}，此前断开 ${t.duration('activeS')}。仍须到现场核实。`,
    'cleared-cabinet': (t) => `箱门已关闭 ${t.duration('heldS')}，此前打开 ${t.duration('activeS')}。仍须到现场核实。`,
  },
  en: {
    'raised-door': (t) => `The door is open ${sinceEn(t)}, and there is no permit in force.`,
    'raised-hatch': (t) => `The hatch of the shaft is open ${sinceEn(t)}, and there is no permit in force.`,
    'raised-seal': (t) =>
      `The seal wire is broken ${sinceEn(t)}, and there is no permit in force: the seal may be damaged.`,
    'raised-cabinet': (t) => `The cabinet is open ${sinceEn(t)}, and there is no permit in force.`,
    'cleared-door': (t) =>
      `The door has been closed for ${t.duration('heldS')}; it was open for ${t.duration('activeS')}. Find out who opened it.`,
    'cleared-hatch': (t) =>
      `The hatch has been closed for ${t.duration('heldS')}; it was open for ${t.duration('activeS')}. It still has to be checked on site.`,
    'cleared-seal': (t) =>
      `The seal wire has been whole for ${t.duration('heldS')}; it was broken for ${t.duration('activeS')}. It still has to be checked on site.`,
    'cleared-cabinet': (t) =>
      `The cabinet has been closed for ${t.duration('heldS')}; it was open for ${t.duration('activeS')}. It still has to be checked on site.`,
  },
}
