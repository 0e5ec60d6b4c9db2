import { useMemo } from 'preact/hooks'
import type { LatestReading, PointInfo, SiteDetail } from '../../../core/contract/http.ts'
import type { PointRef } from '../../../core/contract/reading.ts'
import { usePage, useTexts } from '../page.ts'
import { type Shown, standingOf } from '../show/freshness.ts'
import { isSwitch } from '../show/number.ts'
import { layoutPit, type PitLayout } from '../show/schematic-layout.ts'
import { alarmsBySymbol, runStateOf } from '../show/schematic-state.ts'
import { type PitSymbol, symbolsOf } from '../show/schematic-symbols.ts'
import { agoText } from '../show/time.ts'
import type { ShownSymbol } from './schematic-box.tsx'
import { siteNow } from './site-row.tsx'
import { useSiteWords } from './site-cells.tsx'

/** A point with its value as it may be shown now. */
export interface LivePoint {
  readonly ref: PointRef
  readonly info: PointInfo
  readonly latest: LatestReading | null
  readonly shown: Shown
  /** A short word for what it measures, or what the point is called where its value is a word. */
  readonly label: string
  readonly name: string
}

export interface Pit {
  readonly layout: PitLayout
  /** What stands at each symbol, in the order they are read. */
  readonly symbols: ReadonlyMap<string, ShownSymbol>
  readonly others: readonly LivePoint[]
}

/** A site as it is drawn, at this moment. Where things stand changes only with the site's devices, never with values. */
export function usePit(detail: SiteDetail): Pit {
  const { live } = usePage()
  const { site } = detail.summary
  const shape = detail.points.map(({ device, point, quantity }) => `${device}/${point}:${quantity}`).join()
  const { layout, others, drawn } = useMemo(() => {
    const found = symbolsOf(detail)
    return { others: found.others, drawn: found.symbols, layout: layoutPit(found.symbols, site.kind) }
  }, [shape, site.kind])
  const points = useLivePoints(detail)
  const open = live.openBySite.value.get(site.id) ?? []
  const alarms = alarmsBySymbol(drawn, open)
  const show = useShowSymbol(detail, points)
  return {
    layout,
    symbols: new Map(drawn.map((symbol) => [symbol.id, show(symbol, alarms.get(symbol.id) ?? [])])),
    others: others.flatMap((ref) => points.get(ref) ?? []),
  }
}

function useLivePoints(detail: SiteDetail): ReadonlyMap<PointRef, LivePoint> {
  const { live, preferences } = usePage()
  const words = useSiteWords()
  const language = preferences.language.value
  const now = live.now.value
  const alive = live.alive.value
  return new Map(
    detail.points.map((info) => {
      const ref = `${info.device}/${info.point}`
      const name = info.name?.[language] ?? info.point
      const label = isSwitch(info.quantity) ? name : words.quantities[info.quantity]
      const { latest } = info
      return [ref, { ref, info, latest, name, label, shown: standingOf(latest, now, alive) }]
    }),
  )
}

function useShowSymbol(detail: SiteDetail, points: ReadonlyMap<PointRef, LivePoint>) {
  const { live, preferences } = usePage()
  const words = useSiteWords()
  const texts = useTexts()
  const { summary } = detail
  const view = siteNow(live, summary)
  const language = preferences.language.value
  return (symbol: PitSymbol, alarms: ShownSymbol['alarms']): ShownSymbol => {
    const own = symbol.points.flatMap((ref) => points.get(ref) ?? [])
    const isGateway = symbol.kind === 'gateway'
    const isGood = view.watch !== 'offline' && view.watch !== 'stale'
    const heard = summary.lastHeardAt === null ? '' : agoText(Math.max(0, live.now.value - summary.lastHeardAt), texts)
    const word = isGood ? words.gatewayOnline : words.gatewayOffline
    return {
      symbol,
      alarms,
      points: own,
      title: symbol.title?.[language] ?? words.gateway,
      state: runStateOf(symbol, (ref) => {
        const point = points.get(ref)
        return point === undefined ? null : { quantity: point.info.quantity, shown: point.shown }
      }),
      fill: symbol.kind === 'sump' ? fillOf(own[0], detail) : null,
      note: isGateway && own.length === 0 ? { text: `${word} · ${heard}`, isGood } : null,
    }
  }
}

/** How full a sump is: of what the sensor can measure, or up to a fifth above its highest limit. */
function fillOf(point: LivePoint | undefined, { limits }: SiteDetail): number | null {
  if (point === undefined || typeof point.shown.value !== 'number') return null
  const own = limits.filter((limit) => limit.point === point.ref).map(({ limit }) => limit)
  const most = Math.max(...own.map((limit) => limit * 1.2), own.length === 0 ? (point.info.range?.[1] ?? 0) : 0)
  return most > 0 ? point.shown.value / most : null
}
