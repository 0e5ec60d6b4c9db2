import type { Language } from '../../contract/text.ts'
import type { StampId, StampMissing, Verdict, VerdictKind, VerdictReason } from '../../contract/proof.ts'

/** What the ten time stamps are called. */
export const STAMP_NAMES: Readonly<Record<Language, Readonly<Record<StampId, string>>>> = {
  'zh-CN': {
    ...{ T0: '事件发生', T1: '现场采样', T2: '网关落盘', T3: '中心入库', T4: '首次发出' },
    ...{ T5: '通道受理', T6: '送达', T7: '已看到', T8: '签收确认', T9: '核查上报' },
  },
  en: {
    ...{ T0: 'happened', T1: 'sampled', T2: 'stored', T3: 'committed', T4: 'first sent' },
    ...{ T5: 'accepted', T6: 'delivered', T7: 'seen', T8: 'acknowledged', T9: 'verified' },
  },
}

/** Why a time stamp is not there. */
export const MISSING_WORDS: Readonly<Record<Language, Readonly<Record<StampMissing, string>>>> = {
  'zh-CN': {
    'gateway-cannot-say': '网关版本不提供',
    'nobody-called': '无人被呼叫',
    'none-sent': '尚未发出',
    'none-accepted': '无通道受理',
    'no-receipts': '通道无回执',
    'none-delivered': '未收到回执',
    'none-seen': '无人看到',
    'nobody-acknowledged': '无人签收',
    'nothing-found': '无核查或上报',
  },
  en: {
    'gateway-cannot-say': 'not told by the gateway',
    'nobody-called': 'nobody was called',
    'none-sent': 'none sent yet',
    'none-accepted': 'no provider took one',
    'no-receipts': 'channel gives no receipts',
    'none-delivered': 'no receipt came',
    'none-seen': 'nobody has seen it',
    'nobody-acknowledged': 'nobody has',
    'nothing-found': 'nothing found or reported',
  },
}

/** What the verdicts are called. */
export const VERDICT_NAMES: Readonly<Record<Language, Readonly<Record<VerdictKind, string>>>> = {
  'zh-CN': { late: '迟报', omitted: '漏报', false: '谎报', concealed: '瞒报' },
  en: { late: 'late report', omitted: 'omitted report', false: 'false report', concealed: 'concealment' },
}

/** How a verdict stands. */
export const VERDICT_STATES: Readonly<Record<Language, Readonly<Record<Verdict['is'], string>>>> = {
  'zh-CN': { clear: '无', running: '时限未到', found: '认定', suspected: '疑似' },
  en: { clear: 'none', running: 'time limit running', found: 'found', suspected: 'suspected' },
}

/** A duration of 0 ms or more in words, such as 3 分 20 秒: the two greatest parts. */
export function durationWords(ms: number, language: Language): string {
  const units = UNITS[language]
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 10_000) return `${Math.round(ms / 100) / 10} ${units[3] ?? ''}`
  const seconds = Math.round(ms / 1_000)
  const parts = [86_400, 3_600, 60, 1].map((size, index, sizes) => {
    const larger = sizes[index - 1]
    return Math.floor((larger === undefined ? seconds : seconds % larger) / size)
  })
  const first = parts.findIndex((count) => count > 0)
  return [first, first + 1]
    .flatMap((index) => {
      const count = parts[index] ?? 0
      return count === 0 ? [] : [`${count} ${units[index] ?? ''}`]
    })
    .join(' ')
}

const UNITS: Readonly<Record<Language, readonly string[]>> = {
  'zh-CN': ['天', '小时', '分', '秒'],
  en: ['d', 'h', 'min', 's'],
}

type Say = (values: VerdictReason['values']) => string

const REASONS: Readonly<Record<Language, Readonly<Record<VerdictReason['key'], Say>>>> = {
  'zh-CN': {
    'sla-exceeded': ({ ends, overMs }) =>
      `${wordOf(ENDS['zh-CN'], ends)}超时 ${durationWords(Number(overMs), 'zh-CN')}`,
    'not-reported': () => '应上报而至时限届满未上报',
    'gap-not-filled': ({ readings }) => `该时段有 ${text(readings)} 个网关读数至今未补齐`,
    'sensor-says-otherwise': ({ said, rule }) => `结论“${wordOf(SAID['zh-CN'], said)}”时，${text(rule)} 仍有信号`,
    'still-active': ({ said }) => `结论“${wordOf(SAID['zh-CN'], said)}”时，报警条件仍成立`,
    'no-second-person': ({ n, act, by }) =>
      `台账第 ${text(n)} 条：${text(by)} 一人操作（${wordOf(ACT_NAMES['zh-CN'], act)}），缺第二人`,
    'entry-missing': ({ act }) => `台账缺少记录：${wordOf(ACT_NAMES['zh-CN'], act)}`,
    'ledger-broken': ({ n }) => `台账自第 ${text(n)} 条起不相扣`,
    'root-differs': ({ n }) => `台账与已发出的每日校验码不符（第 ${text(n)} 条）`,
  },
  en: {
    'sla-exceeded': ({ ends, overMs }) => `${wordOf(ENDS.en, ends)} late by ${durationWords(Number(overMs), 'en')}`,
    'not-reported': () => 'was to be reported and was not when the time limit ended',
    'gap-not-filled': ({ readings }) => `${text(readings)} readings of the gateway in that time have never come`,
    'sensor-says-otherwise': ({ said, rule }) => `"${wordOf(SAID.en, said)}" was said while ${text(rule)} was active`,
    'still-active': ({ said }) => `"${wordOf(SAID.en, said)}" was said while the condition held`,
    'no-second-person': ({ n, act, by }) =>
      `entry ${text(n)}: ${text(by)} alone (${wordOf(ACT_NAMES.en, act)}), the second person is missing`,
    'entry-missing': ({ act }) => `the ledger has no entry of it: ${wordOf(ACT_NAMES.en, act)}`,
    'ledger-broken': ({ n }) => `the ledger does not fit from entry ${text(n)} on`,
    'root-differs': ({ n }) => `the ledger differs from a daily root that was sent (entry ${text(n)})`,
  },
}

/** A reason in words. */
export function reasonWords({ key, values }: VerdictReason, language: Language): string {
  return REASONS[language][key](values)
}

type Words = Readonly<Partial<Record<string, string>>>

const SAID: Readonly<Record<Language, Words>> = {
  'zh-CN': { 'sensor-fault': '传感器故障', 'nothing-found': '未发现异常' },
  en: { 'sensor-fault': 'sensor fault', 'nothing-found': 'nothing found' },
}

const ENDS: Readonly<Record<Language, Words>> = {
  'zh-CN': { acknowledged: '签收确认', reported: '电话上报', 'reported-in-writing': '书面上报' },
  en: { acknowledged: 'acknowledgement', reported: 'report by phone', 'reported-in-writing': 'report in writing' },
}

/** What the acts of the ledger about an alarm are called; one that is not here keeps its own word. */
export const ACT_NAMES: Readonly<Record<Language, Words>> = {
  'zh-CN': {
    'alarm-raised': '报警产生',
    'alarm-updated': '报警更新',
    'alarm-raised-again': '再次报警',
    'alarm-returned': '报警恢复',
    'alarm-acknowledged': '签收确认',
    'alarm-closed': '报警关闭',
    'alarm-noted': '备注',
    'alarm-re-alarmed': '超时重报',
    'alarm-reset': '现场复位',
    'alarm-withdrawn': '撤销',
    'alarm-shelved': '搁置',
    'alarm-suppressed': '设计抑制',
    'alarm-out-of-service': '停用',
    'alarm-suppression-ended': '抑制结束',
    'alarm-announced': '开始通知',
    'alarm-announcement-held': '通知被抑制',
    'alarm-assigned': '指派',
    'alarm-finding': '核查上报',
    'alarm-refused': '操作被拒',
    'alarm-no-op': '操作无效',
    'alarm-judged': '研判',
    'feedback-applied': '研判生效',
    'feedback-refused': '研判被拒',
    'notice-queued': '消息待发',
    'notice-accepted': '通道受理',
    'notice-delivered': '消息送达',
    'notice-seen': '消息已看',
    'notice-failed': '发送失败',
    'notice-cancelled': '消息取消',
    'notice-throttled': '通道限流',
    'nobody-on-duty': '无人值班',
    'edge-acted': '网关自行处置',
    'siren-sounded': '警笛鸣响',
  },
  en: {
    'alarm-raised': 'raised',
    'alarm-updated': 'updated',
    'alarm-raised-again': 'raised again',
    'alarm-returned': 'returned',
    'alarm-acknowledged': 'acknowledged',
    'alarm-closed': 'closed',
    'alarm-noted': 'noted',
    'alarm-re-alarmed': 're-alarmed',
    'alarm-reset': 'reset on the spot',
    'alarm-withdrawn': 'withdrawn',
    'alarm-shelved': 'shelved',
    'alarm-suppressed': 'suppressed by design',
    'alarm-out-of-service': 'out of service',
    'alarm-suppression-ended': 'suppression ended',
    'alarm-announced': 'announced',
    'alarm-announcement-held': 'announcement held back',
    'alarm-assigned': 'assigned',
    'alarm-finding': 'verified or reported',
    'alarm-refused': 'act refused',
    'alarm-no-op': 'act without effect',
    'alarm-judged': 'judged',
    'feedback-applied': 'judgement applied',
    'feedback-refused': 'judgement refused',
    'notice-queued': 'message queued',
    'notice-accepted': 'message accepted',
    'notice-delivered': 'message delivered',
    'notice-seen': 'message seen',
    'notice-failed': 'message failed',
    'notice-cancelled': 'message cancelled',
    'notice-throttled': 'channel throttled',
    'nobody-on-duty': 'nobody on duty',
    'edge-acted': 'gateway acted alone',
    'siren-sounded': 'siren sounded',
  },
}

const WAYS: Readonly<Record<Language, Words>> = {
  'zh-CN': {
    ...{ desk: '值班台', phone: '手机链接', sms: '短信', voice: '电话', edge: '现场网关' },
    ...{ 'on-site': '现场核查', reported: '上报' },
  },
  en: {
    ...{ desk: 'desk', phone: 'link on phone', sms: 'SMS', voice: 'phone', edge: 'gateway' },
    ...{ 'on-site': 'on the spot', reported: 'reported' },
  },
}

/** How an acknowledgement or a finding came; the id of a channel or the number of a receipt stays as it is. */
export function wayWords(via: string, language: Language): string {
  return wordOf(WAYS[language], via)
}

function wordOf(words: Words, value: string | number | undefined): string {
  return words[text(value)] ?? text(value)
}

function text(value: string | number | undefined): string {
  return String(value ?? '—')
}
