import type { SiteKind } from '../../../core/contract/site.ts'

/** One stroke drawing a kind of site, in a 16 × 16 box. */
export const KIND_PATHS: Readonly<Record<SiteKind, string>> = {
  'closed-pit': 'M2.5 13.5h11M4 13.5 6.8 5M12 13.5 9.2 5M5.5 9h5M2.5 2.5l11 11',
  'sealed-shaft': 'M2.5 6h11M4 6v7.5h8V6M5.5 2.8h5V6M6 9h4M6 11.3h4',
  'dewatering-pit': 'M8 2.2c2.6 3.2 4 5 4 7.1a4 4 0 0 1-8 0c0-2.1 1.4-3.9 4-7.1ZM8 11.2a2 2 0 0 1-2-2',
  'licensed-mine':
    'M2.5 13.5h11M4.5 13.5 7.5 4.5M11.5 13.5 8.5 4.5M5.6 10h4.8M8 1.8a1.7 1.7 0 1 1 0 3.4 1.7 1.7 0 0 1 0-3.4Z',
  'open-pit': 'M1.5 4h3l1.2 3h1.3l1 3h0l1-3h1.3l1.2-3h3M5 13h6',
  'monitoring-tower':
    'M8 5.5v8M5.5 13.5h5M8 5.5a1.3 1.3 0 1 0 0-2.6 1.3 1.3 0 0 0 0 2.6M4.5 7a4.2 4.2 0 0 1 0-5.6M11.5 7a4.2 4.2 0 0 0 0-5.6',
}

/** The kind of a site as a small drawing; its word stands beside it. */
export function KindIcon({ kind }: { readonly kind: SiteKind }) {
  return (
    <svg class="kind-icon" width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
      <path d={KIND_PATHS[kind]} />
    </svg>
  )
}
