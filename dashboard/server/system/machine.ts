import { stat, statfs } from 'node:fs/promises'
import type { Health } from '../../../core/contract/http.ts'
import type { MachineReport } from '../../../core/contract/system.ts'

export interface MachineFacts {
  readonly health: () => Promise<Health>
  /** Folder of the control room's store. */
  readonly folder: string
  /** Its database; what is not written back lies beside it under the same name with `-wal`. */
  readonly database: string
  readonly clockWithinMs: () => number | null
  readonly pages: () => number
}

/** How the control room's machine is doing, asked anew each time. What the machine does not tell is null or 0, and stops nothing. */
export function machineSource({ health, folder, database, clockWithinMs, pages }: MachineFacts) {
  return async (): Promise<MachineReport> => ({
    health: await health(),
    node: process.version,
    rssBytes: process.memoryUsage.rss(),
    disk: await diskOf(folder),
    databaseBytes: (await sizeOf(database)) + (await sizeOf(`${database}-wal`)),
    clockWithinMs: clockWithinMs(),
    pages: pages(),
  })
}

async function diskOf(folder: string): Promise<MachineReport['disk']> {
  return await statfs(folder).then(
    ({ bavail, blocks, bsize }) => ({ freeBytes: bavail * bsize, totalBytes: blocks * bsize }),
    () => null,
  )
}

async function sizeOf(path: string): Promise<number> {
  return await stat(path).then(
    ({ size }) => size,
    () => 0,
  )
}
