import { useMemo, useRef } from 'preact/hooks'
import type { SiteSummary } from '../../../core/contract/http.ts'
import type { Texts } from '../i18n/texts.ts'
import { usePage, useTexts } from '../page.ts'
import { contourPaths } from '../show/contours.ts'
import { placeLabels, textWidth, type Placed } from '../show/labels.ts'
import { standingOf } from '../show/freshness.ts'
import { valueText } from '../show/number.ts'
import { alarmWords, isHatched, watchWords, type SiteView } from '../show/site-words.ts'
import { digitOf } from '../stores/alarm-order.ts'
import type { Live } from '../stores/live.ts'
import { addressOf, FIRST_SPAN } from '../stores/route.ts'
import { KIND_PATHS } from './kind-icon.tsx'
import { DIGIT_Y, SHAPES, MarkClock } from './mark.tsx'
import { selectedSite, siteNow } from './site-row.tsx'
import { useSize } from './use-size.ts'

const MARGIN = { x: 56, top: 44, bottom: 52 } as const
const NAME_SIZE = 15
const WORDS_SIZE = 13
const LABEL_HEIGHT = 38
const TERSE_BELOW = 560

/** The county as a schematic: sites where the configuration places them, on a field that needs no map server. */
export function SiteMap({ sites }: { readonly sites: readonly SiteSummary[] }) {
  const texts = useTexts()
  const { ref, size } = useSize<HTMLDivElement>()
  return (
    <div class="map" ref={ref}>
      {size.width > 0 && (
        <svg width={size.width} height={size.height} role="group" aria-label={texts.site.map}>
          <Ground width={size.width} height={size.height} />
          <Markers sites={sites} width={size.width} height={size.height} />
        </svg>
      )}
    </div>
  )
}

interface Field {
  readonly width: number
  readonly height: number
}

const COLUMNS = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'] as const
const ROWS = [1, 2, 3, 4, 5, 6] as const

function Ground({ width, height }: Field) {
  const contours = useMemo(contourPaths, [])
  const stepX = width / COLUMNS.length
  const stepY = height / ROWS.length
  return (
    <g class="ground" aria-hidden="true">
      <defs>
        <pattern id="map-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <path class="hatch-line" d="M0 0V6" />
        </pattern>
      </defs>
      <svg width={width} height={height} viewBox="0 0 100 100" preserveAspectRatio="none">
        {contours.map((path, level) => (
          <path key={level} class={`contour${level === 2 ? ' is-main' : ''}`} d={path} />
        ))}
      </svg>
      {COLUMNS.map((name, index) => (
        <g key={name}>
          {index > 0 && <path class="grid-line" d={`M${index * stepX} 0V${height}`} />}
          <text class="grid-name" x={(index + 0.5) * stepX} y="16" text-anchor="middle">
            {name}
          </text>
        </g>
      ))}
      {ROWS.map((name, index) => (
        <g key={name}>
          {index > 0 && <path class="grid-line" d={`M0 ${index * stepY}H${width}`} />}
          <text class="grid-name" x="10" y={(index + 0.5) * stepY + 4}>
            {name}
          </text>
        </g>
      ))}
    </g>
  )
}

interface Drawn {
  readonly summary: SiteSummary
  readonly x: number
  readonly y: number
  readonly name: string
  readonly words: string
  readonly value: string
  readonly view: SiteView
  readonly selected: boolean
}

function Markers({ sites, width, height }: Field & { readonly sites: readonly SiteSummary[] }) {
  const page = usePage()
  const texts = useTexts()
  const selected = selectedSite(page)
  const sides = useRef(new Map<string, Placed['side']>())
  // On a narrow field only what is wrong is said; the list beside it says the rest.
  const terse = width < TERSE_BELOW
  const drawn = sites.map((summary): Drawn => {
    const view = siteNow(page.live, summary)
    return {
      summary,
      view,
      selected: summary.site.id === selected,
      x: MARGIN.x + (summary.site.place.x / 100) * (width - 2 * MARGIN.x),
      y: MARGIN.top + (summary.site.place.y / 100) * (height - MARGIN.top - MARGIN.bottom),
      name: summary.site.name[page.preferences.language.value],
      words: terse && view.state === 'quiet' ? '' : mapWords(page.live, texts, summary, view),
      value: terse ? '' : mapValue(page.live, texts, summary),
    }
  })
  const labels = placeLabels(
    drawn.map((site) => ({
      x: site.x,
      y: site.y,
      radius: site.view.worst === null ? 16 : 24,
      width: labelWidth(site),
      side: sides.current.get(site.summary.site.id) ?? null,
      height: site.words === '' ? LABEL_HEIGHT / 2 : LABEL_HEIGHT,
    })),
    { width, height },
  )
  for (const [index, { summary }] of drawn.entries()) {
    const side = labels[index]?.side
    if (side !== undefined) sides.current.set(summary.site.id, side)
  }
  return (
    <>
      {drawn.map((site, index) => (
        <Marker key={site.summary.site.id} site={site} label={labels[index]} />
      ))}
    </>
  )
}

function mapWords(live: Live, texts: Texts, summary: SiteSummary, view: SiteView): string {
  const watch = watchWords(summary, view, live.now.value, texts)
  const alarm = alarmWords(view, texts, 'alarmShort')
  const unwatched = view.watch === 'partly' ? null : watch
  if (alarm !== null) return unwatched === null ? alarm : `${alarm} · ${unwatched}`
  return watch ?? texts.siteState.quiet
}

/** The headline value where it is good; the map has no room to say why another is not. */
function mapValue(live: Live, texts: Texts, { headline }: SiteSummary): string {
  const shown = standingOf(headline, live.now.value, live.alive.value)
  if (headline === null || shown.standing !== 'good') return ''
  const { text, unit } = valueText(shown.value, headline.quantity, texts)
  return `${text} ${unit}`.trim()
}

function labelWidth({ name, value, words }: Pick<Drawn, 'name' | 'value' | 'words'>): number {
  const first = textWidth(name, NAME_SIZE) + (value === '' ? 0 : 8 + textWidth(value, WORDS_SIZE))
  return Math.max(first, textWidth(words, WORDS_SIZE))
}

function Marker({ site, label }: { readonly site: Drawn; readonly label: Placed | undefined }) {
  const { summary, view, x, y } = site
  const hatched = isHatched(view)
  return (
    <a
      class={`site-marker is-${view.state}${hatched ? ' is-hatched' : ''}${site.selected ? ' is-selected' : ''}`}
      href={`#${addressOf({ page: 'site', site: summary.site.id, point: null, span: FIRST_SPAN })}`}
      data-site={summary.site.id}
    >
      <circle class="marker-target" cx={x} cy={y} r="24" />
      <MarkerShape site={site} />
      {label !== undefined && (
        <g transform={`translate(${label.x} ${label.y})`}>
          <text class="marker-name" y="15" x={anchorX(label, site)} text-anchor={anchorOf(label)}>
            {site.name}
            {site.value !== '' && (
              <tspan class="marker-value" dx="8">
                {site.value}
              </tspan>
            )}
          </text>
          <text
            class={`marker-words${view.worst === null ? '' : ` is-${view.worst}`}`}
            y="33"
            x={anchorX(label, site)}
            text-anchor={anchorOf(label)}
          >
            {site.words}
          </text>
        </g>
      )}
    </a>
  )
}

function anchorOf({ side }: Placed): 'start' | 'middle' | 'end' {
  return side.startsWith('right') ? 'start' : side.startsWith('left') ? 'end' : 'middle'
}

// The label's own width is only estimated, so its text hangs on the end that is next to the marker.
function anchorX(label: Placed, site: Drawn): number {
  const width = labelWidth(site)
  return { start: 0, middle: width / 2, end: width }[anchorOf(label)]
}

function MarkerShape({ site: { summary, view, x, y } }: { readonly site: Drawn }) {
  const { worst } = view
  if (worst !== null && (view.state === 'alarm' || view.state === 'returned')) {
    return (
      <g
        class={`mark mark-${worst}${view.state === 'returned' || view.held !== null ? ' is-hollow' : ''}`}
        transform={`translate(${x - 18} ${y - 18}) scale(1.5)`}
      >
        {view.unacked && <path class="mark-outline" d={SHAPES[worst]} />}
        <path class="mark-shape" d={SHAPES[worst]} />
        <text class="mark-digit" x="12" y={DIGIT_Y[worst]} text-anchor="middle">
          {digitOf(worst)}
        </text>
        {view.held !== null && <MarkClock />}
      </g>
    )
  }
  return (
    <g class={`quiet-marker is-${view.watch}`}>
      <circle class="quiet-disc" cx={x} cy={y} r="15" />
      {isHatched(view) && <circle class="quiet-hatch" cx={x} cy={y} r="15" fill="url(#map-hatch)" />}
      <g transform={`translate(${x - 9} ${y - 9}) scale(1.125)`}>
        <path class="kind-path" d={KIND_PATHS[summary.site.kind]} />
      </g>
    </g>
  )
}
