import type { BrowserContextOptions } from 'playwright-core'
import { signIn, withBrowser, type OpenedPage } from './browser.ts'
import { startControlRoom, type ScriptedControlRoom } from './control-room.ts'
import { USER } from './people.ts'

/** Who signs in, in which window, and with which switches of the browser. */
export interface Desk extends BrowserContextOptions {
  readonly who?: { readonly user: string; readonly password: string }
  readonly switches?: readonly string[]
}

/** A scripted control room with the page of folder `dist`, and somebody signed in to it in Chromium, while `work` runs. */
export async function atWork(
  dist: string,
  work: (opened: OpenedPage & { readonly room: ScriptedControlRoom }) => Promise<void>,
  { who = USER, switches = [], ...options }: Desk = {},
): Promise<void> {
  await using room = await startControlRoom(dist)
  await withBrowser(
    options,
    async (opened) => {
      await signIn(opened.page, room.url, who)
      await work({ ...opened, room })
    },
    switches,
  )
}
