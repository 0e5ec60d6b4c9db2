import { existsSync, readFileSync, rmSync, statSync, truncateSync, openSync, writeSync, closeSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** How far a write-ahead log reaches, as its index in shared memory says. (sqlite.org/walformat.html §2.1) */
export interface WalPlace {
  /** Frames with a complete transaction. */
  readonly frames: number
  readonly pageBytes: number
  /** Differs when the log has begun anew from its start. */
  readonly salt: string
}

const HEADER_BYTES = 32
const FRAME_HEADER_BYTES = 24

/** Where the log of the store in `folder` stands; null when there is none. */
export function walPlace(folder: string): WalPlace | null {
  const path = join(folder, 'gateway.db-shm')
  if (!existsSync(path)) return null
  const index = readFileSync(path)
  if (index.length < 48) return null
  const page = index.readUInt16LE(14)
  return { frames: index.readUInt32LE(16), pageBytes: page === 1 ? 65_536 : page, salt: index.toString('hex', 32, 40) }
}

/** Empties the log of a store nobody has open: one that has room of its own would hide for long that the disk has none. */
export function emptyWal(folder: string): void {
  const db = new DatabaseSync(join(folder, 'gateway.db'))
  db.exec('pragma wal_checkpoint(truncate)')
  db.close()
}

/**
 * What a power cut does to a store that was killed: from a random byte on, what was not yet on the disk is gone, or is no more than
 * noise. `durable` is how far the log was known to be on the disk. Answers how many bytes of the log went.
 */
export function cutPower(folder: string, durable: WalPlace | null, chance: () => number): number {
  const now = walPlace(folder)
  const path = join(folder, 'gateway.db-wal')
  if (now === null || !existsSync(path)) return 0
  const end = (place: WalPlace) => HEADER_BYTES + place.frames * (FRAME_HEADER_BYTES + place.pageBytes)
  const from = durable?.salt === now.salt ? end(durable) : HEADER_BYTES
  const size = statSync(path).size
  // What lies behind the end is left over from before, and may go as well.
  const to = Math.max(from, Math.min(size, end(now)))
  const cut = from + Math.floor(chance() * (Math.max(to, from + 1) - from))
  if (chance() < 0.5) truncateSync(path, Math.min(cut, size))
  else scribble(path, cut, Math.min(size, to), chance)
  // Memory does not survive.
  rmSync(join(folder, 'gateway.db-shm'), { force: true })
  return Math.max(0, to - cut)
}

function scribble(path: string, from: number, to: number, chance: () => number): void {
  if (to <= from) return
  const file = openSync(path, 'r+')
  writeSync(file, Buffer.from(Array.from({ length: to - from }, () => Math.floor(chance() * 256))), 0, to - from, from)
  closeSync(file)
}
