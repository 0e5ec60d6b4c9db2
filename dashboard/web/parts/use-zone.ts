import { usePage } from '../page.ts'

/** The zone of a site nobody knows yet. */
export const FALLBACK_ZONE = 'Asia/Shanghai'

/** The time zone times are shown in: the site's own, or that of the first site where none is meant. */
export function useZone(site: string | null): string {
  const sites = usePage().live.state.value.sites
  if (site !== null) return sites.get(site)?.site.zone ?? FALLBACK_ZONE
  for (const summary of sites.values()) return summary.site.zone
  return FALLBACK_ZONE
}
