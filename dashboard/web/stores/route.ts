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

/** Where the reader is. Everything a screen shows can be reached again by its address. */
export type Route =
  | { readonly page: 'overview' }
  | { readonly page: 'site'; readonly site: string; readonly point: string | null; readonly span: Span }
  | { readonly page: 'alarms'; readonly show: 'open' | 'all' }
  | { readonly page: 'alarm'; readonly id: string }
  | { readonly page: 'ledger'; readonly subject: string | null }
  | { readonly page: 'gateways' }
  | { readonly page: 'duty' }
  | { readonly page: PlainPage; readonly query: Query }

/** The address of a route, as the part after `#`. */
export function addressOf(route: Route): string {
  switch (route.page) {
    case 'overview':
      return '/'
    case 'site':
      return withQuery(`/sites/${encodeURIComponent(route.site)}`, {
        point: route.point,
        span: route.span === FIRST_SPAN ? null : route.span,
      })
    case 'alarms':
      return withQuery('/alarms', { show: route.show === 'open' ? null : route.show })
    case 'alarm':
      return `/alarms/${encodeURIComponent(route.id)}`
    case 'ledger':
      return withQuery('/ledger', { subject: route.subject })
    case 'gateways':
      return '/gateways'
    case 'duty':
      return '/duty'
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
    return { page: 'site', site: subject, point: url.searchParams.get('point'), span: spanOf(url.searchParams) }
  }
  if (place === 'alarms' && subject !== null) return { page: 'alarm', id: subject }
  if (place === 'alarms') return { page: 'alarms', show: url.searchParams.get('show') === 'all' ? 'all' : 'open' }
  if (place === 'ledger') return { page: 'ledger', subject: url.searchParams.get('subject') }
  if (place === 'gateways') return { page: 'gateways' }
  if (place === 'duty') return { page: 'duty' }
  const plain = PLAIN_PAGES.find((name) => name === place)
  if (plain !== undefined) return { page: plain, query: Object.fromEntries(url.searchParams) }
  return { page: 'overview' }
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
  /** As `go`, without a step to go back to. */
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
  view.history.replaceState({ depth }, '')
  view.addEventListener('hashchange', () => {
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
      view.history.replaceState({ depth }, '', `#${addressOf(next)}`)
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
