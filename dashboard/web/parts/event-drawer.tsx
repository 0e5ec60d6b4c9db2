import type { Alarm } from '../../../core/contract/alarm.ts'
import { usePage, useTexts } from '../page.ts'
import { spanText } from '../show/time.ts'
import { addressOf, FIRST_SPAN } from '../stores/route.ts'
import { AlarmNotices } from './alarm-notices.tsx'
import { AcknowledgeButton, useExplanation, useRuleWord } from './alarm-row.tsx'
import { AlarmBadges, AlarmStanding } from './alarm-standing.tsx'
import { AlarmMark, PriorityWord } from './mark.tsx'
import { useOverviewWords } from './use-overview-words.ts'
import { useSiteName } from './use-site.ts'
import { useZone } from './use-zone.ts'
import { AgeAndQuality, Uncertainty, Value } from './value.tsx'

/** Messages shown; the page of the alarm has all. */
const MOST_NOTICES = 4

interface EventDrawerProps {
  /** The selected one; null = none is. */
  readonly alarm: string | null
  readonly close: () => void
}

/** All one needs of an alarm to act on it, without leaving the overview. */
export function EventDrawer({ alarm: id, close }: EventDrawerProps) {
  const { live } = usePage()
  const words = useOverviewWords().drawer
  if (id === null) return null
  const alarm = live.state.value.alarms.get(id)
  return (
    <aside class="drawer" aria-label={words.title} data-drawer={id}>
      {alarm === undefined ? <Gone id={id} close={close} /> : <Details alarm={alarm} close={close} />}
    </aside>
  )
}

function Gone({ id, close }: { readonly id: string; readonly close: () => void }) {
  const words = useOverviewWords().drawer
  return (
    <p class="drawer-head">
      <span>{words.gone}</span> <a href={`#${addressOf({ page: 'alarm', id })}`}>{words.all}</a>
      <Close close={close} />
    </p>
  )
}

function Details({ alarm, close }: { readonly alarm: Alarm; readonly close: () => void }) {
  const texts = useTexts()
  const words = useOverviewWords().drawer
  const rule = useRuleWord(alarm)
  const site = useSiteName(alarm.site)
  const why = useExplanation(alarm)
  return (
    <>
      <div class="drawer-head">
        <AlarmMark alarm={alarm} size={38} />
        <div class="drawer-title">
          <h3>
            <PriorityWord priority={alarm.priority} />{' '}
            <a href={`#${addressOf({ page: 'site', site: alarm.site, point: null, span: FIRST_SPAN })}`}>{site}</a>{' '}
            {rule}
          </h3>
          <p class="soft">
            {alarm.number} · <span class={`state-word is-${alarm.state}`}>{texts.alarmState[alarm.state]}</span> ·{' '}
            <Since alarm={alarm} />
          </p>
        </div>
        <AcknowledgeButton alarm={alarm} large />
        <Close close={close} />
      </div>
      <div class="drawer-body">
        <p class="drawer-why">{why}</p>
        <ValueNow alarm={alarm} />
        <p class="alarm-since">
          <AlarmBadges alarm={alarm} />
        </p>
        <AlarmStanding alarm={alarm} />
        <Told alarm={alarm} />
        <a class="button" href={`#${addressOf({ page: 'alarm', id: alarm.id })}`} data-act="all-details">
          {words.all}
        </a>
      </div>
    </>
  )
}

function Since({ alarm }: { readonly alarm: Alarm }) {
  const { live, times } = usePage()
  const texts = useTexts()
  const zone = times(useZone(alarm.site))
  const now = live.now.value
  return (
    <>
      {texts.alarms.since(zone.near(alarm.raisedAt, now), spanText((alarm.returnedAt ?? now) - alarm.raisedAt, texts))}{' '}
      <Uncertainty ms={alarm.clock?.uncertaintyMs} />
    </>
  )
}

/** What the site's headline says now, with its age: whether it goes on is seen before anybody is called. */
function ValueNow({ alarm }: { readonly alarm: Alarm }) {
  const { live } = usePage()
  const texts = useTexts()
  const headline = live.state.value.sites.get(alarm.site)?.headline
  if (headline === undefined || headline === null) return null
  return (
    <p class="drawer-value">
      <span class="soft">{texts.site.live}</span> <Value latest={headline} quantity={headline.quantity} />{' '}
      <AgeAndQuality latest={headline} />
    </p>
  )
}

function Told({ alarm }: { readonly alarm: Alarm }) {
  const words = useOverviewWords().drawer
  const { notices } = alarm
  const newest = notices.slice(-MOST_NOTICES)
  return (
    <section aria-label={words.called}>
      <h4 class="drawer-sub">{words.called}</h4>
      {notices.length === 0 ? (
        <p class="soft">{words.nobody}</p>
      ) : (
        <AlarmNotices alarm={{ ...alarm, notices: newest }} />
      )}
      {notices.length > newest.length && <p class="soft">{words.more(notices.length - newest.length)}</p>}
    </section>
  )
}

function Close({ close }: { readonly close: () => void }) {
  const { desk } = usePage()
  const words = useOverviewWords().drawer
  return (
    <button
      class="button drawer-close"
      type="button"
      aria-label={words.close}
      onClick={() => {
        desk.cursor.value = null
        close()
      }}
    >
      ✕
    </button>
  )
}
