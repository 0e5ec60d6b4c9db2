import { History } from '../../../core/contract/http.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import { type LaneContent, openLane } from '../../../dashboard/web/parts/chart-lane.ts'
import { since, trendOf, withReading } from '../../../dashboard/web/stores/trend.ts'

const POINTS = 600
const PERIOD_MS = 1_000
const START = Date.UTC(2026, 0, 12)

/** `count` lanes of 600 readings each, all of which move on by one reading each turn; ms of each turn until all are drawn. */
export async function timeTiles(count: number, repeats: number): Promise<number[]> {
  const field = document.createElement('div')
  document.body.append(field)
  const tiles = Array.from({ length: count }, (_, index) => openTile(field, index))
  const took: number[] = []
  for (let turn = 0; turn < repeats; turn += 1) {
    await new Promise(requestAnimationFrame)
    const began = performance.now()
    for (const tile of tiles) tile.tick(POINTS + turn)
    // A lane draws when the task that changed it has ended.
    await Promise.resolve()
    await Promise.resolve()
    took.push(performance.now() - began)
  }
  for (const tile of tiles) tile.close()
  field.remove()
  return took
}

function openTile(field: HTMLElement, tile: number) {
  const target = document.createElement('div')
  field.append(target)
  const value = (index: number) => 1_000 + 300 * Math.sin(index / 20 + tile) + tile
  const at = Array.from({ length: POINTS }, (_, index) => START + index * PERIOD_MS)
  const mean = at.map((_, index) => value(index))
  const first = { min: mean.map((one) => one - 20), mean, max: mean.map((one) => one + 20) }
  let trend = trendOf(
    History.parse({ point: 'meter/power', source: 'embedded', at, ...first, readings: POINTS }),
    PERIOD_MS,
  )
  const content = (): LaneContent => {
    const to = trend.at.at(-1) ?? START
    return {
      ...{ from: to - POINTS * PERIOD_MS, to, quantity: 'power', traces: [{ pen: 1, trend, earlier: null }] },
      ...{ nights: [], limits: [{ limit: 1_400, priority: 'red' }], periods: [], holds: [], why: () => null },
    }
  }
  const words = { gap: '无数据', limit: '限值', holds: { suppressed: '抑制', permitted: '作业' } }
  const look = { isSwitch: false, pens: [1], isCompared: false, isNumbered: false, hasTimes: true }
  const style = getComputedStyle(target)
  const lane = openLane(
    target,
    { ...look, zone: 'Asia/Shanghai', words, style },
    { content: content(), width: 314, height: 200 },
  )
  return {
    tick: (index: number) => {
      const now = UtcMs.parse(START + index * PERIOD_MS)
      const latest = { value: value(index), quality: 'good' as const, reason: null, at: now, uncertaintyMs: 0 }
      trend = since(withReading(trend, { ...latest, validUntil: now }), now - POINTS * PERIOD_MS)
      lane.set(content())
    },
    close: () => lane.close(),
  }
}
