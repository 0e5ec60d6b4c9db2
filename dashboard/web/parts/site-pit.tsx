import { useMemo } from 'preact/hooks'
import type { Alarm } from '../../../core/contract/alarm.ts'
import type { RegisterEntry } from '../../../core/contract/register.ts'
import type { SiteDetail } from '../../../core/contract/http.ts'
import { usePage, useTexts } from '../page.ts'
import { isSwitch } from '../show/number.ts'
import { mainPoints } from '../show/schematic-state.ts'
import { symbolsOf } from '../show/schematic-symbols.ts'
import { trendsRoute } from '../show/symbol-words.ts'
import { compareAlarms } from '../stores/alarm-order.ts'
import { isOpen } from '../stores/live-state.ts'
import { addressOf, SPANS } from '../stores/route.ts'
import { AlarmList } from './alarm-list.tsx'
import { Picture } from './picture.tsx'
import { deviceName, pointName } from './point-name.ts'
import { RegisterCard } from './register-card.tsx'
import { Schematic } from './schematic.tsx'
import { useSiteWords } from './site-cells.tsx'
import { TrendPanel } from './trend-panel.tsx'
import type { Fetched } from './use-fetched.ts'

/** Trends under the drawing. */
const MOST_TRENDS = 4

export interface SitePitProps {
  readonly detail: SiteDetail
  readonly alarms: readonly Alarm[]
  readonly file: Fetched<RegisterEntry>
}

/** One pit at a glance: the drawing, what is wrong, the last day, the last pictures, and the file. */
export function SitePit({ detail, alarms, file }: SitePitProps) {
  const words = useSiteWords()
  const { site } = detail.summary
  const open = alarms.filter(isOpen).sort(compareAlarms)
  return (
    <div class="site-pit">
      <Schematic detail={detail} />
      <div class="column site-side">
        <section class="panel">
          <div class="panel-title">
            <h2>{words.openAlarms}</h2>
            <a class="panel-note" href={`#${addressOf({ page: 'ledger', subject: site.id })}`}>
              {useTexts().alarm.ledger}
            </a>
          </div>
          <AlarmList alarms={open} label={words.openAlarms} none={words.noOpenAlarms} showSite={false} />
        </section>
        <Pictures detail={detail} alarms={alarms} />
      </div>
      <Trends detail={detail} alarms={alarms} />
      <RegisterCard site={site} file={file} />
      <details class="panel site-record">
        <summary class="panel-title">
          <h2>{words.allAlarms}</h2>
        </summary>
        <AlarmList
          alarms={[...alarms].sort(compareAlarms)}
          label={words.allAlarms}
          none={words.noOpenAlarms}
          showSite={false}
        />
      </details>
    </div>
  )
}

function Trends({ detail, alarms }: Pick<SitePitProps, 'detail' | 'alarms'>) {
  const words = useSiteWords()
  const { site } = detail.summary
  const shape = detail.points.map(({ device, point }) => `${device}/${point}`).join()
  const main = useMemo(() => {
    const known = new Map(detail.points.map((info) => [`${info.device}/${info.point}`, info]))
    const isNumber = (ref: string) => {
      const info = known.get(ref)
      return info !== undefined && !isSwitch(info.quantity)
    }
    return mainPoints(symbolsOf(detail).symbols, { headline: site.headline, isNumber, most: MOST_TRENDS })
  }, [shape, site.headline])
  if (main.length === 0) return null
  return (
    <section class="panel site-trends" aria-labelledby="trends-title">
      <div class="panel-title">
        <h2 id="trends-title">{words.trends}</h2>
        <a class="panel-note" href={`#${addressOf(trendsRoute(site.id, main))}`}>
          {words.trendsOpen}
        </a>
      </div>
      <div class="site-trend-grid">
        {main.map((ref) => (
          <LastDay key={ref} point={ref} detail={detail} alarms={alarms} />
        ))}
      </div>
    </section>
  )
}

function LastDay({ point: ref, detail, alarms }: Pick<SitePitProps, 'detail' | 'alarms'> & { readonly point: string }) {
  const { preferences } = usePage()
  const texts = useTexts()
  const info = detail.points.find(({ device, point }) => `${device}/${point}` === ref)
  if (info === undefined) return null
  return (
    <TrendPanel
      site={detail.summary.site.id}
      info={info}
      name={pointName(ref, detail, preferences.language.value)}
      latest={info.latest}
      alarms={alarms}
      limits={detail.limits.filter(({ point }) => point === ref)}
      spanMs={SPANS['24h']}
      spanWord={texts.trend.spans['24h']}
    />
  )
}

/** The newest picture of each camera. */
function Pictures({ detail, alarms }: Pick<SitePitProps, 'detail' | 'alarms'>) {
  const { preferences } = usePage()
  const words = useSiteWords()
  const { site } = detail.summary
  const all = alarms.flatMap(({ evidence }) => evidence).sort((a, b) => b.at - a.at)
  const newest = all.filter(({ device }, index) => all.findIndex((row) => row.device === device) === index)
  const hasCamera = detail.points.some(({ quantity }) => quantity === 'stream')
  if (newest.length === 0 && !hasCamera) return null
  return (
    <section class="panel">
      <h2 class="panel-title">{words.lastPictures}</h2>
      {newest.length === 0 ? (
        <p class="empty">{words.noPictures}</p>
      ) : (
        <div class="pictures">
          {newest.map((row) => (
            <Picture
              key={row.sha256}
              row={row}
              device={deviceName(row.device, detail, preferences.language.value)}
              zone={site.zone}
            />
          ))}
        </div>
      )}
    </section>
  )
}
