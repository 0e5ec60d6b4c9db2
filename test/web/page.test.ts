import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { alarmWith } from './support/alarms.ts'
import { atWork as atWorkWith, type Desk } from './support/at-work.ts'
import { violations } from './support/axe.ts'
import { buildPage, signIn, withBrowser } from './support/browser.ts'
import { startControlRoom } from './support/control-room.ts'
import { USER } from './support/people.ts'

const RED = 'east-gully.feeder-dead.mk9d2x'
const SLOW = 60_000

describe('the control-room page in Chromium', () => {
  let built: Awaited<ReturnType<typeof buildPage>>

  beforeAll(async () => {
    built = await buildPage()
  }, SLOW)
  afterAll(() => built.remove())

  const atWork = (work: Parameters<typeof atWorkWith>[1], desk: Desk = {}) => atWorkWith(built.dist, work, desk)

  it('refuses a wrong password in words and lets the right one in', { timeout: SLOW }, async () => {
    await using room = await startControlRoom(built.dist)
    await withBrowser({}, async ({ page, errors }) => {
      await page.goto(room.url)
      expect(await violations(page)).toEqual([])
      await page.locator('input[name=user]').fill(USER.user)
      await page.locator('input[name=password]').fill('guess')
      await page.keyboard.press('Enter')
      await page.getByText('用户名或密码不正确。').waitFor()
      await signIn(page, room.url, USER)
      await expect.poll(() => page.locator('.map-links [data-site]').count(), { timeout: 20_000 }).toBe(8)
      expect(errors).toEqual([])
    })
  })

  it('acknowledges a red alarm by keyboard alone, with a note, and shows who did it', { timeout: SLOW }, async () => {
    await atWork(async ({ page, room, errors }) => {
      await page.keyboard.press('j')
      await expect.poll(() => page.evaluate(() => document.activeElement?.closest('li')?.dataset.alarm)).toBe(RED)
      await page.keyboard.press('a')
      await page.locator('dialog[open]').waitFor()
      expect(await violations(page)).toEqual([])
      await page.keyboard.press('Enter')
      await page.getByText('请写明情况，至少 4 个字。').waitFor()
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('Enter')
      await page.locator('dialog').waitFor({ state: 'detached' })
      const acknowledged = room.alarms().find(({ id }) => id === RED)
      expect(acknowledged?.acknowledgement).toMatchObject({ by: 'operator', note: '已通知值守人员现场核查' })
      await page
        .locator(`[data-alarm="${RED}"]`)
        .getByText(/operator 于 .* 确认/)
        .waitFor()
      expect(await page.locator(`[data-alarm="${RED}"] [data-act=acknowledge]`).count()).toBe(0)
      expect(errors).toEqual([])
    })
  })

  it('acknowledges a blue alarm with one key and asks nothing', { timeout: SLOW }, async () => {
    await atWork(async ({ page, room }) => {
      const blue = page.locator('[data-alarm="north-flat.pump-stale.mk9c11"]')
      await blue.locator('a').focus()
      await page.keyboard.press('a')
      await blue.locator('.state-word.is-acked').waitFor()
      expect(room.alarms().find(({ id }) => id.startsWith('north-flat'))?.acknowledgement?.by).toBe('operator')
    })
  })

  it(
    'tells all there is of an alarm: why, when, who was told, pictures by hash, notes',
    { timeout: SLOW },
    async () => {
      await atWork(async ({ page, errors, room }) => {
        await page.goto(`${room.url}/#/alarms/${RED}`)
        await page.locator('.alarm-head').waitFor()
        await page.locator('.chart canvas').first().waitFor()
        expect(await page.locator('.alarm-sentence').innerText()).toMatch(/功率 32.6 kW/)
        expect(await page.locator('[data-stamp=T4] time').innerText()).toBe('02:54:45')
        expect(await page.locator('.notice').count()).toBe(4)
        expect(await page.locator('.notice-who').first().innerText()).toBe('陈岗 · 手机')
        await page.locator('.picture figcaption').getByText('场院摄像机').first().waitFor()
        await page.locator('[data-act=more-places]').click()
        expect(await page.getByRole('link', { name: '流程' }).getAttribute('href')).toBe('/flows/')
        await page.locator('[data-act=more-places]').click()
        expect(room.watched()).toEqual(['east-gully'])
        expect(await page.locator('.notice.is-failed').innerText()).toMatch(/451 4.3.0 mailbox busy/)
        await expect
          .poll(() =>
            page
              .locator('.picture img')
              .first()
              .evaluate((image: HTMLImageElement) => image.naturalWidth),
          )
          .toBe(480)
        expect(await violations(page)).toEqual([])
        await page.locator('textarea[name=note]').fill('村干部已到场')
        await page.keyboard.press('Enter')
        await page.locator('.note').getByText('村干部已到场').waitFor()
        await page.locator('.picture-frame').first().click()
        await page.locator('dialog.is-picture .hash.is-whole').waitFor()
        await page.keyboard.press('Escape')
        await page.keyboard.press('Escape')
        await page.locator('.overview').waitFor()
        await expect.poll(() => room.watched()).toEqual([])
        await page.goto(`${room.url}/#/alarms/${RED}`)
        await page.locator('.alarm-head h1 a').click()
        await page.locator('.site-head').waitFor()
        await expect.poll(() => room.watched()).toEqual(['east-gully'])
        expect(errors).toEqual([])
      })
    },
  )

  it(
    'shows a site’s values with unit, age and quality, and draws the point that is clicked',
    { timeout: SLOW },
    async () => {
      await atWork(async ({ page, errors, room }) => {
        await page.goto(`${room.url}/#/sites/north-flat?tab=technical`)
        const pump = page.locator('[data-point="pump-2/active-power"]')
        await pump.getByText('无效 · 设备无应答').waitFor()
        expect(await pump.locator('.value').innerText()).toBe('—')
        await page.locator('[data-point="return-air/methane"]').click()
        await page.waitForURL(/point=return-air%2Fmethane/)
        await page.locator('[data-span="8h"]').click()
        await page.locator('.chart canvas').waitFor()
        await page.reload()
        await page.getByRole('slider', { name: /甲烷.*8 小时/ }).waitFor()
        expect(await page.locator('[data-span="8h"]').getAttribute('aria-pressed')).toBe('true')
        await page.locator('[data-point="return-air/methane"] .value.is-good').waitFor()
        expect(await violations(page)).toEqual([])
        expect(errors).toEqual([])
      })
    },
  )

  it(
    'turns everything grey and says so when the control room stops talking, and recovers',
    { timeout: 2 * SLOW },
    async () => {
      await atWork(async ({ page, room }) => {
        await page.keyboard.press('m')
        await page.locator('.site-row .value.is-good').first().waitFor()
        room.fallSilent()
        await page.getByText(/数据已过期 · 最后收到/).waitFor({ timeout: 40_000 })
        expect(await page.locator('.value.is-good').count()).toBe(0)
        expect(await page.locator('.site-row:not(.is-hatched)').count()).toBe(0)
        room.talkAgain()
        await page.locator('.banner').waitFor({ state: 'detached', timeout: 40_000 })
        await page.locator('.value.is-good').first().waitFor()
      })
    },
  )

  it(
    'takes what an alarm was by keyboard alone, says which field is wrong, and shows what the gateway made of it',
    { timeout: SLOW },
    async () => {
      await atWork(async ({ page, room, errors }) => {
        await page.goto(`${room.url}/#/alarms/${RED}`)
        await page.locator('input[name=feedback-kind][value=confirmed]').focus()
        await page.keyboard.press('ArrowDown')
        await page.keyboard.press('ArrowDown')
        await page.locator('input[name=power]').waitFor()
        await page.locator('input[name=power]').press('Enter')
        await page.getByText('功率应大于 0，至多 6.5 kW。').waitFor()
        expect(await violations(page)).toEqual([])
        await page.keyboard.type('1.8')
        await page.keyboard.press('Tab')
        await page.keyboard.press('End')
        await page.keyboard.press('Tab')
        await page.keyboard.type('值守人员的取暖器')
        await page.keyboard.press('Enter')
        const said = page.locator('[data-feedback=known-appliance]')
        await said.getByText('等待网关采纳').waitFor()
        expect(await said.innerText()).toMatch(/已知电器 · operator[\s\S]*1\.80 kW · 有效至[\s\S]*值守人员的取暖器/)
        const alarm = room.alarms().find(({ id }) => id === RED)
        const [given] = alarm?.feedback ?? []
        expect(given).toMatchObject({ kind: 'known-appliance', power: 1_800 })
        expect(Math.round(((given?.until ?? 0) - (given?.at ?? 0)) / 86_400_000)).toBe(30)
        if (alarm === undefined || given === undefined) throw new Error('expected the alarm with its feedback')
        const refused = { ...given, state: 'refused', answer: 'too-much: expected an appliance of at most 1500 W' }
        room.tell(alarmWith({ ...alarm, state: 'closed', feedback: [refused], version: alarm.version + 1 }))
        await said.getByText('网关未采纳 · 超过该站点的申报负荷').waitFor()
        expect(await page.locator('input[name=feedback-kind]').count()).toBe(4)
        expect(errors).toEqual([])
      })
    },
  )

  it('shows what rules were worth beside the quality of alarms', { timeout: SLOW }, async () => {
    await atWork(async ({ page, errors, room }) => {
      await page.goto(`${room.url}/#/quality`)
      const first = page.locator('.precision-table tbody tr').first()
      await first.waitFor()
      expect(await first.innerText()).toMatch(/9\s+2\s+1\s+1\s+5\s+67 % \(21–94\)/)
      await page.locator('.precision-single summary').click()
      await page.getByText('feeder-dead', { exact: true }).waitFor()
      expect(await violations(page)).toEqual([])
      // The scripted control room keeps no account of the quality of alarms.
      expect(errors.filter((text) => !text.includes('404'))).toEqual([])
    })
  })

  it('asks for a snapshot when a revision is missing', { timeout: SLOW }, async () => {
    await atWork(async ({ room }) => {
      const before = room.snapshotsSent()
      room.skipRevision()
      await expect.poll(() => room.snapshotsSent(), { timeout: 20_000 }).toBeGreaterThan(before)
    })
  })

  it('speaks both languages, and remembers which', { timeout: SLOW }, async () => {
    await atWork(async ({ page }) => {
      await page.locator('[data-act=language]').click()
      await page.getByText('2 sites not being watched').waitFor()
      expect(await page.locator('html').getAttribute('lang')).toBe('en')
      await page.reload()
      await page.getByText('2 sites not being watched').waitFor()
      expect(await page.locator(`[data-alarm="${RED}"] .alarm-why`).innerText()).toMatch(/nothing should be running/)
    })
  })

  it('says a new red alarm aloud and shows it at once', { timeout: SLOW }, async () => {
    await atWork(async ({ page, room }) => {
      room.tell(alarmWith({ id: 'lookout.person.new1', site: 'lookout', priority: 'red', ruleType: 'presence' }))
      await page.locator('[data-alarm="lookout.person.new1"]').waitFor()
      await expect.poll(() => page.locator('.unseen[role=alert]').innerText()).toMatch(/望岭监控铁塔/)
    })
  })

  it('proves what has come of a site, and says each hole to mouse and keyboard', { timeout: SLOW }, async () => {
    await atWork(async ({ page, errors }) => {
      await page.keyboard.press('m')
      await page.locator('.site-row[data-site=east-gully]').click()
      await page.locator('[data-tab=technical]').click()
      await page.locator('.proof-bar').waitFor()
      expect(await page.locator('.proof-part[data-cause]').count()).toBe(5)
      expect(await page.locator('.proof-sentence').innerText()).toMatch(/缺 5\u2009250 个/)
      await page.locator('[data-cause=reduced]').focus()
      expect(await page.locator('.proof-readout').innerText()).toMatch(/只留下每分钟数值，4\u2009500 个读数/)
      await page.locator('[data-cause=dropped]').hover()
      expect(await page.locator('.proof-readout').innerText()).toMatch(/没有留下/)
      await page.locator('[data-proof="30d"]').click()
      await page.locator('.key-unknown').waitFor()
      const link = await page.locator('.proof-foot a').getAttribute('href')
      expect(link).toMatch(/^\/api\/sites\/east-gully\/certificate\/export\?from=\d+&to=\d+$/)
      expect(await violations(page)).toEqual([])
      expect(errors).toEqual([])
    })
  })

  it('shows the ledger and whether its chain holds', { timeout: SLOW }, async () => {
    await atWork(async ({ page, errors }) => {
      await page.keyboard.press('g')
      await page.keyboard.press('l')
      await page.getByText(/链完整 · 已核对 \d+ 条/).waitFor()
      expect(await page.locator('.ledger-table tbody tr').first().innerText()).toMatch(/登录/)
      expect(await violations(page)).toEqual([])
      expect(errors).toEqual([])
    })
  })

  it.each([
    ['day', 1280, 800],
    ['night', 390, 844],
  ] as const)(
    'fits the window by %s at %i × %i on every screen, with no fault of access',
    async (theme, width, height) => {
      const options: Desk = { viewport: { width, height }, colorScheme: theme === 'night' ? 'dark' : 'light' }
      await atWork(async ({ page, room }) => {
        for (const place of ['/', '/sites/east-gully', '/alarms?show=all', `/alarms/${RED}`, '/duty', '/ledger']) {
          await page.goto(`${room.url}/#${place}`)
          await page.locator('.main .panel').first().waitFor()
          const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
          expect(overflow, place).toBeLessThanOrEqual(0)
          expect(await violations(page), place).toEqual([])
        }
      }, options)
    },
    120_000,
  )

  it('keeps every tool of the header in the window, in both languages at any width', { timeout: SLOW }, async () => {
    await atWork(async ({ page }) => {
      for (const language of ['zh-CN', 'en']) {
        for (const width of [1920, 1701, 1700, 1600, 1501, 1500, 1461, 1460, 1366, 1280, 1024, 768, 390]) {
          await page.setViewportSize({ width, height: 900 })
          const beyond = await page.evaluate(() =>
            [...document.querySelectorAll('.header *')]
              .filter((part) => part.getBoundingClientRect().right > window.innerWidth + 0.5)
              .map((part) => part.className),
          )
          expect(beyond, `${language} at ${width}`).toEqual([])
        }
        await page.setViewportSize({ width: 1920, height: 900 })
        const next = language === 'en' ? 'zh-CN' : 'en'
        await page.locator('[data-act=language]').click()
        await page.locator(`html[lang=${next}]`).waitFor()
      }
    })
  })

  it('has drawn the map before 200 kB have come, compressed', { timeout: SLOW }, async () => {
    await using room = await startControlRoom(built.dist)
    await withBrowser({}, async ({ page }) => {
      const files = new Map<string, Promise<number>>()
      let isDrawn = false
      page.on('response', (response) => {
        const { pathname } = new URL(response.url())
        if (isDrawn || pathname.startsWith('/api/')) return
        files.set(
          pathname,
          response.body().then((body) => gzipSync(body).length),
        )
      })
      await signIn(page, room.url, USER)
      await page.locator('.ol-viewport canvas').first().waitFor({ state: 'attached' })
      isDrawn = true
      expect([...files.keys()].filter((name) => /site-map-|rules-zh-cn-/.test(name))).toHaveLength(2)
      const sizes = await Promise.all(files.values())
      const bytes = sizes.reduce((sum, size) => sum + size, 0)
      process.stdout.write(`first load: ${(bytes / 1_000).toFixed(1)} kB in ${files.size} files\n`)
      expect(bytes).toBeLessThan(200_000)
    })
  })

  it('asks nobody but the control room for anything', { timeout: SLOW }, async () => {
    await atWork(async ({ page, room, requests }) => {
      await page.goto(`${room.url}/#/alarms/${RED}`)
      await page.locator('.picture img').first().waitFor()
      const hosts = new Set(requests.map((address) => new URL(address).host))
      expect([...hosts]).toEqual([new URL(room.url).host])
    })
  })
})
