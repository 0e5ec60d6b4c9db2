import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { chromium } from 'playwright-core'
import { findChromium, signIn } from '../../test/web/support/browser.ts'
import { percentile } from '../bench.ts'

const WEB = fileURLToPath(new URL('../../dashboard/web', import.meta.url))
const VITE = fileURLToPath(new URL('../../node_modules/vite/bin/vite.js', import.meta.url))

export interface PageFrames {
  readonly p99Ms: number
  readonly mostMs: number
  /** Rows the list of alarms shows at the end. */
  readonly rows: number
}

export interface WatchedPage extends AsyncDisposable {
  /** How long the page was busy between two frames since it was opened. */
  frames(): Promise<PageFrames>
}

/** Builds the page into the control room's folder, opens its list of alarms in Chromium and counts the time between frames. */
export async function openAlarmPage(
  url: string,
  folder: string,
  who: { readonly user: string; readonly password: string },
): Promise<WatchedPage> {
  // In a process of its own, whose memory is not counted.
  await promisify(execFile)(process.execPath, [
    VITE,
    'build',
    WEB,
    '--logLevel',
    'error',
    '--emptyOutDir',
    '--outDir',
    folder,
  ])
  const browser = await chromium.launch({
    executablePath: findChromium(),
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  })
  const context = await browser.newContext({ viewport: { width: 1920, height: 1080 }, locale: 'zh-CN' })
  const page = await context.newPage()
  await page.addInitScript(() => {
    const frames: number[] = []
    Object.assign(globalThis, { frames })
    let before = performance.now()
    const next = () => {
      const now = performance.now()
      frames.push(now - before)
      before = now
      requestAnimationFrame(next)
    }
    requestAnimationFrame(next)
  })
  await signIn(page, url, who)
  await page.goto(`${url}/#/alarms`)
  await page.waitForTimeout(1_000)
  await page.evaluate('frames.length = 0')
  return {
    frames: async () => {
      const frames = await page.evaluate<number[]>('frames')
      const rows = await page.locator('.alarm-list > li').count()
      return { p99Ms: percentile(frames, 0.99), mostMs: percentile(frames, 1), rows }
    },
    [Symbol.asyncDispose]: () => browser.close(),
  }
}
