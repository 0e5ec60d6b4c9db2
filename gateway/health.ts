import type { GatewayHealth } from '../core/contract/lanes.ts'
import type { MonoMs } from '../core/contract/time.ts'
import { elapsed, later } from '../core/kit/time.ts'
import { VERSION } from '../platform/version.ts'
import type { HonestClock } from './clock/honest-clock.ts'
import type { GatewayStore } from './store/store.ts'

export interface HealthFacts {
  readonly site: string
  /** When the program began, which is not moved by a better time. */
  readonly startedAt: MonoMs
  readonly clock: Pick<HonestClock, 'now' | 'mono' | 'health'>
  readonly store: GatewayStore
  readonly buses: readonly { counters(): GatewayHealth['buses'][number] }[]
  readonly devices: readonly { health(): GatewayHealth['devices'][number] }[]
  readonly alone?: { health(): NonNullable<GatewayHealth['alone']> }
}

/** How the gateway is doing now. */
export function gatewayHealth({ site, startedAt, clock, store, buses, devices, alone }: HealthFacts): GatewayHealth {
  const at = clock.now()
  return {
    site,
    at,
    startedAt: later(at, -elapsed(startedAt, clock.mono())),
    version: VERSION,
    outbox: store.capacity(),
    clock: clock.health(),
    buses: buses.map((bus) => bus.counters()),
    devices: devices.map((device) => device.health()),
    ...(alone === undefined ? {} : { alone: alone.health() }),
    rssBytes: process.memoryUsage.rss(),
  }
}
