import { existsSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { z } from 'zod'
import type { UtcMs } from '../../core/contract/time.ts'
import { HouseError, isHouseError, messageOf } from '../../core/kit/errors.ts'
import type { Sqlite } from '../../platform/sqlite.ts'

/** What SQLite says of a file it cannot make sense of: SQLITE_CORRUPT and SQLITE_NOTADB. */
const DAMAGE = [11, 26]
/** While a file is being opened a missing table (SQLITE_ERROR) says the same. */
const DAMAGE_AT_OPENING = [1, ...DAMAGE]

/** Larger files are not read as a whole before each start; what is damaged in them is found when it is needed. */
const CHECKED_BYTES = 16 * 2 ** 20

/** Whether an error says that the file is damaged, rather than that the disk refuses. */
export function isDamage(error: unknown, isOpening: boolean): boolean {
  if (isOpening && (error instanceof z.ZodError || error instanceof SyntaxError)) return true
  if (!isHouseError(error, 'store/failed')) return false
  const code = z.object({ errcode: z.number() }).safeParse(error.cause).data?.errcode
  // The lowest byte is the result, those above it say more of it.
  return code !== undefined && (isOpening ? DAMAGE_AT_OPENING : DAMAGE).includes(code & 0xff)
}

/** Looks a file over that is small enough for it. Throws `store/failed` with SQLite's own error where it is damaged. */
export function checkFile(db: Sqlite, path: string): void {
  if (statSync(path).size > CHECKED_BYTES) return
  const found = db.one(z.object({ quick_check: z.string() }), 'pragma quick_check(1)')?.quick_check ?? 'ok'
  if (found === 'ok') return
  throw new HouseError('store/failed', `${path}: ${found}`, { path }, { errcode: DAMAGE[0] })
}

/** Where a run that meets damage leaves word for the next start. */
function wordOf(path: string): string {
  return `${path}.damaged`
}

/** Leaves word that the file is damaged; a disk that takes none is asked again by the next error. */
export function leaveWord(path: string): void {
  try {
    writeFileSync(wordOf(path), '')
  } catch {
    // The next start finds the damage by itself, or when it needs what is damaged.
  }
}

export function isWordLeft(path: string): boolean {
  return existsSync(wordOf(path))
}

/** Puts a database aside under another name, with its write-ahead log, and answers that name. Throws `store/failed`. */
export function setAside(path: string, now: UtcMs): string {
  // Whoever is killed between two of the names must not go on with a database that lacks the end of its log.
  leaveWord(path)
  const stamp = new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, '')
  const aside = freeName(`${path}.damaged-${stamp}`)
  try {
    for (const end of ['-shm', '-wal', '']) if (existsSync(path + end)) renameSync(path + end, aside + end)
    rmSync(wordOf(path), { force: true })
  } catch (error) {
    throw new HouseError('store/failed', `${path}: ${messageOf(error)}`, { path }, error)
  }
  return aside
}

/** Whether a file that was set aside lies beside `path`. A folder that cannot be read holds none that could be told of. */
export function hasDamaged(path: string): boolean {
  try {
    return readdirSync(dirname(path)).some((name) => name.startsWith(`${basename(path)}.damaged-`))
  } catch {
    return false
  }
}

function freeName(wanted: string): string {
  let name = wanted
  for (let n = 2; existsSync(name); n += 1) name = `${wanted}-${n}`
  return name
}
