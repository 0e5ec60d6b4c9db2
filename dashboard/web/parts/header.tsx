import { MOST_OPEN_TOLD } from '../../../core/contract/live.ts'
import { usePage, useTexts } from '../page.ts'
import { agoText } from '../show/time.ts'
import { countByPriority } from '../stores/alarm-order.ts'
import { openTotal } from '../stores/live-state.ts'
import { addressOf } from '../stores/route.ts'
import { Mark } from './mark.tsx'
import { Navigation } from './navigation.tsx'
import { Tools } from './tools.tsx'
import { useZone } from './use-zone.ts'

interface HeaderProps {
  readonly help: () => void
}

/** What every screen carries: where one is, what is open by colour, the control room's time and how old the data is. */
export function Header({ help }: HeaderProps) {
  const texts = useTexts()
  const { wall } = usePage()
  return (
    <header class="header">
      <div class="brand">
        <img src="/mark.svg" alt="" width="28" height="28" />
        <span class="brand-name">{texts.product}</span>
        <span class="brand-room">{texts.room}</span>
      </div>
      {!wall.isOn.value && <Navigation />}
      <Counts />
      <LinkLamp />
      {!wall.isOn.value && <Tools help={help} />}
    </header>
  )
}

function Counts() {
  const texts = useTexts()
  const { live } = usePage()
  const state = live.state.value
  // In a flood the page is not told of all; the sites' own counts say how many there are.
  const counts = countByPriority(state.alarms.values()).map((count) => ({
    ...count,
    open: state.alarms.size < MOST_OPEN_TOLD ? count.open : Math.max(count.open, openTotal(state, [count.priority])),
  }))
  return (
    <ul class="counts" aria-label={texts.header.counts}>
      {counts.map(({ priority, open, unacked }) => (
        <li key={priority}>
          <a
            class={`count is-${priority}${open === 0 ? ' is-none' : ''}`}
            href={`#${addressOf({ page: 'alarms', show: 'open' })}`}
            title={texts.shell.openAlarms(texts.priority[priority], open)}
          >
            <Mark priority={priority} unacked={unacked > 0} quiet={open === 0} size={26} />
            <span class="count-word">{texts.priority[priority]}</span>
            <span class="count-number">{open}</span>
            {unacked > 0 && <span class="count-unacked">{texts.header.unacked(unacked)}</span>}
          </a>
        </li>
      ))}
    </ul>
  )
}

function LinkLamp() {
  const texts = useTexts()
  const { live, times } = usePage()
  const zone = useZone(null)
  const now = live.now.value
  const heardAt = live.heardAt.value
  const link = live.link.value
  return (
    <div class="clock">
      <div class="clock-face">
        <time class="clock-time">{times(zone).time(now)}</time>
        <span class="clock-date">{times(zone).date(now)}</span>
      </div>
      <div class={`lamp is-${link}`} role="status">
        <span class="lamp-light" aria-hidden="true" />
        <span class="lamp-word">{texts.header[link]}</span>
      </div>
      {heardAt !== null && <span class="clock-age">{texts.header.heard(agoText(now - heardAt, texts))}</span>}
    </div>
  )
}
