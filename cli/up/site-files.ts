import { join } from 'node:path'
import type { Document } from 'yaml'
import type { Addresses } from '../../sim/addresses.ts'
import { COUNTY } from '../../sim/county.ts'
import type { SimSite } from '../../sim/site.ts'
import { siteFile } from '../../sim/site-file.ts'
import { take, takeById, writeConfig } from './kept-file.ts'
import { keptSecret } from './secrets.ts'

/** The user the simulated cameras know. */
export const CAMERA_USER = 'pitwatch'

/** Where the configuration of a site's gateway lies. */
export function siteYaml(data: string, site: SimSite): string {
  return join(data, 'sites', site.site.id, 'site.yaml')
}

/** Where the simulated cameras' password lies. */
export function cameraPassword(data: string): string {
  return join(data, 'secrets', 'camera.password')
}

export interface SitesFacts {
  readonly data: string
  readonly sites: readonly SimSite[]
  readonly host: string
  readonly addresses: Addresses
  readonly broker: { readonly host: string; readonly port: number }
  /** Serial paths that take the place of a bus's port, by the bus's name in `addresses`. */
  readonly serial?: Readonly<Record<string, string>>
}

/** Writes a `site.yaml` and the secrets for every site; files that are there already are kept but for addresses. */
export function writeSites({ data, sites, ...facts }: SitesFacts): void {
  keptSecret(cameraPassword(data))
  for (const site of sites) {
    keptSecret(join(data, 'secrets', `${site.site.id}.password`))
    const text = siteFile(site, {
      ...facts,
      group: COUNTY,
      store: 'store',
      brokerPasswordFile: `../../secrets/${site.site.id}.password`,
      cameraUser: CAMERA_USER,
      cameraPasswordFile: '../../secrets/camera.password',
    })
    writeConfig(siteYaml(data, site), text, sameAddresses)
  }
}

/** Takes over the addresses of a site's broker, buses and cameras. */
function sameAddresses(kept: Document, made: Document): void {
  take(kept, made, ['uplink', 'url'])
  take(kept, made, ['modem', 'path'])
  takeById(kept, made, { list: 'buses', keys: ['kind', 'host', 'port', 'path'] })
  takeById(kept, made, { list: 'cameras', keys: ['url'] })
}
