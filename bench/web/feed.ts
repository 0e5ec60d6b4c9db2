import { connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type { Browser } from 'playwright-core'
import { WebSocket } from 'ws'
import { z } from 'zod'
import { LiveMessage } from '../../core/contract/live.ts'
import { type Figures, rounded } from '../bench.ts'
import { raiseOf } from '../kill/load.ts'
import { type Person, rendererSeconds, signedInPage } from './chromium.ts'
import { every, openRoom, settle, type Web } from './county.ts'

const SITES = 1_000
const POINTS = 30
const PERIOD_MS = 1_000
/** The code of the other screens has come by then. */
const SETTLE_MS = 8_000
/** Open alarms, of 50 sites. */
const ALARMS = 50
/** Deltas that may tell of more than a second. */
const NEWS = 3

const Rev = z.object({ rev: z.number() })

/** What the feed of 1,000 sites says: the text of a snapshot, of the next delta in which every site has moved, and the snapshot's bytes on the wire. */
export interface FeedTexts {
  readonly snapshot: string
  readonly delta: string
  readonly snapshotBytes: number
}

/**
 * 1,000 sites × 30 points with 50 open alarms, all points read once a second by a control room that really runs. `snapshotKBgz`: the first message on the wire as the
 * server compresses it. `feedCpuShare`: of one core, what the page's process takes while the overview shows it.
 */
export async function measureFeed(
  browser: Browser,
  { dist, seconds }: { readonly dist: string; readonly seconds: number },
): Promise<{ readonly figures: Figures; readonly texts: FeedTexts }> {
  await using web = await openRoom(dist)
  const county = settle(web, { sites: SITES, points: POINTS, nameOf: (index) => `pit-${index}` })
  const who = await web.signedIn('operator')
  for (let index = 0; index < ALARMS; index += 1) await web.desk.receive(raiseOf(index, Date.now()))
  using _reading = every(PERIOD_MS, () => county.read())
  const texts = await listen(web, who)
  const page = await signedInPage(browser, web.url, who)
  await page.goto(web.url)
  await page.locator('.map-links [data-site]').first().waitFor({ state: 'attached', timeout: 60_000 })
  await pause(SETTLE_MS)
  const [before, startedAt] = [await rendererSeconds(browser), performance.now()]
  await pause(seconds * 1_000)
  const spent = (await rendererSeconds(browser)) - before
  const passedS = (performance.now() - startedAt) / 1_000
  await page.context().close()
  return {
    texts,
    figures: { snapshotKBgz: rounded(texts.snapshotBytes / 1_000), feedCpuShare: rounded(spent / passedS, 3) },
  }
}

async function listen({ url }: Pick<Web, 'url'>, { cookie }: Person): Promise<FeedTexts> {
  let wire: Socket | null = null
  const { hostname, port, host } = new URL(url)
  const socket = new WebSocket(`ws://${host}/api/live`, {
    headers: { cookie, origin: url },
    createConnection: () => (wire = connect(Number(port), hostname)),
  })
  let deltas = 0
  let delta = ''
  let snapshot = ''
  let snapshotBytes = 0
  const both = Promise.withResolvers<undefined>()
  socket.on('error', both.reject)
  socket.on('message', (data: Buffer) => {
    const text = data.toString()
    if (text.startsWith('{"type":"snapshot"')) {
      snapshot = text
      snapshotBytes = wire?.bytesRead ?? NaN
    } else if (text.startsWith('{"type":"delta"') && snapshot !== '') {
      deltas += 1
      // The first tell what nobody had been told before; one a second in which all sites have moved is what comes from then on.
      if (delta !== '' || deltas <= NEWS || movedBy(text) < SITES) return
      delta = following(snapshot, text)
      both.resolve(undefined)
    }
  })
  await both.promise
  socket.close()
  return { snapshot, delta, snapshotBytes }
}

/** How many sites a delta tells of. */
function movedBy(text: string): number {
  const message = LiveMessage.parse(JSON.parse(text))
  return message.type === 'delta' ? message.sites.length + message.pulses.length : 0
}

/** A delta as it would have come right after a snapshot: a page takes no pulse after a gap. */
function following(snapshot: string, delta: string): string {
  const { rev } = Rev.parse(JSON.parse(snapshot))
  return JSON.stringify({ ...LiveMessage.parse(JSON.parse(delta)), rev: rev + 1 })
}
