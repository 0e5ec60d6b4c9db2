/* global self, caches, clients */

// Shows push messages of the control room while no page of it is open, and opens the alarm when one is clicked. Keeps the page itself, and
// nothing of what the control room says, so that a phone can open it while the control room is out of reach.

const CACHE = 'pitwatch-page'
// Files that are kept: several builds of the page.
const MOST_KEPT = 240
// Beyond this a weak signal is none, and the page that is kept is shown.
const WITHIN_MS = 4000

self.addEventListener('install', (event) => {
  event.waitUntil(self.skipWaiting())
})

self.addEventListener('activate', (event) => {
  event.waitUntil(clients.claim())
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  const { origin, pathname } = new URL(request.url)
  if (request.method !== 'GET' || origin !== self.location.origin) return
  if (pathname.startsWith('/assets/') || pathname === '/mark.svg') event.respondWith(kept(request))
  else if (request.mode === 'navigate' && pathname === '/') event.respondWith(newest(request))
})

/** What is kept, else what comes: names under assets carry the hash of their content. */
async function kept(request) {
  const cache = await caches.open(CACHE)
  const known = await cache.match(request, { ignoreVary: true })
  if (known !== undefined) return known
  const answer = await fetch(request)
  if (answer.ok) await keep(cache, request, answer)
  return answer
}

/** The page as the control room has it now, else as it was. */
async function newest(request) {
  const cache = await caches.open(CACHE)
  const known = await cache.match('/', { ignoreVary: true })
  const asked = fetch(request).then(async (answer) => {
    if (answer.ok) await keep(cache, '/', answer)
    return answer
  })
  if (known === undefined) return asked
  const late = new Promise((resolve) => {
    self.setTimeout(resolve, WITHIN_MS, known)
  })
  // A control room that is starting up answers with an error of its proxy.
  const fresh = asked.then(
    (answer) => (answer.status >= 500 ? known : answer),
    () => known,
  )
  return Promise.race([fresh, late])
}

/** Keeps a copy, and lets go of the oldest where there are too many. A browser without room only forgets. */
async function keep(cache, request, answer) {
  try {
    await cache.put(request, answer.clone())
    const all = await cache.keys()
    const assets = all.filter(({ url }) => new URL(url).pathname.startsWith('/assets/'))
    await Promise.all(assets.slice(0, Math.max(0, assets.length - MOST_KEPT)).map((old) => cache.delete(old)))
  } catch {
    // What came is shown all the same.
  }
}

self.addEventListener('push', (event) => {
  const message = read(event.data)
  const { alarm, notice, priority } = message
  event.waitUntil(
    self.registration.showNotification(message.title ?? 'Pitwatch', {
      body: message.body ?? '',
      lang: message.language ?? '',
      // A newer message about the same alarm takes the place of the older one, and is heard again.
      tag: alarm ?? notice ?? 'pitwatch',
      renotify: true,
      requireInteraction: priority === 'red' || priority === 'orange',
      data: { alarm: alarm ?? null },
      ...(typeof message.raisedAt === 'number' ? { timestamp: message.raisedAt } : {}),
    }),
  )
})

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  event.waitUntil(open(event.notification.data?.alarm ?? null))
})

/** What came, or nothing of it where it cannot be read: a push must always be shown. */
function read(data) {
  try {
    return data?.json() ?? {}
  } catch {
    return {}
  }
}

/** To the page that is open, else to a new one. */
async function open(alarm) {
  const address = alarm === null ? '/' : `/#/alarms/${encodeURIComponent(alarm)}`
  const [page] = await clients.matchAll({ type: 'window', includeUncontrolled: true })
  if (page === undefined) {
    await clients.openWindow(address)
    return
  }
  if (alarm !== null) page.postMessage({ open: alarm })
  await page.focus()
}
