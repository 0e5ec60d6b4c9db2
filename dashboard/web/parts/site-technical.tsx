import type { Alarm } from '../../../core/contract/alarm.ts'
import type { DeviceInfo, SiteDetail } from '../../../core/contract/http.ts'
import { usePage, useTexts } from '../page.ts'
import { addressOf, SPANS, type Span } from '../stores/route.ts'
import { BusPanel } from './bus-panel.tsx'
import { CertificatePanel } from './certificate-panel.tsx'
import { ConfigPanel } from './config-panel.tsx'
import { pointName } from './point-name.ts'
import { TrendPanel } from './trend-panel.tsx'
import { useName } from './use-site.ts'
import { AgeAndQuality, Value } from './value.tsx'

export interface TechnicalProps {
  readonly detail: SiteDetail
  readonly point: string | null
  readonly span: Span
  readonly alarms: readonly Alarm[]
}

/** Every value of a site by device with the trend of the chosen one, what can be proved of them, its buses and its configuration. */
export function SiteTechnical({ detail, point, span, alarms }: TechnicalProps) {
  const texts = useTexts()
  const { site } = detail.summary
  const chosen = point ?? site.headline ?? refOf(detail.points[0])
  return (
    <div class="site-technical">
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
        <CertificatePanel site={site.id} />
        <BusPanel site={site.id} />
        <ConfigPanel site={site.id} />
      </div>
    </div>
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
                  href={`#${addressOf({ page: 'site', site, point: ref, span, tab: 'technical' })}`}
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
            onClick={() => router.replace({ page: 'site', site, point, span: choice, tab: 'technical' })}
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
  readonly alarms: readonly Alarm[]
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
      spanWord={texts.trend.spans[span]}
    />
  )
}

function refOf(info: { readonly device: string; readonly point: string } | undefined): string | null {
  return info === undefined ? null : `${info.device}/${info.point}`
}
