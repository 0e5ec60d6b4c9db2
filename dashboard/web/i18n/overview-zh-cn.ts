import type { DeskEvent } from '../stores/desk-events.ts'

const happened: Record<DeskEvent['what'], string> = {
  raised: '报警',
  again: '再次报警',
  acknowledged: '已确认',
  returned: '已恢复',
  closed: '已关闭',
}

/** Texts of the duty overview. */
export const overviewZh = {
  map: '全县地图',
  swap: { map: '地图', list: '站点列表', key: '地图/列表切换', label: '左侧显示' },
  filter: {
    label: '按级别筛选',
    all: '全部',
    key: (priority: string) => `只看${priority}色报警`,
    hidden: (n: number) => `筛选隐藏了 ${n} 条`,
    hiddenRed: (n: number) => `其中红色 ${n} 条 · 显示`,
    showAll: '全部显示',
    none: (priority: string) => `没有未关闭的${priority}色报警。`,
  },
  keys: { acknowledge: '确认选中的报警', next: '下一个未确认', close: '收起事件详情' },
  drawer: {
    title: '事件详情',
    close: '收起',
    all: '全部详情',
    site: '站点',
    why: '原因',
    value: '判定数值',
    called: '已通知',
    nobody: '还没有通知任何人。',
    none: '在列表或地图上选择一条报警，这里显示详情。',
    gone: '这条报警不在未关闭列表中。',
    more: (n: number) => `另有 ${n} 条，见全部详情`,
  },
  card: { close: '收起站点' },
  list: { more: (n: number) => `再显示 ${n} 个站点` },
  ticker: {
    label: '最新事件',
    none: '24 小时内没有事件。',
    happened,
    channel: '通道',
    failed: (why: string) => `无法读取：${why}`,
  },
  rate: {
    label: '24 小时报警率',
    sentence: (total: number, most: number, over: number) =>
      over === 0
        ? `24 小时新报警 ${total} 条，最多每 10 分钟 ${most} 条，未超过上限 10 条`
        : `24 小时新报警 ${total} 条，最多每 10 分钟 ${most} 条，有 ${over} 个 10 分钟超过上限 10 条`,
    total: (n: number) => `${n} 条/24 h`,
    most: (n: number) => `最多 ${n}/10 min · 上限 10`,
    over: (n: number) => `超限 ${n} 次`,
    limit: '上限 10',
    bar: (time: string, n: number) => `${time} 起 10 分钟：${n} 条`,
    failed: '报警率无法读取',
  },
}
