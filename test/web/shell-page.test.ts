import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { alarmWith } from './support/alarms.ts'
import { atWork as atWorkWith, type Desk } from './support/at-work.ts'
import { violations } from './support/axe.ts'
import { buildPage } from './support/browser.ts'

const SLOW = 60_000

describe('what every screen stands in, in Chromium', () => {
  let built: Awaited<ReturnType<typeof buildPage>>

  beforeAll(async () => {
    built = await buildPage()
  }, SLOW)
  afterAll(() => built.remove())

  const atWork = (work: Parameters<typeof atWorkWith>[1], desk: Desk = {}) => atWorkWith(built.dist, work, desk)

  it('leads to every place by two keys or through the menu, and tells the keys', { timeout: SLOW }, async () => {
    await atWork(async ({ page, errors }) => {
      const places = { s: '/sites', t: '/trends', d: '/duty', o: '/' }
      for (const [letter, address] of Object.entries(places)) {
        await page.keyboard.press('g')
        await page.locator('.go-hint').waitFor()
        await page.keyboard.press(letter)
        await page.waitForURL((url) => url.hash.split('?')[0] === `#${address}`)
        await page.locator('.go-hint').waitFor({ state: 'detached' })
      }
      await page.locator('[data-act=more-places]').focus()
      await page.keyboard.press('Enter')
      await page.locator('.nav-menu').waitFor()
      expect(await violations(page)).toEqual([])
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('Escape')
      await page.locator('.nav-menu').waitFor({ state: 'detached' })
      await page.keyboard.press('Enter')
      await page.locator('.nav-menu .is-to-ledger').click()
      await page.waitForURL(/#\/ledger/)
      await page.locator('.nav-menu').waitFor({ state: 'detached' })
      await page.keyboard.press('?')
      const keys = page.locator('dialog.help kbd')
      await keys.getByText('g t').waitFor()
      await page.locator('dialog.help').getByText('搁置选中的报警').waitFor()
      expect(await page.locator('dialog.help .mark-clock').count()).toBe(1)
      expect(await violations(page)).toEqual([])
      // The scripted county has no answer to some of what these screens ask.
      expect(errors.filter((error) => !error.includes('404'))).toEqual([])
    })
  })

  it('is silenced for two minutes by one key, and says so', { timeout: SLOW }, async () => {
    await atWork(async ({ page }) => {
      await page.keyboard.press('n')
      const tool = page.locator('[data-act=hush]')
      await tool.getByText(/^[12]:\d\d$/).waitFor()
      expect(await tool.getAttribute('aria-label')).toMatch(/静音中，还剩/)
      expect(await tool.getAttribute('aria-pressed')).toBe('true')
      await page.keyboard.press('n')
      await tool.getByText(/^\d:\d\d$/).waitFor({ state: 'detached' })
    })
  })

  it('hangs on a wall without tools, in letters of 24 px at least, and stays there', { timeout: SLOW }, async () => {
    await atWork(
      async ({ page }) => {
        await page.keyboard.press('f')
        await page.waitForURL(/\?wall=1/)
        await page.locator('.header .tools').waitFor({ state: 'detached' })
        expect(await page.locator('.header .nav').count()).toBe(0)
        await page.reload()
        await page.locator('.alarm-row').first().waitFor()
        const sizes = await page.evaluate(() => {
          const zoom = Number(document.documentElement.style.zoom)
          const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
          const found: number[] = []
          while (words.nextNode() !== null) {
            const { parentElement: at, textContent: text } = words.currentNode
            if (at?.checkVisibility() !== true || at.closest('.unseen, .map-links, svg') !== null) continue
            if (text?.trim() !== '') found.push(Number.parseFloat(getComputedStyle(at).fontSize) * zoom)
          }
          return found
        })
        expect(sizes.length).toBeGreaterThan(20)
        expect(Math.min(...sizes)).toBeGreaterThanOrEqual(24)
        const beyond = await page.evaluate(() => document.documentElement.scrollHeight - window.innerHeight)
        expect(beyond).toBeLessThanOrEqual(1)
        await page.keyboard.press('f')
        await page.locator('.header .tools').waitFor()
      },
      { viewport: { width: 3840, height: 2160 } },
    )
  })

  it(
    'says that the control room was updated, and takes its page by itself, once, when nobody is at work',
    { timeout: SLOW },
    async () => {
      await atWork(async ({ page, room }) => {
        const born = () => page.evaluate(() => performance.timeOrigin).catch(() => 0)
        const first = await born()
        room.becomeOther({ page: '/assets/other.js' })
        await page.getByText('控制室已更新').waitFor()
        const red = room.alarms().filter(({ priority, state }) => priority === 'red' && state === 'unacked')
        expect(await born()).toBe(first)
        for (const alarm of red) room.tell(alarmWith({ ...alarm, state: 'acked', version: alarm.version + 1 }))
        await expect.poll(born, { timeout: 20_000 }).toBeGreaterThan(first)
        await page.getByText('控制室已更新').waitFor()
        const second = await born()
        await page.locator('.page-notice [data-act=reload]').click()
        await expect.poll(born, { timeout: 20_000 }).toBeGreaterThan(second)
      })
    },
  )

  it('says what to do when it cannot read the control room, and shows the rest', { timeout: SLOW }, async () => {
    await atWork(async ({ page, room, errors }) => {
      room.say('{"type":"weather","rev":7}')
      room.say('<html>')
      await page.getByText(/收到 2 条本页读不懂的消息/).waitFor()
      expect(await page.locator('.page-notice [data-act=reload]').count()).toBe(1)
      expect(await page.locator('.count.is-red .count-number').innerText()).toBe('1')
      expect(await violations(page)).toEqual([])
      expect(errors).toEqual([])
    })
  })

  it('keeps the fault of one screen to it: the counts go on, and one can go back', { timeout: SLOW }, async () => {
    await atWork(async ({ page, room }) => {
      await page.evaluate(() => {
        const { prototype } = Intl.DateTimeFormat
        const { value: draw } = Object.getOwnPropertyDescriptor(prototype, 'formatToParts') as {
          value: (this: Intl.DateTimeFormat, at?: Date | number) => Intl.DateTimeFormatPart[]
        }
        prototype.formatToParts = function (at) {
          if (new Error().stack?.includes('/ledger-') === true) throw new TypeError('made to fail')
          return draw.call(this, at)
        }
      })
      await page.keyboard.press('g')
      await page.keyboard.press('l')
      await page.locator('.broken').getByText('made to fail').waitFor()
      expect(await violations(page)).toEqual([])
      room.tell(alarmWith({ id: 'lookout.person.new2', site: 'lookout', priority: 'red', ruleType: 'presence' }))
      await page.locator('.count.is-red .count-number').getByText('2').waitFor()
      await page.locator('.broken').getByRole('button', { name: '返回总览' }).click()
      await page.locator('.overview').waitFor()
      await page.keyboard.press('?')
      await page.getByText(/出错 [1-9]\d* 次 · 最近一次: made to fail/).waitFor()
    })
  })
})
