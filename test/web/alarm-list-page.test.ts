import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { alarmWith } from './support/alarms.ts'
import { atWork as atWorkWith, type Desk } from './support/at-work.ts'
import { violations } from './support/axe.ts'
import { buildPage } from './support/browser.ts'
import type { ScriptedControlRoom } from './support/control-room.ts'
import { flood } from './support/flood.ts'

const RED = 'east-gully.feeder-dead.mk9d2x'
const ORANGE = 'pine-slope.gateway-silent.mk9d9a'
const SLOW = 60_000

const rows = (page: Page) => page.locator('.alarm-table .virtual-body .virtual-row')
const focused = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute('data-row') ?? null)
const openedList = async (page: Page, room: ScriptedControlRoom, query = '') => {
  await page.goto(`${room.url}/#/alarms${query}`)
  await rows(page).first().waitFor()
}

describe('the list of alarms, in Chromium', () => {
  let built: Awaited<ReturnType<typeof buildPage>>
  beforeAll(async () => {
    built = await buildPage()
  }, SLOW)
  afterAll(() => built.remove())
  const atWork = (work: Parameters<typeof atWorkWith>[1], desk: Desk = {}) => atWorkWith(built.dist, work, desk)

  it('holds ten thousand, draws what is seen, and sifts them by keyboard', { timeout: SLOW }, async () => {
    await atWork(async ({ page, room, errors }) => {
      const many = flood(10_000)
      room.put(many)
      // What the page has learnt of the feed so far was before the flood.
      await page.reload()
      await openedList(page, room, '?show=all&days=365')
      const open = many.filter(({ state }) => state !== 'closed').length + 5
      await page.getByText(`${10_000 + 5 + 1} 条 · 未关闭 ${open} 条`).waitFor()
      expect(await rows(page).count()).toBeLessThan(60)
      expect(await page.locator('.alarm-table').getAttribute('aria-rowcount')).toBe(String(10_000 + 5 + 1 + 1))
      await page.keyboard.press('4')
      await page.keyboard.press('/')
      await page.keyboard.type('level-jump 水位突升 北坪')
      await page.keyboard.press('Escape')
      await page.keyboard.press('/')
      await page.keyboard.type('北坪 水位突升')
      await page.keyboard.press('Enter')
      expect(decodeURIComponent(page.url())).toMatch(/colours=blue&text=北坪\+水位突升/)
      // Red ones that do not fit are listed, and the others that are open are counted.
      await page.getByText(/筛选隐藏了 \d+ 条未关闭的报警 · 另列 \d+ 条红色报警/).waitFor()
      await page.keyboard.press('End')
      expect(errors).toEqual([])
    })
  })

  it('keeps the row in focus while others come and change', { timeout: SLOW }, async () => {
    await atWork(async ({ page, room }) => {
      await openedList(page, room)
      await page.keyboard.press('j')
      await page.keyboard.press('j')
      expect(await focused(page)).toBe(ORANGE)
      room.tell(alarmWith({ id: 'lookout.gas.new1', site: 'lookout', priority: 'red', raisedAt: 1_768_158_420_000 }))
      await page.locator('[data-row="lookout.gas.new1"]').waitFor()
      const orange = room.alarms().find(({ id }) => id === ORANGE)!
      room.tell({ ...orange, assignee: 'operator', version: orange.version + 1 })
      await page.locator(`[data-row="${ORANGE}"] .c-assignee`).getByText('operator').waitFor()
      expect(await focused(page)).toBe(ORANGE)
      await page.keyboard.press('Space')
      expect(await focused(page)).not.toBe(ORANGE)
      await page.keyboard.press('k')
      await page.keyboard.press('Enter')
      await page.locator('.alarm-page').waitFor()
      await page.keyboard.press('Escape')
      await rows(page).first().waitFor()
      await expect.poll(() => focused(page)).not.toBeNull()
    })
  })

  it(
    'acknowledges many for one reason after ten seconds, and nothing has happened when it is undone',
    { timeout: SLOW },
    async () => {
      await atWork(async ({ page, room, errors }) => {
        const acked = () => room.alarms().filter(({ acknowledgement }) => acknowledgement?.note === '计划内检修').length
        const begin = async () => {
          await page.keyboard.press('Control+a')
          await page.keyboard.press('a')
          await page.getByText('1 条红色不在其中：红色须逐条查看、逐条确认。').waitFor()
          await page.keyboard.type('计划内检修')
          await page.keyboard.press('Enter')
          await page.locator('[data-act=undo-bulk]').waitFor()
        }
        await openedList(page, room)
        await begin()
        expect(await violations(page)).toEqual([])
        await page.keyboard.press('z')
        await page.getByText('已撤销，3 条报警没有任何改变。').waitFor()
        expect(acked()).toBe(0)
        await begin()
        await page.locator('[data-act=send-now]').click()
        await page.getByText('已确认 3 条').waitFor()
        expect(acked()).toBe(3)
        expect(errors).toEqual([])
      })
    },
  )

  it('sends what is held when the page is left', { timeout: SLOW }, async () => {
    await atWork(async ({ page, room }) => {
      await openedList(page, room, '?standing=waiting')
      await page.keyboard.press('j')
      await page.keyboard.press('j')
      await page.keyboard.press('x')
      await page.keyboard.press('a')
      await page.locator('dialog textarea').fill('网关更换中')
      await page.keyboard.press('Enter')
      await page.locator('[data-act=undo-bulk]').waitFor()
      await page.goto('about:blank')
      const orange = () => room.alarms().find(({ id }) => id === ORANGE)?.acknowledgement?.note
      await expect.poll(orange, { timeout: 10_000 }).toBe('网关更换中')
    })
  })

  it('keeps a view under a name, in this browser and as an address', { timeout: SLOW }, async () => {
    await atWork(async ({ page, room }) => {
      await openedList(page, room)
      await page.keyboard.press('1')
      await page.locator('.c-since .sort').click()
      await page.locator('[data-act=save-view]').click()
      await page.locator('input[name=view-name]').fill('红色按时间')
      await page.keyboard.press('Enter')
      await openedList(page, room)
      await page.reload()
      await page.locator('.saved-view').getByText('红色按时间').click()
      await expect.poll(() => page.url()).toContain('#/alarms?colours=red&sort=since&down=1')
      expect(await page.locator('[aria-sort=descending]').innerText()).toMatch(/开始/)
      expect(await page.locator('[data-colour=red]').getAttribute('aria-pressed')).toBe('true')
    })
  })

  it('folds what is alike in a storm, and opens it with Enter', { timeout: SLOW }, async () => {
    await atWork(async ({ page, room }) => {
      const storm = Array.from({ length: 12 }, (_, n) =>
        alarmWith({ id: `white-cliff.r${n}.s1`, site: 'white-cliff', priority: 'orange', ruleType: 'tamper' }),
      )
      for (const alarm of storm) room.tell(alarm)
      room.watch({ storm: true })
      await openedList(page, room)
      await page.locator('[data-group="orange/tamper"]').getByText('13 条 · 2 个站点').waitFor()
      expect(await page.locator(`[data-row="${RED}"]`).count()).toBe(1)
      await page.keyboard.press('j')
      await page.keyboard.press('j')
      await page.keyboard.press('Enter')
      await page.locator('[data-row="white-cliff.r11.s1"]').waitFor()
      expect(await violations(page)).toEqual([])
    })
  })

  it.each([
    ['zh-CN', 'dark', 390],
    ['en', 'light', 1920],
  ] as const)(
    'has no fault of access in %s, %s, at %i px, and fits',
    { timeout: SLOW },
    async (language, scheme, width) => {
      await atWork(
        async ({ page, room }) => {
          if (language === 'en') await page.locator('[data-act=language]').click()
          await openedList(page, room, '?colours=blue')
          await page.locator('.alarms-notes').waitFor()
          const overflow = await page.locator('.main').evaluate((main) => main.scrollWidth - main.clientWidth)
          expect(overflow).toBeLessThanOrEqual(0)
          const button = await page.locator('.alarm-table .button-ack').first().boundingBox()
          expect(button?.height ?? 0).toBeGreaterThanOrEqual(width < 640 ? 48 : 24)
          expect(await violations(page)).toEqual([])
        },
        { colorScheme: scheme, viewport: { width, height: 900 } },
      )
    },
  )
})
