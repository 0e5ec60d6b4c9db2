import type { Alarm } from '../../../core/contract/alarm.ts'
import { SiteDetail, SiteSummary, type LatestReading, type PointInfo } from '../../../core/contract/http.ts'
import { QUANTITIES, type Quantity } from '../../../core/contract/quantity.ts'
import type { SiteKind } from '../../../core/contract/site.ts'
import type { UtcMs } from '../../../core/contract/time.ts'

/** What a scripted point reads at an instant, in the quantity's own unit; null = the device gives no value. */
export type Signal = (at: number) => number | boolean | null

export interface ScriptedPoint {
  readonly info: PointInfo
  readonly signal: Signal
  readonly limit?: number
}

export interface ScriptedSite {
  readonly id: string
  readonly name: readonly [zh: string, en: string]
  readonly kind: SiteKind
  readonly area: readonly [zh: string, en: string]
  readonly place: readonly [x: number, y: number]
  readonly headline: string
  /** Data stops at this instant: the gateway is cut off (`dead`), or its data is late (`late`). */
  readonly stopped?: { readonly at: number; readonly how: 'dead' | 'late' }
  readonly devices: readonly {
    readonly id: string
    readonly name: readonly [zh: string, en: string]
    readonly profile: string
    readonly online: boolean
  }[]
  readonly points: readonly ScriptedPoint[]
}

/** The instant every script starts from: a January night, 03:07:05 in the county. */
export const NIGHT = Date.UTC(2026, 0, 11, 19, 7, 5)

/** When the winch at the east pit started. */
export const WINCH_FROM = NIGHT - 754_000

const wave = (middle: number, swing: number, periodMs: number): Signal => {
  return (at) => middle + swing * Math.sin((at / periodMs) * 2 * Math.PI) + swing * 0.2 * Math.sin(at / 3_300)
}
const steady = (value: number): Signal => wave(value, value * 0.004, 61_000)
const always = (value: boolean): Signal => {
  return () => value
}

/** Load of a winch and a fan that start in the night: strokes of a minute above the fan's base. */
function winch(at: number): number {
  if (at < WINCH_FROM) return 18 + 4 * Math.sin(at / 40_000)
  const stroke = (at - WINCH_FROM) % 170_000
  const lifting = stroke > 15_000 && stroke < 80_000 ? 21_400 + 900 * Math.sin(stroke / 4_000) : 0
  return 11_200 + 160 * Math.sin(at / 2_700) + lifting
}

function point(
  ref: string,
  quantity: Quantity,
  names: readonly [string, string],
  rest: { signal: Signal; limit?: number },
): ScriptedPoint {
  const [device = '', id = ''] = ref.split('/')
  return {
    ...rest,
    info: {
      device,
      point: id,
      name: { 'zh-CN': names[0], en: names[1] },
      quantity,
      unit: QUANTITIES[quantity].unit,
      range: null,
    },
  }
}

function meter(power: Signal, volts = 228, limit?: number): ScriptedPoint[] {
  const amps: Signal = (at) => Number(power(at)) / (volts * 3 * 0.84)
  const device = 'feeder-meter'
  return [
    point(`${device}/active-power`, 'power', ['总有功功率', 'Active power'], {
      signal: power,
      ...(limit === undefined ? {} : { limit }),
    }),
    point(`${device}/voltage-a`, 'voltage', ['A 相电压', 'Voltage A'], { signal: wave(volts, 1.4, 190_000) }),
    point(`${device}/voltage-b`, 'voltage', ['B 相电压', 'Voltage B'], { signal: wave(volts + 1.1, 1.3, 170_000) }),
    point(`${device}/voltage-c`, 'voltage', ['C 相电压', 'Voltage C'], { signal: wave(volts - 0.7, 1.5, 210_000) }),
    point(`${device}/current-a`, 'current', ['A 相电流', 'Current A'], { signal: amps }),
    point(`${device}/current-b`, 'current', ['B 相电流', 'Current B'], { signal: (at) => Number(amps(at)) * 1.02 }),
    point(`${device}/current-c`, 'current', ['C 相电流', 'Current C'], { signal: (at) => Number(amps(at)) * 0.97 }),
    point(`${device}/power-factor`, 'power_factor', ['功率因数', 'Power factor'], { signal: steady(0.84) }),
    point(`${device}/frequency`, 'frequency', ['频率', 'Frequency'], { signal: steady(50.01) }),
    point(`${device}/energy`, 'energy', ['正向有功电能', 'Energy'], {
      signal: (at) => 18_233 + (at - NIGHT) / 360_000,
    }),
  ]
}

const METER = {
  id: 'feeder-meter',
  name: ['进线电表', 'Feeder meter'],
  profile: 'eastron/sdm630',
  online: true,
} as const
const CONTACTS = { id: 'contacts', name: ['开关量模块', 'Contacts'], profile: 'generic/di8', online: true } as const
const CAMERA = {
  id: 'yard-camera',
  name: ['场院摄像机', 'Yard camera'],
  profile: 'hikvision/isapi',
  online: true,
} as const

/** A fictional county of eight sites, one of each trouble. */
export const COUNTY: readonly ScriptedSite[] = [
  {
    id: 'east-gully',
    name: ['东沟关闭煤矿', 'East Gully'],
    kind: 'closed-pit',
    area: ['青杨镇', 'Greenpoplar'],
    place: [66, 30],
    headline: 'feeder-meter/active-power',
    devices: [METER, CONTACTS, CAMERA],
    points: [
      ...meter(winch, 228, 1_000),
      point('contacts/meter-cover', 'tamper', ['表盖', 'Meter cover'], { signal: always(false) }),
      point('contacts/hatch', 'contact', ['井口盖门磁', 'Shaft hatch'], { signal: always(false) }),
      point('contacts/fan-running', 'running', ['局扇运行', 'Local fan'], { signal: (at) => at > WINCH_FROM }),
      point('yard-camera/human', 'presence', ['人员', 'Person'], { signal: (at) => at > WINCH_FROM + 60_000 }),
      point('yard-camera/vehicle', 'presence', ['车辆', 'Vehicle'], { signal: always(false) }),
      point('yard-camera/stream', 'stream', ['事件流', 'Event stream'], { signal: always(true) }),
    ],
  },
  {
    id: 'stone-ridge',
    name: ['石岭封闭井', 'Stone Ridge shaft'],
    kind: 'sealed-shaft',
    area: ['青杨镇', 'Greenpoplar'],
    place: [82, 58],
    headline: 'feeder-meter/active-power',
    devices: [METER, CONTACTS],
    points: [
      ...meter(wave(840, 260, 940_000), 231, 3_000),
      point('contacts/seal', 'contact', ['封堵墙门磁', 'Seal contact'], { signal: always(false) }),
    ],
  },
  {
    id: 'willow-bend',
    name: ['柳湾排水矿', 'Willow Bend'],
    kind: 'dewatering-pit',
    area: ['柳湾乡', 'Willow'],
    place: [30, 66],
    headline: 'sump/level',
    devices: [METER, { id: 'sump', name: ['水仓液位', 'Sump'], profile: 'generic/ai-4-20', online: true }],
    points: [
      ...meter(wave(7_420, 90, 240_000), 226),
      point('sump/level', 'level', ['水位', 'Level'], { signal: wave(2.84, 0.21, 5_400_000), limit: 3.2 }),
      point('sump/loop', 'loop_current', ['回路电流', 'Loop current'], { signal: steady(11.6) }),
    ],
  },
  {
    id: 'north-flat',
    name: ['北坪煤矿', 'North Flat mine'],
    kind: 'licensed-mine',
    area: ['北坪镇', 'Northflat'],
    place: [44, 16],
    headline: 'return-air/velocity',
    devices: [
      METER,
      { id: 'return-air', name: ['总回风巷', 'Main return'], profile: 'generic/ai-4-20', online: true },
      { id: 'pump-2', name: ['2 号水泵', 'Pump 2'], profile: 'acrel/adl400', online: false },
    ],
    points: [
      ...meter(wave(412_000, 21_000, 1_200_000), 229),
      point('return-air/velocity', 'air_velocity', ['风速', 'Air velocity'], {
        signal: wave(4.12, 0.16, 60_000),
        limit: 0.25,
      }),
      point('return-air/methane', 'gas', ['甲烷', 'Methane'], { signal: wave(0.31, 0.04, 420_000), limit: 0.75 }),
      point('return-air/temperature', 'temperature', ['温度', 'Temperature'], { signal: wave(19.4, 0.3, 900_000) }),
      point('pump-2/active-power', 'power', ['有功功率', 'Active power'], { signal: () => null }),
    ],
  },
  {
    id: 'white-cliff',
    name: ['白崖露天坑', 'White Cliff quarry'],
    kind: 'open-pit',
    area: ['柳湾乡', 'Willow'],
    place: [12, 40],
    headline: 'feeder-meter/active-power',
    devices: [METER],
    points: meter(wave(210, 12, 77_000), 233, 2_000),
  },
  {
    id: 'lookout',
    name: ['望岭监控铁塔', 'Lookout tower'],
    kind: 'monitoring-tower',
    area: ['北坪镇', 'Northflat'],
    place: [58, 50],
    headline: 'yard-camera/stream',
    devices: [CAMERA],
    points: [
      point('yard-camera/human', 'presence', ['人员', 'Person'], { signal: always(false) }),
      point('yard-camera/vehicle', 'presence', ['车辆', 'Vehicle'], { signal: always(false) }),
      point('yard-camera/stream', 'stream', ['事件流', 'Event stream'], { signal: always(true) }),
    ],
  },
  {
    id: 'pine-slope',
    name: ['松坡封闭井', 'Pine Slope shaft'],
    kind: 'sealed-shaft',
    area: ['松坡乡', 'Pine'],
    place: [74, 88],
    headline: 'feeder-meter/active-power',
    stopped: { at: NIGHT - 194_000, how: 'dead' },
    devices: [{ ...METER, online: false }],
    points: meter(wave(310, 20, 80_000), 230, 3_000),
  },
  {
    id: 'black-creek',
    name: ['乌溪关闭矿', 'Black Creek'],
    kind: 'closed-pit',
    area: ['松坡乡', 'Pine'],
    place: [40, 90],
    headline: 'feeder-meter/active-power',
    stopped: { at: NIGHT - 41_000, how: 'late' },
    devices: [METER],
    points: meter(wave(12, 2, 50_000), 227, 1_000),
  },
]

/** The reading of a scripted point at `now`; readings last 2.5 s. */
export function latestOf(site: ScriptedSite, { signal }: ScriptedPoint, now: number): LatestReading {
  const at = Math.min(now, site.stopped?.at ?? now) as UtcMs
  const value = signal(at)
  const validUntil = (at + 2_500) as UtcMs
  return value === null
    ? { value, quality: 'bad', reason: 'timeout', at, validUntil, uncertaintyMs: 0 }
    : { value, quality: 'good', reason: null, at, validUntil, uncertaintyMs: 0 }
}

/** The summary of a scripted site with the alarms that are open. */
export function summaryOf(site: ScriptedSite, alarms: readonly Alarm[], now: number): SiteSummary {
  const open = alarms.filter((alarm) => alarm.site === site.id && alarm.state !== 'closed')
  const count = (priority: Alarm['priority']) => open.filter((alarm) => alarm.priority === priority).length
  const unacked = open.filter((alarm) => alarm.state !== 'acked').map((alarm) => alarm.priority)
  const latest = site.points.map((scripted) => latestOf(site, scripted, now))
  const head = site.points.find(({ info }) => `${info.device}/${info.point}` === site.headline)
  const lastHeardAt = Math.min(now, site.stopped?.at ?? now)
  return SiteSummary.parse({
    site: siteOf(site),
    online: site.stopped?.how !== 'dead',
    lastHeardAt,
    openAlarms: { red: count('red'), orange: count('orange'), yellow: count('yellow'), blue: count('blue') },
    worstUnacked: (['red', 'orange', 'yellow', 'blue'] as const).find((priority) => unacked.includes(priority)) ?? null,
    points: latest.length,
    notGood: latest.filter(({ quality }) => quality !== 'good').length,
    freshUntil: lastHeardAt + 2_500,
    headline:
      head === undefined ? null : { ...latestOf(site, head, now), point: site.headline, quantity: head.info.quantity },
  })
}

/** All there is to know of a scripted site. */
export function detailOf(site: ScriptedSite, alarms: readonly Alarm[], now: number): SiteDetail {
  return SiteDetail.parse({
    summary: summaryOf(site, alarms, now),
    devices: site.devices.map(({ name, ...device }) => ({ ...device, name: { 'zh-CN': name[0], en: name[1] } })),
    points: site.points.map((scripted) => ({ ...scripted.info, latest: latestOf(site, scripted, now) })),
    limits: site.points.flatMap(({ info, limit }) =>
      limit === undefined
        ? []
        : [{ rule: `limit-${info.point}`, point: `${info.device}/${info.point}`, limit, priority: 'red' }],
    ),
  })
}

function siteOf({ id, name, kind, area, place, headline }: ScriptedSite) {
  return {
    id,
    kind,
    headline,
    name: { 'zh-CN': name[0], en: name[1] },
    area: { 'zh-CN': area[0], en: area[1] },
    zone: 'Asia/Shanghai',
    place: { x: place[0], y: place[1] },
    simulated: true,
  }
}
