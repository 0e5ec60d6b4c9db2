import { execFileSync } from 'node:child_process'
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A small disk of its own for a store, so that it can run full. */
export interface SmallDisk extends Disposable {
  readonly path: string
  /** What it is: a file system in a file, or a plain folder where the machine allows no mounting. */
  readonly kind: 'ext4' | 'folder'
}

/** Mounts an ext4 of so many megabytes under `folder`; needs root and loop devices, else answers a plain folder. */
export function openSmallDisk(folder: string, megabytes: number): SmallDisk {
  const path = join(folder, 'disk')
  const image = join(folder, 'disk.ext4')
  mkdirSync(path, { recursive: true })
  try {
    writeFileSync(image, '')
    truncateSync(image, megabytes * 2 ** 20)
    execFileSync('mkfs.ext4', ['-q', '-m', '0', image], { stdio: 'ignore' })
    execFileSync('mount', ['-o', 'loop', image, path], { stdio: 'ignore' })
  } catch {
    return { path, kind: 'folder', [Symbol.dispose]: () => undefined }
  }
  return {
    path,
    kind: 'ext4',
    [Symbol.dispose]: () => {
      execFileSync('umount', ['-l', path], { stdio: 'ignore' })
    },
  }
}
