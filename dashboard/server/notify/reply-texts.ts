import type { Bilingual } from '../../../core/contract/text.ts'
import type { ReplyResult } from './reply-parse.ts'

const ARRIVED = {
  'zh-CN': ['到场', '到达', '已到', '到'],
  en: ['arrived', 'onsite', 'on site'],
} as const
const CHECK_IN = {
  'zh-CN': ['签到'],
  en: ['check in', 'checkin', 'check-in'],
} as const

/** Words an answer may begin with, in every language, in lower case and the longest first. */
export const REPLY_WORDS = {
  arrived: [...ARRIVED['zh-CN'], ...ARRIVED.en],
  checkIn: [...CHECK_IN['zh-CN'], ...CHECK_IN.en],
} as const

/** What is written down for an answer without words of its own. */
export const REPLY_NOTES = {
  sms: { 'zh-CN': '短信签收', en: 'Acknowledged by SMS' },
  voice: { 'zh-CN': '电话按键签收', en: 'Acknowledged by a key on the phone' },
  arrived: { 'zh-CN': '短信报告到场', en: 'Arrived, told by SMS' },
} as const satisfies Record<string, Bilingual>

export const RESULT_WORDS: Readonly<Record<ReplyResult, Bilingual>> = {
  confirmed: { 'zh-CN': '属实', en: 'confirmed' },
  authorised: { 'zh-CN': '经批准的作业', en: 'authorised work' },
  'known-appliance': { 'zh-CN': '已知用电设备', en: 'a known appliance' },
  'sensor-fault': { 'zh-CN': '传感器故障', en: 'a sensor at fault' },
  'nothing-found': { 'zh-CN': '未发现异常', en: 'nothing found' },
}

/** What somebody is answered by SMS. */
export const REPLY_ANSWERS = {
  acknowledged: { 'zh-CN': '{number} 已签收，谢谢。', en: '{number} is acknowledged. Thank you.' },
  taken: {
    'zh-CN': '{number} 已由{by}签收，您的签收也已记录。',
    en: '{number} was acknowledged by {by}; yours is noted too.',
  },
  again: { 'zh-CN': '{number} 您已签收过，无需再回复。', en: 'You have acknowledged {number} already.' },
  closed: { 'zh-CN': '{number} 已关闭，无需签收。', en: '{number} is closed: there is nothing to acknowledge.' },
  arrived: { 'zh-CN': '{number} 已记录您到场。', en: '{number}: your arrival is noted.' },
  'checked-in': { 'zh-CN': '已签到，谢谢。', en: 'You are checked in. Thank you.' },
  'no-shift': { 'zh-CN': '您当前没有值班，未签到。', en: 'You are not on duty now: not checked in.' },
  'spot-check': { 'zh-CN': '查岗已应答，谢谢。', en: 'The spot check is answered. Thank you.' },
  refused: { 'zh-CN': '{number} 未能签收：{why}', en: '{number} could not be acknowledged: {why}' },
  code: {
    'zh-CN': '没有发给您的这个代码。请按短信末尾的代码回复，如 Q4821。',
    en: 'No message to you has this code. Answer with the code at the end of the message, such as Q4821.',
  },
  unclear: {
    'zh-CN': '没有看懂。请回复短信末尾的代码，如 Q4821；到场回复：到 4821。',
    en: 'This was not understood. Answer with the code of the message, such as Q4821; on the spot: ARRIVED 4821.',
  },
} as const satisfies Record<string, Bilingual>

/** What the office is told of a number whose answers are not taken for an hour. */
export const LOCKED = {
  title: { 'zh-CN': '短信签收已锁定', en: 'Answers by SMS are locked' },
  text: {
    'zh-CN':
      '{name}（尾号{last}）一小时内回复了{count}次错误代码，该号码的短信签收锁定1小时。请电话联系本人，改用其他方式签收。',
    en: '{name} (number ending in {last}) answered {count} times with a wrong code within an hour: answers from that number are not taken for 1 h. Phone the person; acknowledge in another way.',
  },
} as const satisfies Record<string, Bilingual>

/** A text with its `{name}`s filled in, in both languages. */
export function filled(text: Bilingual, values: Readonly<Record<string, string>>): Bilingual {
  const fill = (one: string) => one.replaceAll(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole)
  return { 'zh-CN': fill(text['zh-CN']), en: fill(text.en) }
}
