import { cp } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openControlWeb } from '../dashboard/server/http/control-web.ts'
import { requestWith } from '../dashboard/server/identity/world.ts'
import { violations } from './support/axe.ts'
import { buildPage, signIn, withBrowser } from './support/browser.ts'

const SLOW = 60_000

describe('the gateways’ page in Chromium', () => {
  let built: Awaited<ReturnType<typeof buildPage>>
  let web: Awaited<ReturnType<typeof openControlWeb>>
  beforeAll(async () => {
    built = await buildPage()
    web = await openControlWeb()
    await cp(built.dist, web.pageFolder, { recursive: true })
  }, SLOW)
  afterAll(async () => {
    await built.remove()
    await web[Symbol.asyncDispose]()
  })

  it(
    'issues a token as text and QR code, lists who was enrolled, and takes it back with a reason',
    { timeout: SLOW },
    async () => {
      const administrator = await web.signedIn('administrator')
      await withBrowser({}, async ({ page, errors }) => {
        await signIn(page, web.url, administrator)
        await page.keyboard.press('g')
        await page.keyboard.press('w')
        await page.getByText('还没有网关证书。').waitFor()
        await page.locator('input[name=site]').fill('east-pit')
        await page.locator('[data-act=issue-token]').click()
        const text = await page.locator('.token-text').innerText()
        const qr = page.locator('.token-qr')
        await qr.waitFor()
        expect(await qr.evaluate((image: HTMLImageElement) => image.naturalWidth > 0)).toBe(true)
        expect(await violations(page)).toEqual([])
        await page.getByRole('button', { name: '完成' }).click()

        const token = /PW1\.\S+/.exec(text)?.[0] ?? ''
        await web.services.identity.enrol(requestWith(token), '10.0.0.1')
        await page.reload()
        const row = page.locator('tr[data-site=east-pit]')
        await row.getByText('有效，还没有连接过').waitFor()
        await row.getByRole('button', { name: '吊销', exact: true }).click()
        await page.locator('input[name=reason]').fill('设备被盗')
        await page.locator('[data-act=revoke]').click()
        await page.locator('tr[data-site=east-pit][data-state=revoked]').getByText('设备被盗').waitFor()
        expect(await page.getByRole('button', { name: '吊销', exact: true }).count()).toBe(0)
        expect(await violations(page)).toEqual([])
        expect(errors).toEqual([])
      })
    },
  )

  it('fits the window at any width, by day and by night', { timeout: SLOW }, async () => {
    const administrator = await web.signedIn('administrator')
    await withBrowser({ colorScheme: 'dark' }, async ({ page }) => {
      await signIn(page, web.url, administrator)
      await page.goto(`${web.url}/#/gateways`)
      for (const width of [1920, 1280, 390]) {
        await page.setViewportSize({ width, height: 900 })
        await page.locator('.main .panel').first().waitFor()
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
        expect(overflow, String(width)).toBeLessThanOrEqual(0)
        expect(await violations(page)).toEqual([])
      }
    })
  })

  it('is not offered to an operator', { timeout: SLOW }, async () => {
    const operator = await web.signedIn('operator')
    await withBrowser({}, async ({ page }) => {
      await signIn(page, web.url, operator)
      await page.locator('.nav').waitFor()
      expect(await page.getByRole('link', { name: '网关' }).count()).toBe(0)
      await page.goto(`${web.url}/#/gateways`)
      await page.getByText('当前用户没有此权限').waitFor()
    })
  })
})
