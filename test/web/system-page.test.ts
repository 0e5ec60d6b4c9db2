import { cp } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { jsonBody, openControlWeb } from '../dashboard/server/http/control-web.ts'
import { violations } from './support/axe.ts'
import { buildPage, signIn, withBrowser } from './support/browser.ts'

const SLOW = 120_000

describe('the page of system and users before the real control room, in Chromium', () => {
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

  const signInAs = async (user: string, password: string) => {
    const { status, headers } = await web.ask('/api/session', { method: 'POST', ...jsonBody({ user, password }) })
    return { status, headers: { cookie: (headers.get('set-cookie') ?? '').split(';')[0] ?? '' } }
  }

  it('tells how the machine and the gateways are, adds a user of one town, and ends a session', async () => {
    const administrator = await web.signedIn('administrator')
    await withBrowser({}, async ({ page, errors }) => {
      await signIn(page, web.url, administrator)
      await page.goto(`${web.url}/#/system`)
      await page.locator('.system-facts').getByText('磁盘剩余').waitFor()
      await page.locator('.system-facts').getByText('没有人为它担保', { exact: false }).waitFor()
      expect(await violations(page)).toEqual([])

      await page.getByRole('link', { name: '网关', exact: true }).click()
      await page.locator('[data-gateway]').first().waitFor()
      expect(await violations(page)).toEqual([])

      await page.getByRole('link', { name: '用户与会话' }).click()
      await page.locator('[data-act=add-user]').click()
      await page.locator('input[name=name]').fill('新来的')
      await page.locator('select[name=role]').selectOption('viewer')
      await page.locator('textarea[name=scope]').fill('试验乡')
      await page.locator('.system-form button[type=submit]').click()
      await page.locator('[data-user=新来的]').getByText('1 个乡镇，0 个村').waitFor()
      const password = await page.locator('.system-secret code').innerText()
      expect(await violations(page)).toEqual([])

      const newcomer = await signInAs('新来的', password)
      expect(newcomer.status).toBe(200)
      await page.reload()
      const row = page.locator('tr', { hasText: '新来的' }).last()
      await row.getByRole('button', { name: '结束' }).click()
      await expect.poll(async () => (await web.ask('/api/session', { headers: newcomer.headers })).status).toBe(401)
      expect(errors).toEqual([])
    })
  })

  it('changes the own password, and keeps users from whoever may not see them', async () => {
    const viewer = await web.signedIn('viewer')
    await withBrowser({ locale: 'en' }, async ({ page, errors }) => {
      await signIn(page, web.url, viewer)
      await page.goto(`${web.url}/#/system?tab=users`)
      await page.locator('.system-facts').waitFor()
      expect(await page.getByRole('link', { name: '用户与会话' }).count()).toBe(0)
      await page.goto(`${web.url}/#/system?tab=account`)
      await page.locator('input[name=password]').fill(viewer.password)
      await page.locator('input[name=next]').fill('a-long-way-down-7')
      await page.getByRole('button', { name: '修改密码' }).click()
      await page.getByText('密码已修改').waitFor()
      expect((await signInAs(viewer.user, 'a-long-way-down-7')).status).toBe(200)
      expect(await violations(page)).toEqual([])
      expect(errors).toEqual([])
    })
  })
})
