import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { build, preview } from 'vite'
import { rowOf } from '../../core/alarms/alarm-row.ts'
import { flood } from '../../test/web/support/flood.ts'
import { type Figures, percentile, rounded } from '../bench.ts'
import { taskSeconds } from './chromium.ts'
import type { FeedTexts } from './feed.ts'
import type { Probes } from './probes/main.ts'

const ROOT = join(import.meta.dirname, 'probes')
const ALARMS = 10_000
const SITES = 1_000
const TILES = 24
const WARM = 5

/**
 * Parts of the page alone in Chromium without a graphics card, compiled as the page is. `applyMs`: from the text of a delta in which all
 * 1,000 sites have moved to the page's state; `applyParseMs` is the browser's JSON.parse within it. `alarmsFilterMs`: the slowest of all
 * columns, with and without a search. `tilesTaskMs`, to be held against
 * other makers' pages, is all the page's thread does for a turn of them. The others are medians.
 */
export async function measureParts(
  browser: Browser,
  { texts, repeats }: { readonly texts: FeedTexts; readonly repeats: number },
): Promise<Figures> {
  await using served = await serveProbes()
  const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } })
  const fresh = async () => {
    await page.goto(served.url)
    await page.waitForFunction('"probes" in globalThis')
  }
  await fresh()
  const { snapshot, delta } = texts
  const applied = await call(page, 'timeApply', [{ snapshot, delta }, repeats + WARM])
  const filtered = await call(page, 'timeFilter', [flood(ALARMS).map(rowOf), Math.ceil(repeats / 2) + WARM])
  const tiles = await call(page, 'timeTiles', [TILES, repeats + WARM])
  const tilesTaskMs = await workOfTiles(page, repeats)
  const inits: number[] = []
  const changes: number[] = []
  for (let turn = 0; turn < 3; turn += 1) {
    await fresh()
    const { initMs, changeMs } = await call(page, 'timeMap', [SITES, repeats + WARM])
    inits.push(initMs)
    changes.push(...changeMs.slice(WARM))
  }
  await page.close()
  return {
    applyMs: middle(applied.deltaMs.slice(WARM)),
    applyParseMs: middle(applied.parseMs.slice(WARM)),
    applySnapshotMs: middle(applied.snapshotMs.slice(WARM)),
    alarmsFilterMs: Math.max(...filtered.map((times) => middle(times.slice(WARM)))),
    tilesMs: middle(tiles.slice(WARM)),
    tilesTaskMs,
    mapInitMs: middle(inits),
    mapChangeMs: middle(changes),
    mapChangeP95Ms: rounded(percentile(changes, 0.95)),
  }
}

function middle(times: readonly number[]): number {
  return rounded(percentile(times, 0.5))
}

/** What the page's thread works for one turn of the tiles, drawing and all, ms: of many turns what one does not take. */
async function workOfTiles(page: Page, repeats: number): Promise<number> {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('Performance.enable')
  const work = async (turns: number) => {
    const before = await taskSeconds(cdp)
    await call(page, 'timeTiles', [TILES, turns])
    return (await taskSeconds(cdp)) - before
  }
  const once = await work(1)
  return rounded((((await work(repeats + 1)) - once) * 1_000) / repeats)
}

async function call<Name extends keyof Probes>(
  page: Page,
  name: Name,
  args: Parameters<Probes[Name]>,
): Promise<Awaited<ReturnType<Probes[Name]>>> {
  const asked = { name, args: args as readonly unknown[] }
  const answer = await page.evaluate(({ name: probe, args: given }): unknown => {
    const { probes } = globalThis as unknown as { probes: Record<string, (...all: readonly unknown[]) => unknown> }
    return probes[probe]?.(...given)
  }, asked)
  return answer as Awaited<ReturnType<Probes[Name]>>
}

async function serveProbes(): Promise<{ readonly url: string } & AsyncDisposable> {
  const outDir = await mkdtemp(join(tmpdir(), 'pitwatch-probes-'))
  const options = { root: ROOT, configFile: false, logLevel: 'error' } as const
  await build({ ...options, build: { outDir, emptyOutDir: true, target: 'es2022' } })
  const server = await preview({ ...options, build: { outDir }, preview: { port: 0, host: '127.0.0.1' } })
  return {
    url: server.resolvedUrls?.local[0] ?? '',
    [Symbol.asyncDispose]: async () => {
      await server.close()
      await rm(outDir, { recursive: true, force: true })
    },
  }
}
