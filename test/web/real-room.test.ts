import { cp } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RosterNow } from '../../core/contract/duty-acts.ts'
import { openControlWeb } from '../dashboard/server/http/control-web.ts'
import { violations } from './support/axe.ts'
import { buildPage, signIn, withBrowser } from './support/browser.ts'

const SLOW = 60_000

describe('the page before the real control room, in Chromium', () => {
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

  it('shelves, assigns, adds findings and ends the shelf of an alarm', { timeout: SLOW }, async () => {
    const [operator, leader] = [await web.signedIn('operator'), await web.signedIn('administrator')]
    await web.raise()
    const [raised] = await web.desk.open()
    const id = raised?.id ?? ''
    await withBrowser({}, async ({ page, errors }) => {
      await signIn(page, web.url, operator)
      await page.goto(`${web.url}/#/alarms/${id}`)
      const fill = async (act: string, fields: Readonly<Record<string, string>>) => {
        await page.locator(`[data-act=${act}]`).click()
        for (const [name, text] of Object.entries(fields)) await page.locator(`input[name=${name}]`).fill(text)
        await page.locator('[data-act=submit-act]').click()
        await page.locator('dialog').waitFor({ state: 'detached' })
      }
      await page.locator('[data-act=shelve]').click()
      await page.locator('dialog[open]').waitFor()
      const needsTwo = (await page.locator('input[name=second-user]').count()) > 0
      await page.keyboard.press('Escape')
      const second = needsTwo ? { 'second-user': leader.user, 'second-password': leader.password } : {}
      await fill('shelve', { reason: '检修绞车', ...second })
      await fill('on-site', { reason: '门锁完好' })
      await fill('reported', { receipt: 'X-17', reason: '' })
      await fill('end-suppression', { reason: '检修结束' })
      await page.locator('.standing').getByText(/到场/).waitFor()
      const after = await web.desk.get(id)
      expect(after?.suppressions).toEqual([])
      expect(after?.findings.map(({ kind, receipt }) => [kind, receipt])).toEqual([
        ['on-site', null],
        ['reported', 'X-17'],
      ])
      expect(errors).toEqual([])
    })
  })

  it(
    'shows the duty page of a real roster, and saves it with a new version or every fault',
    { timeout: SLOW },
    async () => {
      const administrator = await web.signedIn('administrator')
      await withBrowser({}, async ({ page, errors }) => {
        await signIn(page, web.url, administrator)
        await page.keyboard.press('g')
        await page.keyboard.press('d')
        await page.locator('.duty-day').first().waitFor()
        expect(await violations(page)).toEqual([])
        await page.locator('[data-push=off]').waitFor()
        // The real policy lets the worker run.
        await page.evaluate(() => navigator.serviceWorker.register('/push-sw.js').then(() => undefined))
        expect(await page.evaluate(async () => (await navigator.serviceWorker.ready).active?.scriptURL)).toMatch(
          /push-sw/,
        )
        const form = page.locator('[data-form=roster]')
        await form.locator('summary').click()
        const text = form.locator('textarea')
        const roster = RosterNow.shape.roster.parse(JSON.parse(await text.inputValue()))
        const [person] = roster.persons
        await text.fill(
          JSON.stringify({ ...roster, persons: [{ ...person, contacts: [] }], office: { notices: 'x', leader: 'y' } }),
        )
        await form.locator('[data-act=save-roster]').click()
        await form.locator('.faults li').first().waitFor()
        expect(await form.locator('.faults li').count()).toBeGreaterThan(2)
        await text.fill(JSON.stringify({ ...roster, persons: [{ ...person, name: '何岗' }] }))
        await form.locator('[data-act=save-roster]').click()
        await page.locator('.contact-person').getByText('何岗').waitFor()
        expect(errors.filter((said) => !said.includes('400'))).toEqual([])
      })
    },
  )
})
