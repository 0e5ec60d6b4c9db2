import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { violations } from './support/axe.ts'
import { buildPage, signIn, withBrowser } from './support/browser.ts'
import { openPastRoom } from './support/past-room.ts'

const SLOW = 60_000
const WAIT = { timeout: 15_000 }
const POWER = 'east-pit/feeder/active-power'
const FAN = 'north-flat/fan/active-power'
const LEVEL = 'north-flat/sump/level'

/** What the browser paints of the first lane between two shares of its width, as the number of its colours. */
async function coloursAt(page: Page, share: number): Promise<number> {
  return page
    .locator('.trend-stage canvas')
    .first()
    .evaluate((canvas: HTMLCanvasElement, at) => {
      const column = canvas.getContext('2d')?.getImageData(Math.round(canvas.width * at), 0, 1, canvas.height).data
      return new Set(new Uint32Array(column?.buffer ?? new ArrayBuffer(0))).size
    }, share)
}

describe('trends, in Chromium over a real history', () => {
  let built: Awaited<ReturnType<typeof buildPage>>
  let room: Awaited<ReturnType<typeof openPastRoom>>
  let who: { user: string; password: string }
  beforeAll(async () => {
    built = await buildPage()
    room = await openPastRoom(built.dist)
    who = await room.signedIn('operator')
  }, SLOW)
  afterAll(async () => {
    await room[Symbol.asyncDispose]()
    await built.remove()
  })
  const open = async (page: Page, query: string) => {
    await signIn(page, room.url, who)
    await page.goto(`${room.url}/#/trends${query}`)
    await page.locator('.trends-page').waitFor(WAIT)
  }
  const drawn = (page: Page) =>
    page.locator('.trends-page .trend[aria-busy=false] .trend-stage canvas').first().waitFor(WAIT)

  it('chooses points by keyboard, of any sites, and holds all of it in the address', { timeout: SLOW }, async () => {
    await withBrowser({}, async ({ page, errors }) => {
      await open(page, '')
      const search = page.getByRole('combobox', { name: '添加测点' })
      await search.fill('功率')
      await page.getByRole('option').nth(1).waitFor(WAIT)
      expect(await violations(page)).toEqual([])
      await search.press('Enter')
      await search.press('ArrowDown')
      await search.press('Enter')
      await page.waitForURL((url) => decodeURIComponent(url.hash).includes(`p=${POWER},${FAN}`), WAIT)
      await search.fill('北坪 水位')
      await page.getByRole('option', { name: '水位' }).waitFor(WAIT)
      await search.press('Enter')
      await search.press('Escape')
      await drawn(page)
      // Both powers share a lane and its axis; the level has its own.
      await expect.poll(() => page.locator('.trend-stage canvas').count(), WAIT).toBe(2)
      await page.locator(`[data-point="${FAN}"] [data-act=own]`).click()
      await expect.poll(() => page.locator('.trend-stage canvas').count(), WAIT).toBe(3)
      await page.reload()
      await drawn(page)
      expect(await page.locator('.trend-list tbody tr').count()).toBe(3)
      expect(await page.locator(`[data-point="${FAN}"] [data-act=own]`).getAttribute('aria-pressed')).toBe('true')
      await page.locator(`[data-point="${LEVEL}"] [data-act=remove]`).click()
      await expect.poll(() => page.locator('.trend-list tbody tr').count(), WAIT).toBe(2)
      expect(await violations(page)).toEqual([])
      expect(errors).toEqual([])
    })
  })

  it('reads all points at one cursor by arrow keys, and says where nothing is known', { timeout: SLOW }, async () => {
    await withBrowser({}, async ({ page, errors }) => {
      await open(page, `?p=${POWER},${LEVEL}&span=8h`)
      await drawn(page)
      const stage = page.getByRole('slider')
      await stage.focus()
      await stage.press('ArrowLeft')
      await stage.press('ArrowLeft')
      await expect.poll(() => stage.getAttribute('aria-valuetext'), WAIT).toMatch(/总有功功率 \d.*kW.*水位 \d.* m/)
      await expect.poll(() => page.locator(`[data-point="${LEVEL}"] .trend-at`).innerText(), WAIT).toMatch(/\d m$/)
      // Six hours ago nothing was read; the window is eight hours long.
      for (let step = 0; step < 8; step += 1) await stage.press('PageDown')
      await expect.poll(() => stage.getAttribute('aria-valuetext'), WAIT).toMatch(/无数据.*无数据/)
      expect(await page.locator('.trend-list .trend-state').allInnerTexts()).toEqual(['无数据', '无数据'])
      expect(errors).toEqual([])
    })
  })

  it('shows a stretch that is picked by a drag, and goes back', { timeout: SLOW }, async () => {
    await withBrowser({}, async ({ page, errors }) => {
      await open(page, `?p=${POWER}`)
      await drawn(page)
      const box = (await page.locator('.trend-stage').boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 }
      await page.mouse.move(box.x + box.width * 0.3, box.y + 60)
      await page.mouse.down()
      await page.mouse.move(box.x + box.width * 0.4, box.y + 60, { steps: 5 })
      await page.locator('.stage-brush').waitFor(WAIT)
      await page.mouse.up()
      await page.waitForURL(/from=\d+&to=\d+/, WAIT)
      const [, from = '', to = ''] = /from=(\d+)&to=(\d+)/.exec(page.url()) ?? []
      expect((Number(to) - Number(from)) / 86_400_000).toBeCloseTo(0.106, 2)
      const stage = page.getByRole('slider')
      await stage.focus()
      await stage.press('Backspace')
      await page.waitForURL((url) => !url.hash.includes('from='), WAIT)
      await page.locator('[data-act=left]').click()
      await page.waitForURL(/from=\d+/, WAIT)
      await page.goBack()
      await page.waitForURL((url) => !url.hash.includes('from='), WAIT)
      expect(errors).toEqual([])
    })
  })

  it('draws a gap as a gap, lays last night over, and gives away what is drawn', { timeout: SLOW }, async () => {
    await withBrowser({}, async ({ page, errors }) => {
      await open(page, `?p=${LEVEL}&compare=night`)
      await drawn(page)
      await page.locator('.trend-legend .key-earlier').waitFor(WAIT)
      await page.locator('.trend-legend .key-night').waitFor(WAIT)
      const saved = page.waitForEvent('download', WAIT)
      await page.locator('[data-act=csv]').click()
      const text = await readFile(await (await saved).path(), 'utf8')
      const [head = '', ...rows] = text.split('\r\n').slice(0, -1)
      expect(head).toMatch(/^\u{feff}时间,北坪煤矿 · 水仓 · 水位 平均 \(m\),.*水位 昨夜 平均 \(m\)/u)
      expect(rows.filter((row) => row.split(',')[4] === 'gap')).toHaveLength(1)
      expect(rows.length).toBeGreaterThan(700)
      expect(rows[0]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+08:00,/)
      expect(await coloursAt(page, 0.5)).toBeGreaterThan(2)
      expect(await violations(page)).toEqual([])
      expect(errors).toEqual([])
    })
  })

  it('is read by touch on a phone, fits its width, by day and by night', { timeout: SLOW }, async () => {
    const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, colorScheme: 'dark' } as const
    await withBrowser(phone, async ({ page, errors }) => {
      await open(page, `?p=${POWER},${LEVEL}`)
      await drawn(page)
      const box = (await page.locator('.trend-stage').boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 }
      await page.touchscreen.tap(box.x + box.width * 0.4, box.y + 80)
      await page.locator('.stage-cursor').waitFor(WAIT)
      expect(await page.locator('.trend-at strong').count()).toBe(2)
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
      expect(overflow).toBeLessThanOrEqual(0)
      expect(await violations(page)).toEqual([])
      expect(errors).toEqual([])
    })
  })
})
