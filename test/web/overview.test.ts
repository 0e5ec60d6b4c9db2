import { cp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { edge } from '../dashboard/server/ingest/edge.ts'
import { openControlWeb } from '../dashboard/server/http/control-web.ts'
import { atWork as atWorkWith, type Desk } from './support/at-work.ts'
import { violations } from './support/axe.ts'
import { buildPage, signIn, withBrowser } from './support/browser.ts'

const RED = 'east-gully.feeder-dead.mk9d2x'
const SLOW = 60_000
const PATIENT = { timeout: 20_000 }

/** What is drawn on a sheet of the map now. */
const drawn = (page: Page, sheet: string) =>
  page.evaluate((name) => document.querySelector<HTMLCanvasElement>(`.${name} canvas`)?.toDataURL(), sheet)

describe('the duty overview in Chromium', () => {
  let built: Awaited<ReturnType<typeof buildPage>>
  beforeAll(async () => {
    built = await buildPage()
  }, SLOW)
  afterAll(() => built.remove())
  const atWork = (work: Parameters<typeof atWorkWith>[1], desk: Desk = {}) => atWorkWith(built.dist, work, desk)
  const opened = (page: Page) =>
    page
      .locator('.map-links [data-site]')
      .first()
      .waitFor({ ...PATIENT, state: 'attached' })

  it(
    'shows every site on the map and what nobody watches, and swaps to the list by one key',
    { timeout: SLOW },
    async () => {
      await atWork(async ({ page, errors }) => {
        await opened(page)
        expect(await page.locator('.map-links [data-site]').count()).toBe(8)
        expect(await page.locator('.map-links [data-site=pine-slope]').textContent()).toMatch(/橙 · 未确认 · 断线/)
        expect(await page.locator('[data-act=unwatched]').innerText()).toBe('2 个站点没有监视')
        await page.locator('.ticker-item').first().waitFor()
        await page.getByRole('img', { name: /24 小时新报警 5 条/ }).waitFor()
        expect(await violations(page)).toEqual([])
        await page.keyboard.press('m')
        await page.locator('.site-row[data-site=pine-slope].is-hatched').waitFor()
        expect(await page.locator('.site-row').first().getAttribute('data-site')).toBe('east-gully')
        expect(await violations(page)).toEqual([])
        expect(errors).toEqual([])
      })
    },
  )

  it(
    'tells all of an alarm without leaving, acknowledges by Enter, and its address brings it back',
    { timeout: SLOW },
    async () => {
      await atWork(async ({ page, room, errors }) => {
        await page.keyboard.press('j')
        const drawer = page.locator(`[data-drawer="${RED}"]`)
        await drawer.getByText(/功率 32.6 kW/).waitFor()
        expect(await drawer.locator('.notice').count()).toBe(4)
        expect(await violations(page)).toEqual([])
        await page.reload()
        await drawer.waitFor(PATIENT)
        await page.keyboard.press('Enter')
        await page.locator('dialog[open]').waitFor()
        await page.keyboard.press('ArrowDown')
        await page.keyboard.press('Enter')
        await page.locator('dialog').waitFor({ state: 'detached' })
        expect(room.alarms().find(({ id }) => id === RED)?.acknowledgement?.by).toBe('operator')
        await page.keyboard.press('Escape')
        await drawer.waitFor({ state: 'detached' })
        expect(errors).toEqual([])
      })
    },
  )

  it(
    'never hides an open alarm without saying so, and goes to the next that needs somebody',
    { timeout: SLOW },
    async () => {
      await atWork(async ({ page }) => {
        await page.locator('.alarm-row').first().waitFor()
        await page.keyboard.press('4')
        await page.waitForURL(/only=blue/)
        expect(await page.locator('.alarm-row').count()).toBe(1)
        expect(await page.locator('.hidden-line').innerText()).toMatch(/筛选隐藏了 4 条/)
        expect(await page.locator('.count.is-red').innerText()).toMatch(/1/)
        await page.locator('[data-act=show-red]').click()
        await page.locator(`.alarm-row[data-alarm="${RED}"]`).waitFor()
        await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
        await page.keyboard.press('Space')
        await page.waitForURL(/alarm=east-gully/)
        await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
        await page.keyboard.press('Space')
        await page.locator('[data-drawer^=pine-slope]').waitFor()
        expect(page.url()).not.toMatch(/only=/)
        expect(await page.locator('.hidden-line').count()).toBe(0)
      })
    },
  )

  it('is moved by keys and mouse, and the address holds where it looks', { timeout: SLOW }, async () => {
    await atWork(async ({ page, errors }) => {
      await opened(page)
      await page.keyboard.press('+')
      await page.waitForURL(/map=/)
      const where = page.url()
      await page.reload()
      await opened(page)
      expect(page.url()).toBe(where)
      await page.keyboard.press('0')
      await page.waitForURL((url) => !url.hash.includes('map='))
      const field = await page.locator('.map-field').boundingBox()
      if (field === null) throw new Error('expected a map')
      const isOver = () => page.locator('.map-field.is-over-site').count()
      for (let at = 0; at < 900 && (await isOver()) === 0; at += 1) {
        await page.mouse.move(field.x + 20 + (at % 36) * 30, field.y + 60 + Math.floor(at / 36) * 30)
      }
      await page.mouse.down()
      await page.mouse.up()
      await page.locator('.map-card .site-row').waitFor()
      await page.waitForURL(/site=/)
      expect(await violations(page)).toEqual([])
      await page.locator('.map-links a[tabindex="0"]').focus()
      await page.keyboard.press('ArrowDown')
      expect(await page.evaluate(() => document.activeElement?.getAttribute('data-site'))).toBe('pine-slope')
      await page.keyboard.press('Enter')
      await page.waitForURL(/sites\/pine-slope/)
      expect(errors).toEqual([])
    })
  })

  it(
    'draws anew by day and by night, and hatches every site when nothing is heard any more',
    { timeout: 2 * SLOW },
    async () => {
      await atWork(
        async ({ page, room }) => {
          await opened(page)
          await expect.poll(() => drawn(page, 'map-marks'), PATIENT).toBeTruthy()
          const night = await drawn(page, 'map-marks')
          await page.emulateMedia({ colorScheme: 'light' })
          await expect.poll(() => drawn(page, 'map-marks'), PATIENT).not.toBe(night)
          const day = await drawn(page, 'map-marks')
          room.fallSilent()
          await page.getByText('8 个站点没有监视').waitFor({ timeout: 40_000 })
          expect(await drawn(page, 'map-marks')).not.toBe(day)
        },
        { colorScheme: 'dark' },
      )
    },
  )

  it('flashes what nobody has answered, and never for a reader who wants no motion', { timeout: SLOW }, async () => {
    /** How strongly the outline of the red mark is seen over two seconds. */
    const seen = (page: Page) =>
      page.evaluate(async () => {
        const strengths = new Set<string>()
        for (let turn = 0; turn < 20; turn++) {
          const outline = document.querySelector('.mark-outline')
          if (outline !== null) strengths.add(getComputedStyle(outline).opacity)
          await new Promise((resolve) => setTimeout(resolve, 100))
        }
        return [...strengths].sort()
      })
    await atWork(async ({ page }) => {
      await page.locator('.mark-outline').first().waitFor()
      expect(await seen(page)).toEqual(['0.1', '1'])
    })
    await atWork(
      async ({ page }) => {
        await page.locator('.mark-outline').first().waitFor()
        expect(await seen(page)).toEqual(['1'])
      },
      { reducedMotion: 'reduce' },
    )
  })

  it('puts the list first on a phone and a wall into its window', { timeout: SLOW }, async () => {
    await atWork(
      async ({ page, room }) => {
        await page.locator('.site-row').first().waitFor()
        const top = (place: string) =>
          page
            .locator(place)
            .first()
            .evaluate((part) => part.getBoundingClientRect().top)
        expect(await top('.overview-alarms')).toBeLessThan(await top('.overview-sites'))
        expect(await violations(page)).toEqual([])
        await page.setViewportSize({ width: 3840, height: 2160 })
        await page.goto(`${room.url}/?wall=1#/`)
        await opened(page)
        await expect
          .poll(() => page.evaluate(() => document.documentElement.scrollHeight <= innerHeight + 1), PATIENT)
          .toBe(true)
      },
      { viewport: { width: 390, height: 844 } },
    )
  })

  it(
    'takes the operator’s own map, with its datum and review number, and gives it back',
    { timeout: SLOW },
    async () => {
      await using web = await openControlWeb()
      const about = edge().about()
      web.county.nodeBorn({ ...about, site: { ...about.site, position: { lon: 112.4, lat: 36.3 } } })
      await cp(built.dist, web.pageFolder, { recursive: true })
      const file = join(web.pageFolder, '..', 'outline.geojson')
      const ring = [
        [112, 36],
        [113, 36],
        [113, 37],
        [112, 37],
        [112, 36],
      ]
      const feature = { type: 'Feature', properties: {}, geometry: { type: 'Polygon', coordinates: [ring] } }
      await writeFile(file, JSON.stringify({ type: 'FeatureCollection', features: [feature] }))
      await withBrowser({}, async ({ page, errors }) => {
        await signIn(page, web.url, await web.signedIn('administrator'))
        await opened(page)
        await page.getByText('示意图 · 非测绘位置').waitFor()
        await page.locator('[data-act=map-layers]').click()
        const form = page.locator('[data-form=map-layer]')
        await form.locator('select[name=datum]').selectOption('gcj02')
        await form.getByText(/300–700 米/).waitFor()
        expect(await form.locator('[data-act=import-layer]').isDisabled()).toBe(true)
        await form.locator('select[name=datum]').selectOption('cgcs2000')
        await form.locator('input[name=file]').setInputFiles(file)
        await form.locator('input[name=title]').fill('全县轮廓')
        await form.locator('input[name=boundary]').check()
        await form.locator('input[name=review]').fill('XS(2026)001')
        expect(await violations(page)).toEqual([])
        await form.locator('[data-act=import-layer]').click()
        await page.locator('.layer-row').getByText('全县轮廓').waitFor()
        await page.getByText('按坐标显示 · CGCS2000').waitFor()
        expect(await page.locator('[data-map=review]').innerText()).toBe('审图号：XS(2026)001')
        await expect.poll(() => page.locator('.map-ground canvas').count(), PATIENT).toBe(1)
        await page.locator('[data-act=remove-layer]').click()
        await page.getByText('示意图 · 非测绘位置').waitFor()
        expect(errors).toEqual([])
      })
    },
  )
})
