import type { HoleCause } from '../../../core/contract/chain.ts'

/** Why readings are missing. */
const causes: Record<HoleCause, string> = {
  'on-its-way': '还在网关里，尚未送达',
  'not-yet-told': '网关还没有报告',
  reduced: '网关存储已满，只留下每分钟数值',
  dropped: '网关存储已满，没有留下',
  damaged: '存储损坏，读不出来',
  power: '断电',
  disk: '磁盘拒绝写入',
  stopped: '网关被停止',
  killed: '网关程序意外终止',
  'store-lost': '网关存储丢失，换了新的',
}

/** Texts of the panel that proves what has come of a site's readings. */
export const completeness = {
  title: '数据完整性',
  spans: { '24h': '24 小时', '7d': '7 天', '30d': '30 天' },
  spanLabel: '时间范围',
  causes,
  kinds: { complete: '完整', coming: '在途', reduced: '仅分钟值', lost: '丢失', unread: '未采集', unknown: '无记录' },
  bar: (span: string) => `最近${span}的数据完整性`,
  complete: (from: string, to: string, readings: string) => `${from} 至 ${to} 数据完整，${readings} 个读数，缺 0 个。`,
  incomplete: (from: string, to: string, readings: string, missing: string) =>
    `${from} 至 ${to}，收到 ${readings} 个读数，缺 ${missing} 个：`,
  unread: (from: string, to: string, readings: string) =>
    `${from} 至 ${to}，收到 ${readings} 个读数，缺 0 个；其间有未采集的时段：`,
  tail: (span: string) => `最近 ${span}的读数还没有送达。`,
  none: '还没有收到本站的数据链。',
  hole: (from: string, to: string, cause: string) => `${from} 至 ${to}：${cause}`,
  holeReadings: (from: string, to: string, cause: string, readings: string) =>
    `${from} 至 ${to}：${cause}，${readings} 个读数`,
  unreadFor: (cause: string) => `${cause}，未采集`,
  more: (n: number) => `另有 ${n} 处较早的空缺，见导出文件`,
  uncertainty: (seconds: string) => `时间误差 ±${seconds} 秒`,
  uncertaintyUnknown: '时间误差未知',
  signed: '有网关签名',
  unsigned: '无签名',
  export: '导出证明',
  exportHint: '可用 pitwatch verify 离线核验；导出记入台账',
}
