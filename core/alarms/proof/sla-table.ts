import type { Priority } from '../../contract/priority.ts'
import type { SlaRow } from '../../contract/proof.ts'
import type { Bilingual } from '../../contract/text.ts'

const MINUTE_MS = 60_000

const COLOURS: Readonly<Record<Priority, Bilingual>> = {
  red: { 'zh-CN': '红色', en: 'red' },
  orange: { 'zh-CN': '橙色', en: 'orange' },
  yellow: { 'zh-CN': '黄色', en: 'yellow' },
  blue: { 'zh-CN': '蓝色', en: 'blue' },
}

const PRACTICE: Bilingual = {
  'zh-CN': '值班管理做法（系统默认值，以当地值班制度为准）',
  en: 'practice of duty rooms; a default, local duty rules come first',
}
const REPORTING: Bilingual = {
  'zh-CN': '《生产安全事故罚款处罚规定》第五条（迟报、漏报的定义）；分钟数为系统默认值，以当地信息报送规定为准',
  en: 'Provisions on Fines for Work Safety Accidents, art. 5 (what is late, what omitted); the minutes are a default, local rules come first',
}

const WITHIN: readonly (readonly [Priority, number])[] = [
  ['red', 5],
  ['orange', 10],
  ['yellow', 30],
  ['blue', 240],
]

/** The time limits where a jurisdiction has named none of its own (§3.5). No number of them was read in a law: `verified` says so. */
export const DEFAULT_SLA: readonly SlaRow[] = [
  ...WITHIN.map(([priority, minutes]): SlaRow => ({
    id: `acknowledge-${priority}`,
    priority,
    ends: 'acknowledged',
    withinMs: minutes * MINUTE_MS,
    demand: {
      'zh-CN': `${COLOURS[priority]['zh-CN']}报警 ${minutes} 分钟内确认`,
      en: `${COLOURS[priority].en} alarm acknowledged within ${minutes} min`,
    },
    source: PRACTICE,
    verified: false,
  })),
  {
    id: 'report-red',
    priority: 'red',
    ends: 'reported',
    withinMs: 30 * MINUTE_MS,
    demand: { 'zh-CN': '红色报警 30 分钟内电话上报', en: 'red alarm reported upwards by phone within 30 min' },
    source: REPORTING,
    verified: false,
  },
  {
    id: 'report-red-written',
    priority: 'red',
    ends: 'reported-in-writing',
    withinMs: 60 * MINUTE_MS,
    demand: {
      'zh-CN': '红色报警 60 分钟内书面上报并取得接收编号',
      en: 'red alarm reported in writing, with a receipt number, within 60 min',
    },
    source: REPORTING,
    verified: false,
  },
]
