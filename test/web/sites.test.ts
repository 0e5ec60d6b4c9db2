import { cp, readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SiteFile } from '../../core/contract/register.ts'
import { fileWithParts, person } from '../dashboard/server/register/files.ts'
import { openControlWeb } from '../dashboard/server/http/control-web.ts'
import { violations } from './support/axe.ts'
import { buildPage, signIn, withBrowser } from './support/browser.ts'
import { birth, read } from './support/filed-county.ts'

const SLOW = 90_000
const SITES = 1_000
const TOWNS = ['虚谷镇', '云脚乡', '望台镇'] as const
/** The county's day, so many days ago. */
const ago = (days: number) => new Date(Date.now() + 8 * 3_600_000 - days * 86_400_000).toISOString().slice(0, 10)

describe('the list of sites in Chromium', () => {
  let built: Awaited<ReturnType<typeof buildPage>>
  let web: Awaited<ReturnType<typeof openControlWeb>>
  const put = (id: string, parts: Partial<SiteFile>) =>
    web.services.register.save([{ site: { id, kind: 'closed-pit' }, version: 0, file: fileWithParts(parts) }], {
      actor: { kind: 'person', name: 'wang' },
      via: 'form',
    })
  beforeAll(async () => {
    built = await buildPage()
    web = await openControlWeb()
    await cp(built.dist, web.pageFolder, { recursive: true })
    for (let n = 0; n < SITES - 1; n += 1) {
      const id = `pit-${String(n).padStart(3, '0')}`
      const meter = { 'feeder-meter': ['馈线电能表', 'a/b', { 'active-power': 'power' }] } as const
      birth(web, {
        id,
        zh: `矿井 ${n}`,
        town: TOWNS[n % 3] ?? '',
        headline: 'feeder-meter/active-power',
        devices: meter,
      })
      read(web, [id, 'feeder-meter/active-power', n * 10])
    }
    const persons = { ...fileWithParts().persons, 'first-finder': person('苗守沟') }
    const check = { level: 'village', by: '村网格', result: 'in-order', note: '' } as const
    await put('pit-007', { persons, status: 'guarded', checks: [{ ...check, date: ago(20) }] })
    await put('pit-008', { checks: [{ ...check, date: ago(2) }] })
    await web.raise()
  }, SLOW)
  afterAll(async () => {
    await built.remove()
    await web[Symbol.asyncDispose]()
  })

  it(
    'draws a thousand sites by the rows that are seen, and asks for the last day of those alone',
    { timeout: SLOW },
    async () => {
      const who = await web.signedIn('operator')
      await withBrowser({}, async ({ page, errors, requests }) => {
        await signIn(page, web.url, who)
        await page.goto(`${web.url}/#/sites`)
        const rows = page.locator('.site-table [data-row]')
        await page.getByText(`共 ${SITES} 处`).waitFor()
        await rows.first().waitFor()
        // What somebody must answer comes first.
        expect(await rows.first().getAttribute('data-row')).toBe('east-pit')
        expect(await rows.count()).toBeLessThan(60)
        await page.locator('.spark svg').first().waitFor()
        const asked = requests.filter((url) => url.includes('/api/register/sparklines'))
        const sites = new URL(asked[0] ?? '').searchParams.get('sites')?.split(',') ?? []
        expect(sites.length).toBeGreaterThan(5)
        expect(sites.length).toBeLessThan(60)
        expect(await violations(page)).toEqual([])
        expect(errors).toEqual([])
      })
    },
  )

  it('is worked by keyboard, and its address holds the whole view', { timeout: SLOW }, async () => {
    const who = await web.signedIn('operator')
    await withBrowser({}, async ({ page, errors }) => {
      await signIn(page, web.url, who)
      await page.goto(`${web.url}/#/sites`)
      await page.locator('.site-table [data-row]').first().waitFor()
      await page.keyboard.press('/')
      await page.keyboard.type('苗守沟')
      await page.getByText(`显示 1 / 共 ${SITES} 处`).waitFor()
      const row = page.locator('[data-row=pit-007]')
      expect(await row.innerText()).toMatch(
        /看护[\s\S]*第一发现人[\s\S]*\+8613900000001[\s\S]*20 天前[\s\S]*逾期 13 天/,
      )
      await page.reload()
      await page.getByText(`显示 1 / 共 ${SITES} 处`).waitFor()
      expect(await page.locator('input[name=text]').inputValue()).toBe('苗守沟')
      await page.locator('input[name=text]').fill('')
      await page.locator('select[name=town]').selectOption('云脚乡')
      await page.locator('select[name=sort]').selectOption('value')
      await page.getByText(`显示 333 / 共 ${SITES} 处`).waitFor()
      expect(page.url()).toMatch(/town=.*sort=value/)
      // Out of the search, whose letters are no keys.
      await page.keyboard.press('Escape')
      await page.keyboard.press('j')
      await page.locator('[data-row=pit-997].is-cursor').waitFor()
      await page.keyboard.press('j')
      await page.locator('[data-row=pit-994].is-cursor').waitFor()
      await page.keyboard.press('k')
      await page.locator('[data-row=pit-997].is-cursor').waitFor()
      const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('e')])
      const saved = await readFile(await download.path(), 'utf8')
      expect(saved.trim().split('\r\n').length).toBe(334)
      expect(saved).toMatch(/^\ufeff矿井,/)
      await page.keyboard.press('Enter')
      await page.locator('.site-head h1').getByText('矿井 997').waitFor()
      expect(errors).toEqual([])
    })
  })

  it(
    'takes a spreadsheet after saying what it would do, or everything that is wrong with it',
    { timeout: SLOW },
    async () => {
      const who = await web.signedIn('technician')
      await withBrowser({}, async ({ page, errors }) => {
        await signIn(page, web.url, who)
        await page.goto(`${web.url}/#/sites`)
        await page.locator('.register-sheet > summary').click()
        const choose = (text: string) =>
          page
            .locator('input[name=sheet]')
            .setInputFiles({ name: 'r.csv', mimeType: 'text/csv', buffer: Buffer.from(text) })
        await choose('矿井编号,状态,看护人电话\nno-pit,封闭,\npit-009,睡着,12')
        await page.locator('.sheet-trial .faults li').nth(3).waitFor()
        expect(await page.locator('.sheet-trial').innerText()).toMatch(
          /4 处错误[\s\S]*第 2 行 · 矿井编号[\s\S]*第 3 行 · 状态/,
        )
        expect(await page.locator('[data-act=apply-sheet]').count()).toBe(0)
        await choose('矿井编号,状态\npit-009,看护')
        await page.getByText('pit-009：status').waitFor()
        expect(web.services.register.entry({ id: 'pit-009', kind: 'closed-pit' }).version).toBe(0)
        await page.locator('[data-act=apply-sheet]').click()
        await page.getByText('已写入 1 处矿井').waitFor()
        expect(web.services.register.entry({ id: 'pit-009', kind: 'closed-pit' })).toMatchObject({
          version: 1,
          by: who.user,
        })
        expect(await violations(page)).toEqual([])
        expect(errors).toEqual([])
      })
    },
  )

  it(
    'fits 360 to 3840 px by day and by night, in both languages, without a fault of access',
    { timeout: SLOW },
    async () => {
      const who = await web.signedIn('viewer')
      for (const [scheme, language] of [
        ['dark', 'zh-CN'],
        ['light', 'en'],
      ] as const) {
        await withBrowser({ colorScheme: scheme }, async ({ page }) => {
          await signIn(page, web.url, who)
          if (language === 'en') await page.locator('[data-act=language]').click()
          await page.goto(`${web.url}/#/sites?text=pit-007`)
          for (const width of [360, 1024, 1920, 3840]) {
            await page.setViewportSize({ width, height: 900 })
            await page.locator('[data-row=pit-007]').waitFor()
            const overflow = await page.locator('#main').evaluate((main) => main.scrollWidth - window.innerWidth)
            expect(overflow, String(width)).toBeLessThanOrEqual(0)
            if (width === (scheme === 'dark' ? 360 : 1920)) expect(await violations(page), String(width)).toEqual([])
          }
          expect(await page.locator('[data-row=pit-007]').innerText()).not.toContain('13900000001')
        })
      }
    },
  )
})
