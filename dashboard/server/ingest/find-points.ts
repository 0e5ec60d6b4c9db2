import type { PointSearch, PointSearchQuery, TrendPoint } from '../../../core/contract/trends.ts'
import type { CountyState } from './county.ts'

type County = Pick<CountyState, 'ids' | 'site' | 'record' | 'point' | 'pointName'>

/** A point with what people call it; null for one nobody has told of. */
export function trendPointOf(county: County, site: string, point: string): TrendPoint | null {
  const info = county.point(site, point)
  const about = county.site(site)
  const names = county.pointName(site, point)
  if (info === null || about === null || names === null) return null
  const { name: siteName } = about
  return { site, point, siteName, deviceName: names.device, pointName: names.point, quantity: info.quantity }
}

/** Points in which all words of a text occur, in the order of sites and devices, of the sites that `sees` lets through. */
export function findPoints(
  county: County,
  { text, limit }: PointSearchQuery,
  sees: (site: string) => boolean,
): PointSearch {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  const points: TrendPoint[] = []
  let total = 0
  for (const site of county.ids()) {
    const about = county.site(site)
    if (about === null || !sees(site)) continue
    const { name, area } = about
    const place = `${site} ${name['zh-CN']} ${name.en} ${area['zh-CN']} ${area.en}`.toLowerCase()
    // What the site itself has not got, its points must have; most sites have nothing of it and are done here.
    const left = words.filter((word) => !place.includes(word))
    for (const { device, point } of county.record(site)?.points ?? []) {
      const found = trendPointOf(county, site, `${device}/${point}`)
      if (found === null || !holds(found, left)) continue
      total += 1
      if (points.length < limit) points.push(found)
    }
  }
  return { points, total }
}

function holds({ point, deviceName, pointName, quantity }: TrendPoint, words: readonly string[]): boolean {
  if (words.length === 0) return true
  const names = [point, deviceName['zh-CN'], deviceName.en, pointName?.['zh-CN'], pointName?.en, quantity]
  const text = names.join(' ').toLowerCase()
  return words.every((word) => text.includes(word))
}
