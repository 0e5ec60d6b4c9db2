import type { Bilingual } from '../../../core/contract/text.ts'
import type { Memo } from '../notify/memo.ts'

/** The words of a memo. */
export type Words = Pick<Memo, 'title' | 'text' | 'short'>

/** A code that proves a contact. */
export function codeWords(code: string, minutes: number): Words {
  const text = {
    'zh-CN': `验证码 ${code}，用于确认这一联系方式能找到您，${minutes} 分钟内有效。请在值班页面输入，或念给管理员。`,
    en: `Code ${code} proves that you can be reached this way. It is good for ${minutes} minutes: type it in on the duty page, or read it to the administrator.`,
  }
  return {
    title: { 'zh-CN': '联系方式验证', en: 'Proof of a contact' },
    text,
    short: { 'zh-CN': `验证码 ${code}（${minutes} 分钟内有效）`, en: `Code ${code}, good for ${minutes} min` },
  }
}

/** The proof of a contact runs out soon. */
export function renewWords(channel: string, days: number): Words {
  const text = {
    'zh-CN': `联系方式“${channel}”的验证将在 ${days} 天后到期。请在值班页面重新发送验证码并输入。`,
    en: `The proof of your contact "${channel}" runs out in ${days} days. Send yourself a code on the duty page and type it in.`,
  }
  return { title: { 'zh-CN': '联系方式待复核', en: 'A contact to be proven again' }, text, short: text }
}

/** A spot check (查岗). */
export function spotWords(code: string): Words {
  const text = {
    'zh-CN': `查岗：请在 60 秒内答复。在值班页面点“在岗”，或输入 ${code}，或短信回复 Q${code}。`,
    en: `Spot check: answer within 60 s. Press "I am here" on the duty page, type ${code} there, or answer Q${code} by SMS.`,
  }
  const short = { 'zh-CN': `查岗：请 60 秒内回复 Q${code}`, en: `Spot check: answer Q${code} within 60 s` }
  return { title: { 'zh-CN': '查岗', en: 'Spot check' }, text, short }
}

/** Told to the leader: somebody on duty has not answered. */
export function missedWords(person: string, role: Bilingual): Words {
  const text = {
    'zh-CN': `查岗未答：${role['zh-CN']} ${person} 5 分钟内没有答复。请核实是否在岗。`,
    en: `Spot check missed: ${role.en} ${person} has not answered within 5 minutes. Find out whether they are there.`,
  }
  return { title: { 'zh-CN': '查岗未答', en: 'Spot check missed' }, text, short: text }
}

/** Told to both sides of a swap and to the leader. */
export function swapWords(first: string, second: string, is: 'asked' | 'agreed' | 'approved' | 'refused'): Words {
  const state = SWAP_STATES[is]
  const text = {
    'zh-CN': `换班：${first} 与 ${second}，${state['zh-CN']}`,
    en: `Swap of shifts: ${first} and ${second}, ${state.en}`,
  }
  return { title: { 'zh-CN': '换班', en: 'Swap of shifts' }, text, short: text }
}

const SWAP_STATES = {
  asked: { 'zh-CN': '请在值班页面答复是否同意。', en: 'please say on the duty page whether you agree.' },
  agreed: { 'zh-CN': '双方已同意，请领导批准。', en: 'both agree; a leader has to approve.' },
  approved: { 'zh-CN': '已批准，按换后的班次值班。', en: 'approved; the swapped shifts hold.' },
  refused: { 'zh-CN': '未获同意，仍按原班次值班。', en: 'refused; the shifts stay as they were.' },
} as const satisfies Record<string, Bilingual>
