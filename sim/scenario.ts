import type { Bilingual } from '../core/contract/text.ts'

/** Something that can happen at a site. What it does there is the site's own business. */
export const CUES = [
  'fan',
  'winch',
  'vehicle',
  'person',
  'dry',
  'loop-broken',
  'cut',
  'door-open',
  'cover-open',
] as const
export type CueName = (typeof CUES)[number]

/** One thing that happens: `cue` at `site`, from and to in seconds of scenario time. */
export interface Cue {
  readonly cue: CueName
  readonly site: string
  readonly from: number
  readonly to: number
  readonly about: Bilingual
}

/** A night as data. */
export interface Scenario {
  readonly id: ScenarioId
  /** The cues happen again after this many seconds; null = once. */
  readonly repeatS: number | null
  readonly cues: readonly Cue[]
}

export const SCENARIOS = ['night', 'quiet'] as const
export type ScenarioId = (typeof SCENARIOS)[number]

/** When a cue is on: seconds since it began, and since it last ended; null = not on, or never yet in this round. */
export interface Stage {
  readonly on: number | null
  readonly over: number | null
}

/** Where `cue` at `site` stands at a second of scenario time. */
export function stageOf(scenario: Scenario, site: string, cue: CueName): (seconds: number) => Stage {
  const cues = scenario.cues.filter((candidate) => candidate.cue === cue && candidate.site === site)
  return (seconds) => {
    const within = scenario.repeatS !== null && seconds >= 0 ? seconds % scenario.repeatS : seconds
    const on = cues.find(({ from, to }) => within >= from && within < to)
    const ended = cues.filter(({ to }) => within >= to).at(-1)
    return { on: on === undefined ? null : within - on.from, over: ended === undefined ? null : within - ended.to }
  }
}

/** How often `cue` has begun at `site` since second 0. */
export function timesOf(scenario: Scenario, site: string, cue: CueName): (seconds: number) => number {
  const begins = scenario.cues.flatMap(({ cue: name, site: at, from }) => (name === cue && at === site ? [from] : []))
  return (seconds) => {
    if (seconds < 0) return 0
    const rounds = scenario.repeatS === null ? 0 : Math.floor(seconds / scenario.repeatS)
    const within = seconds - rounds * (scenario.repeatS ?? 0)
    return rounds * begins.length + begins.filter((from) => within >= from).length
  }
}

/** The scenario called `id`. */
export function scenarioOf(id: ScenarioId): Scenario {
  return id === 'night' ? NIGHT : { id, repeatS: null, cues: [] }
}

/**
 * The scripted night. First a fan and then a winch at a pit that is closed: the order in which hidden mining starts,
 * because nobody goes down before the air does.
 */
const NIGHT: Scenario = {
  id: 'night',
  repeatS: 1_800,
  cues: [
    {
      cue: 'fan',
      site: 'beigou-pit',
      from: 20,
      to: 215,
      about: {
        'zh-CN': '北沟废井：断电的馈线上启动局扇',
        en: 'Beigou closed pit: a fan starts on a feeder that should be dead',
      },
    },
    {
      cue: 'winch',
      site: 'beigou-pit',
      from: 35,
      to: 200,
      about: { 'zh-CN': '北沟废井：绞车开始往复提升', en: 'Beigou closed pit: a winch begins its strokes' },
    },
    {
      cue: 'vehicle',
      site: 'beigou-pit',
      from: 60,
      to: 82,
      about: { 'zh-CN': '北沟废井：摄像机看到车辆', en: 'Beigou closed pit: the camera sees a vehicle' },
    },
    {
      cue: 'dry',
      site: 'hongni-sump',
      from: 85,
      to: 135,
      about: { 'zh-CN': '红泥湾排水点：水泵抽空', en: 'Hongni dewatering pit: the pump runs dry' },
    },
    {
      cue: 'loop-broken',
      site: 'liushu-shaft',
      from: 100,
      to: 130,
      about: { 'zh-CN': '柳树封闭井：风速回路断线', en: 'Liushu sealed shaft: the air-velocity loop breaks' },
    },
    {
      cue: 'cut',
      site: 'baiya-quarry',
      from: 110,
      to: 160,
      about: { 'zh-CN': '白崖露天矿：网关通信被切断', en: 'Baiya open pit: the gateway is cut off' },
    },
    {
      cue: 'door-open',
      site: 'baiya-quarry',
      from: 116,
      to: 150,
      about: {
        'zh-CN': '白崖露天矿：通信中断时柜门被打开，网关自行发短信',
        en: 'Baiya open pit: cut off, its cabinet is opened; the gateway texts by itself',
      },
    },
    {
      cue: 'cover-open',
      site: 'shipo-pit',
      from: 150,
      to: 185,
      about: { 'zh-CN': '石坡废井：电表表盖被打开', en: 'Shipo closed pit: the meter cover is opened' },
    },
    {
      cue: 'person',
      site: 'wangtai-tower',
      from: 170,
      to: 190,
      about: { 'zh-CN': '望台监测塔：摄像机看到人员', en: 'Wangtai tower: the camera sees a person' },
    },
  ],
}
