/** Works that are done one after the other, in the order in which they were asked for. */
export class InTurn {
  #last: Promise<unknown> = Promise.resolve()

  /** Settles when everything that was asked for until now is done. */
  async idle(): Promise<void> {
    await this.#last.catch(() => undefined)
  }

  /** Does `work` in its turn, unless the caller gives up before; what was begun is done to its end all the same. */
  async do<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const before = this.idle()
    const done = before.then(() => {
      signal.throwIfAborted()
      return work()
    })
    this.#last = done
    const { promise, reject } = Promise.withResolvers<never>()
    const onAbort = () => reject(signal.reason instanceof Error ? signal.reason : new Error('given up'))
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    try {
      return await Promise.race([done, promise])
    } finally {
      signal.removeEventListener('abort', onAbort)
      done.catch(() => undefined)
    }
  }
}
