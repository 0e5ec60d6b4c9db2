import { setTimeout as pause } from 'node:timers/promises'
import type { Browser, Page } from 'playwright-core'
import { type Figures, percentile, rounded } from '../bench.ts'
import { pour } from '../flood/pour.ts'
import { signedInPage, withPainted } from './chromium.ts'
import { openRoom, settle } from './county.ts'

const ALARMS = 10_000
const SITES = 100
const VIEW = '#/alarms?show=all&days=365&sort=since&down=1'
const SCROLL_PX = 120

/**
 * 10,000 open alarms in a control room that really runs. `alarmsFirstPaintMs`: from the choice of the list on another screen to its painted
 * rows. `alarmsScrollFps`: frames a second while the list is scrolled by 120 px a frame; `idleFps` is what the machine makes of an idle page.
 */
export async function measureAlarmList(
  browser: Browser,
  { dist, repeats, scrollS }: { readonly dist: string; readonly repeats: number; readonly scrollS: number },
): Promise<Figures> {
  await using web = await openRoom(dist)
  settle(web, { sites: SITES, points: 3, nameOf: (index) => `pit-${index}` })
  await pour(web.desk, { alarms: ALARMS, seconds: 2 })
  const page = await signedInPage(browser, web.url, await web.signedIn('operator'))
  await withPainted(page)
  await page.goto(`${web.url}/${VIEW}`)
  await page.waitForFunction(
    (all) => Number(document.querySelector('.alarm-table')?.getAttribute('aria-rowcount')) > all,
    ALARMS,
    { timeout: 60_000 },
  )
  await pause(1_500)
  const opened = await timeOpening(page, repeats)
  await page.goto(`${web.url}/${VIEW}`)
  await page.locator('.alarm-table .virtual-body .virtual-row').first().waitFor()
  await pause(1_500)
  const scrolled = await countFrames(page, SCROLL_PX, scrollS)
  const idle = await countFrames(page, 0, scrollS)
  await page.context().close()
  return {
    alarmsFirstPaintMs: rounded(percentile(opened, 0.5)),
    alarmsFirstPaintMostMs: rounded(percentile(opened, 1)),
    alarmsScrollFps: rounded(scrolled),
    idleFps: rounded(idle),
  }
}

function timeOpening(page: Page, repeats: number): Promise<number[]> {
  return page.evaluate(
    async ([view, turns]) => {
      const { painted } = globalThis as unknown as { painted: () => Promise<void> }
      const rows = () => document.querySelector('.alarm-table .virtual-body .virtual-row')
      const drawn = () =>
        new Promise<void>((resolve) => {
          const watch = new MutationObserver(() => {
            if (rows() === null) return
            watch.disconnect()
            resolve()
          })
          watch.observe(document.body, { childList: true, subtree: true })
        })
      const times: number[] = []
      for (let turn = 0; turn < turns; turn += 1) {
        location.hash = '#/ledger'
        await new Promise((resolve) => setTimeout(resolve, 700))
        const began = performance.now()
        location.hash = view
        await drawn()
        await painted()
        times.push(performance.now() - began)
        await new Promise((resolve) => setTimeout(resolve, 200))
      }
      return times
    },
    [VIEW, repeats] as const,
  )
}

/** Frames a second, with the list scrolled by `px` in each. */
async function countFrames(page: Page, px: number, seconds: number): Promise<number> {
  const frames = await page.evaluate(
    async ([step, ms]) => {
      const list = document.querySelector('.alarm-table')
      let count = 0
      const until = performance.now() + ms
      await new Promise<void>((resolve) => {
        const next = () => {
          count += 1
          if (list !== null) list.scrollTop += step
          if (performance.now() < until) requestAnimationFrame(next)
          else resolve()
        }
        requestAnimationFrame(next)
      })
      return count
    },
    [px, seconds * 1_000] as const,
  )
  return frames / seconds
}
