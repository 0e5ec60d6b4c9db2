import { createHash } from 'node:crypto'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { ConfigContent, type SiteConfig } from '../core/contract/config-lane.ts'
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

/** No configuration unpacks to more, bytes. */
const MOST_BYTES = 4 << 20

/** A configuration as it is sent by a gateway: deflated, in base64. */
export function packedContent(content: ConfigContent): string {
  return deflateRawSync(JSON.stringify(content), { level: 9 }).toString('base64')
}

/** Inverse of `packedContent`. Throws for what is none, or unpacks to more than a configuration may have. */
export function unpackedContent(body: string): ConfigContent {
  const text = inflateRawSync(Buffer.from(body, 'base64'), { maxOutputLength: MOST_BYTES }).toString('utf8')
  return ConfigContent.parse(JSON.parse(text))
}
