import { z } from 'zod'
import { Explanation } from '../contract/alarm.ts'
import { OccurrenceId } from '../contract/occurrence.ts'
import { Priority } from '../contract/priority.ts'
import { Id, Language } from '../contract/text.ts'
import { UtcMs } from '../contract/time.ts'

/** A text to one person: `alarm` calls, `taken` tells those who were called who has it. */
export const AloneText = z
  .object({
    /** Unique in this gateway for ever. */
    id: z.string(),
    kind: z.enum(['alarm', 'taken']),
    person: Id,
    name: z.string(),
    language: Language,
    number: z.string(),
    round: z.number().int().nonnegative(),
    /** `sending`: it is in somebody's hands, or was when the program ended; then it goes out again under the same id. */
    state: z.enum(['waiting', 'sending', 'accepted', 'delivered', 'given-up']),
    attempts: z.number().int().nonnegative(),
    /** Not before, by the monotonic clock. */
    notBefore: z.number().nonnegative(),
    /** References of its parts, and when the network took the last; for its delivery report. */
    refs: z.array(z.number().int()),
    takenAt: UtcMs.nullable(),
  })
  .strict()
export type AloneText = z.infer<typeof AloneText>

/** An alarm the gateway answers for until somebody else does. */
export const AloneAlarm = z
  .object({
    occurrence: OccurrenceId,
    priority: Priority,
    ruleType: z.string(),
    explanation: Explanation,
    raisedAt: UtcMs,
    /** What a reply must name. */
    code: z.string().regex(/^\d{4}$/),
    /** The control room has it once it has receipted this transition. */
    needs: z.number().int().positive(),
    /** It refused that one for good, so it will never call anybody. */
    isRefused: z.boolean(),
    /** `waiting` for its receipt; `calling`; `held` = somebody else answers for it. */
    stage: z.enum(['waiting', 'calling', 'held']),
    isAcknowledged: z.boolean(),
    /** Who has it, where that was said by SMS. */
    takenBy: z.string().nullable(),
    /** The condition is gone. Nobody has heard of it all the same. */
    isOver: z.boolean(),
    /** Of the next call. */
    round: z.number().int().nonnegative(),
    /** When it calls next, and when it was held, by the monotonic clock of the boot and by the wall. */
    due: z.object({ mono: z.number(), at: UtcMs }).strict(),
    /** Number of the last act that was told of it. */
    acts: z.number().int().nonnegative(),
    /** Refused replies that were told as acts. */
    refusals: z.number().int().nonnegative(),
    texts: z.array(AloneText),
  })
  .strict()
export type AloneAlarm = z.infer<typeof AloneAlarm>

/** All a gateway knows of its being alone; plain JSON, so that it survives a kill. */
export const AloneState = z
  .object({
    /** The boot its monotonic times count from. */
    boot: z.string(),
    /** Number of the last text. */
    serial: z.number().int().nonnegative(),
    alarms: z.array(AloneAlarm),
    /** Wrong replies by number, and until when nothing of it counts (monotonic). */
    locks: z.record(z.string(), z.object({ wrong: z.number().int(), until: z.number() }).strict()),
    /** Keys of texts that came, so that each counts once. The newest 64. */
    heard: z.array(z.string()),
  })
  .strict()
export type AloneState = z.infer<typeof AloneState>

/** Nothing has happened yet. */
export function freshAlone(boot: string): AloneState {
  return { boot, serial: 0, alarms: [], locks: {}, heard: [] }
}

/** The text that goes out next: red before orange, those never told before repeats, older alarms first; null while none may. */
export function nextText(
  state: AloneState,
  mono: number,
): { readonly alarm: AloneAlarm; readonly text: AloneText } | null {
  const ready = state.alarms.flatMap((alarm) =>
    alarm.texts
      .filter((text) => text.state === 'waiting' && text.notBefore <= mono)
      .map((text) => ({ alarm, text, rank: rankOf(alarm, text) })),
  )
  const first = ready.toSorted((a, b) => a.rank - b.rank)[0]
  return first === undefined ? null : { alarm: first.alarm, text: first.text }
}

/** Every number counts its whole class before the next class begins; rounds beyond the hundredth are alike. */
function rankOf({ priority }: AloneAlarm, { kind, round }: AloneText): number {
  if (kind === 'taken') return 500
  return (priority === 'red' ? 0 : 200) + Math.min(round, 100)
}
