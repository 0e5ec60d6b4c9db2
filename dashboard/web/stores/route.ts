import { signal, type ReadonlySignal } from '@preact/signals'

/** Spans a trend can show, with their length in ms. */
export const SPANS = {
  '15min': 900_000,
  '1h': 3_600_000,
  '8h': 28_800_000,
  '24h': 86_400_000,
  '30d': 2_592_000_000,
  '1y': 31_536_000_000,
} as const
export type Span = keyof typeof SPANS

/** What a site's trend shows until somebody chooses. */
export const FIRST_SPAN: Span = '15min'

/** Pages whose whole view lies in their query; each reads and writes its own. */
export const PLAIN_PAGES = [
  'sites',
  'trends',
  'handover',
  'rules',
  'quality',
  'suppressions',
  'system',
  'phone',
] as const
export type PlainPage = (typeof PLAIN_PAGES)[number]

/** What stands behind the `?` of an address. */
export type Query = Readonly<Record<string, string>>

/** Where the reader is. Everything a screen shows can be reached again by its address. A query without entries is left out. */
export type Route =
  | { readonly page: 'overview'; readonly query?: Query }
  | {
      readonly page: 'site'
      readonly site: string
      readonly point: string | null
      readonly span: Span
      /** What is shown beside the pit itself. */
      readonly tab?: 'technical'
    }
  | { readonly page: 'alarms'; readonly show: 'open' | 'all'; readonly query?: Query }
  | { readonly page: 'alarm'; readonly id: string }
  | { readonly page: 'ledger'; readonly subject: string | null }
  | { readonly page: 'gateways' }
  | { readonly page: 'duty'; readonly query?: Query }
  | { readonly page: PlainPage; readonly query: Query }

/** The address of a route, as the part after `#`. */
export function addressOf(route: Route): string {
  switch (route.page) {
    case 'overview':
      return withQuery('/', route.query ?? {})
    case 'site':
      return withQuery(`/sites/${encodeURIComponent(route.site)}`, {
        point: route.point,
        span: route.span === FIRST_SPAN ? null : route.span,
        tab: route.tab ?? null,
      })
    case 'alarms':
      return withQuery('/alarms', { ...route.query, show: route.show === 'open' ? null : route.show })
    case 'alarm':
      return `/alarms/${encodeURIComponent(route.id)}`
    case 'ledger':
      return withQuery('/ledger', { subject: route.subject })
    case 'gateways':
      return '/gateways'
    case 'duty':
      return withQuery('/duty', route.query ?? {})
    default:
      return withQuery(`/${route.page}`, route.query)
  }
}

/** The route of an address; the overview for an address that means nothing. Inverse of `addressOf`. */
export function routeOf(address: string): Route {
  const url = new URL(address.replace(/^#/, '').replace(/^\/*/, '/'), 'http://page')
  const [place, id] = url.pathname.split('/').filter((part) => part !== '')
  const subject = id === undefined ? null : decoded(id)
  if (place === 'sites' && subject !== null) {
    const { searchParams } = url
    const tab = searchParams.get('tab') === 'technical' ? { tab: 'technical' as const } : {}
    return { page: 'site', site: subject, point: searchParams.get('point'), span: spanOf(searchParams), ...tab }
  }
  if (place === 'alarms' && subject !== null) return { page: 'alarm', id: subject }
  if (place === 'alarms') {
    const { show, ...query } = Object.fromEntries(url.searchParams)
    return { page: 'alarms', show: show === 'all' ? 'all' : 'open', ...whereAny(query) }
  }
  if (place === 'ledger') return { page: 'ledger', subject: url.searchParams.get('subject') }
  if (place === 'gateways') return { page: 'gateways' }
  if (place === 'duty') return { page: 'duty', ...whereAny(Object.fromEntries(url.searchParams)) }
  const plain = PLAIN_PAGES.find((name) => name === place)
  if (plain !== undefined && id === undefined) return { page: plain, query: Object.fromEntries(url.searchParams) }
  return { page: 'overview', ...whereAny(place === undefined ? Object.fromEntries(url.searchParams) : {}) }
}

function whereAny(query: Query): { readonly query?: Query } {
  return Object.keys(query).length === 0 ? {} : { query }
}

function spanOf(query: URLSearchParams): Span {
  const span = query.get('span')
  return span !== null && Object.hasOwn(SPANS, span) ? (span as Span) : FIRST_SPAN
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}

function withQuery(path: string, values: Readonly<Record<string, string | null>>): string {
  const query = new URLSearchParams()
  for (const [key, value] of Object.entries(values)) {
    if (value !== null) query.set(key, value)
  }
  const text = query.toString()
  return text === '' ? path : `${path}?${text}`
}

export interface Router {
  readonly route: ReadonlySignal<Route>
  go(route: Route): void
  /** As `go`, without a step to go back to. Does nothing while the reader is on the way to somewhere else. */
  replace(route: Route): void
  /** To the screen before, or to `fallback` where this was the first. */
  back(fallback: Route): void
}

/**
 * The router over the address bar: the address is the only state, so a reload and a sent link both land where they should.
 * Each entry of the history remembers how many screens of this page lie before it.
 */
export function openRouter(view: Window): Router {
  const route = signal(routeOf(view.location.hash))
  let depth = depthOf(view.history.state) ?? 0
  let shown = view.location.hash
  view.history.replaceState({ depth }, '')
  view.addEventListener('hashchange', () => {
    shown = view.location.hash
    depth = depthOf(view.history.state) ?? depth + 1
    view.history.replaceState({ depth }, '')
    route.value = routeOf(view.location.hash)
  })
  const go = (next: Route) => {
    view.location.hash = addressOf(next)
  }
  return {
    route,
    go,
    replace: (next) => {
      // A link that was just followed stands in the address before this page hears of it: the screen that is left must not take it back.
      if (view.location.hash !== shown) return
      view.history.replaceState({ depth }, '', `#${addressOf(next)}`)
      shown = view.location.hash
      route.value = next
    },
    back: (fallback) => {
      if (depth > 0) view.history.back()
      else go(fallback)
    },
  }
}

function depthOf(state: unknown): number | null {
  if (typeof state !== 'object' || state === null || !('depth' in state)) return null
  return typeof state.depth === 'number' ? state.depth : null
}
