import type { Receipt } from '../../../core/contract/lanes.ts'
import { isHouseError, messageOf } from '../../../core/kit/errors.ts'
import { systemClock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import type { HistoryBatch } from '../history/store.ts'
import { openFairQueue } from './fair-queue.ts'
import { type Came, type GroupDeps, judgeGroup, keepReceipt } from './link-group.ts'
import { openLiveQueue } from './live-queue.ts'
import type { SendReceipt } from './receipts.ts'
import type { Refusals } from './refusals.ts'

/** What comes within this time shares one write. */
const GATHER_MS = 100

/** Readings of one write, live ones and those of links each. */
const MOST_LIVE = 20_000
const MOST_OF_LINKS = 20_000

/** Links and trends that may wait; the rest stays at the edge. A message is about 16 kB. */
const MOST_LINKS = 4_000
const MOST_LINKS_OF_SITE = 256

const LONGEST_PAUSE_MS = 10_000

/** The way of everything that is measured into the history and the archive. */
export interface HistoryLane {
  /** Takes live readings; they bear no receipt, as their range will come. */
  addLive(batch: HistoryBatch): void
  /** Takes a link or trend. It is receipted when it is stored, with `keep` when there is no room or the history is away. */
  add(came: Came): void
  /** Readings taken and not yet durable. */
  waiting(): number
  /** Whether the last write succeeded. */
  isOk(): boolean
  /** Readings that are in the archive alone, because no birth has told of their points; since start. */
  unknown(): number
  /** Writes until `signal` aborts, then writes what is left once. */
  run(signal: AbortSignal): Promise<void>
}

export interface HistoryLaneDeps extends GroupDeps {
  readonly receipt: SendReceipt
  readonly refusals: Refusals
  readonly log: Log
}

export function openHistoryLane(deps: HistoryLaneDeps): HistoryLane {
  const { history, receipt, refusals, log } = deps
  const live = openLiveQueue(log)
  const links = openFairQueue<Came>({ most: MOST_LINKS, mostOfSite: MOST_LINKS_OF_SITE, weightOf: readingsOf })
  const state = { isOk: true, unknown: 0 }
  let sent: Promise<unknown> = Promise.resolve()
  let wake: () => void = () => undefined

  const send = async (receipts: readonly { readonly site: string; readonly receipt: Receipt }[]) => {
    // The broker's answers to these may take as long as the next write.
    await sent
    sent = Promise.all(receipts.map(({ site, receipt: one }) => receipt(site, one)))
  }
  const keepAll = (group: readonly Came[], why: string) =>
    send(group.map((came) => ({ site: came.site, receipt: keepReceipt(came, why) })))

  const take = (): readonly Came[] => {
    let readings = 0
    return links.take((came) => (readings += readingsOf(came)) <= MOST_OF_LINKS).map(({ piece }) => piece)
  }
  const writeOnce = async (signal: AbortSignal) => {
    const fresh = live.first(MOST_LIVE)
    const group = take()
    try {
      const judged = await judgeGroup(group, deps)
      const left = await history.write([...fresh, ...judged.batches], signal)
      live.done(fresh)
      const outcome = await judged.store(left, signal)
      for (const { source, error } of outcome.refused) refusals.refused(source, error)
      state.unknown += outcome.unknown
      await send(outcome.receipts)
    } catch (error) {
      await keepAll(group, 'the history or the archive does not take it now')
      throw error
    }
    if (!state.isOk) log.info({ history: history.kind }, 'the history takes readings again')
    state.isOk = true
  }
  const failed = (error: unknown) => {
    if (state.isOk) {
      const code = isHouseError(error) ? error.code : 'store/failed'
      log.error({ code, why: messageOf(error) }, 'readings cannot be stored; they wait at the gateways')
    }
    state.isOk = false
  }
  const isIdle = () => live.waiting() === 0 && links.size() === 0
  const somethingToDo = (signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      if (!isIdle() || signal.aborted) {
        resolve()
        return
      }
      wake = resolve
    })

  return {
    addLive: (batch) => {
      live.add(batch)
      wake()
    },
    add: (came) => {
      const why = state.isOk ? 'too much waits already' : 'the history does not answer'
      if (state.isOk && links.add(came.site, pieceName(came), came)) wake()
      else void receipt(came.site, keepReceipt(came, why))
    },
    waiting: () => live.waiting() + links.weight(),
    isOk: () => state.isOk,
    unknown: () => state.unknown,
    run: async (signal) => {
      const isOver = () => signal.aborted
      signal.addEventListener('abort', () => wake(), { once: true })
      let pause = 0
      // A history that is away is noticed at the start, and its return also when no readings come.
      let isUnsure = true
      while (!isOver()) {
        if (!isUnsure) await somethingToDo(signal)
        // A backlog is not gathered: it is there.
        const gather = links.size() > MOST_LINKS_OF_SITE / 4 ? 0 : GATHER_MS
        await systemClock.sleep(Math.max(gather, pause), signal).catch(() => undefined)
        if (isOver()) break
        try {
          await writeOnce(signal)
          pause = 0
          isUnsure = false
        } catch (error) {
          if (!isOver()) failed(error)
          isUnsure = true
          pause = Math.min(LONGEST_PAUSE_MS, Math.max(500, pause * 2))
        }
      }
      if (!isIdle()) await writeOnce(AbortSignal.timeout(500)).catch(() => undefined)
      await Promise.race([sent, systemClock.sleep(500)])
    },
  }
}

function readingsOf(came: Came): number {
  if (came.kind === 'trend') return 0
  const { link } = came.link.head
  return link.kind === 'range' && came.link.head.fidelity === 'raw' ? Math.max(0, link.to - link.from + 1) : 0
}

function pieceName(came: Came): string {
  if (came.kind === 'trend') return `trend ${came.trend.head.stream} ${came.trend.head.from}`
  const { link } = came.link.head
  return `${link.stream} ${link.n} ${came.link.hash}`
}
