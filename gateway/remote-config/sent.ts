import type { ConfigContent } from '../../core/contract/config-lane.ts'
import type { HouseError } from '../../core/kit/errors.ts'
import { invalidConfig } from '../../platform/config.ts'
import { checkGateway, type LoadedGateway } from '../../platform/site/loaded-gateway.ts'
import { ownKeyFaults, withOwnKeys } from './own-keys.ts'
import { sentSecretFault } from './secrets.ts'

/** Lines and characters of faults that are kept and told. */
const MOST_FAULTS = 100
const MOST_FAULT = 1_000

/**
 * What was sent as the gateway whose own file is `own` can use it: checked by the loader of that file, and against it. Throws
 * `config/invalid` with every fault, `config/unreadable`.
 */
export function loadSent({ site, profiles }: ConfigContent, own: LoadedGateway): LoadedGateway {
  const names = profiles.map(({ name }) => name)
  const double = names.find((name, index) => names.indexOf(name) !== index)
  // They would be kept under one name.
  if (double !== undefined) throw invalidConfig([`${double}.yaml: expected each profile once, came twice`])
  const loaded = checkGateway({
    text: site,
    path: 'site.yaml',
    baseFolder: own.baseFolder,
    profiles: { texts: profiles, shipped: own.shipped },
    profilesFolder: own.config.profiles ?? null,
    calendarFile: own.config.calendar ?? null,
    lawFolder: own.config.law ?? null,
    law: own.law,
    secretFault: (place) => sentSecretFault(own, place),
    faultsOf: (config, raw) => ownKeyFaults(own.config, config, raw),
  })
  return { ...loaded, config: withOwnKeys(own.config, loaded.config) }
}

/** The lines of an error that lists faults. */
export function faultLines({ message }: HouseError): string[] {
  return message
    .split('\n')
    .slice(0, MOST_FAULTS)
    .map((line) => line.slice(0, MOST_FAULT))
}
