import { cp } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SiteRules } from '../../core/contract/rules-desk.ts'
import { CONTENT, openRehearsedRoom, realAlarm } from '../dashboard/server/rules/rehearsed-site.ts'
import { told } from '../dashboard/server/rules/told.ts'
import { shownBy } from '../support/authenticator.ts'
import { violations } from './support/axe.ts'
import { buildPage, signIn, withBrowser } from './support/browser.ts'

const SLOW = 90_000

describe('rules and limits before a real control room and its history, in Chromium', () => {
  let built: Awaited<ReturnType<typeof buildPage>>
  let room: Awaited<ReturnType<typeof openRehearsedRoom>>
  beforeAll(async () => {
    built = await buildPage()
    room = await openRehearsedRoom()
    await cp(built.dist, room.pageFolder, { recursive: true })
    for (const transition of realAlarm(room.now, 30)) await room.desk.receive(transition)
    const [open] = await room.desk.open()
    await room.services.feedback.judge(open?.id ?? '', { kind: 'confirmed', note: 'a winch' }, 'somebody')
  }, SLOW)
  afterAll(async () => {
    await built.remove()
    await room.dispose()
  })

  it(
    'finds a rule, refuses nonsense at its field, rehearses a change, and saves it by two persons',
    { timeout: SLOW },
    async () => {
      await withBrowser({}, async ({ page, errors }) => {
        const { users } = room.services.access
        const { secret } = await users.offerFactor(room.leader.user)
        const [, first = '', second = ''] = await users.confirmFactor(room.leader.user, shownBy(secret, Date.now()))
        await signIn(page, room.url, room.leader)
        await page.goto(`${room.url}/#/rules`)
        await page.locator('input[name=text]').fill('busy')
        const row = page.locator('tr[data-rule=busy]')
        await row.getByRole('link').click()
        const panel = page.locator('.rule-panel')
        await panel.locator('[data-parameter=limit]').getByText('1 kW').waitFor()
        await panel.locator('[data-parameter=onDelay]').getByText('2 分钟').waitFor()
        expect(page.url()).toMatch(/#\/rules\?.*site=east-pit.*rule=busy/)
        expect(await violations(page)).toEqual([])

        await panel.locator('[data-act=change-rule]').click()
        const limit = panel.locator('input[name=limit]')
        await limit.fill('a lot')
        await panel.locator('[data-act=rehearse]').click()
        await panel.locator('#fault-limit').waitFor()
        await limit.fill('2000')
        await panel.locator('select[name=days]').selectOption('7')
        await panel.locator('[data-act=rehearse]').click()
        await panel.locator('[data-rehearsal=done]').waitFor({ timeout: 45_000 })
        await panel.locator('[data-refused=no]').waitFor()
        await panel.locator('[data-effect=busy]').getByText('4 → 2').waitFor()
        expect(await panel.locator('.rehearsal-episodes li[data-fate=removed]').count()).toBe(2)
        expect(await panel.locator('.rehearsal-episodes li[data-judged=confirmed]').count()).toBe(1)
        expect(await panel.locator('input[name=despite]').count()).toBe(0)
        expect(await violations(page)).toEqual([])

        await panel.locator('input[name=reason]').fill('水泵换大了')
        await panel.locator('[data-act=save-rule]').click()
        await panel.locator('[data-lack=second]').waitFor()
        await panel.locator('input[name=secondUser]').fill(room.second.user)
        await panel.locator('input[name=secondPassword]').fill('wrong')
        await panel.locator('input[name=code]').fill(first)
        await panel.locator('[data-act=save-rule]').click()
        await panel.locator('.rule-change > .error').waitFor()
        await panel.locator('input[name=secondPassword]').fill(room.second.password)
        await panel.locator('input[name=code]').fill(second)
        await panel.locator('[data-act=save-rule]').click()
        await panel.locator('[data-sent=waiting]').waitFor()

        // Its gateway tells that it runs with it.
        const next = { ...CONTENT, site: CONTENT.site.replace('limit: 1000', 'limit: 2000') }
        room.running.take(told(next, { version: 1 }))
        await panel.locator('[data-parameter=limit]').getByText('2 kW').waitFor({ timeout: 15_000 })
        await panel.locator('.rule-history').getByText('水泵换大了').waitFor()
        const { rules } = SiteRules.parse((await room.ask('rules')).json)
        expect(rules.find(({ rule }) => rule === 'busy')?.limit).toBe(2_000)
        expect(errors.filter((said) => !/40[03]/.test(said))).toEqual([])
      })
    },
  )
})
