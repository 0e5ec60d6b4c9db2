import type { TrendPoint } from '../../../core/contract/trends.ts'
import type { Language } from '../../../core/contract/text.ts'

/** What people call a point at its site: device and what it measures there. */
export function pointWords({ deviceName, pointName, point }: TrendPoint, language: Language): string {
  return `${deviceName[language]} · ${pointName?.[language] ?? point.split('/')[1] ?? point}`
}

/** The same with its site before it. */
export function sitePointWords(point: TrendPoint, language: Language): string {
  return `${point.siteName[language]} · ${pointWords(point, language)}`
}

/** The point as an address names it. */
export function sitePointOf({ site, point }: Pick<TrendPoint, 'site' | 'point'>): string {
  return `${site}/${point}`
}
