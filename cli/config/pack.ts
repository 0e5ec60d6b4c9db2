import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { ConfigContent } from '../../core/contract/config-lane.ts'
import { checkGateway } from '../../gateway/config.ts'
import { readConfig } from '../../platform/config.ts'

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
  const text = readConfig(path)
  const baseFolder = dirname(resolve(path))
  const { config } = checkGateway({ text, path, baseFolder, isForElsewhere: true })
  const used = new Set([...config.devices, ...config.cameras].map(({ profile }) => profile))
  const folder = config.profiles === undefined ? null : resolve(baseFolder, config.profiles)
  const profiles = [...used].sort().flatMap((name) => {
    const file = folder === null ? null : join(folder, `${name}.yaml`)
    return file === null || !existsSync(file) ? [] : [{ name, yaml: readConfig(file) }]
  })
  return { site: config.site.id, content: { site: text, profiles } }
}
