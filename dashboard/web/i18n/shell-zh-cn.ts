import type { RoomKey } from '../stores/keys.ts'

/** Words of what every screen stands in: keys, the menu, the wall, and what is said when something is wrong with the page itself. */
export const shell = {
  keys: {
    next: '下一条报警',
    previous: '上一条报警',
    open: '打开选中的报警',
    acknowledge: '确认选中的报警',
    shelve: '搁置选中的报警',
    leave: '返回',
    go: '再按一个字母，前往另一页',
    hush: '静音 2 分钟，新的红色报警除外',
    wall: '大屏模式',
    help: '显示本帮助',
  } satisfies Record<RoomKey, string>,
  keyNames: { Space: '空格', Escape: 'Esc', ArrowUp: '↑', ArrowDown: '↓', ArrowLeft: '←', ArrowRight: '→' },
  onEveryPage: '所有页面',
  onThisPage: '本页',
  goTo: 'g 加字母：前往',
  goNow: '按一个字母前往；Esc 取消',
  menu: '全部页面',
  openAlarms: (word: string, open: number) => `${word}：${open} 条未关闭，打开报警列表`,
  hush: {
    start: '静音 2 分钟，新的红色报警除外',
    left: (span: string) => `静音中，还剩 ${span}`,
    end: '恢复声音',
    tool: '静音',
  },
  update: {
    text: '控制室已更新。请重新载入页面，以免看到旧的内容。',
    reload: '重新载入',
  },
  unreadable: {
    text: (count: number) =>
      `收到 ${count} 条本页读不懂的消息，页面上的数据可能不完整。请重新载入；若仍出现，请通知系统管理员核对服务器与页面的版本。`,
    reload: '重新载入',
  },
  broken: {
    title: '这一页出错了',
    what: '其余部分仍在工作：顶部的报警数量和声音照常。可以再试一次、返回总览，或重新载入。',
    again: '再试一次',
    back: '返回总览',
    reload: '重新载入',
  },
  faults: (count: number) => `本页打开以来出错 ${count} 次`,
  refused: (count: number) => `读不懂的消息 ${count} 条`,
  lastFault: '最近一次',
  version: (version: string) => `控制室版本 ${version}`,
  wall: '大屏模式 · 按 F 退出',
  languageFailed: '语言文件没有载入，请稍后再试。',
}
