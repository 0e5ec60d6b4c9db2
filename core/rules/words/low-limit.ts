import { sinceZh, sinceEn, lower } from './phrases.ts'
import type { RuleWords } from './words.ts'

export const lowLimitWords: RuleWords = {
  type: 'low-limit',
  name: { 'zh-CN': '超下限', en: 'Below the limit' },
  headline: {
    usual: { 'zh-CN': (what) => `${what}低于下限`, en: (what) => `${what.toLowerCase()} below its limit` },
    running: { 'zh-CN': () => '设备空转', en: () => 'machine runs without load' },
  },
  'zh-CN': {
    raised: (t) => `${t.what()} ${t.amount('value')}，低于下限 ${t.amount('limit')}，${sinceZh(t)}。`,
    cleared: (t) =>
      `${t.what()}已回升到 ${t.amount('value')}，高于下限 ${t.amount('limit')}。越限持续 ${t.duration('activeS')}，最低 ${t.amount('peak')}。`,
    'raised-running': (t) =>
      `设备在转但不带负荷：${t.what()}只有 ${t.amount('value')}，运行下限 ${t.amount('limit')}，${sinceZh(t)}。水泵可能抽空，请派人检查。`,
    'cleared-running': (t) =>
      `负荷已恢复：${t.what()} ${t.amount('value')}，高于运行下限 ${t.amount('limit')}。空载持续 ${t.duration('activeS')}，最低 ${t.amount('peak')}。`,
    'cleared-stopped': (t) =>
      `设备已停机：${t.what()} ${t.amount('value')}。停机前空载 ${t.duration('activeS')}，最低 ${t.amount('peak')}。`,
  },
  en: {
    raised: (t) => `${t.what()} ${t.amount('value')}, at or below the limit of ${t.amount('limit')}, ${sinceEn(t)}.`,
    cleared: (t) =>
      `${t.what()} is back to ${t.amount('value')}, above the limit of ${t.amount('limit')}. It was below for ${t.duration('activeS')}, lowest ${t.amount('peak')}.`,
    'raised-running': (t) =>
      `Running without load: ${lower(t.what())} only ${t.amount('value')}, at least ${t.amount('limit')} expected while running, ${sinceEn(t)}. A pump may be running dry; send somebody to check.`,
    'cleared-running': (t) =>
      `The load is back: ${lower(t.what())} ${t.amount('value')}, above the running limit of ${t.amount('limit')}. It ran without load for ${t.duration('activeS')}, lowest ${t.amount('peak')}.`,
    'cleared-stopped': (t) =>
      `The machine has stopped: ${lower(t.what())} ${t.amount('value')}. It ran without load for ${t.duration('activeS')} before, lowest ${t.amount('peak')}.`,
  },
}
