import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ChannelLamp } from '../../core/contract/notice.ts'
import { utcMs } from '../../core/contract/time.ts'
import { atWork as atWorkWith, type Desk } from './support/at-work.ts'
import { violations } from './support/axe.ts'
import { buildPage } from './support/browser.ts'
import { NIGHT } from './support/county.ts'
import { CODE, nightRoster } from './support/duty.ts'
import { LEADER } from './support/people.ts'

const SLOW = 60_000
const HOUR = 3_600_000
const DAY = 24 * HOUR

describe('the duty page in Chromium', () => {
  let built: Awaited<ReturnType<typeof buildPage>>
  beforeAll(async () => {
    built = await buildPage()
  }, SLOW)
  afterAll(() => built.remove())
  const atDuty = (work: Parameters<typeof atWorkWith>[1], desk: Desk = {}) =>
    atWorkWith(
      built.dist,
      async (opened) => {
        await opened.page.goto(`${opened.room.url}/#/duty`)
        await opened.page.locator('.duty-day').first().waitFor()
        await work(opened)
      },
      desk,
    )

  it('takes a check-in, on the spot or not, for oneself and nobody else', { timeout: SLOW }, async () => {
    await atDuty(async ({ page, room, errors }) => {
      const own = page.locator('[data-person=chen-gang]').first()
      const isOn = (await own.count()) > 0
      expect(isOn).toBe(true)
      expect(await page.locator('[data-person=wu-lan] [data-act=check-in]').count()).toBe(0)
      await own.locator('[data-act=check-in]').click()
      await own.getByText(/签到$/).first().waitFor()
      await own.locator('[data-act=check-in]').waitFor({ state: 'detached' })
      await own.locator('[data-act=check-in-here]').click()
      await own.getByText(/到岗签到$/).waitFor()
      expect(room.duty.checkIns.map(({ person, onSite }) => [person, onSite])).toEqual([
        ['chen-gang', false],
        ['chen-gang', true],
      ])
      await page.locator('.watch [data-role=duty]').getByText('未签到').waitFor({ state: 'detached' })
      await page.locator('input[name=spot-code]').fill('1234')
      await page.locator('[data-act=answer-spot-check]').click()
      await page.getByText('没有找到。').waitFor()
      expect(errors.filter((text) => !text.includes('404'))).toEqual([])
    })
  })

  it('shows a month with each shift on its day, days off, and gaps by word', { timeout: SLOW }, async () => {
    await atDuty(async ({ page, errors }) => {
      expect(await page.locator('.duty-day').count()).toBe(31)
      expect(await page.locator('.duty-day.is-today').getAttribute('data-day')).toBe('2026-01-12')
      expect(await page.locator('[data-day="2026-01-17"]').innerText()).toMatch(/17[\s\S]*休[\s\S]*只有后备名单/)
      expect(await page.locator('[data-day="2026-01-15"]').innerText()).toMatch(/带班领导 全天 03:07\s+孙政\s+后备名单/)
      expect(await page.locator('.duty-gaps li').innerText()).toMatch(/只有后备名单 · 带班领导 · 孙政 · 01-16 03:07/)
      await page.locator('[data-act=month-after]').click()
      await page.locator('[data-day="2026-02-28"]').waitFor()
      expect(await page.locator('.duty-day').count()).toBe(28)
      expect(errors).toEqual([])
    })
  })

  it('puts a stand-in on duty and ends it, and enters leave', { timeout: SLOW }, async () => {
    await atDuty(
      async ({ page, room, errors }) => {
        const form = page.locator('[data-form=stand-in]')
        await form.locator('summary').click()
        await form.locator('select').first().selectOption('sun-zheng')
        await form.locator('input[name=reason]').fill('顶班')
        await form.locator('[data-act=override]').click()
        const row = page.locator('[data-override]')
        await row.getByText('孙政').waitFor()
        expect(room.duty.roster.overrides).toMatchObject([
          { role: 'duty', persons: ['sun-zheng'], from: NIGHT - (NIGHT % 60_000), reason: '顶班', by: 'leader' },
        ])
        await page.locator('[data-role=duty] [data-person=sun-zheng]').waitFor()
        await row.locator('[data-act=end-override]').click()
        await row.waitFor({ state: 'detached' })
        await form.locator('input[type=datetime-local]').first().fill('')
        await form.locator('[data-act=leave]').click()
        await form.getByText('请填写起止时间。').waitFor()
        await form.locator('input[type=datetime-local]').first().fill('2026-01-12T08:00')
        await form.locator('[data-act=leave]').click()
        await page.getByText(/请假: 孙政|请假:\s*孙政/).waitFor()
        expect(room.duty.roster.persons.find(({ id }) => id === 'sun-zheng')?.away.length).toBe(1)
        expect(errors).toEqual([])
      },
      { who: LEADER },
    )
  })

  it(
    'puts somebody else on a shift by dragging them there, and the same by the keyboard alone',
    { timeout: SLOW },
    async () => {
      await atDuty(
        async ({ page, room, errors }) => {
          const slot = (day: string) => page.locator(`[data-day="${day}"] .duty-slot`).first()
          await page.locator('[data-put=sun-zheng]').dragTo(slot('2026-01-20'))
          await page.locator('[data-day="2026-01-20"]').getByText('孙政').first().waitFor()
          await slot('2026-01-21').focus()
          await page.keyboard.press('Enter')
          await page.getByText(/^替换 01-21 值班员 白班 的 /).waitFor()
          await page.locator('input[name=assign-reason]').fill('出差')
          await page.locator('[data-put=sun-zheng]').focus()
          await page.keyboard.press('Enter')
          await page.getByText('已安排 孙政：01-21 白班').waitFor()
          expect(room.duty.roster.overrides).toMatchObject([
            { role: 'duty', persons: ['sun-zheng'], from: NIGHT - (NIGHT % DAY) + 9 * DAY, reason: '' },
            { role: 'duty', persons: ['sun-zheng'], to: NIGHT - (NIGHT % DAY) + 10 * DAY + 12 * HOUR, reason: '出差' },
          ])
          await page.locator('[data-act=view-week]').click()
          await page.locator('[data-act=month-after]').click()
          await expect
            .poll(() => page.url(), { timeout: 10_000 })
            .toMatch(/view=week&day=2026-01-19|day=2026-01-19&view=week/)
          await page.reload()
          await page.locator('[data-day="2026-01-20"]').getByText('孙政').first().waitFor()
          expect(await page.locator('.duty-day').count()).toBe(7)
          expect(errors).toEqual([])
        },
        { who: LEADER },
      )
    },
  )

  it('shows one’s own shifts, and who has checked in', { timeout: SLOW }, async () => {
    await atDuty(async ({ page }) => {
      await page.locator('[data-own] li').getByText('值班员 白班').first().waitFor()
      expect(await page.locator('.duty-slot').count()).toBe(0)
      await page.getByText('没有签到和查岗记录。').waitFor()
      await page.locator('[data-act=check-in-here]').first().click()
      const row = page.locator('[data-log-row=check-in]')
      await row.first().waitFor()
      expect(await row.first().innerText()).toMatch(/陈岗[\s\S]*席位 · 在岗/)
    })
  })

  it('asks for a swap of one’s own shift, which another then approves', { timeout: SLOW }, async () => {
    await atDuty(async ({ page, room, errors }) => {
      const form = page.locator('[data-form=swap]')
      await form.locator('summary').click()
      await form.locator('select').first().locator('option').first().waitFor({ state: 'attached' })
      expect(await form.locator('select').first().innerText()).not.toMatch(/李云|何平/)
      await form.locator('[data-act=ask-swap]').click()
      await page.locator('[data-swap]').getByText('等待对方同意').waitFor()
      expect(room.duty.roster.swaps).toMatchObject([{ role: 'duty', give: { person: 'chen-gang' } }])
      expect(await page.locator('[data-act=swap-agree]').count()).toBe(0)
      expect(errors).toEqual([])
    })
    await atDuty(
      async ({ page, room }) => {
        const side = (person: string, hours: number) => ({ person, shiftAt: utcMs(NIGHT + hours * HOUR) })
        const both = { agreed: ['chen-gang', 'li-yun'], approvedBy: null, refusedBy: null, at: utcMs(NIGHT) }
        const swap = { id: 's1', role: 'duty', give: side('chen-gang', 20), take: side('li-yun', 40), ...both }
        room.duty.roster = { ...room.duty.roster, swaps: [swap] }
        await page.reload()
        const row = page.locator('[data-swap=s1]')
        await row.getByText('等待批准').waitFor()
        await row.locator('[data-act=swap-approve]').click()
        await row.getByText('leader 已批准').waitFor()
        expect(room.duty.roster.swaps[0]?.approvedBy).toBe('leader')
        expect(await row.locator('button').count()).toBe(0)
      },
      { who: LEADER },
    )
  })

  it('proves a contact by a code that is sent and typed back', { timeout: SLOW }, async () => {
    await atDuty(async ({ page, room }) => {
      expect(await page.locator('[data-contact="li-yun/sms"] [data-act=send-code]').count()).toBe(0)
      expect(await page.locator('[data-contact="li-yun/sms"]').innerText()).toMatch(/2026-01-06 已验证/)
      expect(await page.locator('[data-contact="wu-lan/sms"]').innerText()).toMatch(/验证已过期/)
      const own = page.locator('[data-contact="chen-gang/sms"]')
      await own.locator('[data-act=send-code]').click()
      await own.locator('input[name=code]').fill('000000')
      await page.keyboard.press('Enter')
      await own.getByText('验证码不对。').waitFor()
      await own.locator('input[name=code]').fill(CODE)
      await page.keyboard.press('Enter')
      await own.getByText('2026-01-12 已验证').waitFor()
      expect(room.duty.proofs.at(-1)).toMatchObject({ person: 'chen-gang', channel: 'sms' })
    })
  })

  it('refuses a roster with every fault at once, and saves one that has none', { timeout: SLOW }, async () => {
    await atDuty(
      async ({ page, room }) => {
        const form = page.locator('[data-form=roster]')
        await form.locator('summary').click()
        const text = form.locator('textarea')
        const save = form.locator('[data-act=save-roster]')
        expect(await save.isDisabled()).toBe(true)
        await text.fill('{')
        await save.click()
        await expect.poll(() => form.locator('.faults li').count(), { timeout: 10_000 }).toBe(1)
        const [first, ...others] = room.duty.roster.persons
        const lonely = { ...first, contacts: first?.contacts.slice(0, 1) }
        const faulty = {
          ...room.duty.roster,
          persons: [lonely, ...others],
          office: { notices: 'duty', leader: 'nobody' },
        }
        await text.fill(JSON.stringify(faulty))
        await save.click()
        await form.getByText(/persons\.0\.contacts: expected contacts of at least 2 different kinds/).waitFor()
        expect(await form.locator('.faults').innerText()).toMatch(/office/)
        expect(room.duty.version).toBe(7)
        expect(await violations(page)).toEqual([])
        const renamed = others.map((person) => (person.id === 'li-yun' ? { ...person, name: '李芸' } : person))
        await text.fill(JSON.stringify({ ...room.duty.roster, persons: [first, ...renamed] }))
        await save.click()
        await page.locator('.contact-person').getByText('李芸', { exact: true }).waitFor()
        expect([room.duty.version, room.duty.by]).toEqual([8, 'leader'])
        await form.getByText(/第 8 版，leader/).waitFor()
      },
      { who: LEADER },
    )
  })

  it('keeps what somebody is typing when another saves meanwhile', { timeout: SLOW }, async () => {
    await atDuty(
      async ({ page, room }) => {
        const form = page.locator('[data-form=roster]')
        await form.locator('summary').click()
        await form.locator('textarea').fill('{"mine": true}')
        room.duty.version = 9
        room.duty.by = 'other'
        room.watch({ suppressed: 1, onDuty: [] })
        await form.getByText(/other 已改为第 9 版/).waitFor()
        expect(await form.locator('textarea').inputValue()).toBe('{"mine": true}')
        await form.getByRole('button', { name: /第 9 版/ }).click()
        expect(JSON.parse(await form.locator('textarea').inputValue())).toEqual(nightRoster())
      },
      { who: LEADER },
    )
  })

  it('sends a test call over a channel, and says what its lamp means', { timeout: SLOW }, async () => {
    await atDuty(async ({ page, room, errors }) => {
      room.watch({
        lamps: [
          ChannelLamp.parse({
            ...{ channel: 'sms', kind: 'modem-sms', medium: 'sms', state: 'degraded', since: NIGHT, signalDbm: -97 },
            ...{ why: '+CMS ERROR: 331', lastAcceptedAt: NIGHT - 61_000, lastDeliveredAt: null, waiting: 3 },
            ...{ attempted: 41, accepted: 37, delivered: 35, failed: 4 },
          }),
        ],
      })
      const way = page.locator('[data-way=sms]')
      await way.waitFor()
      expect(await way.innerText()).toMatch(
        /不稳[\s\S]*CMS ERROR: 331[\s\S]*发送 41 · 接收 37 · 送达 35 · 失败 4 · 等待 3[\s\S]*最近接收 03:06:04 · -97 dBm/,
      )
      await way.locator('select').selectOption('he-ping')
      await way.locator('[data-act=test-call]').click()
      await way.getByText('已发给 何平').waitFor()
      expect(room.duty.tests).toEqual(['sms {"person":"he-ping"}'])
      expect(await violations(page)).toEqual([])
      expect(errors).toEqual([])
    })
  })

  it.each([
    ['zh-CN', 'light'],
    ['zh-CN', 'dark'],
    ['en', 'light'],
    ['en', 'dark'],
  ] as const)(
    'has no fault of access in %s, %s, and fits 360 to 2560 px',
    { timeout: SLOW },
    async (language, scheme) => {
      await atDuty(
        async ({ page }) => {
          if (language === 'en') await page.locator('[data-act=language]').click()
          for (const summary of await page.locator('.duty-more > summary').all()) await summary.click()
          for (const width of [360, 768, 1280, 1920, 2560]) {
            await page.setViewportSize({ width, height: 900 })
            const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
            expect(overflow, String(width)).toBeLessThanOrEqual(0)
            if (width === 360 || width === 1920) expect(await violations(page), String(width)).toEqual([])
          }
        },
        { colorScheme: scheme, who: LEADER },
      )
    },
  )
})
