import { MOST_OPEN_TOLD } from '../../../core/contract/live.ts'
import { usePage, useTexts } from '../page.ts'
import { agoText } from '../show/time.ts'
import { countByPriority } from '../stores/alarm-order.ts'
import { openTotal } from '../stores/live-state.ts'
import { addressOf, type Route } from '../stores/route.ts'
import type { Theme } from '../stores/preferences.ts'
import { Mark } from './mark.tsx'
import { useZone } from './use-zone.ts'

interface HeaderProps {
  readonly help: () => void
}

/** What every screen carries: where one is, what is open by colour, the control room's time and how old the data is. */
export function Header({ help }: HeaderProps) {
  const texts = useTexts()
  return (
    <header class="header">
      <div class="brand">
        <img src="/mark.svg" alt="" width="28" height="28" />
        <span class="brand-name">{texts.product}</span>
        <span class="brand-room">{texts.room}</span>
      </div>
      <Navigation />
      <Counts />
      <LinkLamp />
      <Tools help={help} />
    </header>
  )
}

function Navigation() {
  const texts = useTexts()
  const { router, session } = usePage()
  const signedIn = session.signedIn.value
  const here = router.route.value.page
  const places: readonly { route: Route; word: string; pages: readonly Route['page'][] }[] = [
    { route: { page: 'overview' }, word: texts.nav.overview, pages: ['overview', 'site', 'gateways'] },
    { route: { page: 'alarms', show: 'open' }, word: texts.nav.alarms, pages: ['alarms', 'alarm'] },
    { route: { page: 'duty' }, word: texts.nav.duty, pages: ['duty'] },
    { route: { page: 'ledger', subject: null }, word: texts.nav.ledger, pages: ['ledger'] },
  ]
  return (
    <nav class="nav" aria-label={texts.nav.label}>
      {places.map(({ route, word, pages }) => (
        <a
          key={route.page}
          class="nav-link"
          href={`#${addressOf(route)}`}
          aria-current={pages.includes(here) ? 'page' : undefined}
        >
          {word}
        </a>
      ))}
      {signedIn.is === 'in' && signedIn.session.flows && (
        <a class="nav-link" href="/flows/" target="_blank" rel="noopener">
          {texts.nav.flows}
        </a>
      )}
    </nav>
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
        <li key={priority} class={`count is-${priority}${open === 0 ? ' is-none' : ''}`}>
          <Mark priority={priority} unacked={unacked > 0} quiet={open === 0} size={26} />
          <span class="count-word">{texts.priority[priority]}</span>
          <span class="count-number">{open}</span>
          {unacked > 0 && <span class="count-unacked">{texts.header.unacked(unacked)}</span>}
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

const NEXT_THEME: Readonly<Record<Theme, Theme>> = { auto: 'day', day: 'night', night: 'auto' }
const THEME_SIGNS: Readonly<Record<Theme, string>> = { auto: '◐', day: '○', night: '●' }

/** Language and theme, and once somebody is signed in: sound, help, who it is, and the way out. */
export function Tools({ help }: { readonly help: (() => void) | null }) {
  const texts = useTexts()
  const { preferences, session } = usePage()
  const { language, theme, sound } = preferences
  const signedIn = session.signedIn.value
  return (
    <div class="tools">
      <button
        class="tool"
        type="button"
        lang={language.value === 'zh-CN' ? 'en' : 'zh-CN'}
        data-act="language"
        aria-label={`${texts.header.language} · ${texts.header.languageLabel}`}
        onClick={() => (language.value = language.value === 'zh-CN' ? 'en' : 'zh-CN')}
      >
        {texts.header.language}
      </button>
      <button
        class="tool"
        type="button"
        data-act="theme"
        aria-label={`${texts.header.theme[theme.value]} · ${texts.header.themeLabel}`}
        onClick={() => (theme.value = NEXT_THEME[theme.value])}
      >
        <span aria-hidden="true">{THEME_SIGNS[theme.value]}</span>
        <span class="tool-word">{texts.header.theme[theme.value]}</span>
      </button>
      {signedIn.is === 'in' && (
        <>
          <button
            class="tool"
            type="button"
            data-act="sound"
            aria-label={texts.header.sound(sound.value)}
            onClick={() => (sound.value = !sound.value)}
          >
            <span class={sound.value ? '' : 'is-off'} aria-hidden="true">
              ♪
            </span>
            <span class="tool-word">{texts.header.sound(sound.value)}</span>
          </button>
          {help !== null && (
            <button class="tool" type="button" aria-label={`? · ${texts.header.help}`} onClick={help}>
              ?
            </button>
          )}
          <span class="user">{signedIn.session.user}</span>
          <button
            class="tool"
            type="button"
            onClick={() => void session.signOut(AbortSignal.timeout(10_000)).catch(() => session.expire())}
          >
            {texts.header.signOut}
          </button>
        </>
      )}
    </div>
  )
}
