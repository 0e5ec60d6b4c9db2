import type { RefObject } from 'preact'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { type CountyMap, openCountyMap } from './county-map.ts'
import type { GroundLayer } from './ground.ts'
import type { LabelledSite, Pointed } from './label-layer.ts'
import type { MapView } from './map-view.ts'
import type { Plane } from './plane.ts'

export interface CountyMapProps {
  readonly sites: readonly LabelledSite[]
  readonly plane: Plane
  readonly ground: readonly GroundLayer[]
  readonly view: MapView | null
  readonly selected: string | null
  /** Pixels of the screen to one of the page; the map is opened anew when it changes. */
  readonly scale: number
  readonly onMove: (view: MapView | null) => void
  readonly onChoose: (site: string | null) => void
}

export interface CountyMapHold {
  readonly target: RefObject<HTMLDivElement | null>
  /** The map, once it is there. */
  map(): CountyMap | null
  /** The keyboard is on this site now. */
  readonly focus: (site: string | null) => void
}

/** Keeps a map in an element and brings what has changed to it. */
export function useCountyMap(props: CountyMapProps): CountyMapHold {
  const { sites, plane, ground, view, selected, scale } = props
  const target = useRef<HTMLDivElement>(null)
  const map = useRef<CountyMap | null>(null)
  const pointed = useRef<Pointed>({ selected, focused: null, hovered: null })
  const latest = useRef(props)
  latest.current = props
  const point = (change: Partial<Pointed>) => {
    const before = pointed.current
    const next = { ...before, ...change }
    if (next.selected === before.selected && next.focused === before.focused && next.hovered === before.hovered) return
    pointed.current = next
    map.current?.point(next)
  }
  useLayoutEffect(() => {
    const element = target.current
    if (element === null) return undefined
    const opened = openCountyMap(element, {
      scale,
      events: {
        moved: (next) => latest.current.onMove(next),
        chosen: (site) => latest.current.onChoose(site),
        hovered: (hovered) => point({ hovered }),
      },
    })
    map.current = opened
    opened.point(pointed.current)
    const resized = new ResizeObserver(() => opened.resize())
    resized.observe(element)
    // The tokens change when the theme of the page does.
    const themed = new MutationObserver(() => opened.restyle())
    themed.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
    return () => {
      resized.disconnect()
      themed.disconnect()
      opened.end()
      map.current = null
    }
  }, [scale])
  const lies = `${plane.kind} ${plane.toPlane([1, 1]).join(' ')}`
  useLayoutEffect(() => map.current?.ground(plane, ground), [lies, ground, scale])
  useLayoutEffect(() => {
    map.current?.show(sites)
  })
  useEffect(() => map.current?.look(view), [view?.x, view?.y, view?.zoom, scale])
  useLayoutEffect(() => point({ selected }), [selected])
  return { target, map: () => map.current, focus: (focused) => point({ focused }) }
}
