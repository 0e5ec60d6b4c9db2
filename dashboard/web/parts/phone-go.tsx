import { useState } from 'preact/hooks'
import type { Alarm } from '../../../core/contract/alarm.ts'
import type { Site } from '../../../core/contract/site.ts'
import { sitesEn } from '../i18n/sites-en.ts'
import { sitesZh } from '../i18n/sites-zh-cn.ts'
import { usePage, useTexts, useWords } from '../page.ts'
import { toGcj02 } from '../show/gcj02.ts'
import { UP_FROM_VILLAGE } from '../stores/alarm-call.ts'
import { registerCalls } from '../stores/register-calls.ts'
import { addressOf } from '../stores/route.ts'
import { usePhoneWords } from './phone-words.ts'
import { useFetched } from './use-fetched.ts'

interface GoProps {
  readonly alarm: Alarm
  readonly site: Site | null
  readonly live: boolean
}

/** The ways on from an alarm: its own page, who answers for the place, and how to get there. */
export function PhoneGo({ alarm, site, live }: GoProps) {
  const words = usePhoneWords()
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <div class="phone-acts is-ways">
        <button
          class="button phone-button"
          type="button"
          data-act="call"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          {words.call}
        </button>
        {site?.position !== undefined && (
          <a class="button phone-button" href={geoLink(site.position)}>
            {words.navigate}
          </a>
        )}
        {live && (
          <a class="button phone-button" href={`#${addressOf({ page: 'alarm', id: alarm.id })}`}>
            {words.details}
          </a>
        )}
      </div>
      {isOpen && (live ? <People site={alarm.site} /> : <p class="phone-soft">{words.callApart}</p>)}
    </>
  )
}

/** Opens whatever map the phone has. */
function geoLink(position: NonNullable<Site['position']>): string {
  const { lon, lat } = toGcj02(position)
  const place = `${lat.toFixed(6)},${lon.toFixed(6)}`
  return `geo:${place}?q=${place}`
}

function People({ site }: { readonly site: string }) {
  const { api } = usePage()
  const texts = useTexts()
  const words = usePhoneWords()
  const { roles } = useWords<typeof sitesZh>({ 'zh-CN': sitesZh, en: sitesEn })
  const { data, loading } = useFetched(`phone/${site}`, 0, (signal) => registerCalls(api).file(site, signal))
  if (loading && data === null) return <p class="phone-soft">{texts.loading}</p>
  const people = UP_FROM_VILLAGE.flatMap((role) => {
    const person = data?.file.persons[role] ?? null
    const phone = person?.phone ?? ''
    // A viewer gets numbers with digits left out, which nobody can call.
    return person !== null && /^\+?\d+$/.test(phone) ? [{ role, name: person.name, phone }] : []
  })
  if (people.length === 0) return <p class="phone-soft">{words.noCall}</p>
  return (
    <ul class="phone-people">
      {people.map(({ role, name, phone }) => (
        <li key={role}>
          <a class="button phone-button" href={`tel:${phone}`}>
            {roles[role]} · {name} · {phone}
          </a>
        </li>
      ))}
    </ul>
  )
}
