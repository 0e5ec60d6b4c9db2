import { useMemo } from 'preact/hooks'
import { channelWord, errorText, whyWord } from '../i18n/texts.ts'
import { usePage, useTexts } from '../page.ts'
import { withLive } from '../stores/alarm-order.ts'
import { type DeskEvent, deskEvents } from '../stores/desk-events.ts'
import { addressOf } from '../stores/route.ts'
import { useRuleWord } from './alarm-row.tsx'
import { Mark } from './mark.tsx'
import { RateStrip } from './rate-strip.tsx'
import { useFetched } from './use-fetched.ts'
import { useOverviewWords } from './use-overview-words.ts'
import { useSiteName } from './use-site.ts'
import { useZone } from './use-zone.ts'

/** Alarms asked for, of those raised in the last 24 h. */
const ASKED = 100
/** Events shown: what fits on a wall. */
const SHOWN = 14
const DAY_MS = 86_400_000

/** The foot of the overview: what happened last, and how fast alarms come. */
export function DeskStrip() {
  return (
    <div class="strip">
      <Ticker />
      <RateStrip />
    </div>
  )
}

/** The latest events, the newest first. It does not run: what moves draws the eye. */
function Ticker() {
  const { api, live } = usePage()
  const texts = useTexts()
  const words = useOverviewWords().ticker
  const { alarms, epoch, status } = live.state.value
  const fetched = useFetched('ticker', epoch, (signal) => api.alarms({ state: 'all', limit: ASKED }, signal))
  const events = useMemo(() => deskEvents(withLive(fetched.data ?? [], alarms), SHOWN), [fetched.data, alarms])
  const now = live.now.value
  const recent = events.filter(({ at }) => at > now - DAY_MS)
  const lamps = (status?.lamps ?? []).filter(({ state }) => state === 'down' || state === 'degraded')
  const isEmpty = recent.length === 0 && lamps.length === 0
  return (
    <section class="ticker panel" aria-label={words.label}>
      <ul class="ticker-list" hidden={isEmpty}>
        {lamps.map((lamp) => (
          <li key={lamp.channel} class="ticker-item is-channel">
            <strong>
              {lamp.state === 'down' ? '✕' : '◑'} {words.channel} {channelWord(lamp.channel, texts)}
            </strong>
            <span>
              {texts.watch.lamp[lamp.state]}
              {lamp.why !== null && ` · ${whyWord(lamp.why, texts)}`}
            </span>
          </li>
        ))}
        {recent.map((event) => (
          <Item key={`${event.alarm.id} ${event.what} ${event.at}`} event={event} />
        ))}
      </ul>
      {isEmpty && (
        <p class="soft">
          {fetched.error !== null
            ? words.failed(errorText(fetched.error, texts))
            : fetched.loading
              ? texts.loading
              : words.none}
        </p>
      )}
    </section>
  )
}

function Item({ event: { at, what, alarm } }: { readonly event: DeskEvent }) {
  const { times, live } = usePage()
  const words = useOverviewWords().ticker
  const site = useSiteName(alarm.site)
  const rule = useRuleWord(alarm)
  const zone = times(useZone(alarm.site))
  const isOver = what === 'returned' || what === 'closed'
  return (
    <li class={`ticker-item is-${what}`}>
      <a href={`#${addressOf({ page: 'alarm', id: alarm.id })}`}>
        <strong>
          <time>{zone.near(at, live.now.value)}</time> {words.happened[what]}
        </strong>
        <span>
          <Mark priority={alarm.priority} hollow={isOver} size={14} /> {site} · {rule}
        </span>
      </a>
    </li>
  )
}
