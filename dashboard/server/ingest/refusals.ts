import { type MessageRefusal, MessageRefusal as Reason } from '../../../core/contract/http.ts'
import { HouseError, isHouseError, messageOf } from '../../../core/kit/errors.ts'
import type { Log } from '../../../platform/log.ts'

/** Counts messages that were refused, by reason, and logs the first of each source until one of its messages is good again. */
export interface Refusals {
  refused(source: string, error: unknown): void
  accepted(source: string): void
  count(): number
  /** Since start; reasons that have not come are left out. */
  byReason(): Partial<Record<MessageRefusal, number>>
}

/** Sources that are remembered as refused; beyond it they are only counted, so that invented names fill nothing. */
const MOST_SOURCES = 1_000

export function openRefusals(log: Log): Refusals {
  const refusing = new Set<string>()
  const reasons = new Map<MessageRefusal, number>()
  let count = 0
  return {
    refused: (source, error) => {
      const reason = reasonOf(error)
      count++
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
      if (refusing.has(source) || refusing.size >= MOST_SOURCES) return
      refusing.add(source)
      const code = error instanceof HouseError ? error.code : 'message/malformed'
      const why = messageOf(error).slice(0, 1_000)
      log.warn({ code, source, reason, why }, 'message refused; further ones of this source are only counted')
    },
    accepted: (source) => {
      if (refusing.delete(source)) log.info({ source }, 'messages of this source are good again')
    },
    count: () => count,
    byReason: () => Object.fromEntries(reasons),
  }
}

/** A refusal with its reason. */
export function refusal(reason: MessageRefusal, message: string): HouseError {
  return new HouseError('message/malformed', message, { reason })
}

/** Why something was refused; what has no reason of its own does not follow its schema. */
export function reasonOf(error: unknown): MessageRefusal {
  const told = isHouseError(error) ? Reason.safeParse(error.facts.reason) : null
  return told?.success === true ? told.data : 'malformed'
}
