import { useEffect, useRef, useState } from 'preact/hooks'
import { latePage } from './kit/late-page.tsx'
import { usePage, useTexts, type Page } from './page.ts'
import { AlarmPage } from './pages/alarm.tsx'
import { AlarmsPage } from './pages/alarms.tsx'
import { DutyPage } from './pages/duty.tsx'
import { GatewaysPage } from './pages/gateways.tsx'
import { LedgerPage } from './pages/ledger.tsx'
import { OverviewPage } from './pages/overview.tsx'
import { SignInPage } from './pages/sign-in.tsx'
import { SitePage } from './pages/site.tsx'
import { AcknowledgeForm } from './parts/acknowledge-form.tsx'
import { ActForm } from './parts/act-form.tsx'
import { Announcer } from './parts/announcer.tsx'
import { Banner } from './parts/banner.tsx'
import { DeskNotices } from './parts/desk-notices.tsx'
import { Header } from './parts/header.tsx'
import { Help } from './parts/help.tsx'
import { useKeys } from './parts/use-keys.ts'
import { useTheme } from './parts/use-theme.ts'
import { WatchStrip } from './parts/watch-strip.tsx'
import type { PlainPage } from './stores/route.ts'

/** Pause before asking an unreachable control room again who is signed in. */
const ASK_AGAIN_MS = 2_000

/** Screens that are loaded when somebody first opens them. */
const LATE_PAGES = {
  sites: latePage(() => import('./pages/sites.tsx').then(({ SitesPage }) => SitesPage)),
  trends: latePage(() => import('./pages/trends.tsx').then(({ TrendsPage }) => TrendsPage)),
  handover: latePage(() => import('./pages/handover.tsx').then(({ HandoverPage }) => HandoverPage)),
  rules: latePage(() => import('./pages/rules.tsx').then(({ RulesPage }) => RulesPage)),
  quality: latePage(() => import('./pages/quality.tsx').then(({ QualityPage }) => QualityPage)),
  suppressions: latePage(() => import('./pages/suppressions.tsx').then(({ SuppressionsPage }) => SuppressionsPage)),
  system: latePage(() => import('./pages/system.tsx').then(({ SystemPage }) => SystemPage)),
  phone: latePage(() => import('./pages/phone.tsx').then(({ PhonePage }) => PhonePage)),
} as const satisfies Record<PlainPage, unknown>

/** The page: who is signed in decides whether anything but the door is shown. */
export function App() {
  const { session, preferences, live } = usePage()
  const texts = useTexts()
  const theme = useTheme()
  const signedIn = session.signedIn.value
  const silent = live.link.value === 'silent'
  useEffect(() => {
    const { documentElement: root } = document
    root.dataset.theme = theme
    root.lang = preferences.language.value
    document.title = `${texts.product} · ${texts.room}`
  }, [theme, texts])
  useEffect(() => {
    document.documentElement.classList.toggle('is-silent', silent)
  }, [silent])
  useFeed()
  switch (signedIn.is) {
    case 'unknown':
      return <p class="empty is-page">{texts.loading}</p>
    case 'out':
      return <SignInPage expired={signedIn.expired} />
    case 'in':
      return <Room />
  }
}

/** Asks who this is until the control room says, and keeps the feed connected while somebody is signed in. */
function useFeed() {
  const page = usePage()
  const { is } = page.session.signedIn.value
  useEffect(() => {
    const ended = new AbortController()
    if (is === 'in') void page.live.run(ended.signal)
    if (is === 'unknown') void askWho(page, ended.signal).catch(() => undefined)
    return () => ended.abort()
  }, [is])
}

async function askWho({ session, clock }: Page, signal: AbortSignal): Promise<void> {
  for (;;) {
    await session.refresh(signal)
    await clock.sleep(ASK_AGAIN_MS, signal)
  }
}

function Room() {
  const texts = useTexts()
  const { router } = usePage()
  const [help, setHelp] = useState(false)
  const main = useRef<HTMLElement>(null)
  useKeys(() => setHelp((shown) => !shown))
  const route = router.route.value
  useEffect(() => {
    window.scrollTo(0, 0)
  }, [route.page])
  return (
    <>
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault()
          main.current?.focus()
        }}
      >
        {texts.nav.skip}
      </a>
      <Header help={() => setHelp(true)} />
      <WatchStrip />
      <Banner />
      <DeskNotices />
      <main id="main" ref={main} tabIndex={-1} class={`main is-${route.page}`}>
        <Screen />
      </main>
      <AcknowledgeForm />
      <ActForm />
      <Announcer />
      {help && <Help close={() => setHelp(false)} />}
    </>
  )
}

function Screen() {
  const route = usePage().router.route.value
  switch (route.page) {
    case 'overview':
      return <OverviewPage />
    case 'site':
      return <SitePage key={route.site} site={route.site} point={route.point} span={route.span} />
    case 'alarms':
      return <AlarmsPage show={route.show} />
    case 'alarm':
      return <AlarmPage key={route.id} id={route.id} />
    case 'ledger':
      return <LedgerPage subject={route.subject} />
    case 'gateways':
      return <GatewaysPage />
    case 'duty':
      return <DutyPage />
    default: {
      const Late = LATE_PAGES[route.page]
      return <Late query={route.query} />
    }
  }
}
