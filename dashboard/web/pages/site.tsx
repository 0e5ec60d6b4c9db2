import { useEffect } from 'preact/hooks'
import type { RegisterEntry } from '../../../core/contract/register.ts'
import type { SiteDetail } from '../../../core/contract/http.ts'
import { errorText } from '../i18n/texts.ts'
import { usePage, useTexts } from '../page.ts'
import { PhoneLink, useSiteFile } from '../parts/register-card.tsx'
import { useSiteWords } from '../parts/site-cells.tsx'
import { SitePit } from '../parts/site-pit.tsx'
import { SimulatedTag, SiteMark, siteNow } from '../parts/site-row.tsx'
import { SiteTechnical } from '../parts/site-technical.tsx'
import { useFetched } from '../parts/use-fetched.ts'
import { useName } from '../parts/use-site.ts'
import { useZone } from '../parts/use-zone.ts'
import { nearestPerson } from '../../../core/alarms/nearest-person.ts'
import { alarmWords, watchWords } from '../show/site-words.ts'
import { withLive } from '../stores/alarm-order.ts'
import { newerReading } from '../stores/live-state.ts'
import { addressOf, FIRST_SPAN, type Span } from '../stores/route.ts'

interface SitePageProps {
  readonly site: string
  readonly point: string | null
  readonly span: Span
  readonly tab?: 'technical'
}

const ALARMS = 50

/** One site: as a pit with what is wrong and who answers for it, or with everything technical. */
export function SitePage({ site, point, span, tab }: SitePageProps) {
  const { api, live } = usePage()
  const texts = useTexts()
  const { epoch, readings } = live.state.value
  useEffect(() => live.watch(site), [site])
  const fetched = useFetched(`site/${site}`, epoch, (signal) => api.site(site, signal))
  if (fetched.data === null) {
    const words = fetched.error === null ? texts.loading : errorText(fetched.error, texts)
    return (
      <p class="empty is-page" role="status">
        {words}
      </p>
    )
  }
  const points = fetched.data.points.map((info) => ({
    ...info,
    latest: newerReading(info.latest, readings.get(`${site}/${info.device}/${info.point}`)),
  }))
  // A link to a point is about its value.
  const shown = tab ?? (point === null ? 'pit' : 'technical')
  return <SiteView detail={{ ...fetched.data, points }} point={point} span={span} tab={shown} />
}

interface SiteViewProps {
  readonly detail: SiteDetail
  readonly point: string | null
  readonly span: Span
  readonly tab: 'pit' | 'technical'
}

function SiteView({ detail, point, span, tab }: SiteViewProps) {
  const { api, live } = usePage()
  const { site } = detail.summary
  const { alarms: liveAlarms, epoch } = live.state.value
  const fetched = useFetched(`alarms/${site.id}`, epoch, (signal) =>
    api.alarms({ state: 'all', site: site.id, limit: ALARMS }, signal),
  )
  const file = useSiteFile(site.id)
  const mine = new Map([...liveAlarms].filter(([, alarm]) => alarm.site === site.id))
  const alarms = withLive(fetched.data ?? [], mine)
  return (
    <div class="page site-page">
      <SiteHead detail={detail} file={file.data} />
      <Tabs site={site.id} tab={tab} />
      {tab === 'pit' ? (
        <SitePit detail={detail} alarms={alarms} file={file} />
      ) : (
        <SiteTechnical detail={detail} point={point} span={span} alarms={alarms} />
      )}
    </div>
  )
}

function Tabs({ site, tab }: { readonly site: string; readonly tab: SiteViewProps['tab'] }) {
  const words = useSiteWords()
  const route = { page: 'site', site, point: null, span: FIRST_SPAN } as const
  return (
    <nav class="site-tabs" aria-label={words.tabsLabel}>
      <a class="choice" href={`#${addressOf(route)}`} aria-current={tab === 'pit' ? 'true' : undefined}>
        {words.tabs.pit}
      </a>
      <a
        class="choice"
        data-tab="technical"
        href={`#${addressOf({ ...route, tab: 'technical' })}`}
        aria-current={tab === 'technical' ? 'true' : undefined}
      >
        {words.tabs.technical}
      </a>
    </nav>
  )
}

interface SiteHeadProps {
  readonly detail: SiteDetail
  readonly file: RegisterEntry | null
}

function SiteHead({ detail, file }: SiteHeadProps) {
  const { live, times } = usePage()
  const texts = useTexts()
  const { site } = detail.summary
  const summary = live.state.value.sites.get(site.id) ?? detail.summary
  const view = siteNow(live, summary)
  const name = useName(site.name)
  const place = [useName(site.area), useName(site.village ?? { 'zh-CN': '', en: '' })].filter((part) => part !== '')
  const words = useSiteWords()
  const zone = times(useZone(site.id))
  const alarm = alarmWords(view, texts)
  const now = live.now.value
  const watch = watchWords(summary, view, now, texts)
  return (
    <section class="panel site-head">
      <SiteMark summary={summary} size={56} />
      <div class="site-head-text">
        <h1>
          {name} {site.simulated && <SimulatedTag />}
        </h1>
        <p class="soft">
          {file !== null && <strong>{words.siteStatus[file.file.status]} · </strong>}
          {texts.siteKind[site.kind]} · {place.join(' / ')}
        </p>
      </div>
      {file !== null && <Answers file={file} />}
      <div class="site-head-state">
        {alarm !== null && <span class={`state-word is-large is-${view.worst ?? 'none'}`}>{alarm}</span>}
        {watch !== null && <span class="watch-word is-large">{watch}</span>}
        {alarm === null && watch === null && <span class="quiet-word is-large">{texts.siteState.quiet}</span>}
        {summary.lastHeardAt !== null && (
          <span class="soft">
            {texts.site.lastHeard} <time>{zone.near(summary.lastHeardAt, now)}</time>
          </span>
        )}
      </div>
    </section>
  )
}

/** Whom to call first about a site. */
function Answers({ file: { file } }: { readonly file: RegisterEntry }) {
  const words = useSiteWords()
  const nearest = nearestPerson(file.persons)
  if (nearest === null) return <p class="site-head-answers soft">{words.nobody}</p>
  const { role, person } = nearest
  return (
    <p class="site-head-answers">
      <span>
        <span class="soft">{words.roles[role]}</span> <strong>{person.name}</strong>
      </span>
      {person.phone !== null && <PhoneLink name={person.name} phone={person.phone} />}
    </p>
  )
}
