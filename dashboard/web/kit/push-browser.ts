import type { PushBrowser } from '../stores/push.ts'

/** What this browser has of push. */
export function pushBrowser(): PushBrowser {
  const isKnown = 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window
  return {
    isSecure: window.isSecureContext,
    workers: isKnown ? navigator.serviceWorker : null,
    permission: () => Notification.permission,
    ask: () => Notification.requestPermission(),
  }
}
