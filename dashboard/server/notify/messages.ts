import type { NoticeKind } from '../../../core/contract/notice.ts'
import type { Priority } from '../../../core/contract/priority.ts'
import type { Bilingual, Language } from '../../../core/contract/text.ts'

/** What a title is made of. */
export interface TitleParts {
  readonly mark: string
  readonly simulated: string
  readonly site: string
  readonly headline: string
  readonly kind: string
}

/** Everything a message to a duty officer says, in one language. */
export interface NoticeTexts {
  readonly priority: Readonly<Record<Priority, string>>
  readonly simulated: string
  /** Put behind the title, by kind of message. */
  readonly kind: Readonly<Record<NoticeKind, string>>
  /** The headline of something that is over, but which nobody has acknowledged. */
  returnedHeadline(headline: string): string
  title(parts: TitleParts): string
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
  /** What a group shall do, in which everybody signs in as themselves. */
  readonly askGroup: string
  /** The same by an answer to an SMS. */
  askBySms(code: string): string
  /** How to answer in a short message. */
  replyShort(code: string): string
  /** Who has it: for those who were told. */
  takenBy(name: string): string
  readonly withdrawn: string
  readonly handedOver: string
  /** Title of one message about several alarms. */
  digestTitle(mark: string, count: number): string
  digestShort(mark: string, count: number): string
  /** Under the lines of a digest. */
  readonly digestFoot: string
  /** Where more alarms are told than named. */
  more(count: number): string
  readonly separator: string
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
  kind: {
    raise: '',
    again: '（再次发生）',
    escalation: '（一直无人确认）',
    're-alarm': '（确认后仍在持续）',
    'after-suppression': '（解除抑制）',
    returned: '',
    acknowledged: '（已有人签收）',
    'handed-over': '（已移交）',
    late: '（补报）',
  },
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
  askGroup: '核实情况，登录后在下面的页面确认',
  askBySms: (code) => `也可短信回复 Q${code} 加处理说明`,
  replyShort: (code) => `回复 Q${code} 签收`,
  takenBy: (name) => `已由${name}确认，您无须再处理`,
  withdrawn: '此报警已撤销，您无须再处理',
  handedOver: '您已交班，此报警已移交当班人员',
  digestTitle: (mark, count) => `${mark}${count} 条报警汇总`,
  digestShort: (mark, count) => `${mark}共 ${count} 条：`,
  digestFoot: '请在值班台逐条核实、确认。',
  more: (count) => `……另有 ${count} 条`,
  separator: '；',
}

const en: NoticeTexts = {
  priority: { red: '[RED]', orange: '[ORANGE]', yellow: '[YELLOW]', blue: '[BLUE]' },
  simulated: '[SIMULATED]',
  kind: {
    raise: '',
    again: ' (again)',
    escalation: ' (nobody has acknowledged yet)',
    're-alarm': ' (acknowledged, still going on)',
    'after-suppression': ' (no longer suppressed)',
    returned: '',
    acknowledged: ' (somebody has it)',
    'handed-over': ' (handed over)',
    late: ' (reported late)',
  },
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
  askGroup: 'find out what is going on, sign in on the page below and acknowledge there',
  askBySms: (code) => `or answer this number with Q${code} and what you do about it`,
  replyShort: (code) => `Reply Q${code} to acknowledge`,
  takenBy: (name) => `Acknowledged by ${name}: nothing more to do for you`,
  withdrawn: 'This alarm was withdrawn: nothing more to do for you',
  handedOver: 'Your shift is over: the crew on duty has this alarm now',
  digestTitle: (mark, count) => `${mark} ${count} alarms in one message`,
  digestShort: (mark, count) => `${mark} ${count} alarms: `,
  digestFoot: 'Please look at each at the desk and acknowledge it.',
  more: (count) => `… and ${count} more`,
  separator: '; ',
}

export const NOTICE_TEXTS: Readonly<Record<Language, NoticeTexts>> = { 'zh-CN': zh, en }

/** What the leader hears when there are more alarms than people can handle, and when that is over. */
export const STORM_TEXTS = {
  title: { 'zh-CN': '报警风暴', en: 'Alarm storm' },
  text: (raised: number): Bilingual => ({
    'zh-CN': `10 分钟内新报警超过 ${raised} 条，值班台已转为分组显示。红色报警照常逐条呼叫，其余合并发送。请到岗指挥。`,
    en: `More than ${raised} new alarms in 10 minutes. The desk groups them; red alarms are called one by one as always, all others go out in digests. Please take the lead.`,
  }),
  short: (raised: number): Bilingual => ({
    'zh-CN': `【风暴】10 分钟内新报警超过 ${raised} 条，请到岗指挥`,
    en: `[STORM] More than ${raised} new alarms in 10 minutes. Please take the lead`,
  }),
} as const
