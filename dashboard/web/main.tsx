import './kit/no-eval.ts'
import { effect } from '@preact/signals'
import { render } from 'preact'
import { App } from './app.tsx'
import { browserClock } from './kit/clock.ts'
import { keepFlashing } from './kit/flash.ts'
import { pushBrowser } from './kit/push-browser.ts'
import { openSound } from './kit/sound.ts'
import { openTexts } from './i18n/texts.ts'
import { PageContext, type Page } from './page.ts'
import { openTimes } from './show/time.ts'
import { openApi, type Api } from './stores/api.ts'
import { type AlarmDesk, openAlarmDesk } from './stores/desk.ts'
import { openFaults } from './stores/faults.ts'
import { openHush } from './stores/hush.ts'
import { openKeyBoard } from './stores/keys.ts'
import { openLive } from './stores/live.ts'
import { forgetKnown } from './stores/phone-forget.ts'
import { openPreferences } from './stores/preferences.ts'
import { openedAlarm, openPush } from './stores/push.ts'
import { openRouter } from './stores/route.ts'
import { mayAct, openSession } from './stores/session.ts'
import { openWall } from './stores/wall.ts'

const room = document.getElementById('page')
if (room === null) throw new TypeError('expected an element with id page')
void start(room, openPage())

// Not awaited at the top: the tables that are waited for import this file in their turn.
async function start(place: HTMLElement, page: Page): Promise<void> {
  await firstTexts(page)
  render(
    <PageContext.Provider value={page}>
      <App />
    </PageContext.Provider>,
    place,
  )
}

/** The texts of the language chosen, asked for until they come: a page without words is none. */
async function firstTexts({ texts, preferences, clock }: Page): Promise<void> {
  for (;;) {
    try {
      await texts.load(preferences.language.value)
      return
    } catch {
      await clock.sleep(2_000, AbortSignal.timeout(60_000))
    }
  }
}

function openPage(): Page {
  const ended = new AbortController()
  window.addEventListener('pagehide', (event) => {
    if (!event.persisted) ended.abort()
  })
  const session = openSession(() => api)
  const api: Api = openApi((input, init) => fetch(input, init), {
    expire: () => session.expire(),
    lock: (signal) => session.lock(signal),
  })
  const live = openLive({
    clock: browserClock,
    chance: () => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32,
    url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api/live`,
    lost: () => session.refresh(AbortSignal.timeout(10_000)),
  })
  const desk = openAlarmDesk({
    api,
    clock: browserClock,
    known: (id) => live.state.value.alarms.get(id),
    learn: (alarm) => live.learn(alarm),
    mayAct: () => mayAct(session.signedIn.value),
    signal: ended.signal,
  })
  flushWhenLeft(desk)
  keepFlashing(window, ended.signal)
  effect(() => {
    if (session.signedIn.value.is === 'out') forgetKnown(localStorage)
  })
  const router = openRouter(window)
  const browser = pushBrowser()
  if (browser.workers !== null) {
    navigator.serviceWorker.addEventListener('message', ({ data }) => {
      const alarm = openedAlarm(data)
      if (alarm !== null) router.go({ page: 'alarm', id: alarm })
    })
  }
  return {
    clock: browserClock,
    api,
    texts: openTexts(),
    preferences: openPreferences(localStorage),
    router,
    session,
    live,
    desk,
    keys: openKeyBoard(),
    sound: openSound(window),
    hush: openHush(browserClock),
    wall: openWall(window),
    faults: openFaults(window),
    push: openPush(api, browser),
    times: openTimes(),
    script: scriptOf(document),
  }
}

/** An acknowledgement that is held goes out when nobody sees any more that it is held: the person has decided. */
function flushWhenLeft({ bulk }: AlarmDesk): void {
  window.addEventListener('pagehide', () => bulk.flush())
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') bulk.flush()
  })
}

/** The script that the page began with, as its control room names it. */
function scriptOf({ scripts }: Document): string | null {
  const own = [...scripts].find(({ type, src }) => type === 'module' && src !== '')
  return own === undefined ? null : new URL(own.src).pathname
}
