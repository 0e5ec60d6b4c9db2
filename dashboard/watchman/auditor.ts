import { type UtcMs, utcMs } from '../../core/contract/time.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import { shortened } from '../../platform/notifiers/notifier.ts'
import type { Buzzer } from '../../platform/buzzer/buzzer.ts'
import { LONGEST_SOUND_MS } from '../../platform/buzzer/buzzer.ts'
import type { LineAnswer, WatchEvent } from '../../platform/watch-line/messages.ts'
import {
  AGAIN_MS,
  audit,
  type AuditFacts,
  type AuditMemory,
  type AuditVerdict,
  freshMemory,
  type Reason,
  unheard,
} from './audit.ts'
import type { KeptEvent } from './kept.ts'
import { OWN_ID } from './owed.ts'
import type { Reachable } from './recipients.ts'
import { watchmanText } from './texts.ts'
import type { Texting } from './texting.ts'

/** Everything is given up after this long: the network took none of the texts. */
const TELL_WITHIN_MS = 240_000
const MOST_REASONS = 50

/** What the auditor looks with and acts by. */
export interface AuditorDeps {
  /** The county's time. */
  readonly clock: Clock
  readonly log: Log
  readonly startedAt: UtcMs
  /** Looks at the control room: its database, its end of the line. */
  readonly look: (now: UtcMs) => Pick<AuditFacts, 'view' | 'line'>
  readonly recipients: (now: UtcMs) => readonly Reachable[]
  readonly texting: Pick<Texting, 'own'>
  readonly buzzer: Pick<Buzzer, 'sound' | 'state'> | null
  /** Told to the control room when it can hear. */
  readonly did: (event: WatchEvent) => void
  /** What it did before it was started anew. */
  readonly before: readonly KeptEvent[]
}

/** Watches the control room from outside. */
export interface Auditor {
  /** Looks, acts, and answers when to look again, ms. What it does goes on by itself. */
  look(signal: AbortSignal): number
  /** What it found last; null before the first look. */
  found(): { readonly at: UtcMs; readonly reasons: readonly string[]; readonly told: boolean } | null
  /** Waits until nobody is being told. */
  idle(): Promise<void>
}

export function openAuditor(deps: AuditorDeps): Auditor {
  const { clock, log, startedAt } = deps
  let memory: AuditMemory = freshMemory(toldBefore(deps.before))
  let verdict: AuditVerdict | null = null
  let n = 0
  const telling = new Set<Promise<void>>()

  const facts = (now: UtcMs): AuditFacts => ({ ...deps.look(now), startedAt })
  const stillWrong = (due: readonly Reason[]): boolean => {
    const now = clock.now()
    const keys = new Set(audit(facts(now), memory, now).reasons.map(({ key }) => key))
    return due.some(({ key }) => keys.has(key))
  }
  const tell = async (due: readonly Reason[], signal: AbortSignal): Promise<void> => {
    const within = AbortSignal.any([signal, AbortSignal.timeout(TELL_WITHIN_MS)])
    const isOver = () => Promise.resolve(!stillWrong(due))
    const sounding = deps.buzzer?.sound({ forMs: LONGEST_SOUND_MS, isOver }, signal)
    const now = clock.now()
    const told = await Promise.all(
      deps.recipients(now).map(async ({ person, number }) => {
        n += 1
        const id = `${OWN_ID}${startedAt}-${n}`
        const answer = await deps.texting.own({ id, to: number, text: watchmanText(due, person.language) }, within)
        return { person: person.id, accepted: answer.is === 'accepted', answer: wordOf(answer) }
      }),
    )
    if (!told.some(({ accepted }) => accepted)) memory = unheard(memory, due, clock.now())
    const reasons = due.map(({ key }) => key).slice(0, MOST_REASONS)
    deps.did({ kind: 'alarmed', reasons, buzzer: deps.buzzer?.state() ?? 'none', told })
    await sounding
  }
  return {
    look: (signal) => {
      const now = clock.now()
      verdict = audit(facts(now), memory, now)
      memory = verdict.memory
      const { due, reasons, againMs } = verdict
      if (due.length === 0) return againMs
      log.error(
        { code: 'notify/temporary', reasons: reasons.map(({ key }) => key).slice(0, MOST_REASONS) },
        'the control room does not do its work: people are told from here',
      )
      const done = tell(due, signal).finally(() => telling.delete(done))
      telling.add(done)
      return againMs
    },
    found: () => {
      const at = memory.lookedAt
      if (verdict === null || at === null) return null
      const keys = verdict.reasons.map(({ key }) => key)
      return { at, reasons: keys.slice(0, MOST_REASONS), told: keys.some((key) => memory.toldAt.has(key)) }
    },
    idle: async () => {
      while (telling.size > 0) await Promise.all(telling)
    },
  }
}

function toldBefore(events: readonly KeptEvent[]): ReadonlyMap<string, UtcMs> {
  const told = new Map<string, UtcMs>()
  for (const { at, event } of events) {
    if (event.kind !== 'alarmed' || !event.told.some(({ accepted }) => accepted)) continue
    for (const key of event.reasons) told.set(key, at)
  }
  return told
}

/** From when on what it did before matters. */
export function memoryFrom(now: UtcMs): UtcMs {
  return utcMs(Math.max(0, now - AGAIN_MS))
}

function wordOf(answer: LineAnswer): string {
  switch (answer.is) {
    case 'accepted':
      return `${answer.parts} part(s)`
    case 'called':
      return answer.outcome
    case 'throttled':
    case 'temporary':
    case 'refused':
      return shortened(answer.message)
  }
}
