import { buildPage } from '../test/web/support/browser.ts'
import type { Bench, Figure } from './bench.ts'
import { measureAccess } from './web/access.ts'
import { measureAlarmList } from './web/alarms.ts'
import { launch } from './web/chromium.ts'
import { openRoom, settle } from './web/county.ts'
import { measureFeed } from './web/feed.ts'
import { measureFirstLoad } from './web/first-load.ts'
import { measureHeap } from './web/heap.ts'
import { measureParts } from './web/parts.ts'
import { measurePeers } from './web/peers.ts'
import { measureRedOnGlass } from './web/red.ts'
import { measureTrend } from './web/trend.ts'

const FULL = { loads: 5, feedS: 20, turns: 60, openings: 9, scrollS: 4, years: 9, glasses: 20, reds: 40, days: 30 }
const QUICK = { loads: 2, feedS: 4, turns: 12, openings: 3, scrollS: 2, years: 3, glasses: 4, reds: 5, days: 0.25 }
/** Sites of the county whose overview is loaded first. */
const SITES = 12

/**
 * The page in Chromium without a graphics card before a control room that really runs, each part with a room and pages of its own. What each
 * figure is stands where it is measured (bench/web).
 */
export const bench: Bench = {
  name: 'web',
  about: 'The page in Chromium: load, access, feed, alarms, trends, tiles, map, new red on glass, a month of heap.',
  aim: [
    { figure: 'firstLoadKBgz', atMost: 200 },
    { figure: 'interactiveMs', atMost: 1_000 },
    { figure: 'axeSerious', atMost: 0 },
    { figure: 'snapshotKBgz', atMost: 200 },
    { figure: 'applyMs', atMost: 4 },
    { figure: 'feedCpuShare', atMost: 0.1 },
    { figure: 'alarmsFilterMs', atMost: 10 },
    { figure: 'alarmsFirstPaintMs', atMost: 50 },
    { figure: 'alarmsScrollFps', atLeast: 55 },
    { figure: 'trendYearMs', atMost: 150 },
    { figure: 'tilesMs', atMost: 16 },
    { figure: 'mapInitMs', atMost: 200 },
    { figure: 'mapChangeMs', atMost: 16 },
    { figure: 'redOnGlassP99Ms', atMost: 1_000 },
    { figure: 'heapGrowthMB', atMost: 20 },
  ],
  run: async ({ quick }) => {
    const { loads, feedS, turns, openings, scrollS, years, glasses, reds, days } = quick ? QUICK : FULL
    const built = await buildPage()
    const browser = await launch()
    const { dist } = built
    const figures: Record<string, Figure> = {}
    const part = async (name: string, work: () => Promise<Readonly<Record<string, Figure>>>) => {
      const startedAt = performance.now()
      // A part that fails has no figures, so its aims are not met; the others still have theirs.
      const came = await work().catch((error: unknown) => String(error))
      if (typeof came === 'object') Object.assign(figures, came)
      console.error(`${name} (${((performance.now() - startedAt) / 1_000).toFixed(1)} s): ${JSON.stringify(came)}`)
    }
    try {
      await part('first load', async () => {
        await using web = await openRoom(dist)
        settle(web, { sites: SITES, points: 30, nameOf: (index) => `pit-${index}` }).read()
        return await measureFirstLoad(browser, { url: web.url, who: await web.signedIn('operator'), repeats: loads })
      })
      await part('feed and parts', async () => {
        const { figures: ofFeed, texts } = await measureFeed(browser, { dist, seconds: feedS })
        return { ...ofFeed, ...(await measureParts(browser, { texts, repeats: turns })) }
      })
      await part('alarms', () => measureAlarmList(browser, { dist, repeats: openings, scrollS }))
      await part('red on glass', () => measureRedOnGlass(browser, { dist, pages: glasses, reds }))
      await part('trend', () => measureTrend(browser, { dist, repeats: years }))
      await part('heap', () => measureHeap(browser, { dist, days }))
      await part('access', () => measureAccess(browser, { dist, isQuick: quick }))
      if (!quick) await part('peers', () => measurePeers(browser))
    } finally {
      await browser.close()
      await built.remove()
    }
    return figures
  },
}
