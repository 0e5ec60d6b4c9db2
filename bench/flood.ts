import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { keepDesk } from '../dashboard/server/alarms/keep-desk.ts'
import type { Database, Query } from '../dashboard/server/db/database.ts'
import { openDispatcher, runDispatcher } from '../dashboard/server/notify/dispatcher.ts'
import { systemClock } from '../platform/clock.ts'
import { openControlWeb } from '../test/dashboard/server/http/control-web.ts'
import { edge } from '../test/dashboard/server/ingest/edge.ts'
import { quietLog } from '../test/support/quiet-log.ts'
import { type Bench, percentile, rounded } from './bench.ts'
import { localChannels } from './flood/channel.ts'
import { openAlarmPage } from './flood/page.ts'
import { pour, sites } from './flood/pour.ts'
import { steadyDuty } from './kill/duty.ts'

const FULL = { alarms: 100_000, seconds: 60 }
const QUICK = { alarms: 10_000, seconds: 6 }
/** What has not been told so long after the last alarm counts as never told. */
const GIVE_UP_MS = 10 * 60_000
const LOOK_MS = 250

/**
 * Pours 100,000 alarms of 100 sites into the desk within a minute, with the dispatcher calling people over channels of this process. One in a hundred is
 * red; yellow ones may wait 10 s for a digest. `sent` counts alarms that a provider took a message about, alone or in a digest; `firstRedMs` is
 * from handing over the first red alarm to a person's hearing of it. `pageFrameMs` is the 99th percentile of the time between two frames of the list of
 * open alarms in Chromium meanwhile.
 */
export const bench: Bench = {
  name: 'flood',
  about: '100,000 alarms in 60 s through the desk and the dispatcher: all committed, all told, red ones at once.',
  aim: [
    { figure: 'lost', atMost: 0 },
    { figure: 'untold', atMost: 0 },
    { figure: 'firstRedMs', atMost: 5_000 },
    { figure: 'redMs', atMost: 10_000 },
    { figure: 'recoveryMs', atMost: 60_000 },
    { figure: 'rssMB', atMost: 1_024 },
    { figure: 'pageFrameMs', atMost: 100 },
    { figure: 'chainIntact', atLeast: 1 },
  ],
  run: async ({ quick }) => {
    const { alarms, seconds } = quick ? QUICK : FULL
    await using web = await openControlWeb()
    const { db, desk, county } = web
    for (const site of sites()) county.nodeBorn(edge({ site }).about())
    const toldAt = new Map<string, number>()
    let messages = 0
    const channels = localChannels(({ alarm }) => {
      messages += 1
      if (alarm !== null && !toldAt.has(alarm)) toldAt.set(alarm, performance.now())
    })
    const dispatcher = openDispatcher({
      ...{ desk, db, clock: systemClock, log: quietLog(), publicUrl: 'http://127.0.0.1:1' },
      ...{ siteName: () => null, pointName: () => null, channels },
      duty: steadyDuty('http://127.0.0.1:1/', { redLoop: '10min', digest: '10s' }),
    })
    await using page = await openAlarmPage(web.url, web.pageFolder, await web.signedIn('operator'))
    const stop = new AbortController()
    const memory = watchMemory()
    const own = { set: () => Promise.resolve() }
    const running = Promise.all([
      runDispatcher(dispatcher, systemClock, stop.signal),
      keepDesk({ desk, own, clock: systemClock, log: quietLog() }, stop.signal),
    ])
    const poured = await pour(desk, { alarms, seconds })
    const sent = await untilTold(db, alarms)
    const recoveryMs = performance.now() - poured.endedAt
    const rssMB = memory.stop()
    stop.abort()
    await running
    const frames = await page.frames()
    const verdict = await desk.verify()
    const redMs = [...poured.reds].map(([id, at]) => (toldAt.get(id) ?? Infinity) - at)
    return {
      committed: poured.committed.size,
      sent,
      lost: alarms - poured.committed.size,
      untold: poured.committed.size - sent,
      firstRedMs: rounded(redMs[0] ?? Infinity, 0),
      redP50Ms: rounded(percentile(redMs, 0.5), 0),
      redMs: rounded(percentile(redMs, 1), 0),
      commitP50Ms: rounded(percentile(poured.commitMs, 0.5), 0),
      commitP99Ms: rounded(percentile(poured.commitMs, 0.99), 0),
      recoveryMs: rounded(recoveryMs, 0),
      rssMB: rounded(rssMB, 0),
      messages,
      ledgerEntries: verdict.entries,
      chainIntact: verdict.intact ? 1 : 0,
      pageFrameMs: rounded(frames.p99Ms, 0),
      pageFrameMostMs: rounded(frames.mostMs, 0),
      pageRows: frames.rows,
    }
  },
}

/** How many alarms have been told, once all have or it takes too long. */
async function untilTold(db: Database, alarms: number): Promise<number> {
  const until = performance.now() + GIVE_UP_MS
  for (;;) {
    const isLate = performance.now() > until
    // Counting all of them takes long, so they are not counted while the dispatcher is busy.
    const told = isLate || !(await db.read(isBusy)) ? await db.read(countTold) : 0
    if (told >= alarms || isLate) return told
    await pause(LOOK_MS)
  }
}

async function isBusy(q: Query): Promise<boolean> {
  const busy = "select 1 from notices where state = 'queued' union all select 1 from notices where state = 'sending'"
  return (await q.one(z.object({ busy: z.number() }), `select exists (${busy}) as busy`))?.busy === 1
}

async function countTold(q: Query): Promise<number> {
  const sql = 'select count(distinct alarm) as told from notices where accepted_at is not null'
  return (await q.one(z.object({ told: z.number() }), sql))?.told ?? 0
}

/** The most memory this process held, MB. */
function watchMemory() {
  let most = 0
  const timer = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 100)
  return {
    stop: () => {
      clearInterval(timer)
      return most / (1 << 20)
    },
  }
}
