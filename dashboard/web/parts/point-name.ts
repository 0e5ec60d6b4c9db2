import type { SiteDetail } from '../../../core/contract/http.ts'
import type { Language } from '../../../core/contract/text.ts'

/** The name of a point with its device, as far as the gateway has told them; else `device/point`. */
export function pointName(point: string, detail: SiteDetail | null, language: Language): string {
  const info = detail?.points.find((known) => `${known.device}/${known.point}` === point)
  const device = detail?.devices.find((known) => known.id === point.split('/')[0])
  if (info === undefined) return point
  return [device?.name[language] ?? info.device, info.name?.[language] ?? info.point].join(' · ')
}
