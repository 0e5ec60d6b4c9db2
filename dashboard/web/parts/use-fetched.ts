import { useEffect, useState } from 'preact/hooks'

/** Something the control room was asked for. What was there before stays while it is asked again for the same key. */
export interface Fetched<T> {
  readonly data: T | null
  readonly error: unknown
  readonly loading: boolean
  again(): void
}

interface Held<T> {
  readonly key: string
  readonly data: T | null
  readonly error: unknown
  readonly loading: boolean
}

/** Asks for what `key` names, again whenever `epoch` grows, and forgets the answer when the key changes. */
export function useFetched<T>(key: string, epoch: number, load: (signal: AbortSignal) => Promise<T>): Fetched<T> {
  const [tries, setTries] = useState(0)
  const [held, setHeld] = useState<Held<T>>({ key, data: null, error: null, loading: true })
  useEffect(() => {
    const ended = new AbortController()
    setHeld((before) => ({ key, data: before.key === key ? before.data : null, error: null, loading: true }))
    load(ended.signal).then(
      (data) => ended.signal.aborted || setHeld({ key, data, error: null, loading: false }),
      (error: unknown) =>
        ended.signal.aborted || setHeld((before) => ({ key, data: before.data, error, loading: false })),
    )
    return () => ended.abort()
  }, [key, epoch, tries])
  const data = held.key === key ? held.data : null
  return { data, error: held.error, loading: held.loading, again: () => setTries((before) => before + 1) }
}
