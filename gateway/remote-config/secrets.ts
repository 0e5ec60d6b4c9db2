import { realpathSync, statSync } from 'node:fs'
import { isAbsolute, relative, resolve, sep } from 'node:path'
import type { SecretPlace } from '../../platform/secrets.ts'
import type { LoadedGateway } from '../../platform/site/loaded-gateway.ts'

/** A password takes no more, bytes. */
const MOST_BYTES = 4_096

/**
 * Why a camera of a configuration that was sent may not have its password from a place; null = it may. Whatever the gateway's own file
 * names for a camera may be used again. Any other must be a small file in the folder of that file, outside the store and the identity,
 * and not the password of the uplink: nobody shall have a gateway read what is not meant for cameras. The file itself is not read.
 */
export function sentSecretFault({ config, baseFolder }: LoadedGateway, place: SecretPlace): string | null {
  const { passwordFile: file, passwordEnv: variable } = place
  const isNamed = (key: 'passwordFile' | 'passwordEnv', name: string) => config.cameras.some((one) => one[key] === name)
  if (variable !== undefined && !isNamed('passwordEnv', variable))
    return `expected a variable that the file on the gateway names for a camera, came ${variable}`
  if (file === undefined || isNamed('passwordFile', file)) return null
  const { store, uplink } = config
  const kept = [store, uplink.identity, uplink.passwordFile].filter((name) => name !== undefined)
  const isKept = (path: string) => kept.some((name) => isWithin(real(resolve(baseFolder, name)), path))
  const path = real(resolve(baseFolder, file))
  const isFit = isWithin(real(resolve(baseFolder)), path) && !isKept(path) && isSmallFile(path)
  return isFit
    ? null
    : `expected a small file in the folder of site.yaml that is not the gateway's own, or one its file names for a camera, came ${file}`
}

/** Where a path leads behind all links; the path itself where it leads nowhere. */
function real(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
}

/** A file that is missing passes: whoever reads it says so. A pipe or a device would hold up the gateway for ever. */
function isSmallFile(path: string): boolean {
  try {
    const found = statSync(path)
    return found.isFile() && found.size <= MOST_BYTES
  } catch {
    return true
  }
}
