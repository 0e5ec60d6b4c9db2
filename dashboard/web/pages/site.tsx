import { useEffect } from 'preact/hooks'
import type { DeviceInfo, SiteDetail } from '../../../core/contract/http.ts'
import { errorText } from '../i18n/texts.ts'
import { usePage, useTexts } from '../page.ts'
import { alarmWords, watchWords } from '../show/site-words.ts'
import { compareAlarms, withLive } from '../stores/alarm-order.ts'
import { newerReading } from '../stores/live-state.ts'
import { addressOf, SPANS, type Span } from '../stores/route.ts'
import { AlarmList } from '../parts/alarm-list.tsx'
import { BusPanel } from '../parts/bus-panel.tsx'
import { ConfigPanel } from '../parts/config-panel.tsx'
import { CertificatePanel } from '../parts/certificate-panel.tsx'
import { Picture } from '../parts/picture.tsx'
import { deviceName, pointName } from '../parts/point-name.ts'
import { SimulatedTag, SiteMark, siteNow } from '../parts/site-row.tsx'
import { TrendPanel } from '../parts/trend-panel.tsx'
import { useFetched } from '../parts/use-fetched.ts'
import { useName } from '../parts/use-site.ts'
import { useZone } from '../parts/use-zone.ts'
import { AgeAndQuality, Value } from '../parts/value.tsx'

interface SitePageProps {
  readonly site: string
  readonly point: string | null
  readonly span: Span
}

/** Pictures shown beside the site's alarms, newest first. */
const PICTURES = 6
const ALARMS = 50

/** One site: its values by device, the trend of the chosen one, its alarms and pictures. */
export function SitePage({ site, point, span }: SitePageProps) {
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
  return <SiteView detail={{ ...fetched.data, points }} point={point} span={span} />
}

interface SiteViewProps {
  readonly detail: SiteDetail
  readonly point: string | null
  readonly span: Span
}

function SiteView({ detail, point, span }: SiteViewProps) {
  const { api, live, preferences } = usePage()
  const texts = useTexts()
  const { site } = detail.summary
  const { alarms: liveAlarms, epoch } = live.state.value
  const fetched = useFetched(`alarms/${site.id}`, epoch, (signal) =>
    api.alarms({ state: 'all', site: site.id, limit: ALARMS }, signal),
  )
  const mine = new Map([...liveAlarms].filter(([, alarm]) => alarm.site === site.id))
  const alarms = withLive(fetched.data ?? [], mine)
  const chosen = point ?? site.headline ?? refOf(detail.points[0])
  const pictures = alarms.flatMap((alarm) => alarm.evidence).sort((a, b) => b.at - a.at)
  return (
    <div class="page site-page">
      <SiteHead detail={detail} />
      <section class="panel site-values" aria-labelledby="values-title">
        <h2 class="panel-title" id="values-title">
          {texts.site.live}
          <span class="panel-note">{texts.site.points(detail.points.length)}</span>
        </h2>
        {detail.devices.map((device) => (
          <DeviceValues key={device.id} device={device} detail={detail} chosen={chosen} span={span} />
        ))}
      </section>
      <div class="column site-column">
        <section class="panel site-trend">
          <SpanChoice site={site.id} point={chosen} span={span} />
          <SiteTrend detail={detail} chosen={chosen} span={span} alarms={alarms} />
        </section>
        <section class="panel">
          <h2 class="panel-title">{texts.site.alarms}</h2>
          <AlarmList
            alarms={[...alarms].sort(compareAlarms)}
            label={texts.site.alarms}
            none={texts.alarms.noneAll}
            showSite={false}
          />
        </section>
        <CertificatePanel site={site.id} />
        <BusPanel site={site.id} />
        <ConfigPanel site={site.id} />
        {pictures.length > 0 && (
          <section class="panel">
            <h2 class="panel-title">{texts.site.pictures}</h2>
            <div class="pictures">
              {pictures.slice(0, PICTURES).map((row) => (
                <Picture
                  key={row.sha256}
                  row={row}
                  device={deviceName(row.device, detail, preferences.language.value)}
                  zone={site.zone}
                />
              ))}
            </div>
          </section>
        )}
      </div>
    </div>
  )
}

function SiteHead({ detail }: { readonly detail: SiteDetail }) {
  const { live, times } = usePage()
  const texts = useTexts()
  const { site } = detail.summary
  const summary = live.state.value.sites.get(site.id) ?? detail.summary
  const view = siteNow(live, summary)
  const name = useName(site.name)
  const area = useName(site.area)
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
          {texts.siteKind[site.kind]} · {area}
        </p>
      </div>
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

interface DeviceValuesProps {
  readonly device: DeviceInfo
  readonly detail: SiteDetail
  readonly chosen: string | null
  readonly span: Span
}

function DeviceValues({ device, detail, chosen, span }: DeviceValuesProps) {
  const texts = useTexts()
  const { preferences } = usePage()
  const name = useName(device.name)
  const site = detail.summary.site.id
  return (
    <div class={`device${device.online ? '' : ' is-offline'}`}>
      <h3 class="device-name">
        {name} <span class="soft">{device.profile}</span>
        {!device.online && <span class="watch-word">{texts.site.deviceOffline}</span>}
      </h3>
      <ul class="points">
        {detail.points
          .filter((info) => info.device === device.id)
          .map((info) => {
            const ref = `${info.device}/${info.point}`
            return (
              <li key={ref}>
                <a
                  class="point"
                  data-point={ref}
                  href={`#${addressOf({ page: 'site', site, point: ref, span })}`}
                  aria-current={ref === chosen ? 'true' : undefined}
                >
                  <span class="point-name">{info.name?.[preferences.language.value] ?? info.point}</span>
                  <Value latest={info.latest} quantity={info.quantity} />
                  <AgeAndQuality latest={info.latest} />
                </a>
              </li>
            )
          })}
      </ul>
    </div>
  )
}

interface SpanChoiceProps {
  readonly site: string
  readonly point: string | null
  readonly span: Span
}

function SpanChoice({ site, point, span }: SpanChoiceProps) {
  const texts = useTexts()
  const { router } = usePage()
  return (
    <div class="panel-title">
      <h2>{texts.trend.title}</h2>
      <div class="choices" role="group" aria-label={texts.trend.spanLabel}>
        {(Object.keys(SPANS) as Span[]).map((choice) => (
          <button
            key={choice}
            class="choice"
            type="button"
            data-span={choice}
            aria-pressed={choice === span}
            onClick={() => router.replace({ page: 'site', site, point, span: choice })}
          >
            {texts.trend.spans[choice]}
          </button>
        ))}
      </div>
    </div>
  )
}

interface SiteTrendProps {
  readonly detail: SiteDetail
  readonly chosen: string | null
  readonly span: Span
  readonly alarms: Parameters<typeof TrendPanel>[0]['alarms']
}

function SiteTrend({ detail, chosen, span, alarms }: SiteTrendProps) {
  const { preferences } = usePage()
  const texts = useTexts()
  const info = detail.points.find((known) => refOf(known) === chosen)
  if (info === undefined || chosen === null) return <p class="empty">{texts.trend.pick}</p>
  return (
    <TrendPanel
      key={chosen}
      site={detail.summary.site.id}
      info={info}
      name={pointName(chosen, detail, preferences.language.value)}
      latest={info.latest}
      alarms={alarms}
      limits={detail.limits.filter(({ point }) => point === chosen)}
      spanMs={SPANS[span]}
      until={null}
      spanWord={texts.trend.spans[span]}
    />
  )
}

function refOf(info: { readonly device: string; readonly point: string } | undefined): string | null {
  return info === undefined ? null : `${info.device}/${info.point}`
}
