import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { UtcMs } from '../../core/contract/time.ts'
import { transition } from '../dashboard/server/alarms/world.ts'
import { jsonBody } from '../dashboard/server/http/control-web.ts'
import { violations } from './support/axe.ts'
import { buildPage, signIn, withBrowser } from './support/browser.ts'
import { openPastRoom } from './support/past-room.ts'

const SLOW = 60_000
const WAIT = { timeout: 15_000 }
const MINUTE = 60_000

describe('the register of suppressions, in Chromium over a real ledger', () => {
  let built: Awaited<ReturnType<typeof buildPage>>
  let room: Awaited<ReturnType<typeof openPastRoom>>
  let operator: Awaited<ReturnType<typeof room.signedIn>>
  beforeAll(async () => {
    built = await buildPage()
    room = await openPastRoom(built.dist, 1)
    operator = await room.signedIn('operator')
    for (const [rule, minutes] of [
      ['late', 120],
      ['soon', 20],
      ['over', 60],
    ] as const)
      await shelved(rule, minutes)
    await act('over', 'end-suppression', { kind: 'shelved', reason: '检修提前完成' })
  }, SLOW)
  afterAll(async () => {
    await room[Symbol.asyncDispose]()
    await built.remove()
  })

  const ids = new Map<string, string>()
  async function shelved(rule: string, minutes: number) {
    const one = transition({ site: 'east-pit', rule, priority: 'yellow', at: UtcMs.parse(Date.now() - MINUTE) })
    ids.set(rule, one.occurrence)
    await room.desk.receive(one)
    await act(rule, 'shelve', { until: Date.now() + minutes * MINUTE, reason: `线路检修，工作票 ${rule}` })
  }
  async function act(rule: string, name: string, body: object) {
    const { headers, ...rest } = jsonBody(body)
    const of = { method: 'POST', ...rest, headers: { ...headers, cookie: operator.cookie } }
    expect((await room.ask(`/api/alarms/${ids.get(rule) ?? ''}/${name}`, of)).status).toBe(200)
  }
  const row = (page: Page, rule: string) => page.locator(`tr[data-suppression="${ids.get(rule) ?? ''}"]`)
  const open = async (page: Page, query = '', who = operator) => {
    await signIn(page, room.url, who)
    await page.goto(`${room.url}/#/suppressions${query}`)
    await page.locator('.suppressions-table').waitFor(WAIT)
  }

  it(
    'shows what is in force, that which ends first first, and all of the past on demand',
    { timeout: SLOW },
    async () => {
      await withBrowser({}, async ({ page, errors }) => {
        await open(page)
        const rows = page.locator('tbody tr')
        expect(await rows.count()).toBe(2)
        expect(await rows.first().getAttribute('data-suppression')).toBe(ids.get('soon'))
        expect(await rows.first().innerText()).toMatch(/即将到期 · 还剩 1\d 分钟/)
        expect(await page.locator('.suppressions-totals').innerText()).toMatch(
          /在效 2 项.*半小时内到期 1 项.*待发通告 2 次/s,
        )
        await page.locator('[data-show=all]').click()
        await row(page, 'over').getByText('检修提前完成').waitFor(WAIT)
        await page.locator('input[name=text]').fill('工作票 over')
        await expect.poll(() => rows.count(), WAIT).toBe(1)
        await page.reload()
        await expect.poll(() => rows.count(), WAIT).toBe(1)
        expect(await violations(page)).toEqual([])
        const saved = page.waitForEvent('download', WAIT)
        await page.locator('[data-act=csv]').click()
        const text = await readFile(await (await saved).path(), 'utf8')
        expect(text.split('\r\n')).toHaveLength(3)
        expect(text).toContain('检修提前完成')
        expect(errors).toEqual([])
      })
    },
  )

  it('ends one at once, by keyboard and with a reason', { timeout: SLOW }, async () => {
    await withBrowser({ colorScheme: 'dark' }, async ({ page, errors }) => {
      await open(page)
      await row(page, 'late').locator('[data-act=end]').press('Enter')
      const form = page.locator('dialog[open]')
      await form.locator('input[name=reason]').fill('线路已恢复')
      await form.locator('[data-act=submit-act]').press('Enter')
      await row(page, 'late').waitFor({ state: 'detached', ...WAIT })
      await page.locator('[data-show=all]').click()
      await row(page, 'late').getByText('线路已恢复').waitFor(WAIT)
      expect(errors).toEqual([])
    })
  })

  it('lets a viewer look and end nothing, and fits a phone', { timeout: SLOW }, async () => {
    const viewer = await room.signedIn('viewer')
    await withBrowser({ viewport: { width: 390, height: 844 } }, async ({ page, errors }) => {
      await open(page, '?show=all', viewer)
      expect(await page.locator('[data-act=end]').count()).toBe(0)
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
      expect(overflow).toBeLessThanOrEqual(0)
      expect(await violations(page)).toEqual([])
      expect(errors).toEqual([])
    })
  })
})
