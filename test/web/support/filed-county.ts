import { utcMs } from '../../../core/contract/time.ts'
import { QUANTITIES, type Quantity } from '../../../core/contract/quantity.ts'
import type { SiteKind } from '../../../core/contract/site.ts'
import type { openControlWeb } from '../../dashboard/server/http/control-web.ts'
import { edge } from '../../dashboard/server/ingest/edge.ts'

type Web = Awaited<ReturnType<typeof openControlWeb>>

/** A site with its devices, each with its points by what they measure. */
export interface FiledSite {
  readonly id: string
  readonly zh: string
  readonly kind?: SiteKind
  readonly town?: string
  readonly headline?: string
  readonly devices: Readonly<
    Record<string, readonly [zh: string, profile: string, points: Readonly<Record<string, Quantity>>]>
  >
}

/** Has a site's gateway born in a control room that really runs. */
export function birth({ county }: Pick<Web, 'county'>, made: FiledSite): void {
  const about = edge({ site: made.id }).about()
  const { id, zh, kind = 'closed-pit', town = '青石镇', headline } = made
  county.nodeBorn({
    ...about,
    site: {
      ...about.site,
      ...{ id, kind, name: { 'zh-CN': zh, en: `Site ${id}` }, area: { 'zh-CN': town, en: `Town of ${town}` } },
      ...(headline === undefined ? {} : { headline }),
    },
  })
  for (const [device, [name, profile, points]] of Object.entries(made.devices)) {
    county.deviceBorn(id, {
      ...{ device, profile, name: { 'zh-CN': name, en: device.replaceAll('-', ' ') } },
      points: Object.entries(points).map(([point, quantity]) => ({
        ...{ device, point, name: { 'zh-CN': point, en: point }, quantity, unit: QUANTITIES[quantity].unit },
        ...{ range: null, latest: null },
      })),
    })
  }
  county.heard(id, utcMs(Date.now()))
}

/** Has a point read `value` now, good for `goodForMs`. */
export function read(
  { county }: Pick<Web, 'county'>,
  [site, point, value]: readonly [site: string, point: string, value: number | boolean],
  goodForMs = 600_000,
): void {
  const at = utcMs(Date.now())
  const latest = {
    value,
    quality: 'good',
    reason: null,
    at,
    validUntil: utcMs(at + goodForMs),
    uncertaintyMs: 0,
  } as const
  county.reading(site, point, latest)
}
