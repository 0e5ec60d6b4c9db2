import type { History } from '../../../core/contract/http.ts'
import { SPARK_COLUMNS, type Sparkline } from '../../../core/contract/register.ts'
import { type UtcMs, utcMs } from '../../../core/contract/time.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { HistoryStore } from '../history/store.ts'
import type { CountyState } from '../ingest/county.ts'
import type { SiteRegister } from './register.ts'

/** The last day of many sites at once, in short. */
export interface Sparklines {
  /** In the order asked for; sites that are not known are left out. Throws `history/unavailable`, `store/failed`. */
  of(sites: readonly string[]): Promise<Sparkline[]>
}

export interface SparklineDeps {
  readonly register: Pick<SiteRegister, 'newestPicture'>
  readonly history: Pick<HistoryStore, 'query'>
  readonly county: Pick<CountyState, 'site' | 'point'>
  readonly clock: Clock
}

const DAY_MS = 86_400_000
const COLUMN_MS = DAY_MS / SPARK_COLUMNS
/** An answer is good for so long, for everybody who asks. */
const KEPT_MS = 120_000
/** Questions that are put to the history at once. */
const AT_ONCE = 3
const WITHIN_MS = 20_000

interface Kept {
  readonly at: number
  readonly answer: Promise<Sparkline>
}

/** Opens them. The history is asked for one site once in two minutes at the most, and for a few sites at a time. */
export function openSparklines(deps: SparklineDeps): Sparklines {
  const { county, clock } = deps
  const kept = new Map<string, Kept>()
  const turn = lane(AT_ONCE)
  const fresh = (site: string): Promise<Sparkline> => {
    const now = clock.mono()
    const known = kept.get(site)
    if (known !== undefined && now - known.at < KEPT_MS) return known.answer
    const answer = turn(() => sparkline(site, deps))
    kept.set(site, { at: now, answer })
    // What failed may be asked again at once.
    answer.catch(() => kept.delete(site))
    return answer
  }
  return { of: (sites) => Promise.all(sites.filter((site) => county.site(site) !== null).map(fresh)) }
}

async function sparkline(site: string, { register, history, county, clock }: SparklineDeps): Promise<Sparkline> {
  const to = utcMs(Math.ceil(clock.now() / COLUMN_MS) * COLUMN_MS)
  const from = utcMs(to - DAY_MS)
  const point = county.site(site)?.headline ?? null
  const quantity = point === null ? null : (county.point(site, point)?.quantity ?? null)
  const picture = await register.newestPicture(site)
  const span = { from, to, columns: SPARK_COLUMNS }
  const found =
    point === null || quantity === null
      ? null
      : await history.query({ site, point, quantity }, span, AbortSignal.timeout(WITHIN_MS))
  return { site, point, quantity, from, to, mean: columnsOf(found, from), picture }
}

/** The mean of each half hour; null where there was nothing good. */
function columnsOf(history: History | null, from: UtcMs): (number | null)[] {
  const columns = new Array<number | null>(SPARK_COLUMNS).fill(null)
  for (const [index, at] of (history?.at ?? []).entries()) {
    const column = Math.floor((at - from) / COLUMN_MS)
    if (column >= 0 && column < SPARK_COLUMNS) columns[column] = history?.mean[index] ?? null
  }
  return columns
}

/** Lets so many pieces of work run at once, in the order they came. */
function lane(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0
  const waiting: (() => void)[] = []
  const leave = () => {
    running -= 1
    waiting.shift()?.()
  }
  return async (work) => {
    if (running >= most) await new Promise<void>((enter) => waiting.push(enter))
    running += 1
    try {
      return await work()
    } finally {
      leave()
    }
  }
}
