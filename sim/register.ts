import type {
  Acceptance,
  RegisterStatus,
  Responsible,
  SealKind,
  SiteCheck,
  Standard,
} from '../core/contract/register.ts'

/** What people of the fictional county have on file about a site. Nobody of these names exists, and nobody has these numbers. */
export interface SimFile {
  readonly site: string
  readonly status: RegisterStatus
  readonly checkEveryDays: number
  readonly persons: Readonly<Partial<Record<Responsible, readonly [name: string, post: string, phone: string]>>>
  readonly sealing?: {
    readonly kind: SealKind
    readonly date: string
    readonly acceptance: Acceptance
    readonly acceptedOn?: string
    readonly acceptedBy?: string
  }
  /** Standards that are not met, with the reason; the rest are, where the site is closed. */
  readonly unmet?: Readonly<Partial<Record<Standard, string>>>
  /** Checks by how many days ago they were. */
  readonly checks: readonly (Omit<SiteCheck, 'date'> & { readonly daysAgo: number })[]
  readonly notes: string
}

const number = (n: number) => `+861390000${String(n).padStart(4, '0')}`
const leader = ['卢听松（模拟）', '副县长', number(4101)] as const
const department = ['温北川（模拟）', '县自然资源局', number(4102)] as const
const TOWNS = {
  xugu: ['岳小满（模拟）', '虚谷镇安监站', number(4111)],
  yunjiao: ['祁望云（模拟）', '云脚乡安监站', number(4112)],
  wangtai: ['孔清和（模拟）', '望台镇安监站', number(4113)],
} as const
const county = { 'county-leader': leader, department } as const

const check = (daysAgo: number, by: string, note = '', faults = false) =>
  ({ daysAgo, by, note, level: 'village', result: faults ? 'faults' : 'in-order' }) as const

/** The register of the fictional county. */
export const SIM_REGISTER: readonly SimFile[] = [
  {
    site: 'beigou-pit',
    status: 'closed',
    checkEveryDays: 7,
    persons: {
      ...county,
      town: TOWNS.xugu,
      'first-finder': ['苗守沟（模拟）', '北沟村', number(4121)],
      'first-reporter': ['苗守沟（模拟）', '北沟村', number(4121)],
      'grid-worker': ['雷小坡（模拟）', '虚谷镇第 3 网格', number(4122)],
    },
    sealing: {
      kind: 'filled',
      date: '2019-06-12',
      acceptance: 'accepted',
      acceptedOn: '2019-07-03',
      acceptedBy: '县验收组（模拟）',
    },
    checks: [
      check(3, '雷小坡（模拟）', '井口填实完好，警示牌在'),
      { ...check(24, '虚谷镇安监站（模拟）'), level: 'town' },
      { ...check(70, '县督查组（模拟）', '井口东侧有新车辙，已查明为农用车'), level: 'county' },
    ],
    notes: '线路 10 kV 北沟支线已断开，表前有电压。（模拟）',
  },
  {
    site: 'shipo-pit',
    status: 'closed',
    checkEveryDays: 7,
    persons: {
      ...county,
      town: TOWNS.xugu,
      'first-finder': ['石来福（模拟）', '石坡村', number(4131)],
      'grid-worker': ['雷小坡（模拟）', '虚谷镇第 3 网格', number(4122)],
    },
    sealing: {
      kind: 'wall',
      date: '2016-10-30',
      acceptance: 'failed',
      acceptedOn: '2024-04-18',
      acceptedBy: '县验收组（模拟）',
    },
    unmet: { shafts: '回风井口仅砌墙，未填实', ground: '场坪未复垦' },
    checks: [
      check(19, '石来福（模拟）', '回风井墙体开裂', true),
      { ...check(33, '虚谷镇安监站（模拟）'), level: 'town' },
    ],
    notes: '列入重新关闭计划。（模拟）',
  },
  {
    site: 'liushu-shaft',
    status: 'guarded',
    checkEveryDays: 7,
    persons: {
      ...county,
      town: TOWNS.yunjiao,
      'first-finder': ['柳二顺（模拟）', '柳树村', number(4141)],
      'grid-worker': ['方小雨（模拟）', '云脚乡第 1 网格', number(4142)],
      guard: ['柳长庚（模拟）', '看护点', number(4143)],
    },
    sealing: {
      kind: 'slab',
      date: '2021-11-05',
      acceptance: 'accepted',
      acceptedOn: '2021-12-01',
      acceptedBy: '县验收组（模拟）',
    },
    checks: [check(1, '柳长庚（模拟）', '盖板与密闭门完好'), check(8, '柳长庚（模拟）')],
    notes: '看护房冬季用电暖器，额定 2 kW。（模拟）',
  },
  {
    site: 'hongni-sump',
    status: 'dewatering',
    checkEveryDays: 7,
    persons: {
      ...county,
      town: TOWNS.yunjiao,
      'first-finder': ['洪水生（模拟）', '红泥湾村', number(4151)],
      'grid-worker': ['方小雨（模拟）', '云脚乡第 1 网格', number(4142)],
      guard: ['洪大堤（模拟）', '排水工', number(4152)],
    },
    sealing: { kind: 'grille', date: '2020-08-20', acceptance: 'pending' },
    unmet: { power: '排水泵经批准保留供电' },
    checks: [check(5, '洪大堤（模拟）', '水位 2.4 m，泵正常')],
    notes: '排水许可至明年六月。（模拟）',
  },
  {
    site: 'songling-mine',
    status: 'licensed-working',
    checkEveryDays: 31,
    persons: { ...county, town: TOWNS.wangtai, 'grid-worker': ['松小川（模拟）', '望台镇第 2 网格', number(4161)] },
    checks: [{ ...check(12, '望台镇安监站（模拟）', '主扇、主排水泵运行正常'), level: 'town' }],
    notes: '',
  },
  {
    site: 'baiya-quarry',
    status: 'licensed-suspended',
    checkEveryDays: 31,
    persons: { 'county-leader': leader, town: TOWNS.wangtai },
    checks: [{ ...check(46, '望台镇安监站（模拟）', '停产期间破碎机仍有用电', true), level: 'town' }],
    notes: '雨雪天气停产令未解除。（模拟）',
  },
  {
    site: 'wangtai-tower',
    status: 'lookout',
    checkEveryDays: 92,
    persons: { town: TOWNS.wangtai },
    checks: [],
    notes: '塔基由铁塔公司维护。（模拟）',
  },
]
