import type { DeviceProfile } from '../../core/contract/device-profile.ts'
import type { GatewayConfig } from '../../core/contract/site.ts'
import { type BusPlan, planBus } from './bus-plan.ts'

/** What each bus of a site has to do, in the order of the file. Devices without a profile on a bus are left out. */
export function sitePlans(config: GatewayConfig, profiles: ReadonlyMap<string, DeviceProfile>): readonly BusPlan[] {
  return config.buses.map((bus) => {
    const devices = config.devices.flatMap((device) => {
      const profile = profiles.get(device.profile)
      return device.bus !== bus.id || profile === undefined || profile.driver === 'isapi' ? [] : [{ device, profile }]
    })
    return planBus(bus, devices)
  })
}
