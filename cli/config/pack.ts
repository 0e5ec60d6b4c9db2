import { dirname, resolve } from 'node:path'
import type { ConfigContent } from '../../core/contract/config-lane.ts'
import { readConfig } from '../../platform/config.ts'
import { checkGateway } from '../../platform/site/loaded-gateway.ts'

/** A site's file with the profiles of its own that its devices use. */
export interface Packed {
  readonly site: string
  readonly content: ConfigContent
}

/**
 * Reads a `site.yaml` as `pitwatch check` does, but for its secrets: they lie on the gateway. Throws `config/invalid` with every
 * fault, `config/unreadable`.
 */
export function packSite(path: string): Packed {
  const source = { text: readConfig(path), path, baseFolder: dirname(resolve(path)) }
  const { config, content } = checkGateway({ ...source, isForElsewhere: true })
  return { site: config.site.id, content }
}
