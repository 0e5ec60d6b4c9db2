import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { LiveHello } from '../../../core/contract/live.ts'
import { LIVE_REVISION } from '../../../core/contract/live-revision.ts'
import { VERSION } from '../../../platform/version.ts'

/** Who this control room says it is, so that a page it has not served can tell. */
export interface HelloSource {
  now(): LiveHello
  /** Looks whether another page has been built since; answers whether one has. */
  look(): Promise<boolean>
}

/** Says who the program is that serves the page in `pageFolder`. */
export async function openHello(pageFolder: string): Promise<HelloSource> {
  let page = await scriptOf(pageFolder)
  return {
    now: () => ({ version: VERSION, revision: LIVE_REVISION, page }),
    look: async () => {
      const found = await scriptOf(pageFolder)
      // While one is being built there is none.
      if (found === null || found === page) return false
      page = found
      return true
    },
  }
}

/** The script the page starts with. Its name carries the hash of its content. */
async function scriptOf(folder: string): Promise<string | null> {
  const html = await readFile(join(folder, 'index.html'), 'utf8').catch(() => '')
  return /<script type="module"[^>]* src="([^"]+)"/.exec(html)?.[1] ?? null
}
