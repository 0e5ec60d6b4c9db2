import { cp } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { networksOf } from '../../dashboard/server/access/networks.ts'
import { openControlWeb } from '../dashboard/server/http/control-web.ts'
import { shownBy } from '../support/authenticator.ts'
import { violations } from './support/axe.ts'
import { buildPage, signIn, withBrowser } from './support/browser.ts'

const SLOW = 60_000

describe('signing in, in Chromium', () => {
  let built: Awaited<ReturnType<typeof buildPage>>
  let web: Awaited<ReturnType<typeof openControlWeb>>
  beforeAll(async () => {
    built = await buildPage()
    web = await openControlWeb({ proxies: networksOf(['127.0.0.1']) })
    await cp(built.dist, web.pageFolder, { recursive: true })
  }, SLOW)
  afterAll(async () => {
    await built.remove()
    await web[Symbol.asyncDispose]()
  })

  /** Fills in what is asked for, and sends it. */
  const typeIn = async (page: Page, fields: Readonly<Record<string, string>>) => {
    for (const [name, text] of Object.entries(fields)) await page.locator(`input[name=${name}]`).fill(text)
    await page.keyboard.press('Enter')
  }

  it(
    'from outside asks for a code, says what is wrong with it, and what to do without one',
    { timeout: SLOW },
    async () => {
      const { access } = web.services
      const [enrolled, plain] = [await web.signedIn('operator'), await web.signedIn('operator')]
      const { secret } = await access.users.offerFactor(enrolled.user)
      const codes = await access.users.confirmFactor(enrolled.user, shownBy(secret, Date.now()))
      const options = { extraHTTPHeaders: { 'x-forwarded-for': '203.0.113.9' }, viewport: { width: 390, height: 844 } }
      await withBrowser(options, async ({ page }) => {
        await page.goto(web.url)
        await typeIn(page, { user: plain.user, password: plain.password })
        await page.getByText('从外部网络登录需要动态口令').waitFor()
        await typeIn(page, { user: enrolled.user, password: enrolled.password })
        const code = page.locator('input[name=code]')
        await code.waitFor()
        expect(await code.evaluate((field) => field === document.activeElement)).toBe(true)
        expect(await page.locator('.error').innerText()).toBe('')
        expect(await violations(page)).toEqual([])
        await typeIn(page, { code: '000 000' })
        await page.getByText('动态口令不正确或已用过').waitFor()
        await typeIn(page, { code: codes[0] ?? '' })
        await page.locator('.overview').waitFor()
      })
    },
  )

  it('as a desk does not lock; whoever may not have one is told so', { timeout: SLOW }, async () => {
    const [administrator, operator] = [await web.signedIn('administrator'), await web.signedIn('operator')]
    await withBrowser({}, async ({ page }) => {
      await page.goto(web.url)
      await page.locator('input[name=desk]').check()
      await typeIn(page, { user: administrator.user, password: administrator.password })
      await page.getByText('不能作为值班席位登录').waitFor()
      await typeIn(page, { user: operator.user, password: operator.password })
      await page.locator('.overview').waitFor()
    })
    const [session] = (await web.services.access.users.sessions(operator.user, '')).filter(({ desk }) => desk)
    expect(session).toMatchObject({ desk: true, locked: false })
  })

  it('locks when nobody does anything, keeps its place, and opens with the password', { timeout: SLOW }, async () => {
    const operator = await web.signedIn('operator')
    await web.raise()
    await withBrowser({}, async ({ page }) => {
      await signIn(page, web.url, operator)
      await page.goto(`${web.url}/#/sites/east-pit`)
      const heading = page.getByRole('heading', { name: '东沟煤矿' })
      await heading.waitFor()
      await web.db.transaction((q) =>
        q.run('update sessions set acted_at = acted_at - 1000000 where user = ?', operator.user),
      )
      // Whatever is asked for next is refused.
      await page.evaluate(() => (location.hash = '#/ledger'))
      const dialog = page.getByRole('dialog', { name: '已锁定' })
      await dialog.waitFor()
      await page.keyboard.press('Escape')
      expect(await dialog.isVisible()).toBe(true)
      expect(await violations(page)).toEqual([])
      await dialog.getByText('未结束报警 1 条').waitFor()
      await typeIn(page, { password: 'guess' })
      await page.getByText('密码不正确').waitFor()
      await typeIn(page, { password: operator.password })
      await dialog.waitFor({ state: 'detached' })
      await page.getByText('报警发生').first().waitFor()
      expect(page.url()).toContain('#/ledger')
    })
  })
})
