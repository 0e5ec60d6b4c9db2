import { existsSync, readdirSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import type { ProfileText } from '../../core/contract/config-lane.ts'
import { DeviceProfile } from '../../core/contract/device-profile.ts'
import { dlt645ProfileFaults } from '../../core/decode/dlt645-points.ts'
import { type ProfileFault, profileFaults } from '../../core/decode/profile-faults.ts'
import { checkYaml, type Fault, faultReport, invalidConfig, readConfig } from '../config.ts'

/** Device profiles that come with Pitwatch. */
const SHIPPED = join(import.meta.dirname, '..', '..', 'devices')

/** Profiles there are besides those of a site's folder. */
export interface MoreProfiles {
  /** Those that came with its configuration; looked at first. */
  readonly texts?: readonly ProfileText[]
  /** Those that come with Pitwatch, where they have been read before. */
  readonly shipped?: ReadonlyMap<string, DeviceProfile>
}

/** The device profiles that come with Pitwatch. Throws as `loadProfiles` does. */
export function shippedProfiles(): ReadonlyMap<string, DeviceProfile> {
  return loadProfiles([SHIPPED])
}

/** The device profiles that come with Pitwatch, behind those of a folder of the site's `own`. Throws as `loadProfiles` does. */
export function allProfiles(
  own: string | null = null,
  { texts, shipped }: MoreProfiles = {},
): Map<string, DeviceProfile> {
  const ownFirst = loadProfiles(own === null ? [] : [own], texts)
  return new Map([...(shipped ?? shippedProfiles()), ...ownFirst])
}

/** The texts of those of the `used` profiles that are a site's own: sent with its configuration, or in its folder. Throws `config/unreadable`. */
export function ownTexts(
  used: readonly string[],
  { folder, texts }: { readonly folder: string | null; readonly texts: readonly ProfileText[] },
): ProfileText[] {
  return [...new Set(used)].sort().flatMap((name) => {
    const sent = texts.find((text) => text.name === name)
    if (sent !== undefined) return [sent]
    const file = folder === null ? null : join(folder, `${name}.yaml`)
    return file === null || !existsSync(file) ? [] : [{ name, yaml: readConfig(file) }]
  })
}

/**
 * All device profiles among `texts` and under `folders`, by name. Where there are two of a name the earlier one is taken, so a
 * site's own stands before the shipped one. A folder that does not exist holds none.
 * Throws `config/invalid` with every fault of every file, `config/unreadable`.
 */
export function loadProfiles(
  folders: readonly string[],
  texts: readonly ProfileText[] = [],
): Map<string, DeviceProfile> {
  const profiles = new Map<string, DeviceProfile>()
  const reports: string[] = []
  const take = (text: string, path: string, name: string) => {
    const { value, faults } = checkYaml(text, DeviceProfile)
    const all = value === null ? faults : crossFaults(value, name)
    if (all.length > 0) reports.push(faultReport(path, text, all))
    else if (value !== null && !profiles.has(value.profile)) profiles.set(value.profile, value)
  }
  for (const { name, yaml } of texts) take(yaml, `${name}.yaml`, name)
  for (const folder of folders) {
    for (const path of profileFiles(folder)) take(readConfig(path), path, nameOf(folder, path))
  }
  if (reports.length > 0) throw invalidConfig(reports)
  return profiles
}

function profileFiles(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => join(folder, name))
}

function nameOf(folder: string, path: string): string {
  return relative(folder, path)
    .replace(/\.yaml$/, '')
    .split(sep)
    .join('/')
}

function crossFaults(profile: DeviceProfile, name: string): Fault[] {
  const misnamed =
    profile.profile === name
      ? []
      : [{ path: ['profile'], message: `expected ${name}, the path of this file, came ${profile.profile}` }]
  return [...misnamed, ...faultsOf(profile)]
}

function faultsOf(profile: DeviceProfile): readonly ProfileFault[] {
  switch (profile.driver) {
    case 'modbus':
      return profileFaults(profile)
    case 'dlt645':
      return dlt645ProfileFaults(profile)
    case 'isapi':
      return []
  }
}
