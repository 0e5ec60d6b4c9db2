import { type Browser, type BrowserContextOptions, type CDPSession, chromium, type Page } from 'playwright-core'
import { z } from 'zod'
import { findChromium } from '../../test/web/support/browser.ts'

/** A signed-in person, as the control room of the tests makes them. */
export interface Person {
  readonly cookie: string
}

/** Chromium as on an office computer without a graphics card. */
export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: findChromium(),
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--hide-scrollbars'],
  })
}

/** An empty page of its own context that is signed in already. */
export async function signedInPage(
  browser: Browser,
  url: string,
  { cookie }: Person,
  options: BrowserContextOptions & { readonly theme?: 'day' | 'night' } = {},
): Promise<Page> {
  const { theme = 'night', ...rest } = options
  const context = await browser.newContext({ viewport: { width: 1920, height: 1080 }, locale: 'zh-CN', ...rest })
  const [name = '', value = ''] = cookie.split('=')
  await context.addCookies([{ name, value, url }])
  const page = await context.newPage()
  await page.addInitScript((chosen) => {
    // An empty page has no storage.
    if (location.protocol !== 'about:') localStorage.setItem('pitwatch.theme', chosen)
  }, theme)
  return page
}

/** Defines `painted()` in every document of a page: resolves once what has been changed is on the screen. */
export function withPainted(page: Page): Promise<unknown> {
  return page.addInitScript(() => {
    const painted = () =>
      new Promise<void>((resolve) => {
        requestAnimationFrame(() => {
          const channel = new MessageChannel()
          channel.port1.onmessage = () => resolve()
          channel.port2.postMessage(0)
        })
      })
    Object.assign(globalThis, { painted })
  })
}

const Heap = z.object({ usedSize: z.number() })

/** What a page's heap holds after everything that can go has gone, MB. */
export async function heapMB(page: Page): Promise<number> {
  const cdp = await page.context().newCDPSession(page)
  for (let round = 0; round < 3; round += 1) await cdp.send('HeapProfiler.collectGarbage')
  const { usedSize } = Heap.parse(await cdp.send('Runtime.getHeapUsage'))
  await cdp.detach()
  return usedSize / 1e6
}

/** Processor time all pages of a browser have taken so far, seconds of one core. */
export async function rendererSeconds(browser: Browser): Promise<number> {
  const cdp = await browser.newBrowserCDPSession()
  const { processInfo } = await cdp.send('SystemInfo.getProcessInfo')
  await cdp.detach()
  return processInfo.filter(({ type }) => type === 'renderer').reduce((sum, { cpuTime }) => sum + cpuTime, 0)
}

/** How long the page's main thread has worked so far, seconds; its session has `Performance` enabled. */
export async function taskSeconds(cdp: CDPSession): Promise<number> {
  const { metrics } = await cdp.send('Performance.getMetrics')
  return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN
}
