/* global self, clients */

// Shows push messages of the control room while no page of it is open, and opens the alarm when one is clicked.
// It keeps nothing and answers no request of the page.

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
