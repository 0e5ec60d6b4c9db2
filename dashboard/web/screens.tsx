import type { ComponentType } from 'preact'
import { type Late, type LateOptions, latePage } from './kit/late-page.tsx'
import { usePage } from './page.ts'
import { OverviewPage } from './pages/overview.tsx'
import type { PlainPage } from './stores/route.ts'

/** A screen that comes with the sheets of its kind. */
function lateScreen<P extends object>(load: () => Promise<ComponentType<P>>, options?: LateOptions): Late<P> {
  return latePage(async () => {
    const [screen] = await Promise.all([load(), import('./style/late.css')])
    return screen
  }, options)
}

/** Screens whose whole view lies in their query. */
const PLAIN = {
  sites: lateScreen(() => import('./pages/sites.tsx').then(({ SitesPage }) => SitesPage)),
  trends: lateScreen(() => import('./pages/trends.tsx').then(({ TrendsPage }) => TrendsPage)),
  handover: lateScreen(() => import('./pages/handover.tsx').then(({ HandoverPage }) => HandoverPage)),
  rules: lateScreen(() => import('./pages/rules.tsx').then(({ RulesPage }) => RulesPage)),
  quality: lateScreen(() => import('./pages/quality.tsx').then(({ QualityPage }) => QualityPage)),
  suppressions: lateScreen(() => import('./pages/suppressions.tsx').then(({ SuppressionsPage }) => SuppressionsPage)),
  system: lateScreen(() => import('./pages/system.tsx').then(({ SystemPage }) => SystemPage)),
  phone: lateScreen(() => import('./pages/phone.tsx').then(({ PhonePage }) => PhonePage)),
} as const satisfies Record<PlainPage, unknown>

const AlarmPage = lateScreen(() => import('./pages/alarm.tsx').then(({ AlarmPage }) => AlarmPage))
const AlarmsPage = lateScreen(() => import('./pages/alarms.tsx').then(({ AlarmsPage }) => AlarmsPage))
const DutyPage = lateScreen(() => import('./pages/duty.tsx').then(({ DutyPage }) => DutyPage))
const GatewaysPage = lateScreen(() => import('./pages/gateways.tsx').then(({ GatewaysPage }) => GatewaysPage))
const LedgerPage = lateScreen(() => import('./pages/ledger.tsx').then(({ LedgerPage }) => LedgerPage))
const SitePage = lateScreen(() => import('./pages/site.tsx').then(({ SitePage }) => SitePage))

const nothing = { waiting: () => null }
const LateActForm = lateScreen(() => import('./parts/act-form.tsx').then(({ ActForm }) => ActForm), nothing)
const LateHeldBar = latePage(() => import('./parts/alarm-held-bar.tsx').then(({ HeldBar }) => HeldBar), nothing)

/** The keys and the marks. */
export const Help = latePage(() => import('./parts/help.tsx').then(({ Help }) => Help), nothing)

/** What people go to next, the most likely first. */
const NEXT = [AlarmPage, AlarmsPage, LateActForm, SitePage, Help, PLAIN.sites, PLAIN.trends, DutyPage]

/** Fetches the code of the screens people go to next, one after the other so that it is in nobody's way. */
export async function preloadScreens(signal: AbortSignal): Promise<void> {
  for (const screen of NEXT) {
    if (signal.aborted) return
    await screen.preload()
  }
}

/** The form of any other act, when one is open. */
export function ActForm() {
  return usePage().desk.acting.value === null ? null : <LateActForm />
}

/** The acknowledgement of many that is still held, or what became of it. */
export function HeldBar() {
  const { held, outcome } = usePage().desk.bulk
  return held.value === null && outcome.value === null ? null : <LateHeldBar />
}

/** The screen the address names. */
export function Screen() {
  const route = usePage().router.route.value
  switch (route.page) {
    case 'overview':
      return <OverviewPage query={route.query ?? {}} />
    case 'site':
      return <SitePage key={route.site} {...route} />
    case 'alarms':
      return <AlarmsPage show={route.show} query={route.query ?? {}} />
    case 'alarm':
      return <AlarmPage key={route.id} id={route.id} />
    case 'ledger':
      return <LedgerPage subject={route.subject} />
    case 'gateways':
      return <GatewaysPage />
    case 'duty':
      return <DutyPage query={route.query ?? {}} />
    default: {
      const Late = PLAIN[route.page]
      return <Late query={route.query} />
    }
  }
}
