import type { AlarmQuality } from '../../../core/contract/proof.ts'
import { QUALITY } from '../i18n/quality-words.ts'
import { useWords } from '../page.ts'
import { heatOf } from '../stores/quality-figures.ts'
import { heatDays } from '../stores/quality-heat.ts'

/** More days would be rows too thin to be read. */
const MOST_DAYS = 62
const HOURS = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0'))

/** How many alarms came in each hour, a row a day: a picture to the eye, a table to whoever hears it. */
export function QualityHeat({ quality: { hourly, from } }: { readonly quality: AlarmQuality }) {
  const words = useWords(QUALITY)
  const days = heatDays(hourly, from)
  if (days.length > MOST_DAYS) return <p class="empty">{words.heatTooLong}</p>
  return (
    <div class="table-scroll" tabIndex={0} role="region" aria-label={words.heat}>
      <table class="quality-heat">
        <caption class="hint">{words.heatAbout}</caption>
        <thead>
          <tr>
            <th scope="col">{words.heatDay}</th>
            {HOURS.map((hour) => (
              <th key={hour} scope="col">
                {hour}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {days.map(({ day, hours }) => (
            <tr key={day}>
              <th scope="row">{day.slice(5)}</th>
              {hours.map((alarms, hour) => (
                <td
                  key={hour}
                  class={alarms === null ? 'is-out' : `is-heat-${heatOf(alarms)}`}
                  title={alarms === null ? undefined : words.heatCell(day, `${HOURS[hour] ?? ''}:00`, alarms)}
                >
                  {alarms === null || alarms === 0 ? '' : alarms}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
