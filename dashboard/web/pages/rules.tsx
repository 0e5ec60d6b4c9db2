import { useTexts } from '../page.ts'
import type { Query } from '../stores/route.ts'

/** To be written by its room. */
export function RulesPage(_: { readonly query: Query }) {
  return <p class="empty is-page">{useTexts().loading}</p>
}
