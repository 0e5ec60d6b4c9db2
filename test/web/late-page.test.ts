import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { atWork } from './support/at-work.ts'
import { buildPage } from './support/browser.ts'

const SLOW = 120_000
const LOADS = 12

describe('a screen whose code comes late, in Chromium', () => {
  let built: Awaited<ReturnType<typeof buildPage>>
  beforeAll(async () => {
    built = await buildPage()
  }, SLOW)
  afterAll(() => built.remove())

  it(
    'is shown whenever its code comes, while it is drawn anew for somebody who is known by now too',
    { timeout: SLOW },
    async () => {
      await atWork(built.dist, async ({ page, room, errors }) => {
        // A computer that draws late: what is done after drawing comes later than the code.
        await page.addInitScript(() => {
          const { requestAnimationFrame: frame } = globalThis
          globalThis.requestAnimationFrame = (work) => frame(() => setTimeout(work, 90, performance.now()))
        })
        let answered = Promise.withResolvers<undefined>()
        let afterMs = 0
        await page.route('**/api/session', async (route) => {
          const answer = await route.fetch()
          await pause(150)
          await route.fulfill({ response: answer })
          answered.resolve(undefined)
        })
        await page.route('**/assets/phone-*.js', async (route) => {
          const answer = await route.fetch()
          await answered.promise
          await pause(afterMs)
          await route.fulfill({ response: answer })
        })
        for (let load = 0; load < LOADS; load++) {
          answered = Promise.withResolvers()
          afterMs = load * 4
          await page.goto('about:blank')
          await page.goto(`${room.url}/#/phone`)
          await page.locator('.phone-title').waitFor({ timeout: 10_000 })
        }
        expect(errors).toEqual([])
      })
    },
  )
})
