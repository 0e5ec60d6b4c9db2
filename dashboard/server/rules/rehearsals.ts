import { randomUUID } from 'node:crypto'
import { Worker } from 'node:worker_threads'
import type { ConfigContent } from '../../../core/contract/config-lane.ts'
import type { Rehearsal, RehearsalResult } from '../../../core/contract/rule-rehearsal.ts'
import type { RuleSheet } from '../../../core/contract/rules-desk.ts'
import { utcMs } from '../../../core/contract/time.ts'
import { HouseError, messageOf } from '../../../core/kit/errors.ts'
import type { Log } from '../../../platform/log.ts'
import type { AlarmDesk } from '../alarms/desk.ts'
import type { Database } from '../db/database.ts'
import type { JobNews, RehearsalJob } from './rehearsal-job.ts'
import {
  addRehearsal,
  endRehearsal,
  failUnfinished,
  findRehearsal,
  type KeptRehearsal,
  newestDone,
  realAlarms,
  rehearsalsOf,
} from './rehearsal-rows.ts'
import type { SamplePlace } from './sample-source.ts'

/** A change that is to be rehearsed. */
export interface WantedRehearsal {
  readonly site: string
  readonly rule: string
  readonly by: string
  readonly days: number
  readonly learnDays: number
  readonly base: { readonly sha256: string; readonly content: ConfigContent }
  readonly proposed: { readonly sha256: string; readonly content: ConfigContent }
  readonly before: RuleSheet
  readonly after: RuleSheet
}

/** Changes judged on what was recorded, one after another, each in a thread of its own. */
export interface Rehearsals {
  /** Throws `http/too-many` when too many wait. */
  ask(wanted: WantedRehearsal): Promise<Rehearsal>
  get(id: string): Promise<Rehearsal | null>
  list(site: string, rule: string | null): Promise<Rehearsal[]>
  /** Ends one that waits or runs; one that has ended stays as it is. Answers it. */
  cancel(id: string): Promise<Rehearsal | null>
  /** The newest that is done of a change from one content to another. */
  done(site: string, contents: { base: string; proposed: string }): Promise<Rehearsal | null>
  close(): Promise<void>
}

export interface RehearsalsDeps {
  readonly db: Database
  readonly desk: Pick<AlarmDesk, 'append' | 'time'>
  readonly place: SamplePlace
  readonly log: Log
}

const DAY_MS = 86_400_000
const MOST_WAITING = 20
/** What a thread may take, megabytes. Readings are held in pieces of six hours, outside of this. */
const MOST_MB = 1_024

interface Waiting {
  readonly id: string
  readonly wanted: WantedRehearsal
  readonly over: AbortController
  readonly ended: PromiseWithResolvers<undefined>
  share: number
}

/** Those that were under way when the program ended last are told to have failed. */
export async function openRehearsals(deps: RehearsalsDeps): Promise<Rehearsals> {
  const { db, desk, log } = deps
  const started = await desk.time()
  await db.transaction((q) => failUnfinished(q, started))
  const queue: Waiting[] = []
  let working: Promise<void> | null = null
  let isClosed = false

  const work = async () => {
    for (let next = queue[0]; next !== undefined && !isClosed; next = queue[0]) {
      await runOne(deps, next).catch((error: unknown) => {
        log.error({ code: 'store/failed', why: messageOf(error) }, 'what came of a rehearsal cannot be kept')
      })
      queue.shift()
      next.ended.resolve(undefined)
    }
    working = null
  }
  const shown = (kept: KeptRehearsal | null): Rehearsal | null => {
    if (kept === null) return null
    const place = queue.findIndex(({ id }) => id === kept.id)
    const share = kept.state === 'done' ? 1 : (queue[place]?.share ?? 0)
    return { ...kept, share, ahead: Math.max(0, place) }
  }
  const get = async (id: string) => shown(await db.read((q) => findRehearsal(q, id)))
  return {
    ask: async (wanted) => {
      if (queue.length >= MOST_WAITING)
        throw new HouseError('http/too-many', `${queue.length} rehearsals wait already; try again in some minutes`)
      const { base, proposed, ...facts } = wanted
      const kept: KeptRehearsal = {
        ...{ ...facts, id: randomUUID(), askedAt: await desk.time(), finishedAt: null, state: 'waiting' },
        ...{ base: base.sha256, proposed: proposed.sha256, fault: null, result: null },
      }
      await db.transaction((q) => addRehearsal(q, kept))
      queue.push({ id: kept.id, wanted, over: new AbortController(), ended: Promise.withResolvers(), share: 0 })
      working ??= work()
      return { ...kept, share: 0, ahead: queue.length - 1 }
    },
    get,
    list: async (site, rule) => {
      const kept = await db.read((q) => rehearsalsOf(q, site, rule))
      return kept.flatMap((one) => shown(one) ?? [])
    },
    cancel: async (id) => {
      const waiting = queue.find((one) => one.id === id)
      waiting?.over.abort()
      if (waiting !== undefined && waiting !== queue[0]) {
        queue.splice(queue.indexOf(waiting), 1)
        await keepEnd(deps, id, { state: 'cancelled', fault: null, result: null })
      } else await waiting?.ended.promise
      return get(id)
    },
    done: async (site, contents) => shown(await db.read((q) => newestDone(q, site, contents))),
    close: async () => {
      isClosed = true
      for (const { over } of queue) over.abort()
      await working
    },
  }
}

async function runOne(deps: RehearsalsDeps, waiting: Waiting): Promise<void> {
  const { db, desk, place } = deps
  const { id, wanted, over } = waiting
  const { site, rule, days, learnDays, base, proposed } = wanted
  const to = await desk.time()
  const from = to - days * DAY_MS
  const reals = await db.transaction(async (q) => {
    await endRehearsal(q, { id, state: 'running', at: null, fault: null, result: null })
    return realAlarms(q, site, { from, to })
  })
  const span = { learnFrom: Math.max(0, from - learnDays * DAY_MS), from: Math.max(0, from), to }
  const job: RehearsalJob = {
    ...{ place, site, rule, base: base.content, proposed: proposed.content, ...span, reals },
  }
  const end = await inThread(job, over.signal, (share) => (waiting.share = share))
  await keepEnd(deps, id, end)
}

type End =
  | { readonly state: 'done'; readonly fault: null; readonly result: RehearsalResult }
  | { readonly state: 'failed'; readonly fault: string; readonly result: null }
  | { readonly state: 'cancelled'; readonly fault: null; readonly result: null }

async function keepEnd({ db, desk, log }: RehearsalsDeps, id: string, end: End): Promise<void> {
  const at = utcMs(await desk.time())
  await db.transaction(async (q) => {
    await endRehearsal(q, { id, at, ...end })
    const kept = await findRehearsal(q, id)
    if (kept === null || end.state !== 'done') return
    const { site, rule, by, days, proposed } = kept
    const { isRefused, lost, falseBefore, falseAfter } = end.result
    const detail = { rehearsal: id, rule, days, proposed, isRefused, lost: lost.length, falseBefore, falseAfter }
    const action = {
      actor: { kind: 'person', name: by } as const,
      act: 'rule-rehearsed' as const,
      subject: site,
      detail,
    }
    await desk.append(q, [action])
  })
  if (end.state === 'failed') log.warn({ code: 'history/unavailable', why: end.fault }, 'a rehearsal has failed')
}

/** Never rejects. */
function inThread(job: RehearsalJob, signal: AbortSignal, progress: (share: number) => void): Promise<End> {
  const cancelled: End = { state: 'cancelled', fault: null, result: null }
  if (signal.aborted) return Promise.resolve(cancelled)
  return new Promise((resolve) => {
    const worker = new Worker(new URL('./rehearsal-thread.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: MOST_MB },
    })
    const failed = (fault: string): End => ({ state: 'failed', fault: fault.slice(0, 1_000), result: null })
    let ended: End | null = null
    const end = (how: End) => {
      if (ended !== null) return
      ended = how
      signal.removeEventListener('abort', cancel)
      // Whoever waits for the next one waits until this one has let go of its memory and files.
      void worker.terminate().finally(() => resolve(how))
    }
    const cancel = () => end(cancelled)
    signal.addEventListener('abort', cancel)
    worker.on('message', (news: JobNews) => {
      if (news.is === 'share') progress(news.share)
      else if (news.is === 'done') end({ state: 'done', fault: null, result: news.result })
      else end(failed(news.why))
    })
    worker.on('error', (error) => end(failed(messageOf(error))))
    worker.on('exit', () => end(failed('its thread has ended')))
    worker.postMessage(job)
  })
}
