import type { Role } from '../../../core/contract/access.ts'
import type { PlainPage, Route } from './route.ts'

/** A place of the page one goes to by the bar, the menu or two keys. Its name is its word in `texts.nav`. */
export interface Place {
  readonly name: 'overview' | 'alarms' | 'duty' | 'ledger' | 'gateways' | PlainPage
  /** Goes there when pressed after `g`. */
  readonly letter: string
  readonly route: Route
  /** The screens that belong to it. */
  readonly pages: readonly Route['page'][]
  /** In the bar; the others stand in the menu beside it. */
  readonly isMain: boolean
  /** Who has no business there does not see it. The server decides by itself. */
  readonly roles: readonly Role[]
}

const ALL: readonly Role[] = ['viewer', 'operator', 'duty-leader', 'technician', 'administrator']
const CREW = ALL.filter((role) => role !== 'viewer')

type Rest = Partial<Pick<Place, 'isMain' | 'roles' | 'pages'>>

function plain(name: PlainPage, letter: string, rest: Rest = {}): Place {
  return { name, letter, route: { page: name, query: {} }, pages: [name], isMain: false, roles: ALL, ...rest }
}

function own(name: Exclude<Place['name'], PlainPage>, letter: string, rest: Rest & Pick<Place, 'route'>): Place {
  return { name, letter, pages: [rest.route.page], isMain: false, roles: ALL, ...rest }
}

/** Every place, in the order of the bar and then of the menu. */
export const PLACES: readonly Place[] = [
  own('overview', 'o', { route: { page: 'overview' }, isMain: true }),
  own('alarms', 'a', { route: { page: 'alarms', show: 'open' }, pages: ['alarms', 'alarm'], isMain: true }),
  plain('sites', 's', { pages: ['sites', 'site'], isMain: true }),
  plain('trends', 't', { isMain: true }),
  own('duty', 'd', { route: { page: 'duty' }, isMain: true }),
  plain('handover', 'h', { isMain: true }),
  plain('rules', 'r'),
  plain('quality', 'q'),
  plain('suppressions', 'u'),
  own('ledger', 'l', { route: { page: 'ledger', subject: null } }),
  own('gateways', 'w', { route: { page: 'gateways' } }),
  plain('system', 'y', { roles: CREW }),
  plain('phone', 'p', { roles: CREW }),
]

/** The places somebody of a role may go to. */
export function placesFor(role: Role): readonly Place[] {
  return PLACES.filter(({ roles }) => roles.includes(role))
}
