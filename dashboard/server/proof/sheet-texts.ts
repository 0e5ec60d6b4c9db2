import type { Alarm } from '../../../core/contract/alarm.ts'
import type { NoticeState } from '../../../core/contract/notice.ts'
import type { SlaCheck } from '../../../core/contract/proof.ts'
import type { Language } from '../../../core/contract/text.ts'

interface SheetTexts {
  readonly title: string
  readonly issued: string
  readonly site: string
  readonly point: string
  readonly happened: string
  readonly state: string
  readonly late: string
  readonly chattering: string
  readonly ruler: string
  readonly since: string
  readonly called: string
  readonly limits: string
  readonly excerpt: string
  readonly verdicts: string
  readonly columns: {
    readonly called: readonly string[]
    readonly limits: readonly string[]
    readonly excerpt: readonly string[]
  }
  readonly nobodyCalled: string
  readonly noLimits: string
  readonly noEntries: string
  readonly more: (count: number) => string
  readonly unread: string
  readonly signatures: readonly string[]
  readonly date: string
  readonly ledger: (facts: { readonly first: number; readonly last: number; readonly total: number }) => string
  readonly root: (day: string, root: string) => string
  readonly noRoot: string
  readonly verify: string
  readonly priorities: Readonly<Record<Alarm['priority'], string>>
  readonly states: Readonly<Record<Alarm['state'], string>>
  readonly slas: Readonly<Record<SlaCheck['is'], string>>
  readonly notices: Readonly<Record<NoticeState, string>>
  readonly byEdge: string
}

/** Words of the proof sheet. */
export const SHEET_TEXTS: Readonly<Record<Language, SheetTexts>> = {
  'zh-CN': {
    title: '迟报漏报核查单',
    issued: '出具时间',
    site: '矿井',
    point: '测点',
    happened: '报警',
    state: '状态',
    late: '补报',
    chattering: '抖动',
    ruler: '时间标尺',
    since: '自中心入库（T3）起',
    called: '呼叫与回执',
    limits: '时限',
    excerpt: '台账摘录',
    verdicts: '判定（系统计算，不可手改）',
    columns: {
      called: ['人员', '通道', '轮·步', '发出 T4', '受理 T5', '送达 T6', '看到 T7', '结果'],
      limits: ['要求', '期限', '完成', '结果', '依据'],
      excerpt: ['序号', '时间', '事项', '操作人', '哈希（前 24 位）'],
    },
    nobodyCalled: '没有呼叫任何人',
    noLimits: '该等级无时限要求',
    noEntries: '台账中没有记录',
    more: (count) => `另有 ${count} 条，见系统`,
    unread: '（未核实条文）',
    signatures: ['值班员', '带班领导', '核查人'],
    date: '日期',
    ledger: ({ first, last, total }) => `台账第 ${first}–${last} 条中有 ${total} 条与本报警有关`,
    root: (day, root) => `${day} 校验码 ${root}`,
    noRoot: '当日校验码于次日 00:05 生成',
    verify: '核验',
    priorities: { red: '红 1', orange: '橙 2', yellow: '黄 3', blue: '蓝 4' },
    states: {
      unacked: '未确认',
      acked: '已确认',
      returned: '已恢复未确认',
      latched: '锁存未确认',
      'latched-acked': '锁存待复位',
      closed: '已关闭',
    },
    slas: { kept: '按时', exceeded: '超时', running: '未到期', released: '免报（已查无事）' },
    notices: {
      queued: '待发',
      sending: '发送中',
      accepted: '已受理',
      delivered: '已送达',
      seen: '已看到',
      failed: '失败',
      cancelled: '已取消',
    },
    byEdge: '网关直发',
  },
  en: {
    title: 'Proof of alarm: late or omitted report',
    issued: 'Issued',
    site: 'Site',
    point: 'Point',
    happened: 'Alarm',
    state: 'State',
    late: 'reported afterwards',
    chattering: 'chattering',
    ruler: 'Ruler of time',
    since: 'since it was committed (T3)',
    called: 'Who was called, with receipts',
    limits: 'Time limits',
    excerpt: 'From the ledger',
    verdicts: 'Verdicts (computed, never typed)',
    columns: {
      called: ['Person', 'Channel', 'Round·step', 'Sent T4', 'Accepted T5', 'Delivered T6', 'Seen T7', 'Outcome'],
      limits: ['Demand', 'Due', 'Met', 'Result', 'Source'],
      excerpt: ['No.', 'Time', 'Act', 'By', 'Hash (first 24 digits)'],
    },
    nobodyCalled: 'Nobody was called',
    noLimits: 'No time limits for this priority',
    noEntries: 'The ledger has no entries about it',
    more: (count) => `${count} more in the system`,
    unread: ' (clause not verified)',
    signatures: ['Duty officer', 'Leader on duty', 'Inspector'],
    date: 'Date',
    ledger: ({ first, last, total }) => `Of the ledger's entries ${first}–${last}, ${total} are about this alarm`,
    root: (day, root) => `${day} root ${root}`,
    noRoot: "the day's root is made at 00:05 of the next day",
    verify: 'To verify',
    priorities: { red: 'red 1', orange: 'orange 2', yellow: 'yellow 3', blue: 'blue 4' },
    states: {
      unacked: 'not acknowledged',
      acked: 'acknowledged',
      returned: 'over, not acknowledged',
      latched: 'latched, not acknowledged',
      'latched-acked': 'latched, waits for reset',
      closed: 'closed',
    },
    slas: { kept: 'kept', exceeded: 'exceeded', running: 'running', released: 'released (nothing there)' },
    notices: {
      queued: 'waiting',
      sending: 'being sent',
      accepted: 'accepted',
      delivered: 'delivered',
      seen: 'seen',
      failed: 'failed',
      cancelled: 'cancelled',
    },
    byEdge: 'by the gateway',
  },
}
