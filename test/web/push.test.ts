import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { atWork as atWorkWith, type Desk } from './support/at-work.ts'
import { buildPage } from './support/browser.ts'

const SLOW = 60_000
const KEY = 'BDd3_hVL9fZi9Ybo2UUzA284WG5FZR30_95YeZJsiApwXKpNcF1rRPF3foIiBHXRdJI2Qhumhf6_LFTeZaNndIo'
const RED = 'east-gully.feeder-dead.mk9d2x'

/** Registers the worker; what a push service would deliver is then handed to it by the browser itself. */
async function openWorker(page: Page): Promise<(payload: string) => Promise<void>> {
  await page.evaluate(() => navigator.serviceWorker.register('/push-sw.js').then(() => undefined))
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
  const cdp = await page.context().newCDPSession(page)
  const registered = new Promise<string>((resolve) => {
    cdp.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const found = registrations.find(({ isDeleted }) => !isDeleted)
      if (found !== undefined) resolve(found.registrationId)
    })
  })
  await cdp.send('ServiceWorker.enable')
  const facts = { origin: new URL(page.url()).origin, registrationId: await registered }
  return async (data) => {
    await cdp.send('ServiceWorker.deliverPushMessage', { ...facts, data })
  }
}

const cards = (page: Page) =>
  page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready
    const notices = await registration.getNotifications()
    return notices.map(({ title, body, tag, requireInteraction }) => ({ title, body, tag, requireInteraction }))
  })

/**
 * Hands over `payload` until `isShown` holds of what is shown, and returns that. A browser that is just putting the worker to sleep loses
 * what is handed to it; a push service sends it again.
 */
async function shown(
  page: Page,
  deliver: (payload: string) => Promise<void>,
  payload: string,
  isShown: (card: Awaited<ReturnType<typeof cards>>[number]) => boolean,
) {
  await expect
    .poll(
      async () => {
        await deliver(payload)
        return (await cards(page)).some(isShown)
      },
      { timeout: 20_000, interval: 500 },
    )
    .toBe(true)
  return (await cards(page)).sort((a, b) => (a.tag < b.tag ? -1 : 1))
}

describe('push messages in Chromium', () => {
  let built: Awaited<ReturnType<typeof buildPage>>
  beforeAll(async () => {
    built = await buildPage()
  }, SLOW)
  afterAll(() => built.remove())
  const atDuty = (work: Parameters<typeof atWorkWith>[1], desk: Desk = {}) =>
    atWorkWith(
      built.dist,
      async (opened) => {
        opened.room.offerPush(KEY)
        await opened.page.goto(`${opened.room.url}/#/duty`)
        await opened.page.locator('[data-push]:not([data-push=unknown])').waitFor()
        await work(opened)
      },
      desk,
    )

  it(
    'are shown by the worker with title, text and the alarm as tag, the newest of an alarm alone',
    { timeout: SLOW },
    async () => {
      await atDuty(
        async ({ page, errors }) => {
          const deliver = await openWorker(page)
          const said = {
            notice: 'n1',
            title: '红色报警 东沟',
            body: '停用回路带电 32.6 kW',
            alarm: RED,
            priority: 'red',
          }
          const card = { title: said.title, body: said.body, tag: RED, requireInteraction: true }
          const first = await shown(page, deliver, JSON.stringify(said), ({ tag }) => tag === RED)
          expect(first).toEqual([card])
          const later = { ...said, notice: 'n2', body: '仍无人确认' }
          const second = await shown(page, deliver, JSON.stringify(later), ({ body }) => body === later.body)
          expect(second).toEqual([{ ...card, body: later.body }])
          const third = await shown(page, deliver, 'no JSON', ({ tag }) => tag === 'pitwatch')
          expect(third.map(({ tag }) => tag)).toEqual([RED, 'pitwatch'])
          expect(errors).toEqual([])
        },
        { permissions: ['notifications'] },
      )
    },
  )

  it(
    'open the alarm in the page that is there, with a click made in the worker, since no browser lets one be made outside',
    { timeout: SLOW },
    async () => {
      await atDuty(
        async ({ page }) => {
          const deliver = await openWorker(page)
          const said = JSON.stringify({ notice: 'n1', title: '红色报警', body: '', alarm: RED, priority: 'red' })
          expect(await shown(page, deliver, said, ({ tag }) => tag === RED)).toHaveLength(1)
          const [worker] = page.context().serviceWorkers()
          await worker?.evaluate(async () => {
            const scope = globalThis as unknown as {
              readonly registration: ServiceWorkerRegistration
              readonly NotificationEvent: new (type: string, init: object) => Event
              dispatchEvent(event: Event): boolean
            }
            const [notification] = await scope.registration.getNotifications()
            scope.dispatchEvent(new scope.NotificationEvent('notificationclick', { notification }))
          })
          await page.locator('.alarm-head').waitFor()
          expect(page.url()).toContain(`#/alarms/${RED}`)
          expect(await cards(page)).toEqual([])
        },
        { permissions: ['notifications'] },
      )
    },
  )

  it(
    'are asked for and taken back by a switch, with a scripted push service in place of one on the internet',
    { timeout: SLOW },
    async () => {
      await atDuty(
        async ({ page, room, errors }) => {
          await page.evaluate(() => {
            let made: object | null = null
            const endpoint = 'https://push.example/send/1'
            const keys = { p256dh: `B${'A'.repeat(86)}`, auth: 'A'.repeat(22) }
            PushManager.prototype.getSubscription = () => Promise.resolve(made as PushSubscription | null)
            PushManager.prototype.subscribe = (options) => {
              made = {
                endpoint,
                options,
                toJSON: () => ({ endpoint, expirationTime: null, keys }),
                unsubscribe: () => {
                  made = null
                  return Promise.resolve(true)
                },
              }
              return Promise.resolve(made as PushSubscription)
            }
          })
          const button = page.locator('[data-act=push]')
          expect(await button.getAttribute('aria-checked')).toBe('false')
          await button.click()
          await page.locator('[data-push=on]').waitFor()
          expect(room.duty.pushed).toEqual(['https://push.example/send/1'])
          await button.click()
          await page.locator('[data-push=off]').waitFor()
          expect(room.duty.pushed).toEqual([])
          expect(errors).toEqual([])
        },
        { permissions: ['notifications'] },
      )
    },
  )

  it(
    'say why there are none: no channel, refused by the person, no service to be reached',
    { timeout: SLOW },
    async () => {
      await atDuty(
        async ({ page, room }) => {
          await page.evaluate(() => {
            PushManager.prototype.subscribe = () => Promise.reject(new DOMException('no service', 'AbortError'))
          })
          await page.locator('[data-act=push]').click()
          await page.getByText('浏览器连不上它的推送服务').waitFor()
          room.offerPush(null)
          await page.reload()
          await page.getByText('控制室没有配置推送通道。').waitFor()
        },
        { permissions: ['notifications'] },
      )
      await atDuty(
        async ({ page }) => {
          expect(await page.evaluate(() => Notification.permission)).toBe('denied')
          await page.getByText('浏览器已拒绝本页通知').waitFor()
        },
        // Whatever is not granted here is refused.
        { permissions: ['geolocation'] },
      )
    },
  )
})
