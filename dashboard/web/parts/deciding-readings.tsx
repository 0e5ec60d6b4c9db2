import type { Alarm } from '../../../core/contract/alarm.ts'
import type { SiteDetail } from '../../../core/contract/http.ts'
import { usePage, useTexts } from '../page.ts'
import { valueText } from '../show/number.ts'
import { pointName } from './point-name.ts'
import { useZone } from './use-zone.ts'
import { Uncertainty } from './value.tsx'

/** The readings that decided an alarm, as they were then. */
export function DecidingReadings({ alarm, detail }: { readonly alarm: Alarm; readonly detail: SiteDetail | null }) {
  const { times, preferences } = usePage()
  const texts = useTexts()
  const zone = times(useZone(alarm.site))
  // What is known of the time is that of the first raise; the readings are those of the last.
  const isOne = alarm.activations.length === 1
  if (alarm.readings.length === 0) return <p class="empty">{texts.quality.none}</p>
  return (
    <table class="table">
      <thead>
        <tr>
          <th scope="col">{texts.site.point}</th>
          <th scope="col" class="is-number">
            {texts.site.value}
          </th>
          <th scope="col">{texts.site.quality}</th>
          <th scope="col">{texts.ledger.time}</th>
        </tr>
      </thead>
      <tbody>
        {alarm.readings.map((reading) => {
          const point = `${reading.device}/${reading.point}`
          const info = detail?.points.find((known) => `${known.device}/${known.point}` === point)
          const { text, unit } =
            info === undefined
              ? { text: String(reading.value ?? '—'), unit: '' }
              : valueText(reading.value, info.quantity, texts)
          return (
            <tr key={`${point} ${reading.at}`}>
              <td>{pointName(point, detail, preferences.language.value)}</td>
              <td class="is-number">
                <span class={`value is-${reading.quality}`}>
                  <span class="value-number">{text}</span> <span class="value-unit">{unit}</span>
                </span>
              </td>
              <td>
                {texts.quality[reading.quality]}
                {reading.reason !== null && ` · ${texts.reasons[reading.reason]}`}
              </td>
              <td>
                <time>{zone.time(reading.at)}</time> {isOne && <Uncertainty ms={alarm.clock?.uncertaintyMs} />}
              </td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}
