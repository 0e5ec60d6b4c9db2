import { setTimeout as pause } from 'node:timers/promises'
import type { Browser, Page } from 'playwright-core'
import { z } from 'zod'
import { type Figures, percentile, rounded } from '../bench.ts'
import { raiseOf } from '../kill/load.ts'
import { signedInPage, withPainted } from './chromium.ts'
import { every, openRoom, settle } from './county.ts'

const SITES = 100
const POINTS = 30
const BETWEEN_MS = 700
const PATIENCE_MS = 30_000

const ShownAt = z.record(z.string(), z.number().or(z.literal(Infinity)))

/**
 * Browser pages of their own on the overview of 100 sites that are read once a second, and one red alarm after the other. `redOnGlassP99Ms`:
 * from handing it to the alarm lane to its row on the screen, over all pages and alarms.
 */
export async function measureRedOnGlass(
  browser: Browser,
  { dist, pages, reds }: { readonly dist: string; readonly pages: number; readonly reds: number },
): Promise<Figures> {
  await using web = await openRoom(dist)
  const county = settle(web, { sites: SITES, points: POINTS, nameOf: (index) => `pit-${index}` })
  using _reading = every(1_000, () => county.read())
  const who = await web.signedIn('operator')
  const glasses = await Promise.all(Array.from({ length: pages }, () => openGlass(browser, web.url, who)))
  await pause(2_000)
  const handedAt = new Map<string, number>()
  for (let index = 0; index < reds; index += 1) {
    const raise = raiseOf(index, Date.now(), 'red')
    handedAt.set(raise.occurrence, Date.now())
    await web.desk.receive(raise)
    await pause(BETWEEN_MS)
  }
  const waits = await Promise.all(glasses.map((page) => waitsOf(page, handedAt)))
  await Promise.all(glasses.map((page) => page.context().close()))
  const all = waits.flat()
  return {
    redOnGlassP50Ms: rounded(percentile(all, 0.5), 0),
    redOnGlassP99Ms: rounded(percentile(all, 0.99), 0),
    redOnGlassSeen: all.filter(Number.isFinite).length,
  }
}

async function openGlass(browser: Browser, url: string, who: { readonly cookie: string }): Promise<Page> {
  const page = await signedInPage(browser, url, who)
  await withPainted(page)
  await page.addInitScript(() => {
    const { painted } = globalThis as unknown as { painted: () => Promise<void> }
    const shownAt: Record<string, number> = {}
    Object.assign(globalThis, { shownAt })
    const look = async () => {
      const fresh = [...document.querySelectorAll<HTMLElement>('[data-alarm]')]
        .map(({ dataset }) => dataset.alarm ?? '')
        .filter((id) => !(id in shownAt))
      if (fresh.length === 0) return
      for (const id of fresh) shownAt[id] = Infinity
      await painted()
      for (const id of fresh) shownAt[id] = Date.now()
    }
    new MutationObserver(() => void look()).observe(document, { childList: true, subtree: true })
  })
  await page.goto(url)
  await page.locator('.map-links [data-site]').first().waitFor({ state: 'attached', timeout: PATIENCE_MS })
  return page
}

/** How long each alarm took to this page, ms; Infinity for one it has not shown within `PATIENCE_MS` of the last. */
async function waitsOf(page: Page, handedAt: ReadonlyMap<string, number>): Promise<number[]> {
  await page
    .waitForFunction(
      (ids) => ids.every((id) => Number.isFinite(Reflect.get(globalThis, 'shownAt')[id])),
      [...handedAt.keys()],
      {
        timeout: PATIENCE_MS,
      },
    )
    .catch(() => undefined)
  // What is still to be painted, or was never seen, is Infinity, which no JSON Schema calls a number.
  const shownAt = ShownAt.parse(await page.evaluate('shownAt'))
  return [...handedAt].map(([id, at]) => (shownAt[id] ?? Infinity) - at)
}
