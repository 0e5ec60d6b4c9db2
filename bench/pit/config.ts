import { HOUR_S, localText } from './days.ts'
import type { Paper } from './agenda.ts'
import type { Play } from './play.ts'
import { declaredW } from './site.ts'

/** What a technician would write into `site.yaml` of a site, before it is checked. */
export interface SiteFile {
  readonly group: string
  readonly site: Readonly<Record<string, unknown>>
  readonly store: string
  readonly uplink: { readonly url: string }
  readonly load: Readonly<Record<string, unknown>> & { readonly declared: number }
  readonly activity: Readonly<Record<string, unknown>>
  readonly permits: readonly Readonly<Record<string, unknown>>[]
  readonly points: Readonly<Record<string, { readonly quantity: string }>>
}

export interface SiteFileWish {
  /** Whether the pumps' running contacts are wired. */
  readonly knowsPumps: boolean
}

/** The site file of a play. Without the pumps' contacts nobody knows of them, and their plates count as declared. */
export function siteFileOf(play: Play, { knowsPumps }: SiteFileWish): SiteFile {
  const { site, agenda, startAt } = play
  const points = play.points.filter(({ ref }) => knowsPumps || !ref.startsWith('io/pump-'))
  const pumps = knowsPumps ? site.pumps.map((_, index) => pumpOf(index)) : []
  const fan = site.fan?.hasContact === true ? [{ id: 'fan', contact: 'io/fan', kind: 'fan' }] : []
  return {
    group: 'pit',
    site: {
      id: `pit-${site.seed}`,
      name: both(`Pit ${site.seed}`),
      kind: 'dewatering-pit',
      area: both('Rehearsal'),
      place: { x: 50, y: 50 },
      simulated: true,
      headline: 'meter/power',
    },
    store: './store',
    uplink: { url: 'mqtt://127.0.0.1:1883' },
    load: {
      meter: 'meter/power',
      energy: 'meter/energy',
      temperature: 'weather/temperature',
      declared: declaredW(site, { pumps: knowsPumps }),
      known: [...pumps, ...fan],
    },
    activity: {},
    permits: agenda.papers.map((paper, index) => permitOf(paper, index, startAt)),
    points: Object.fromEntries(points.map(({ ref, quantity }) => [ref, { quantity }])),
  }
}

function pumpOf(index: number) {
  return { id: `pump-${index + 1}`, contact: `io/pump-${index + 1}`, kind: 'pump', level: 'sump/level' }
}

function permitOf(paper: Paper, index: number, startAt: number) {
  const text = (t: number) => localText(startAt + t * 1_000)
  return {
    id: `permit-${index + 1}`,
    who: 'pit office',
    from: text(paper.from),
    until: text(paper.to),
    filed: text(Math.max(paper.filed, -48 * HOUR_S)),
    power: paper.watts,
    vehicles: paper.vehicles,
  }
}

function both(text: string) {
  return { 'zh-CN': text, en: text }
}
