import type { FastifyInstance } from 'fastify'
import type { ManyHistory, ManyHistoryQuery, TrendPoint } from '../../../core/contract/trends.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import type { Caller } from '../access/access.ts'
import { columnWidth } from '../history/columns.ts'
import { findPoints, trendPointOf } from '../ingest/find-points.ts'
import { API } from './api.ts'
import { callerOf, seesId } from './gate.ts'
import { serve } from './routes.ts'
import type { HttpServices } from './services.ts'

const LONGEST_MS = 400 * 86_400_000

type Needs = Pick<HttpServices, 'county' | 'board' | 'history' | 'proof'>

/** The routes of looking back. */
export function serveTrends(app: FastifyInstance, services: Needs): void {
  const { county, proof } = services
  serve(app, API.historyMany, ({ query, request, signal }) =>
    many(services, query, { caller: callerOf(request), signal }),
  )
  serve(app, API.pointSearch, ({ query, request }) => {
    const caller = callerOf(request)
    return Promise.resolve(findPoints(county, query, (site) => seesId(caller, county, site)))
  })
  serve(app, API.suppressions, async ({ query, request }) => {
    checkSpan(query)
    const caller = callerOf(request)
    const entries = await proof.suppressions(query)
    return { entries: entries.filter(({ site }) => seesId(caller, county, site)) }
  })
}

interface Asking {
  readonly caller: Caller
  readonly signal: AbortSignal
}

/** What the caller may not see is told like what is not there. */
async function many(
  { county, history }: Needs,
  { points, ...query }: ManyHistoryQuery,
  { caller, signal }: Asking,
): Promise<ManyHistory> {
  checkSpan(query)
  const asked = [...new Set(points)].map((name) => ({ name, info: seenPoint(county, name, caller) }))
  const known = asked.flatMap(({ info }) => info ?? [])
  const columnMs = columnWidth(query)
  const answers = known.map(async (info) => ({
    ...info,
    latest: county.readingsSince(info.site, -1).find(({ point }) => point === info.point)?.latest ?? null,
    history: await history.query(info, query, signal),
  }))
  return {
    ...{ from: query.from, to: query.to, columnMs },
    points: await Promise.all(answers),
    unknown: asked.flatMap(({ name, info }) => (info === null ? [name] : [])),
  }
}

function seenPoint(county: Needs['county'], name: string, caller: Caller): TrendPoint | null {
  const [site = '', ...point] = name.split('/')
  return seesId(caller, county, site) ? trendPointOf(county, site, point.join('/')) : null
}

function checkSpan({ from, to }: { readonly from: number; readonly to: number }): void {
  if (from < to && to - from <= LONGEST_MS) return
  const facts = { expected: 'from before to, at most 400 days apart', came: `${from}…${to}` }
  throw new HouseError('http/invalid', `query: expected ${facts.expected}, came ${facts.came}`, facts)
}
