import { stringify } from 'yaml'
import { type Addresses, busName, cameraName, modemName, relayName } from './addresses.ts'
import type { SimSite } from './site.ts'

export interface SiteFileFacts {
  readonly group: string
  /** Host the simulation is served on. */
  readonly host: string
  readonly addresses: Addresses
  readonly broker: { readonly host: string; readonly port: number }
  /** Paths as they stand in the file, relative to its folder. */
  readonly store: string
  readonly brokerPasswordFile: string
  readonly cameraUser: string
  readonly cameraPasswordFile: string
  /** Serial paths that take the place of a bus's port, by the bus's name in `addresses`. */
  readonly serial?: Readonly<Record<string, string>>
}

/** The text of a `site.yaml` for the gateway of a simulated site. */
export function siteFile(site: SimSite, facts: SiteFileFacts): string {
  const relayPort = facts.addresses[relayName(site)]
  const cut = site.relayPort !== undefined && relayPort !== undefined
  const uplink = cut ? { host: facts.host, port: relayPort } : facts.broker
  const config = {
    group: facts.group,
    site: site.site,
    store: facts.store,
    // Nobody else is on the loopback, and a simulated gateway has no identity.
    remoteConfig: 'unsigned',
    uplink: {
      url: `mqtt://${uplink.host}:${uplink.port}`,
      user: site.site.id,
      passwordFile: facts.brokerPasswordFile,
    },
    buses: site.buses.map((bus) => busEntry(site, bus, facts)),
    devices: site.devices.map(({ model: _model, counters: _counters, ...device }) => device),
    cameras: site.cameras.map((camera) => ({
      id: camera.id,
      name: camera.name,
      profile: camera.profile,
      url: `http://${facts.host}:${facts.addresses[cameraName(site, camera)] ?? camera.port}`,
      user: facts.cameraUser,
      passwordFile: facts.cameraPasswordFile,
    })),
    rules: site.rules,
    ...(site.modem === undefined
      ? {}
      : {
          modem: { path: `tcp://${facts.host}:${facts.addresses[modemName(site)] ?? site.modem.port}` },
          // Soon, so that it can be seen in one sitting.
          alone: { after: '10s', priorities: ['red', 'orange'] },
        }),
    ...(site.load === undefined ? {} : { load: site.load }),
    ...(site.activity === undefined ? {} : { activity: site.activity }),
  }
  const head = [
    `模拟站点：${site.site.name['zh-CN']}。并无此地。由 pitwatch 生成。`,
    `Simulated site: ${site.site.name.en}. There is no such place. Written by pitwatch.`,
  ]
  return `${head.map((line) => `# ${line}`).join('\n')}\n${stringify(config, { lineWidth: 110 })}`
}

function busEntry(site: SimSite, bus: SimSite['buses'][number], facts: SiteFileFacts) {
  const name = busName(site, bus)
  const path = facts.serial?.[name]
  const rate = bus.baud === undefined ? {} : { baud: bus.baud }
  if (path !== undefined) return { id: bus.id, kind: 'rtu', path, ...rate }
  return { id: bus.id, kind: bus.kind, host: facts.host, port: facts.addresses[name] ?? bus.port, ...rate }
}
