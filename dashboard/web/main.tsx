import './kit/no-eval.ts'
import { render } from 'preact'
import { App } from './app.tsx'
import { browserClock } from './kit/clock.ts'
import { pushBrowser } from './kit/push-browser.ts'
import { openSound } from './kit/sound.ts'
import { PageContext, type Page } from './page.ts'
import { openTimes } from './show/time.ts'
import { openApi, type Api } from './stores/api.ts'
import { openAlarmDesk } from './stores/desk.ts'
import { openLive } from './stores/live.ts'
import { openPreferences } from './stores/preferences.ts'
import { openedAlarm, openPush } from './stores/push.ts'
import { openRouter } from './stores/route.ts'
import { mayAct, openSession } from './stores/session.ts'

const room = document.getElementById('page')
if (room === null) throw new TypeError('expected an element with id page')
render(
  <PageContext.Provider value={openPage()}>
    <App />
  </PageContext.Provider>,
  room,
)

function openPage(): Page {
  const ended = new AbortController()
  window.addEventListener('pagehide', (event) => {
    if (!event.persisted) ended.abort()
  })
  const session = openSession(() => api)
  const api: Api = openApi(
    (input, init) => fetch(input, init),
    () => session.expire(),
  )
  const live = openLive({
    clock: browserClock,
    chance: () => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32,
    url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api/live`,
    lost: () => session.refresh(AbortSignal.timeout(10_000)),
  })
  const desk = openAlarmDesk({
    api,
    learn: (alarm) => live.learn(alarm),
    mayAct: () => mayAct(session.signedIn.value),
    signal: ended.signal,
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
    preferences: openPreferences(localStorage),
    router,
    session,
    live,
    desk,
    sound: openSound(window),
    push: openPush(api, browser),
    times: openTimes(),
  }
}
