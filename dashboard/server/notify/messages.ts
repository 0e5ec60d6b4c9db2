import type { Notice } from '../../../core/contract/notice.ts'
import type { Priority } from '../../../core/contract/priority.ts'
import type { Language } from '../../../core/contract/text.ts'

/** Everything a message to a duty officer says, in one language. */
export interface NoticeTexts {
  readonly priority: Readonly<Record<Priority, string>>
  readonly simulated: string
  /** Put behind the title, by kind of message. */
  readonly kind: Readonly<Record<Notice['kind'], string>>
  /** The headline of something that is over, but which nobody has acknowledged. */
  returnedHeadline(headline: string): string
  title(parts: { mark: string; simulated: string; site: string; headline: string; kind: string }): string
  readonly why: string
  readonly device: string
  readonly where: string
  readonly since: string
  /** Between since when and how it stands. */
  readonly pause: string
  readonly number: string
  readonly asked: string
  readonly simulatedLine: string
  duration(ms: number): string
  ongoing(age: string): string
  returned(at: string): string
  /** What the receiver shall do; `noteNeeded` for priorities that want a reason. */
  ask(noteNeeded: boolean): string
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE

function parts(ms: number): { hours: number; minutes: number; seconds: number } {
  return {
    hours: Math.floor(ms / HOUR),
    minutes: Math.floor((ms % HOUR) / MINUTE),
    seconds: Math.floor((ms % MINUTE) / 1_000),
  }
}

const zh: NoticeTexts = {
  priority: { red: '【红】', orange: '【橙】', yellow: '【黄】', blue: '【蓝】' },
  simulated: '〔模拟〕',
  kind: { raise: '', escalation: '（一直无人确认）', returned: '' },
  returnedHeadline: (headline) => `${headline}，已恢复，待确认`,
  title: ({ mark, simulated, site, headline, kind }) => `${mark}${simulated}${site} — ${headline}${kind}`,
  why: '原因：',
  device: '设备：',
  where: '地点：',
  since: '开始：',
  pause: '，',
  number: '编号：',
  asked: '请您：',
  simulatedLine: '这是模拟站点，不是真实报警。',
  duration: (ms) => {
    const { hours, minutes, seconds } = parts(ms)
    if (hours > 0) return `${hours} 小时 ${minutes} 分`
    return minutes > 0 ? `${minutes} 分钟` : `${seconds} 秒`
  },
  ongoing: (age) => `已 ${age}，仍在持续，无人确认`,
  returned: (at) => `${at} 已恢复，无人确认`,
  ask: (noteNeeded) =>
    noteNeeded ? '核实情况，打开下面的链接确认，并写明您怎么处理（至少 4 个字）' : '核实情况，打开下面的链接确认',
}

const en: NoticeTexts = {
  priority: { red: '[RED]', orange: '[ORANGE]', yellow: '[YELLOW]', blue: '[BLUE]' },
  simulated: '[SIMULATED]',
  kind: { raise: '', escalation: ' (nobody has acknowledged yet)', returned: '' },
  returnedHeadline: (headline) => `${headline}, back to normal, not acknowledged`,
  title: ({ mark, simulated, site, headline, kind }) =>
    `${[mark, simulated, site].filter((part) => part !== '').join(' ')} — ${headline}${kind}`,
  why: 'Why: ',
  device: 'Device: ',
  where: 'Where: ',
  since: 'Since: ',
  pause: ', ',
  number: 'Number: ',
  asked: 'Please: ',
  simulatedLine: 'This is a simulated site, not a real alarm.',
  duration: (ms) => {
    const { hours, minutes, seconds } = parts(ms)
    if (hours > 0) return `${hours} h ${minutes} min`
    return minutes > 0 ? `${minutes} min` : `${seconds} s`
  },
  ongoing: (age) => `still going on after ${age}, nobody has acknowledged`,
  returned: (at) => `back to normal at ${at}, nobody has acknowledged`,
  ask: (noteNeeded) =>
    noteNeeded
      ? 'find out what is going on, open the link below to acknowledge, and write what you do about it (4 characters or more)'
      : 'find out what is going on and open the link below to acknowledge',
}

export const NOTICE_TEXTS: Readonly<Record<Language, NoticeTexts>> = { 'zh-CN': zh, en }
