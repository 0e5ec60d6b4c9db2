import type { PushLack } from '../stores/push.ts'

/** The ways messages go out. */
export const channelPanel = {
  title: '通道',
  none: '没有配置通道',
  lastAccepted: (time: string) => `最近接收 ${time}`,
  lastDelivered: (time: string) => `最近送达 ${time}`,
  test: '试呼',
  testWho: '试呼对象',
  sent: (who: string) => `已发给 ${who}`,
  ofThem: ({
    attempted,
    accepted,
    delivered,
    failed,
    waiting,
  }: {
    readonly attempted: number
    readonly accepted: number
    readonly delivered: number
    readonly failed: number
    readonly waiting: number
  }) => `24 小时：发送 ${attempted} · 接收 ${accepted} · 送达 ${delivered} · 失败 ${failed} · 等待 ${waiting}`,
}

/** Who is on duty when. */
export const duty = {
  now: '当前值班',
  nobody: '无人值班',
  notIn: '未签到',
  in: (time: string, onSite: boolean) => (onSite ? `${time} 到岗签到` : `${time} 签到`),
  until: (time: string) => `至 ${time}`,
  checkIn: '签到',
  checkInHere: '到岗签到（在现场）',
  spotCode: '查岗码（可不填）',
  answerSpotCheck: '应答查岗',
  verdicts: { waiting: '等待应答', 'in-time': '已应答，及时', late: '已应答，超时', missed: '未应答' },
  sources: {
    override: '临时替班',
    swap: '换班',
    holiday: '节假日班',
    cycle: '轮班',
    fallback: '后备名单',
    nobody: '无人',
  },
  forecast: '今后 14 天',
  noGaps: '没有空缺',
  gaps: {
    nobody: '无人值班',
    'fallback-only': '只有后备名单',
    'double-booked': '一人兼两岗',
    unverified: '联系方式未验证',
    'calendar-not-announced': '放假安排未公布',
  },
  month: (month: string) => `值班表 ${month}`,
  before: '上个月',
  after: '下个月',
  thisMonth: '本月',
  weekdays: ['一', '二', '三', '四', '五', '六', '日'],
  dayOff: '休',
  changes: '替班、换班与请假',
  noChanges: '没有变动',
  away: '请假',
  override: '替班',
  swap: '换班',
  approvedBy: (who: string) => `${who} 已批准`,
  waitsApproval: '等待批准',
  waitsAgreement: '等待对方同意',
  swapAnswers: { agree: '同意', approve: '批准', refuse: '驳回' },
  standIn: '安排替班或登记请假',
  noTime: '请填写起止时间。',
  askSwap: '申请换班',
  noShifts: '今后 28 天没有可换的班次',
  give: '换出的班',
  take: '换入的班',
  ask: '提出申请',
  messages: '发给本席位的消息',
  read: '已阅',
  endNow: '立即结束',
  role: '岗位',
  person: '人员',
  from: '从',
  to: '到',
  reason: '事由',
  putOn: '安排替班',
  leave: '登记请假',
  persons: '人员与联系方式',
  unproven: '未验证',
  provenAt: (day: string) => `${day} 已验证`,
  proofOver: '验证已过期',
  sendCode: '发送验证码',
  code: '验证码',
  prove: '验证',
  asText: (version: number, by: string) => `值班表全文（第 ${version} 版，${by}）`,
  asTextHint: '班次、轮换、岗位和呼叫阶梯在此修改。保存前逐项检查，有错一次列全，不会保存。',
  document: '值班表',
  save: '保存为新版本',
  takeNewer: (version: number, by: string) => `${by} 已改为第 ${version} 版：放弃此处修改并载入`,
}

/** Push messages to this browser. */
export const push = {
  title: '本机推送',
  about: '页面关闭时，发给当前登录人的通知也会在本机弹出。',
  switch: '推送到本浏览器',
  states: { on: '开', off: '关' },
  lacks: {
    insecure: '此地址不是安全连接（须 https），浏览器不允许推送。',
    unsupported: '此浏览器不支持推送。',
    denied: '浏览器已拒绝本页通知，请在地址栏旁的网站设置中允许。',
    'no-channel': '控制室没有配置推送通道。',
    'no-service': '浏览器连不上它的推送服务（需要互联网）。',
  } satisfies Record<PushLack, string>,
}
