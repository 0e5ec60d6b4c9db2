import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { useTexts, usePage, type Page } from './page.ts'
import { SignInPage } from './pages/sign-in.tsx'
import { AcknowledgeForm } from './parts/acknowledge-form.tsx'
import { Announcer } from './parts/announcer.tsx'
import { Banner } from './parts/banner.tsx'
import { Boundary } from './parts/boundary.tsx'
import { DeskNotices } from './parts/desk-notices.tsx'
import { GoHint } from './parts/go-hint.tsx'
import { Header } from './parts/header.tsx'
import { Unlock } from './parts/unlock.tsx'
import { UpdateNotice } from './parts/update-notice.tsx'
import { useKeys } from './parts/use-keys.ts'
import { useTheme } from './parts/use-theme.ts'
import { WallKeeper } from './parts/wall-keeper.tsx'
import { WatchStrip } from './parts/watch-strip.tsx'
import { ActForm, HeldBar, Help, preloadScreens, Screen } from './screens.tsx'

/** Pause before asking an unreachable control room again who is signed in. */
const ASK_AGAIN_MS = 2_000

/** How long the first screen is left alone before the code of the others is fetched. */
const CALM_AFTER_MS = 3_000

/** The page: who is signed in decides whether anything but the door is shown. */
export function App() {
  const { session, preferences, live, router } = usePage()
  const texts = useTexts()
  const theme = useTheme()
  const signedIn = session.signedIn.value
  const silent = live.link.value === 'silent'
  useLayoutEffect(() => {
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
      return router.route.value.page === 'phone' ? <Apart /> : <p class="empty is-page">{texts.loading}</p>
    case 'out':
      return <SignInPage expired={signedIn.expired} />
    case 'in':
      return <Room />
  }
}

/** The phone page while the control room cannot be asked who this is. */
function Apart() {
  return (
    <main class="main is-phone">
      <Screen />
    </main>
  )
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
  const { router, wall } = usePage()
  const [help, setHelp] = useState(false)
  const main = useRef<HTMLElement>(null)
  const going = useKeys({ help: () => setHelp((shown) => !shown) })
  const route = router.route.value
  useEffect(() => {
    window.scrollTo(0, 0)
  }, [route.page])
  usePreload()
  return (
    <>
      {!wall.isOn.value && (
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
      )}
      <Header help={() => setHelp(true)} />
      <WatchStrip />
      <Banner />
      <UpdateNotice />
      <DeskNotices />
      <main id="main" ref={main} tabIndex={-1} class={`main is-${route.page}`}>
        <Boundary key={route.page}>
          <Screen />
        </Boundary>
      </main>
      <AcknowledgeForm />
      <ActForm />
      <HeldBar />
      <Announcer />
      <WallKeeper />
      <Unlock />
      <GoHint going={going} />
      {help && <Help close={() => setHelp(false)} />}
    </>
  )
}

/** Fetches the screens people go to next, once the first is there and nothing else is going on. */
function usePreload(): void {
  const { clock, session } = usePage()
  const signedIn = session.signedIn.value
  useEffect(() => {
    if (signedIn.is !== 'in') return
    const ended = new AbortController()
    clock
      .sleep(CALM_AFTER_MS, ended.signal)
      .then(() => preloadScreens(ended.signal))
      .catch(() => undefined)
    return () => ended.abort()
  }, [signedIn.is])
}
