import type { SiteDetail } from '../../../core/contract/http.ts'
import type { Language } from '../../../core/contract/text.ts'

/** The name of a device, as far as the gateway has told it; else its id. */
export function deviceName(device: string, detail: SiteDetail | null, language: Language): string {
  return detail?.devices.find(({ id }) => id === device)?.name[language] ?? device
}

/** The name of a point with its device, as far as the gateway has told them; else `device/point`. */
export function pointName(point: string, detail: SiteDetail | null, language: Language): string {
  const info = detail?.points.find((known) => `${known.device}/${known.point}` === point)
  if (info === undefined) return point
  return [deviceName(info.device, detail, language), info.name?.[language] ?? info.point].join(' · ')
}
