import type { Alarm } from '../../../core/contract/alarm.ts'
import { Priority } from '../../../core/contract/priority.ts'
import { type MapView, viewOf, viewText } from '../map/map-view.ts'
import { needsPerson, PRIORITIES } from './alarm-order.ts'
import type { Query } from './route.ts'

/** What the overview shows. */
export interface OverviewView {
  /** Alarms of this colour only; null = all. */
  readonly only: Priority | null
  /** What stands left of the alarms; null = what suits the window. */
  readonly show: 'map' | 'list' | null
  /** The alarm whose details are open. */
  readonly alarm: string | null
  /** The site whose card is open. */
  readonly site: string | null
  /** Where the map looks; null = at the whole county. */
  readonly map: MapView | null
}

/** The view an address names; whatever means nothing is left out. Inverse of `queryOfOverview`. */
export function overviewViewOf({ only, show, alarm, site, map }: Query): OverviewView {
  return {
    only: Priority.options.find((priority) => priority === only) ?? null,
    show: show === 'map' || show === 'list' ? show : null,
    alarm: alarm === undefined || alarm === '' ? null : alarm,
    site: site === undefined || site === '' ? null : site,
    map: viewOf(map),
  }
}

/** The view as it stands in an address; what is as usual is left out. */
export function queryOfOverview({ only, show, alarm, site, map }: OverviewView): Query {
  return {
    ...(only === null ? {} : { only }),
    ...(show === null ? {} : { show }),
    ...(alarm === null ? {} : { alarm }),
    ...(site === null ? {} : { site }),
    ...(map === null ? {} : { map: viewText(map) }),
  }
}

/** Open alarms as a filter leaves them, and of each colour how many it hides. */
export interface Filtered {
  readonly shown: readonly Alarm[]
  readonly hidden: Readonly<Record<Priority, number>>
}

/** Keeps the order. */
export function filteredBy(open: readonly Alarm[], only: Priority | null): Filtered {
  const hidden = { red: 0, orange: 0, yellow: 0, blue: 0 }
  if (only === null) return { shown: open, hidden }
  for (const { priority } of open) if (priority !== only) hidden[priority] += 1
  return { shown: open.filter(({ priority }) => priority === only), hidden }
}

/** How many a filter hides. */
export function hiddenTotal({ hidden }: Filtered): number {
  return PRIORITIES.reduce((sum, priority) => sum + hidden[priority], 0)
}

/** The next alarm after `from` that needs a person, round and round in the order given; null = none does. */
export function nextUnanswered(open: readonly Alarm[], from: string | null): Alarm | null {
  const at = open.findIndex(({ id }) => id === from)
  const ahead = [...open.slice(at + 1), ...open.slice(0, at + 1)]
  return ahead.find(needsPerson) ?? null
}
