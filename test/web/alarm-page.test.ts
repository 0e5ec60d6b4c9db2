import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Alarm } from '../../core/contract/alarm.ts'
import { alarmWith } from './support/alarms.ts'
import { atWork as atWorkWith, type Desk } from './support/at-work.ts'
import { violations } from './support/axe.ts'
import { buildPage } from './support/browser.ts'
import type { ScriptedControlRoom } from './support/control-room.ts'
import { NIGHT } from './support/county.ts'
import { lampOf } from './support/lamps.ts'
import { LEADER, VIEWER } from './support/people.ts'

const RED = 'east-gully.feeder-dead.mk9d2x'
const ORANGE = 'pine-slope.gateway-silent.mk9d9a'
const SLOW = 60_000

describe('what a person does about an alarm, in Chromium', () => {
  let built: Awaited<ReturnType<typeof buildPage>>
  beforeAll(async () => {
    built = await buildPage()
  }, SLOW)
  afterAll(() => built.remove())
  const atWork = (work: Parameters<typeof atWorkWith>[1], desk: Desk = {}) => atWorkWith(built.dist, work, desk)

  const alarmOf = (room: ScriptedControlRoom, id: string) => {
    const alarm = room.alarms().find((one) => one.id === id)
    if (alarm === undefined) throw new Error(`expected the alarm ${id}`)
    return alarm
  }
  const change = (room: ScriptedControlRoom, id: string, rest: Partial<Record<keyof Alarm, unknown>>) => {
    const alarm = alarmOf(room, id)
    room.tell(alarmWith({ ...alarm, ...rest, id: alarm.id, site: alarm.site, version: alarm.version + 1 }))
  }

  it('shelves a red alarm by keyboard with a second person, and draws it held back', { timeout: SLOW }, async () => {
    await atWork(async ({ page, room, errors }) => {
      await page.keyboard.press('j')
      await page.keyboard.press('h')
      await page.locator('dialog[open]').waitFor()
      expect(await violations(page)).toEqual([])
      const submit = page.locator('[data-act=submit-act]')
      await submit.click()
      await page.getByText('请写明情况，至少 4 个字。').waitFor()
      await page.locator('input[name=reason]').fill('绞车检修，工作票已批')
      await submit.click()
      await page.getByText('请第二人输入用户名和密码。').waitFor()
      await page.locator('input[name=second-user]').fill('operator')
      await page.locator('input[name=second-password]').fill('whatever')
      await submit.click()
      await page.getByText('第二人须是另一个人。').waitFor()
      await page.locator('input[name=second-user]').fill(LEADER.user)
      await submit.click()
      await page.getByText(/第二人未获认可/).waitFor()
      await page.locator('input[name=second-password]').fill(LEADER.password)
      await submit.click()
      await page.locator('dialog').waitFor({ state: 'detached' })
      expect(alarmOf(room, RED).suppressions).toMatchObject([{ kind: 'shelved', by: 'operator', second: 'leader' }])
      const row = page.locator(`[data-alarm="${RED}"]`)
      await row.getByText('已搁置').waitFor()
      expect(await row.locator('.mark-clock').count()).toBe(1)
      expect(await row.locator('.mark-outline').count()).toBe(0)
      expect(await page.locator('.alarm-row').last().getAttribute('data-alarm')).toBe(RED)
      // Refused once by the control room, which is an answer of 403 to the browser.
      expect(errors.filter((text) => !text.includes('403'))).toEqual([])
    })
  })

  it('asks for a leader when the desk says that it is the third shelving', { timeout: SLOW }, async () => {
    await atWork(async ({ page, room }) => {
      room.countShelvings(2)
      await page.goto(`${room.url}/#/alarms/${ORANGE}`)
      await page.locator('[data-act=shelve]').click()
      expect(await page.locator('input[name=second-user]').count()).toBe(0)
      await page.locator('input[name=reason]').fill('网关更换中')
      await page.locator('[data-act=submit-act]').click()
      await page.getByText(/24 小时内第三次搁置/).waitFor()
      await page.locator('input[name=second-user]').fill(LEADER.user)
      await page.locator('input[name=second-password]').fill(LEADER.password)
      await page.keyboard.press('Enter')
      await page.locator('dialog').waitFor({ state: 'detached' })
      expect(alarmOf(room, ORANGE).suppressions[0]?.second).toBe('leader')
    })
  })

  it('resets a latched alarm only once it was acknowledged, with what was found', { timeout: SLOW }, async () => {
    await atWork(async ({ page, room, errors }) => {
      const activations = [{ occurrence: RED, from: NIGHT - 700_000, to: NIGHT - 60_000 }]
      change(room, RED, { latched: true, state: 'latched', returnedAt: NIGHT - 60_000, activations })
      await page.goto(`${room.url}/#/alarms/${RED}`)
      await page.locator('.alarm-head .state-word.is-latched').waitFor()
      expect(await page.locator('[data-act=reset]').count()).toBe(0)
      await page.keyboard.press('a')
      await page.locator('dialog[open]').waitFor()
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('Enter')
      await page.locator('[data-act=reset]').click()
      await page.locator('select[name=result]').selectOption('nothing-found')
      await page.locator('input[name=reason]').fill('门锁完好，无人')
      await page.keyboard.press('Enter')
      await page.locator('.alarm-head .state-word.is-closed').waitFor()
      expect(alarmOf(room, RED).findings).toMatchObject([{ kind: 'on-site', note: '门锁完好，无人' }])
      expect(await page.locator('[data-act=shelve]').count()).toBe(0)
      expect(errors).toEqual([])
    })
  })

  it('assigns an alarm, notes who was on the spot when and that it was reported', { timeout: SLOW }, async () => {
    await atWork(async ({ page, room, errors }) => {
      await page.goto(`${room.url}/#/alarms/${RED}`)
      await page.locator('[data-act=assign]').click()
      await page.locator('select[name=person]').selectOption('he-ping')
      await page.locator('[data-act=submit-act]').click()
      await page.getByText('由 何平 跟进').waitFor()
      await page.locator('[data-act=on-site]').click()
      await page.locator('input[name=at]').fill('2026-01-12T03:02')
      await page.locator('input[name=reason]').fill('绞车房灯亮')
      await page.locator('[data-act=submit-act]').click()
      await page.getByText(/到场 · 2026-01-12 03:02:00 · operator · 绞车房灯亮/).waitFor()
      await page.locator('[data-act=reported]').click()
      await page.locator('input[name=receipt]').fill('X-2026-17')
      await page.locator('[data-act=submit-act]').click()
      await page.getByText(/上报 .* X-2026-17/).waitFor()
      expect(alarmOf(room, RED).assignee).toBe('he-ping')
      expect(await page.locator('[data-act=sheet]').getAttribute('href')).toBe(
        `/api/alarms/${RED}/proof/sheet?lang=zh-CN`,
      )
      expect(errors).toEqual([])
    })
  })

  it(
    'says in words why something is not taken out of service, and ends what holds an alarm back',
    { timeout: SLOW },
    async () => {
      await atWork(async ({ page, room }) => {
        await page.goto(`${room.url}/#/alarms/${ORANGE}`)
        await page.locator('[data-act=out-of-service]').click()
        await page.locator('[data-act=submit-act]').click()
        await page.getByText('请填写工单号。').waitFor()
        await page.locator('input[name=ticket]').fill('GZ-031')
        await page.locator('input[name=reason]').fill('设备返厂')
        await page.locator('input[name=second-user]').fill(LEADER.user)
        await page.locator('input[name=second-password]').fill('wrong')
        await page.locator('[data-act=submit-act]').click()
        await page.getByText(/第二人未获认可，请核对用户名和密码。/).waitFor()
        expect(alarmOf(room, ORANGE).suppressions).toEqual([])
        await page.locator('input[name=second-password]').fill(LEADER.password)
        await page.locator('[data-act=submit-act]').click()
        await page
          .locator('.standing')
          .getByText(/已停用 · operator, leader/)
          .waitFor()
        await page.locator('[data-act=end-suppression]').click()
        await page.locator('input[name=reason]').fill('设备已装回')
        await page.locator('[data-act=submit-act]').click()
        await page
          .locator('.standing')
          .getByText(/已停用/)
          .waitFor({ state: 'detached' })
        expect(alarmOf(room, ORANGE).suppressions).toEqual([])
      })
    },
  )

  it('tells of each message when it was sent, taken, delivered and seen', { timeout: SLOW }, async () => {
    await atWork(async ({ page, room }) => {
      const [first, ...others] = alarmOf(room, RED).notices
      const at = NIGHT - 700_000
      const seen = { ...first, state: 'seen', channel: 'sms', medium: 'sms', sentAt: at }
      const times = { acceptedAt: at + 2_000, deliveredAt: at + 7_000, seenAt: at + 31_000, byEdge: true }
      change(room, RED, { notices: [{ ...seen, ...times }, ...others] })
      await page.goto(`${room.url}/#/alarms/${RED}`)
      const row = page.locator('.notice.is-seen')
      await row.waitFor()
      expect(await row.innerText()).toMatch(
        /陈岗 · 短信 · 现场网关发出[\s\S]*已读 02:55:56[\s\S]*发出 02:55:25 · 对方已接收 02:55:27 · 送达 02:55:32 · 已读 02:55:56/,
      )
      expect(await page.locator('.notice.is-queued .notice-state').innerText()).toMatch(/待发送/)
    })
  })

  it('offers nothing but the sheet to somebody who only looks', { timeout: SLOW }, async () => {
    await atWork(
      async ({ page, room }) => {
        await page.goto(`${room.url}/#/alarms/${RED}`)
        await page.locator('[data-act=sheet]').waitFor()
        expect(await page.locator('.acts button').count()).toBe(0)
        await page.keyboard.press('h')
        expect(await page.locator('dialog').count()).toBe(0)
        expect(room.desks()).toEqual([])
      },
      { who: VIEWER },
    )
  })

  it('folds what is alike in a storm, and lets it be opened', { timeout: SLOW }, async () => {
    await atWork(async ({ page, room }) => {
      const alike = { site: 'white-cliff', priority: 'orange', ruleType: 'tamper' } as const
      for (let n = 0; n < 12; n += 1) room.tell(alarmWith({ ...alike, id: `white-cliff.r${n}.s1` }))
      await page.locator('[data-alarm="white-cliff.r11.s1"]').waitFor()
      room.watch({ storm: true })
      const group = page.locator('[data-group="orange/tamper"]')
      await group.waitFor()
      expect(await group.innerText()).toMatch(/橙 .* 13 条 · 2 个站点/)
      expect(await page.locator(`[data-alarm="${RED}"]`).count()).toBe(1)
      await group.locator('summary').click()
      await page.locator('[data-alarm="white-cliff.r11.s1"]').waitFor()
      expect(await violations(page)).toEqual([])
    })
  })

  it('says what to do, whom to call and what it was before, all by keyboard', { timeout: SLOW }, async () => {
    await atWork(async ({ page, room, errors }) => {
      room.watch({ lamps: [lampOf('sms', 'sms')] })
      const before = { site: 'east-gully', rule: 'feeder-dead', ruleType: 'should-be-off', state: 'closed' } as const
      const findings = [{ kind: 'on-site', at: NIGHT - 80_000_000, by: 'operator', note: '看护人取暖', receipt: null }]
      room.put([alarmWith({ ...before, id: 'east-gully.feeder-dead.mk1', raisedAt: NIGHT - 86_400_000, findings })])
      await page.goto(`${room.url}/#/alarms/${RED}`)
      await page.getByText('这条线路应当停用，却有电流：有人送了电，或者在用电。').waitFor()
      await page.getByText('一查用电是否异常').waitFor()
      await page.locator('[data-past="east-gully.feeder-dead.mk1"]').getByText('到场 · 看护人取暖').waitFor()
      expect(await page.locator('[data-responsible] strong').allInnerTexts()).toEqual(['田小禾', '郑南'])
      expect(await page.locator('[data-responsible=first-finder] a').getAttribute('href')).toBe('tel:+8613900000002')
      await page.locator('[data-act=call]').first().waitFor()
      await page.keyboard.press('t')
      await page.getByText(/已发给 陈岗/).waitFor()
      expect(room.duty.tests).toEqual(['sms {"person":"chen-gang"}'])
      await page.keyboard.press('c')
      await page.keyboard.type('已联系看护人')
      await page.keyboard.press('Enter')
      await page.locator('.note').getByText('已联系看护人').waitFor()
      await page.keyboard.press('Escape')
      expect(errors).toEqual([])
    })
  })

  it(
    'draws the ten time stamps with their limits, those that run and those that ran out',
    { timeout: SLOW },
    async () => {
      await atWork(async ({ page, room }) => {
        const at = { raisedAt: NIGHT - 500, receivedAt: NIGHT }
        room.put([alarmWith({ ...at, id: 'lookout.gas.mk2', site: 'lookout', rule: 'gas', priority: 'red' })])
        await page.goto(`${room.url}/#/alarms/lookout.gas.mk2`)
        await page.locator('[data-sla=acknowledge-red]').getByText(/还剩/).waitFor()
        expect(await page.locator('[data-stamp]').count()).toBe(10)
        expect(await page.locator('[data-stamp=T3] .stamp-after').innerText()).toBe('+0.5 s')
        await page.goto(`${room.url}/#/alarms/${RED}`)
        await page.locator('[data-sla=acknowledge-red]').getByText(/超时/).waitFor()
        expect(await page.locator('[data-verdict=late]').innerText()).toMatch(/认定/)
      })
    },
  )

  it('has one cross-hair through the trends of the point and its neighbours', { timeout: SLOW }, async () => {
    await atWork(async ({ page, room, errors }) => {
      await page.goto(`${room.url}/#/alarms/${RED}`)
      const stage = page.locator('.trend-around [role=slider]')
      await stage.waitFor()
      expect(await page.locator('.around-key .pen-number').allInnerTexts()).toEqual(['1', '2', '3', '4'])
      await stage.focus()
      await page.keyboard.press('Home')
      await expect.poll(() => page.locator('.around-time').innerText()).toBe('02:24:43')
      expect(await stage.getAttribute('aria-valuetext')).toMatch(/总有功功率 0\.0\d kW.*局扇运行 停止/)
      expect(errors).toEqual([])
    })
  })

  it.each([
    ['zh-CN', 'dark', 360],
    ['en', 'light', 2560],
    ['en', 'dark', 360],
  ] as const)(
    'has no fault of access in %s, %s, and fits %i px',
    { timeout: SLOW },
    async (language, scheme, width) => {
      await atWork(
        async ({ page, room }) => {
          if (language === 'en') await page.locator('[data-act=language]').click()
          const shelf = { kind: 'shelved', by: 'operator', second: null, reason: '检修井盖', parent: null }
          change(room, ORANGE, {
            suppressions: [{ ...shelf, from: NIGHT, until: NIGHT + 3_600_000 }],
            late: true,
            held: 1,
          })
          for (const id of [RED, ORANGE]) {
            await page.goto(`${room.url}/#/alarms/${id}`)
            await page.locator('.alarm-head [data-act=sheet]').waitFor()
            const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
            expect(overflow).toBeLessThanOrEqual(0)
            expect(await violations(page)).toEqual([])
          }
          await page.locator('[data-act=out-of-service]').click()
          expect(await violations(page)).toEqual([])
        },
        { colorScheme: scheme, viewport: { width, height: 900 } },
      )
    },
  )
})
