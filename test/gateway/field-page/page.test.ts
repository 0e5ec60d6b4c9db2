import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { violations } from '../../web/support/axe.ts'
import { withBrowser } from '../../web/support/browser.ts'
import { PASSWORD, Site } from './world.ts'

const SLOW = { timeout: 120_000 }
const WAIT = { timeout: 30_000 }
const PHONE = { viewport: { width: 390, height: 844 } }
/** Where pictures of the page are left for a person to look at, when asked for. */
const SHOTS = process.env.SHOTS

describe("the technician's page, in Chromium on a phone", () => {
  let site: Site
  beforeAll(async () => {
    site = await Site.begin()
  })
  afterAll(async () => site[Symbol.asyncDispose]())

  const shot = async (page: Page, name: string) => {
    if (SHOTS === undefined) return
    mkdirSync(SHOTS, { recursive: true })
    await page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: true })
  }
  const tab = (page: Page, name: string) => page.locator('nav').getByRole('button', { name }).click()
  const enter = async (page: Page) => {
    await page.goto(site.url)
    await page.locator('input[name=by]').fill('T. Echnician')
    await page.locator('input[name=password]').fill(PASSWORD)
    await page.keyboard.press('Enter')
    await page.locator('nav [aria-current]').waitFor()
  }
  /** Controls a thumb misses, and what sticks out of the screen. */
  const misfits = (page: Page) =>
    page.evaluate(() => {
      const small = [...document.querySelectorAll('button, input:not([type=file]), select, a.button, .file')]
        .map((one) => ({ one, box: one.getBoundingClientRect() }))
        .filter(({ box }) => box.width > 0 && (box.height < 48 || box.width < 48))
        .map(({ one }) => one.outerHTML.slice(0, 80))
      return document.documentElement.scrollWidth > innerWidth ? [...small, 'too wide'] : small
    })
  const isSound = async (page: Page, name: string) => {
    expect([name, await violations(page)]).toEqual([name, []])
    expect([name, await misfits(page)]).toEqual([name, []])
    await shot(page, name)
  }

  it('shows values with their worth, and says so when the gateway is silent', SLOW, async () => {
    await withBrowser(PHONE, async ({ page, errors }) => {
      await page.goto(site.url)
      await isSound(page, 'sign-in-zh-day')
      await page.locator('input[name=by]').fill('T. Echnician')
      await page.locator('input[name=password]').fill('wrong password')
      await page.keyboard.press('Enter')
      await page.getByText('密码不对').waitFor()
      await enter(page)
      const voltage = page.locator('[data-ref="feeder-meter/voltage-l1"]')
      // A busy machine polls late, and a value is then rightly called stale for a moment.
      await expect
        .poll(() => voltage.innerText(), WAIT)
        .toMatch(/230\.5 V[\s\S]*秒前 · 有效到 \d\d:\d\d:\d\d[\s\S]*良好/)
      await page.locator('.mark.red').waitFor()
      await page.locator('[data-ref="spare-meter/voltage-l1"]').getByText('无应答').waitFor()
      await isSound(page, 'live-zh-day')
      await tab(page, '总线负荷')
      await page.getByText('够用').waitFor()
      await isSound(page, 'plan-zh-day')
      await tab(page, '实时')
      await page.route('**/api/live', (route) => route.abort())
      await page.getByText(/网关已 \d+ s 没有回应/).waitFor()
      await page.locator('body.silent').waitFor()
      expect(await voltage.getAttribute('data-state')).toBe('stale')
      await isSound(page, 'silent-zh-day')
      await page.unroute('**/api/live')
      await page.locator('[data-ref="feeder-meter/voltage-l1"][data-state=good]').waitFor()
      expect(errors.filter((text) => !text.includes('Failed to load resource'))).toEqual([])
    })
  })

  it('scans, sounds the siren by two taps, and makes a sheet, by night and in English', SLOW, async () => {
    await withBrowser({ ...PHONE, locale: 'en-GB', colorScheme: 'dark' }, async ({ page, errors }) => {
      await enter(page)
      await page.locator('[data-ref="feeder-meter/voltage-l1"][data-state=good]').waitFor()
      await isSound(page, 'live-en-night')
      await tab(page, 'Scan')
      await page.locator('input[name=units]').fill('0-9')
      await page.getByRole('button', { name: 'Begin to scan' }).click()
      await page.getByText('(units)').waitFor()
      await page.locator('input[name=units]').fill('1,4')
      await page.getByRole('button', { name: 'Begin to scan' }).click()
      await page.locator('progress').waitFor()
      await isSound(page, 'scanning-en-night')
      await page.locator('p.done').waitFor({ timeout: 60_000 })
      await page.getByText('configured as feeder-meter').waitFor()
      expect(await page.locator('.found li', { hasText: 'Unit 4' }).innerText()).toMatch(
        /not configured[\s\S]*acrel\/adl400/,
      )
      await isSound(page, 'scanned-en-night')
      await tab(page, 'Siren')
      const button = page.locator('button.sound')
      await button.click()
      await page.locator('button.armed').waitFor()
      expect(site.written).not.toContain(1)
      await isSound(page, 'armed-en-night')
      await button.click()
      await page.getByText('It sounds; silent by itself').waitFor(WAIT)
      expect(site.written).toContain(1)
      await tab(page, 'Sheet')
      await page.locator('[data-hand="feeder-meter/voltage-l1"]').fill('230')
      await page.locator('[data-hand="relay/di-1"]').selectOption('false')
      const picture = await page.screenshot()
      await page.locator('#photo').setInputFiles({ name: 'cabinet.png', mimeType: 'image/png', buffer: picture })
      await page.getByText(/Photo 1, \d+ kB/).waitFor()
      await isSound(page, 'sheet-en-night')
      await page.getByRole('button', { name: 'Make the sheet' }).click()
      await page.locator('p.made').waitFor({ timeout: 60_000 })
      expect(await page.locator('p.made').innerText()).toMatch(/^Incomplete\. Signed by the key (\w{4} ?){5}/)
      await isSound(page, 'made-en-night')
      const download = page.waitForEvent('download')
      await page.locator('.making a[href$=".json"]').click()
      expect((await download).suggestedFilename()).toMatch(/^sheet-\d{8}-\d{6}\.json$/)
      expect(errors.filter((text) => !text.includes('Failed to load resource'))).toEqual([])
    })
  })
})
