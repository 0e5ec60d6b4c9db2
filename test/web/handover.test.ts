import { cp } from 'node:fs/promises'
import fc from 'fast-check'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HANDOVER } from '../../dashboard/web/i18n/handover-words.ts'
import { dueOf, handoverOf, queryOfHandover, unreadOf } from '../../dashboard/web/stores/duty-handover.ts'
import { Roster } from '../../core/contract/roster.ts'
import { addUser } from '../../dashboard/server/access/users.ts'
import { systemClock } from '../../platform/clock.ts'
import { countyDay, dayText } from '../../core/alarms/roster/county-day.ts'
import { openControlWeb } from '../dashboard/server/http/control-web.ts'
import { edge } from '../dashboard/server/ingest/edge.ts'
import { closedAlarm, nightAlarms } from './support/alarms.ts'
import { violations } from './support/axe.ts'
import { buildPage, type OpenedPage, signIn, withBrowser } from './support/browser.ts'
import { nightPicture } from './support/picture.ts'

const SLOW = 60_000

function leaves(value: unknown, path = ''): [string, unknown][] {
  if (typeof value !== 'object' || value === null) return [[path, value]]
  return Object.entries(value).flatMap(([key, member]) => leaves(member, `${path}/${key}`))
}

describe('the address of a hand-over', () => {
  it('holds the whole view, and comes back as it was', () => {
    const id = fc.constantFrom('duty.2026-01-12.night', 'duty-officer.2026-02-28.day-1')
    const place = fc.record({ record: fc.option(id), before: fc.option(fc.nat(2 ** 41)) })
    fc.assert(
      fc.property(place, (at) => {
        expect(handoverOf(queryOfHandover(at))).toEqual(at)
      }),
    )
    expect(handoverOf({ record: '../etc', before: '-1', more: 'x' })).toEqual({ record: null, before: null })
  })

  it('leads to the shift before while that is drafted and not handed over, else to the one that runs', () => {
    const shift = { state: 'draft' } as Parameters<typeof dueOf>[0]['current'] & object
    const [current, previous] = [
      { ...shift, id: 'a.2026-01-12.b' },
      { ...shift, id: 'a.2026-01-11.b' },
    ]
    expect(dueOf({ current, previous })?.id).toBe(previous.id)
    expect(dueOf({ current, previous: { ...previous, state: 'signed-in' } })?.id).toBe(current.id)
    expect(dueOf({ current, previous: { ...previous, state: null } })?.id).toBe(current.id)
    expect(dueOf({ current: null, previous: null })).toBe(null)
  })
})

describe('the red alarms that keep a hand-over from being signed', () => {
  it('are those of the live feed, and as they were told while it is silent', () => {
    const alarms = [closedAlarm(), ...nightAlarms([nightPicture(1), nightPicture(2), nightPicture(3)])]
    const red = alarms.filter(({ priority, state }) => priority === 'red' && state === 'unacked')
    expect(red.length).toBeGreaterThan(0)
    expect(
      unreadOf({ unreadRed: [] }, { alive: true, alarms })
        .map(({ alarm }) => alarm)
        .sort(),
    ).toEqual(red.map(({ id }) => id).sort())
    const told = [{ alarm: 'a', number: 'PW-1' }]
    expect(unreadOf({ unreadRed: told }, { alive: false, alarms })).toEqual(told)
  })
})

describe('the words of the hand-over', () => {
  it('exist in both languages, and no Chinese stands in English', () => {
    const [zh, en] = [leaves(HANDOVER['zh-CN']), leaves(HANDOVER.en)]
    expect(en.map(([path]) => path)).toEqual(zh.map(([path]) => path))
    const said = (text: unknown) =>
      String(typeof text === 'function' ? (text as (...all: unknown[]) => unknown)(1, 2, 3, 4) : text)
    expect(en.filter(([, text]) => /[\u3400-\u9fff]/.test(said(text)))).toEqual([])
  })
})

/** A roster whose shift ends in half an hour, whoever runs this and when. */
function rosterEndingSoon(): Roster {
  const ends = new Date(Date.now() + 8 * 3_600_000 + 30 * 60_000).toISOString().slice(11, 16)
  const noon = `${String((Number(ends.slice(0, 2)) + 12) % 24).padStart(2, '0')}${ends.slice(2)}`
  const person = (id: string, name: string) => ({
    ...{ id, name, user: id },
    contacts: [
      { channel: 'desk', address: id },
      { channel: 'phone', address: 'http://127.0.0.1:1/' },
    ],
  })
  const ladder = { steps: [{ after: '0s', call: [{ role: 'duty' }] }], loop: '10min' }
  const names = (zh: string, en: string) => ({ 'zh-CN': zh, en })
  return Roster.parse({
    persons: [person('chen-gang', '陈岗'), person('li-yun', '李云'), person('wu-lan', '吴岚')],
    roles: [
      { id: 'duty', name: names('值班员', 'Duty officer'), fallback: ['wu-lan'] },
      { id: 'leader', name: names('带班领导', 'Leader on duty'), fallback: ['wu-lan'] },
    ],
    tables: [
      {
        role: 'duty',
        shifts: [
          { id: 'first', name: names('前班', 'First'), from: noon, to: ends },
          { id: 'second', name: names('后班', 'Second'), from: ends, to: noon },
        ],
        cycle: { startsOn: '2020-01-01', crews: [['chen-gang'], ['li-yun']], turn: 'shift' },
      },
    ],
    ladders: { red: ladder, orange: ladder, yellow: ladder },
    office: { notices: 'duty', leader: 'leader' },
  })
}

describe('the hand-over page before the real control room, in Chromium', () => {
  let built: Awaited<ReturnType<typeof buildPage>>
  let web: Awaited<ReturnType<typeof openControlWeb>>
  const passwords = new Map<string, string>()
  beforeAll(async () => {
    built = await buildPage()
    web = await openControlWeb({}, rosterEndingSoon())
    await cp(built.dist, web.pageFolder, { recursive: true })
    for (const user of ['chen-gang', 'li-yun', 'wu-lan']) {
      const scope = { of: 'county' } as const
      passwords.set(user, await addUser(web.db, user, { role: 'operator', scope, clock: systemClock }))
    }
    web.county.nodeBorn(edge().about())
  }, SLOW)
  afterAll(async () => {
    await built.remove()
    await web[Symbol.asyncDispose]()
  })
  /** The hand-over page, with the first of the crew signed in. */
  const atHandover = (work: (opened: OpenedPage) => Promise<void>) =>
    withBrowser({}, async (opened) => {
      const user = crewOfNow()
      await signIn(opened.page, web.url, { user, password: passwords.get(user) ?? '' })
      await opened.page.goto(`${web.url}/#/handover`)
      await opened.page.locator('[data-section=shift]').waitFor()
      await work(opened)
    })
  const crewOfNow = () => web.services.duty.onDuty('duty', systemClock.now()).persons[0] ?? ''
  const otherCrew = () => (crewOfNow() === 'chen-gang' ? 'li-yun' : 'chen-gang')
  const sign = async (page: Page, side: string, other: string | null) => {
    await page.locator(`[data-act=sign-${side}]`).click()
    if (other !== null) {
      await page.locator('input[value=other]').check()
      await page.locator('input[name=sign-user]').fill(other)
      await page.locator('input[name=sign-password]').fill(passwords.get(other) ?? '')
    }
    await page.locator('[data-act=confirm-sign]').click()
  }

  it(
    'drafts itself, takes rows and comments, is signed at one desk by two persons and locked',
    { timeout: SLOW },
    async () => {
      await web.raise()
      const [alarm] = await web.desk.open()
      await atHandover(async ({ page, errors }) => {
        expect(await page.locator('.handover-section').count()).toBe(13)
        expect(await page.locator('[data-section=unfinished]').innerText()).toContain(alarm?.number ?? 'none')
        const sheet = page.locator('.handover-sheet')

        // A red alarm nobody has acknowledged keeps everybody from signing, and leads to itself.
        await sheet.locator('.handover-unread a').first().waitFor()
        expect(await page.locator('[data-act=sign-outgoing]').isDisabled()).toBe(true)
        await page.getByText('有红色报警还没有人确认，不能交接。').first().waitFor()
        await web.desk.acknowledge(alarm?.id ?? '', { by: 'chen-gang', note: '已派人去看', via: 'desk' })
        await sheet.locator('.handover-unread').first().waitFor({ state: 'detached' })

        await page.locator('[data-act=add-call]').click()
        await page.locator('input[name=whom]').fill('村第一发现人')
        await page.locator('input[name=content]').fill('井口有灯光')
        await page.keyboard.press('Enter')
        await page.locator('[data-entry=call]').getByText('井口有灯光').waitFor()
        await page.locator('[data-section=offline] [data-act=comment]').click()
        await page.locator('[data-form=comment] [data-act=save-row]').click()
        await page.getByText('请把各栏填写完整。').waitFor()
        await page.locator('[data-form=comment] input[name=text]').fill('已报修')
        await page.keyboard.press('Enter')
        await page.locator('[data-section=offline] [data-entry=comment]').waitFor()
        await page.locator('[data-entry=call] [data-act=strike]').click()
        await page.locator('[data-entry=call] del').waitFor()

        await page.locator('[data-act=redraft]').click()
        await sign(page, 'outgoing', null)
        await page.locator('[data-side=outgoing] .handover-signature').waitFor()
        await page.locator('[data-act=add-call]').waitFor({ state: 'detached' })
        // The same person again is refused in the page's words; somebody else signs with their password.
        await sign(page, 'incoming', crewOfNow())
        await page.getByText('同一人不能代表两方签字，请由另一人签。').waitFor()
        await page.keyboard.press('Escape')
        await sign(page, 'incoming', otherCrew())
        await page.locator('[data-side=incoming] .handover-signature').waitFor()
        await page.locator('.handover-head .is-signed-in').waitFor()
        await page.locator('[data-act=redraft]').waitFor({ state: 'detached' })
        await sign(page, 'leader', 'wu-lan')
        await page.locator('.handover-head .is-locked').waitFor()
        await page.locator('input[name=addendum]').fill('钥匙在车上')
        await page.keyboard.press('Enter')
        await page.locator('.handover-addenda').getByText('钥匙在车上').waitFor()
        await page.getByText(/与台账第 \d+ 条一致/).waitFor()

        // The address of the record alone brings it back.
        const id = `duty.${dayText(countyDay(web.services.duty.shiftAt('duty', systemClock.now())?.from ?? 0))}`
        await page.locator(`[data-record^="${id}"]`).first().click()
        await expect.poll(() => page.url(), { timeout: 10_000 }).toContain(`record=${id}`)
        await page.reload()
        await page.locator('.handover-head .is-locked').waitFor()
        expect(await violations(page)).toEqual([])
        expect(errors.filter((said) => !/40[349]/.test(said))).toEqual([])
      })
    },
  )

  it('has no fault of access and fits 360 to 2560 px in both languages and themes', { timeout: SLOW }, async () => {
    await atHandover(async ({ page }) => {
      for (const scheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme: scheme })
        for (const width of [360, 768, 1280, 1920, 2560]) {
          await page.setViewportSize({ width, height: 900 })
          const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
          expect(overflow, String(width)).toBeLessThanOrEqual(0)
        }
        for (const width of [390, 1920]) {
          await page.setViewportSize({ width, height: 900 })
          expect(await violations(page), `${scheme} ${width}`).toEqual([])
        }
        await page.locator('[data-act=language]').click()
        await page.locator('h1', { hasText: scheme === 'light' ? 'Shift hand-over' : '交接班记录' }).waitFor()
      }
      // What is printed is the sheet alone, dark on white, whatever the screen looks like.
      await page.emulateMedia({ media: 'print' })
      expect(await page.locator('.handover-rail').isVisible()).toBe(false)
      expect(await page.locator('.header').isVisible()).toBe(false)
      expect(await page.locator('.handover-sheet .button:visible').count()).toBe(0)
    })
  })
})
