import { systemClock } from '../clock.ts'

/** How long one waits, and what for. */
export interface Within {
  readonly ms: number
  readonly signal: AbortSignal
  /** What is thrown when it takes longer, or when the caller gives up. */
  readonly error: (why: string) => Error
}

/** `work`, but not for longer than `ms`; it goes on all the same, and what becomes of it is the caller's to look after. */
export async function within<T>(work: Promise<T>, { ms, signal, error }: Within): Promise<T> {
  if (signal.aborted) {
    work.catch(() => undefined)
    throw error('given up')
  }
  const over = new AbortController()
  const { promise, reject } = Promise.withResolvers<never>()
  const onAbort = () => reject(error('given up'))
  signal.addEventListener('abort', onAbort, { once: true })
  // A sleep that is cut short has nothing to tell.
  systemClock.sleep(ms, over.signal).then(
    () => reject(error(`no end of it in ${ms} ms`)),
    () => undefined,
  )
  try {
    return await Promise.race([work, promise])
  } finally {
    over.abort()
    signal.removeEventListener('abort', onAbort)
  }
}
