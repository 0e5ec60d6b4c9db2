import type { Alarm } from '../../../core/contract/alarm.ts'
import type { SiteDetail } from '../../../core/contract/http.ts'
import { usePage, useTexts } from '../page.ts'
import { spanText } from '../show/time.ts'
import { windowAround } from '../stores/trend.ts'
import { pointName } from './point-name.ts'
import { TrendPanel } from './trend-panel.tsx'

const MINUTE = 60_000
/** A window that grows is asked for in steps, so that it is not asked for anew at every moment. */
const STEP_MS = 30 * MINUTE

/** The trend of an alarm's point from shortly before the raise until it had returned, or now. */
export function TrendAround({ alarm, detail }: { readonly alarm: Alarm; readonly detail: SiteDetail | null }) {
  const { live, preferences } = usePage()
  const texts = useTexts()
  const info = detail?.points.find(({ device, point }) => `${device}/${point}` === alarm.point)
  if (info === undefined || detail === null) return <p class="empty">{texts.trend.empty}</p>
  const around = windowAround(alarm, live.now.peek())
  const spanMs = around.to - around.from
  return (
    <TrendPanel
      site={alarm.site}
      info={info}
      name={pointName(alarm.point, detail, preferences.language.value)}
      latest={live.state.value.readings.get(`${alarm.site}/${alarm.point}`) ?? info.latest}
      alarms={[alarm]}
      limits={detail.limits.filter(({ point }) => point === alarm.point)}
      spanMs={around.live ? Math.ceil(spanMs / STEP_MS) * STEP_MS : spanMs}
      until={around.live ? null : around.to}
      since={around.from}
      spanWord={spanText(Math.ceil(spanMs / MINUTE) * MINUTE, texts)}
    />
  )
}
