import type { Alarm } from '../core/contract/alarm.ts'
import type { Language } from '../core/contract/text.ts'

interface RowWords {
  readonly priority: string
  readonly time: string
  readonly site: string
  readonly point: string
  readonly ruleType: string
  readonly state: string
  readonly by: string | null
}

interface DigestMessages {
  title(from: string, to: string): string
  summary(count: number, unacknowledged: number): string
  row(words: RowWords): string
  readonly priorities: Readonly<Record<Alarm['priority'], string>>
  readonly states: Readonly<Record<Alarm['state'], string>>
}

/** The words of the night digest. */
export const DIGEST_MESSAGES: Readonly<Record<Language, DigestMessages>> = {
  'zh-CN': {
    title: (from, to) => `夜间报警摘要 ${from} 至 ${to}`,
    summary: (count, unacknowledged) =>
      count === 0 ? '本时段没有报警。' : `共 ${count} 起报警,其中 ${unacknowledged} 起无人确认。`,
    row: ({ priority, time, site, point, ruleType, state, by }) =>
      `[${priority}] ${time} ${site} ${point} (${ruleType}):${state}${by === null ? '' : `,确认人 ${by}`}`,
    priorities: { red: '红', orange: '橙', yellow: '黄', blue: '蓝' },
    states: {
      unacked: '未确认',
      acked: '已确认,仍在持续',
      returned: '已恢复,未确认',
      latched: '已恢复,未确认,待现场核查',
      'latched-acked': '已恢复,已确认,待现场核查',
      closed: '已关闭',
    },
  },
  en: {
    title: (from, to) => `Alarms of the night, ${from} to ${to}`,
    summary: (count, unacknowledged) =>
      count === 0
        ? 'There were no alarms.'
        : `${count} ${count === 1 ? 'alarm' : 'alarms'}, ${unacknowledged} of them acknowledged by nobody.`,
    row: ({ priority, time, site, point, ruleType, state, by }) =>
      `[${priority}] ${time} ${site} ${point} (${ruleType}): ${state}${by === null ? '' : `, acknowledged by ${by}`}`,
    priorities: { red: 'red', orange: 'orange', yellow: 'yellow', blue: 'blue' },
    states: {
      unacked: 'not acknowledged',
      acked: 'acknowledged, still going on',
      returned: 'returned, not acknowledged',
      latched: 'returned, not acknowledged, the place is to be looked at',
      'latched-acked': 'returned, acknowledged, the place is to be looked at',
      closed: 'closed',
    },
  },
}
