import type { Alarm } from '../../../core/contract/alarm.ts'
import { usePage, useTexts } from '../page.ts'
import { PhoneCard } from '../parts/phone-card.tsx'
import {
  type PhoneUser,
  type PhoneView,
  usePhoneDesk,
  usePhoneUser,
  usePhoneView,
  useShell,
} from '../parts/phone-use.ts'
import { PhoneWaiting } from '../parts/phone-waiting.tsx'
import { usePhoneWords } from '../parts/phone-words.ts'
import { agoText } from '../show/time.ts'
import type { PhoneDesk } from '../stores/phone-desk.ts'
import { MOST_KNOWN } from '../stores/phone-known.ts'
import { phoneList } from '../stores/phone-mine.ts'
import { addressOf, type Query } from '../stores/route.ts'

/** The alarms of whoever carries this phone, and what is to be done on the spot; without the control room too. */
export function PhonePage(_: { readonly query: Query }) {
  const texts = useTexts()
  const user = usePhoneUser()
  return user === null ? <p class="empty is-page">{texts.loading}</p> : <PhoneRoom key={user.name} user={user} />
}

function PhoneRoom({ user }: { readonly user: PhoneUser }) {
  const words = usePhoneWords()
  const view = usePhoneView(user)
  const desk = usePhoneDesk(user)
  const isKept = useShell(user.isIn)
  const { mine, others } = phoneList(view.alarms, user.name)
  const shown = others.slice(0, Math.max(0, MOST_KNOWN - mine.length))
  return (
    <div class="phone-page">
      <h1 class="phone-title">{words.of(user.name)}</h1>
      <PhoneLink view={view} isKept={isKept} />
      <PhoneWaiting desk={desk} isSent={user.isIn && view.live} />
      <PhonePart title={words.mine} none={words.noMine} {...{ alarms: mine, user, view, desk }} />
      <PhonePart title={words.others} none={words.noOthers} {...{ alarms: shown, user, view, desk }} />
      {shown.length < others.length && (
        <a class="button phone-button" href={`#${addressOf({ page: 'alarms', show: 'open' })}`}>
          {words.more(others.length - shown.length)}
        </a>
      )}
    </div>
  )
}

/** Whether what is shown is how it is, and how old it is. */
function PhoneLink({ view, isKept }: { readonly view: PhoneView; readonly isKept: boolean }) {
  const texts = useTexts()
  const words = usePhoneWords()
  const { live } = usePage()
  const isConnecting = live.link.value === 'connecting' && view.live
  if (view.live && !isConnecting) {
    return (
      <p class="phone-link" role="status">
        {words.live}
        {!isKept && <span class="phone-soft">{words.notStored}</span>}
      </p>
    )
  }
  const said = view.ageMs === null ? words.apartUnknown : words.apart(agoText(view.ageMs, texts))
  return (
    <p class="phone-link is-apart" role="status">
      <strong>{said}</strong>
      <span>{words.stays}</span>
    </p>
  )
}

interface PartProps {
  readonly title: string
  readonly none: string
  readonly alarms: readonly Alarm[]
  readonly user: PhoneUser
  readonly view: PhoneView
  readonly desk: PhoneDesk
}

function PhonePart({ title, none, alarms, ...rest }: PartProps) {
  return (
    <section class="phone-part" aria-label={title}>
      <h2>
        {title} <span class="phone-soft">{alarms.length}</span>
      </h2>
      {alarms.length === 0 && <p class="empty">{none}</p>}
      <ul class="phone-cards">
        {alarms.map((alarm) => (
          <PhoneCard key={alarm.id} alarm={alarm} {...rest} />
        ))}
      </ul>
    </section>
  )
}
