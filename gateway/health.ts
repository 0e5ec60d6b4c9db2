import type { GatewayHealth } from '../core/contract/lanes.ts'
import type { UtcMs } from '../core/contract/time.ts'
import type { Clock } from '../platform/clock.ts'
import { VERSION } from '../platform/version.ts'
import type { GatewayStore } from './store.ts'

export interface HealthFacts {
  readonly site: string
  readonly startedAt: UtcMs
  readonly clock: Clock
  readonly store: GatewayStore
  readonly buses: readonly { counters(): GatewayHealth['buses'][number] }[]
  readonly devices: readonly { health(): GatewayHealth['devices'][number] }[]
}

/** How the gateway is doing now. */
export function gatewayHealth({ site, startedAt, clock, store, buses, devices }: HealthFacts): GatewayHealth {
  return {
    site,
    at: clock.now(),
    startedAt,
    version: VERSION,
    outbox: store.waiting(),
    buses: buses.map((bus) => bus.counters()),
    devices: devices.map((device) => device.health()),
    rssBytes: process.memoryUsage.rss(),
  }
}
