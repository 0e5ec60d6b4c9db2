import { useEffect, useMemo, useRef } from 'preact/hooks'
import { compareSites } from '../../../core/alarms/site-state.ts'
import { utcMs } from '../../../core/contract/time.ts'
import { latePage } from '../kit/late-page.tsx'
import { OverviewAlarms } from '../parts/overview-alarms.tsx'
import { OverviewSites } from '../parts/overview-sites.tsx'
import { useOverviewKeys } from '../parts/use-overview-keys.ts'
import { usePage, useTexts } from '../page.ts'
import { openInOrder } from '../stores/alarm-order.ts'
import { type OverviewView, overviewViewOf, queryOfOverview } from '../stores/overview-view.ts'
import type { Query } from '../stores/route.ts'

const DeskStrip = latePage(() => import('../parts/desk-strip.tsx').then(({ DeskStrip: Strip }) => Strip), {
  waiting: () => <div class="strip" />,
})

/** Sites are put in order anew at most so often, ms: nothing goes stale faster. */
const ORDER_EVERY_MS = 1_000

/** The county at one glance: where, what, since when, what is not being watched, and what to do next. */
export function OverviewPage({ query }: { readonly query: Query }) {
  const { live, router } = usePage()
  const texts = useTexts()
  const { sites, alarms, epoch } = live.state.value
  const second = Math.floor(live.now.value / ORDER_EVERY_MS)
  const worstFirst = useMemo(() => {
    const now = utcMs(second * ORDER_EVERY_MS)
    return [...sites.values()].sort((a, b) => compareSites(a, b, now))
  }, [sites, second])
  const open = useMemo(() => openInOrder(alarms.values()), [alarms])
  const view = overviewViewOf(query)
  const change = (part: Partial<OverviewView>) => {
    // What is in the address now, not what was when this was drawn: keys come faster than frames.
    const route = router.route.value
    const now = route.page === 'overview' ? overviewViewOf(route.query ?? {}) : view
    const next = queryOfOverview({ ...now, ...part })
    router.replace(Object.keys(next).length === 0 ? { page: 'overview' } : { page: 'overview', query: next })
  }
  useSelection(view, change)
  const acts = useOverviewKeys({ view, open, change })
  if (epoch === 0) return <p class="empty is-page">{texts.banner.never}</p>
  return (
    <div class="overview">
      <h1 class="unseen">{texts.nav.overview}</h1>
      <OverviewSites sites={worstFirst} view={view} change={change} />
      <OverviewAlarms open={open} view={view} change={change} acts={acts} />
      <DeskStrip />
    </div>
  )
}

/** Keeps the selected alarm of the address and that of the desk the same: links bring one, keys the other. */
function useSelection({ alarm }: OverviewView, change: (part: Partial<OverviewView>) => void): void {
  const { desk, router } = usePage()
  const cursor = desk.cursor.value
  // What keys brought into the address comes back from it a moment later, when they may have gone on.
  const written = useRef<string | null>(null)
  useEffect(() => {
    if (alarm !== null && alarm !== written.current) desk.cursor.value = alarm
    written.current = null
  }, [alarm])
  useEffect(() => {
    const route = router.route.value
    if (route.page !== 'overview' || cursor === null) return
    if (overviewViewOf(route.query ?? {}).alarm === cursor) return
    written.current = cursor
    change({ alarm: cursor })
  }, [cursor])
}
