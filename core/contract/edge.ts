import { z } from 'zod'
import { AlarmClock } from './alarm.ts'
import { OccurrenceId } from './occurrence.ts'
import { Id, Language } from './text.ts'
import { UtcMs } from './time.ts'

/** Somebody a gateway may text when it is alone. `number` in international form, such as +8613900000001. */
export const SheetPerson = z
  .object({
    id: Id,
    name: z.string().min(1).max(64),
    language: Language,
    number: z.string().regex(/^\+?\d{3,20}$/, 'expected a phone number of digits, such as +8613900000001'),
  })
  .strict()
export type SheetPerson = z.infer<typeof SheetPerson>

/**
 * Whom a gateway texts while the control room is out of reach: retained on the lane `duty`, made anew whenever the roster changes and
 * every day. It is used beyond `until` too, for want of a better one, and says so.
 */
export const DutySheet = z
  .object({
    site: Id,
    /** Grows with every sheet; an older one is not taken. */
    version: z.number().int().positive(),
    issuedAt: UtcMs,
    until: UtcMs,
    /** Before the alarm's number in texts. */
    prefix: z.string().max(16),
    /** Who is called while it lasts; times of day are already resolved. */
    watches: z.array(z.object({ from: UtcMs, to: UtcMs, persons: z.array(SheetPerson) }).strict()).max(2_000),
    fallback: z.array(SheetPerson).max(20),
    /** How long the control room may take to receipt an alarm before the gateway calls by itself, and again after each of these, ms. */
    aloneAfter: z.number().int().positive(),
    again: z.number().int().positive(),
    /** By the authority of the county over everything else; null where there is none. */
    signature: z.string().max(1_000).nullable(),
  })
  .strict()
export type DutySheet = z.infer<typeof DutySheet>

/**
 * What the control room knows of a site's alarms: retained on the lane `alarm-word`, so that the last word is heard whenever the gateway
 * comes back. Acknowledged ones are silent at the site too.
 */
export const AlarmWord = z
  .object({
    site: Id,
    at: UtcMs,
    alarms: z
      .array(
        z
          .object({
            occurrence: OccurrenceId,
            /** A person of the control room's side has it, or has been told. */
            state: z.enum(['told', 'acknowledged', 'closed']),
            by: z.string().nullable(),
          })
          .strict(),
      )
      .max(200),
    signature: z.string().max(1_000).nullable(),
  })
  .strict()
export type AlarmWord = z.infer<typeof AlarmWord>

/** What a gateway did alone about an occurrence: numbered from 1 and receipted one by one, like transitions, and sent before them. */
export const EdgeAct = z
  .object({
    site: Id,
    occurrence: OccurrenceId,
    n: z.number().int().positive(),
    at: UtcMs,
    /** What its time is worth; absent from a gateway that cannot say. */
    clock: AlarmClock.optional(),
    did: z.discriminatedUnion('kind', [
      /** A text was handed to the network, or could not be. */
      z
        .object({
          kind: z.literal('told'),
          person: Id,
          name: z.string(),
          round: z.number().int().nonnegative(),
          accepted: z.boolean(),
          answer: z.string().max(200),
        })
        .strict(),
      /** The phone has it. */
      z.object({ kind: z.literal('delivered'), person: Id }).strict(),
      z.object({ kind: z.literal('acknowledged'), person: Id, name: z.string(), note: z.string().max(500) }).strict(),
      /** A siren or another output sounded; `seen` = it was read back as on. `why` says what kept it from sounding. */
      z
        .object({
          kind: z.literal('sounded'),
          output: Id,
          seconds: z.number().nonnegative(),
          seen: z.boolean(),
          why: z.string().max(200).nullable(),
        })
        .strict(),
      /**
       * A reply that does not count: unknown number, wrong code, again, or after too many wrong ones. Only the last 4 digits of the number
       * are told.
       */
      z
        .object({
          kind: z.literal('reply-refused'),
          from: z.string().max(8),
          why: z.enum(['number', 'code', 'again', 'locked']),
        })
        .strict(),
    ]),
  })
  .strict()
export type EdgeAct = z.infer<typeof EdgeAct>

/** What the signature of a sheet is over; it is none of anything else. */
export function sheetSigned({ signature: _signature, ...sheet }: DutySheet): object {
  return { lane: 'duty', sheet }
}

/** The same for a word. */
export function wordSigned({ signature: _signature, ...word }: AlarmWord): object {
  return { lane: 'alarm-word', word }
}
