import { sinceEn, sinceZh } from './phrases.ts'
import type { RuleWords } from './words.ts'

export const limitWords: RuleWords = {
  type: 'limit',
  name: { 'zh-CN': '越限', en: 'Beyond a limit' },
  headline: {
    usual: { 'zh-CN': (what) => `${what}越限`, en: (what) => `${what.toLowerCase()} beyond its limit` },
    act: { 'zh-CN': (what) => `${what}严重越限`, en: (what) => `${what.toLowerCase()} far beyond its limit` },
    high: { 'zh-CN': (what) => `${what}超上限`, en: (what) => `${what.toLowerCase()} above its limit` },
    low: { 'zh-CN': (what) => `${what}低于下限`, en: (what) => `${what.toLowerCase()} below its limit` },
  },
  'zh-CN': {
    'raised-high': (t) =>
      `${t.what()} ${t.amount('value')}，超上限 ${t.amount('limit')}，${sinceZh(t)}。低于 ${t.amount('restore')} 才解除。`,
    'raised-low': (t) =>
      `${t.what()} ${t.amount('value')}，低于下限 ${t.amount('limit')}，${sinceZh(t)}。高于 ${t.amount('restore')} 才解除。`,
    'raised-high-act': (t) =>
      `${t.what()}已到 ${t.amount('value')}，超过第二级上限 ${t.amount('limit')}，${sinceZh(t)}。请立即处置。`,
    'raised-low-act': (t) =>
      `${t.what()}已到 ${t.amount('value')}，低于第二级下限 ${t.amount('limit')}，${sinceZh(t)}。请立即处置。`,
    'cleared-high': (t) =>
      `${t.what()}已回落到 ${t.amount('value')}，低于 ${t.amount('restore')}。越限持续 ${t.duration('activeS')}，最高 ${t.amount('peak')}。`,
    'cleared-low': (t) =>
      `${t.what()}已回升到 ${t.amount('value')}，高于 ${t.amount('restore')}。越限持续 ${t.duration('activeS')}，最低 ${t.amount('peak')}。`,
  },
  en: {
    'raised-high': (t) =>
      `${t.what()} ${t.amount('value')}, at or above the limit of ${t.amount('limit')}, ${sinceEn(t)}. It clears below ${t.amount('restore')}.`,
    'raised-low': (t) =>
      `${t.what()} ${t.amount('value')}, at or below the limit of ${t.amount('limit')}, ${sinceEn(t)}. It clears above ${t.amount('restore')}.`,
    'raised-high-act': (t) =>
      `${t.what()} has come to ${t.amount('value')}, at or above the second limit of ${t.amount('limit')}, ${sinceEn(t)}. Act now.`,
    'raised-low-act': (t) =>
      `${t.what()} has come to ${t.amount('value')}, at or below the second limit of ${t.amount('limit')}, ${sinceEn(t)}. Act now.`,
    'cleared-high': (t) =>
      `${t.what()} is back to ${t.amount('value')}, below ${t.amount('restore')}. It was too high for ${t.duration('activeS')}, highest ${t.amount('peak')}.`,
    'cleared-low': (t) =>
      `${t.what()} is back to ${t.amount('value')}, above ${t.amount('restore')}. It was too low for ${t.duration('activeS')}, lowest ${t.amount('peak')}.`,
  },
}
