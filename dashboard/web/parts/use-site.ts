import { placeNameOf } from '../../../core/alarms/place-name.ts'
import type { Bilingual } from '../../../core/contract/text.ts'
import { usePage } from '../page.ts'

/** A bilingual name in the language chosen. */
export function useName(name: Bilingual): string {
  return name[usePage().preferences.language.value]
}

/** The name of a site, its id while the control room has not told it. */
export function useSiteName(site: string): string {
  const { live, preferences } = usePage()
  return placeNameOf(site, live.state.value.sites.get(site)?.site)[preferences.language.value]
}
