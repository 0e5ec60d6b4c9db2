import { cp } from 'node:fs/promises'
import type { Quantity } from '../../../core/contract/quantity.ts'
import { QUANTITIES } from '../../../core/contract/quantity.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import type { HistoryBatch } from '../../../dashboard/server/history/store.ts'
import { openControlWeb } from '../../dashboard/server/http/control-web.ts'
import { edge } from '../../dashboard/server/ingest/edge.ts'

const MINUTE = 60_000
const DAY = 86_400_000

/** A point of the past: what it read at an instant, null where nothing was read. */
interface PastPoint {
  readonly site: string
  readonly device: string
  readonly point: string
  readonly names: readonly [zh: string, en: string]
  readonly quantity: Quantity
  readonly read: (at: number) => number | boolean | null
}

const wave = (middle: number, swing: number, periodMs: number) => (at: number) =>
  middle + swing * Math.sin((at / periodMs) * 2 * Math.PI) + swing * 0.3 * Math.sin(at / 1_700_000)

/** A winch that runs in the small hours of every third night of +08:00. */
function winch(at: number): number {
  const local = at + 8 * 3_600_000
  const isNight = local % DAY > 1.5 * 3_600_000 && local % DAY < 3.2 * 3_600_000
  const runs = isNight && Math.floor(local / DAY) % 3 === 0 && Math.floor(at / (4 * MINUTE)) % 3 > 0
  return 900 + 260 * Math.sin(at / 940_000) + (runs ? 31_000 + 900 * Math.sin(at / 60_000) : 0)
}

export const PAST_POINTS: readonly PastPoint[] = [
  point('east-pit/feeder/active-power', 'power', ['总有功功率', 'Active power'], winch),
  point('east-pit/feeder/voltage', 'voltage', ['A 相电压', 'Voltage A'], wave(228, 2.4, 5 * 3_600_000)),
  point('east-pit/feeder/door', 'contact', ['井口盖门磁', 'Shaft hatch'], (at) => winch(at) > 10_000),
  point('north-flat/fan/active-power', 'power', ['局扇功率', 'Fan power'], wave(11_200, 700, 3 * 3_600_000)),
  point('north-flat/sump/level', 'level', ['水位', 'Sump level'], wave(2.84, 0.3, 9 * 3_600_000)),
  point('north-flat/sump/methane', 'gas', ['甲烷', 'Methane'], wave(0.31, 0.06, 2 * 3_600_000)),
]

function point(name: string, quantity: Quantity, names: PastPoint['names'], read: PastPoint['read']): PastPoint {
  const [site = '', device = '', id = ''] = name.split('/')
  return { site, device, point: id, quantity, names, read }
}

/**
 * A real control room with the page of folder `dist`, two sites, and readings a minute apart over `days` up to now with nothing read in
 * the two hours that ended five hours ago.
 */
export async function openPastRoom(dist: string, days = 9) {
  const web = await openControlWeb()
  await cp(dist, web.pageFolder, { recursive: true })
  const { site, ...rest } = edge({ site: 'north-flat' }).about()
  const name = { 'zh-CN': '北坪煤矿', en: 'North Flat mine' }
  web.county.nodeBorn({ ...rest, rules: [], site: { ...site, name, area: { 'zh-CN': '北坪镇', en: 'Northflat' } } })
  const devices = Map.groupBy(PAST_POINTS, (one) => `${one.site}/${one.device}`)
  const deviceNames: Readonly<Record<string, readonly [string, string]>> = {
    feeder: ['进线电表', 'Feeder meter'],
    fan: ['局扇电表', 'Fan meter'],
    sump: ['水仓', 'Sump'],
  }
  for (const points of devices.values()) {
    const { site: of = '', device = '' } = points[0] ?? {}
    const [zh = '', en = ''] = deviceNames[device] ?? []
    web.county.deviceBorn(of, {
      ...{ device, name: { 'zh-CN': zh, en }, profile: 'scripted/points' },
      points: points.map(({ point: id, names, quantity }) => ({
        ...{ device, point: id, name: { 'zh-CN': names[0], en: names[1] }, quantity },
        ...{ unit: QUANTITIES[quantity].unit, range: null, latest: null },
      })),
    })
  }
  const now = Math.floor(Date.now() / MINUTE) * MINUTE
  const instants = Array.from({ length: days * 1_440 }, (_, index) => now - (days * 1_440 - 1 - index) * MINUTE)
  const read = instants.filter((at) => at < now - 7 * 3_600_000 || at > now - 5 * 3_600_000)
  const never = new AbortController().signal
  for (const [index, one] of PAST_POINTS.entries()) {
    const batch: HistoryBatch = {
      ...{ site: one.site, device: one.device, stream: `s000000${index}`, firstSeq: 1 },
      readings: read.map((at) => {
        const value = one.read(at)
        const { point: id, quantity } = one
        return { point: id, quantity, value, quality: value === null ? 'bad' : 'good', at: UtcMs.parse(at) }
      }),
    }
    await web.history.write([batch], never)
    const last = read.at(-1) ?? now
    web.county.reading(one.site, `${one.device}/${one.point}`, {
      ...{ value: one.read(last), quality: 'good', reason: null, at: UtcMs.parse(last) },
      ...{ validUntil: UtcMs.parse(last + 3_600_000), uncertaintyMs: 0 },
    })
  }
  return { ...web, now }
}
