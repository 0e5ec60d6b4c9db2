import type { Page } from 'playwright-core'

const PATIENCE_MS = 30_000
const READY_WITHIN_MS = 15_000
/** Asked for once a screen is there, drawn in this time. */
const SETTLES_IN_MS = 900

/** Opens a screen from scratch, as a link that was sent does. False when it still waits for something after a quarter of a minute. */
export async function openScreen(
  page: Page,
  url: string,
  { hash, wall = false }: { readonly hash: string; readonly wall?: boolean },
): Promise<boolean> {
  // Another part after the `#` alone loads nothing anew.
  await page.goto('about:blank')
  await page.goto(`${url}/${wall ? '?wall=1' : ''}#${hash}`, { waitUntil: 'networkidle', timeout: PATIENCE_MS })
  await page.locator('main, form').first().waitFor({ timeout: PATIENCE_MS })
  const isReady = await page
    .waitForFunction(isSettled, null, { timeout: READY_WITHIN_MS })
    .then(() => true)
    .catch(() => false)
  await page.waitForTimeout(SETTLES_IN_MS)
  return isReady
}

/** Runs in the page. */
function isSettled(): boolean {
  return document.querySelector('main > .empty.is-page, [aria-busy=true]') === null
}
