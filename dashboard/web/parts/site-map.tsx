import { useState } from 'preact/hooks'
import type { SiteSummary } from '../../../core/contract/http.ts'
import { mapEn } from '../i18n/map-en.ts'
import { mapZh } from '../i18n/map-zh-cn.ts'
import { errorText } from '../i18n/texts.ts'
import { latePage } from '../kit/late-page.tsx'
import type { LabelledSite } from '../map/label-layer.ts'
import type { MapView } from '../map/map-view.ts'
import { markerOf } from '../map/marker.ts'
import { placeOf, planeFor, type Plane } from '../map/plane.ts'
import { labelOf, type Labelling } from '../map/site-labels.ts'
import { useCountyMap } from '../map/use-county-map.ts'
import { type Ground, useGround } from '../map/use-ground.ts'
import { usePage, useTexts, useWords } from '../page.ts'
import { alarmWords, type SiteView } from '../show/site-words.ts'
import { addressOf, FIRST_SPAN } from '../stores/route.ts'
import type { SignedIn } from '../stores/session.ts'
import { MapLinks } from './site-map-links.tsx'
import { SiteMark, siteNow } from './site-row.tsx'
import { useScreenKeys } from './use-screen-keys.ts'

const LayersDialog = latePage(() => import('./site-map-layers.tsx').then(({ LayersDialog: Dialog }) => Dialog), {
  waiting: () => null,
})

/** The width a page on a wall is drawn for; beyond it everything grows. */
const WALL_DRAWN_FOR_PX = 1920
/** With more sites only what is wrong is said beside the markers. */
const TERSE_BEYOND = 60

interface SiteMapProps {
  /** The worst first. */
  readonly sites: readonly SiteSummary[]
  /** Where is looked; null = at the whole county. */
  readonly view: MapView | null
  readonly selected: string | null
  readonly onMove: (view: MapView | null) => void
  readonly onChoose: (site: string | null) => void
}

/** The county's map: every site by shape and digit, what is not being watched hatched, on the operator's own layers or an empty field. */
export function SiteMap({ sites, view, selected, onMove, onChoose }: SiteMapProps) {
  const page = usePage()
  const texts = useTexts()
  const words = useMapWords()
  const [isOpen, setOpen] = useState(false)
  const ground = useGround()
  const plane = planeFor(
    sites.map(({ site }) => site),
    ground.layers,
  )
  const language = page.preferences.language.value
  const how: Labelling = {
    ...{ texts, language, now: page.live.now.value, feedAlive: page.live.alive.value },
    isTerse: sites.length > TERSE_BEYOND,
  }
  const seen = sites.map((summary): SeenSite => ({ summary, view: siteNow(page.live, summary) }))
  const held = useCountyMap({
    sites: seen.flatMap((one) => drawnSite(one, plane, how)),
    ...{ plane, ground: ground.drawn, view, selected, onMove, onChoose },
    scale: window.devicePixelRatio * (page.wall.isOn.value ? Math.max(1, window.innerWidth / WALL_DRAWN_FOR_PX) : 1),
  })
  const zoomBy = (steps: number) => held.map()?.zoomBy(steps)
  useScreenKeys([
    { key: '+', words: words.closer, act: () => zoomBy(1) },
    { key: '-', words: words.further, act: () => zoomBy(-1) },
    { key: '0', words: words.whole, act: () => onMove(null) },
  ])
  return (
    <div class="map">
      <div class="map-stage">
        <div class="map-field" ref={held.target} />
        <MapLinks
          label={words.links}
          sites={seen.map((one) => ({ id: one.summary.site.id, text: linkText(one, how) }))}
          onFocus={held.focus}
        />
        <div class="map-tools" role="group" aria-label={words.tools}>
          <Tool act="closer" words={words.closer} sign="+" run={() => zoomBy(1)} />
          <Tool act="further" words={words.further} sign="−" run={() => zoomBy(-1)} />
          <Tool act="whole" words={words.whole} sign="⤢" run={() => onMove(null)} />
          {mayBringLayers(page.session.signedIn.value) && (
            <button class="button" type="button" data-act="map-layers" onClick={() => setOpen(true)}>
              {words.layers}
            </button>
          )}
        </div>
        <Corner plane={plane} ground={ground} />
      </div>
      <Unplaced sites={seen.filter(({ summary }) => placeOf(summary.site, plane) === null)} />
      {isOpen && <LayersDialog layers={ground.layers} changed={() => ground.again()} close={() => setOpen(false)} />}
    </div>
  )
}

/** The words of the map. */
function useMapWords(): typeof mapZh {
  return useWords({ 'zh-CN': mapZh, en: mapEn })
}

interface SeenSite {
  readonly summary: SiteSummary
  readonly view: SiteView
}

function drawnSite({ summary, view }: SeenSite, plane: Plane, how: Labelling): LabelledSite[] {
  const at = placeOf(summary.site, plane)
  if (at === null) return []
  return [{ id: summary.site.id, at, marker: markerOf(summary.site.kind, view), label: labelOf(summary, view, how) }]
}

/** Without times, so that what is read aloud changes only when the site does. */
function linkText({ summary, view }: SeenSite, { texts, language }: Labelling): string {
  const watch = {
    watched: null,
    partly: texts.siteState.stale,
    stale: texts.siteState.stale,
    offline: texts.siteState.offline,
  }
  const said = [alarmWords(view, texts), watch[view.watch]].filter((part) => part !== null)
  return [summary.site.name[language], ...(said.length === 0 ? [texts.siteState.quiet] : said)].join(' · ')
}

function mayBringLayers(signedIn: SignedIn): boolean {
  return signedIn.is === 'in' && (signedIn.session.role === 'administrator' || signedIn.session.role === 'technician')
}

interface ToolProps {
  readonly act: string
  readonly words: string
  readonly sign: string
  readonly run: () => void
}

function Tool({ act, words, sign, run }: ToolProps) {
  return (
    <button class="button map-tool" type="button" data-act={act} aria-label={words} title={words} onClick={run}>
      {sign}
    </button>
  )
}

/** Sites that no map by coordinates can show: they stand under it, so that none of them is out of sight. */
function Unplaced({ sites }: { readonly sites: readonly SeenSite[] }) {
  const { preferences } = usePage()
  const words = useMapWords()
  if (sites.length === 0) return null
  return (
    <div class="map-tray">
      <span class="map-tray-head">{words.noPosition(sites.length)}</span>
      <ul class="map-tray-list">
        {sites.map(({ summary }) => (
          <li key={summary.site.id}>
            <a
              class="map-tray-site"
              href={`#${addressOf({ page: 'site', site: summary.site.id, point: null, span: FIRST_SPAN })}`}
            >
              <SiteMark summary={summary} size={24} />
              {summary.site.name[preferences.language.value]}
            </a>
          </li>
        ))}
      </ul>
    </div>
  )
}

/** What the map goes by, the numbers under which it was approved, and what of it cannot be shown. */
function Corner({ plane, ground }: { readonly plane: Plane; readonly ground: Ground }) {
  const texts = useTexts()
  const words = useMapWords()
  const shown = plane.kind === 'geographic' ? ground.layers : []
  const datums = [...new Set(shown.map(({ datum }) => words.datum[datum]))].join(' / ')
  const reviews = [...new Set(shown.flatMap(({ review }) => review ?? []))]
  return (
    <p class="map-corner">
      <span>{plane.kind === 'schematic' ? words.schematic : words.geographic(datums)}</span>
      {reviews.length > 0 && <span data-map="review">{words.review(reviews.join(' · '))}</span>}
      {ground.failures.map(({ title, error }) => (
        <span key={title} class="error">
          {words.groundFailed(title, errorText(error, texts))}
        </span>
      ))}
    </p>
  )
}
