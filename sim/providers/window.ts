/** Counts what comes in any window of time, for each key alone. */
export interface Window {
  /** Counts one and answers whether it is still within the limit; one that is not is not counted. */
  take(key: string, at: number): boolean
  /** Whether one more would be within the limit. */
  hasRoom(key: string, at: number): boolean
}

/** At most `most` in any `perMs`. */
export function slidingWindow(most: number, perMs: number): Window {
  const taken = new Map<string, number[]>()
  const recent = (key: string, at: number) => (taken.get(key) ?? []).filter((each) => each > at - perMs)
  const hasRoom = (key: string, at: number) => recent(key, at).length < most
  return {
    hasRoom,
    take: (key, at) => {
      const fits = hasRoom(key, at)
      taken.set(key, fits ? [...recent(key, at), at] : recent(key, at))
      return fits
    },
  }
}
