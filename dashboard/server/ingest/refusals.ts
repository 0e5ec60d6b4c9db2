import { HouseError, messageOf } from '../../../core/kit/errors.ts'
import type { Log } from '../../../platform/log.ts'

/** Counts messages that were refused, and logs the first of each source until one of its messages is good again. */
export interface Refusals {
  refused(source: string, error: unknown): void
  accepted(source: string): void
  count(): number
}

/** Sources that are remembered as refused; beyond it they are only counted, so that invented names fill nothing. */
const MOST_SOURCES = 1_000

export function openRefusals(log: Log): Refusals {
  const refusing = new Set<string>()
  let count = 0
  return {
    refused: (source, error) => {
      count++
      if (refusing.has(source) || refusing.size >= MOST_SOURCES) return
      refusing.add(source)
      const code = error instanceof HouseError ? error.code : 'message/malformed'
      log.warn({ code, source, why: messageOf(error) }, 'message refused; further ones of this source are only counted')
    },
    accepted: (source) => {
      if (refusing.delete(source)) log.info({ source }, 'messages of this source are good again')
    },
    count: () => count,
  }
}
