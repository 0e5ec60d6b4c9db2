/** A line that carries so many bytes a second, one way. Time is handed in, ms. */
export interface Pace {
  /** How long the next byte has to wait, ms; 0 now. */
  waitMs(now: number): number
  /** Most bytes that may go now. */
  room(now: number): number
  spent(bytes: number, now: number): void
}

/** What may go at once after a silence, ms of the line's own rate. */
const BURST_MS = 20

/** A token bucket of `bitRate`; null carries everything at once. */
export function paceOf(bitRate: number | null): Pace {
  if (bitRate === null) return { waitMs: () => 0, room: () => Infinity, spent: () => undefined }
  const bytesPerMs = bitRate / 8_000
  const most = Math.max(1, bytesPerMs * BURST_MS)
  let tokens = most
  let at: number | null = null
  const fill = (now: number) => {
    if (at !== null) tokens = Math.min(most, tokens + Math.max(0, now - at) * bytesPerMs)
    at = now
  }
  return {
    waitMs: (now) => {
      fill(now)
      return tokens >= 1 ? 0 : (1 - tokens) / bytesPerMs
    },
    room: (now) => {
      fill(now)
      return Math.max(1, Math.floor(tokens))
    },
    spent: (bytes, now) => {
      fill(now)
      tokens -= bytes
    },
  }
}
