import { createHash } from 'node:crypto'
import type { ConfigContent, SiteConfig } from '../core/contract/config-lane.ts'
import type { Sha256 } from '../core/contract/text.ts'
import { canonicalJson } from '../core/kit/canonical-json.ts'

/** SHA-256 of what a site is to be; the order of its profiles does not matter. */
export function hashOfContent({ site, profiles }: ConfigContent): Sha256 {
  const inOrder = profiles.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  return createHash('sha256')
    .update(canonicalJson({ site, profiles: inOrder }))
    .digest('hex')
}

/** What a signature of a configuration is over. */
export function signedPart({ signature: _over, ...signed }: SiteConfig): Omit<SiteConfig, 'signature'> {
  return signed
}
