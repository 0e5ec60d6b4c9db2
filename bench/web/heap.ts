import { setTimeout as pause } from 'node:timers/promises'
import type { Browser, Page } from 'playwright-core'
import { LiveMessage } from '../../core/contract/live.ts'
import { type Figures, rounded } from '../bench.ts'
import { heapMB, signedInPage } from './chromium.ts'
import { openRoom, settle } from './county.ts'
import { type LapsedFeed, openLapsedFeed } from './lapsed-feed.ts'
import { openMonth } from './month.ts'

const SITES = 50
const POINTS = 10
/** Played before the heap is looked at first, so that every screen has been there once. */
const WARM_DAYS = 0.25
/** Messages after which the page is waited for. */
const TOGETHER = 120
/** Somebody looks at another screen so often in a day, and comes back. */
const SCREENS = ['#/alarms', '#/sites', '#/trends', '#/ledger', '#/duty', '#/'] as const

/**
 * Plays the feed of 30 days, a message a minute and 150 alarms a day, into one page as fast as it takes them; somebody goes round the screens
 * four times a day. `heapGrowthMB`: what the heap holds after it more than before, everything that can go gone; a quarter of a day before that does not count.
 */
export async function measureHeap(
  browser: Browser,
  { dist, days }: { readonly dist: string; readonly days: number },
): Promise<Figures> {
  await using web = await openRoom(dist)
  const county = settle(web, { sites: SITES, points: POINTS, nameOf: (index) => `pit-${index}` })
  county.read()
  const who = await web.signedIn('operator')
  await using feed = await openLapsedFeed(web.url)
  const none = { red: 0, orange: 0, yellow: 0, blue: 0 }
  const sites = web.county.ids().flatMap((id) => web.county.summary(id, { openAlarms: none, worstUnacked: null }) ?? [])
  const month = openMonth({ sites, status: web.ways.board.current(), startAt: Date.now() })
  feed.greet(() => JSON.stringify(LiveMessage.parse(month.snapshot())))
  const page = await signedInPage(browser, feed.url, who)
  await page.goto(feed.url)
  await page.locator('.map-links [data-site]').first().waitFor({ state: 'attached', timeout: 30_000 })
  const play = { page, feed, month }
  await playDays(play, WARM_DAYS)
  const before = await heapMB(page)
  const startedAt = performance.now()
  await playDays(play, days)
  const passedS = (performance.now() - startedAt) / 1_000
  const after = await heapMB(page)
  await page.context().close()
  return {
    heapGrowthMB: rounded(after - before),
    heapMB: rounded(after),
    heapDays: days,
    heapMessagesPerSecond: rounded((days * MINUTES_A_DAY) / passedS, 0),
  }
}

const MINUTES_A_DAY = 1_440

interface Play {
  readonly page: Page
  readonly feed: LapsedFeed
  readonly month: ReturnType<typeof openMonth>
}

async function playDays({ page, feed, month }: Play, days: number): Promise<void> {
  const screens = 4 * SCREENS.length
  const every = Math.floor(MINUTES_A_DAY / screens)
  for (let minute = 0; minute < days * MINUTES_A_DAY; minute += 1) {
    feed.say(JSON.stringify(month.minute()))
    if (minute % TOGETHER === 0) await caughtUp(page)
    if (minute % every === 0) await look(page, SCREENS[(minute / every) % SCREENS.length] ?? '#/')
  }
  await look(page, '#/')
  await pause(2_000)
}

async function look(page: Page, hash: string): Promise<void> {
  await page.evaluate((next) => (location.hash = next), hash)
  await caughtUp(page)
}

/** Until the page has taken in what was said and drawn it. */
async function caughtUp(page: Page): Promise<void> {
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0))))
}
