/** The ways messages go out. */
export const channelPanel = {
  title: '通道',
  channel: '通道',
  state: '状态',
  why: '最近说明',
  lastAccepted: '最近接收',
  lastDelivered: '最近送达',
  counts: '24 小时',
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
  }) => `发送 ${attempted} · 接收 ${accepted} · 送达 ${delivered} · 失败 ${failed} · 等待 ${waiting}`,
}
