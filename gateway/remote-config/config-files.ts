import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { ConfigContent } from '../../core/contract/config-lane.ts'
import { HouseError, messageOf } from '../../core/kit/errors.ts'
import { hashOfContent } from '../../platform/site-config.ts'
import { type ConfigRef, TrialState } from './trial.ts'

/**
 * Configurations that were sent, in a folder: `<version>/site.yaml`, `<version>/profiles/…`, and what became of them. Each file is
 * there whole after any crash, and what cannot be kept throws `store/failed`. Nothing here holds up the polling.
 */
export class ConfigFiles {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /** What was remembered; null when nothing was, or it is damaged. */
  async state(): Promise<TrialState | null> {
    const text = await readFile(this.#statePath(), 'utf8').catch(() => null)
    if (text === null) return null
    try {
      return TrialState.parse(JSON.parse(text))
    } catch {
      return null
    }
  }

  async keepState(state: TrialState): Promise<void> {
    await kept(this.#statePath(), `${JSON.stringify(state, null, 2)}\n`)
  }

  async keep(version: number, { site, profiles }: ConfigContent): Promise<void> {
    const folder = this.#folderOf(version)
    // What a crash has left of the same version must not mix with it.
    await rm(folder, { recursive: true, force: true }).catch(() => undefined)
    for (const { name, yaml } of profiles) await kept(join(folder, 'profiles', `${name}.yaml`), yaml)
    await kept(join(folder, 'site.yaml'), site)
  }

  /** A version that was kept. Throws `store/failed` when it cannot be read, or is not what was kept. */
  async load({ version, sha256 }: ConfigRef): Promise<ConfigContent> {
    const folder = this.#folderOf(version)
    try {
      const site = await readFile(join(folder, 'site.yaml'), 'utf8')
      const names = await readdir(join(folder, 'profiles'), { recursive: true }).catch(() => [])
      const files = names.filter((name) => name.endsWith('.yaml')).sort()
      const profiles = await Promise.all(
        files.map(async (name) => ({
          name: name.slice(0, -'.yaml'.length).replaceAll('\\', '/'),
          yaml: await readFile(join(folder, 'profiles', name), 'utf8'),
        })),
      )
      if (hashOfContent({ site, profiles }) !== sha256) throw new Error('it is not what was kept')
      return { site, profiles }
    } catch (error) {
      throw new HouseError('store/failed', `${folder}: version ${version}: ${messageOf(error)}`, { version }, error)
    }
  }

  /** Where `load` reads the site from, for people. */
  pathOf(version: number): string {
    return join(this.#folderOf(version), 'site.yaml')
  }

  /** Removes versions nobody goes back to. What cannot be removed stays. */
  async prune(needed: readonly number[]): Promise<void> {
    const names = await readdir(this.#folder).catch(() => [])
    const old = names.filter((name) => /^\d+$/.test(name) && !needed.includes(Number(name)))
    for (const name of old) await rm(join(this.#folder, name), { recursive: true, force: true }).catch(() => undefined)
  }

  #folderOf(version: number): string {
    return join(this.#folder, String(version))
  }

  #statePath(): string {
    return join(this.#folder, 'state.json')
  }
}

/** Writes a file so that after any crash it is there whole, as it was or as it is now. Throws `store/failed`. */
async function kept(path: string, text: string): Promise<void> {
  const beside = `${path}.tmp`
  try {
    await mkdir(dirname(path), { recursive: true })
    const file = await open(beside, 'w')
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(beside, path)
    await synced(dirname(path))
  } catch (error) {
    throw new HouseError('store/failed', `${path}: cannot be written: ${messageOf(error)}`, { path }, error)
  }
}

/** A rename is durable when its folder is. */
async function synced(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
