import { useState } from 'preact/hooks'
import type { SiteSummary } from '../../../core/contract/http.ts'
import { latePage } from '../kit/late-page.tsx'
import { usePage, useTexts } from '../page.ts'
import { isHatched } from '../show/site-words.ts'
import { compareAlarms } from '../stores/alarm-order.ts'
import type { OverviewView } from '../stores/overview-view.ts'
import { addressOf } from '../stores/route.ts'
import { selectedSite, siteNow, SiteRow } from './site-row.tsx'
import { useLeftSide } from './use-overview-keys.ts'
import { useOverviewWords } from './use-overview-words.ts'

const SiteMap = latePage(() => import('./site-map.tsx').then(({ SiteMap: Map }) => Map), {
  waiting: () => <div class="map" />,
})

/** Rows drawn at first, and more each time somebody asks. */
const ROWS = 100

interface OverviewSitesProps {
  /** The worst first. */
  readonly sites: readonly SiteSummary[]
  readonly view: OverviewView
  readonly change: (part: Partial<OverviewView>) => void
}

/** Where everything is: the map, or the list of sites, and in its head how many nobody watches. */
export function OverviewSites({ sites, view, change }: OverviewSitesProps) {
  const { live } = usePage()
  const texts = useTexts()
  const words = useOverviewWords()
  const side = useLeftSide(view)
  const unwatched = sites.filter((summary) => isHatched(siteNow(live, summary))).length
  return (
    <section class={`panel overview-sites is-${side}`} aria-labelledby="sites-title">
      <div class="panel-title">
        <h2 id="sites-title">{side === 'map' ? words.map : texts.site.list}</h2>
        <span class="soft">{sites.length}</span>
        {unwatched > 0 && (
          <button class="panel-warning" type="button" data-act="unwatched" onClick={() => change({ show: 'list' })}>
            <span>{texts.site.unwatched(unwatched)}</span>
          </button>
        )}
        <span class="choices" role="group" aria-label={words.swap.label}>
          {(['map', 'list'] as const).map((choice) => (
            <button
              key={choice}
              class="choice"
              type="button"
              data-show={choice}
              aria-pressed={choice === side}
              aria-keyshortcuts="m"
              onClick={() => change({ show: choice })}
            >
              {words.swap[choice]}
            </button>
          ))}
        </span>
      </div>
      {side === 'map' ? <MapSide sites={sites} view={view} change={change} /> : <SiteList sites={sites} />}
    </section>
  )
}

function MapSide({ sites, view, change }: OverviewSitesProps) {
  const page = usePage()
  const words = useOverviewWords()
  const card = view.site === null ? undefined : page.live.state.value.sites.get(view.site)
  const choose = (site: string | null) => {
    const [worst] = [...(page.live.openBySite.value.get(site ?? '') ?? [])].sort(compareAlarms)
    change({ site, ...(worst === undefined ? {} : { alarm: worst.id }) })
  }
  return (
    <>
      <SiteMap
        sites={sites}
        view={view.map}
        selected={view.site ?? selectedSite(page)}
        onMove={(map) => change({ map })}
        onChoose={choose}
      />
      {card !== undefined && (
        <div class="map-card">
          <ul>
            <SiteRow summary={card} />
          </ul>
          <button class="button" type="button" aria-label={words.card.close} onClick={() => change({ site: null })}>
            ✕
          </button>
        </div>
      )}
    </>
  )
}

/** Every site in a row, the worst first. */
function SiteList({ sites }: Pick<OverviewSitesProps, 'sites'>) {
  const texts = useTexts()
  const words = useOverviewWords()
  const [most, setMost] = useState(ROWS)
  if (sites.length === 0) return <p class="empty">{texts.site.none}</p>
  return (
    <ul class="site-list">
      {sites.slice(0, most).map((summary) => (
        <SiteRow key={summary.site.id} summary={summary} />
      ))}
      {sites.length > most && (
        <li class="more">
          <button class="button" type="button" data-act="more-sites" onClick={() => setMost(most + ROWS)}>
            {words.list.more(Math.min(ROWS, sites.length - most))}
          </button>{' '}
          <a href={`#${addressOf({ page: 'sites', query: {} })}`}>{texts.nav.sites}</a>
        </li>
      )}
    </ul>
  )
}
