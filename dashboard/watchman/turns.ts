/** One piece of work at a time, the lowest rank first, and among equals the one that came first. */
export interface Turns {
  /** Rejects with the signal's reason when it aborts before the work has begun. */
  enter<T>(rank: number, signal: AbortSignal, work: () => Promise<T>): Promise<T>
}

interface Waiting {
  readonly rank: number
  readonly begin: () => Promise<void>
}

export function openTurns(): Turns {
  const waiting: Waiting[] = []
  let isBusy = false
  const next = async () => {
    if (isBusy) return
    isBusy = true
    for (let first = waiting.shift(); first !== undefined; first = waiting.shift()) await first.begin()
    isBusy = false
  }
  return {
    enter: (rank, signal, work) =>
      new Promise((settle, refuse) => {
        const give = () => {
          const place = waiting.indexOf(entry)
          if (place >= 0) waiting.splice(place, 1)
          refuse(signal.reason instanceof Error ? signal.reason : new Error('given up'))
        }
        const entry: Waiting = {
          rank,
          begin: async () => {
            signal.removeEventListener('abort', give)
            await work().then(settle, refuse)
          },
        }
        if (signal.aborted) {
          give()
          return
        }
        signal.addEventListener('abort', give, { once: true })
        const place = waiting.findIndex((other) => other.rank > rank)
        waiting.splice(place < 0 ? waiting.length : place, 0, entry)
        void next()
      }),
  }
}
