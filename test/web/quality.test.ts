import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { UtcMs } from '../../core/contract/time.ts'
import { transition } from '../dashboard/server/alarms/world.ts'
import { violations } from './support/axe.ts'
import { buildPage, signIn, withBrowser } from './support/browser.ts'
import { openPastRoom } from './support/past-room.ts'

const SLOW = 60_000
const WAIT = { timeout: 15_000 }
const COLOURS = ['red', 'orange', 'yellow', 'blue'] as const

describe('the quality of alarms, in Chromium over a real ledger', () => {
  let built: Awaited<ReturnType<typeof buildPage>>
  let room: Awaited<ReturnType<typeof openPastRoom>>
  let operator: Awaited<ReturnType<typeof room.signedIn>>
  beforeAll(async () => {
    built = await buildPage()
    room = await openPastRoom(built.dist, 1)
    operator = await room.signedIn('operator')
    for (let count = 0; count < 24; count += 1) {
      const at = UtcMs.parse(Date.now() - 1_000)
      const rule = count < 8 ? 'noisy' : `rule-${count}`
      const one = { site: 'east-pit', rule, priority: COLOURS[count % 4] ?? 'blue', at, occurrence: `x.r.${count}` }
      const raised = transition({ ...one, ruleType: 'high-limit' })
      await room.desk.receive(raised)
      if (count < 8)
        await room.desk.act(raised.occurrence, {
          do: 'withdraw',
          by: 'lin',
          reason: '测点拆除',
          second: { name: 'qiao', isLeader: true },
        })
    }
  }, SLOW)
  afterAll(async () => {
    await room[Symbol.asyncDispose]()
    await built.remove()
  })

  it('shows each figure with its target on focus, met or not by shape and word', { timeout: SLOW }, async () => {
    await withBrowser({}, async ({ page, errors }) => {
      await signIn(page, room.url, operator)
      await page.goto(`${room.url}/#/quality`)
      await page.locator('.quality-panels').waitFor(WAIT)
      const mix = page.locator('[data-figure=mix]')
      expect(await mix.locator('[data-verdict]').innerText()).toBe('✕ 未达标')
      const stale = page.locator('[data-figure=stale]')
      expect(await stale.locator('[data-verdict]').innerText()).toBe('✓ 达标')
      expect(await stale.getByRole('tooltip').isVisible()).toBe(false)
      await stale.getByRole('button', { name: '长期不消' }).press('Enter')
      await stale.getByText('连续报警超过 24 小时。 目标：< 5，且有处置计划。').waitFor(WAIT)
      expect(await page.locator('[data-figure=peakMinute] strong').innerText()).toBe('24')
      const heat = page.getByRole('table').filter({ has: page.locator('.is-heat-2') })
      expect(await heat.getByRole('cell', { name: '24' }).count()).toBe(1)
      expect(await violations(page)).toEqual([])
      expect(errors).toEqual([])
    })
  })

  it('leads from the worst point to its rule', { timeout: SLOW }, async () => {
    await withBrowser({}, async ({ page }) => {
      await signIn(page, room.url, operator)
      await page.goto(`${room.url}/#/quality`)
      const worst = page.getByRole('row').filter({ hasText: 'noisy' }).first()
      expect(await worst.innerText()).toMatch(/33\.3 %.*未达标/s)
      await worst.getByRole('link', { name: /noisy/ }).click()
      await page.waitForURL(/#\/rules\?site=east-pit&rule=noisy$/, WAIT)
    })
  })

  it(
    'goes from period to period by its address, and prints without what is only for the screen',
    { timeout: SLOW },
    async () => {
      await withBrowser({ colorScheme: 'dark' }, async ({ page, errors }) => {
        await signIn(page, room.url, operator)
        await page.goto(`${room.url}/#/quality`)
        await page.locator('[data-period=day]').click()
        await page.waitForURL(/period=day$/, WAIT)
        await page.locator('.quality-panels').waitFor(WAIT)
        expect(await page.locator('[data-act=after]').isDisabled()).toBe(true)
        await page.locator('[data-act=before]').click()
        await page.waitForURL(/period=day&at=\d+$/, WAIT)
        await page.getByText('共 0 条报警').waitFor(WAIT)
        await page.goBack()
        await page.getByText('共 24 条报警').waitFor(WAIT)
        expect(await violations(page)).toEqual([])
        await page.emulateMedia({ media: 'print' })
        expect(await page.locator('.period-chooser').isVisible()).toBe(false)
        expect(await page.locator('[data-figure=stale] [role=tooltip]').isVisible()).toBe(true)
        await page.emulateMedia({ media: 'screen' })
        await page.setViewportSize({ width: 390, height: 844 })
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
        expect(overflow).toBeLessThanOrEqual(0)
        expect(errors).toEqual([])
      })
    },
  )
})
