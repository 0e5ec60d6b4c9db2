import { cp } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AlarmTransition } from '../../core/contract/alarm.ts'
import { openControlWeb } from '../dashboard/server/http/control-web.ts'
import { fileWithParts, person } from '../dashboard/server/register/files.ts'
import { violations } from './support/axe.ts'
import { buildPage, signIn, withBrowser } from './support/browser.ts'
import { birth, read } from './support/filed-county.ts'

const SLOW = 90_000
const PUMP = { id: 'red-bend', kind: 'dewatering-pit' } as const

describe('one site in Chromium', () => {
  let built: Awaited<ReturnType<typeof buildPage>>
  let web: Awaited<ReturnType<typeof openControlWeb>>
  const save = (notes: string) => {
    const { version } = web.services.register.entry(PUMP)
    const persons = { ...fileWithParts().persons, guard: person('洪大堤') }
    return web.services.register.save(
      [{ site: PUMP, version, file: fileWithParts({ status: 'dewatering', persons, notes }) }],
      {
        actor: { kind: 'person', name: 'wang' },
        via: 'form',
      },
    )
  }
  beforeAll(async () => {
    built = await buildPage()
    web = await openControlWeb()
    await cp(built.dist, web.pageFolder, { recursive: true })
    birth(web, {
      ...{ ...PUMP, zh: '红湾排水点', headline: 'pump-meter/active-power' },
      devices: {
        'pump-meter': [
          '水泵电能表',
          'acrel/adl400',
          { 'active-power': 'power', 'voltage-l1': 'voltage', 'power-factor': 'power_factor' },
        ],
        'pump-contact': ['运行触点', 'a/b', { 'di-1': 'contact' }],
        sump: ['水仓液位计', 'a/b', { level: 'level' }],
        'gate-camera': ['井口摄像机', 'hikvision/isapi-camera', { human: 'presence', stream: 'stream' }],
      },
    })
    read(web, [PUMP.id, 'pump-meter/active-power', 20_400])
    read(web, [PUMP.id, 'pump-contact/di-1', true])
    read(web, [PUMP.id, 'sump/level', 2.4], 100)
    const at = Date.now()
    await web.desk.receive(
      AlarmTransition.parse({
        ...{ occurrence: `red-bend.sump-low.${at.toString(36)}`, n: 1, kind: 'raise', site: PUMP.id, rule: 'sump-low' },
        ...{ ruleType: 'low-limit', point: 'sump/level', priority: 'yellow', at, readings: [], evidence: [] },
        explanation: {
          key: 'low-limit.raised',
          values: { quantity: 'level', value: 0.8, limit: 1, since: at, heldS: 5 },
        },
      }),
    )
    await save('排水许可至六月')
  }, SLOW)
  afterAll(async () => {
    await built.remove()
    await web[Symbol.asyncDispose]()
  })

  it(
    'draws the pit with values, what runs, what is hatched, and the alarm at its symbol',
    { timeout: SLOW },
    async () => {
      const who = await web.signedIn('operator')
      await withBrowser({}, async ({ page, errors }) => {
        await signIn(page, web.url, who)
        await page.goto(`${web.url}/#/sites/${PUMP.id}`)
        const pump = page.locator('.schematic-drawing [data-symbol="pump-"]')
        await pump.getByText('20.40').waitFor()
        expect(await pump.getByText('▶ 运行').count()).toBe(1)
        const said = (symbol: string) => page.locator(`[data-said="${symbol}"]`).textContent()
        expect(await said('pump-')).toMatch(/水泵电能表; 运行; active-power 20\.40 kW, 有效/)
        const sump = page.locator('[data-symbol="sump/level"]')
        expect(await sump.locator('.mark-yellow').count()).toBe(1)
        expect(await sump.locator('.pit-hatched').count()).toBe(1)
        expect(await said('sump/level')).toMatch(/报警：黄.*过期/)
        expect(await page.locator('[data-symbol]').count()).toBe(4)
        await page.getByText('其余 1 个测点').waitFor()
        await pump.focus()
        await page.locator('.schematic-readout').getByText('active-power').waitFor()
        expect(await violations(page)).toEqual([])
        await page.keyboard.press('Enter')
        await page.waitForURL(/#\/trends\?p=red-bend%2Fpump-meter%2Factive-power%2Cred-bend%2Fpump-contact%2Fdi-1/)
        expect(errors).toEqual([])
      })
    },
  )

  it(
    'names who answers with a number to call, and keeps everything technical one tab away',
    { timeout: SLOW },
    async () => {
      const who = await web.signedIn('operator')
      await withBrowser({}, async ({ page, errors }) => {
        await signIn(page, web.url, who)
        await page.goto(`${web.url}/#/sites/${PUMP.id}`)
        const call = page.locator('.site-head a.phone')
        expect(await call.getAttribute('href')).toBe('tel:+8613900000001')
        expect(await page.locator('[data-act=edit-file]').count()).toBe(0)
        await page.locator('[data-tab=technical]').click()
        await page.locator('[data-point="pump-meter/active-power"]').waitFor()
        await page.getByText('数据完整性').first().waitFor()
        expect(page.url()).toMatch(/tab=technical/)
        await page.goto(`${web.url}/#/sites/${PUMP.id}?point=sump/level`)
        expect(await page.locator('[data-point="sump/level"]').getAttribute('aria-current')).toBe('true')
        expect(errors).toEqual([])
      })
    },
  )

  it(
    'lets a registrar change the file, and no one over what another has saved meanwhile',
    { timeout: SLOW },
    async () => {
      const who = await web.signedIn('technician')
      await withBrowser({}, async ({ page, errors }) => {
        await signIn(page, web.url, who)
        await page.goto(`${web.url}/#/sites/${PUMP.id}`)
        await page.locator('[data-act=edit-file]').click()
        const form = page.locator('[data-form=site-file]')
        await form.locator('input[name=town-name]').fill('祁望云')
        await form.locator('input[name=town-phone]').fill('139 0000-0002')
        await form.locator('select[name=standard-power]').selectOption('met')
        await form.locator('input[name=check-by]').fill('方小雨')
        expect(await violations(page)).toEqual([])
        await save('别人改的')
        await form.locator('[data-act=save-file]').click()
        await form.getByText(/changed meanwhile: notes/).waitFor()
        expect(await form.locator('input[name=town-name]').inputValue()).toBe('祁望云')
        await form.locator('[data-act=take-newer]').click()
        await expect.poll(() => form.locator('textarea').inputValue()).toBe('别人改的')
        await form.locator('input[name=town-name]').fill('祁望云')
        await form.locator('input[name=town-phone]').fill('12')
        await form.locator('[data-act=save-file]').click()
        await form.getByText(/persons\.town\.phone: expected a telephone number/).waitFor()
        await form.locator('input[name=town-phone]').fill('139 0000-0002')
        await form.locator('input[name=check-by]').fill('方小雨')
        await form.locator('[data-act=save-file]').click()
        await page.locator('[data-role=town]').getByText('祁望云').waitFor()
        const { file, by } = web.services.register.entry(PUMP)
        expect(file.persons.town).toEqual({ name: '祁望云', post: '', phone: '13900000002' })
        expect([by, file.checks[0]?.by, file.notes]).toEqual([who.user, '方小雨', '别人改的'])
        await page.locator('.register-versions > summary').click()
        await page
          .locator('.register-version-list')
          .getByText(/persons\.town/)
          .waitFor()
        expect(errors.filter((text) => !text.includes('409'))).toEqual([])
      })
    },
  )

  it('is a list on a phone, fits every width, and masks numbers for a viewer', { timeout: SLOW }, async () => {
    const who = await web.signedIn('viewer')
    await withBrowser({ colorScheme: 'light' }, async ({ page, errors }) => {
      await signIn(page, web.url, who)
      await page.locator('[data-act=language]').click()
      await page.goto(`${web.url}/#/sites/${PUMP.id}`)
      for (const width of [360, 768, 1280, 1920, 3840]) {
        await page.setViewportSize({ width, height: 900 })
        await page.locator(width === 360 ? '.schematic-list' : '.schematic-drawing').waitFor()
        const overflow = await page.locator('#main').evaluate((main) => main.scrollWidth - window.innerWidth)
        expect(overflow, String(width)).toBeLessThanOrEqual(0)
        if (width === 360 || width === 1280) expect(await violations(page), String(width)).toEqual([])
      }
      await page.setViewportSize({ width: 390, height: 844 })
      await page.locator('[data-act=as-drawing]').click()
      await page.locator('.schematic-drawing').waitFor()
      const text = await page.locator('#page').innerText()
      expect(text).toContain('+86139****0001')
      expect(text).not.toContain('13900000001')
      expect(errors).toEqual([])
    })
  })
})
