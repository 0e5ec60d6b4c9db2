import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildPage, withBrowser } from './support/browser.ts'
import { type ScriptedControlRoom, startControlRoom } from './support/control-room.ts'
import { USER } from './support/people.ts'

const SLOW = 120_000

describe('the way of docs/operating.md, by keyboard alone', () => {
  let built: Awaited<ReturnType<typeof buildPage>>
  let room: ScriptedControlRoom
  beforeAll(async () => {
    built = await buildPage()
    room = await startControlRoom(built.dist)
  }, SLOW)
  afterAll(async () => {
    await room[Symbol.asyncDispose]()
    await built.remove()
  })

  it(
    'leads from signing in over the worst alarm, why and whom to call, to the acknowledgement',
    async () => {
      const { user, password } = USER
      await withBrowser({}, async ({ page, errors }) => {
        const { keyboard } = page
        await page.goto(room.url)
        await page.locator('input[name=user]').waitFor()
        await page.locator('input[name=user]').focus()
        await keyboard.type(user)
        await keyboard.press('Tab')
        await keyboard.type(password)
        await keyboard.press('Enter')
        await page.locator('.overview').waitFor()

        await page.locator('.alarm-row').first().waitFor()
        await keyboard.press('Space')
        const drawer = page.locator('[data-drawer]')
        await drawer.getByText('红', { exact: true }).first().waitFor()

        await keyboard.press('g')
        await keyboard.press('a')
        await page.locator('.virtual-row[data-row]').first().waitFor()
        await keyboard.press('Enter')
        await page.locator('.alarm-sentence').waitFor()
        await page.getByText('电话里问').waitFor()
        await page.getByText('联系谁').waitFor()

        await keyboard.press('a')
        await page.locator('dialog[open]').waitFor()
        await keyboard.type('已电话核实，派人到场')
        await keyboard.press('Enter')
        await page.locator('dialog').waitFor({ state: 'detached' })
        await page.locator('.acknowledged').getByText('已电话核实，派人到场').waitFor()
        expect(
          room.alarms().filter(({ acknowledgement }) => acknowledgement?.note === '已电话核实，派人到场'),
        ).toMatchObject([{ priority: 'red' }])
        expect(errors).toEqual([])
      })
    },
    SLOW,
  )
})
