import type { StreamId } from '../../core/contract/chain.ts'
import type { Dating } from '../../core/contract/clock.ts'
import type { SiteAbout } from '../../core/contract/lanes.ts'
import { QUANTITIES } from '../../core/contract/quantity.ts'
import { devicePoints } from '../../core/decode/device-points.ts'
import { VERSION } from '../../platform/version.ts'
import { CAMERA_POINTS } from '../../platform/site/camera-points.ts'
import type { LoadedGateway } from '../../platform/site/loaded-gateway.ts'
import { selfBirth } from '../self.ts'
import type { BirthDevice } from '../uplink/births.ts'

/** What the node birth tells of a site. */
export function aboutOf(
  { config, plan }: Pick<LoadedGateway, 'config' | 'plan'>,
  { stream, dating }: { readonly stream: StreamId; readonly dating: Dating },
): SiteAbout {
  return {
    site: config.site,
    version: VERSION,
    stream,
    dating,
    rules: plan.rules.map(({ id, type, point, priority, limit }) => ({ id, type, point, priority, limit })),
  }
}

/** The devices and cameras of a configuration as their births tell them. */
export function birthDevices({ config, profiles }: Pick<LoadedGateway, 'config' | 'profiles'>): BirthDevice[] {
  const meters = config.devices.flatMap((device): BirthDevice[] => {
    const profile = profiles.get(device.profile)
    if (profile === undefined || profile.driver === 'isapi') return []
    // Property by property, which makes objects half as large as spreading does: there may be a hundred thousand.
    const points = devicePoints(device, profile).map(({ point, name, quantity, unit, range, validForMs }) => {
      return { device: device.id, point, name, quantity, unit, range, validForMs }
    })
    const { profile: model, source } = profile
    return [{ device: device.id, name: device.name ?? profile.name, profile: model, source, points }]
  })
  const cameras = config.cameras.map((camera): BirthDevice => ({
    device: camera.id,
    name: camera.name ?? profiles.get(camera.profile)?.name ?? { 'zh-CN': camera.id, en: camera.id },
    profile: camera.profile,
    source: profiles.get(camera.profile)?.source ?? '',
    points: CAMERA_POINTS.map(({ point, quantity, name }) => {
      const validForMs = camera.silentAfter
      return { device: camera.id, point, name, quantity, unit: QUANTITIES[quantity].unit, range: null, validForMs }
    }),
  }))
  return [...meters, ...cameras, selfBirth()]
}
