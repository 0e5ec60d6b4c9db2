import { z } from 'zod'
import { UtcMs } from '../../core/contract/time.ts'

/** Bytes of one line; a text of 10 parts with its frame has a tenth of that. */
export const MOST_LINE_BYTES = 32_768

/** The watchman tells how it is at least this often, and the control room that it still lives, ms. */
export const BEAT_MS = 5_000

/** Who has said nothing for this long is gone, ms: a process that hangs keeps its connection. */
export const SILENT_AFTER_MS = 20_000

const RequestId = z.string().min(1).max(64)
const PhoneNumber = z.string().min(1).max(40)

/** A text for one person. The same `id` to the same number again is answered with what became of the first for 10 min. */
export const TextAsk = z
  .object({
    do: z.literal('sms'),
    id: RequestId,
    to: PhoneNumber,
    text: z.string().min(1).max(1_600),
    /** Red goes before everything else and has texts kept free for it. */
    urgent: z.boolean(),
  })
  .strict()
export type TextAsk = z.infer<typeof TextAsk>

/** A phone to be rung. Idempotent as a text is, but not over a restart of the watchman. */
export const CallAsk = z
  .object({
    do: z.literal('call'),
    id: RequestId,
    to: PhoneNumber,
    ringForMs: z.number().int().min(1_000).max(120_000),
    listenForMs: z.number().int().nonnegative().max(60_000),
  })
  .strict()
export type CallAsk = z.infer<typeof CallAsk>

/** What the control room says, a line each. */
export const LineRequest = z.discriminatedUnion('do', [
  TextAsk,
  CallAsk,
  /** What has not been begun is not begun any more. */
  z.object({ do: z.literal('withdraw'), id: RequestId }).strict(),
  /** The text or the event is the control room's own now, durably. */
  z.object({ do: z.literal('confirm'), of: z.enum(['text', 'event']), key: z.string().min(1).max(200) }).strict(),
  z.object({ do: z.literal('beat') }).strict(),
])
export type LineRequest = z.infer<typeof LineRequest>

/** How the modem is; the words of `platform/modem` and what the lamp needs of it. */
export const LineModem = z
  .object({
    state: z.enum(['starting', 'ready', 'searching', 'no-sim', 'pin-wrong', 'no-answer', 'gone']),
    since: UtcMs,
    model: z.string().max(200),
    operator: z.string().max(100).nullable(),
    signalDbm: z.number().nullable(),
    storage: z.object({ used: z.number(), total: z.number() }).strict().nullable(),
    tellsDelivery: z.boolean(),
    lastError: z.object({ at: UtcMs, why: z.string(), message: z.string() }).strict().nullable(),
  })
  .strict()

/** How the watchman is. */
export const WatchHealth = z
  .object({
    at: UtcMs,
    startedAt: UtcMs,
    /** Null where none is configured. */
    modem: LineModem.nullable(),
    buzzer: z.enum(['ready', 'gone', 'none']),
    /** When it looked at the control room last, what it found wrong, and whether it has told people of that; null before the first time. */
    audit: z
      .object({ at: UtcMs, reasons: z.array(z.string().max(200)).max(50).readonly(), told: z.boolean() })
      .strict()
      .nullable(),
    /** Texts the SIM's contract lets through today, and how many have gone. */
    usedToday: z.number().int().nonnegative(),
    perDay: z.number().int().nonnegative(),
    perMinute: z.number().int().nonnegative(),
  })
  .strict()
export type WatchHealth = z.infer<typeof WatchHealth>

/** What the watchman did or heard that the control room has to know, numbered, told until it is confirmed. */
export const WatchEvent = z.discriminatedUnion('kind', [
  /** What became of a text after the network had taken it; `ref` = the id it was asked under. */
  z.object({ kind: z.enum(['delivered', 'undelivered']), ref: RequestId, answer: z.string().max(200) }).strict(),
  /** It sounded the buzzer and texted people by itself. */
  z
    .object({
      kind: z.literal('alarmed'),
      reasons: z.array(z.string().max(200)).max(50).readonly(),
      buzzer: z.enum(['ready', 'gone', 'none']),
      told: z.array(z.object({ person: z.string(), accepted: z.boolean(), answer: z.string().max(200) }).strict()),
    })
    .strict(),
  /** A stored message no person wrote. */
  z.object({ kind: z.literal('unreadable'), why: z.string().max(200) }).strict(),
])
export type WatchEvent = z.infer<typeof WatchEvent>

/** A text that came; it stays in the SIM until it is confirmed. */
export const LineText = z
  .object({
    key: z.string().min(1).max(200),
    from: z.string().max(40),
    text: z.string().max(2_000),
    sentAt: UtcMs,
    isWhole: z.boolean(),
  })
  .strict()
export type LineText = z.infer<typeof LineText>

/** What became of a request. `ref` of a text is its id. */
export const LineAnswer = z.discriminatedUnion('is', [
  z.object({ is: z.literal('accepted'), parts: z.number().int().positive() }).strict(),
  z
    .object({
      is: z.literal('called'),
      outcome: z.enum(['answered', 'busy', 'no-answer', 'refused']),
      digits: z.string().max(40),
    })
    .strict(),
  z
    .object({
      is: z.enum(['refused', 'temporary']),
      why: z.string().max(40),
      message: z.string().max(500),
    })
    .strict(),
  z
    .object({ is: z.literal('throttled'), forMs: z.number().int().nonnegative(), message: z.string().max(500) })
    .strict(),
])
export type LineAnswer = z.infer<typeof LineAnswer>

/** What the watchman says, a line each. */
export const LineMessage = z.discriminatedUnion('say', [
  z.object({ say: z.literal('health'), health: WatchHealth }).strict(),
  z.object({ say: z.literal('answer'), id: RequestId, answer: LineAnswer }).strict(),
  z.object({ say: z.literal('text'), text: LineText }).strict(),
  z.object({ say: z.literal('event'), key: z.string().min(1).max(200), at: UtcMs, event: WatchEvent }).strict(),
  /** Another control room has the line; it is closed after this. */
  z.object({ say: z.literal('busy') }).strict(),
])
export type LineMessage = z.infer<typeof LineMessage>
