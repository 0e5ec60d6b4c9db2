import type { PeriodKind } from '../stores/period.ts'
import type { SingleId, SpeedFigure, Verdict } from '../stores/quality-figures.ts'

const verdicts: Record<Verdict, string> = {
  met: '达标',
  missed: '未达标',
  partly: '部分达标',
  none: '无记录',
  info: '仅供参考',
}

const speeds: Record<SpeedFigure['id'], { name: string; about: string; target: string }> = {
  acknowledge: {
    name: '签收用时 MTTA',
    about: '首次确认（T8）减中心收到（T3）。',
    target: '红色 90% 在 5 分钟内',
  },
  notify: {
    name: '通知用时 MTTN',
    about: '首条消息被通道接受（T5）减中心收到（T3）。',
    target: '红色 99% 在 5 秒内（本地网络或短信猫）',
  },
  detect: {
    name: '发现用时 MTTD',
    about: '中心收到（T3）减现场判定成立（T0）；不含补报。',
    target: '95% 在 3 秒内',
  },
  verify: {
    name: '核实用时 MTTV',
    about: '首次到场核实（T9）减首次确认（T8）。',
    target: '红色 90% 在 30 分钟内',
  },
}

const singles: Record<SingleId, { name: string; about: string; target: string }> = {
  per10Min: { name: '每 10 分钟', about: '全时段平均，每 10 分钟收到的报警数。', target: '≤ 1（EEMUA 191）' },
  perDay: { name: '每天', about: '全时段平均，每天收到的报警数。', target: '≤ 144（EEMUA 191）' },
  windowsOver10: { name: '超过 10 条的时窗', about: '10 分钟时窗中，报警多于 10 条者所占比例。', target: '≤ 1%' },
  floodShare: {
    name: '处于报警泛滥',
    about: '泛滥自多于 10 条的 10 分钟时窗起，到少于 5 条的时窗止；所占时间比例。',
    target: '< 1%',
  },
  peakHour: { name: '最忙 60 分钟', about: '任意 60 分钟内最多的报警数。', target: '无目标值' },
  peakMinute: { name: '最忙 1 分钟', about: '任意 1 分钟内最多的报警数。', target: '无目标值' },
  chattering: { name: '反复报警', about: '1 分钟内触发 3 次以上，或 1 小时内 10 次以上的报警。', target: '0' },
  fleeting: { name: '一闪而过', about: '触发后 30 秒内即恢复的报警。', target: '0' },
  stale: { name: '长期不消', about: '连续报警超过 24 小时。', target: '< 5，且有处置计划' },
  redPages: { name: '每条红色的消息', about: '已确认的红色报警，平均每条叫人的消息数。', target: '≤ 4' },
  suppressionHours: { name: '抑制时长', about: '本时段内各项抑制的小时数之和。', target: '无目标值' },
  unauthorised: { name: '越权抑制', about: '红色或停用而没有第二人的抑制。', target: '0' },
  late: { name: '补报', about: '恢复通信后补送的报警。', target: '逐条说明' },
}

const periods: Record<PeriodKind, string> = {
  shift: '班次',
  day: '日',
  week: '周',
  month: '月',
}

/** Texts of the screen that says how good the alarms were. */
export const qualityZh = {
  title: '报警质量',
  periods,
  periodLabel: '统计周期',
  before: '上一个',
  after: '下一个',
  print: '打印',
  span: (from: string, to: string) => `${from} 至 ${to}`,
  running: '进行中，统计到现在',
  total: (n: number) => `共 ${n} 条报警`,
  of: (priority: string, n: number) => `${priority} ${n}`,
  verdicts,
  about: (definition: string, target: string) => `${definition} 目标：${target}。`,
  speed: '快慢',
  speedHeads: {
    figure: '指标',
    priority: '级别',
    count: '条数',
    median: '中位',
    p90: '90%',
    max: '最长',
    verdict: '评价',
  },
  speeds,
  load: '负荷',
  nuisance: '滋扰与抑制',
  singles,
  mix: '级别构成',
  mixAbout: {
    name: '级别构成',
    about: '红橙、黄、蓝各占的比例。',
    target: '红橙 5%、黄 15%、蓝 80%（EEMUA 191）',
  },
  mixParts: { high: '红、橙', medium: '黄', low: '蓝' },
  mixPart: (name: string, share: string, target: string) => `${name} ${share}，目标 ${target}`,
  heat: '每小时报警数',
  heatAbout: '一格为一小时。颜色越深越多；带框的超过每 10 分钟 10 条。',
  heatTooLong: '超过 62 天，不画每小时图。',
  heatCell: (day: string, hour: string, n: number) => `${day} ${hour}，${n} 条`,
  heatDay: '日期',
  floods: '报警泛滥',
  noFloods: '没有报警泛滥。',
  flood: (from: string, to: string, n: number) => `${from} 至 ${to}，${n} 条`,
  top: '最多的十个测点',
  topAbout: {
    name: '最多的十个测点',
    about: '报警最多的十个测点，各占全部报警的比例。',
    target: '每个 ≤ 5%，超过者须有整改计划',
  },
  topHeads: {
    site: '矿井',
    rule: '规则',
    point: '测点',
    alarms: '报警',
    share: '占比',
    verdict: '评价',
    ticket: '整改',
  },
  topSum: (share: string) => `合计占 ${share}`,
  ticket: '去调整规则',
  ticketOf: (rule: string, site: string) => `去调整规则：${site} ${rule}`,
  rules: '误报率',
  rulesAbout: {
    name: '误报率',
    about: '误报 ÷（属实 + 误报），按规则类型；计划内作业另计。',
    target: '红色 ≤ 30%，橙色 ≤ 50%，超过者须调整',
  },
  rulesHeads: {
    rule: '规则类型',
    alarms: '报警',
    confirmed: '属实',
    wrong: '误报',
    planned: '计划内',
    ratio: '误报率',
    verdict: '评价',
  },
  channels: '通道',
  channelsAbout: {
    name: '通道',
    about: '被通道接受 ÷ 尝试，送达 ÷ 接受。',
    target: '短信接受率 ≥ 98%',
  },
  channelsHeads: {
    channel: '通道',
    attempted: '尝试',
    accepted: '接受',
    delivered: '送达',
    acceptedShare: '接受率',
    deliveredShare: '送达率',
    verdict: '评价',
  },
  lateAge: (median: string, max: string) => `晚到：中位 ${median}，最长 ${max}`,
  none: '本时段没有报警。',
  nothing: '无',
}
