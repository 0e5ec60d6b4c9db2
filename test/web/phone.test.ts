import { cp } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openControlWeb } from '../dashboard/server/http/control-web.ts'
import { violations } from './support/axe.ts'
import { buildPage, signIn, withBrowser } from './support/browser.ts'

const SLOW = 120_000
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }

describe('the phone page before the real control room, in Chromium', () => {
  let built: Awaited<ReturnType<typeof buildPage>>
  beforeAll(async () => {
    built = await buildPage()
  }, SLOW)
  afterAll(() => built.remove())

  /** A control room with one open alarm. */
  const openRoom = async () => {
    const web = await openControlWeb()
    await cp(built.dist, web.pageFolder, { recursive: true })
    await web.raise()
    return web
  }
  const openAlarm = async (web: Awaited<ReturnType<typeof openRoom>>) => {
    const [alarm] = await web.desk.list({ state: 'open', limit: 1 }, null)
    if (alarm === undefined) throw new Error('expected an open alarm')
    return alarm
  }
  /** The page as the worker has it while no control room answers. */
  const apart = async (page: Page, isApart: boolean) => {
    await page.context().setOffline(isApart)
    await page.reload()
  }
  /** Kept for the eye where SHOTS names a folder. */
  const shot = async (page: Page, name: string) => {
    const { SHOTS } = process.env
    if (SHOTS !== undefined) await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: true })
  }
  const photo = () =>
    sharp({ create: { width: 2_400, height: 1_600, channels: 3, background: '#884422' } })
      .withExif({ IFD0: { Make: 'Phone' }, IFD3: { GPSLatitude: '1/1 2/1 3/1', GPSLatitudeRef: 'N' } })
      .jpeg()
      .toBuffer()

  it(
    'acknowledges, says who is there and sends a photo; without the control room it opens, keeps what is said and sends it once',
    async () => {
      await using web = await openRoom()
      const operator = await web.signedIn('operator')
      await withBrowser(PHONE, async ({ page, errors }) => {
        await signIn(page, web.url, operator)
        await page.goto(`${web.url}/#/phone`)
        const card = page.locator('.phone-card').first()
        await card.waitFor()
        expect(await violations(page)).toEqual([])
        const small = await page
          .locator('.phone-page .phone-button')
          .evaluateAll((all) =>
            all.filter((one) => one.getBoundingClientRect().height < 48).map((one) => one.textContent),
          )
        expect(small).toEqual([])
        await shot(page, 'zh')

        await card.locator('[data-act=acknowledge]').click()
        await card.getByRole('button', { name: '已派人前往现场' }).click()
        expect(await violations(page)).toEqual([])
        await shot(page, 'zh-form')
        await card.getByRole('button', { name: '提交' }).click()
        await card.locator('[data-said=acknowledge]').waitFor()
        expect((await openAlarm(web)).acknowledgement).toMatchObject({ by: operator.user, via: 'phone' })
        await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
        await expect
          .poll(() => page.evaluate(async () => (await (await caches.open('pitwatch-page')).keys()).length))
          .toBeGreaterThan(4)
        await expect.poll(() => page.evaluate(() => localStorage.getItem('pitwatch.phone'))).toContain(operator.user)
        expect(errors).toEqual([])

        await apart(page, true)
        await page.locator('.phone-link.is-apart').waitFor()
        await page.locator('.phone-card [data-act=arrive]').click()
        await page.locator('[data-queued=arrive]').waitFor()
        await page
          .locator('input[name=photo]')
          .setInputFiles({ name: 'evil.svg', mimeType: 'image/jpeg', buffer: await photo() })
        await page.locator('[data-waiting="2"]').waitFor()
        await page.locator('.phone-card [data-act=result]').click()
        await page.getByRole('button', { name: '现场未发现异常' }).click()
        await page.getByRole('button', { name: '提交' }).click()
        await page.locator('[data-waiting="3"]').waitFor()
        expect(await violations(page)).toEqual([])
        await shot(page, 'zh-apart')
        await page.reload()
        await page.locator('[data-waiting="3"]').waitFor()
        expect(await page.locator('[data-said]').count()).toBe(0)
        expect((await openAlarm(web)).findings).toEqual([])

        await apart(page, false)
        await page.locator('[data-said=result]').waitFor()
        await page.locator('[data-waiting]').waitFor({ state: 'detached' })
        const { findings } = await openAlarm(web)
        expect(findings.map(({ note, pictures = [] }) => [note, pictures.length])).toEqual([
          ['', 0],
          ['', 1],
          ['现场未发现异常', 0],
        ])
        const kept = await web.evidence.get(findings[1]?.pictures?.[0]?.sha256 ?? '')
        const { exif, width } = await sharp(kept?.bytes).metadata()
        expect([exif, width]).toEqual([undefined, 1_920])

        await page.locator('.phone-card').getByRole('link', { name: '详情' }).click()
        await page.locator('.finding-photo img').waitFor()
        await shot(page, 'zh-alarm')
        await page.goto(`${web.url}/#/phone`)
        await page.locator('.phone-card').waitFor()
      })
    },
    SLOW,
  )

  it(
    'says what was refused and why, and who was before, and forgets the alarms with the sign-out',
    async () => {
      await using web = await openRoom()
      const [operator, other] = [await web.signedIn('operator'), await web.signedIn('duty-leader')]
      await withBrowser({ ...PHONE, locale: 'en' }, async ({ page }) => {
        await page.addInitScript(() => {
          localStorage.setItem('pitwatch.language', 'en')
          localStorage.setItem('pitwatch.theme', 'night')
        })
        await signIn(page, web.url, operator)
        await page.goto(`${web.url}/#/phone`)
        const card = page.locator('.phone-card')
        await card.waitFor()
        await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
        await expect.poll(() => page.evaluate(() => localStorage.getItem('pitwatch.phone'))).toContain(operator.user)
        await expect
          .poll(() => page.evaluate(async () => (await (await caches.open('pitwatch-page')).keys()).length))
          .toBeGreaterThan(4)

        await apart(page, true)
        await card.locator('[data-act=acknowledge]').click()
        await card.getByRole('button', { name: 'I am on my way' }).click()
        await card.getByRole('button', { name: 'Submit' }).click()
        await page
          .locator('input[name=photo]')
          .setInputFiles({ name: 'photo.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('%PDF-1.7 no photo') })
        await page.locator('[data-waiting="2"]').waitFor()
        const alarm = await openAlarm(web)
        await web.desk.acknowledge(alarm.id, { by: other.user, note: 'before you', via: 'desk' })

        await apart(page, false)
        await card.locator('[data-said=acknowledge]').getByText(other.user).waitFor()
        const refused = card.locator('[data-refused=photo]')
        await refused.getByText('it has to be JPEG, PNG or WebP', { exact: false }).waitFor()
        expect(await violations(page)).toEqual([])
        await shot(page, 'en-refused')
        await page.setViewportSize({ width: 1_920, height: 1_080 })
        await shot(page, 'en-wide')
        await refused.getByRole('button').click()
        await refused.waitFor({ state: 'detached' })
        expect((await openAlarm(web)).findings).toEqual([])

        await page.context().clearCookies()
        await page.reload()
        await page.locator('input[name=password]').waitFor()
        expect(await page.evaluate(() => localStorage.getItem('pitwatch.phone'))).toBe(null)
      })
    },
    SLOW,
  )
})
