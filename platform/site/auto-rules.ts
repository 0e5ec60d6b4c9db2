import type { BusDevice, RuleConfig } from '../../core/contract/site.ts'
import { type BusProfile, devicePoints, guardedPoints } from '../../core/decode/device-points.ts'
import { freeId } from '../../core/rules/standard.ts'
import { placeName } from './parts.ts'

/** What a guard watches, by what the alarm says of it. */
const WATCHES = { rises: 'value', changes: 'value', identity: 'device' } as const

/**
 * The rules that guard a site without being configured: counters and settings whose movement is tampering, and devices that
 * are no longer the same. A point that a configured rule watches is left to that rule; ids never clash with `taken`.
 */
export function autoRules(
  devices: readonly { readonly device: BusDevice; readonly profile: BusProfile }[],
  configured: readonly (RuleConfig | null)[],
  taken: readonly string[],
): RuleConfig[] {
  const watched = new Set(configured.map((rule) => rule?.point))
  const ids = new Set(taken)
  return devices.flatMap(({ device, profile }) => {
    const names = new Map(devicePoints(device, profile).map(({ point, name }) => [point, name]))
    return guardedPoints(device, profile).flatMap(({ point, kind }): RuleConfig[] => {
      const ref = `${device.id}/${point}`
      if (watched.has(ref)) return []
      const id = freeId(kind === 'identity' ? `identity-${device.id}` : `guard-${device.id}-${point}`, ids)
      const name = placeName(device.name ?? profile.name, names.get(point) ?? null)
      return [{ id, type: 'tamper', point: ref, priority: 'red', name, with: { watches: WATCHES[kind] } }]
    })
  })
}
