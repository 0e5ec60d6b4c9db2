import { signal, type ReadonlySignal } from '@preact/signals'
import { MOST_SPARKLINES, type Sparkline } from '../../../core/contract/register.ts'
import type { PageClock } from '../kit/clock.ts'

/** The last days of the sites that are seen, and of no others. */
export interface SparkBook {
  /** What is known; grows as answers come. */
  readonly known: ReadonlySignal<ReadonlyMap<string, Sparkline>>
  /** Asks for a site while it is seen, and again every five minutes; ends with what is returned. */
  want(site: string): () => void
  end(): void
}

/** Rows that only fly past are not asked for. */
const GATHER_MS = 250
const AGAIN_MS = 300_000
/** A question that failed is put again after this. */
const RETRY_MS = 10_000

/** A book over what asks the control room. Questions are gathered, at most one is under way, each for 200 sites at most. */
export function openSparkBook(
  ask: (sites: readonly string[], signal: AbortSignal) => Promise<readonly Sparkline[]>,
  clock: PageClock,
): SparkBook {
  const known = signal<ReadonlyMap<string, Sparkline>>(new Map())
  const seen = new Map<string, number>()
  const askedAt = new Map<string, number>()
  const ended = new AbortController()
  let isRunning = false

  const due = (): string[] => {
    const now = clock.mono()
    return [...seen.keys()].filter((site) => now - (askedAt.get(site) ?? -Infinity) >= AGAIN_MS)
  }
  const askNow = async (sites: readonly string[]) => {
    const now = clock.mono()
    for (const site of sites) askedAt.set(site, now)
    try {
      const answers = await ask(sites, ended.signal)
      known.value = new Map([...known.value, ...answers.map((one) => [one.site, one] as const)])
    } catch {
      // They stay as they are, hatched where nothing is known, and are asked for again soon.
      for (const site of sites) askedAt.set(site, now - AGAIN_MS + RETRY_MS)
    }
  }
  const run = async () => {
    if (isRunning) return
    isRunning = true
    try {
      while (seen.size > 0) {
        await clock.sleep(GATHER_MS, ended.signal)
        const sites = due().slice(0, MOST_SPARKLINES)
        if (sites.length > 0) await askNow(sites)
      }
    } catch {
      // Ended.
    } finally {
      isRunning = false
    }
  }
  return {
    known,
    want: (site) => {
      seen.set(site, (seen.get(site) ?? 0) + 1)
      void run()
      return () => {
        const left = (seen.get(site) ?? 1) - 1
        if (left > 0) seen.set(site, left)
        else seen.delete(site)
      }
    },
    end: () => ended.abort(),
  }
}
