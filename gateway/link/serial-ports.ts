import { readdir, readFile, realpath } from 'node:fs/promises'

/** A serial port and the names under which it is found again when it is unplugged and plugged in. */
export interface SerialPortName {
  /** As the kernel counts them, such as /dev/ttyUSB0; the count changes with the order of plugging in. */
  readonly path: string
  /** By maker, model and serial number of the adapter; the best name where there is one. */
  readonly byId: string | null
  /** By the socket it is plugged into. */
  readonly byPath: string | null
}

/** The folders that are looked through, for tests. */
export interface SerialFolders {
  readonly dev: string
  readonly sys: string
}

const SYSTEM: SerialFolders = { dev: '/dev', sys: '/sys' }

/** The serial ports of this machine that have hardware behind them, in the order of their paths. */
export async function listSerialPorts({ dev, sys }: SerialFolders = SYSTEM): Promise<readonly SerialPortName[]> {
  const [byId, byPath] = await Promise.all([namesIn(`${dev}/serial/by-id`), namesIn(`${dev}/serial/by-path`)])
  const ttys = await readdir(`${sys}/class/tty`).catch(() => [])
  const real = await Promise.all(ttys.map(async (tty) => ((await isThere(tty, sys)) ? tty : null)))
  const paths = new Set([...real.filter((tty) => tty !== null).map((tty) => `${dev}/${tty}`), ...byId.keys()])
  return [...paths]
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map((path) => ({ path, byId: byId.get(path) ?? null, byPath: byPath.get(path) ?? null }))
}

/** A lasting name for a port that was named by its count; null when the name lasts already or there is none. */
export async function lastingNameOf(path: string, folders: SerialFolders = SYSTEM): Promise<string | null> {
  if (!/\/tty(USB|ACM)\d+$/.test(path)) return null
  const port = (await listSerialPorts(folders)).find((candidate) => candidate.path === path)
  return port?.byId ?? port?.byPath ?? null
}

/** Links in a folder by what they lead to. */
async function namesIn(folder: string): Promise<ReadonlyMap<string, string>> {
  const names = await readdir(folder).catch(() => [])
  const ends = await Promise.all(
    names.map(async (name) => [await realpath(`${folder}/${name}`).catch(() => null), `${folder}/${name}`] as const),
  )
  return new Map(ends.flatMap(([end, name]) => (end === null ? [] : [[end, name] as const])))
}

/** Terminals have no device; the kernel makes four serial ports whether they are there or not, those have type 0. */
async function isThere(tty: string, sys: string): Promise<boolean> {
  const device = await realpath(`${sys}/class/tty/${tty}/device`).catch(() => null)
  if (device === null) return false
  const type = await readFile(`${sys}/class/tty/${tty}/type`, 'utf8').catch(() => '')
  return type.trim() !== '0'
}
