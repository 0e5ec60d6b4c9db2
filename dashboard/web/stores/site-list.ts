import type { RegisterRow } from '../../../core/contract/register.ts'
import { RegisterStatus } from '../../../core/contract/register.ts'
import type { SiteSummary } from '../../../core/contract/http.ts'
import type { Language } from '../../../core/contract/text.ts'
import { comparePriority } from '../../../core/alarms/priority.ts'
import type { SiteView } from '../show/site-words.ts'
import type { Query } from './route.ts'

/** What a list of sites can be sorted by; the first is how it comes. */
export const SITE_SORTS = ['worst', 'name', 'town', 'status', 'value', 'check', 'standards'] as const
export type SiteSort = (typeof SITE_SORTS)[number]

/** What of the county the list shows, and in which order. All of it lies in the address. */
export interface SiteListView {
  /** The town by its name in zh-CN; null = all. */
  readonly town: string | null
  readonly status: RegisterStatus | null
  readonly text: string
  readonly unwatched: boolean
  readonly overdue: boolean
  readonly sort: SiteSort
}

export const WHOLE_LIST: SiteListView = {
  town: null,
  status: null,
  text: '',
  unwatched: false,
  overdue: false,
  sort: 'worst',
}

/** The view of an address; what it does not know it leaves out. Inverse of `queryOfSiteList`. */
export function siteListOf(query: Query): SiteListView {
  const status = RegisterStatus.safeParse(query.status)
  return {
    town: query.town ?? null,
    status: status.success ? status.data : null,
    text: query.text ?? '',
    unwatched: query.unwatched === '1',
    overdue: query.overdue === '1',
    sort: SITE_SORTS.find((one) => one === query.sort) ?? 'worst',
  }
}

/** The address of a view: only what is not as it comes. */
export function queryOfSiteList({ town, status, text, unwatched, overdue, sort }: SiteListView): Query {
  return {
    ...(town === null ? {} : { town }),
    ...(status === null ? {} : { status }),
    ...(text === '' ? {} : { text }),
    ...(unwatched ? { unwatched: '1' } : {}),
    ...(overdue ? { overdue: '1' } : {}),
    ...(sort === 'worst' ? {} : { sort }),
  }
}

/** One site as the list knows it. */
export interface ListedSite {
  readonly summary: SiteSummary
  readonly view: SiteView
  /** null until the register has answered. */
  readonly row: RegisterRow | null
  /** Days since somebody looked; null = never, as far as is known. */
  readonly checkAge: number | null
}

/** Whether the mouths of a site of this status are to be closed, by the six standards. */
export function isToBeClosed(status: RegisterStatus): boolean {
  return status === 'closed' || status === 'guarded' || status === 'dewatering'
}

/** Days from one date to another, both as YYYY-MM-DD. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000)
}

/** How many days a site's check is overdue; null = it is not. A site that was never looked at is overdue from the start. */
export function overdueDays({ row, checkAge }: Pick<ListedSite, 'row' | 'checkAge'>): number | null {
  if (row === null || row.status === 'lookout') return null
  if (checkAge === null) return 0
  const late = checkAge - row.checkEveryDays
  return late > 0 ? late : null
}

/** The sites of a view in its order. */
export function listedSites(
  sites: readonly ListedSite[],
  view: SiteListView,
  language: Language,
): readonly ListedSite[] {
  const wanted = view.text.trim().toLowerCase()
  const shown = sites.filter((one) => {
    const { summary, row } = one
    if (view.town !== null && summary.site.area['zh-CN'] !== view.town) return false
    if (view.status !== null && row?.status !== view.status) return false
    if (view.unwatched && one.view.watch === 'watched') return false
    if (view.overdue && overdueDays(one) === null) return false
    return wanted === '' || saidOf(one).some((text) => text.toLowerCase().includes(wanted))
  })
  const compare = ORDER[view.sort]
  const byName = (a: ListedSite, b: ListedSite) => COLLATOR[language].compare(nameOf(a, language), nameOf(b, language))
  return shown.sort((a, b) => compare(a, b, language) || byName(a, b))
}

function saidOf({ summary: { site }, row }: ListedSite): string[] {
  const { id, name, area, village } = site
  const texts = [name, area, ...(village === undefined ? [] : [village])]
  const answers = row?.answers ?? null
  return [
    id,
    ...texts.flatMap((one) => [one['zh-CN'], one.en]),
    ...(answers === null ? [] : [answers.name, answers.post]),
  ]
}

function nameOf({ summary }: ListedSite, language: Language): string {
  return summary.site.name[language]
}

/** Made once: a thousand names are compared each second. */
const COLLATOR: Readonly<Record<Language, Intl.Collator>> = {
  'zh-CN': new Intl.Collator('zh-CN'),
  en: new Intl.Collator('en'),
}

type Order = (a: ListedSite, b: ListedSite, language: Language) => number

const ORDER: Readonly<Record<SiteSort, Order>> = {
  worst: (a, b) =>
    rankOf(a) - rankOf(b) ||
    (a.view.worst !== null && b.view.worst !== null ? comparePriority(a.view.worst, b.view.worst) : 0),
  name: () => 0,
  town: (a, b, language) => COLLATOR[language].compare(a.summary.site.area[language], b.summary.site.area[language]),
  status: (a, b) => statusRank(a) - statusRank(b),
  value: (a, b) => valueOf(b) - valueOf(a),
  check: (a, b) => (b.checkAge ?? Infinity) - (a.checkAge ?? Infinity) || 0,
  standards: (a, b) => (a.row?.standardsMet ?? 7) - (b.row?.standardsMet ?? 7),
}

/** What somebody must answer first, then what is open, then what nobody watches. */
function rankOf({ view }: ListedSite): number {
  if (view.worst !== null && view.unacked) return 0
  if (view.worst !== null && view.held === null) return 1
  if (view.watch === 'offline' || view.watch === 'stale') return 2
  return view.watch === 'partly' || view.worst !== null ? 3 : 4
}

function statusRank({ row }: ListedSite): number {
  return row === null ? RegisterStatus.options.length : RegisterStatus.options.indexOf(row.status)
}

/** Values of unlike quantities cannot be compared; within one quantity the greatest comes first. */
function valueOf({ summary: { headline } }: ListedSite): number {
  return typeof headline?.value === 'number' ? headline.value : -Infinity
}
