import type { Browser, Page } from 'playwright-core'
import { openPastRoom, PAST_POINTS } from '../../test/web/support/past-room.ts'
import { type Figures, percentile, rounded } from '../bench.ts'
import { signedInPage, withPainted } from './chromium.ts'

const DAYS = 366
const PATIENCE_MS = 60_000

/**
 * A year of readings a minute apart in the embedded history, six points. `trendYearMs`: from the choice of a year to the painted chart of
 * one point, over the server; `trendYear6Ms`: of six points at once.
 */
export async function measureTrend(
  browser: Browser,
  { dist, repeats }: { readonly dist: string; readonly repeats: number },
): Promise<Figures> {
  await using room = await openPastRoom(dist, DAYS)
  const who = await room.signedIn('operator')
  const all = PAST_POINTS.map(({ site, device, point }) => `${site}/${device}/${point}`)
  const took: number[][] = []
  for (const points of [all.slice(0, 1), all]) {
    const page = await signedInPage(browser, room.url, who)
    await withPainted(page)
    await page.goto(`${room.url}/#/trends?p=${points.join()}`)
    await page.locator('.trend[aria-busy=false] canvas').first().waitFor({ timeout: PATIENCE_MS })
    const times: number[] = []
    // The first year that is looked at after the start finds nothing in memory; it does not count.
    for (let turn = 0; turn <= repeats; turn += 1) times.push(await chooseYear(page))
    took.push(times.slice(1))
    await page.context().close()
  }
  const [one = [], six = []] = took
  return { trendYearMs: rounded(percentile(one, 0.5)), trendYear6Ms: rounded(percentile(six, 0.5)) }
}

async function chooseYear(page: Page): Promise<number> {
  const took = await page.evaluate(async () => {
    const { painted } = globalThis as unknown as { painted: () => Promise<void> }
    const section = document.querySelector('.trends-page .trend')
    const button = document.querySelector<HTMLElement>('[data-span="1y"]')
    if (section === null || button === null) throw new Error('expected a trend with a choice of spans')
    const isBusy = () => section.getAttribute('aria-busy') === 'true'
    const until = (is: () => boolean) =>
      new Promise<void>((resolve) => {
        if (is()) {
          resolve()
          return
        }
        const watch = new MutationObserver(() => {
          if (!is()) return
          watch.disconnect()
          resolve()
        })
        watch.observe(section, { attributes: true })
      })
    const began = performance.now()
    button.click()
    await until(isBusy)
    await until(() => !isBusy())
    await painted()
    return performance.now() - began
  })
  await page.locator('[data-span="8h"]').click()
  await page.waitForTimeout(300)
  await page.locator('.trend[aria-busy=false]').waitFor({ timeout: PATIENCE_MS })
  return took
}
