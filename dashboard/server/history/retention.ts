import type { Clock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import type { InfluxServer, ServerKind } from './influx-server.ts'

/** How long what a server has said holds. */
const HOLDS_MS = 600_000

const HOUR_MS = 3_600_000
const UNIT_MS: Readonly<Record<string, number>> = {
  ...{ ms: 1, s: 1_000, m: 60_000, h: HOUR_MS, d: 24 * HOUR_MS, w: 7 * 24 * HOUR_MS },
  y: 365 * 24 * HOUR_MS,
}
/** VictoriaMetrics counts a number without a unit as months, of 31 days. */
const MONTH_MS = 31 * 24 * HOUR_MS

/** What a server keeps, so that older readings are not sent: it would drop them without a word. */
export interface Retention {
  /** Readings before this would not be kept; 0 when all are, or when the server does not say. Throws `history/unavailable`. */
  oldest(kind: ServerKind, signal: AbortSignal): Promise<number>
}

export function openRetention(
  server: InfluxServer,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Retention {
  let known: { readonly keepsMs: number; readonly until: number } | null = null
  let told: string | null | undefined
  return {
    oldest: async (kind, signal) => {
      if (known === null || clock.mono() > known.until) {
        const words = await server.retention(signal)
        known = { keepsMs: words === null ? Infinity : retentionMs(words, kind), until: clock.mono() + HOLDS_MS }
        if (words === null && told !== null) {
          log.info(
            { server: kind },
            'the history does not say how long it keeps readings; of a backfill it may drop what is too old',
          )
        }
        told = words
      }
      return Math.max(0, clock.now() - known.keepsMs)
    },
  }
}

/** How long `720h0m0s`, `30d` or `1y` is; `0` is for ever, and so is what cannot be read. */
export function retentionMs(words: string, kind: ServerKind): number {
  if (kind === 'victoriametrics' && /^\d+(\.\d+)?$/.test(words)) return Number(words) * MONTH_MS || Infinity
  let total = 0
  for (const [, count, unit] of words.matchAll(/(\d+(?:\.\d+)?)(ms|[smhdwy])/g)) {
    total += Number(count) * (UNIT_MS[unit ?? ''] ?? 0)
  }
  return total === 0 ? Infinity : total
}
