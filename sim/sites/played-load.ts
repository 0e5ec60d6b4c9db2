import { meter } from '../models/meter.ts'
import { sdm630Points } from '../models/meter-points.ts'
import { played, playedEnergy, type Series } from '../models/series.ts'
import { silent } from '../rules.ts'
import type { SimSite } from '../site.ts'

const ID = 'played-load'

/** The point a series is played out of unless another is named. */
export const PLAYED_POINT = 'active-power'

/**
 * A site whose one meter plays `series`, polled once a step. Played out of `active-power` the whole meter follows the
 * load; any other point shows the bare values of the series.
 * Its limits come from the series itself: the highest and lowest half percent, and the steepest thousandth.
 */
export function playedSite(series: Series, point: string = PLAYED_POINT): SimSite {
  const every = `${series.stepMs}ms`
  const sorted = series.watts.toSorted()
  const high = quantile(sorted, 0.995)
  const low = quantile(sorted, 0.005)
  const band = (quantile(sorted, 0.95) - quantile(sorted, 0.05)) / 10
  const windowMs = Math.max(4 * series.stepMs, 60_000)
  const watched = `feeder-meter/${point}`
  return {
    site: {
      id: ID,
      name: { 'zh-CN': '回放负荷', en: 'Played load' },
      kind: 'licensed-mine',
      area: { 'zh-CN': '回放', en: 'Playback' },
      place: { x: 50, y: 50 },
      simulated: true,
      headline: watched,
    },
    buses: [{ id: 'cabinet', kind: 'tcp', port: 15_029 }],
    devices: [
      {
        id: 'feeder-meter',
        name: { 'zh-CN': '回放电能表', en: 'Meter that plays a recording' },
        profile: 'eastron/sdm630',
        bus: 'cabinet',
        unit: 1,
        every,
        points: [...new Set([point, 'energy-import'])],
        model: (world) => model(series, point, world.seed),
      },
    ],
    cameras: [],
    rules: [
      {
        id: 'load-high',
        type: 'high-limit',
        point: watched,
        priority: 'orange',
        name: { 'zh-CN': '负荷过高', en: 'Load unusually high' },
        with: { limit: rounded(high), deadband: rounded(band) },
      },
      {
        id: 'load-low',
        type: 'low-limit',
        point: watched,
        priority: 'yellow',
        name: { 'zh-CN': '负荷过低', en: 'Load unusually low' },
        with: { limit: rounded(low), deadband: rounded(band) },
      },
      {
        id: 'load-step',
        type: 'rate-of-change',
        point: watched,
        priority: 'yellow',
        name: { 'zh-CN': '负荷突变', en: 'Load changing fast' },
        with: { ...steepest(series, windowMs), per: 'h', window: `${windowMs}ms` },
      },
      {
        ...silent('meter-silent', watched, { 'zh-CN': '电能表失联', en: 'Meter silent' }),
        with: { after: `${96 * series.stepMs}ms` },
      },
    ],
  }
}

function model(series: Series, point: string, seed: number) {
  const load = played(series)
  const name = `${ID}/feeder-meter`
  const energy = playedEnergy(series)
  const measured = meter({ seed, name, load, live: () => true, startKWh: 0, energy })
  return (seconds: number) => {
    const points = sdm630Points(measured(seconds))
    if (point === PLAYED_POINT) return points
    const { watts } = load(seconds)
    return { ...points, [point]: watts[0] + watts[1] + watts[2] }
  }
}

/** The rise and fall over a window, per hour, that only one step in a thousand exceeds. */
function steepest({ watts, stepMs }: Series, windowMs: number): { rise: number; fall: number } {
  const steps = Math.max(1, Math.round(windowMs / stepMs))
  const perHour = 3_600_000 / (steps * stepMs)
  const changes = watts.slice(steps).map((value, index) => (value - (watts[index] ?? 0)) * perHour)
  const sorted = changes.toSorted()
  return {
    rise: Math.max(1, rounded(quantile(sorted, 0.999))),
    fall: Math.max(1, rounded(-quantile(sorted, 0.001))),
  }
}

function quantile(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
}

/** Three significant digits: a limit is a number a person could have set. */
function rounded(value: number): number {
  return Number(value.toPrecision(3))
}
