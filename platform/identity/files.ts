import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { HouseError, messageOf } from '../../core/kit/errors.ts'

/** Only its owner may read it. */
export const SECRET_MODE = 0o600
/** Everybody may read it. */
export const PUBLIC_MODE = 0o644

/** Writes a small file so that after any crash it is there whole, as it was or as it is now. Throws `store/failed`. */
export function writeWhole(path: string, text: string, mode: number): void {
  const beside = `${path}.${process.pid}.tmp`
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    rmSync(beside, { force: true })
    // Exclusively, so that the mode is that of a new file.
    const file = openSync(beside, 'wx', mode)
    try {
      writeSync(file, text)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(beside, path)
    syncFolder(dirname(path))
  } catch (error) {
    rmSync(beside, { force: true })
    throw new HouseError('store/failed', `${path}: cannot be written: ${messageOf(error)}`, { path }, error)
  }
}

/** Gives a file another's place, durably. Throws `store/failed`. */
export function moveWhole(from: string, to: string): void {
  try {
    renameSync(from, to)
    syncFolder(dirname(to))
  } catch (error) {
    throw new HouseError('store/failed', `${from}: cannot be renamed: ${messageOf(error)}`, { path: from }, error)
  }
}

/** A file's text, or null where there is none. Throws `store/failed` when it cannot be read. */
export function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return null
    throw new HouseError('store/failed', `${path}: cannot be read: ${messageOf(error)}`, { path }, error)
  }
}

/** A rename is durable when its folder is. */
function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
