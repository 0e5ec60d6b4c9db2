import type { SiteDetail } from '../core/contract/http.ts'

/** A reading as a flow gets it: the value is null unless it may be believed now. */
export interface FlowReading {
  readonly site: string
  readonly device: string
  readonly point: string
  readonly quantity: string
  readonly unit: string
  readonly value: number | boolean | string | null
  readonly quality: string
  readonly reason: string | null
  readonly at: number
  readonly validUntil: number
}

/** Which readings a flow wants; empty = all. */
export interface ReadingFilter {
  readonly device?: string
  readonly point?: string
}

/** What has been handed out already, by site/device/point. */
export type Handed = ReadonlyMap<string, string>

/**
 * The readings of a site that are news since `handed`: a newer answer, or one that has expired meanwhile (handed out once
 * more, as bad and without a value), so that a flow never goes on with a value that nobody stands behind.
 */
export function newReadings(
  detail: SiteDetail,
  handed: Handed,
  { now, filter }: { readonly now: number; readonly filter: ReadingFilter },
): { news: FlowReading[]; handed: Handed } {
  const next = new Map(handed)
  const news: FlowReading[] = []
  for (const { device, point, quantity, unit, latest } of detail.points) {
    const wanted = (filter.device ?? device) === device && (filter.point ?? point) === point
    if (!wanted || latest === null) continue
    const site = detail.summary.site.id
    const isExpired = latest.validUntil < now
    const stamp = `${latest.at}${isExpired ? ' expired' : ''}`
    const key = `${site}/${device}/${point}`
    if (handed.get(key) === stamp) continue
    next.set(key, stamp)
    const believed = isExpired ? { value: null, quality: 'bad', reason: 'expired' } : latest
    const { value, quality, reason } = believed
    news.push({
      site,
      device,
      point,
      quantity,
      unit,
      value,
      quality,
      reason,
      at: latest.at,
      validUntil: latest.validUntil,
    })
  }
  return { news, handed: next }
}
