import type { Alarm } from '../../../core/contract/alarm.ts'
import { usePage, useTexts } from '../page.ts'
import { spanText } from '../show/time.ts'
import { momentsOf } from '../stores/alarm-moments.ts'
import { useZone } from './use-zone.ts'

/** The alarm's times in order, each with the distance from the raise: what proves who knew when. */
export function Ruler({ alarm }: { readonly alarm: Alarm }) {
  const { times } = usePage()
  const texts = useTexts()
  const zone = times(useZone(alarm.site))
  return (
    <ol class="ruler" aria-label={texts.alarm.ruler}>
      {momentsOf(alarm).map(({ name, at }) => (
        <li key={name} class={`moment${at === null ? ' is-pending' : ''}`} data-moment={name}>
          <span class="moment-name">{texts.alarm.times[name]}</span>
          {at === null ? (
            <span class="moment-at">{texts.alarm.pending}</span>
          ) : (
            <>
              <time class="moment-at">{zone.time(at)}</time>
              <span class="moment-after">
                {name === 'raised' ? zone.date(at) : texts.alarm.after(spanText(at - alarm.raisedAt, texts))}
              </span>
            </>
          )}
        </li>
      ))}
    </ol>
  )
}
