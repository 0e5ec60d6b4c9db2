import { Priority } from '../../../core/contract/priority.ts'
import { SiteKind } from '../../../core/contract/site.ts'
import { openCountyMap } from '../../../dashboard/web/map/county-map.ts'
import type { LabelledSite } from '../../../dashboard/web/map/label-layer.ts'
import { SCHEMATIC } from '../../../dashboard/web/map/plane.ts'
import { dice } from './dice.ts'

const CHANGES = 100

/** Opens a map of `count` sites and changes 100 of them each turn; ms until each is drawn. */
export async function timeMap(count: number, repeats: number): Promise<{ initMs: number; changeMs: number[] }> {
  const throwDice = dice(7)
  const target = document.createElement('div')
  Object.assign(target.style, { position: 'fixed', inset: '0' })
  document.body.append(target)
  let sites = Array.from({ length: count }, (_, index) => someSite(index, throwDice))
  const began = performance.now()
  const map = openCountyMap(target, {
    scale: 1,
    events: { moved: () => undefined, chosen: () => undefined, hovered: () => undefined },
  })
  map.show(sites)
  map.drawNow()
  const initMs = performance.now() - began
  const changeMs: number[] = []
  for (let turn = 0; turn < repeats; turn += 1) {
    await new Promise(requestAnimationFrame)
    sites = changed(sites, throwDice)
    const from = performance.now()
    map.show(sites)
    map.drawNow()
    changeMs.push(performance.now() - from)
  }
  map.end()
  target.remove()
  return { initMs, changeMs }
}

function changed(sites: readonly LabelledSite[], throwDice: () => number): LabelledSite[] {
  const next = [...sites]
  for (let change = 0; change < CHANGES; change += 1) {
    const index = Math.floor(throwDice() * sites.length)
    const { marker, label } = someSite(index, throwDice)
    const known = sites[index]
    if (known !== undefined) next[index] = { ...known, marker, label }
  }
  return next
}

/** One in seventeen has an alarm, one in ten is not watched. */
function someSite(index: number, throwDice: () => number): LabelledSite {
  const hasAlarm = throwDice() < 0.06
  const watch = throwDice() < 0.05 ? 'offline' : throwDice() < 0.05 ? 'stale' : 'watched'
  const worst = hasAlarm ? (Priority.options[Math.floor(throwDice() * 4)] ?? 'red') : null
  return {
    id: `site-${index}`,
    at: SCHEMATIC.toPlane([throwDice() * 100, throwDice() * 100]),
    marker: {
      ...{ kind: SiteKind.options[index % 6] ?? 'closed-pit', worst, unacked: hasAlarm && throwDice() < 0.5 },
      ...{ isHollow: false, hasClock: false, watch },
    },
    label: {
      ...{ name: `第${index}号模拟井`, value: '', tone: worst, isStrong: hasAlarm || watch !== 'watched' },
      words: hasAlarm ? '红 · 未确认' : watch === 'watched' ? '' : `断线 ${index % 50} 分钟`,
    },
  }
}
