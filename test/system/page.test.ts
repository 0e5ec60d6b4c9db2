import { describe, expect, it } from 'vitest'
import { startControl, startGateway, writeControlConfig, writeSiteConfig } from '../support/county.ts'
import { openMeter } from '../support/meter.ts'
import { openPhone } from '../support/phone.ts'
import { freePort, testFolder } from '../support/processes.ts'
import { until } from '../support/until.ts'
import { signIn, withBrowser } from '../web/support/browser.ts'

describe('the page in Chromium at a running control room', () => {
  it('goes from sign-in over a live alarm to its acknowledgement, asking no other host', async () => {
    await using folder = await testFolder()
    await using meter = await openMeter('eastron/sdm630', { 'active-power': 0, 'voltage-l1': 0, 'current-l1': 0 })
    await using phone = await openPhone()
    const brokerPort = await freePort()
    const control = await writeControlConfig({
      folder: folder.path,
      httpPort: await freePort(),
      broker: { port: brokerPort },
      phones: [phone.url],
    })
    const brokerUrl = `mqtt://127.0.0.1:${brokerPort}`
    const site = await writeSiteConfig({ folder: folder.path, meterPort: meter.port, brokerUrl })
    await using room = await startControl(control)
    await using gateway = await startGateway(site)
    const { url, administratorPassword } = room.facts
    await withBrowser({}, async ({ page, errors, requests }) => {
      await signIn(page, url, { user: 'admin', password: administratorPassword ?? '' })
      await page.keyboard.press('m')
      await page.locator('.site-row[data-site=old-pit]').getByText('正常').waitFor()

      meter.set({ 'active-power': 18_500, 'voltage-l1': 228.4, 'current-l1': 31.2 })
      await page.locator('.site-row[data-site=old-pit]').getByText('红').waitFor()
      const row = page.locator('[data-alarm^="old-pit.dead-feeder."]').first()
      await row.waitFor()
      expect(await row.innerText()).toMatch(/18\.5 kW/)
      const told = await until('the officer to be told', () => phone.messages[0])

      await page.keyboard.press('j')
      await page.keyboard.press('a')
      await page.locator('dialog[open]').waitFor()
      await page.keyboard.type('已通知村级巡查员到场')
      await page.keyboard.press('Enter')
      await page.locator('dialog').waitFor({ state: 'detached' })
      await row.getByText(/admin 于 .* 确认/).waitFor()

      await page.goto(`${url}/#/alarms/${told.alarm}`)
      await page.locator('.alarm-sentence').waitFor()
      expect(await page.locator('.notice').count()).toBe(2)

      await page.goto(`${url}/#/sites/old-pit`)
      await page.locator('.chart canvas').waitFor()
      await page.getByText('228.4').first().waitFor()

      // Nothing may look alive when nobody reads it any more.
      await gateway.kill()
      await page
        .getByText(/断线|离线|过期/)
        .first()
        .waitFor()
      expect(errors).toEqual([])
      expect(requests.filter((address) => new URL(address).host !== new URL(url).host)).toEqual([])
    })
  })
})
