import { z } from 'zod'
import { PushKey } from '../../../core/contract/push.ts'
import { isHouseError } from '../../../core/kit/errors.ts'
import type { Api } from './api.ts'

/** Where the worker that shows push messages lies; it is a file of its own and not part of the page. */
const WORKER = '/push-sw.js'
const WITHIN_MS = 20_000

/** Why a browser cannot get push messages. */
export type PushLack = 'insecure' | 'unsupported' | 'denied' | 'no-channel' | 'no-service'

/** Whether this browser is told by push. */
export type PushState =
  { readonly is: 'on' } | { readonly is: 'off' } | { readonly is: 'cannot'; readonly why: PushLack }

/** The parts of a browser that push needs. */
export interface PushBrowser {
  readonly isSecure: boolean
  /** null where the browser knows no push. */
  readonly workers: Pick<ServiceWorkerContainer, 'register' | 'getRegistration' | 'ready'> | null
  /** What the person has said to messages of this page. */
  permission(): NotificationPermission
  ask(): Promise<NotificationPermission>
}

/** Push messages to this browser, on and off. Throws as the API does. */
export interface PushSwitch {
  look(signal: AbortSignal): Promise<PushState>
  /** Asks the person, the browser's push service, and tells the control room. Must begin in a click. */
  turnOn(): Promise<PushState>
  turnOff(): Promise<PushState>
}

const Done = z.unknown().transform(() => undefined)

/** The switch over the API of the control room and that of the browser. */
export function openPush({ ask }: Pick<Api, 'ask'>, browser: PushBrowser): PushSwitch {
  const { workers } = browser
  const subscription = async () => (await workers?.getRegistration(WORKER))?.pushManager.getSubscription() ?? null
  const tell = (method: 'POST' | 'DELETE', body: unknown) =>
    ask('/api/push/subscriptions', { method, body, answer: Done, signal: AbortSignal.timeout(WITHIN_MS) })
  /** The key to subscribe with; null where no push is configured. */
  const keyOf = async (signal: AbortSignal) => {
    try {
      return (await ask('/api/push/key', { answer: PushKey, signal })).publicKey
    } catch (error) {
      if (isHouseError(error, 'http/not-found')) return null
      throw error
    }
  }
  const lack = (): PushLack | null => {
    if (!browser.isSecure) return 'insecure'
    if (workers === null) return 'unsupported'
    return browser.permission() === 'denied' ? 'denied' : null
  }
  return {
    look: async (signal) => {
      const why = lack()
      if (why !== null) return { is: 'cannot', why }
      if ((await keyOf(signal)) === null) return { is: 'cannot', why: 'no-channel' }
      return { is: (await subscription()) === null ? 'off' : 'on' }
    },
    turnOn: async () => {
      const why = lack()
      if (why !== null || workers === null) return { is: 'cannot', why: why ?? 'unsupported' }
      // Browsers ask only while a click is fresh, so nothing is awaited before.
      if ((await browser.ask()) !== 'granted') return { is: 'cannot', why: 'denied' }
      const key = await keyOf(AbortSignal.timeout(WITHIN_MS))
      if (key === null) return { is: 'cannot', why: 'no-channel' }
      await workers.register(WORKER)
      const { pushManager } = await workers.ready
      // One made with another key would be refused.
      await (await pushManager.getSubscription())?.unsubscribe()
      const made = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }).catch(() => null)
      if (made === null) return { is: 'cannot', why: 'no-service' }
      try {
        await tell('POST', made.toJSON())
      } catch (error) {
        await made.unsubscribe()
        throw error
      }
      return { is: 'on' }
    },
    turnOff: async () => {
      const made = await subscription()
      if (made !== null) {
        await tell('DELETE', { endpoint: made.endpoint })
        await made.unsubscribe()
      }
      return { is: 'off' }
    },
  }
}

const Opened = z.object({ open: z.string() })

/** The alarm a person has opened from a push message, as the worker says it; null for anything else. */
export function openedAlarm(said: unknown): string | null {
  return Opened.safeParse(said).data?.open ?? null
}
