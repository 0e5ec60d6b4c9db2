import { execFile, fork } from 'node:child_process'
import { once } from 'node:events'
import { access, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import type { Browser } from 'playwright-core'
import { z } from 'zod'
import { type Figure, rounded } from '../bench.ts'
import { taskSeconds } from './chromium.ts'
import { TILES } from './dashboard-flow.ts'

const DASHBOARD = '@flowfuse/node-red-dashboard'
const FUXA = 'fuxa-server'
const INSTALL_WITHIN_MS = 180_000
const PATIENCE_MS = 60_000
const SETTLE_MS = 5_000
const WATCHED_S = 15

/**
 * What others' pages take, where they can be installed from npm now. Of Node-RED Dashboard 2 with 24 charts of 600 readings: `loadKB`, what came over
 * the wire until they stood there, `loadKBgz`, the same if it were compressed, and `tilesTaskMs`, what its page works for each second's readings.
 * Who cannot be measured stands with the reason.
 */
export async function measurePeers(browser: Browser): Promise<Readonly<Record<string, Figure>>> {
  const folder = await mkdtemp(join(tmpdir(), 'pitwatch-peers-'))
  try {
    return {
      peerDashboard: await orWhy(() => measureDashboard(browser, join(folder, 'dashboard'))),
      peerFuxa: await orWhy(() => lookAtFuxa(join(folder, 'fuxa'))),
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** A figure, or the reason why there is none. */
async function orWhy(measure: () => Promise<Figure>): Promise<Figure> {
  return measure().catch((error: unknown) => ({
    [error instanceof Error ? reasonOf(error.message) : String(error)]: null,
  }))
}

/** npm's own word on why it failed, where it has one. */
function reasonOf(message: string): string {
  const said = /npm error (?:notarget )?(No matching version.*|code \w+)/.exec(message)?.[1]
  return (said ?? message.split('\n', 1)[0] ?? '').slice(0, 160)
}

async function install(name: string, folder: string): Promise<void> {
  const args = ['install', '--prefix', folder, '--no-audit', '--no-fund', '--ignore-scripts', name]
  await promisify(execFile)('npm', args, { timeout: INSTALL_WITHIN_MS })
}

/** The page of FUXA is not part of what npm has; should it come to be, it can be measured. */
async function lookAtFuxa(folder: string): Promise<Figure> {
  await install(FUXA, folder)
  await access(join(folder, 'node_modules', FUXA, 'dist/index.html')).catch(() => {
    throw new Error('the package holds no page')
  })
  throw new Error('the package holds a page that nobody has measured yet')
}

async function measureDashboard(browser: Browser, folder: string): Promise<Figure> {
  await install(DASHBOARD, folder)
  const child = fork(join(import.meta.dirname, 'dashboard-program.ts'), [folder], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const gone = once(child, 'exit')
  try {
    const [said] = await once(child, 'message', { signal: AbortSignal.timeout(PATIENCE_MS) })
    const { url } = z.object({ url: z.string() }).parse(said)
    return await lookAtTiles(browser, `${url}/dashboard/tiles`)
  } finally {
    child.kill()
    await gone
  }
}

async function lookAtTiles(browser: Browser, url: string): Promise<Figure> {
  const context = await browser.newContext({ viewport: { width: 1920, height: 1080 } })
  try {
    const page = await context.newPage()
    const cdp = await context.newCDPSession(page)
    await cdp.send('Network.enable')
    await cdp.send('Performance.enable')
    let bytes = 0
    const packed: Promise<number>[] = []
    page.on('response', (response) => {
      // What was redirected, and what the page has asked for and left, has no body.
      packed.push(
        response
          .body()
          .then((body) => gzipSync(body).length)
          .catch(() => 0),
      )
    })
    cdp.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength))
    await page.goto(url, { timeout: PATIENCE_MS })
    await page.waitForFunction((tiles) => document.querySelectorAll('canvas').length >= tiles, TILES, {
      timeout: PATIENCE_MS,
    })
    const loadKB = rounded(bytes / 1_000)
    const loadKBgz = rounded((await Promise.all(packed)).reduce((sum, size) => sum + size, 0) / 1_000)
    await page.waitForTimeout(SETTLE_MS)
    const before = await taskSeconds(cdp)
    await page.waitForTimeout(WATCHED_S * 1_000)
    const spent = (await taskSeconds(cdp)) - before
    return { loadKB, loadKBgz, tilesTaskMs: rounded((spent * 1_000) / WATCHED_S) }
  } finally {
    await context.close()
  }
}
