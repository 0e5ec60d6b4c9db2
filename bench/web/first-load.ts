import type { Browser } from 'playwright-core'
import { type Figures, percentile, rounded } from '../bench.ts'
import { type Person, signedInPage, withPainted } from './chromium.ts'

/** How long the map may take to be drawn before a load counts as failed, ms. */
const PATIENCE_MS = 30_000

/**
 * Loads the overview in fresh contexts, nothing cached. `firstLoadKBgz`: everything that came over the wire until the map was drawn, heads
 * and the feed's first messages too, KB of 1,000 bytes. `interactiveMs`: from the navigation until the map is painted and the next task runs.
 */
export async function measureFirstLoad(
  browser: Browser,
  { url, who, repeats }: { readonly url: string; readonly who: Person; readonly repeats: number },
): Promise<Figures> {
  const loads: { readonly bytes: number; readonly ms: number }[] = []
  for (let turn = 0; turn < repeats; turn += 1) loads.push(await load(browser, url, who))
  return {
    firstLoadKBgz: rounded(Math.max(...loads.map(({ bytes }) => bytes)) / 1_000),
    interactiveMs: rounded(
      percentile(
        loads.map(({ ms }) => ms),
        0.5,
      ),
      0,
    ),
  }
}

async function load(browser: Browser, url: string, who: Person) {
  const page = await signedInPage(browser, url, who)
  try {
    await withPainted(page)
    const cdp = await page.context().newCDPSession(page)
    await cdp.send('Network.enable')
    const finished = new Map<string, number>()
    let feed = 0
    cdp.on('Network.dataReceived', ({ requestId, encodedDataLength }) => {
      finished.set(requestId, (finished.get(requestId) ?? 0) + encodedDataLength)
    })
    cdp.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => finished.set(requestId, encodedDataLength))
    cdp.on('Network.webSocketFrameReceived', ({ response }) => (feed += response.payloadData.length))
    await page.addInitScript(watchForMap)
    await page.goto(url, { waitUntil: 'commit' })
    await page.waitForFunction(() => 'interactiveAt' in globalThis, null, { timeout: PATIENCE_MS })
    const ms = await page.evaluate<number>('interactiveAt')
    return { ms, bytes: [...finished.values()].reduce((sum, bytes) => sum + bytes, feed) }
  } finally {
    await page.context().close()
  }
}

/** Runs in the page: notes when the sites are drawn on the map and the page is free again. */
function watchForMap(): void {
  const page = globalThis as unknown as { painted: () => Promise<void>; interactiveAt?: number }
  const look = async () => {
    const isDrawn =
      document.querySelector('.map-field canvas') !== null && document.querySelector('.map-links [data-site]') !== null
    if (!isDrawn) {
      setTimeout(() => void look(), 2)
      return
    }
    await page.painted()
    page.interactiveAt = performance.now()
  }
  void look()
}
