import type { DailyRoot } from '../../../core/contract/proof.ts'
import type { Memo } from '../notify/memo.ts'

/** Digits of a root that people compare by eye. */
const SHORT_DIGITS = 16

/** Tells persons the root of a day, so that it stands where nobody of the control room can change it. */
export function rootMemos({ day, first, last, entries, root }: DailyRoot, persons: readonly string[]): Memo[] {
  const digits = root.slice(0, SHORT_DIGITS)
  return persons.map((person) => ({
    key: `daily-root|${day}|${person}`,
    kind: 'memo',
    priority: 'blue',
    person,
    over: { media: ['sms', 'robot', 'mail'] },
    title: { 'zh-CN': `${day} 台账校验码`, en: `Ledger root of ${day}` },
    text: {
      'zh-CN': `${day} 台账第 ${first}–${last} 条，共 ${entries} 条，校验码 ${root}。请留存；与日报上打印的不一致即说明台账被改动。`,
      en: `Ledger of ${day}: entries ${first}–${last}, ${entries} in all, root ${root}. Please keep it: where the printed one differs, the ledger was changed.`,
    },
    short: {
      'zh-CN': `台账 ${day}：${entries} 条，校验码 ${digits}`,
      en: `Ledger ${day}: ${entries} entries, root ${digits}`,
    },
  }))
}
