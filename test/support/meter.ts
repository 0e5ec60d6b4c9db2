import { fileURLToPath } from 'node:url'
import { DeviceProfile } from '../../core/contract/device-profile.ts'
import { loadYaml } from '../../platform/config.ts'
import { imageOf } from '../../sim/modbus/image.ts'
import { serveBus } from '../../sim/modbus/bus.ts'

/** A meter on a Modbus/TCP socket whose values a test sets. */
export interface Meter extends AsyncDisposable {
  readonly port: number
  /** Values of points in the quantity's own unit; points not named keep theirs. */
  set(values: Readonly<Record<string, number | boolean>>): void
  /** When the first request after the last `set` was answered, by performance.now(); null = not asked since. */
  firstAskedAt(): number | null
}

/** Serves a shipped profile at unit 1 on a free loopback port. */
export async function openMeter(
  profileName: string,
  start: Readonly<Record<string, number | boolean>>,
): Promise<Meter> {
  const path = fileURLToPath(new URL(`../../devices/${profileName}.yaml`, import.meta.url))
  const profile = loadYaml(path, DeviceProfile)
  if (profile.driver !== 'modbus') throw new TypeError(`${profileName} is no Modbus profile`)
  let values = start
  let image = imageOf(profile, values)
  let asked: number | null = null
  const bus = await serveBus({
    kind: 'tcp',
    host: '127.0.0.1',
    port: 0,
    stations: [
      {
        unit: 1,
        maxRegisters: profile.maxRegisters,
        image: () => {
          asked ??= performance.now()
          return image
        },
      },
    ],
  })
  return {
    port: bus.port,
    set: (changed) => {
      values = { ...values, ...changed }
      image = imageOf(profile, values)
      asked = null
    },
    firstAskedAt: () => asked,
    [Symbol.asyncDispose]: () => bus.close(),
  }
}
