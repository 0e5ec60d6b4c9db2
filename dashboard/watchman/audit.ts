import { type UtcMs, utcMs } from '../../core/contract/time.ts'

/** A red alarm nobody has acknowledged may be without a message that was taken for this long, ms. (alarms.md §3.7, auditor) */
export const RED_UNTOLD_MS = 11 * 60_000
/** A message may wait for this long, and the dispatcher may be silent, ms. */
export const STUCK_MS = 120_000
/** One reason is told at most this often, ms. */
export const AGAIN_MS = 10 * 60_000
/** A database is looked at this often, ms. */
export const LOOK_MS = 60_000
/** What is wrong is looked at again after this time before anybody is woken for it, ms. */
export const LOOK_TWICE_MS = 10_000
/** When nobody could be reached it is tried again after this time, ms. */
export const RETRY_MS = 60_000
/** Between two looks as long as this the machine slept, and everything on it had to wait, ms. */
const SLEPT_MS = 3 * LOOK_MS

/** A red alarm that waits for a person and is not held back. */
export interface WaitingRed {
  readonly alarm: string
  readonly number: string
  readonly site: string
  /** Since when it has waited for a person without a break. */
  readonly since: UtcMs
  /** When a provider took a message about it last. */
  readonly acceptedAt: UtcMs | null
}

/** The oldest message about an alarm that waits to be sent and could be. */
export interface WaitingMessage {
  readonly alarm: string
  readonly number: string
  readonly site: string
  readonly since: UtcMs
}

/** What the control room's database says. */
export type AuditView =
  | { readonly is: 'unreadable'; readonly why: string }
  | {
      readonly is: 'read'
      readonly reds: readonly WaitingRed[]
      /** About red and orange alarms only. */
      readonly messages: readonly WaitingMessage[]
      /** When the dispatcher lived last. */
      readonly beatAt: UtcMs | null
      /** Roles of the ladders that nobody has now. */
      readonly nobody: readonly string[]
    }

export type ReasonWord = 'red-untold' | 'message-stuck' | 'engine-silent' | 'nobody' | 'database'

/** One thing that is wrong. `key` names it for good: an alarm and what is wrong with it. */
export interface Reason {
  readonly key: string
  readonly word: ReasonWord
  /** The alarm's number and site, the role, or what the database said. */
  readonly about: string
  /** Since when. */
  readonly since: UtcMs
}

/** What an auditor remembers from look to look. */
export interface AuditMemory {
  /** When the database was looked at last; null before the first time. */
  readonly lookedAt: UtcMs | null
  /** Whether the database could ever be read. */
  readonly hasRead: boolean
  /** When each reason that is there was seen first. */
  readonly seenAt: ReadonlyMap<string, UtcMs>
  /** When people were told of a reason last, or are to be counted as told. */
  readonly toldAt: ReadonlyMap<string, UtcMs>
}

/** Everything a decision rests on. */
export interface AuditFacts {
  readonly view: AuditView
  /** Whether the control room is on the line, and since when it is or is not. */
  readonly line: { readonly isThere: boolean; readonly since: UtcMs }
  /** When the watchman started: it cannot have heard anything before. */
  readonly startedAt: UtcMs
}

/** What is to be done. */
export interface AuditVerdict {
  /** Everything that is wrong. */
  readonly reasons: readonly Reason[]
  /** What people have to be told of now; empty = nothing is to be done. */
  readonly due: readonly Reason[]
  /** When to look again, ms. */
  readonly againMs: number
  readonly memory: AuditMemory
}

/** An auditor that has seen nothing yet. `toldAt`: what it did before it was started anew. */
export function freshMemory(toldAt: ReadonlyMap<string, UtcMs> = new Map()): AuditMemory {
  return { lookedAt: null, hasRead: false, seenAt: new Map(), toldAt }
}

/**
 * Decides whether the control room does its work. What is wrong at two looks, LOOK_TWICE_MS apart, is told, and then again every AGAIN_MS
 * while it lasts. After the machine has slept everything gets the time to catch up first.
 */
export function audit(facts: AuditFacts, memory: AuditMemory, now: UtcMs): AuditVerdict {
  const hasRead = memory.hasRead || facts.view.is === 'read'
  const reasons = reasonsOf(facts, hasRead, now)
  const slept = memory.lookedAt !== null && now - memory.lookedAt > SLEPT_MS
  const wentBack = memory.lookedAt !== null && now < memory.lookedAt
  const seenAt = new Map(
    reasons.map(({ key }) => [key, slept || wentBack ? now : (memory.seenAt.get(key) ?? now)] as const),
  )
  const due = reasons.filter(({ key }) => {
    const told = memory.toldAt.get(key)
    // A time to come is one from before the clock was set back.
    const isAgain = told === undefined || now - told >= AGAIN_MS || told > now
    return isAgain && now - (seenAt.get(key) ?? now) >= LOOK_TWICE_MS
  })
  const toldAt = new Map([...memory.toldAt].filter(([, at]) => at <= now && now - at < AGAIN_MS))
  for (const { key } of due) toldAt.set(key, now)
  const isNew = reasons.some(({ key }) => now - (seenAt.get(key) ?? now) < LOOK_TWICE_MS)
  return { reasons, due, againMs: isNew ? LOOK_TWICE_MS : LOOK_MS, memory: { lookedAt: now, hasRead, seenAt, toldAt } }
}

/** The memory after nobody could be reached: the same is due again after RETRY_MS. */
export function unheard(memory: AuditMemory, due: readonly Reason[], now: UtcMs): AuditMemory {
  const toldAt = new Map(memory.toldAt)
  for (const { key } of due) toldAt.set(key, utcMs(Math.max(0, now - AGAIN_MS + RETRY_MS)))
  return { ...memory, toldAt }
}

function reasonsOf(facts: AuditFacts, hasRead: boolean, now: UtcMs): readonly Reason[] {
  const { view } = facts
  const silent = engineReason(facts, now)
  if (view.is === 'unreadable') {
    // Before a first start there is none, and one that was never there is not missed at once.
    const isMissed = hasRead || now - facts.startedAt >= STUCK_MS
    const database: Reason = { key: 'database', word: 'database', about: view.why, since: facts.startedAt }
    return [...(isMissed ? [database] : []), ...silent]
  }
  return [
    ...view.reds.flatMap((red) => redReason(red, now)),
    ...view.messages
      .filter(({ since }) => now - since > STUCK_MS)
      .map(({ alarm, number, site, since }): Reason => ({
        key: `message-stuck:${alarm}`,
        word: 'message-stuck',
        about: `${number} ${site}`,
        since,
      })),
    ...silent,
    ...view.nobody.map((role): Reason => ({
      key: `nobody:${role}`,
      word: 'nobody',
      about: role,
      since: facts.startedAt,
    })),
  ]
}

function redReason({ alarm, number, site, since, acceptedAt }: WaitingRed, now: UtcMs): readonly Reason[] {
  const last = acceptedAt === null || acceptedAt < since ? since : acceptedAt
  if (now - last <= RED_UNTOLD_MS) return []
  return [{ key: `red-untold:${alarm}`, word: 'red-untold', about: `${number} ${site}`, since: last }]
}

/** The dispatcher's heartbeat, or the control room's end of the line: whichever has been gone for too long. */
function engineReason({ view, line, startedAt }: AuditFacts, now: UtcMs): readonly Reason[] {
  const later = (one: UtcMs, other: UtcMs) => (one > other ? one : other)
  const beatAt = view.is === 'read' ? later(view.beatAt ?? startedAt, startedAt) : null
  const goneAt = line.isThere ? null : later(line.since, startedAt)
  const since = [beatAt, goneAt]
    .filter((at) => at !== null && now - at > STUCK_MS)
    .sort((a, b) => Number(a) - Number(b))
  const [first] = since
  if (first === null || first === undefined) return []
  return [{ key: 'engine-silent', word: 'engine-silent', about: '', since: first }]
}
