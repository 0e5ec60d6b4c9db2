import { readdir, readFile, readlink } from 'node:fs/promises'
import { basename } from 'node:path'

/** A program that has a serial port, and how that is known. */
export interface PortUser {
  readonly pid: number
  readonly command: string
}

/** Where older programs say that they use a port. (Filesystem Hierarchy Standard 3.0 §5.9) */
const LOCK_FOLDERS = ['/run/lock', '/var/lock']
const MOST_COMMAND = 120

/** Another program that has the serial port at the real path `device` open or has said so in a lock file; null when none. */
export async function otherUserOf(
  device: string,
  lockFolders: readonly string[] = LOCK_FOLDERS,
): Promise<PortUser | null> {
  const pid = (await lockFileOwner(device, lockFolders)) ?? (await openedBy(device))
  return pid === null ? null : { pid, command: await commandOf(pid) }
}

/** The command line of a process, shortened; empty when there is none. */
export async function commandOf(pid: number): Promise<string> {
  const raw = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
  const text = raw.replaceAll('\0', ' ').trim()
  return text.length > MOST_COMMAND ? `${text.slice(0, MOST_COMMAND)}…` : text
}

async function lockFileOwner(device: string, folders: readonly string[]): Promise<number | null> {
  for (const folder of folders) {
    const text = await readFile(`${folder}/LCK..${basename(device)}`, 'latin1').catch(() => '')
    const pid = Number(/^\s*(\d+)/.exec(text)?.[1] ?? 0)
    if (pid > 0 && pid !== process.pid && isAlive(pid)) return pid
  }
  return null
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** Only those are seen whose open files this process may look at. */
async function openedBy(device: string): Promise<number | null> {
  const names = await readdir('/proc').catch(() => [])
  for (const name of names) {
    const pid = Number(name)
    if (!Number.isInteger(pid) || pid === process.pid) continue
    const files = await readdir(`/proc/${name}/fd`).catch(() => [])
    for (const file of files) {
      const target = await readlink(`/proc/${name}/fd/${file}`).catch(() => '')
      if (target === device) return pid
    }
  }
  return null
}
