import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { startControl, startGateway, writeControlConfig, writeSiteConfig } from '../support/county.ts'
import { openMeter } from '../support/meter.ts'
import { freePort, testFolder } from '../support/processes.ts'
import { startInflux, startMosquitto } from '../support/servers.ts'
import { signIn, withBrowser } from '../web/support/browser.ts'

const WAIT = { timeout: 60_000 }
const POINT = 'feeder-meter/active-power'
/** Every screen that shows values, and what is there once it is drawn. */
const SCREENS = [
  ['/sites/old-pit', '.pit-value'],
  ['/sites', '[data-row]'],
  [`/trends?p=old-pit/${POINT}`, '.chart canvas'],
  ['/?show=list', '.site-row'],
] as const

/** Values that look as if they were so at this moment. */
const live = (page: Page) =>
  page
    .locator('.main .value.is-good, .main .pit-value.is-good')
    .evaluateAll((all) =>
      all.map((one) => `${one.closest('[data-symbol]')?.getAttribute('data-symbol') ?? ''} ${one.textContent}`),
    )

type Screens = readonly (readonly [where: string, there: string])[]

async function onEveryScreen(
  page: Page,
  url: string,
  holds: (where: string) => Promise<void>,
  screens: Screens = SCREENS,
): Promise<void> {
  for (const [where, there] of screens) {
    await page.goto(`${url}/#${where}`)
    await page.locator(there).first().waitFor(WAIT)
    await holds(where)
  }
}

describe('the page while what is behind it dies', () => {
  it(
    'never leaves a value that looks live: device, gateway, store, broker and server die one after another',
    { timeout: 300_000 },
    async () => {
      await using folder = await testFolder()
      const meterAt = () => openMeter('eastron/sdm630', { 'active-power': 0, 'voltage-l1': 231.5, 'current-l1': 0 })
      await using meter = await meterAt()
      await using influx = await startInflux()
      await using broker = await startMosquitto()
      const httpPort = await freePort()
      const history = { url: influx.url, database: 'telemetry' }
      const phones = ['http://127.0.0.1:9/']
      const control = await writeControlConfig({ folder: folder.path, httpPort, broker, history, phones })
      const siteOf = (meterPort: number) => writeSiteConfig({ folder: folder.path, meterPort, brokerUrl: broker.url })
      await using room = await startControl(control)
      const { url, administratorPassword } = room.facts
      let gateway = await startGateway(await siteOf(meter.port))
      await withBrowser({}, async ({ page }) => {
        await signIn(page, url, { user: 'admin', password: administratorPassword ?? '' })
        const isAlive = async (where: string) =>
          expect.poll(() => live(page), { ...WAIT, message: `${where} lives` }).not.toEqual([])
        const isDead = async (where: string) => expect.poll(() => live(page), { ...WAIT, message: where }).toEqual([])
        await onEveryScreen(page, url, isAlive)

        // The device: its poller asks and nothing comes. What the gateway says of itself goes on.
        await meter[Symbol.asyncDispose]()
        const ofDevice = async () => (await live(page)).filter((value) => !value.startsWith('gateway '))
        await onEveryScreen(page, url, async (where) => {
          await expect.poll(ofDevice, { ...WAIT, message: where }).toEqual([])
        })

        // The gateway: first it hangs with its connection open, then it is killed.
        await using second = await meterAt()
        await gateway.kill()
        gateway = await startGateway(await siteOf(second.port))
        await onEveryScreen(page, url, isAlive)
        process.kill(gateway.pid, 'SIGSTOP')
        await onEveryScreen(page, url, isDead)
        process.kill(gateway.pid, 'SIGCONT')
        await onEveryScreen(page, url, isAlive)
        await gateway.kill()
        await onEveryScreen(page, url, isDead)

        // The store: what is measured now is still told now, and the past says that it cannot be had.
        gateway = await startGateway(await siteOf(second.port))
        await onEveryScreen(page, url, isAlive)
        await influx.process.stop('SIGKILL')
        await page.goto(`${url}/#/trends?p=old-pit/${POINT}&span=24h`)
        await page.reload()
        await page.locator('.trend-fault[role=alert]').waitFor(WAIT)
        expect(await page.locator('.chart canvas').count()).toBe(0)

        // The broker. Trends have nothing to show any more.
        await broker.process.stop('SIGKILL')
        const others = SCREENS.filter(([where]) => !where.startsWith('/trends'))
        await onEveryScreen(page, url, isDead, others)

        // The server: the page says so by itself.
        await page.goto(`${url}/#/`)
        await room.kill()
        await page
          .getByText(/数据已过期/)
          .first()
          .waitFor(WAIT)
        await isDead('the page without its server')
      })
      await gateway.kill()
    },
  )
})
