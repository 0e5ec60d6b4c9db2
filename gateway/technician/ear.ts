import type { Tap } from '../link/tap.ts'
import { hexText } from './hex.ts'

/** Hears every byte of a line while a technician works on it. */
export interface Ear {
  /** To be given to the bus. */
  readonly tap: Tap
  /** Forgets what was heard. */
  clear(): void
  /** What went out and came in since, as hex pairs. */
  heard(): { readonly sent: string; readonly came: string }
}

/** More than any exchange with its noise. */
const MOST_BYTES = 4_096

export function openEar(): Ear {
  const kept: Record<'in' | 'out', number[]> = { in: [], out: [] }
  return {
    tap: ({ kind, bytes }) => {
      if (bytes === undefined || (kind !== 'in' && kind !== 'out')) return
      for (const byte of bytes) if (kept[kind].length < MOST_BYTES) kept[kind].push(byte)
    },
    clear: () => {
      kept.in = []
      kept.out = []
    },
    heard: () => ({ sent: hexText(kept.out), came: hexText(kept.in) }),
  }
}
