import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import { DriverQuality } from '../core/contract/driver-quality.ts'

const Exports = z.record(z.string(), DriverQuality)

/**
 * What each protocol driver says of itself, by name: the exports of every gateway/drivers/<name>/quality.ts under `root`.
 * Throws ZodError for a file that exports anything else.
 */
export async function driverQualities(root: string): Promise<DriverQuality[]> {
  const drivers = join(root, 'gateway/drivers')
  const files = readdirSync(drivers)
    .sort()
    .map((name) => join(drivers, name, 'quality.ts'))
    .filter((path) => existsSync(path))
  const found: DriverQuality[] = []
  for (const path of files) {
    const exported = Exports.parse({ ...(await import(pathToFileURL(path).href)) })
    found.push(...Object.values(exported))
  }
  return found
}
