import type { Told } from '../wording.ts'
import type { RuleWords } from './words.ts'

const GROUPS: Readonly<Record<string, { zh: string; en: string }>> = {
  power: { zh: '用电异常', en: 'unusual use of power' },
  pump: { zh: '排水异常', en: 'unusual pumping' },
  camera: { zh: '摄像机告警', en: 'what cameras tell' },
  comms: { zh: '监测中断', en: 'loss of watching' },
  entry: { zh: '门或封条被动', en: 'a door or seal touched' },
  air: { zh: '风流或气体异常', en: 'unusual air' },
}

function groupsOf(t: Told): string[] {
  return (t.text('groups') ?? '').split(',').filter((group) => group in GROUPS)
}

function reasonsZh(t: Told): string {
  const reasons = groupsOf(t).map((group) => `${GROUPS[group]?.zh} ${t.number(group) ?? 0}`)
  const loss = t.text('loss') === 'suspect' ? '，断联前有异动' : ''
  return reasons.length === 0 ? '多项迹象' : `${reasons.join('、')}${loss}`
}

function reasonsEn(t: Told): string {
  const reasons = groupsOf(t).map((group) => `${GROUPS[group]?.en} ${t.number(group) ?? 0}`)
  const loss = t.text('loss') === 'suspect' ? ', lost soon after something was seen' : ''
  return reasons.length === 0 ? 'several signs' : `${reasons.join(', ')}${loss}`
}

function loadZh(t: Told): string {
  return t.number('load') === null ? '' : `现用电 ${t.amount('load')}，正常不超过 ${t.amount('limit')}。`
}

function loadEn(t: Told): string {
  return t.number('load') === null ? '' : ` ${t.amount('load')} is drawn, at most ${t.amount('limit')} would be normal.`
}

/** What would have silenced it. */
function silencedZh(t: Told): string {
  const paper = t.text('permit') === 'other' ? '有作业票，但不包含这些情况' : '无有效作业票'
  const load = t.number('limit') === null ? '' : `，或用电不超过 ${t.amount('limit')}`
  return `${paper}；若有作业票写明${load}，则不报警。`
}

function silencedEn(t: Told): string {
  const paper = t.text('permit') === 'other' ? 'There is a permit, but not for this' : 'There is no permit in force'
  const load = t.number('limit') === null ? '' : ` or less than ${t.amount('limit')}`
  return `${paper}; one that covers it${load} would have kept this quiet.`
}

function checksZh(t: Told): string {
  const checks = t.text('checks')
  return checks === null ? '' : `八查第 ${checks.replaceAll(',', '、')} 项。`
}

function checksEn(t: Told): string {
  const checks = t.text('checks')
  return checks === null ? '' : ` Eight checks: ${checks.replaceAll(',', ', ')}.`
}

function scoreZh(t: Told): string {
  return `证据分 ${t.number('score') ?? '—'}，门限 ${t.number('alarm') ?? '—'}`
}

function scoreEn(t: Told): string {
  return `score ${t.number('score') ?? '—'}, alarm at ${t.number('alarm') ?? '—'}`
}

const USUAL = { 'zh-CN': () => '疑似有人作业', en: () => 'somebody may be at work' }

export const siteActivityWords: RuleWords = {
  type: 'site-activity',
  name: { 'zh-CN': '疑似作业', en: 'Suspected activity' },
  headline: { usual: USUAL },
  'zh-CN': {
    raised: (t) =>
      `${t.clock('since')} 起疑似有人作业：${reasonsZh(t)}；${scoreZh(t)}。${loadZh(t)}${silencedZh(t)}${checksZh(t)}`,
    updated: (t) => `又有新的迹象：${reasonsZh(t)}；${scoreZh(t)}。${loadZh(t)}${silencedZh(t)}${checksZh(t)}`,
    reopened: (t) =>
      `疑似作业已持续 ${t.duration('lastedS')}仍未结束：${reasonsZh(t)}；${scoreZh(t)}。${loadZh(t)}${silencedZh(t)}${checksZh(t)}`,
    cleared: (t) =>
      `已 ${t.duration('quietS')}没有新的迹象。本次自 ${t.clock('firstAt')} 起持续 ${t.duration('lastedS')}，最高证据分 ${t.number('score') ?? '—'}。请核实是谁、在做什么。`,
  },
  en: {
    raised: (t) =>
      `Somebody may be at work since ${t.clock('since')}: ${reasonsEn(t)}; ${scoreEn(t)}.${loadEn(t)} ${silencedEn(t)}${checksEn(t)}`,
    updated: (t) => `There is more to it: ${reasonsEn(t)}; ${scoreEn(t)}.${loadEn(t)} ${silencedEn(t)}${checksEn(t)}`,
    reopened: (t) =>
      `What looks like work has gone on for ${t.duration('lastedS')}: ${reasonsEn(t)}; ${scoreEn(t)}.${loadEn(t)} ${silencedEn(t)}${checksEn(t)}`,
    cleared: (t) =>
      `Nothing more was seen for ${t.duration('quietS')}. It began at ${t.clock('firstAt')} and lasted ${t.duration('lastedS')}; the highest score was ${t.number('score') ?? '—'}. Find out who it was and what they did.`,
  },
}
