import type { LiveHello } from '../../../core/contract/live.ts'

/** Whether the control room now has another page than the one that is shown. `script` is the address of the script this one began with. */
export function isOtherPage(script: string | null, hello: Pick<LiveHello, 'page'> | null): boolean {
  return script !== null && hello !== null && hello.page !== null && hello.page !== script
}

const KEY = 'pitwatch.reloaded-for'

/** Whether the page may load itself anew for the sake of `page`: once, or a page that is not what it is called would never rest. */
export function mayReload(storage: Pick<Storage, 'getItem' | 'setItem'>, page: string | null): boolean {
  try {
    if (page === null || storage.getItem(KEY) === page) return false
    storage.setItem(KEY, page)
    return true
  } catch {
    // Without a memory it could go on for ever.
    return false
  }
}
