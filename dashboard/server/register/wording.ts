import {
  type Acceptance,
  type CheckLevel,
  type RegisterStatus,
  type Responsible,
  RESPONSIBLE,
  type SealKind,
  type SiteCheck,
  type Standard,
  STANDARDS,
  type StandardState,
} from '../../../core/contract/register.ts'
import type { Bilingual, Language } from '../../../core/contract/text.ts'

/** The words of one field: what a spreadsheet may say for each value. */
export type Words<K extends string> = Readonly<Record<K, Bilingual>>

const both = (zh: string, en: string): Bilingual => ({ 'zh-CN': zh, en })

export const STATUS_WORDS: Words<RegisterStatus> = {
  closed: both('封闭', 'Closed'),
  guarded: both('看护', 'Guarded'),
  dewatering: both('排水', 'Dewatering'),
  'licensed-working': both('在册生产', 'Licensed, working'),
  'licensed-suspended': both('在册停产', 'Licensed, suspended'),
  lookout: both('监测点', 'Lookout'),
}

export const SEAL_WORDS: Words<SealKind> = {
  filled: both('填实', 'Filled'),
  wall: both('砌墙密闭', 'Wall'),
  slab: both('盖板封堵', 'Slab'),
  grille: both('栅栏', 'Grille'),
  none: both('未封堵', 'Not sealed'),
}

export const ACCEPTANCE_WORDS: Words<Acceptance> = {
  pending: both('待验收', 'Not accepted yet'),
  accepted: both('验收合格', 'Accepted'),
  failed: both('验收不合格', 'Not accepted'),
}

export const STANDARD_STATE_WORDS: Words<StandardState['state']> = {
  unchecked: both('未查', 'Not checked'),
  met: both('符合', 'Met'),
  'not-met': both('不符合', 'Not met'),
}

export const CHECK_LEVEL_WORDS: Words<CheckLevel> = {
  village: both('村', 'Village'),
  town: both('乡镇', 'Town'),
  county: both('县', 'County'),
}

export const RESULT_WORDS: Words<SiteCheck['result']> = {
  'in-order': both('正常', 'In order'),
  faults: both('有问题', 'Faults found'),
}

export const ROLE_WORDS: Words<Responsible> = {
  'county-leader': both('县级包保领导', 'County leader'),
  department: both('部门责任人', 'Department'),
  town: both('乡镇责任人', 'Town'),
  'first-finder': both('第一发现人', 'First finder'),
  'first-reporter': both('第一报告人', 'First reporter'),
  'grid-worker': both('网格员', 'Grid worker'),
  guard: both('看护人', 'Guard'),
}

export const STANDARD_WORDS: Words<Standard> = {
  permits: both('证照吊销', 'Permits revoked'),
  explosives: both('火工品停供', 'Explosives removed'),
  power: both('断电拆除', 'Power and plant removed'),
  shafts: both('井筒填实', 'Shafts filled'),
  ground: both('地貌恢复', 'Ground restored'),
  people: both('人员遣散', 'People dismissed'),
}

/** Heads of a spreadsheet's columns. */
export const HEADS = {
  site: both('矿井编号', 'Site id'),
  name: both('矿井名称', 'Name'),
  town: both('乡镇', 'Town'),
  village: both('村', 'Village'),
  status: both('状态', 'Status'),
  sealing: both('封堵方式', 'Sealing'),
  sealedOn: both('封堵日期', 'Sealed on'),
  acceptance: both('封堵验收', 'Acceptance'),
  acceptedOn: both('验收日期', 'Accepted on'),
  acceptedBy: both('验收单位', 'Accepted by'),
  checkEveryDays: both('检查周期(天)', 'Check every (days)'),
  checkDate: both('最近检查日期', 'Last check on'),
  checkLevel: both('检查层级', 'Check level'),
  checkBy: both('检查人', 'Checked by'),
  checkResult: both('检查结果', 'Check result'),
  checkNote: both('检查说明', 'Check note'),
  notes: both('备注', 'Notes'),
} as const

const PART = { name: both('姓名', 'name'), post: both('职务', 'post'), phone: both('电话', 'phone') } as const
const STATE = both('达标', 'state')

/** What may be known of a responsible person, as columns. */
export const PERSON_PARTS = ['name', 'post', 'phone'] as const
export type PersonPart = (typeof PERSON_PARTS)[number]

/** The head of a column about a person. */
export function personHead(role: Responsible, part: PersonPart): Bilingual {
  return joined(ROLE_WORDS[role], PART[part])
}

/** The head of a column about a standard. */
export function standardHead(standard: Standard): Bilingual {
  return joined(STANDARD_WORDS[standard], STATE)
}

/** Every person column and every standard, in the order of a sheet. */
export const PERSON_HEADS = RESPONSIBLE.flatMap((role) =>
  PERSON_PARTS.map((part) => ({ role, part, head: personHead(role, part) })),
)
export const STANDARD_HEADS = STANDARDS.map((standard) => ({ standard, head: standardHead(standard) }))

function joined(a: Bilingual, b: Bilingual): Bilingual {
  return both(`${a['zh-CN']}${b['zh-CN']}`, `${a.en}: ${b.en}`)
}

/** The value a cell means: its key, or its word in any language; null where there is none such. */
export function meant<K extends string>(keys: readonly K[], words: Words<K>, cell: string): K | null {
  const said = cell.trim().toLowerCase()
  return keys.find((key) => [key, words[key]['zh-CN'], words[key].en].some((one) => one.toLowerCase() === said)) ?? null
}

/** What a cell may say, for whoever wrote something else. */
export function choices<K extends string>(keys: readonly K[], words: Words<K>, language: Language): string {
  return keys.map((key) => words[key][language]).join(language === 'en' ? ' / ' : '、')
}

/** What is wrong with a cell or a line. */
export const FAULTS = {
  quote: both('引号没有闭合', 'a quote is not closed'),
  empty: both('没有数据行', 'there is no line under the head'),
  noSiteColumn: both('缺少“矿井编号”列', 'expected a column “Site id”'),
  unknownColumn: both('不认识的列', 'there is no such column'),
  twice: both('同一列出现两次', 'the column stands there twice'),
  unknownSite: both('没有此矿井，或不在您的辖区', 'there is no such site, or it is not one of yours'),
  siteTwice: both('此矿井已在前面出现', 'the site stands in an earlier line too'),
  tooMany: both('多出的单元格', 'more cells than the head has'),
  oneOf: (list: string) => both(`应为：${list}`, `expected one of ${list}`),
  date: both('应为日期，如 2026-01-12', 'expected a date such as 2026-01-12'),
  ahead: both('日期在将来', 'the date lies ahead'),
  days: both('应为 1 到 366 的整数', 'expected a whole number from 1 to 366'),
  phone: both(
    '应为 5 到 15 位电话号码，如 +8613900000001',
    'expected a telephone number of 5 to 15 digits, such as +8613900000001',
  ),
  masked: both('号码被遮盖，不能导入', 'the number is masked and cannot be imported'),
  tooLong: (most: number) => both(`最多 ${most} 字`, `expected at most ${most} characters`),
  needs: (head: Bilingual) => both(`需要同时填写“${head['zh-CN']}”`, `expected “${head.en}” beside it`),
} as const
