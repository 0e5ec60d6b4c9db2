/** The worker that keeps the page for the time when the control room is out of reach; it shows push messages too. */
const WORKER = '/push-sw.js'
/** Name of the cache, as the worker knows it. */
const CACHE = 'pitwatch-page'

/** What of the browser this needs. */
export interface ShellBrowser {
  readonly workers: Pick<ServiceWorkerContainer, 'register'>
  readonly caches: Pick<CacheStorage, 'open'>
  /** Addresses of what the page has loaded so far. */
  readonly loaded: () => readonly string[]
  readonly origin: string
}

/** Keeps the page and what it has loaded before the worker was there. Without it the page works, but only with the control room. */
export async function keepShell({ workers, caches, loaded, origin }: ShellBrowser): Promise<void> {
  await workers.register(WORKER)
  const cache = await caches.open(CACHE)
  const assets = loaded().filter((url) => url.startsWith(`${origin}/assets/`))
  await Promise.all([...new Set(['/', '/mark.svg', ...assets])].map((url) => cache.add(url).catch(() => undefined)))
}
