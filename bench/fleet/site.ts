import type { SiteAbout } from '../../core/contract/lanes.ts'
import type { Dating } from '../../core/contract/clock.ts'
import type { StreamId } from '../../core/contract/chain.ts'
import type { BirthDevice } from '../../gateway/uplink/births.ts'

export const GROUP = 'county'
export const DEVICE = 'meter'
export const POINTS = 30
/** A gateway reads so often, ms. */
export const PERIOD_MS = 5_000
const VALID_MS = 3 * PERIOD_MS

/** A simulated site's id. */
export function siteId(index: number): string {
  return `site-${String(index).padStart(4, '0')}`
}

/** What a simulated gateway says of itself at birth. */
export function aboutOf(index: number, stream: StreamId, dating: Dating): SiteAbout {
  return {
    site: {
      id: siteId(index),
      name: { 'zh-CN': `模拟站点${index}`, en: `Simulated site ${index}` },
      kind: 'closed-pit',
      area: { 'zh-CN': '模拟乡', en: 'Simulated township' },
      zone: 'Asia/Shanghai',
      place: { x: index % 100, y: Math.floor(index / 100) },
      simulated: true,
    },
    version: 'simulated',
    stream,
    dating,
    rules: [],
  }
}

/** Its one device. */
export function deviceOf(): BirthDevice {
  return {
    device: DEVICE,
    name: { 'zh-CN': '模拟电表', en: 'simulated meter' },
    profile: 'simulated/thirty',
    points: Array.from({ length: POINTS }, (_, point) => ({
      ...{ device: DEVICE, point: `point-${point}`, name: null, quantity: 'power' as const, unit: 'W' },
      ...{ range: null, validForMs: VALID_MS },
    })),
  }
}

/** What a point shows in a round: it moves, with one digit. */
export function valueAt(index: number, point: number, round: number): number {
  return Math.round(10_000 * (1 + Math.sin(index + point * 0.7 + round * 0.13))) / 10
}
