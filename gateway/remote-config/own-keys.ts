import type { GatewayConfig } from '../../core/contract/site.ts'
import { canonicalJson } from '../../core/kit/canonical-json.ts'
import type { Fault } from '../../platform/config.ts'

/** What a configuration must name, though only the technician can change it. */
const REQUIRED: readonly string[] = ['group', 'store', 'uplink']

/** What the control room decides: the part that a gateway can make anew while it runs. The rest is the technician's. */
const SENT = [
  ...['site', 'flightRecorderKB', 'buses', 'devices', 'cameras'],
  ...['rules', 'load', 'activity', 'permits', 'orders', 'points'],
] as const satisfies readonly (keyof GatewayConfig)[]

/**
 * What in a configuration from the control room would take the gateway out of the technician's hands. Keys that are the technician's
 * may be left out; they are then as on the gateway.
 */
export function ownKeyFaults(own: GatewayConfig, came: GatewayConfig, raw: unknown): readonly Fault[] {
  const named = typeof raw === 'object' && raw !== null ? Object.keys(raw) : []
  const [ours, theirs] = [new Map<string, unknown>(Object.entries(own)), new Map<string, unknown>(Object.entries(came))]
  const changed = [...theirs.keys()]
    .filter((key) => !SENT.some((sent) => sent === key) && (REQUIRED.includes(key) || named.includes(key)))
    .filter((key) => canonicalJson(ours.get(key) ?? null) !== canonicalJson(theirs.get(key)))
  const message = "is the technician's: expected what the file on the gateway says"
  const devices = new Set(came.devices.map(({ id }) => id))
  const bereft = own.deterrents.filter(({ device }) => !devices.has(device))
  return [
    ...(own.site.id === came.site.id ? [] : [{ path: ['site', 'id'], message: `${message}, ${own.site.id}` }]),
    ...changed.map((key) => ({ path: [key], message })),
    ...bereft.map(({ id, device }) => ({
      path: ['devices'],
      message: `expected ${device} among them, which ${id} stands on`,
    })),
  ]
}

/** The configuration with what is the technician's as on the gateway. */
export function withOwnKeys(own: GatewayConfig, came: GatewayConfig): GatewayConfig {
  const { load: _ownLoad, activity: _ownActivity, ...ours } = own
  const { site, flightRecorderKB, buses, devices, cameras, rules, load, activity, permits, orders, points } = came
  return {
    ...{ ...ours, site, flightRecorderKB, buses, devices, cameras, rules, permits, orders, points },
    ...(load === undefined ? {} : { load }),
    ...(activity === undefined ? {} : { activity }),
  }
}
