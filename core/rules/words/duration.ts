import type { RuleWords } from './words.ts'

export const durationWords: RuleWords = {
  type: 'duration',
  name: { 'zh-CN': '运行时间过长', en: 'On for too long' },
  headline: {
    usual: { 'zh-CN': () => '运行时间过长', en: () => 'on for too long' },
  },
  'zh-CN': {
    'raised-run': (t) =>
      `连续接通已达 ${t.duration('onS')}，最长允许 ${t.duration('maxS')}。只统计有数据的时间。关闭后报警自动恢复。`,
    'raised-day': (t) =>
      `今日累计接通已达 ${t.duration('onS')}，每日最多 ${t.duration('maxS')}。只统计有数据的时间，次日零点重新计算。`,
    'cleared-run': (t) => `已关闭，或已重新计时。本次最长连续 ${t.duration('longestS')}。`,
    'cleared-day': (t) => `已关闭，或已到新的一天。此前累计 ${t.duration('longestS')}。`,
  },
  en: {
    'raised-run': (t) =>
      `On without a break for ${t.duration('onS')}; the most allowed is ${t.duration('maxS')}. Only observed time counts. It returns when it is switched off.`,
    'raised-day': (t) =>
      `On for ${t.duration('onS')} today, all runs together; the most allowed in a day is ${t.duration('maxS')}. Only observed time counts, and counting begins anew at midnight.`,
    'cleared-run': (t) => `Switched off, or counted anew. The longest run was ${t.duration('longestS')}.`,
    'cleared-day': (t) => `Switched off, or a new day has begun. It had been on for ${t.duration('longestS')}.`,
  },
}
