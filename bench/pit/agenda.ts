import type { Calendar } from '../../core/contract/activity.ts'
import type { Dice } from './dice.ts'
import { dateAfter, DAY_S, HOUR_S, isWorkday } from './days.ts'
import type { Deed, Family, Sight } from './families.ts'
import type { LawfulWork } from './lawful.ts'
import type { PitSite } from './site.ts'
import { overlaps, type Span } from './span.ts'

/** A paper for work, in seconds of the site. */
export interface Paper extends Span {
  readonly filed: number
  readonly watts: number
  readonly vehicles: number
}

/** A visit people were allowed, with what they draw. */
export interface Visit extends LawfulWork {
  readonly paper: Paper
  readonly sights: readonly Sight[]
  /** While the door is open. */
  readonly doors: readonly Span[]
}

/** All that people and animals do at a site, each list in the order of time. */
export interface Agenda {
  readonly visits: readonly Visit[]
  readonly papers: readonly Paper[]
  readonly deeds: readonly Deed[]
  readonly sights: readonly Sight[]
  readonly doors: readonly Span[]
}

export interface AgendaWish {
  /** Unlawful families; none for a site where nothing is wrong. */
  readonly families: readonly Family[]
  readonly calendar: Calendar
}

/** From the end of one deed to the beginning of the next on average, and at least. */
const PAUSE_S = 26 * HOUR_S
const LEAST_PAUSE_S = 4 * HOUR_S

/** Draws what happens at a site. A seed has the same lawful life whatever families are wished. */
export function drawAgenda(site: PitSite, dice: Dice, { families, calendar }: AgendaWish): Agenda {
  const visits = drawVisits(site, dice.fork(), calendar)
  const nuisance = drawNuisance(site, dice.fork())
  const unused = drawUnused(site, dice.fork())
  const deeds = drawDeeds(site, dice.fork(), { families, papers: [...visits.map(({ paper }) => paper), ...unused] })
  const covers = deeds.flatMap(({ permit }) => (permit === null ? [] : [coverOf(permit)]))
  const breaks = deeds.filter(({ opensDoor }) => opensDoor).map(({ from }) => ({ from: from - 120, to: from + 60 }))
  const sights = [visits.flatMap((one) => one.sights), nuisance, deeds.flatMap((one) => one.sights)].flat()
  return {
    visits,
    papers: [...visits.map(({ paper }) => paper), ...covers, ...unused].toSorted((a, b) => a.from - b.from),
    deeds,
    sights: sights.toSorted((a, b) => a.t - b.t),
    doors: [...visits.flatMap((one) => one.doors), ...breaks].toSorted((a, b) => a.from - b.from),
  }
}

/** On a fifth of days, half as often on days off; one in twelve files its permit only afterwards. */
function drawVisits(site: PitSite, dice: Dice, calendar: Calendar): Visit[] {
  const visits: Visit[] = []
  for (let day = 0; day < site.days; day++) {
    const share = isWorkday(dateAfter(site.date, day), calendar) ? 0.24 : 0.1
    const from = Math.round(day * DAY_S + dice.uniform(8, 15) * HOUR_S)
    const to = from + Math.round(dice.uniform(1, 4) * HOUR_S)
    const watts = dice.uniform(500, 6_000)
    const own = dice.fork()
    if (!dice.isLucky(share)) continue
    const filed = own.isLucky(0.08) ? from + own.uniform(0.5, 24) * HOUR_S : from - own.uniform(1, 48) * HOUR_S
    const paper = { from, to, filed: Math.round(filed), watts: Math.ceil((watts * 1.2) / 500) * 500, vehicles: 2 }
    const sights = Array.from({ length: own.whole(2, 8) }, (): Sight => {
      const t = Math.round(own.uniform(from, to - 120))
      return { t, kind: own.isLucky(0.7) ? 'person' : 'vehicle', confidence: own.uniform(0.6, 0.97) }
    })
    visits.push({ from: from + 300, to: to - 300, watts, paper, sights, doors: [from + 240, to - 400].map(opened) })
  }
  return visits
}

function opened(t: number): Span {
  return { from: t, to: t + 180 }
}

/** Animals, leaves and shadows; and bad weather, in bursts of hours. */
function drawNuisance(site: PitSite, dice: Dice): Sight[] {
  const until = site.days * DAY_S
  const sights: Sight[] = []
  const tell = (t: number) => {
    if (t < until)
      sights.push({
        t: Math.round(t),
        kind: dice.isLucky(0.6) ? 'person' : 'vehicle',
        confidence: dice.uniform(0.35, 0.8),
      })
  }
  for (let t = dice.wait(DAY_S / site.nuisance); t < until; t += dice.wait(DAY_S / site.nuisance)) tell(t)
  for (let t = dice.wait(12 * DAY_S); t < until; t += dice.wait(12 * DAY_S)) {
    const length = dice.uniform(0.5, 4) * HOUR_S
    for (let count = dice.whole(3, 15); count > 0; count--) tell(t + dice.uniform(0, length))
  }
  return sights
}

/** Papers for work that nobody came to do. */
function drawUnused(site: PitSite, dice: Dice): Paper[] {
  const papers: Paper[] = []
  for (let day = 0; day < site.days; day++) {
    if (!dice.isLucky(0.02)) continue
    const from = day * DAY_S + 9 * HOUR_S
    papers.push({ from, to: from + 4 * HOUR_S, filed: from - DAY_S, watts: 3_000, vehicles: 1 })
  }
  return papers
}

/** After learning, three quarters of them at night, never two within four hours. */
function drawDeeds(
  site: PitSite,
  dice: Dice,
  { families, papers }: { readonly families: readonly Family[]; readonly papers: readonly Paper[] },
): Deed[] {
  const [first, ...rest] = families
  if (first === undefined) return []
  const until = site.days * DAY_S
  const deeds: Deed[] = []
  let free = site.learnDays * DAY_S + 2 * HOUR_S
  for (;;) {
    const earliest = free + dice.wait(PAUSE_S - LEAST_PAUSE_S)
    const isNight = dice.isLucky(0.75)
    const hour = isNight ? dice.uniform(20, 28) : dice.uniform(7, 19)
    const family = dice.pick([first, ...rest])
    const own = dice.fork()
    const from = nextHour(earliest, hour)
    const plan = family(from, site, own)
    const one = { ...plan, to: Math.round(plan.to) }
    if (one.to > until) return deeds
    const all = { from: one.permit?.from ?? one.from, to: one.to }
    // A second paper beside the one it hides behind would make it lawful.
    const isCovered = one.permit !== null && papers.some((paper) => overlaps(paper, all))
    if (all.from >= free && !isCovered) deeds.push(one)
    free = one.to + LEAST_PAUSE_S
  }
}

/** The first second at or after `earliest` at which it is this hour of the day; hours beyond 24 are of the next day. */
function nextHour(earliest: number, hour: number): number {
  const ofDay = (hour % 24) * HOUR_S
  const days = Math.ceil((earliest - ofDay) / DAY_S)
  return Math.round(days * DAY_S + ofDay)
}

function coverOf({ from, to, watts }: { readonly from: number; readonly to: number; readonly watts: number }): Paper {
  return { from, to, filed: from - 12 * HOUR_S, watts, vehicles: 1 }
}
